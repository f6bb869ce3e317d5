"""Writes the table of Python packages in THIRD_PARTY.md: every locked runtime package with the licence that its metadata states.

.venv/bin/python scripts/third_party.py

The rest of that file is written by hand and stays as it is. A licence is looked for in the `License-Expression`, the `License`
field, then the classifiers; `STATED_ELSEWHERE` has those whose metadata say nothing, or too little, and where it was read.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK, NOTICES = ROOT / "locks/run.txt", ROOT / "THIRD_PARTY.md"
BEGIN, END = "<!-- packages: written by scripts/third_party.py -->", "<!-- end of packages -->"

STATED_ELSEWHERE = {
    "colorama": "BSD-3-Clause",  # Windows only, so not installed here: as its project states
    "flatbuffers": "Apache-2.0",
    "font-fjallaone": "OFL-1.1",  # the font's name table, record 13
    "num2words": "LGPL-2.1-or-later",  # its COPYING and file headers
    "numba": "BSD-2-Clause",  # the metadata say only "BSD"; as its project states
    "protobuf": "BSD-3-Clause",
    "pyworld-prebuilt": "MIT (WORLD itself: BSD-3-Clause)",  # its LICENSE; WORLD as its project states
    "scipy": "BSD-3-Clause",  # the License field is the whole text
    "soundfile": "BSD-3-Clause (its libsndfile: LGPL-2.1-or-later)",
}
SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "SIL OFL 1.1": "OFL-1.1",
}


def locked(lock: str) -> list[tuple[str, str]]:
    """Names and versions of a lock file; a package locked twice, for two Pythons, stands twice."""
    return re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock, re.MULTILINE)


def licence(name: str) -> str:
    """The licence of an installed package, as an SPDX expression wherever there is one."""
    if name in STATED_ELSEWHERE:
        return STATED_ELSEWHERE[name]
    try:
        about = distribution(name).metadata
    except PackageNotFoundError:
        raise SystemExit(
            f"{name} is locked but not installed: run make setup, or state its licence in STATED_ELSEWHERE."
        ) from None
    classifiers = [line.split(" :: ")[-1] for line in about.get_all("Classifier") or [] if line.startswith("License")]
    for stated in (about["License-Expression"], about["License"], *classifiers):
        if stated:
            return SPDX.get(stated, stated)
    raise SystemExit(f"{name} states no licence: read its files and add it to STATED_ELSEWHERE.")


def table(packages: list[tuple[str, str]]) -> str:
    """The Markdown table: a row a package, its versions together."""
    versions: dict[str, list[str]] = {}
    for name, version in packages:
        versions.setdefault(name, []).append(version)
    rows = [f"| {name} | {', '.join(versions[name])} | {licence(name)} |" for name in sorted(versions)]
    return "\n".join(["| package | version | licence |", "|---|---|---|", *rows])


if __name__ == "__main__":
    before, rest = NOTICES.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    made = table(locked(LOCK.read_text(encoding="utf-8")))
    NOTICES.write_text(f"{before}{BEGIN}\n{made}\n{END}{after}", encoding="utf-8")
