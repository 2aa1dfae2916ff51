"""`sdk.api`, velt-py 0.3.0 and bare loops over http.client, urllib3 and aiohttp, side by side in one run.

    python benchmarks/rest.py                      or as part of `make bench`
    python benchmarks/rest.py --quick              few calls: whether everything runs
    python benchmarks/rest.py --liveblocks PYTHON  with Liveblocks' client, from an environment that has it

The server is a process of its own on the loopback interface, every client is one too, and they take turns at every
case; the table shows medians. CPU is the client's process alone. Over TLS every client trusts the public
authorities of certifi and the one of this run, as one bundle. Figures compare within one run only.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List, Tuple

from imports import imports
from process import PUBLISHED, ROOT, environment
from rest_cases import FULL, QUICK, Measured, Server, measured
from rows import Row, Target, judged, milliseconds

LOADING = """
import json, sys
from velt_py import VeltSDK
from velt_py.api.backend import SERVICES
def rest():
    return {name for name in sys.modules if name.startswith("velt_py.api.services.")}
def models():
    return {name for name in sys.modules if name.startswith("velt_py.models.")}
api = VeltSDK.initialize({}).api
own, early, before = 0, rest(), models()
for area in SERVICES:
    services, known = rest(), models()
    getattr(api, area)
    own += len(rest() - services) == 1
print(json.dumps({"areas": len(SERVICES), "own": own, "early": sorted(early), "models": len(models() - before)}))
"""

HEAD = (
    f"  {'':<14}{'CPU ms/call':>12}{'calls/s':>10}{'p99 ms':>9}"
    + f"{'connections':>13}{'handshakes':>12}{'calls':>8}"
)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="sdk.api, velt-py 0.3.0 and bare loops, side by side.")
    parser.add_argument(
        "--quick", action="store_true", help="few calls, under a minute; no figure means much"
    )
    parser.add_argument("--only", metavar="TEXT", help="cases whose section and title contain this text")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--published", metavar="PYTHON", help="an interpreter that has velt-py 0.3.0")
    parser.add_argument("--liveblocks", metavar="PYTHON", help="an interpreter that has Liveblocks' client")
    return parser.parse_args()


def interpreters(given: argparse.Namespace) -> Dict[str, str]:
    """The interpreter of every client that can take part."""
    sys.path.insert(0, str(ROOT))
    from tests.compat.published import python

    found = dict.fromkeys(("ours", "ours-async", "http.client", "urllib3", "aiohttp"), sys.executable)
    found[PUBLISHED] = given.published or str(python())
    if given.liveblocks or importlib.util.find_spec("liveblocks"):
        found["liveblocks"] = given.liveblocks or sys.executable
    else:
        print("liveblocks is left out: it is not installed here (--liveblocks PYTHON names an environment)")
    return found


def certificates(folder: Path) -> Tuple[str, str, str]:
    """A server's certificate and key, and a bundle of the public authorities and the one that signed it."""
    import certifi

    from tests.certificates import Authority

    authority = Authority(folder)
    certificate, key = authority.issue("server")
    bundle = folder / "bundle.pem"
    bundle.write_text(Path(certifi.where()).read_text(encoding="utf-8") + "\n" + authority.file.read_text())
    return str(certificate), str(key), str(bundle)


def main() -> None:
    given = arguments()
    extent = QUICK if given.quick else FULL
    available = interpreters(given)
    began = time.perf_counter()
    found: List[Measured] = []
    with tempfile.TemporaryDirectory() as folder:
        certificate, key, bundle = certificates(Path(folder))
        with Server(certificate, key) as server:
            for scheme in ("plain", "tls"):
                for case in extent.cases:
                    if given.only and given.only.lower() not in f"{scheme} {case.title}":
                        continue
                    found.append(measured(case, scheme, server, bundle, available, extent))
                    print(
                        f"{time.perf_counter() - began:4.0f} s",
                        scheme,
                        case.title,
                        file=sys.stderr,
                        flush=True,
                    )
    loading = [] if given.only else [*imports(available[PUBLISHED], extent.imports), areas()]
    print(printed(found, loading, " (few calls: the figures say little)" if given.quick else ""))
    if given.json:
        given.json.write_text(json.dumps(report(found, loading, given.quick), indent=1) + "\n")


def areas() -> Row:
    """Whether each area's service and models are loaded at its first use, and no sooner."""
    ended = subprocess.run(
        [sys.executable, "-c", LOADING], env=environment(), capture_output=True, check=True
    )
    facts = json.loads(ended.stdout)
    row = Row("Import", "sdk.api")
    kept = facts["own"] == facts["areas"] <= facts["models"] and len(facts["early"]) == 1
    figure = f"{facts['own']} of {facts['areas']}"
    row.targets.append(Target("each area's service and models are loaded at its first use", figure, kept))
    return row


def printed(found: List[Measured], loading: List[Row], note: str) -> str:
    """A line for every client of every case, then the targets."""
    lines: List[str] = []
    for each in found:
        lines.append(f"{each.section}, {each.case}")
        lines.append(HEAD)
        for who, figures in each.clients.items():
            lines.append(
                f"  {who:<14}{figures.cpu * 1000:>12.3f}{figures.rate:>10.0f}{milliseconds(figures.p99):>9}"
                f"{figures.connections:>13}{figures.handshakes:>12}{figures.calls:>8}"
            )
        lines.append("")
    for row in loading:
        for who, cell in row.cells.items():
            lines.append(f"{row.case}: {who} {milliseconds(cell.cpu)} ms CPU")
    rows = [Row(each.section, each.case, targets=each.targets) for each in found] + loading
    return "\n".join([*lines, *judged(rows, note)])


def report(found: List[Measured], loading: List[Row], quick: bool) -> Dict[str, Any]:
    """The figures, and what they were measured with."""
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "quick": quick,
        "cases": [dataclasses.asdict(each) for each in found],
        "loading": [dataclasses.asdict(each) for each in loading],
    }


if __name__ == "__main__":
    main()
