"""The emulator: how soon it answers, how many calls a second it takes over one connection, what one costs in process.

    python benchmarks/emulator.py                or as part of `make bench`
    python benchmarks/emulator.py --quick        few calls: whether everything runs

The emulator is a process of its own on the loopback interface, and so is whoever calls it: a bare loop over
http.client, one connection, one call after the other. Figures compare within one run only; `bare` is an interpreter
that ends at once.
"""

from __future__ import annotations

import argparse
import dataclasses
import http.client
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple
from urllib.parse import urlsplit

from process import environment
from rows import Row, Target, judged

START_LIMIT, RATE_LIMIT = 0.300, 1_500
HEADERS = {"x-velt-api-key": "key", "x-velt-auth-token": "token", "Content-Type": "application/json"}
CALLS: Dict[str, Tuple[str, Callable[[int], Any]]] = {
    "get one organization": ("/v2/organizations/get", lambda number: {"organizationIds": ["o1"]}),
    "add an organization": (
        "/v2/organizations/add",
        lambda number: {"organizations": [{"organizationId": f"new{number}"}]},
    ),
    "add a thread": (
        "/v2/commentannotations/add",
        lambda number: {
            "organizationId": "o1",
            "documentId": "d1",
            "createDocument": True,
            "commentAnnotations": [
                {"commentData": [{"commentText": "Hello", "from": {"userId": "u1", "name": "U"}}]}
            ],
        },
    ),
}
"""The cases: path, and the fields of the n-th call."""


def body_of(case: str, number: int) -> bytes:
    return json.dumps({"data": CALLS[case][1](number)}).encode()


class Running:
    """`velt emulator` on a free port, until `end`."""

    def __init__(self, *more: str) -> None:
        began = time.perf_counter()
        command = [sys.executable, "-m", "velt_py", "emulator", "--port", "0", "--json", *more]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment())
        try:
            assert self.process.stdout is not None
            self.address = urlsplit(json.loads(self.process.stdout.readline())["url"]).netloc
            connection = http.client.HTTPConnection(self.address)
            post(connection, "/v2/organizations/get", b'{"data":{}}')
            connection.close()
        except BaseException:
            self.end()
            raise
        self.seconds = time.perf_counter() - began
        """From the start of the process to the end of the first answer."""

    def end(self) -> None:
        self.process.terminate()
        self.process.communicate()


def post(connection: http.client.HTTPConnection, path: str, body: bytes) -> None:
    connection.request("POST", path, body, HEADERS)
    response = connection.getresponse()
    answer = response.read()
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status} {answer.decode()}")


def bare_start() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True, env=environment())
    return time.perf_counter() - began


def started(times: int) -> Row:
    Running().end()  # writes the bytecode, which an installed package has
    ours, bare = [], []
    for _ in range(times):
        running = Running()
        running.end()
        ours.append(running.seconds)
        bare.append(bare_start())
    row = Row("Start", "velt emulator")
    median, ratio = statistics.median(ours), statistics.median(ours) / statistics.median(bare)
    row.targets += [
        Target(
            f"first answer under {START_LIMIT * 1000:.0f} ms", f"{median * 1000:.0f} ms", median < START_LIMIT
        ),
        Target("of a bare interpreter's start (no limit)", f"{ratio:.1f} x", True),
    ]
    return row


def client(address: str, case: str, count: int) -> None:
    """The other side, in a process of its own: prints calls a second."""
    connection = http.client.HTTPConnection(address)
    post(connection, "/v2/organizations/add", b'{"data":{"organizations":[{"organizationId":"o1"}]}}')
    path = CALLS[case][0]
    bodies = [body_of(case, number) for number in range(count)]
    post(connection, path, body_of(case, -1))
    began = time.perf_counter()
    for body in bodies:
        post(connection, path, body)
    sys.stdout.write(json.dumps(count / (time.perf_counter() - began)))


def served(case: str, count: int, times: int, *more: str) -> float:
    """Calls a second over one connection; the median."""
    found: List[float] = []
    for _ in range(times):
        running = Running(*more)
        try:
            command = [sys.executable, __file__, "--client", running.address, case, str(count)]
            ended = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment())
            found.append(json.loads(ended.stdout))
        finally:
            running.end()
    return statistics.median(found)


def in_process(case: str, count: int) -> float:
    """Seconds a call, without a socket."""
    from velt_py.emulator import Emulator

    emulator = Emulator()
    emulator.handle(
        "POST", "/v2/organizations/add", HEADERS, b'{"data":{"organizations":[{"organizationId":"o1"}]}}'
    )
    path = CALLS[case][0]
    bodies = [body_of(case, number) for number in range(count)]
    emulator.handle("POST", path, HEADERS, body_of(case, -1))
    began = time.perf_counter()
    for body in bodies:
        status, _, answer = emulator.handle("POST", path, HEADERS, body)
        if status != 200:
            raise RuntimeError(f"{path}: {status} {answer.decode()}")
    seconds = (time.perf_counter() - began) / count
    emulator.close()
    return seconds


def rows_of(count: int, times: int) -> List[Row]:
    rows = [started(times)]
    for case in CALLS:
        row, kept = Row("Port", case), Row("Port", f"{case}, --data")
        rate = served(case, count, min(times, 3))
        if case == next(iter(CALLS)):
            text, met = f"at least {RATE_LIMIT:,} calls a second", rate >= RATE_LIMIT
        else:
            text, met = "calls a second (no limit)", True
        row.targets.append(Target(text, f"{rate:,.0f}", met))
        with tempfile.TemporaryDirectory() as folder:
            slower = served(case, count, 1, "--data", folder)
        kept.targets.append(Target("calls a second (no limit)", f"{slower:,.0f}", True))
        inside = Row("In process", case)
        inside.targets.append(
            Target("a call (no limit)", f"{in_process(case, count) * 1_000_000:.0f} us", True)
        )
        rows += [row, kept, inside]
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="How quick the emulator is.")
    parser.add_argument("--quick", action="store_true", help="few calls; no figure means much")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--client", nargs=3, metavar=("ADDRESS", "CASE", "COUNT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.client:
        client(given.client[0], given.client[1], int(given.client[2]))
        return
    with tempfile.TemporaryDirectory(prefix="velt-bytecode-") as folder:
        # All processes find the bytecode that an installed package has, whatever this machine says about writing it.
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        rows = rows_of(10, 1) if given.quick else rows_of(3_000, 9)
    print("\n".join(judged(rows, " (few calls: the figures say little)" if given.quick else "")).strip())
    if given.json:
        facts = {
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "quick": given.quick,
            "rows": [dataclasses.asdict(row) for row in rows],
        }
        given.json.write_text(json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    main()
