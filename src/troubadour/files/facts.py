"""What a song is, as plain values: the JSON file beside it, and what tags and pages show.

No clock is read here: stage timings and dates come in from whoever has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from troubadour import __version__
from troubadour.files.names import harte, key_name
from troubadour.mix import Loudness
from troubadour.plan import Plan
from troubadour.score import Score
from troubadour.stems import Stems
from troubadour.stems.sing.timeline import word_times
from troubadour.units import SAMPLE_RATE_HZ

ARTIST = "Troubadour"


def facts(plan: Plan, score: Score, stems: Stems | None = None, loudness: Loudness | None = None) -> dict[str, Any]:
    """Everything there is to know about a song (or, without stems and loudness, about its score)."""
    brief = plan.brief
    found: dict[str, Any] = {
        "title": score.title,
        "seed": score.seed,
        "take": score.take,
        "version": __version__,
        "style": score.style,
        "styles": dict(brief.styles),
        "moods": list(brief.moods),
        "tempo": score.tempos[0].bpm,
        "key": key_name(score.key),
        "metre": str(score.metre),
        "duration": score.frames / SAMPLE_RATE_HZ,
        "frames": score.frames,
        "voice": plan.voice,
        "voices": {part.name: part.voice for part in score.sung},
        "sections": sections(score),
        "chords": [
            {"chord": harte(c.root, c.quality, c.bass, score.key), "start_s": _s(score, c.start), "end_s": _s(score, c.end)}
            for c in score.chords
        ],
        "words": [
            {
                "text": word.text.strip(),
                "start_s": word.start_s,
                "end_s": word.end_s,
                "part": word.part,
                "phones": [[phone.symbol, phone.start_s, phone.end_s] for phone in word.phones],
            }
            for word in word_times(score)
        ],
        "parts": [{"name": p.name, "role": p.role, "instrument": p.instrument} for p in score.parts],
        "prompt": [{"word": effect.word, "effect": effect.effect} for effect in brief.effects],
        "lyrics": brief.lyrics.text if brief.lyrics else "",
        "credits": list(stems.credits) if stems else [],
        "notes": list(stems.notes) if stems else [],
    }
    if plan.heeded:
        found["instruction"] = [{"said": effect.word, "done": effect.effect} for effect in plan.heeded]
    if brief.request.segments:
        found["segments"] = segments(score, [segment.name for segment in brief.request.segments])
    if loudness is not None:
        found["loudness"] = {"integrated_lufs": loudness.integrated_lufs, "true_peak_dbtp": loudness.true_peak_dbtp}
    return found


def sections(score: Score) -> list[dict[str, Any]]:
    """The form with its times; the last section lasts to the end of the audio."""
    ends = [_s(score, score.bar_start(s.start_bar)) for s in score.sections[1:]] + [score.frames / SAMPLE_RATE_HZ]
    return [
        {"name": s.name, "kind": s.kind, "start_s": _s(score, max(0, score.bar_start(s.start_bar))), "end_s": end, "bars": s.bars,
         "energy": round(s.energy, 3)}
        for s, end in zip(score.sections, ends, strict=True)
    ]  # fmt: skip


def segments(score: Score, names: Sequence[str]) -> list[dict[str, Any]]:
    """The sections that were asked for by name and length: the first sample of each, and how many it has."""
    firsts = [score.frame_at(score.bar_start(section.start_bar)) for section in score.sections]
    ends = [*firsts[1:], score.frames]
    return [
        {"name": name, "first_sample": first, "samples": end - first}
        for name, first, end in zip(names, firsts, ends, strict=True)
    ]


def _s(score: Score, tick: int) -> float:
    return round(min(score.seconds_at(tick), score.frames / SAMPLE_RATE_HZ), 4)
