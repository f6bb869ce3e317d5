"""Weights of a network in a safetensors file: eight bytes with the length of a JSON header, the header, the numbers.

The header's `__metadata__` says what network it is, as Demucs 4.1 writes it: `klass` (its name), `kwargs` (how it was built, as JSON)
and, where the network does not say itself, `sources` (what comes out of it, as JSON).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from troubadour.errors import BadWeights

Floats = NDArray[np.float32]

LONGEST_HEADER_BYTES = 8 << 20
TYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8"}
WHOLE_TYPES = frozenset({"BOOL", "U8", "I8", "I16", "U16", "I32", "U32", "I64", "U64"})  # counters of the training: left out


@dataclass(frozen=True)
class Weights:
    """A network's numbers by name, and what network it is."""

    arrays: Mapping[str, Floats]
    klass: str
    kwargs: Mapping[str, Any]
    sources: tuple[str, ...]


def read_weights(path: Path) -> Weights:
    """Reads a file of weights. Raises BadWeights."""
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if not 2 <= length <= min(LONGEST_HEADER_BYTES, path.stat().st_size - 8):
                raise BadWeights(
                    f"{str(path)!r} is no safetensors file; other kinds can run code when they are opened, and are not"
                )
            header = json.loads(file.read(length))
            body = file.read()
    except OSError as error:
        raise BadWeights(f"the weights {str(path)!r} cannot be read: {(error.strerror or str(error)).lower()}") from error
    except ValueError as error:
        raise BadWeights(f"{str(path)!r} is no safetensors file: its header cannot be read") from error
    told = header.pop("__metadata__", None) or {}
    try:
        kwargs = {**_plain(json.loads(told.get("kwargs", "{}")))}
        sources = tuple(json.loads(told["sources"])) if "sources" in told else tuple(kwargs.get("sources", ()))
        arrays = {name: _array(body, about) for name, about in header.items() if about["dtype"] not in WHOLE_TYPES}
    except (KeyError, TypeError, ValueError) as error:
        raise BadWeights(f"the header of {str(path)!r} does not fit what follows it ({error})") from error
    return Weights(arrays, str(told.get("klass", "")).rpartition(".")[2], kwargs, sources)


def _array(body: bytes, about: Mapping[str, Any]) -> Floats:
    start, end = about["data_offsets"]
    if not 0 <= start <= end <= len(body):
        raise ValueError("numbers outside the file")
    return np.frombuffer(body[start:end], TYPES[about["dtype"]]).reshape(about["shape"]).astype(np.float32)


def _plain(value: Any) -> Any:
    """Values with fractions as numbers: Demucs writes them as a numerator and a denominator."""
    if isinstance(value, dict):
        if value.get("_type") == "fraction":
            return value["numerator"] / value["denominator"]
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
