"""`prepare`: the voice's network, cut open, once.

hibari's network goes from phones to a spectrum in one piece. Cut in two, the first half gives every phone's features and
spoken length, the second turns features, pitch and energy into a spectrum; between them we are free to sing. The halves
are kept under the network's own checksum, in the environment's `share/troubadour` or, where that cannot be written, in
the user's cache.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from platformdirs import user_cache_path

from troubadour.errors import SoundsMissing

FEATURES, SPOKEN, PITCH, ENERGY = "/Transpose_22_output_0", "/Div_40_output_0", "f0", "/Mul_62_output_0"
BY_FRAME = "/Reshape_42_output_0"
SPECTRUM = ("lh", "theta", "ln", "lr", "phi")

# (name, shape) of what goes in and what comes out; L phones, F frames of 12.5 ms.
ENCODER = (
    (("ids", (1, "L")), ("speed", (1,))),
    ((FEATURES, (1, 128, "L")), (SPOKEN, ("L",)), (PITCH, (1, "F")), (ENERGY, (1, "F"))),
)
DECODER = (
    ((BY_FRAME, (1, 128, "F")), (PITCH, (1, "F")), (ENERGY, (1, "F"))),
    tuple((name, (1, 601, "F")) for name in SPECTRUM),
)
HALVES = {"encoder.onnx": ENCODER, "decoder.onnx": DECODER}


@lru_cache(maxsize=4)
def network(name: str = "heart") -> Path:
    """The network's file inside hibari. Raises SoundsMissing when the package brought none."""
    import hibari

    path = Path(hibari.__file__).parent / "assets" / "hibari.onnx"
    if not path.is_file():
        raise SoundsMissing(f"the voice's network is missing ({path}): reinstall with `make setup`")
    return path


def homes() -> tuple[Path, ...]:
    """Where the halves may lie, best first."""
    return (Path(sys.prefix) / "share" / "troubadour" / "voice", user_cache_path("troubadour") / "voice")


@lru_cache(maxsize=4)
def prepare(name: str = "heart") -> Path:
    """The folder that holds `encoder.onnx` and `decoder.onnx`; cut now unless that was done before.

    Raises SoundsMissing when no folder can be written or the network is not the one this was made for.
    """
    source = network(name)
    key = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    for home in homes():
        if all((home / key / half).is_file() for half in HALVES):
            return home / key
    for home in homes():
        try:
            (home / key).mkdir(parents=True, exist_ok=True)
            for half, (inputs, outputs) in HALVES.items():
                cut(source, inputs, outputs, home / key / half)
        except OSError:
            continue
        return home / key
    raise SoundsMissing(f"the voice cannot be prepared: no writable folder among {', '.join(map(str, homes()))}")


Ends = tuple[tuple[str, tuple[int | str, ...]], ...]


def cut(source: Path, inputs: Ends, outputs: Ends, target: Path) -> None:
    """Writes the part of a network that leads from `inputs` to `outputs`, found by walking back from the outputs."""
    import onnx
    from onnx import TensorProto, helper

    model = onnx.load(str(source))
    graph = model.graph
    maker = {name: node for node in graph.node for name in node.output}
    known = set(maker) | {i.name for i in graph.input}
    missing = [name for name, _ in (*inputs, *outputs) if name not in known]
    if missing:
        raise SoundsMissing(f"this hibari-tts has another network (no {missing[0]}): install the version of the lock file")
    given = {name for name, _ in inputs}
    seen: set[str] = set()
    needed: set[int] = set()
    todo = [name for name, _ in outputs]
    while todo:
        name = todo.pop()
        if name in given or name in seen:
            continue
        seen.add(name)
        if name in maker:
            needed.add(id(maker[name]))
            todo.extend(maker[name].input)

    def ports(ends: Ends) -> list[onnx.ValueInfoProto]:
        return [
            helper.make_tensor_value_info(name, TensorProto.INT64 if name == "ids" else TensorProto.FLOAT, list(shape))
            for name, shape in ends
        ]

    part = helper.make_graph(
        [node for node in graph.node if id(node) in needed],
        target.stem,
        ports(inputs),
        ports(outputs),
        [w for w in graph.initializer if w.name in seen],
    )
    made = helper.make_model(part, opset_imports=model.opset_import, ir_version=model.ir_version)
    handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".part")
    os.close(handle)
    onnx.save(made, temporary)
    os.replace(temporary, target)
