"""A neural singer that a user brought: phones with their lengths and the pitch go in, sound comes out.

The contract (`NAME.singer.onnx`), after DiffSinger's exported networks: inputs `tokens` [1, n] (int64), `durations` [1, n]
(int64, frames) and `f0` [1, T] (float32, Hz, every frame), with T the sum of the durations; output: mono sound, T × hop long. The
file's metadata (ONNX `metadata_props`) say `symbols` (the singer's alphabet as this network numbers it, separated by spaces;
`-` is silence), `sample_rate` and `hop`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from troubadour.errors import BadRequest
from troubadour.stems.sing.curves import pitch_hz
from troubadour.stems.sing.manner import Manner
from troubadour.stems.sing.seams import Rendered
from troubadour.stems.sing.timeline import TimedLine
from troubadour.stems.sing.value import Voice

SILENCE = "-"
NEEDED = ("symbols", "sample_rate", "hop")


@lru_cache(maxsize=2)
def network(path: str) -> tuple[Any, dict[str, int], int, int]:
    """The network, the number of each symbol, sample rate and hop. Raises BadRequest for a file without its metadata."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    told = session.get_modelmeta().custom_metadata_map
    if missing := [key for key in NEEDED if key not in told]:
        raise BadRequest(
            f"the singer {Path(path).name} does not say its {', '.join(missing)}: write them into the file's metadata"
        )
    numbers = {symbol: i for i, symbol in enumerate(told["symbols"].split())}
    if SILENCE not in numbers:
        raise BadRequest(f"the singer {Path(path).name} has no symbol for silence ({SILENCE!r})")
    return session, numbers, int(told["sample_rate"]), int(told["hop"])


def render(timed: TimedLine, voice: Voice, manner: Manner, lead_s: float, tail_s: float, rng: np.random.Generator) -> Rendered:
    """The line at the network's own rate, beginning `lead_s` before its first note and ending `tail_s` after its last sound."""
    session, numbers, rate, hop = network(voice.path)
    frame_hz = rate / hop
    edges = [(SILENCE, -lead_s)]
    for sound in timed.sounds:
        if sound.start_s > edges[-1][1] and timed.sounds[max(0, sound.phone - 1)].end_s < sound.start_s - 1e-6:
            edges.append((SILENCE, timed.sounds[sound.phone - 1].end_s))
        edges.append((sound.symbol, sound.start_s))
    edges += [(SILENCE, timed.end_s), ("", timed.end_s + tail_s)]
    frames = [round((at + lead_s) * frame_hz) for _, at in edges]
    tokens = [numbers.get(symbol, numbers[SILENCE]) for symbol, _ in edges[:-1]]
    time_s = (np.arange(frames[-1], dtype=np.float64) + 0.5) / frame_hz - lead_s
    f0 = pitch_hz(timed.notes, time_s, voice.vibrato_cents, manner, rng)
    feeds = {
        "tokens": np.array([tokens]),
        "durations": np.array([np.diff(frames)]),
        "f0": f0[None].astype(np.float32),
    }
    (sound_out,) = session.run(None, feeds)
    return np.asarray(sound_out, np.float64).reshape(-1), rate
