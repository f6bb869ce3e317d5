"""`Graph`: a network as onnxruntime runs it, written down operation by operation.

Values are names. A layer takes its weights by the name that PyTorch gives them (`prefix.weight`, `prefix.bias`); weights that no
layer took mean that the network is another one than was written, which `session` refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from troubadour.errors import BadWeights

OPSET, IR = 20, 10
EPSILON = 1e-5

Floats = NDArray[np.float32]


class Graph:
    """A network that grows as layers are added."""

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        self._weights = weights
        self._nodes: list[Any] = []
        self._known: dict[str, Any] = {}
        self._inputs: list[Any] = []
        self.taken: set[str] = set()

    # What it is made of ---------------------------------------------------------------------------------------------------

    def input(self, name: str, shape: Sequence[int]) -> str:
        """A value that is handed in."""
        self._inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)))
        return name

    def constant(self, array: NDArray[Any]) -> str:
        """A value that never changes."""
        name = f"c{len(self._known)}"
        self._known[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def array(self, name: str) -> Floats:
        """The weights of this name. Raises BadWeights when there are none."""
        if name not in self._weights:
            raise BadWeights(f"the weights have no {name}: they are of another network than they say")
        self.taken.add(name)
        return self._weights[name]

    def has(self, name: str) -> bool:
        """Whether there are weights of this name."""
        return name in self._weights

    def do(self, operation: str, *inputs: str, **how: Any) -> str:
        """One operation with one result."""
        return self.split_by(operation, 1, *inputs, **how)[0]

    def split_by(self, operation: str, results: int, *inputs: str, **how: Any) -> list[str]:
        """One operation with several results."""
        names = [f"v{len(self._nodes)}_{number}" for number in range(results)]
        self._nodes.append(helper.make_node(operation, list(inputs), names, **how))
        return names

    def session(self, outputs: Mapping[str, str]) -> onnxruntime.InferenceSession:
        """The network, ready to run. `outputs`: names by value. Raises BadWeights when weights are left over."""
        left = sorted(set(self._weights) - self.taken)
        if left:
            raise BadWeights(f"the weights hold what this network has no place for: {', '.join(left[:3])} ({len(left)} in all)")
        renamed = [helper.make_node("Identity", [value], [name]) for value, name in outputs.items()]
        told = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs.values()]
        graph = helper.make_graph([*self._nodes, *renamed], "network", self._inputs, told, list(self._known.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False  # what was used for one layer is given back
        options.enable_mem_pattern = False
        try:
            return onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's own errors share no class
            raise BadWeights(f"the weights do not fit the network that they say they are of ({str(error)[:200]})") from error

    # Arithmetic -----------------------------------------------------------------------------------------------------------

    def add(self, a: str, b: str) -> str:
        """Their sum."""
        return self.do("Add", a, b)

    def scaled(self, x: str, by: NDArray[Any]) -> str:
        """Times what is known."""
        return self.do("Mul", x, self.constant(np.asarray(by, np.float32)))

    def reshaped(self, x: str, *shape: int) -> str:
        """In another shape; 0 keeps a dimension, -1 is what is left."""
        return self.do("Reshape", x, self.constant(np.array(shape, np.int64)))

    def turned(self, x: str, *order: int) -> str:
        """With its dimensions in another order."""
        return self.do("Transpose", x, perm=order)

    def cut(self, x: str, axis: int, start: int, end: int) -> str:
        """A stretch along one dimension."""
        return self.do("Slice", x, *(self.constant(np.array([each], np.int64)) for each in (start, end, axis)))

    def glu(self, x: str, axis: int) -> str:
        """One half, as far as the other half lets it through."""
        value, gate = self.split_by("Split", 2, x, axis=axis, num_outputs=2)
        return self.do("Mul", value, self.do("Sigmoid", gate))

    # Layers ---------------------------------------------------------------------------------------------------------------

    def linear(self, x: str, prefix: str) -> str:
        """`Linear` over the last dimension."""
        y = self.do("MatMul", x, self.constant(self.array(f"{prefix}.weight").T))
        return self.add(y, self.constant(self.array(f"{prefix}.bias"))) if self.has(f"{prefix}.bias") else y

    def convolved(self, x: str, prefix: str, stride: Sequence[int], pads: Sequence[int], dilations: Sequence[int]) -> str:
        """`Conv1d`, `Conv2d`: pads the same before and after."""
        parts = (self.constant(self.array(f"{prefix}.{each}")) for each in ("weight", "bias"))
        return self.do("Conv", x, *parts, strides=stride, pads=[*pads, *pads], dilations=dilations)

    def spread(self, x: str, prefix: str, stride: Sequence[int]) -> str:
        """`ConvTranspose1d`, `ConvTranspose2d` without padding."""
        parts = (self.constant(self.array(f"{prefix}.{each}")) for each in ("weight", "bias"))
        return self.do("ConvTranspose", x, *parts, strides=stride)

    def layer_norm(self, x: str, prefix: str) -> str:
        """`LayerNorm` over the last dimension."""
        parts = (self.constant(self.array(f"{prefix}.{each}")) for each in ("weight", "bias"))
        return self.do("LayerNormalization", x, *parts, axis=-1, epsilon=EPSILON)

    def group_norm(self, x: str, prefix: str, rank: int, axis: int = 1) -> str:
        """`GroupNorm` with one group: everything of a batch's item together; weights along `axis`."""
        one, nothing = self.constant(np.ones(1, np.float32)), self.constant(np.zeros(1, np.float32))
        flat = self.do("InstanceNormalization", self.reshaped(x, 0, 1, -1), one, nothing, epsilon=EPSILON)
        back = self.do("Reshape", flat, self.do("Shape", x))
        along = [-1 if each == axis else 1 for each in range(rank)]
        weight, bias = (self.array(f"{prefix}.{each}").reshape(along) for each in ("weight", "bias"))
        return self.add(self.scaled(back, weight), self.constant(bias))

    def attention(self, q: str, k: str, v: str, width: int) -> str:
        """Scaled dot products, heads of `width`: all [batch, heads, places, width]."""
        scores = self.do("MatMul", self.scaled(q, np.array(width**-0.5)), self.turned(k, 0, 1, 3, 2))
        return self.do("MatMul", self.do("Softmax", scores, axis=-1), v)


assert onnx.defs.onnx_opset_version() >= OPSET
