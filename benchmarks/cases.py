"""The cases on one store: saving, reading by ids, reading a document of a store that grows."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, List, Tuple

from databases import Database, databases, proxied
from process import ASYNC, BARE, OURS, PUBLISHED, Process, command_line
from rows import Cell, Row, Target
from threads import GROWING, PER_DOCUMENT
from wire import CountingProxy

__all__ = ["FULL", "QUICK", "Extent", "on_store"]

TITLES = {"postgresql": "PostgreSQL", "mongodb": "MongoDB", "sqlite": "SQLite"}

SAVE_LIMIT, GET_LIMIT, JSON_LIMIT, GROWTH_LIMIT = 2.0, 1.2, 1.5, 1.5

DOCUMENT = "get by document"

Command = Dict[str, Any]
Steps = Callable[[str, int], List[Tuple[str, Command]]]
Facts = Dict[Tuple[str, str], List[Dict[str, Any]]]


@dataclass(frozen=True)
class Extent:
    """How much is measured.

    Args:
        saves, gets: numbers of annotations.
        stores: numbers of rows.
        warm: turns before anything is measured. psycopg prepares a statement at its sixth execution; from then on it
            is what a server in production runs.
        seconds: after how long a case ends, once every contender had its least number of turns.
        least, most: turns of each contender in a case.
        file: bytes of the attachment.
        imports: how often the import is timed.
    """

    saves: Tuple[int, ...] = (1, 10, 100, 1000)
    gets: Tuple[int, ...] = (1, 100, 1000)
    stores: Tuple[int, ...] = (1_000, 10_000, 100_000)
    warm: int = 8
    seconds: float = 4.0
    least: int = 5
    most: int = 40
    file: int = 100_000_000
    imports: int = 15


FULL = Extent()
QUICK = Extent((1, 10), (1, 10), (100, 1000), 1, 0.0, 1, 3, 2_000_000, 1)


def contenders(store: str) -> Tuple[str, ...]:
    """Who takes part; the published package has no SQLite."""
    return (OURS, ASYNC, BARE) if store == "sqlite" else (OURS, ASYNC, PUBLISHED, BARE)


@contextmanager
def workers(store: str, published: str, made: Dict[str, Database], warm: int) -> Iterator[Dict[str, Process]]:
    """The contenders on their databases, warm: connected, schema made, statements prepared."""
    with ExitStack() as stack:
        started: Dict[str, Process] = {}
        with ThreadPoolExecutor() as threads:
            names = contenders(store)
            starting = threads.map(lambda who: started_on(who, published, made[who], warm), names)
            for who, process in zip(names, starting):
                started[who] = stack.enter_context(process)
        try:
            yield started
        finally:
            for process in started.values():
                process.end()


def started_on(who: str, published: str, database: Database, warm: int) -> Process:
    process = Process(who, command_line(who, published, database.store, database.address, database.name))
    for turn in range(warm):
        key = f"warm-{who}-{turn}"
        process.ask({"do": "save", "key": key, "count": 2, "second": False})
        process.ask({"do": "save", "key": key, "count": 2, "second": True})
        process.ask({"do": "get", "key": key, "count": 2})
        process.ask({"do": "get_json", "key": key, "count": 2})
        process.ask(reading_document())
    return process


def reading_document() -> Command:
    return {"do": "document", "organization": GROWING, "document": "document-7"}


def document_only(who: str, turn: int) -> List[Tuple[str, Command]]:
    return [(DOCUMENT, reading_document())]


def turns(taking: Dict[str, Process], steps: Steps, extent: Extent) -> Facts:
    """Let the contenders take turns at a case, A B C A B C, until it is measured well enough."""
    facts: Facts = {}
    began = time.perf_counter()
    for turn in range(extent.most):
        if turn >= extent.least and time.perf_counter() - began > extent.seconds:
            break
        for who, process in taking.items():
            for label, command in steps(who, turn):
                facts.setdefault((label, who), []).append(process.ask(command))
    return facts


def cell(measured: List[Dict[str, Any]]) -> Cell:
    wall = statistics.median([each["wall"] for each in measured])
    cpu = statistics.median([each["cpu"] for each in measured])
    return Cell(wall, cpu, runs=len(measured))


def on_store(store: str, published: str, extent: Extent) -> List[Row]:
    """All cases on one store."""
    cases = [saving(size) for size in extent.saves] + [reading(size) for size in extent.gets]
    rows: Dict[str, Row] = {}
    with databases(store, contenders(store)) as made:
        with workers(store, published, made, extent.warm) as taking:
            for process in taking.values():
                process.ask({"do": "save", "key": "read", "count": max(extent.gets), "second": False})
            for steps in cases:
                for (label, who), measured in turns(taking, steps, extent).items():
                    rows.setdefault(label, Row(TITLES[store], label)).cells[who] = cell(measured)
            peak = memory(store, taking, max(extent.gets))
        trips = count_trips(store, published, made, cases, extent.warm)
    for label, row in rows.items():
        put_trips(row, label, trips)
    largest, read = max(extent.saves), max(extent.gets)
    for label in (first(largest), second(largest)):
        rows[label].hold("wall", "time against the bare driver's one statement", SAVE_LIMIT)
    rows[parsed(read)].hold("wall", "time against driver + json", GET_LIMIT)
    rows[spliced(read)].hold("wall", "time against reading the rows as text", JSON_LIMIT)
    return [*rows.values(), peak, *growth(store, published, extent, trips)]


def first(size: int) -> str:
    return f"save {size:,}"


def second(size: int) -> str:
    return f"save {size:,} again, merging"


def parsed(size: int) -> str:
    return f"get {size:,} by ids"


def spliced(size: int) -> str:
    return f"get {size:,} by ids, as HTTP bytes"


def saving(size: int) -> Steps:
    def steps(who: str, turn: int) -> List[Tuple[str, Command]]:
        command = {"do": "save", "key": f"save-{size}-{who}-{turn}", "count": size}
        return [(first(size), {**command, "second": False}), (second(size), {**command, "second": True})]

    return steps


def reading(size: int) -> Steps:
    def steps(who: str, turn: int) -> List[Tuple[str, Command]]:
        command = {"key": "read", "count": size}
        return [(parsed(size), {**command, "do": "get"}), (spliced(size), {**command, "do": "get_json"})]

    return steps


def memory(store: str, taking: Dict[str, Process], size: int) -> Row:
    row = Row(TITLES[store], f"memory of get {size:,}, as HTTP bytes")
    for who, process in taking.items():
        row.cells[who] = Cell(peak=process.ask({"do": "memory", "key": "read", "count": size})["peak"])
    row.hold("peak", "memory against reading the rows as text", JSON_LIMIT)
    return row


def count_trips(
    store: str, published: str, made: Dict[str, Database], cases: List[Steps], warm: int
) -> Dict[Tuple[str, str], int]:
    """Have every case once more through the counting proxy, apart from the timing, which it would slow down.

    Returns the round trips by case and contender.
    """

    def of(who: str) -> Dict[Tuple[str, str], int]:
        found: Dict[Tuple[str, str], int] = {}
        with proxied(made[who]) as (behind, proxy), started_on(who, published, behind, warm) as process:
            for steps in [*cases, warm_document]:
                for label, trips in counted(process, proxy, who, steps).items():
                    found[label, who] = trips
        return found

    if store == "sqlite":
        return {}
    with ThreadPoolExecutor() as threads:
        return {key: trips for found in threads.map(of, contenders(store)) for key, trips in found.items()}


def warm_document(who: str, turn: int) -> List[Tuple[str, Command]]:
    key = f"warm-{who}-0"
    return [(DOCUMENT, {"do": "document", "organization": key, "document": f"document-{key}"})]


def counted(process: Process, proxy: CountingProxy, who: str, steps: Steps) -> Dict[str, int]:
    counts: Dict[str, List[int]] = {}
    # One turn shows that a contender goes to and fro for every record; three are for the others.
    for turn in range(1 if who == PUBLISHED else 3):
        for label, command in steps(who, turn):
            if command["do"] == "save":
                command = {**command, "key": f"trips-{command['key']}"}
            before = proxy.trips
            process.ask(command)
            counts.setdefault(label, []).append(proxy.trips - before)
    # MongoDB's client says hello to the server now and then, on another connection: that is not part of the call.
    return {label: min(found) for label, found in counts.items()}


def put_trips(row: Row, label: str, trips: Dict[Tuple[str, str], int]) -> None:
    for who, each in row.cells.items():
        each.trips = trips.get((label, who))
    ours = [each for each in (row.cells[OURS].trips, row.cells[ASYNC].trips) if each is not None]
    if ours:
        row.targets.append(Target("one round trip", f"{max(ours)}", max(ours) == 1))


def growth(store: str, published: str, extent: Extent, trips: Dict[Tuple[str, str], int]) -> List[Row]:
    """Read a document of ten threads while the store grows around it.

    Args:
        trips: what `count_trips` counted for a document.
    """
    rows: List[Row] = []
    names = contenders(store)
    with databases(store, names) as made, workers(store, published, made, extent.warm) as taking:
        there = 0
        for size in extent.stores:
            for who in names:
                made[who].grow(there, size, taking[who].ask)
            there = size
            row = Row(TITLES[store], f"{DOCUMENT}, store of {size:,}")
            facts = turns(taking, document_only, extent)
            for (_, who), measured in facts.items():
                short = [each for each in measured if each["records"] != PER_DOCUMENT]
                if short:
                    raise ValueError(f"{who} on {store}: the document has {PER_DOCUMENT} threads, {short[0]}")
                row.cells[who] = cell(measured)
            put_trips(row, DOCUMENT, trips)
            rows.append(row)
    smallest, largest = rows[0].cells[OURS].wall, rows[-1].cells[OURS].wall
    if smallest and largest:
        grown = largest / smallest
        text = f"reading by document does not grow with the store: at most {GROWTH_LIMIT:g}x of the smallest"
        rows[-1].targets.append(Target(text, f"{grown:.2f}x", grown <= GROWTH_LIMIT))
    return rows
