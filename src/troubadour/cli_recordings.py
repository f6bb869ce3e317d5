"""The musician's verbs on recordings: listen. None of them needs a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from troubadour.cli import AsJson, app, speaking_errors
from troubadour.errors import BadRequest

RecordingFile = Annotated[Path, typer.Argument(metavar="FILE", help="A recording: MP3, WAV, FLAC, OGG, M4A and others.")]
PictureFile = Annotated[
    Path | None, typer.Option("--picture", metavar="PNG", help="Draw waveform, sections, beats, chords and melody into a file.")
]


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
