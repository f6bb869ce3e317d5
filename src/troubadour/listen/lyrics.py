"""When each word of a lyric is sung in a recording: the words, spoken by flite, are laid along the voice.

Every sound of the lyric gets a pattern: how flite's voice says it there, as mel cepstra, evened out over speaker and channel. The
voice (where there is a band, what can be told from it) is then cut into these sounds by one best path (L. Rabiner, "A tutorial on
hidden Markov models", 1989): vowels last as long as they like, consonants are short, and between two words there may be a pause.
How much better a word's frames fit their own sounds than those of the rest of the lyric is the confidence in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.fft
import soxr
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from troubadour.errors import BadRequest
from troubadour.listen.separate import separated
from troubadour.listen.spectra import magnitudes, mel_bands
from troubadour.stems.band.compiled import compiled
from troubadour.stems.sing.seams import Speech, Unspoken
from troubadour.stems.sing.spoken import by_flite
from troubadour.units import SAMPLE_RATE_HZ
from troubadour.words import Word
from troubadour.words.phones import VOWELS

Floats = NDArray[np.float32]

SPEAKERS = ("slt", "rms")  # flite's: a woman and a man; whoever is more like the voice
RATE_HZ, WINDOW, HOP = 16_000, 512, 160
FRAMES_PER_S = RATE_HZ / HOP
BANDS, LOWEST_HZ, HIGHEST_HZ, CEPSTRA = 26, 100.0, 7000.0, 13
LOUD_DB, QUIET_DB = -18.0, -38.0  # against the loudest frames: surely sung, surely silent
VOWEL_COST, CONSONANT_COST = 0.0, 0.1  # of every frame that a sound goes on
PAUSE_COST = 1.0  # of a pause inside a line
HALF_SURE, SURE_SLOPE = 1.35, 2.5  # deviations by which a word fits better: right in half of the words of songs of ours
MOST_WORDS = 1500


@dataclass(frozen=True)
class SungWord:
    """A word with its time; `confidence` that it is sung there, 0-1."""

    text: str
    start_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True)
class _Sounds:
    """The lyric's sounds in order."""

    patterns: Floats  # [sounds, features]
    owners: NDArray[np.int64]  # the word that each belongs to
    vowels: NDArray[np.bool_]
    line_ends: NDArray[np.bool_]


@dataclass(frozen=True)
class _Laid:
    """A lyric along a voice: the sound of each frame (-1: a pause), and how well each would fit."""

    owners: NDArray[np.int64]
    path: NDArray[np.int32]
    fit: Floats
    likeness: float


def words_in(audio: NDArray[np.float32], lines: Sequence[Sequence[Word]]) -> tuple[SungWord, ...]:
    """When the words of a lyric, line by line, are sung in a recording, float32 [frames, 2] at 44.1 kHz: in its voice, or in the whole
    of it where that fits better, as it does where nothing but a voice is. Raises BadRequest, ToolMissing."""
    voice = (separated(audio)["vocals"] / 2.0**23).astype(np.float32)
    both = [sung_words(each, lines) for each in (voice, audio)]
    return max(both, key=lambda found: sum(word.confidence for word in found))


def sung_words(voice: NDArray[np.float32], lines: Sequence[Sequence[Word]]) -> tuple[SungWord, ...]:
    """When the words of a lyric, line by line, are sung by a voice, float32 [frames, channels] at 44.1 kHz. Raises BadRequest."""
    words = [word for line in lines for word in line if word.syllables]
    if not words:
        raise BadRequest("there are no words to find in this recording")
    if len(words) > MOST_WORDS:
        raise BadRequest(f"the lyrics have {len(words)} words; at most {MOST_WORDS} are looked for")
    heard, level = features(soxr.resample(voice.mean(axis=1), SAMPLE_RATE_HZ, RATE_HZ, "HQ"))
    loud = level > LOUD_DB
    if loud.sum() < FRAMES_PER_S:
        raise BadRequest("no voice can be heard in this recording, so its words cannot be found")
    heard = (heard - heard[loud].mean(axis=0)) / (heard[loud].std(axis=0) + 1e-6)
    laid = max((_laid(heard, level, _sounds(lines, speaker)) for speaker in SPEAKERS), key=lambda each: each.likeness)
    return _told(words, laid)


def _laid(heard: Floats, level: Floats, sounds: _Sounds) -> _Laid:
    """The lyric laid along the voice. Raises BadRequest when it has more sounds than there is time for."""
    if len(sounds.owners) > len(heard):
        raise BadRequest(f"this recording is {len(heard) / FRAMES_PER_S:.0f} s long, too short for so many words")
    fit = -_distances(heard, sounds.patterns)
    path, total = _best(fit, level, sounds)
    return _Laid(sounds.owners, path, fit, total / len(heard))


def _distances(heard: Floats, patterns: Floats) -> Floats:
    """The mean squared difference of every frame to every sound, [frames, sounds]: by products, so that nothing larger is made."""
    products = heard @ patterns.T
    squares = np.square(heard).sum(axis=1)[:, None] + np.square(patterns).sum(axis=1)
    return np.asarray((squares - 2.0 * products) / heard.shape[1], np.float32)


def _best(fit: Floats, level: Floats, sounds: _Sounds) -> tuple[NDArray[np.int32], float]:
    sung = np.clip((level - QUIET_DB) / (LOUD_DB - QUIET_DB), 0.0, 1.0).astype(np.float32)
    near = min(8, fit.shape[1])
    usual = np.median(np.partition(fit, -near, axis=1)[:, -near:].mean(axis=1))
    silent = 2.0 * (1.0 - 2.0 * sung) + usual
    heard = fit - np.where(sounds.vowels, 1.0, 0.4) * (1.0 - sung[:, None])
    cost = np.where(sounds.vowels, VOWEL_COST, CONSONANT_COST).astype(np.float32)
    ends = np.append(sounds.owners[1:] != sounds.owners[:-1], True)
    path, total = _path(heard.astype(np.float32), silent.astype(np.float32), cost, ends, sounds.line_ends, PAUSE_COST)
    return path, float(total)


def features(sound: Floats) -> tuple[Floats, Floats]:
    """(mel cepstra with their movement [frames, 2 * CEPSTRA], level in dB against the loudest frames), at RATE_HZ."""
    bands = mel_bands(BANDS, WINDOW // 2 + 1, RATE_HZ, LOWEST_HZ, HIGHEST_HZ)
    strong = np.concatenate([part @ bands for _, part in magnitudes(sound, WINDOW, HOP)])
    power = np.sqrt(np.square(strong).mean(axis=1))
    level = 20.0 * np.log10(uniform_filter1d(power, 5) / max(float(np.percentile(power, 95.0)), 1e-9) + 1e-9)
    cepstra = scipy.fft.dct(np.log(strong + 1e-3 * float(np.percentile(strong, 95.0)) + 1e-9), axis=1, norm="ortho")[
        :, 1 : CEPSTRA + 1
    ]
    smooth = uniform_filter1d(cepstra, 3, axis=0)
    moved = np.gradient(uniform_filter1d(cepstra, 5, axis=0), axis=0)
    return np.concatenate([smooth, 2.0 * moved], axis=1).astype(np.float32), level.astype(np.float32)


def _sounds(lines: Sequence[Sequence[Word]], speaker: str) -> _Sounds:
    raw: list[Floats] = []
    spans, owners, vowels = [], [], []
    ends: list[bool] = []
    number = -1
    for line in lines:
        words = [word for word in line if word.syllables]
        if not words:
            continue
        spoken = _said(speaker, words)
        first = sum(map(len, raw))
        spans += [(first, start_s, end_s) for start_s, end_s in spoken.spans]
        raw.append(features(np.asarray(soxr.resample(spoken.sound, spoken.rate_hz, RATE_HZ), np.float32))[0])
        for word in words:
            number += 1
            own = [symbol in VOWELS for each in word.syllables for symbol in (*each.onset, each.nucleus, *each.coda)]
            vowels += own
            owners += [number] * len(own)
        ends += [False] * (len(owners) - len(ends) - 1) + [True]
    whole = np.concatenate(raw)
    evened = (whole - whole.mean(axis=0)) / (whole.std(axis=0) + 1e-6)
    patterns = np.stack([_middle(evened, first, start, end) for first, start, end in spans])
    return _Sounds(patterns, np.array(owners), np.array(vowels), np.array(ends))


def _said(speaker: str, words: Sequence[Word]) -> Speech:
    try:
        return by_flite(speaker, tuple(syllable for word in words for syllable in word.syllables))
    except Unspoken:
        line = "".join(word.text for word in words).strip()
        raise BadRequest(f"the line {line[:60]!r} cannot be said, so it cannot be found: leave it out") from None


def _middle(evened: Floats, first: int, start_s: float, end_s: float) -> Floats:
    """The mean of a sound's inner half."""
    quarter = 0.25 * (end_s - start_s)
    a = first + round((start_s + quarter) * FRAMES_PER_S)
    return np.asarray(evened[a : max(a + 1, first + round((end_s - quarter) * FRAMES_PER_S))].mean(axis=0))


@compiled
def _path(
    fit: Floats,
    silent: Floats,
    stay_cost: Floats,
    word_ends: NDArray[np.bool_],
    line_ends: NDArray[np.bool_],
    pause_cost: float,
) -> tuple[NDArray[np.int32], float]:
    """The best path (the sound of each frame, -1 in a pause) and its likeness. States: a pause, then each sound and a pause after it."""
    frames, sounds = fit.shape
    states = 2 * sounds + 1
    total = np.full(states, -1e30, np.float32)
    fresh = np.empty(states, np.float32)
    came = np.zeros((frames, states), np.int8)  # how many states ago
    total[0] = silent[0]
    total[1] = fit[0, 0]
    for t in range(1, frames):
        for s in range(states):
            if s % 2 == 0:  # a pause
                best, back = total[s], 0
                if s > 0 and word_ends[s // 2 - 1]:
                    entered = total[s - 1] - (0.0 if line_ends[s // 2 - 1] else pause_cost)
                    if entered > best:
                        best, back = entered, 1
                elif s > 0:
                    best = -1e30
                fresh[s] = best + silent[t]
            else:
                k = s // 2
                best, back = total[s] - stay_cost[k], 0
                if total[s - 1] > best:
                    best, back = total[s - 1], 1
                if s > 1 and total[s - 2] > best:
                    best, back = total[s - 2], 2
                fresh[s] = best + fit[t, k]
            came[t, s] = back
        total[:] = fresh
    path = np.empty(frames, np.int32)
    state = states - 1 if total[states - 1] > total[states - 2] else states - 2
    for t in range(frames - 1, -1, -1):
        path[t] = -1 if state % 2 == 0 else state // 2
        state -= came[t, state]
    return path, max(total[states - 1], total[states - 2])


def _told(words: Sequence[Word], laid: _Laid) -> tuple[SungWord, ...]:
    found = []
    others, spread = laid.fit.mean(axis=1), float(laid.fit.std(axis=1).mean()) + 1e-9
    for number, word in enumerate(words):
        frames = np.flatnonzero((laid.path >= 0) & (laid.owners[laid.path] == number))
        better = float((laid.fit[frames, laid.path[frames]] - others[frames]).mean()) / spread
        confidence = 1.0 / (1.0 + np.exp(-SURE_SLOPE * (better - HALF_SURE)))
        start_s, end_s = frames[0] / FRAMES_PER_S, (frames[-1] + 1) / FRAMES_PER_S
        found.append(SungWord(word.text.strip(), round(float(start_s), 3), round(float(end_s), 3), round(float(confidence), 3)))
    return tuple(found)
