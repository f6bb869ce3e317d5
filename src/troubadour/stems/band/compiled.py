"""The inner loops' compiler: numba, with its code kept on disk, and exact IEEE arithmetic (no `fastmath`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from llvmlite import ir  # comes with numba
from numba import njit, types
from numba.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])

FOUR_FLOATS, FOUR_SHORTS = ir.VectorType(ir.FloatType(), 4), ir.VectorType(ir.IntType(16), 4)


def compiled(function: F) -> F:
    """A function turned into machine code at its first call, and kept for later processes."""
    return cast(F, njit(cache=True)(function))


@intrinsic  # type: ignore[untyped-decorator]
def weighted16(typing: Any, pcm: Any, at: Any, rows: Any, row: Any) -> Any:
    """The sum of 16 samples (int16, from `at` on) under the float32 weights of one row: four sums side by side, then together.

    Written for the processor's wide registers by name: numba leaves straight code alone, because LLVM's vectoriser of such code
    got some of it wrong (numba pull request 8852). The order of the additions is fixed, so every machine finds the same bits.
    """

    def generated(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        def place(array: int, index: Any, vector: Any) -> Any:
            data = context.make_array(signature.args[array])(context, builder, arguments[array]).data
            return builder.bitcast(builder.gep(data, [index]), vector.as_pointer())

        def four(start: Any, k: int, alignment: int) -> Any:
            return builder.load(builder.gep(start, [ir.Constant(ir.IntType(64), k)]), align=alignment)

        samples = place(0, arguments[1], FOUR_SHORTS)
        weights = place(2, builder.mul(arguments[3], ir.Constant(ir.IntType(64), 16)), FOUR_FLOATS)
        total = ir.Constant(FOUR_FLOATS, [0.0] * 4)
        for k in range(4):
            heard = builder.sitofp(four(samples, k, 2), FOUR_FLOATS)
            total = builder.fadd(total, builder.fmul(four(weights, k, 4), heard))
        a, b, c, d = (builder.extract_element(total, ir.Constant(ir.IntType(32), k)) for k in range(4))
        return builder.fadd(builder.fadd(a, b), builder.fadd(c, d))

    return types.float32(pcm, types.int64, rows, types.int64), generated
