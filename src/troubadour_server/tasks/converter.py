"""The warm child process that makes other forms of finished songs: `python -m troubadour_server.tasks.converter sheets|sounds`.

- `file`: one of a song's files: another audio format, notation, the karaoke video …; put away beside the others;
- `vox`: a window of the lead voice as a WAV file;
- `bpm`, `notes`, `alignment`: facts of the score, exact because it was written; of a recording, as it is heard;
- `tags`: style words at length.

A recording that was brought here, or a stem, has no score: its sound alone is put into other formats.

A song is read back from what was kept when it was made: its plan, its score and its mix. What was made before mixes were kept
is made again from its request, which gives the same samples.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from troubadour import codec
from troubadour.brief import Request
from troubadour.errors import BadRequest
from troubadour.make import Song, make
from troubadour.plan import Plan
from troubadour.score import Score
from troubadour.stems import Stems
from troubadour.units import SAMPLE_RATE_HZ
from troubadour_server.storage.blobs import Blobs, Stored
from troubadour_server.storage.shelf import heard_score, is_kept, open_source, stage_key
from troubadour_server.storage.songs import MADE_ON_DEMAND
from troubadour_server.tasks.renderer import Tell, serve
from troubadour_server.tasks.separator import use_the_separator

T = TypeVar("T")

SHEETS = ("mid", "musicxml", "lrc", "cover")  # formats for which no sound need be read
ANALYSIS, SPAN_BEATS = "analysis.json", 8
LONGEST_VOX_S = 30.0
LIKELY = 0.5  # a word that is heard: rather right than wrong


def make_file(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """One file of a song; what the service must know of it."""
    from troubadour.files.write import write

    blobs = Blobs(order["storage"])
    with tempfile.TemporaryDirectory(dir=order["scratch"], prefix="file-") as folder:
        if not blobs.has(stage_key(order["folder"], "score")):
            return vars((_heard_notes if order["kind"] == "mid" else _recoded)(order, blobs, Path(folder)))
        song = (_written if order["kind"] in SHEETS else _sounding)(order, blobs)
        path = write(song, Path(folder) / "made", [order["kind"]], stem=order["stem"])[order["kind"]]
        return vars(blobs.put_file(f"{order['folder']}/{path.name}", path))


def _heard_notes(order: Mapping[str, Any], blobs: Blobs, folder: Path) -> Stored:
    """The tune that was heard in a recording, as MIDI."""
    from troubadour.files.midi import midi_bytes

    path = folder / f"{order['stem']}.mid"
    path.write_bytes(midi_bytes(_notated(order, blobs)))
    return blobs.put_file(f"{order['folder']}/{path.name}", path)


def _recoded(order: Mapping[str, Any], blobs: Blobs, folder: Path) -> Stored:
    """A recording in another format, straight from the file that is there."""
    import numpy as np
    import soundfile

    from troubadour.files import audio, lossy, mp3

    source, path = folder / "source", folder / (order["stem"] + MADE_ON_DEMAND[order["kind"]])
    blobs.get_file(order["sound"], source)
    try:
        whole, _ = soundfile.read(source, dtype="int32", always_2d=True)
    except soundfile.LibsndfileError:
        raise BadRequest("the sound of this clip cannot be read, so it cannot be put into another format") from None
    pcm = np.right_shift(whole, 8)
    ways: dict[str, Callable[[], bytes]] = {
        "mp3": lambda: mp3.mp3_bytes(pcm),
        "wav": lambda: audio.wav_bytes(np.minimum((pcm + 128) >> 8, 2**15 - 1).astype(np.int16)),
        "wav24": lambda: audio.wav_bytes(pcm),
        "wav32f": lambda: audio.float_wav_bytes(pcm),
        "flac": lambda: audio.flac_bytes(pcm),
        "m4a": lambda: lossy.m4a_bytes(pcm),
        "opus": lambda: lossy.opus_bytes(pcm),
    }
    path.write_bytes(ways[order["kind"]]())
    return blobs.put_file(f"{order['folder']}/{path.name}", path)


def make_vox(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """A window of the lead voice. Raises BadRequest for a song in which nobody sings, and for a window outside it."""
    from troubadour.files.audio import wav_bytes

    blobs = Blobs(order["storage"])
    start_s, end_s = _voice_window(order, blobs)
    with tempfile.TemporaryDirectory(dir=order["scratch"], prefix="vox-") as folder:
        first, last = (round(at * SAMPLE_RATE_HZ) for at in (start_s, end_s))
        voice = _voice(order, blobs, first, last)
        path = Path(folder) / f"vocals {order['start_s']:g}-{order['end_s']:g}.wav"
        path.write_bytes(wav_bytes(voice))
        return vars(blobs.put_file(f"{order['folder']}/{path.name}", path))


def tell_vox_window(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """The window of the lead voice that an order means: as asked, or from the first word on."""
    start_s, end_s = _voice_window(order, Blobs(order["storage"]))
    return {"start_s": start_s, "end_s": end_s}


def _voice(order: Mapping[str, Any], blobs: Blobs, first: int, last: int) -> NDArray[np.int32]:
    """Frames of the lead voice: a song's own stem; of a recording, what can be told from the rest."""
    if blobs.has(f"{order['folder']}/{ANALYSIS}"):
        from troubadour.edit.unmix import SCALE_24, VOICE
        from troubadour.listen.separate import separated

        whole = open_source(blobs, order["folder"], Path(order["scratch"])).mix().master[first:last]
        return separated(whole.astype(np.float32) / SCALE_24)[VOICE]
    song = _sounding(order, blobs)
    if song.mix is None:
        raise BadRequest("this song has no sound")
    return np.asarray(song.mix.stems["vocals"][first:last])


def _voice_window(order: Mapping[str, Any], blobs: Blobs) -> tuple[float, float]:
    """The window that an order means: from the first word, or the beginning of a recording. Raises BadRequest."""
    analysis = blobs.get_text(f"{order['folder']}/{ANALYSIS}")
    if analysis is None:
        return vox_window(_score(order, blobs), order["start_s"], order["end_s"])
    told = json.loads(analysis)
    if not told.get("has_voice", True):
        raise BadRequest("no voice can be heard in this recording")
    return _window(0.0, told["duration"], order["start_s"], order["end_s"])


def vox_window(score: Score, start_s: float | None, end_s: float | None) -> tuple[float, float]:
    """A window of at most 30 s in which the lead voice sings, in milliseconds. Raises BadRequest."""
    from troubadour.stems.sing.timeline import word_times

    words = [word for word in word_times(score) if word.part == "vocals"]
    if not words:
        raise BadRequest("this song has no vocals: nobody sings in it")
    return _window(max(0.0, words[0].start_s - 0.25), score.frames / SAMPLE_RATE_HZ, start_s, end_s)


def _window(begin_s: float, length_s: float, start_s: float | None, end_s: float | None) -> tuple[float, float]:
    """A window as asked for, or from `begin_s` on. Raises BadRequest for one outside the song, or too long."""
    start = begin_s if start_s is None else start_s
    end = min(start + LONGEST_VOX_S, length_s) if end_s is None else end_s
    start, end = round(start, 3), round(min(end, length_s), 3)
    if not 0.0 <= start < end:
        raise BadRequest(f"vocal_end_s must be more than vocal_start_s, both inside the song's {length_s:.2f} s")
    if end - start > LONGEST_VOX_S:
        raise BadRequest(f"the vocal window is {end - start:g} s long; it may be at most {LONGEST_VOX_S:g} s")
    return start, end


def tell_bpm(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """The tempo in quarter notes a minute: the mean over the song's time, the lowest and the highest."""
    blobs = Blobs(order["storage"])
    analysis = blobs.get_text(f"{order['folder']}/{ANALYSIS}")
    if analysis is not None:
        return _measured_bpm(json.loads(analysis))
    score = _score(order, blobs)
    length_s = score.frames / SAMPLE_RATE_HZ
    begins = [min(score.seconds_at(tempo.start), length_s) for tempo in score.tempos]
    spans = [after - at for at, after in zip(begins, [*begins[1:], length_s], strict=True)]
    mean = sum(tempo.bpm * span for tempo, span in zip(score.tempos, spans, strict=True)) / length_s
    every = [tempo.bpm for tempo, span in zip(score.tempos, spans, strict=True) if span > 0]
    return {"avg_bpm": round(mean, 3), "min_bpm": min(every), "max_bpm": max(every)}


def _measured_bpm(analysis: Mapping[str, Any]) -> dict[str, Any]:
    """The tempo of a recording as it was measured; the extremes over eight beats."""
    beats, tempo = analysis.get("beats_s", []), analysis.get("tempo")
    if tempo is None:
        raise BadRequest("no tempo can be heard in this recording")
    spans = [60.0 * SPAN_BEATS / (after - at) for at, after in zip(beats, beats[SPAN_BEATS:], strict=False)] or [tempo]
    return {"avg_bpm": round(tempo, 3), "min_bpm": round(min(*spans, tempo), 3), "max_bpm": round(max(*spans, tempo), 3)}


def tell_notes(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Every part with its notes as written, or the tune that was heard: MIDI pitch and velocity, times in seconds."""
    score = _notated(order, Blobs(order["storage"]))
    sung = [(part.name, [n for line in part.lines for group in line.notes for n in group]) for part in score.sung]
    played = [(part.name, list(part.notes)) for part in score.parts]
    return {
        "instruments": [
            {
                "name": name,
                "notes": [
                    {
                        "pitch": note.pitch,
                        "start": round(score.seconds_at(note.start), 4),
                        "end": round(score.seconds_at(note.end), 4),
                        "velocity": note.velocity,
                    }
                    for note in notes
                ],
            }
            for name, notes in (*sung, *played)
            if notes
        ]
    }


def tell_alignment(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Every word of the lead voice with its time. It was written, so it is certain; of a recording, where the lyrics sent are heard."""
    from troubadour.stems.sing.timeline import word_times

    blobs = Blobs(order["storage"])
    if blobs.has(f"{order['folder']}/{ANALYSIS}"):
        return _heard_words(order, blobs)
    found = word_times(_score(order, blobs))
    return {
        "alignment": [
            {"word": word.text, "start_s": word.start_s, "end_s": word.end_s, "p_align": 1.0, "success": True}
            for word in found
            if word.part == "vocals"
        ]
    }


def _heard_words(order: Mapping[str, Any], blobs: Blobs) -> dict[str, Any]:
    """The words of an order's lyrics where a recording sings them. Raises BadRequest."""
    from troubadour.brief.lyrics import cleaned, pronounce_line
    from troubadour.edit.unmix import SCALE_24
    from troubadour.listen.lyrics import words_in

    if not order.get("lyrics"):
        raise BadRequest(
            "this is a recording, whose words nobody wrote here: send them as lyrics, and they are looked for in it"
        )
    rows = (row.strip() for row in cleaned(order["lyrics"]).split("\n"))
    lines = [pronounce_line(row) for row in rows if row and not row.startswith("[")]
    master = open_source(blobs, order["folder"], Path(order["scratch"])).mix().master
    return {
        "alignment": [
            {"word": word.text, "start_s": word.start_s, "end_s": word.end_s, "p_align": word.confidence,
             "success": word.confidence >= LIKELY}
            for word in words_in(master.astype(np.float32) / SCALE_24, lines)
        ]
    }  # fmt: skip


def tell_tags(order: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Style words at length."""
    from troubadour.plan.describe import upsampled

    return {"upsampled_tags": upsampled(order["tags"])}


def _notated(order: Mapping[str, Any], blobs: Blobs) -> Score:
    """The score of a song; of a recording, the tune that was heard in it. Raises BadRequest where none was."""
    heard = heard_score(blobs, order["folder"])
    if heard is not None and not heard.parts:
        raise BadRequest("no tune can be heard in this recording, so there are no notes to give")
    return heard or _score(order, blobs)


def _score(order: Mapping[str, Any], blobs: Blobs) -> Score:
    return _stage(order, blobs, "score", Score)


def _stage(order: Mapping[str, Any], blobs: Blobs, name: str, kind: type[T]) -> T:
    text = blobs.get_text(stage_key(order["folder"], name))
    if text is None:
        raise BadRequest(f"the {name} of this song is not here any more")
    return codec.loads(text, kind)


def _written(order: Mapping[str, Any], blobs: Blobs) -> Song:
    """A song without its sound."""
    return Song(_stage(order, blobs, "plan", Plan), _score(order, blobs))


def _sounding(order: Mapping[str, Any], blobs: Blobs) -> Song:
    """A song with its mix, as it was kept, or else made again."""
    if not is_kept(blobs, order["folder"]) and codec.kind_of(order["request"]) == Request.__name__:
        return make(codec.loads(order["request"], Request))
    source = open_source(blobs, order["folder"], Path(order["scratch"]))
    return Song(source.plan, source.score, Stems({}, {}, source.credits, source.notes), source.mix())


ORDERS = {
    "file": make_file,
    "vox": make_vox,
    "vox window": tell_vox_window,
    "bpm": tell_bpm,
    "notes": tell_notes,
    "alignment": tell_alignment,
    "tags": tell_tags,
}


def warm_for_sheets() -> None:
    """Imports what reads scores."""
    import troubadour.plan.describe
    import troubadour.stems.sing.timeline  # noqa: F401


def warm_for_sounds() -> None:
    """Imports what writes files."""
    import troubadour.files.kept
    import troubadour.files.write  # noqa: F401


ROLES = {"sheets": warm_for_sheets, "sounds": warm_for_sounds}


def main() -> None:
    """Runs as the role that the command line names."""
    use_the_separator()
    serve(ROLES[sys.argv[1]], ORDERS)


if __name__ == "__main__":
    main()
