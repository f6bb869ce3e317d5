"""The musician's verbs on recordings: listen, cover, extend, stems, remaster. None of them needs a server."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from troubadour.brief import Request
from troubadour.cli import (
    AUDIO_FORMATS,
    SHEET_FORMATS,
    AsJson,
    LyricsFile,
    Out,
    Seed,
    Title,
    VoiceWish,
    app,
    err,
    progress_bar,
    read_lyrics,
    speaking_errors,
    the_folder,
    the_formats,
    told,
)
from troubadour.errors import BadAudio, BadRequest
from troubadour.units import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from troubadour.edit.source import Progress, Source
    from troubadour.make import Song

RecordingFile = Annotated[Path, typer.Argument(metavar="FILE", help="A recording: MP3, WAV, FLAC, OGG, M4A and others.")]
PictureFile = Annotated[
    Path | None, typer.Option("--picture", metavar="PNG", help="Draw waveform, sections, beats, chords and melody into a file.")
]

StyleWords = Annotated[str, typer.Option("--style", help="The new music, in your words: style, mood, instruments, voice.")]
Formats = Annotated[str, typer.Option("--formats", help="Any of mp3,wav,flac,m4a,opus,mp4,mid,musicxml,stems,json,cover.")]


@app.command()
def listen(file: RecordingFile, as_json: AsJson = False, picture: PictureFile = None) -> None:
    """Hear a recording: tempo, beats, bars, key, chords, sections, melody, loudness, and whether it is music at all."""
    with speaking_errors():
        from troubadour.files.recording import pieces_of
        from troubadour.listen import show
        from troubadour.listen.analyze import heard
        from troubadour.listen.picture import peaks_of
        from troubadour.listen.picture import picture as drawn
        from troubadour.listen.sound import taken_in

        if picture is not None:
            _must_be_new(picture)
        sound = taken_in(pieces_of(file))
        analysis = heard(sound)
        if picture is not None:
            _written(picture, drawn(analysis, peaks_of(sound.samples), file.name))
        if as_json:
            print(json.dumps(show.facts(analysis), ensure_ascii=False))
            return
        table = Table(show_header=False, show_edge=False, box=None, padding=(0, 2, 0, 0))
        for name, told in show.words(analysis):
            table.add_row(name, told)
        Console(highlight=False).print(table)


def _must_be_new(path: Path) -> None:
    if path.exists():
        raise BadRequest(f"{str(path)!r} is there already: name another file, nothing is overwritten")


def _written(path: Path, data: bytes) -> None:
    """Writes a file. Raises BadRequest when that cannot be done."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise BadRequest(f"{str(path)!r} cannot be written: {(error.strerror or str(error)).lower()}") from error


@app.command()
def cover(
    file: RecordingFile,
    style: StyleWords,
    lyrics: LyricsFile = None,
    title: Title = "",
    voice: VoiceWish = None,
    closeness: Annotated[float, typer.Option("--closeness", min=0.0, max=1.0, help="How near to the recording: 0 to 1.")] = 0.5,
    seed: Seed = None,
    out: Out = Path("."),
    formats: Formats = "mp3",
    as_json: AsJson = False,
) -> None:
    """Play a recording's tune and form anew in another style."""
    with speaking_errors():
        from troubadour.edit import Cover
        from troubadour.edit.apply import edit

        command = Cover(_request(style, lyrics, title, voice, seed), closeness)
        _edited(file, lambda source, tell: edit(command, [source], progress=tell), title, out, formats, as_json)


@app.command()
def extend(
    file: RecordingFile,
    style: StyleWords = "",
    lyrics: LyricsFile = None,
    title: Title = "",
    voice: VoiceWish = None,
    at_s: Annotated[
        float | None, typer.Option("--at", metavar="S", help="Go on at the beat nearest to this second (default: the end).")
    ] = None,
    seed: Seed = None,
    out: Out = Path("."),
    formats: Formats = "mp3",
    as_json: AsJson = False,
) -> None:
    """Go on after a recording, in its key and on its beat; the recording stays in front of what is new."""
    with speaking_errors():
        from troubadour.edit import Extend, Join
        from troubadour.edit.apply import edit
        from troubadour.edit.source import source_of

        request = _request(style, lyrics, title, voice, seed)

        def whole(source: Source, tell: Progress) -> Song:
            join_s = source.score.frames / SAMPLE_RATE_HZ if at_s is None else at_s
            more = edit(Extend(request, join_s), [source], progress=tell)
            return edit(Join((join_s,)), [source, source_of(more)])

        _edited(file, whole, title, out, formats, as_json)


@app.command()
def remaster(
    file: RecordingFile,
    variation: Annotated[str, typer.Option("--variation", help="How much may change: subtle, normal, high.")] = "normal",
    title: Title = "",
    out: Out = Path("."),
    formats: Formats = "mp3",
    as_json: AsJson = False,
) -> None:
    """Master a recording anew: -14 LUFS, peaks under -1 dBTP, balanced."""
    with speaking_errors():
        from troubadour.edit import Remaster
        from troubadour.edit.apply import edit

        command = Remaster(variation)
        _edited(file, lambda source, tell: edit(command, [source], progress=tell), title, out, formats, as_json)


@app.command()
def stems(
    file: RecordingFile,
    separator: Annotated[
        Path | None, typer.Option("--separator", metavar="WEIGHTS", help="A trained network's weights (docs/separators.md).")
    ] = None,
    out: Out = Path("."),
    as_json: AsJson = False,
) -> None:
    """Take a recording apart into vocals, drums, bass and other: 24-bit FLACs that add up to it exactly."""
    with speaking_errors():
        from troubadour.files.audio import flac_bytes
        from troubadour.files.names import safe_name
        from troubadour.files.recording import opened
        from troubadour.listen.separate import method, separated, use

        use(separator)
        folder = the_folder(out) / f"{safe_name(file.stem)}.stems"
        _must_be_new(folder)
        parts = separated(opened(file))
        folder.mkdir()
        paths = {name: folder / f"{name}.flac" for name in parts}
        for name, path in paths.items():
            path.write_bytes(flac_bytes(parts[name]))
        err.print(f"note: {method()}", markup=False, soft_wrap=True)
        if as_json:
            print(
                json.dumps({"method": method(), "files": {name: str(path) for name, path in paths.items()}}, ensure_ascii=False)
            )
            return
        for path in paths.values():
            print(f"  {path}")


def _request(style: str, lyrics: str | None, title: str, voice: str | None, seed: int | None) -> Request:
    drawn = secrets.randbelow(2**31) if seed is None else seed
    return Request(text=style, lyrics=read_lyrics(lyrics), title=title, voice=voice, seed=drawn)


def _edited(file: Path, do: Callable[[Source, Progress], Song], title: str, out: Path, formats: str, as_json: bool) -> None:
    """Does something to a recording, and writes what comes out."""
    from troubadour.files.write import write

    wanted = the_formats(formats, (*AUDIO_FORMATS, *SHEET_FORMATS))
    folder = the_folder(out)
    with progress_bar("song") as tell:
        song = do(_source(file, title), tell)
        paths = write(song, folder, wanted)
    made = told(song, paths, as_json)
    if as_json:
        print(json.dumps(made, ensure_ascii=False, indent=2))


def _source(file: Path, title: str) -> Source:
    """A recording as something to edit. Raises BadAudio when it is no music."""
    from troubadour.edit.heard import heard_by_edits
    from troubadour.edit.recording import source_of_recording
    from troubadour.files.recording import opened
    from troubadour.listen import analyze
    from troubadour.listen.value import MUSIC

    sound = opened(file)
    analysis = analyze(sound)
    if analysis.kind != MUSIC:
        raise BadAudio(f"{file.name!r} sounds like {analysis.kind}, not music: send a recording with notes or a beat in it")
    return source_of_recording(heard_by_edits(title or file.stem, analysis), lambda: sound)
