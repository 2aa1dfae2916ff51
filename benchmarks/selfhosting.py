"""Ours, velt-py 0.3.0 and the bare driver, side by side in one run.

    make bench                                  starts the servers, then runs this
    python benchmarks/selfhosting.py --quick    small sizes: whether everything runs

Needs MONGODB_URI, POSTGRES_URL and S3_ENDPOINT; `python -m tests.servers COMMAND` starts all three for a command.
Every contender is a process of its own, they take turns at every case, and the table shows medians. Round trips are
counted by a proxy, in runs apart. Figures compare within one run only.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any, Dict, List

from attachments import attachments
from cases import FULL, QUICK, on_store
from databases import VARIABLES
from imports import imports
from process import ROOT
from rows import Row, printed

PARTS = ("postgresql", "mongodb", "sqlite", "files", "import")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Ours, velt-py 0.3.0 and the bare driver, side by side.")
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, under a minute; no figure means much"
    )
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; may be given several times")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--published", metavar="PYTHON", help="an interpreter that has velt-py 0.3.0")
    given = parser.parse_args()
    missing = [name for name in (*VARIABLES.values(), "S3_ENDPOINT") if not os.environ.get(name)]
    if missing:
        parser.error(f"{', '.join(missing)} not set; run `python -m tests.servers COMMAND` to start servers")
    return given


def published_python() -> str:
    """The interpreter of the compat tests' environment, made at first use."""
    sys.path.insert(0, str(ROOT))
    from tests.compat.published import python

    return str(python())


def main() -> None:
    given = arguments()
    extent = QUICK if given.quick else FULL
    parts = given.only or PARTS
    published = given.published or published_python()
    began = time.perf_counter()
    rows: List[Row] = []
    for store in ("postgresql", "mongodb", "sqlite"):
        if store in parts:
            rows += on_store(store, published, extent)
            say(f"{store} measured after {time.perf_counter() - began:.0f} s")
    if "files" in parts:
        rows += attachments(published, extent.file)
        say(f"files measured after {time.perf_counter() - began:.0f} s")
    if "import" in parts:
        rows += imports(published, extent.imports)
    print(printed(rows, " (small sizes, few turns: the figures say little)" if given.quick else ""))
    if given.json:
        given.json.write_text(json.dumps(report(rows, given.quick), indent=1) + "\n")
    say(f"done after {time.perf_counter() - began:.0f} s")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def report(rows: List[Row], quick: bool) -> Dict[str, Any]:
    """The figures, and what they were measured with."""
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "quick": quick,
        "rows": [dataclasses.asdict(row) for row in rows],
    }


if __name__ == "__main__":
    main()
