"""A Piper voice that a user brought: it says the line's sounds, and WORLD makes them sing (`spoken.py`).

Piper's networks (VITS) take phone numbers and give sound; how long each phone lasts is computed inside, behind the graph's
`Ceil`, which is opened as a second output. Noise is turned off (`scales` 0), so that the same line sounds the same again.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from troubadour.errors import BadRequest
from troubadour.stems.sing.seams import Speech
from troubadour.words import Syllable

HOP = 256  # samples of one unit of duration, in all of Piper's networks
EARLY_S = 0.03  # the sound comes this much before the network's own times (measured with joe)
SLOWER = 1.15

# Piper's signs (espeak-ng's IPA) of the singer's sounds.
IPA = {
    "A": "eɪ", "I": "aɪ", "O": "oʊ", "Q": "əʊ", "W": "aʊ", "Y": "ɔɪ", "ʧ": "tʃ", "ʤ": "dʒ", "ʦ": "ts", "T": "ɾ", "ᵊ": "ə", "ᵻ": "ɪ",
    "ɚ": "ə", "e": "ɛ", "o": "ɔ", "ɒ": "ɑ",
}  # fmt: skip
STRESS = {2: "ˈ", 1: "ˌ", 0: ""}


@lru_cache(maxsize=2)
def network(path: str) -> tuple[Any, dict[str, Any]]:
    """The voice's network with its durations as an output, and its description. Raises BadRequest for another kind of file."""
    import onnx
    import onnxruntime

    described: dict[str, Any] = json.loads(Path(path + ".json").read_text("utf-8"))
    model = onnx.load(path)
    durations = [node.output[0] for node in model.graph.node if node.op_type == "Ceil"]
    if not durations or "phoneme_id_map" not in described:
        raise BadRequest(
            f"{Path(path).name} is no Piper voice: a network with durations and a .json with phoneme_id_map is needed"
        )
    model.graph.output.append(onnx.helper.make_tensor_value_info(durations[0], onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session, described


def said(speaker: str, syllables: tuple[Syllable, ...]) -> Speech:
    """The syllables said by the voice in a file."""
    session, described = network(speaker)
    ids, places = numbered(syllables, described["phoneme_id_map"])
    feeds = {
        "input": np.array([ids]),
        "input_lengths": np.array([len(ids)]),
        "scales": np.array([0.0, SLOWER, 0.0], np.float32),
    }
    if described.get("num_speakers", 1) > 1:
        feeds["sid"] = np.array([0])
    sound, held = session.run(None, feeds)
    rate = int(described["audio"]["sample_rate"])
    begins = np.concatenate([[0.0], np.cumsum(np.ceil(held.reshape(-1)))]) * HOP / rate
    spans = tuple((max(0.0, begins[a] - EARLY_S), max(HOP / rate, begins[b + 1] - EARLY_S)) for a, b in places)
    return Speech(sound.reshape(-1).astype(np.float64), rate, spans)


def numbered(syllables: tuple[Syllable, ...], numbers: dict[str, list[int]]) -> tuple[list[int], list[tuple[int, int]]]:
    """Piper's numbers for the sounds, blanks between them, and the first and last number of each sound."""
    blank = numbers["_"][0]
    ids, places = [numbers["^"][0], blank], []
    for syllable in syllables:
        sounds = [*syllable.onset, STRESS[syllable.stress] + syllable.nucleus, *syllable.coda]
        for sound in sounds:
            first = len(ids)
            for sign in "".join(IPA.get(c, c) for c in sound):
                for number in numbers.get(sign, numbers.get("ə", [blank])):
                    ids += [number, blank]
            places.append((first, len(ids) - 1))
    return [*ids, numbers["$"][0]], places
