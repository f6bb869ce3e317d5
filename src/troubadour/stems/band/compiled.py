"""The inner loops' compiler: numba, with its code kept on disk, and exact IEEE arithmetic (no `fastmath`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """A function turned into machine code at its first call, and kept for later processes."""
    return cast(F, njit(cache=True)(function))
