"""How well recordings are heard, by mir_eval, beside plain librosa: tempo, beats, key, chords, melody, sections; and how fast.

The material is rendered by the `fluidsynth` player from scores that are not our composer's (music21's corpus), each in tempos, keys
and instruments that its composer did not ask for; sections are those of pieces laid after one another, back and forth. With
EARS_RECORDINGS=FOLDER the recordings there, as its `facts.json` annotates them (`{"items": [{"file", "tempo_bpm", "beats", "key",
"chords", "melody"}]}`), are heard as well. EARS_PARTS names what is wanted of `rendered sections recorded` (default: all);
EARS_QUICK=1 leaves out librosa's pYIN, which takes most of the time. Tempo: within 2 % counts 1, half or double 0.5; a segment's
boundary counts within 3 s.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import mido
import numpy as np
import soundfile

from troubadour.files.recording import opened
from troubadour.listen import analyze
from troubadour.listen.show import facts

BANK = Path("/usr/share/sounds/sf3/MuseScore_General.sf3")
SECONDS = 30.0
# Score, tempo in quarter notes a minute, semitones up, General MIDI programs by part.
PIECES = (
    ("bach/bwv66.6", 92, 2, (48,)), ("bach/bwv267", 70, -1, (19,)), ("bach/bwv10.7", 104, 3, (73, 71, 70, 70)),
    ("joplin/maple_leaf_rag", 88, 1, (0,)), ("haydn/opus74no1/movement3", 150, -2, (40, 40, 41, 42)),
    ("mozart/k80/movement1", 84, 0, (48, 48, 41, 42)), ("beethoven/opus18no1/movement1", 160, 2, (40, 40, 41, 42)),
    ("schubert/lindenbaum", 60, -3, (53, 0, 0)),
)  # fmt: skip
NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
FORM = (0, 1, 0, 2, 1)  # which pieces follow one another where sections are to be heard
FORM_PIECES = ((3, 4, 5), (6, 0, 7), (2, 5, 3))  # by their place in PIECES
PART_S = 20.0
Heard = dict[str, Any]


def medleys(folder: Path) -> Iterator[tuple[Path, Heard]]:
    """Sound files of which it is known where their sections begin."""
    played = [soundfile.read(path) for path, _ in rendered(folder)]
    for number, pieces in enumerate(FORM_PIECES):
        parts = [played[pieces[each]][0][: round(PART_S * 44_100)] for each in FORM]
        path = folder / f"medley{number}.wav"
        soundfile.write(path, np.concatenate(parts), 44_100)
        edges = np.concatenate([[0.0], np.cumsum([len(part) / 44_100 for part in parts])])
        yield (
            path,
            {"sections": [[float(a), float(b), str(each)] for a, b, each in zip(edges[:-1], edges[1:], FORM, strict=True)]},
        )


def rendered(folder: Path) -> Iterator[tuple[Path, Heard]]:
    """Sound files with what is true of them."""
    from music21 import corpus

    for number, (name, bpm, up, programs) in enumerate(PIECES):
        score = corpus.parse(name)
        parts = [_notes(part, up, SECONDS * bpm / 60) for part in score.parts]
        path = folder / f"{number}.wav"
        _play(parts, programs, bpm, path)
        key = score.analyze("key")
        beat_s = 60.0 / bpm
        last = min(SECONDS, max(end for part in parts for _, end, _ in part) * beat_s)
        yield (
            path,
            {
                "file": name,
                "tempo_bpm": float(bpm),
                "beats": list(np.arange(0.0, last, beat_s)),
                "key": f"{NAMES[(key.tonic.pitchClass + up) % 12]} {key.mode}",
                "chords": [[a * beat_s, b * beat_s, label] for a, b, label in _chords(score, up, SECONDS / beat_s)],
                "melody": [[a * beat_s, b * beat_s, pitch] for a, b, pitch in parts[0]],
            },
        )


def annotated() -> Iterator[tuple[Path, Heard]]:
    """Recordings with annotations, where a folder of them is named."""
    folder = os.environ.get("EARS_RECORDINGS")
    if folder:
        for item in json.loads((Path(folder) / "facts.json").read_text())["items"]:
            if item.get("is_music"):
                yield Path(folder) / item["file"], item


def _notes(part: Any, up: int, beats: float) -> list[tuple[float, float, int]]:
    found = []
    for element in part.stripTies().flatten().notes:
        top = max(pitch.midi for pitch in element.pitches)
        if element.quarterLength and element.offset < beats:
            found.append((float(element.offset), float(element.offset + element.quarterLength), top + up))
    return found


def _chords(score: Any, up: int, beats: float) -> list[tuple[float, float, str]]:
    """Plain triads; what is none counts for nobody."""
    found = []
    for chord in score.chordify().flatten().getElementsByClass("Chord"):
        if chord.quarterLength and chord.offset < beats:
            quality = {"major": "maj", "minor": "min"}.get(chord.quality) if chord.isTriad() else None
            label = f"{NAMES[(chord.root().pitchClass + up) % 12]}:{quality}" if quality else "X"
            found.append((float(chord.offset), float(chord.offset + chord.quarterLength), label))
    return found


def _play(parts: list[list[tuple[float, float, int]]], programs: tuple[int, ...], bpm: float, path: Path) -> None:
    file = mido.MidiFile(ticks_per_beat=480)
    for channel, notes in enumerate(parts):
        track = mido.MidiTrack()
        file.tracks.append(track)
        track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm)))
        track.append(mido.Message("program_change", channel=channel, program=programs[channel % len(programs)]))
        events = sorted([(round(a * 480), 1, p) for a, _, p in notes] + [(round(b * 480) - 1, 0, p) for _, b, p in notes])
        at = 0
        for tick, on, pitch in events:
            track.append(
                mido.Message("note_on" if on else "note_off", channel=channel, note=pitch, velocity=85, time=tick - at)
            )
            at = tick
    midi = path.with_suffix(".mid")
    file.save(midi)
    subprocess.run(
        ["fluidsynth", "-ni", "-q", "-g", "0.5", "-r", "44100", "-F", path, BANK, midi], check=True, capture_output=True
    )
    sound, rate = soundfile.read(path, stop=round(SECONDS * 44_100))
    soundfile.write(path, sound, rate)


def ours(path: Path) -> Heard:
    """What `troubadour listen` says."""
    return facts(analyze(opened(path)))


def librosas(path: Path) -> Heard:
    """Plain librosa: beat_track, Krumhansl's profiles on chroma_cqt, triads per beat, pYIN."""
    import librosa

    sound, rate = librosa.load(path, sr=22_050, mono=True)
    bpm, frames = librosa.beat.beat_track(y=sound, sr=rate)
    chroma = librosa.feature.chroma_cqt(y=sound, sr=rate)
    major = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88]
    minor = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17]
    fit = {f"{NAMES[k]} {mode}": np.corrcoef(chroma.mean(1), np.roll(profile, k))[0, 1]
           for k in range(12) for mode, profile in (("major", major), ("minor", minor))}  # fmt: skip
    edges = np.unique(np.r_[0, frames, chroma.shape[1]])
    times = librosa.frames_to_time(edges, sr=rate)
    triads = {f"{NAMES[k]}:{q}": np.isin(np.arange(12), [(k + s) % 12 for s in steps]).astype(float)
              for k in range(12) for q, steps in (("maj", (0, 4, 7)), ("min", (0, 3, 7)))}  # fmt: skip
    chords = []
    for a, b, start, end in zip(edges[:-1], edges[1:], times[:-1], times[1:], strict=True):
        middle = np.median(chroma[:, a:b], axis=1)
        chords.append([start, end, max(triads, key=lambda name, m=middle: float(triads[name] @ m))])
    melody = None if os.environ.get("EARS_QUICK") else _pyin(sound, rate)
    parts = librosa.segment.agglomerative(
        librosa.util.sync(chroma, frames, aggregate=np.median), max(2, round(len(sound) / rate / 15))
    )
    bounds = [0.0, *librosa.frames_to_time(np.r_[0, frames][parts], sr=rate)[1:], len(sound) / rate]
    return {"tempo_bpm": float(np.atleast_1d(bpm)[0]), "beats_s": librosa.frames_to_time(frames, sr=rate).tolist(),
            "key": max(fit, key=fit.__getitem__), "chords": chords, "melody": melody,
            "sections": [[a, b, "x"] for a, b in pairwise(bounds) if b > a]}  # fmt: skip


def _pyin(sound: np.ndarray, rate: float) -> list[list[float]]:
    import librosa

    f0, voiced, _ = librosa.pyin(sound, fmin=65, fmax=1047, sr=rate, hop_length=512)
    step = 512 / rate
    return [[k * step, (k + 1) * step, 69 + 12 * np.log2(f / 440)] for k, f in enumerate(f0) if voiced[k] and f > 0]


def scores(true: Heard, heard: Heard) -> dict[str, float]:
    """mir_eval's scores for whatever is known to be true."""
    import mir_eval

    found: dict[str, float] = {}
    if true.get("tempo_bpm"):
        bpm = heard["tempo_bpm"] or 1e-3
        levels = (true["tempo_bpm"], *true.get("tempo_also", ()))
        exact = any(abs(bpm / each - 1) <= 0.02 for each in levels)
        found["tempo"] = 1.0 if exact else 0.5 * any(abs(bpm * f / true["tempo_bpm"] - 1) <= 0.02 for f in (0.5, 2.0))
    if true.get("beats"):
        found["beats"] = mir_eval.beat.f_measure(np.array(true["beats"]), np.array(heard["beats_s"]))
    if true.get("key"):
        found["key"] = mir_eval.key.weighted_score(true["key"], heard["key"]) if heard["key"] else 0.0
    if true.get("chords"):
        spans, names = np.array([c[:2] for c in true["chords"]]), [c[2] for c in true["chords"]]
        others = np.array([c[:2] for c in heard["chords"]]), [c[2] for c in heard["chords"]]
        found["chords"] = mir_eval.chord.evaluate(spans, names, *others)["majmin"] if heard["chords"] else 0.0
    if true.get("sections"):
        spans, others = (np.array([each[:2] for each in of["sections"]]) for of in (true, heard))
        others[-1, 1] = spans[-1, 1]
        found["sections"] = mir_eval.segment.detection(spans, others, window=3.0, trim=True)[2]
    if true.get("melody") and heard["melody"] is not None:
        at = np.arange(0.0, true.get("melody_until") or true["melody"][-1][1], 0.01)
        found["melody"] = mir_eval.melody.evaluate(at, _hz(true["melody"], at), at, _hz(heard["melody"], at))[
            "Overall Accuracy"
        ]
    return found


def _hz(notes: list[list[float]], at: np.ndarray) -> np.ndarray:
    hz = np.zeros(len(at))
    for start, end, pitch in notes:
        hz[(at >= start) & (at < end)] = 440.0 * 2 ** ((pitch - 69) / 12)
    return hz


def main() -> None:
    """Prints a table."""
    warnings.filterwarnings("ignore")
    peers: dict[str, Callable[[Path], Heard]] = {"troubadour": ours, "librosa": librosas}
    wanted = os.environ.get("EARS_PARTS", "rendered sections recorded").split()
    table: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        materials = {
            "rendered": lambda: rendered(Path(folder)),
            "sections": lambda: medleys(Path(folder)),
            "recorded": annotated,
        }
        for what, material in materials.items():
            for path, true in material() if what in wanted else ():
                for peer, hear in peers.items():
                    began = time.process_time()
                    heard = hear(path)
                    cost = (time.process_time() - began) / soundfile.info(path).duration
                    for name, value in {**scores(true, heard), "cpu s per s": cost}.items():
                        table.setdefault((what, f"{name:12} {peer}"), []).append(value)
                print(f"{what}: {true.get('file', path.name)}", flush=True)
    for (what, name), values in sorted(table.items()):
        print(f"{what}  {name:24} {np.mean(values):.3f}  ({len(values)})")
