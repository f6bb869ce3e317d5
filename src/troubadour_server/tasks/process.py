"""Processes that do not outlive their parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """Runs in a child before its program: Linux kills it when the thread that forked it ends. Elsewhere the children watch
    their standard input instead, which closes with the parent."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def one_thread_each() -> dict[str, str]:
    """Environment for a process that computes: sums come out the same on one core or many."""
    return dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")


def ignore_interrupts() -> None:
    """Ctrl-C goes to the whole terminal group; only the supervisor acts on it, and ends its children itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def parent_is(pid: int) -> bool:
    """The parent is still the one that was there at the start."""
    return os.getppid() == pid
