"""The cases of the REST benchmark: who takes part, how much is measured, and what it is held against."""

from __future__ import annotations

import statistics
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Dict, List, Tuple

from process import HERE, PUBLISHED, Process
from rows import Target

__all__ = ["FULL", "QUICK", "Case", "Extent", "Figures", "Measured", "Server", "measured"]

CPU_LIMIT, RATE_LIMIT = 1.25, 0.9

# Those that are held against each other run one after the other.
BLOCKING = ("ours", "urllib3", "http.client", "liveblocks", PUBLISHED)
AWAITED = ("ours-async", "aiohttp")
PAIRS = (("ours", "urllib3"), ("ours-async", "aiohttp"))
"""Ours, and the bare loop that it is held against."""


@dataclass(frozen=True)
class Case:
    """So many calls in flight at the same time.

    Args:
        workers: threads, or tasks.
        awaited: whether the asynchronous clients take part, and the blocking ones.
        latency: seconds that the server waits before each answer.
    """

    workers: int
    blocking: bool = True
    awaited: bool = False
    latency: float = 0.0

    @property
    def title(self) -> str:
        what = (
            "sequential"
            if self.workers == 1
            else f"{self.workers} {'threads' if self.blocking else 'in flight'}"
        )
        return f"{what}, server waits {self.latency * 1000:.0f} ms" if self.latency else what

    @property
    def clients(self) -> Tuple[str, ...]:
        taking = (BLOCKING if self.blocking else ()) + (AWAITED if self.awaited else ())
        # With 64 threads httpx, on which Liveblocks' client rests, now and then closes a connection under its reader.
        return tuple(who for who in taking if who != "liveblocks" or self.workers <= 8)


CASES = (
    Case(1, awaited=True),
    Case(8),
    Case(64),
    Case(256, blocking=False, awaited=True),
    Case(8, latency=0.02),
    Case(64, latency=0.02),
    Case(256, blocking=False, awaited=True, latency=0.02),
)


@dataclass(frozen=True)
class Extent:
    """How much is measured.

    Args:
        cases: what is measured, over plain HTTP and over TLS.
        rounds: turns of each client in a case.
        seconds: how long a turn takes, about.
        most: calls in a turn at most.
    """

    cases: Tuple[Case, ...] = CASES
    rounds: int = 11
    seconds: float = 0.5
    most: int = 4000
    imports: int = 15


FULL = Extent()
QUICK = Extent((CASES[0], *CASES[-2:]), 1, 0.05, 64, 1)


@dataclass
class Figures:
    """One client in one case: medians over its turns.

    Args:
        cpu: seconds of the client's process per call.
        rate: calls per second.
        p99: seconds.
        connections, handshakes: opened over the whole case, with the calls before the first turn.
        calls: made over the whole case.
    """

    cpu: float
    rate: float
    p99: float
    connections: int
    handshakes: int
    calls: int


@dataclass
class Measured:
    """One case over one scheme."""

    section: str
    case: str
    clients: Dict[str, Figures] = field(default_factory=dict)
    targets: List[Target] = field(default_factory=list)


class Server(Process):
    """The server, as a process of its own."""

    def __init__(self, certificate: str, key: str) -> None:
        self.ports: Dict[str, int] = {}
        super().__init__("server", [sys.executable, str(HERE / "rest_server.py"), certificate, key])

    def _answer(self, command: Dict[str, Any]) -> Dict[str, Any]:
        answer = super()._answer(command)
        if command["do"] == "start":
            self.ports = answer
        return answer

    def __enter__(self) -> Server:
        return self

    def url(self, scheme: str) -> str:
        return (
            f"http://127.0.0.1:{self.ports['plain']}"
            if scheme == "plain"
            else f"https://127.0.0.1:{self.ports['tls']}"
        )


class Turns:
    """A client's process in one case, and what it did so far."""

    def __init__(self, process: Process, server: Server, workers: int) -> None:
        self.process = process
        self.server = server
        self.workers = workers
        self.connections = self.handshakes = self.made = 0
        self.most_opened = 0
        self.turns: List[Tuple[float, float, float]] = []
        self.calls = workers

    def ask(self, calls: int) -> Dict[str, Any]:
        """Have calls made while no other client makes any, and book what the server saw."""
        before = self.server.ask({"do": "counts"})
        facts = self.process.ask({"do": "call", "calls": calls})
        after = self.server.ask({"do": "counts"})
        opened = after["connections"] - before["connections"]
        self.connections += opened
        self.most_opened = max(self.most_opened, opened)
        self.handshakes += after["handshakes"] - before["handshakes"]
        self.made += after["requests"] - before["requests"]
        return facts

    def warm(self, extent: Extent) -> None:
        """Open the connections, and find out how many calls a turn takes."""
        self.ask(1)
        trial = self.ask(self.workers)
        if self.process.who != PUBLISHED:  # it keeps none
            trial = self.ask(self.workers * 2)
        # A turn of many workers has to be longer: each of them is to make several calls.
        seconds = extent.seconds * (1 if self.workers < 256 else 3)
        fitting = int(len(trial["waits"]) * seconds / trial["wall"])
        self.calls = max(1, min(extent.most, fitting) // self.workers) * self.workers

    def turn(self) -> None:
        facts = self.ask(self.calls)
        waits = sorted(facts["waits"])
        self.turns.append(
            (facts["cpu"] / len(waits), len(waits) / facts["wall"], waits[int(len(waits) * 0.99)])
        )

    def figures(self) -> Figures:
        cpu, rate, p99 = (statistics.median(each) for each in zip(*self.turns))
        return Figures(cpu, rate, p99, self.connections, self.handshakes, self.made)


def measured(
    case: Case, scheme: str, server: Server, bundle: str, interpreters: Dict[str, str], extent: Extent
) -> Measured:
    """Let the clients take turns at a case, A B C A B C.

    Args:
        scheme: `plain` or `tls`.
        interpreters: of each client that can take part.
    """
    server.ask({"do": "latency", "seconds": case.latency})
    found = Measured("Plain" if scheme == "plain" else "TLS", case.title)
    with ExitStack() as stack:
        taking: Dict[str, Turns] = {}
        for who in case.clients:
            if who in interpreters:
                script = str(HERE / "rest_contender.py")
                line = [interpreters[who], script, who, server.url(scheme), bundle, str(case.workers)]
                taking[who] = Turns(stack.enter_context(Process(who, line)), server, case.workers)
        for each in taking.values():
            each.warm(extent)
        for ours, bare in PAIRS:
            if ours in taking:
                # As many calls each: what a turn costs beside its calls, such as 256 tasks, weighs the same for both.
                most = max(taking[ours].calls, taking[bare].calls)
                taking[ours].calls = taking[bare].calls = most
        order = list(taking.values())
        for number in range(extent.rounds):
            # The other way round every second time, so that nobody always runs after the same one.
            for each in order if number % 2 == 0 else reversed(order):
                each.turn()
        found.clients = {who: each.figures() for who, each in taking.items()}
        hold(found, taking, case, scheme)
    return found


def hold(found: Measured, taking: Dict[str, Turns], case: Case, scheme: str) -> None:
    """Add the targets of a case. Ratios are medians of those of neighbouring turns: other work on the machine that
    slows one down slows the other one down, too."""
    for ours, bare in PAIRS:
        if ours not in found.clients:
            continue
        one = found.clients[ours]
        pairs = list(zip(taking[ours].turns, taking[bare].turns))
        ratio = statistics.median(mine[0] / theirs[0] for mine, theirs in pairs)
        text = f"{ours}: CPU per call against the bare {bare} loop: at most {CPU_LIMIT:g}x"
        found.targets.append(Target(text, f"{ratio:.2f}x", ratio <= CPU_LIMIT))
        if case.latency and case.workers == 64:
            rate = statistics.median(mine[1] / theirs[1] for mine, theirs in pairs)
            text = f"{ours}: throughput against the bare {bare} loop: at least {RATE_LIMIT:g}x"
            found.targets.append(Target(text, f"{rate:.2f}x", rate >= RATE_LIMIT))
        if scheme == "tls":
            # Within a turn: aiohttp closes a connection that was idle for 15 s, while others had their turns.
            kept = one.handshakes == one.connections and taking[ours].most_opened <= case.workers
            text = f"{ours}: one TLS handshake per connection of the pool"
            found.targets.append(Target(text, f"{one.handshakes}/{one.connections}", kept))
