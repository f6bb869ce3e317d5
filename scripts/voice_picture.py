"""Draws how a line is sung: its spectrogram with the sounds' times, and the pitch over the written notes.

.venv/bin/python scripts/voice_picture.py docs/pictures/voice.png [--voice linnea] [--line "…"]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import resample_poly, spectrogram

from troubadour.brief import Key, Metre
from troubadour.score import Feel, Note, Score, Section, SungLine, SungPart, Tempo
from troubadour.stems.sing import sing
from troubadour.stems.sing.spoken import world
from troubadour.stems.sing.timeline import timed
from troubadour.stems.sing.voices import VOICES
from troubadour.units import SAMPLE_RATE_HZ
from troubadour.words.pronounce import pronounce

LINE, TUNE, STEP, BPM = "hold on to the morning light", (0, 2, 4, 5, 4, 2, 0), 360, 100.0
COLOURS = {"nucleus": "#ffd166", "onset": "#ef8354", "coda": "#9ad1d4"}


def song(text: str, voice: str) -> Score:
    """One line, a note a syllable, the last one held."""
    words, singer = pronounce(text), VOICES[voice]
    tonic, count = (singer.low + singer.high) // 2 - 3, sum(len(word.syllables) for word in words)
    notes = tuple(
        (Note(960 + i * STEP, STEP * (3 if i == count - 1 else 1), tonic + TUNE[i % len(TUNE)]),) for i in range(count)
    )
    frames = round((notes[-1][0].end / 480 * 60 / BPM + 0.6) * SAMPLE_RATE_HZ)
    sections = (Section("Verse 1", "verse", 0, 4, 0.5),)
    part = SungPart("vocals", voice, (SungLine(words, notes),))
    return Score("", 1, 0, "pop", (Tempo(0, BPM),), Metre(), Key(0), frames, Feel(), sections, (), (), (), (part,))


def draw(score: Score, target: Path) -> None:
    """The picture."""
    dry = sing(score.sung[0], score).dry.astype(float)
    line = timed(score.sung[0].lines[0], score)
    zero = line.frame / SAMPLE_RATE_HZ
    low = resample_poly(dry, 160, 441)
    pitch, at = world().harvest(low, 16_000, 60, 700, frame_period=5.0)
    figure, (above, below) = plt.subplots(2, 1, figsize=(12, 7), sharex=True, height_ratios=(3, 2), layout="constrained")
    hertz, seconds, power = spectrogram(low, 16_000, nperseg=400, noverlap=320)
    above.pcolormesh(
        seconds - zero, hertz / 1000, 10 * np.log10(power + 1e-10), cmap="magma", vmin=-85, vmax=-35, rasterized=True
    )
    for sound in line.sounds:
        above.axvline(sound.start_s, color=COLOURS[sound.role], linewidth=0.8)
        above.text((sound.start_s + sound.end_s) / 2, 7.55, sound.symbol, color=COLOURS[sound.role], ha="center", fontsize=11)
    above.set(ylabel="kHz", ylim=(0, 8), title=f"“{''.join(w.text for w in line.line.words)}”, sung by {score.sung[0].voice}")
    for note in line.notes:
        below.fill_between((note.start_s, note.end_s), note.pitch - 0.25, note.pitch + 0.25, color="#5b8def", alpha=0.35)
    heard = pitch > 0
    below.plot(at[heard] - zero, 69 + 12 * np.log2(pitch[heard] / 440), ".", markersize=2, color="#e2566f")
    pitches = [note.pitch for note in line.notes]
    below.set(xlabel="seconds from the line's first note", ylabel="MIDI pitch", ylim=(min(pitches) - 2, max(pitches) + 2))
    below.set_xlim(line.sounds[0].start_s - 0.5, line.end_s + 0.2)
    figure.savefig(target, dpi=90)


def main() -> None:
    """Draws the picture that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--voice", choices=VOICES, default="linnea")
    parser.add_argument("--line", default=LINE)
    chosen = parser.parse_args()
    draw(song(chosen.line, chosen.voice), chosen.target)


if __name__ == "__main__":
    main()
