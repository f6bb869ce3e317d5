"""The neural singer: a small text-to-speech network, opened between its halves.

The words are spoken slowly, every voiced sound at about the pitch it will be sung at; the spectrum is stretched onto the
song's timeline; a pulse train at the song's pitch and noise are put through it. Pitch and time are therefore exact by
construction, and only the colour is the network's. Spectrum and synthesis are hibari's (Apache-2.0):

    S = exp(lh) e^{iπ tanh θ} · STFT(pulses(f0)) + exp(ln) · Z + exp(lr) e^{iφ},    n_fft 1200, hop 300, 24 kHz
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from troubadour.stems.sing.curves import pitch_hz, speech_hz
from troubadour.stems.sing.halves import BY_FRAME, ENERGY, PITCH, prepare
from troubadour.stems.sing.manner import Manner
from troubadour.stems.sing.seams import Rendered
from troubadour.stems.sing.timeline import TimedLine
from troubadour.stems.sing.timemap import Spans, spoken_time
from troubadour.stems.sing.value import Voice
from troubadour.units import hz
from troubadour.words import Word
from troubadour.words.phones import MARKS, UNVOICED, VOWELS

RATE_HZ, FRAME_HZ = 24_000, 80.0
SPEED = 0.75  # a little slow: vowels reach their place, consonants stay short
EARLY_S = 0.056  # the sound comes this much before the network's own phone times (by forced alignment)
SPOKEN_HZ = (150.0, 220.0)  # the pitches at which the network speaks well
LESS_RESIDUE = 0.3  # held vowels: the free-phase part would ring at the frame rate
LEAST_VOWEL, LEAST_CONSONANT = 4, 2  # units of 25 ms
HELD_S, LEAST_HELD = 0.3, 7  # a vowel sung longer than this is spoken longer, and with some stress: a held weak one is blurred
HOLD = (0.40, 0.75)  # of a spoken pure vowel: the network reaches its vowels late and stays in them
SILENT = -9.0  # of a log spectrum
LONGEST = 320  # phones that are spoken at once

Spectrum = NDArray[np.float32]


@dataclass(frozen=True)
class Speech:
    """A line as spoken: five spectra [601, frames], where each of its sounds lies, in seconds, and its own pitch in Hz."""

    spectra: tuple[Spectrum, ...]
    spans: Spans
    pitch: NDArray[np.float32]


@lru_cache(maxsize=2)
def _halves(folder: Path) -> tuple[Any, Any]:
    """The two halves of the network, on one thread: more would change nothing but the noise of a busy machine."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False  # what was used for one line is given back
    options.log_severity_level = 3
    encoder, decoder = (
        onnxruntime.InferenceSession(str(folder / half), options, providers=["CPUExecutionProvider"])
        for half in ("encoder.onnx", "decoder.onnx")
    )
    return encoder, decoder


@lru_cache(maxsize=1)
def _numbers() -> dict[str, int]:
    """The network's number for each sign."""
    import hibari

    numbers: dict[str, int] = json.loads((Path(hibari.__file__).parent / "assets" / "vocab.json").read_text("utf-8"))
    return numbers


@dataclass(frozen=True)
class Signs:
    """What the network reads: signs, and for each sound the first and last sign that speak it."""

    signs: str
    places: tuple[tuple[int, int], ...]


def signs_of(words: tuple[Word, ...]) -> Signs:
    """The words' sounds with stress marks, spaces and commas."""
    signs, places = "", []
    for word in words:
        for syllable in word.syllables:
            for symbol in syllable.onset:
                places.append((len(signs), len(signs)))
                signs += symbol
            mark = MARKS[syllable.stress]
            places.append((len(signs), len(signs) + len(mark)))
            signs += mark + syllable.nucleus
            for symbol in syllable.coda:
                places.append((len(signs), len(signs)))
                signs += symbol
        signs += ", " if any(c in word.text for c in ",;:—…") else " "
    return Signs(signs.rstrip(" ,") + ".", tuple(places))


def chunks(words: tuple[Word, ...]) -> list[tuple[Word, ...]]:
    """The words in runs that the network can read at once."""
    runs: list[list[Word]] = [[]]
    for word in words:
        if runs[-1] and len(signs_of((*runs[-1], word)).signs) > LONGEST:
            runs.append([])
        runs[-1].append(word)
    return [tuple(run) for run in runs]


def stressed(words: tuple[Word, ...], held: tuple[bool, ...]) -> tuple[Word, ...]:
    """The words with some stress on every syllable that is held."""
    each = iter(held)
    return tuple(
        replace(word, syllables=tuple(replace(s, stress=max(s.stress, int(next(each)))) for s in word.syllables))
        for word in words
    )


def speak(words: tuple[Word, ...], pitches: tuple[float, ...], held: tuple[bool, ...]) -> Speech:
    """The words spoken slowly, each syllable conditioned on its pitch in Hz and with room if its vowel is held."""
    speeches, melody, at, used = [], [], 0.0, 0
    spans: list[tuple[float, float]] = []
    for run in chunks(words):
        count = sum(len(w.syllables) for w in run)
        speech = speak_run(run, pitches[used : used + count], held[used : used + count])
        speeches.append(speech.spectra)
        melody.append(speech.pitch)
        spans += [(a + at, b + at) for a, b in speech.spans]
        at, used = at + speech.spectra[0].shape[1] / FRAME_HZ, used + count
    joined = tuple(np.concatenate(parts, axis=1) for parts in zip(*speeches, strict=True))
    return Speech(joined, tuple(spans), np.concatenate(melody))


def speak_run(words: tuple[Word, ...], pitches: tuple[float, ...], long: tuple[bool, ...]) -> Speech:
    """As `speak`, for as many words as the network reads at once."""
    encoder, decoder = _halves(prepare())
    read, numbers = signs_of(stressed(words, long)), _numbers()
    ids = [0, *(numbers[sign] for sign in read.signs), 0]
    features, spoken, own_pitch, own_energy = encoder.run(
        None, {"ids": np.array([ids]), "speed": np.array([SPEED], np.float32)}
    )
    own = np.maximum(np.round(spoken), 1).astype(int)  # in units of two frames
    held = lengthened(own, words, read, long)
    source = frames_of(own, held)
    own_pitch, own_energy = own_pitch[:, source], own_energy[:, source]
    begins = np.concatenate([[0], np.cumsum(held)]) * 2 / FRAME_HZ
    spans = tuple((begins[a + 1] - EARLY_S, begins[b + 2] - EARLY_S) for a, b in read.places)
    pitch, energy = conditioned(words, pitches, spans, own_pitch, own_energy)
    by_frame = np.repeat(features, held * 2, axis=2)
    spectra = decoder.run(None, {BY_FRAME: by_frame, PITCH: pitch, ENERGY: energy})
    return Speech(tuple(s[0] for s in spectra), spans, own_pitch[0])


def lengthened(own: NDArray[np.int64], words: tuple[Word, ...], read: Signs, long: tuple[bool, ...]) -> NDArray[np.int64]:
    """The network's lengths with room for every sound: a weak vowel of 25 ms, held for a note, would be its neighbours' noise."""
    held = own.copy()
    syllables = zip((s for w in words for s in w.syllables), long, strict=True)
    sounds = ((symbol, is_long) for s, is_long in syllables for symbol in (*s.onset, s.nucleus, *s.coda))
    for (symbol, is_long), (_, last) in zip(sounds, read.places, strict=True):
        least = (LEAST_HELD if is_long else LEAST_VOWEL) if symbol in VOWELS else LEAST_CONSONANT
        held[last + 1] = max(held[last + 1], least)
    return held


def frames_of(own: NDArray[np.int64], held: NDArray[np.int64]) -> NDArray[np.int64]:
    """For every frame of the lengthened speech, the frame of the network's own that it is taken from."""
    begins = np.concatenate([[0], np.cumsum(own)]) * 2
    steps = [begin + ((np.arange(2 * n) + 0.5) * m / n).astype(int) for begin, m, n in zip(begins, own, held, strict=False)]
    return np.concatenate(steps)


def spoken_sound(words: tuple[Word, ...], voice: Voice) -> NDArray[np.float64]:
    """The words as the voice speaks them, at its own speed and pitch: what its singing is measured against."""
    from hibari import dsp

    encoder, decoder = _halves(prepare())
    numbers = _numbers()
    ids = [0, *(numbers[sign] for sign in signs_of(words).signs), 0]
    features, held, pitch, energy = encoder.run(None, {"ids": np.array([ids]), "speed": np.array([1.0], np.float32)})
    by_frame = np.repeat(features, np.maximum(np.round(held), 1).astype(int) * 2, axis=2)
    spectra = decoder.run(None, {BY_FRAME: by_frame, PITCH: pitch, ENERGY: energy})
    lh, theta, ln, lr = (scaled_formants(s[0], voice.formant) for s in spectra[:4])
    own = pitch[0] * np.float32(voice.formant if voice.gender == "f" else 0.6)
    return np.asarray(dsp.synth(lh, theta, ln, lr, spectra[4][0], own, np.random.default_rng(0)), np.float64)


def conditioned(
    words: tuple[Word, ...], pitches: tuple[float, ...], spans: Spans, own_pitch: Spectrum, own_energy: Spectrum
) -> tuple[Spectrum, Spectrum]:
    """Pitch and energy to speak with: each voiced sound at its note, weak vowels half-way raised to the strong ones."""
    sounds = [
        (symbol, hertz)
        for syllable, hertz in zip((s for w in words for s in w.syllables), pitches, strict=True)
        for symbol in (*syllable.onset, syllable.nucleus, *syllable.coda)
    ]
    frames = [(max(0, round(a * FRAME_HZ)), max(1, round(b * FRAME_HZ))) for a, b in spans]
    pitch, energy = np.zeros_like(own_pitch), own_energy.copy()
    vowels = [own_energy[0, i:j] for (symbol, _), (i, j) in zip(sounds, frames, strict=True) if symbol in VOWELS and j > i]
    strong = float(np.percentile(np.concatenate(vowels), 70)) if vowels else 0.0
    for (symbol, hertz), (i, j) in zip(sounds, frames, strict=True):
        if symbol in UNVOICED or j <= i:
            continue
        pitch[0, i:j] = np.clip(hertz, *SPOKEN_HZ)
        if symbol in VOWELS:
            energy[0, i:j] = 0.5 * energy[0, i:j] + 0.5 * max(strong, float(np.percentile(own_energy[0, i:j], 75)))
    holes = (pitch[0, 1:-1] == 0) & (pitch[0, :-2] > 0) & (pitch[0, 2:] > 0)  # between two voiced sounds: one frame's rounding
    pitch[0, 1:-1][holes] = pitch[0, :-2][holes]
    return pitch, energy


def scaled_formants(spectrum: Spectrum, factor: float) -> Spectrum:
    """The spectrum with its resonances moved by `factor`."""
    if factor == 1.0:
        return spectrum
    bins = spectrum.shape[0]
    at = np.minimum(np.arange(bins) / factor, bins - 1.001)
    low = at.astype(int)
    part = (at - low)[:, None].astype(np.float32)
    return np.asarray(spectrum[low] * (1 - part) + spectrum[low + 1] * part, np.float32)


def render(timed: TimedLine, voice: Voice, manner: Manner, lead_s: float, tail_s: float, rng: np.random.Generator) -> Rendered:
    """The line sung at 24 kHz, beginning `lead_s` before its first note and ending `tail_s` after its last sound."""
    from hibari import dsp

    words = timed.line.words
    hertz = tuple(
        hz(float(np.mean([n.pitch for n in timed.notes if n.syllable == i]))) / voice.formant for i in range(len(timed.word_of))
    )
    held = tuple(s.end_s - s.start_s > HELD_S for s in timed.sounds if s.role == "nucleus")
    speech = speak(words, hertz, held)
    frames = int(np.ceil((lead_s + timed.end_s + tail_s) * FRAME_HZ))
    time_s = (np.arange(frames, dtype=np.float64) + 0.5) / FRAME_HZ - lead_s
    source, which = spoken_time(timed.sounds, speech.spans, time_s, rng, HOLD)
    at = np.clip(source * FRAME_HZ - 0.5, 0, speech.spectra[0].shape[1] - 1.001)
    low = at.astype(int)
    part = (at - low).astype(np.float32)
    lh, theta, ln, lr = (s[:, low] * (1 - part) + s[:, low + 1] * part for s in speech.spectra[:4])
    phi = speech.spectra[4][:, np.round(at).astype(int)]
    symbols = np.array([s.symbol for s in timed.sounds] + [" "])[which]
    vowel = np.array([s.role == "nucleus" for s in timed.sounds] + [False])[which]
    voiced = ~np.isin(symbols, [*UNVOICED, " "])
    phi = np.where(vowel, rng.uniform(-np.pi, np.pi, phi.shape), phi).astype(np.float32)
    lr -= np.float32(LESS_RESIDUE) * vowel
    for spectrum in (lh, ln, lr):
        spectrum[:, which < 0] = SILENT
    lh, theta, ln, lr = (scaled_formants(s, voice.formant) for s in (lh, theta, ln, lr))
    ln += np.float32(voice.breath + manner.breath) * voiced
    lh[:, ~voiced] = SILENT  # not a pitch of zero: the pulses would slide down to it and up again at every consonant
    f0 = pitch_hz(timed.notes, time_s, voice.vibrato_cents, manner, rng)
    if manner.speech:
        f0 = speech_hz(timed.notes, speech.pitch.astype(np.float64), at)
    return np.asarray(dsp.synth(lh, theta, ln, lr, phi, f0.astype(np.float32), rng), np.float64), RATE_HZ
