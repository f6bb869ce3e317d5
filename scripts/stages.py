"""Draws the pictures of `docs/stages/`: what each stage of the path is given, and what it makes of it.

    python -m scripts.stages [--out docs/stages]

One song, sixteen seconds of it; every picture is computed, none is painted.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

from troubadour.brief import Request
from troubadour.files.mp3 import decoded_mp3, mp3_bytes
from troubadour.make import Song, write_score
from troubadour.mix.balance import balance
from troubadour.score import Note, Part, Score
from troubadour.stems import Stems, Window
from troubadour.stems.band import record as recording
from troubadour.stems.band.manners import MANNERS
from troubadour.stems.band.play import perform
from troubadour.stems.band.sounds import SOUNDS
from troubadour.stems.band.voices import ONE
from troubadour.stems.render import render
from troubadour.units import SAMPLE_RATE_HZ

REQUEST = Request(text="an upbeat rock song about the last train home, female vocals, with strings", seed=7, duration_s=40.0)
EXCERPT_S = (14.0, 30.0)
INK, SOFT, TONE = "#1f2430", "#98a2b3", "#b4532a"
Sound = NDArray[np.float64]


def spectrogram(axes: Any, sound: Sound, title: str, top_hz: float = 16_000.0) -> None:
    """One panel: what sounds when, 90 dB deep."""
    size, step = 2048, 512
    frames = np.lib.stride_tricks.sliding_window_view(sound, size)[::step] * np.hanning(size)
    level = 20.0 * np.log10(np.abs(np.fft.rfft(frames, axis=1)).T + 1e-9)
    edges = (0.0, len(sound) / SAMPLE_RATE_HZ, 0.0, SAMPLE_RATE_HZ / 2000.0)
    axes.imshow(level, origin="lower", aspect="auto", extent=edges, vmin=level.max() - 90.0, vmax=level.max(), cmap="magma")
    axes.set(ylim=(0.0, top_hz / 1000.0), title=title, xlabel="seconds", ylabel="kHz")


def panels(count: int, height: float = 3.4) -> tuple[Any, Sequence[Any]]:
    """A figure with panels side by side."""
    figure, axes = plt.subplots(1, count, figsize=(5.4 * count, height))
    return figure, list(np.atleast_1d(axes))


def saved(figure: Any, path: Path) -> None:
    """The figure as a small PNG."""
    figure.tight_layout()
    figure.savefig(path, dpi=72)
    plt.close(figure)


def mono(sound: NDArray[Any], full: float = 1.0) -> Sound:
    """The excerpt of stereo sound, one channel."""
    start, end = (round(edge * SAMPLE_RATE_HZ) for edge in EXCERPT_S)
    return np.asarray(sound[start:end].astype(np.float64).mean(axis=1) / full)


def plan_picture(song: Song, path: Path) -> None:
    """Form and energy."""
    figure, (axes,) = panels(1, 2.6)
    score = song.score
    for section in score.sections:
        start = score.seconds_at(score.bar_start(section.start_bar))
        end = score.seconds_at(score.bar_start(section.start_bar + section.bars))
        axes.bar(
            start, section.energy, end - start, align="edge", color=TONE, alpha=0.25 + 0.7 * section.energy, edgecolor="white"
        )
        axes.text(start + 0.3, section.energy + 0.02, section.name, fontsize=8, color=INK)
    axes.set(xlabel="seconds", ylabel="energy", ylim=(0, 1.15), title="The plan: sections and their energy")
    axes.spines[["top", "right"]].set_visible(False)
    saved(figure, path)


def play_picture(score: Score, path: Path) -> None:
    """Where drums and guitar stand on the page, and where the players put them."""
    figure, axes = panels(2)
    for view, part in zip(axes, score.parts[:2], strict=False):
        made = perform(part, score, MANNERS[SOUNDS[part.instrument].manner])
        written = np.array([note.start for note in part.notes])
        seconds = np.array([score.seconds_at(tick) for tick in written])
        late_ms = made.played["start"] / 44.1 - seconds * 1000.0
        points = view.scatter(seconds, late_ms, c=made.played["velocity"], s=9, cmap="magma_r", vmin=30, vmax=127)
        view.axhline(0.0, color=SOFT, linewidth=0.8)
        view.set(title=f"{part.name}: lateness in ms, colour: velocity", xlabel="seconds")
        figure.colorbar(points, ax=view)
    saved(figure, path)


def one_note(instrument: str, note: Note, plain: bool = False) -> Sound:
    """One note of an instrument; `plain` takes its colour, gestures and doubles away."""
    score = replace(BLANK, parts=(part := Part("one", "lead", instrument, (note,)),))
    sound = SOUNDS[instrument]
    if plain:
        SOUNDS[instrument] = replace(sound, colour="", doubled=0.0, manner="effect")
    recording.instrument.cache_clear()
    try:
        bus, _ = recording.record(part, score, Window(0, score.frames))
    finally:
        SOUNDS[instrument] = sound
        recording.instrument.cache_clear()
    return np.asarray(bus.mean(axis=0)[: 3 * SAMPLE_RATE_HZ] / ONE)


def band_picture(path: Path) -> None:
    """A guitar before and behind its amplifier; a section of brass that holds, and that swells."""
    figure, axes = panels(3)
    power = Note(0, 1920, 40, 100)
    spectrogram(axes[0], one_note("distorted_guitar", power, plain=True), "guitar, from its pickup", 10_000.0)
    spectrogram(axes[1], one_note("distorted_guitar", power), "amplifier, cabinet, two takes", 10_000.0)
    held = Note(0, 2400, 62, 90)
    for plain, name, colour in ((True, "held", SOFT), (False, "played", TONE)):
        sound = one_note("brass_section", held, plain)
        level = np.sqrt(np.convolve(sound**2, np.ones(4410) / 4410, "same")[::441])
        axes[2].plot(np.arange(len(level)) / 100.0, 20.0 * np.log10(level + 1e-4), color=colour, label=name)
    axes[2].set(title="a long note of the brass: level in dB", xlabel="seconds", ylim=(-50, -15))
    axes[2].legend()
    saved(figure, path)


def saw_picture(path: Path) -> None:
    """A high saw drawn naively, and the band's."""
    figure, axes = panels(2)
    hz = 440.0 * 2.0 ** ((96 - 69) / 12)
    naive = 2.0 * ((np.arange(3 * SAMPLE_RATE_HZ) * hz / SAMPLE_RATE_HZ) % 1.0) - 1.0
    spectrogram(axes[0], naive, "a saw at 2.1 kHz, naive: it folds back", 22_000.0)
    spectrogram(axes[1], one_note("saw_lead", Note(0, 1920, 96, 100)), "the band's saw lead", 22_000.0)
    saved(figure, path)


def voice_picture(dry: Sound, placed: Sound, path: Path) -> None:
    """The voice from the throat, and on the record."""
    figure, axes = panels(2)
    spectrogram(axes[0], dry, "the voice, dry", 10_000.0)
    spectrogram(axes[1], placed, "the voice on the desk: EQ, compression, room", 10_000.0)
    saved(figure, path)


def mix_picture(raw: Sound, song: Song, path: Path) -> None:
    """All tracks added up as they were recorded, the master, and both spectra."""
    assert song.mix is not None
    figure, axes = panels(3)
    master = mono(song.mix.master, 2.0**23)
    spectrogram(axes[0], raw, "the tracks, merely added")
    spectrogram(axes[1], master, "mixed and mastered")
    for sound, name, colour in ((raw, "added", SOFT), (master, "mastered", TONE)):
        hz, level = thirds(sound)
        axes[2].semilogx(hz, level, color=colour, label=name)
    axes[2].set(title="long-term spectrum, dB per third of an octave", xlabel="Hz", xlim=(30, 18_000))
    axes[2].legend()
    saved(figure, path)


def thirds(sound: Sound) -> tuple[Sound, Sound]:
    """Levels of a sound by third of an octave, relative to their mean."""
    power, hz = np.abs(np.fft.rfft(sound)) ** 2, np.fft.rfftfreq(len(sound), 1.0 / SAMPLE_RATE_HZ)
    edges = 25.0 * 2.0 ** (np.arange(30) / 3.0)
    level = np.array([10.0 * np.log10(power[(hz >= low) & (hz < high)].sum() + 1e-12) for low, high in pairwise(edges)])
    return np.asarray(np.sqrt(edges[:-1] * edges[1:])), np.asarray(level - level.mean())


def file_picture(song: Song, path: Path) -> None:
    """A master and its MP3."""
    assert song.mix is not None
    start, end = (round(edge * SAMPLE_RATE_HZ) for edge in EXCERPT_S)
    figure, axes = panels(2)
    spectrogram(axes[0], mono(song.mix.master, 2.0**23), "the master (24 bit)", 22_000.0)
    heard = decoded_mp3(mp3_bytes(song.mix.master[start:end]))
    spectrogram(axes[1], heard.astype(np.float64).mean(axis=1), "its MP3, 256 kbit/s", 22_000.0)
    saved(figure, path)


def added(stems: Stems) -> Sound:
    """The excerpt of all tracks as recorded."""
    return np.asarray(np.sum([mono(stems.tracks[name]) for name in stems.tracks], axis=0))


BLANK = write_score(Request(text="rock", instrumental=True, seed=1, duration_s=12.0, bpm=120.0)).score


def main() -> None:
    """Make the song, draw the pictures."""
    arguments = argparse.ArgumentParser(description="Draws the pictures of docs/stages.")
    arguments.add_argument("--out", type=Path, default=Path("docs/stages"))
    out = arguments.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    written = write_score(REQUEST)
    plan_picture(written, out / "plan.png")
    play_picture(written.score, out / "play.png")
    band_picture(out / "band.png")
    saw_picture(out / "synthesis.png")
    stems = render(written.score)
    raw = added(stems)
    dry = mono(stems.dry["vocals"])
    song = Song(written.plan, written.score, None, balance(stems, written.plan, written.score))
    assert song.mix is not None
    voice_picture(dry, mono(song.mix.stems["vocals"], 2.0**23), out / "voice.png")
    mix_picture(raw, song, out / "mix.png")
    file_picture(song, out / "files.png")


if __name__ == "__main__":
    main()
