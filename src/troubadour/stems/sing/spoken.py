"""The recorded singers: a speech synthesiser says the line's sounds, WORLD makes them sing.

flite (Carnegie Mellon) gets the sounds of the score, not its text, so that every one of them comes back with its time. WORLD
(Morise et al. 2016) takes the speech apart into pitch, spectrum and breathiness; the last two are stretched onto the
song's timeline and put together again at the song's pitch.
"""

from __future__ import annotations

import subprocess
import tempfile
import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import butter, resample_poly, sosfilt, sosfiltfilt

from troubadour.errors import ToolMissing
from troubadour.stems.sing import piper
from troubadour.stems.sing.curves import pitch_hz, speech_hz
from troubadour.stems.sing.manner import Manner
from troubadour.stems.sing.seams import Rendered, Speech, SpokenVoice, Unspoken
from troubadour.stems.sing.timeline import TimedLine
from troubadour.stems.sing.timemap import Spans, spoken_time
from troubadour.stems.sing.value import Engine, Voice
from troubadour.units import SAMPLE_RATE_HZ
from troubadour.words import Syllable
from troubadour.words.phones import UNVOICED, VOWELS

FRAME_S = 0.005
SLOWER = 1.15
RATE_HZ = SAMPLE_RATE_HZ
CLEANER = 0.6  # sung vowels are less breathy than spoken ones
HUMMED = frozenset("mnŋlɹwj")  # voiced throughout; other voiced consonants as the analysis found them

# flite's names (the radio alphabet) of the singer's sounds.
NAMES = {
    "A": "ey", "I": "ay", "O": "ow", "Q": "ow", "W": "aw", "Y": "oy", "a": "aa", "e": "eh", "i": "iy", "o": "ao", "u": "uw",
    "æ": "ae", "ɑ": "aa", "ɐ": "ax", "ɒ": "aa", "ɔ": "ao", "ə": "ax", "ɚ": "er", "ɛ": "eh", "ɜ": "er", "ɪ": "ih", "ʊ": "uh",
    "ʌ": "ah", "ᵻ": "ih", "ᵊ": "ax", "b": "b", "d": "d", "f": "f", "h": "hh", "j": "y", "k": "k", "l": "l", "m": "m", "n": "n",
    "p": "p", "s": "s", "t": "t", "v": "v", "w": "w", "z": "z", "ð": "dh", "ŋ": "ng", "ɡ": "g", "ɹ": "r", "ʃ": "sh", "ʒ": "zh",
    "ʤ": "jh", "ʧ": "ch", "θ": "th", "T": "d", "ʦ": "t",
}  # fmt: skip
BRIDGED = frozenset(NAMES[symbol] for symbol in (*VOWELS, *HUMMED)) | {"er"}
R_COLOURED = frozenset("əɜɚᵊ")  # with a following ɹ, one sound of flite's: er


@dataclass(frozen=True)
class Analysis:
    """A spoken line as WORLD sees it, 5 ms a frame: pitch, log power spectrum and aperiodicity; and where its sounds lie."""

    pitch: NDArray[np.float64]
    spectrum: NDArray[np.float32]
    aperiodicity: NDArray[np.float32]
    rate_hz: int
    spans: Spans


@lru_cache(maxsize=1)
def world() -> Any:
    """pyworld, which looks its own version up in a way that warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyworld

    return pyworld


@dataclass(frozen=True)
class Script:
    """What flite is told, and for each of the line's sounds: which of flite's it is, and which part of it (from, to)."""

    names: tuple[str, ...]
    places: tuple[tuple[int, float, float], ...]


def script_of(syllables: tuple[Syllable, ...]) -> Script:
    """The sounds in flite's alphabet; *er* is one sound of flite's and two of ours."""
    names: list[str] = []
    places: list[tuple[int, float, float]] = []
    for syllable in syllables:
        for symbol in syllable.onset:
            places.append((len(names), 0.0, 1.0))
            names.append(NAMES[symbol])
        coloured = syllable.nucleus in R_COLOURED and syllable.coda.startswith("ɹ")
        places.append((len(names), 0.0, 0.6 if coloured else 1.0))
        names.append("er" if coloured else NAMES[syllable.nucleus])
        if coloured:
            places.append((len(names) - 1, 0.6, 1.0))
        for symbol in syllable.coda[coloured:]:
            places.append((len(names), 0.0, 1.0))
            names.append(NAMES[symbol])
    return Script(tuple(names), tuple(places))


@lru_cache(maxsize=32)
def analysed(engine: Engine, speaker: str, syllables: tuple[Syllable, ...]) -> Analysis:
    """The line said and taken apart. Raises ToolMissing without the speaker's program, Unspoken when it said something else."""
    return taken_apart(SPEAKERS[engine](speaker, syllables), script_of(syllables))


def taken_apart(speech: Speech, script: Script) -> Analysis:
    """A spoken line as WORLD sees it."""
    pyworld, sound, rate, spans = world(), speech.sound, speech.rate_hz, speech.spans
    pitch, at = pyworld.dio(sound, rate, 60.0, 500.0, frame_period=1000 * FRAME_S)
    pitch = filled(pyworld.stonemask(sound, pitch, at, rate), script, spans)
    spectrum = pyworld.cheaptrick(sound, pitch, at, rate)
    aperiodicity = pyworld.d4c(sound, pitch, at, rate, threshold=0.3)
    return Analysis(pitch, np.log(spectrum + 1e-16).astype(np.float32), aperiodicity.astype(np.float32), rate, spans)


def filled(pitch: NDArray[np.float64], script: Script, spans: Spans) -> NDArray[np.float64]:
    """The pitch with its gaps inside vowels and hums bridged: a creak taken for noise would be stretched into a long hiss."""
    found = np.flatnonzero(pitch > 0)
    if not len(found):
        return pitch
    bridged = np.interp(np.arange(len(pitch)), found, pitch[found])
    out = pitch.copy()
    for (index, _, _), (start, end) in zip(script.places, spans, strict=True):
        if script.names[index] in BRIDGED:
            part = slice(round(start / FRAME_S), round(end / FRAME_S) + 1)
            out[part] = np.where(pitch[part] > 0, pitch[part], bridged[part])
    return out


def by_flite(speaker: str, syllables: tuple[Syllable, ...]) -> Speech:
    """The syllables said by flite. Raises ToolMissing without flite, Unspoken when it said something else."""
    script = script_of(syllables)
    names = script.names
    with tempfile.TemporaryDirectory(prefix="troubadour-") as folder:
        target = Path(folder) / "line.wav"
        phones = " ".join(("pau", *names, "pau"))
        command = [
            "flite",
            "-voice",
            speaker,
            "-psdur",
            "--setf",
            f"duration_stretch={SLOWER}",
            "-p",
            phones,
            "-o",
            str(target),
        ]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        except FileNotFoundError:
            raise ToolMissing("the recorded singers need flite: apt-get install flite") from None
        found = [part.rsplit(":", 1) for part in done.stdout.split()]
        if done.returncode or [name for name, _ in found] != ["pau", *names, "pau"] or not target.is_file():
            raise Unspoken(f"flite said {len(found)} sounds for {len(names) + 2}")
        sound, rate = soundfile.read(target)
    edges = np.array([0.0, *(float(end) for _, end in found)])
    starts, lengths = edges[1:-2], np.diff(edges)[1:-1]  # between the two pauses
    spans = tuple((float(starts[i] + a * lengths[i]), float(starts[i] + b * lengths[i])) for i, a, b in script.places)
    return Speech(np.asarray(sound, np.float64), int(rate), spans)


# Who says the sounds for each engine.
SPEAKERS: dict[Engine, SpokenVoice] = {"spoken": by_flite, "piper": piper.said}


def render(timed: TimedLine, voice: Voice, manner: Manner, lead_s: float, tail_s: float, rng: np.random.Generator) -> Rendered:
    """The line sung at 44.1 kHz, beginning `lead_s` before its first note and ending `tail_s` after its last sound."""
    syllables = tuple(s for w in timed.line.words for s in w.syllables)
    line = analysed(voice.engine, voice.path or voice.speaker, syllables)
    frames = int(np.ceil((lead_s + timed.end_s + tail_s) / FRAME_S))
    time_s = np.arange(frames, dtype=np.float64) * FRAME_S - lead_s
    source, which = spoken_time(timed.sounds, line.spans, time_s, rng)
    at = np.clip(source / FRAME_S, 0, len(line.pitch) - 1.001)
    low = at.astype(int)
    part = (at - low)[:, None].astype(np.float32)
    spectrum = line.spectrum[low] * (1 - part) + line.spectrum[low + 1] * part
    aperiodicity = line.aperiodicity[low] * (1 - part) + line.aperiodicity[low + 1] * part
    symbols = np.array([s.symbol for s in timed.sounds] + [" "])[which]
    vowel = np.array([s.role == "nucleus" and s.symbol not in UNVOICED for s in timed.sounds] + [False])[which]
    voiced = vowel | np.isin(symbols, [*HUMMED]) | (~np.isin(symbols, [*UNVOICED, " "]) & (line.pitch[low] > 0))
    aperiodicity[vowel] *= CLEANER
    aperiodicity[~voiced] = 1.0
    spectrum[which < 0] = np.log(1e-12)
    spectrum, aperiodicity = stretched_formants(spectrum, voice.formant), stretched_formants(aperiodicity, voice.formant)
    if airy := 0.2 * (voice.breath + manner.breath):
        aperiodicity[voiced] = np.clip(aperiodicity[voiced] + airy * np.linspace(0.2, 1.0, aperiodicity.shape[1]), 0.0, 1.0)
    f0 = pitch_hz(timed.notes, time_s, voice.vibrato_cents, manner, rng)
    pitch = np.where(voiced, speech_hz(timed.notes, line.pitch, at) if manner.speech else f0, 0.0)
    sound = world().synthesize(
        pitch,
        np.ascontiguousarray(np.exp(spectrum.astype(np.float64))),
        np.ascontiguousarray(np.clip(aperiodicity.astype(np.float64), 0.001, 1.0)),
        line.rate_hz,
        1000 * FRAME_S,
    )
    shared = np.gcd(RATE_HZ, line.rate_hz)
    return with_air(resample_poly(sound, RATE_HZ // shared, line.rate_hz // shared), rng), RATE_HZ


def stretched_formants(spectrum: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Frames of a spectrum [frames, bins] with the resonances moved by `factor`."""
    if factor == 1.0:
        return spectrum
    bins = spectrum.shape[1]
    at = np.minimum(np.arange(bins) / factor, bins - 1.001)
    low = at.astype(int)
    part = (at - low).astype(np.float32)
    return np.asarray(spectrum[:, low] * (1 - part) + spectrum[:, low + 1] * part, np.float32)


def with_air(sound: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """The sound with what 16 kHz recordings lack: noise above 7.5 kHz that follows the hiss below it."""
    hiss = sosfilt(butter(2, (4500.0, 7400.0), "band", fs=RATE_HZ, output="sos"), sound)
    envelope = sosfiltfilt(butter(1, 60.0, fs=RATE_HZ, output="sos"), np.abs(hiss))
    air = sosfilt(butter(4, (7500.0, 13_000.0), "band", fs=RATE_HZ, output="sos"), rng.standard_normal(len(sound)))
    return np.asarray(sound + 0.9 * np.maximum(envelope, 0.0) * air)
