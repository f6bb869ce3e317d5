"""Runs the measurements that were named (default: speed) and prints their tables."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks
from troubadour.cli import one_thread


def main(names: list[str]) -> int:
    known = sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__) if not m.name.startswith("_"))
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no such measurement: {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    one_thread()
    for name in names or ["speed"]:
        importlib.import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
