"""A listening page: one example of every style, with its picture, its facts and its spectrum, on one page without scripts.

    python -m scripts.gallery [--out FOLDER] [--seconds 45] [--seed 1] [style …]

Songs that are in the folder already are kept, so a second run makes only what is missing. Open FOLDER/index.html.
"""

from __future__ import annotations

import argparse
import html
import json
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from troubadour.brief import Request
from troubadour.errors import TroubadourError
from troubadour.files.write import write
from troubadour.make import Song, make
from troubadour.styles import STYLES
from troubadour.theory.instruments import INSTRUMENTS
from troubadour.theory.scales import PITCH_NAMES
from troubadour.units import SAMPLE_RATE_HZ

OCTAVES_HZ = (63, 125, 250, 500, 1000, 2000, 4000, 8000)
BARS, BAR_PIXELS, HEIGHT = 240, 3, 60


def example(style: str, seconds: float, seed: int, folder: Path) -> dict[str, Any]:
    """Make one style's example, unless it is there; what the page tells of it."""
    facts = folder / f"{style}.page.json"
    if not facts.is_file():
        song = make(Request(text=STYLES[style].name, tags=STYLES[style].name, seed=seed, duration_s=seconds))
        write(song, folder, ("mp3", "cover"), stem=style)
        facts.write_text(json.dumps(told(song), ensure_ascii=False), "utf-8")
    read: dict[str, Any] = json.loads(facts.read_text("utf-8"))
    return read


def told(song: Song) -> dict[str, Any]:
    """The facts of a song that its card shows."""
    assert song.mix is not None
    score, sound = song.score, song.mix.master.astype(np.float64) / 2**23
    step = max(len(sound) // BARS, 1)
    return {
        "title": score.title,
        "style": song.plan.style,
        "tempo": f"{score.tempos[0].bpm:g} bpm",
        "metre": str(score.metre),
        "key": f"{PITCH_NAMES[score.key.tonic]} {score.key.mode}",
        "voice": (song.plan.voice or "instrumental").capitalize(),
        "band": [INSTRUMENTS[name].name for name in dict.fromkeys(part.instrument for part in score.parts)],
        "peaks": [round(float(np.abs(sound[i * step : (i + 1) * step]).max(initial=0.0)), 3) for i in range(BARS)],
        "octaves_db": octaves_db(sound.mean(axis=1)),
        "loudness": f"{song.mix.loudness.integrated_lufs:.1f} LUFS, {song.mix.loudness.true_peak_dbtp:.1f} dBTP",
        "notes": list(song.stems.notes) if song.stems else [],
    }


def octaves_db(sound: np.ndarray[Any, np.dtype[np.float64]]) -> list[float]:
    """Power in octave bands, relative to the strongest."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    hz = np.fft.rfftfreq(len(sound), 1.0 / SAMPLE_RATE_HZ)
    bands = [power[(hz >= centre / np.sqrt(2)) & (hz < centre * np.sqrt(2))].sum() for centre in OCTAVES_HZ]
    return [round(float(10.0 * np.log10(band / max(bands) + 1e-9)), 1) for band in bands]


def waveform(peaks: list[float]) -> str:
    """The song's outline as an SVG."""
    middle = HEIGHT / 2
    strokes = "".join(
        f'<rect x="{i * BAR_PIXELS}" y="{middle - peak * middle:.1f}" width="{BAR_PIXELS - 1}" height="{max(peak * HEIGHT, 1):.1f}"/>'
        for i, peak in enumerate(peaks)
    )
    return f'<svg viewBox="0 0 {BARS * BAR_PIXELS} {HEIGHT}" role="img" aria-label="Waveform">{strokes}</svg>'


def spectrum(octaves: list[float]) -> str:
    """Eight octave bands as an SVG; a line every 10 dB."""
    bars = "".join(
        f'<rect x="{i * 22}" y="{min(-level, 40) * 1.5:.1f}" width="18" height="{max(60 - min(-level, 40) * 1.5, 1):.1f}"/>'
        f'<text x="{i * 22 + 9}" y="72">{hz if hz < 1000 else f"{hz // 1000}k"}</text>'
        for i, (hz, level) in enumerate(zip(OCTAVES_HZ, octaves, strict=True))
    )
    return f'<svg class="spectrum" viewBox="0 0 176 76" role="img" aria-label="Power by octave">{bars}</svg>'


def card(style: str, facts: dict[str, Any]) -> str:
    """One style on the page."""
    said = html.escape
    rows = (facts["tempo"], facts["metre"], facts["key"], facts["voice"], facts["loudness"])
    notes = "".join(f"<p class=note>{said(note)}</p>" for note in facts["notes"])
    return f"""<article id="{style}"><img src="{style}.jpg" alt="" width="180" height="180" loading="lazy"><div>
<h2>{said(STYLES[style].name)}</h2><p class=title>{said(facts["title"])}</p><p>{said(STYLES[style].about)}</p>
<audio controls preload="none" src="{style}.mp3"></audio>{waveform(facts["peaks"])}
<p class=facts>{" · ".join(map(said, rows))}</p><p class=facts>{said(", ".join(facts["band"]))}</p>{notes}</div>{spectrum(facts["octaves_db"])}</article>"""


def page(examples: dict[str, dict[str, Any]], seconds: float, seed: int) -> str:
    """The whole page."""
    index = " ".join(f'<a href="#{style}">{html.escape(STYLES[style].name)}</a>' for style in examples)
    cards = "\n".join(card(style, facts) for style, facts in examples.items())
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Troubadour, style by style</title><style>{CSS}</style><h1>Troubadour, style by style</h1>
<p>One request a style: its name, {seconds:g} seconds, seed {seed}. Nothing was chosen by ear.</p><nav>{index}</nav>
<main>{cards}</main></html>
"""


CSS = """:root{color-scheme:light dark;--ink:#1f2430;--soft:#667085;--paper:#fbfaf7;--line:#d9d5cc;--tone:#b4532a}
@media(prefers-color-scheme:dark){:root{--ink:#ece9e2;--soft:#a5a094;--paper:#17181c;--line:#34353c;--tone:#e58a5c}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:64rem;margin:2rem auto;padding:0 1rem}
nav{display:flex;flex-wrap:wrap;gap:.3rem .9rem;margin:1rem 0 2rem}a{color:var(--tone)}
article{display:grid;grid-template-columns:180px 1fr 180px;gap:1.2rem;padding:1.4rem 0;border-top:1px solid var(--line)}
h2,p{margin:0 0 .3rem}.title{font-style:italic}.facts,.note{color:var(--soft);font-size:.85rem}audio{width:100%;margin:.4rem 0}
img{border-radius:6px}svg{width:100%;fill:var(--tone)}svg text{fill:var(--soft);font-size:8px;text-anchor:middle}
.spectrum{align-self:end}@media(max-width:46rem){article{grid-template-columns:1fr}.spectrum{max-width:180px}}"""


def main() -> int:
    """Make what is missing, two songs at a time, and write the page."""
    arguments = argparse.ArgumentParser(description="A listening page: one example of every style.")
    arguments.add_argument("styles", nargs="*", help="ids of styles; none: all of them")
    arguments.add_argument("--out", type=Path, default=Path("out/gallery"))
    arguments.add_argument("--seconds", type=float, default=45.0)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--jobs", type=int, default=2)
    asked = arguments.parse_args()
    unknown = set(asked.styles) - set(STYLES)
    if unknown:
        arguments.error(f"no such style: {', '.join(sorted(unknown))}; there are {', '.join(STYLES)}")
    asked.out.mkdir(parents=True, exist_ok=True)
    wanted = asked.styles or list(STYLES)
    made: dict[str, dict[str, Any]] = {}
    failed = 0
    with ProcessPoolExecutor(asked.jobs, get_context("spawn")) as pool:
        work = {pool.submit(example, style, asked.seconds, asked.seed, asked.out): style for style in wanted}
        for future in as_completed(work):
            try:
                made[work[future]] = future.result()
                sys.stderr.write(f"{len(made):3d} of {len(wanted)}  {work[future]}\n")
            except TroubadourError as refusal:
                failed += 1
                sys.stderr.write(f"{work[future]}: {refusal}\n")
    ordered = {style: made[style] for style in wanted if style in made}
    path = asked.out / "index.html"
    path.write_text(page(ordered, asked.seconds, asked.seed), "utf-8")
    print(path)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
