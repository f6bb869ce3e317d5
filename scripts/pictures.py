"""Draws the README's pictures from a real song: the waveform with its form, and a piano roll with its words.

.venv/bin/python scripts/pictures.py docs/pictures
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from troubadour.brief import Request
from troubadour.make import Song, make
from troubadour.units import SAMPLE_RATE_HZ

REQUEST = Request(text="an upbeat indie pop song about the last train home, female vocals", seed=7, duration_s=150)
COLOURS = {"intro": "#8da0b6", "verse": "#5b8def", "pre_chorus": "#7d6bd6", "chorus": "#e2566f", "bridge": "#d99a2b",
           "solo": "#2fa384", "interlude": "#2fa384", "break": "#2fa384", "outro": "#8da0b6"}  # fmt: skip
SHORT = {"pre_chorus": "Pre", "interlude": "Inter", "intro": "Intro"}  # names for sections too narrow for their own
CHARACTER_SHARE = 0.0062  # of the picture's width, for a letter of a section's name
SHARPS_AND_FLATS = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
WRITTEN = {"maj": "", "min": "m", "min7": "m7"}  # chord symbols as lead sheets write them
PART_COLOURS = {
    "bass": "#3d5a80",
    "guitar": "#98643c",
    "keyboard": "#6a994e",
    "strings": "#9d4edd",
    "synth": "#00a6a6",
    "brass": "#bc6c25",
}


def waveform(song: Song, path: Path) -> None:
    """The master's peaks, coloured and named by section."""
    assert song.mix is not None
    score = song.score
    level = np.abs(song.mix.master[:, 0] / 2**23)
    step = SAMPLE_RATE_HZ // 20
    peaks = level[: len(level) // step * step].reshape(-1, step).max(1)
    times = np.arange(len(peaks)) / 20
    figure, axes = plt.subplots(figsize=(14, 3))
    for index, section in enumerate(score.sections):
        start = score.seconds_at(score.bar_start(section.start_bar))
        last = index + 1 == len(score.sections)
        end = times[-1] + 0.05 if last else score.seconds_at(score.bar_start(section.start_bar + section.bars))
        inside = (times >= start) & (times < end)
        axes.vlines(times[inside], -peaks[inside], peaks[inside], color=COLOURS.get(section.kind, "#777777"), linewidth=1.1)
        letters = (end - start) / (times[-1] * CHARACTER_SHARE)
        name = next((name for name in (section.name, SHORT.get(section.kind, "")) if len(name) <= letters), "")
        axes.text(start, 1.1, name, fontsize=11, fontweight="bold", color=COLOURS.get(section.kind, "#777777"))
    axes.set(xlim=(0, times[-1]), ylim=(-1, 1.25), yticks=[], xlabel="seconds")
    axes.spines[["top", "left", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, dpi=130)


def piano_roll(song: Song, path: Path) -> None:
    """Eight bars of the first chorus: every part, the sung notes with their syllables, the chords above."""
    score = song.score
    section = next((s for s in score.sections if s.kind == "chorus"), score.sections[0])
    bars = min(8, section.bars)
    low, high = score.bar_start(section.start_bar), score.bar_start(section.start_bar + bars)
    figure, axes = plt.subplots(figsize=(14, 7))
    named: set[str] = set()
    for part in score.parts:
        if part.name.startswith(("drums", "percussion", "effects")):
            continue
        notes = [n for n in part.notes if low <= n.start < high]
        family = part.name.split("_")[0]
        colour = PART_COLOURS.get(family, "#888888")
        axes.barh([n.pitch for n in notes], [n.length for n in notes], left=[n.start for n in notes], height=0.7, color=colour,
                  alpha=0.4, label=family if notes and family not in named else None)  # fmt: skip
        named |= {family} if notes else set()
    lead = next(part for part in score.sung if part.name == "vocals")
    for line in lead.lines:
        syllables = [syllable for word in line.words for syllable in word.syllables]
        for syllable, notes in zip(syllables, line.notes, strict=True):
            if low <= notes[0].start < high:
                axes.barh(notes[0].pitch, notes[-1].end - notes[0].start, left=notes[0].start, height=0.9, color="#e2566f",
                          edgecolor="white", linewidth=1, zorder=3)  # fmt: skip
                axes.text(notes[0].start + 20, notes[0].pitch + 0.65, syllable.text, fontsize=10, fontweight="bold", color="#b0203f",
                          zorder=4, bbox={"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none", "alpha": 0.75})  # fmt: skip
    top = axes.get_ylim()[1]
    for chord in score.chords:
        if low <= chord.start < high:
            axes.text(
                chord.start,
                top + 1,
                SHARPS_AND_FLATS[chord.root] + WRITTEN.get(chord.quality, chord.quality),
                fontsize=12,
                fontweight="bold",
            )
    for bar in range(bars + 1):
        axes.axvline(low + bar * score.metre.bar_ticks, color="#cccccc", linewidth=0.8, zorder=0)
    axes.set(xlim=(low, high), xticks=[low + bar * score.metre.bar_ticks for bar in range(bars)], ylabel="MIDI pitch",
             xticklabels=[f"bar {section.start_bar + bar + 1}" for bar in range(bars)])  # fmt: skip
    axes.legend(ncols=6, loc="upper center", bbox_to_anchor=(0.5, -0.05), fontsize=11, frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, dpi=130)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    made = make(REQUEST)
    waveform(made, folder / "waveform.png")
    piano_roll(made, folder / "piano_roll.png")
