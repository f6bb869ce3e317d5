"""Public sources → corpus: `python corpus.py OUT_DIR [SOURCES_DIR]` (Python alone, and git).

POP909 (Wang et al. 2020) as cleaned and labelled by Dai, Zhang and Dannenberg (2020), and OpenEWLD (Simonetta 2018); both are
MIT. Each song becomes one JSON object a line: notes and chords in ticks from its start, semitones above the tonic nearest
middle C; POP909 with its phrases, OpenEWLD with its metre and words. Songs whose id's MD5 hashes to 0 (modulo 10) are left
out: nobody trains on them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

SOURCES = {
    "pop909": "https://github.com/Dsqvival/hierarchical-structure-analysis",
    "openewld": "https://github.com/00sapo/OpenEWLD",
}
LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
KINDS = {  # MusicXML's names of chords → Harte's
    "major": "maj", "dominant": "7", "minor-seventh": "min7", "minor": "min", "major-seventh": "maj7", "diminished": "dim",
    "major-sixth": "maj6", "dominant-ninth": "9", "minor-sixth": "min6", "diminished-seventh": "dim7",
    "augmented-seventh": "aug7", "augmented": "aug", "half-diminished": "hdim7", "suspended-fourth": "sus4",
    "suspended-second": "sus2", "dominant-13th": "13", "minor-ninth": "min9", "augmented-ninth": "aug7", "major-ninth": "maj9",
    "dominant-11th": "11", "minor-major": "minmaj7", "minor-11th": "min11", "major-minor": "minmaj7", "maj69": "maj6",
    "power": "5", "minor-13th": "min13",
}  # fmt: skip
# Krumhansl and Kessler's key profiles (Krumhansl 1990).
PROFILES = {
    "maj": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "min": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
SURE = 0.8  # correlation from which a key that was heard goes before the signature
TICKS = 12  # to the quarter in OpenEWLD: triplets fit
LEAST_NOTES = 16

Record = dict[str, Any]


def pitch_class(name: str) -> int:
    """0-11 of `C#`, `Bb`."""
    return (LETTERS[name[0]] + name.count("#") - name[1:].count("b")) % 12


def home(tonic: int) -> int:
    """The MIDI pitch of a tonic nearest middle C."""
    return 60 + (tonic if tonic <= 5 else tonic - 12)


# POP909 -----------------------------------------------------------------------------------------------------------------


def pop909(folder: Path) -> Iterator[Record]:
    """All songs of the cleaned POP909."""
    for song in sorted(folder.glob("POP909/[0-9]*")):
        keys = [key.strip() for key in (song / "analyzed_key.txt").read_text().split() if ":" in key]
        if keys:
            yield _pop_song(song, keys)


def _pop_song(song: Path, keys: list[str]) -> Record:
    name, mode = keys[0].split(":")
    tonic = pitch_class(name)
    chords, beats = _pop_chords((song / "finalized_chord.txt").read_text(), tonic)
    phrases, bars = _pop_phrases((song / "human_label1.txt").read_text())
    other, _ = _pop_phrases((song / "human_label2.txt").read_text())
    tempo = re.findall(r"[\d.]+", (song / "tempo.txt").read_text())
    record: Record = {
        "id": f"pop909-{song.name}", "corpus": "pop909", "tonic": tonic, "mode": mode, "keys": keys,
        "bpm": float(tempo[0]) if tempo else None, "bpb": 3 if abs(beats / 3 - bars) < abs(beats / 4 - bars) - 2 else 4, "tpb": 4,
        "bars": bars, "notes": _pop_notes((song / "melody.txt").read_text(), home(tonic)), "chords": chords, "phrases": phrases,
    }  # fmt: skip
    return record if other == phrases else {**record, "phrases2": other}


def _pop_notes(text: str, reference: int) -> list[list[int]]:
    notes, at = [], 0
    for line in text.splitlines():
        fields = line.split()
        if len(fields) >= 2:
            pitch, length = int(fields[0]), int(fields[1])
            if pitch > 0:
                notes.append([at, length, pitch - reference])
            at += length
    return notes


def _pop_chords(text: str, tonic: int) -> tuple[list[list[Any]], int]:
    chords: list[list[Any]] = []
    beat = 0
    for line in text.splitlines():
        whole = re.match(r"(\S+)\s+\[(.*?)\]\s+(-?\d+)\s+(\d+)", line)
        if whole is None:
            rest = re.match(r"(\S+).*?(\d+)\s*$", line)
            beat += int(rest[2]) if rest else 0
            continue
        name, beats = whole[1], int(whole[4])
        if not name.startswith("N"):
            root, quality = name.split(":")[:2]
            chord = [(pitch_class(root) - tonic) % 12, quality.split("/")[0], (int(whole[3]) - tonic) % 12]
            if chords and chords[-1][2:] == chord and chords[-1][0] + chords[-1][1] == beat * 4:
                chords[-1][1] += beats * 4
            else:
                chords.append([beat * 4, beats * 4, *chord])
        beat += beats
    return chords, beat


def _pop_phrases(text: str) -> tuple[list[list[Any]], int]:
    phrases, bar = [], 0
    for label, bars in re.findall(r"([A-Za-z]'?)(\d+)", text.strip()):
        phrases.append([label, bar, int(bars)])
        bar += int(bars)
    return phrases, bar


# OpenEWLD ---------------------------------------------------------------------------------------------------------------


def openewld(folder: Path) -> Iterator[Record]:
    """All lead sheets with chords."""
    root = folder / "dataset"
    for file in sorted(root.glob("**/*.mxl"), key=str):
        composer, song = file.relative_to(root).parts[:2]
        sheet = Sheet()
        sheet.read(_score_of(file))
        if len(sheet.notes) >= LEAST_NOTES and sheet.chords:
            yield sheet.record(f"openewld-{composer}--{song}")


def _score_of(file: Path) -> ElementTree.Element:
    with zipfile.ZipFile(file) as packed:
        name = next(n for n in packed.namelist() if not n.startswith("META") and n.endswith("xml"))
        return ElementTree.fromstring(packed.read(name))


class Sheet:
    """One lead sheet as it is read, measure by measure; ticks are fractions until the end."""

    def __init__(self) -> None:
        self.notes: list[list[float]] = []
        self.chords: list[list[Any]] = []
        self.words: list[list[Any]] = []
        self.bars: list[int] = []
        self.metres: list[list[int]] = []
        self.repeats: list[list[Any]] = []
        self.bpm: float | None = None
        self.fifths: int | None = None
        self.end = 0.0
        self._divisions = 1.0

    def read(self, score: ElementTree.Element) -> None:
        """All measures of the first part."""
        part = score.find("part")
        for measure in part.findall("measure") if part is not None else ():
            self._measure(measure)

    def _measure(self, measure: ElementTree.Element) -> None:
        start = here = last = self.end
        for element in measure:
            if element.tag == "attributes":
                self._attributes(element, start)
            elif element.tag in ("direction", "sound"):
                sound = element if element.tag == "sound" else element.find("sound")
                if sound is not None and sound.get("tempo") and self.bpm is None:
                    self.bpm = float(sound.get("tempo", "0"))
            elif element.tag in ("backup", "forward"):
                here += self._ticks(element.findtext("duration")) * (-1 if element.tag == "backup" else 1)
            elif element.tag == "harmony":
                self._harmony(element, here)
            elif element.tag == "barline":
                self._barline(element)
            elif element.tag == "note" and element.find("grace") is None and element.find("chord") is None:
                length = self._ticks(element.findtext("duration"))
                self._note(element, here, length)
                here += length
            last = max(last, here)
        self.bars.append(round(start))
        self.end = last

    def _ticks(self, text: str | None) -> float:
        return float(text or 0) * TICKS / self._divisions

    def _attributes(self, element: ElementTree.Element, start: float) -> None:
        if element.findtext("divisions"):
            self._divisions = float(element.findtext("divisions", "1"))
        beats, kind = element.findtext("time/beats", ""), element.findtext("time/beat-type", "")
        if beats.isdigit() and kind.isdigit():
            self.metres.append([round(start), int(beats), int(kind)])
        if element.find("key") is not None and self.fifths is None:
            self.fifths = int(element.findtext("key/fifths") or 0)

    def _harmony(self, element: ElementTree.Element, here: float) -> None:
        step = element.findtext("root/root-step")
        if not step:
            return
        root = (LETTERS[step] + int(float(element.findtext("root/root-alter") or 0))) % 12
        bass_step = element.findtext("bass/bass-step")
        bass = (LETTERS[bass_step] + int(float(element.findtext("bass/bass-alter") or 0))) % 12 if bass_step else root
        kind = element.findtext("kind") or ""
        self.chords.append([here + self._ticks(element.findtext("offset")), 0, root, KINDS.get(kind, kind or "maj"), bass])

    def _barline(self, element: ElementTree.Element) -> None:
        repeat, ending = element.find("repeat"), element.find("ending")
        if repeat is not None:
            self.repeats.append([len(self.bars), repeat.get("direction")])
        if ending is not None:
            self.repeats.append([len(self.bars), f"ending{ending.get('number') or ''}{ending.get('type')}"])

    def _note(self, element: ElementTree.Element, here: float, length: float) -> None:
        if element.find("rest") is not None or element.find("pitch") is None:
            return
        octave, step = element.findtext("pitch/octave", "4"), element.findtext("pitch/step", "C")
        pitch = 12 * (int(octave) + 1) + LETTERS[step] + int(float(element.findtext("pitch/alter") or 0))
        last = self.notes[-1] if self.notes else None
        tied = "stop" in [tie.get("type") for tie in element.findall("tie")]
        if tied and last and last[2] == pitch and abs(last[0] + last[1] - here) < 1:
            last[1] += length
        elif last is None or here >= last[0] + last[1] - 0.5:  # else a second voice
            self.notes.append([here, length, pitch])
            self._lyric(element)

    def _lyric(self, element: ElementTree.Element) -> None:
        for lyric in element.findall("lyric"):
            text = lyric.findtext("text")
            if (lyric.get("number") or "1") in ("1", "part1verse1") and text:
                extends = int(lyric.find("extend") is not None)
                self.words.append([len(self.notes) - 1, text.strip(), lyric.findtext("syllabic") or "single", extends])
                return

    def record(self, name: str) -> Record:
        """The sheet as a record."""
        metres = [m for i, m in enumerate(self.metres) if i == 0 or m[1:] != self.metres[i - 1][1:]] or [[0, 4, 4]]
        notes = [[round(at), max(1, round(at + length) - round(at)), int(pitch)] for at, length, pitch in self.notes]
        chords = self._closed()
        tonic, mode = self._key(notes, chords)
        beats, kind = metres[0][1:]
        bar = beats * 4 * TICKS // kind
        short = len(self.bars) > 1 and self.bars[1] - self.bars[0] < bar
        return {
            "id": name, "corpus": "openewld", "tonic": tonic, "mode": mode, "bpm": self.bpm, "sig": [beats, kind],
            "meter_changes": metres[1:], "tpb": TICKS, "bar_ticks": bar, "pickup": self.bars[1] - self.bars[0] if short else 0,
            "bars": len(self.bars), "bar_onsets": self.bars, "notes": [[at, length, p - home(tonic)] for at, length, p in notes],
            "chords": [[at, length, (root - tonic) % 12, quality, (bass - tonic) % 12] for at, length, root, quality, bass in chords],
            "lyrics": self.words, "repeats": self.repeats,
        }  # fmt: skip

    def _closed(self) -> list[list[Any]]:
        """The chords with their lengths."""
        found = []
        ordered = sorted(self.chords, key=lambda chord: chord[0])
        for index, chord in enumerate(ordered):
            start = round(chord[0])
            end = round(ordered[index + 1][0]) if index + 1 < len(ordered) else round(self.end)
            if end > start:
                found.append([start, end - start, *chord[2:]])
        return found

    def _key(self, notes: list[list[int]], chords: list[list[Any]]) -> tuple[int, str]:
        """What is heard, or what is written where that is unsure."""
        weights = [0.0] * 12
        for _, length, pitch in notes:
            weights[pitch % 12] += length
        for _, length, root, *_ in chords:
            weights[root] += 0.4 * length
        sure, tonic, mode = max(
            (_correlation([weights[(step + tonic) % 12] for step in range(12)], profile), tonic, mode)
            for tonic in range(12)
            for mode, profile in PROFILES.items()
        )
        written = (self.fifths or 0) * 7 % 12
        heard = tonic if mode == "maj" else (tonic + 3) % 12
        return (tonic, mode) if heard == written or sure > SURE else (written, "maj")


def _correlation(one: list[float], two: tuple[float, ...]) -> float:
    mean_one, mean_two = sum(one) / 12, sum(two) / 12
    product = sum((x - mean_one) * (y - mean_two) for x, y in zip(one, two, strict=True))
    return product / math.sqrt(sum((x - mean_one) ** 2 for x in one) * sum((y - mean_two) ** 2 for y in two) + 1e-9)


# Both -------------------------------------------------------------------------------------------------------------------


def held_out(record: Record) -> bool:
    """Songs that nobody trains on."""
    return int(hashlib.md5(record["id"].encode()).hexdigest(), 16) % 10 == 0


def fetched(name: str, folder: Path) -> Path:
    """A source, cloned if it is not there yet."""
    target = folder / name
    if not target.exists():
        subprocess.run(["git", "clone", "--depth", "1", SOURCES[name], str(target)], check=True)
    return target


def main(out: Path, sources: Path) -> None:
    """Write both files."""
    out.mkdir(parents=True, exist_ok=True)
    sources.mkdir(parents=True, exist_ok=True)
    for name, reader in (("pop909", pop909), ("openewld", openewld)):
        kept = [record for record in reader(fetched(name, sources)) if not held_out(record)]
        with gzip.GzipFile(out / f"{name}.jsonl.gz", "wb", mtime=0) as file:
            for record in kept:
                file.write((json.dumps(record, separators=(",", ":"), ensure_ascii=False) + "\n").encode())
        print(f"{name}: {len(kept)} songs, {sum(len(record['notes']) for record in kept)} notes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else Path(sys.argv[1]) / "sources")
