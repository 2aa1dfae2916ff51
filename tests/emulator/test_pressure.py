"""Many writers at once, and the end of the process in the midst of writing."""

from __future__ import annotations

import http.client
import json
import signal
import threading
from pathlib import Path
from typing import Any, Callable, List

from tests.emulator.test_server import HEADERS, ask, connected, ended, running
from velt_py.emulator import Emulator, EmulatorServer

WRITERS, WRITES = 16, 200
MERGED = "/v2/organizations/documents/update"


def together(write: Callable[[int], None], writers: int = WRITERS) -> None:
    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def merging(name: str) -> Any:
    """Write one fact into the metadata of a document, beside what others write there."""
    document = {"documentId": "d", "metadata": {name: True}}
    return {"data": {"organizationId": "o", "documents": [document], "merge": True}}


def prepare(post: Callable[[str, Any], int]) -> None:
    assert post("/v2/organizations/add", {"data": {"organizations": [{"organizationId": "o"}]}}) == 200
    added = {"data": {"organizationId": "o", "documents": [{"documentId": "d"}]}}
    assert post("/v2/organizations/documents/add", added) == 200


def test_no_update_of_many_writers_of_one_document_is_lost(emulator: Emulator) -> None:
    def post(path: str, body: Any) -> int:
        return emulator.handle("POST", path, HEADERS, json.dumps(body).encode())[0]

    prepare(post)
    failed: List[int] = []

    def write(number: int) -> None:
        for each in range(WRITES):
            status = post(MERGED, merging(f"{number}-{each}"))
            if status != 200:
                failed.append(status)

    together(write)
    assert failed == []
    with emulator.state.call():
        doc = emulator.state.of("key").get("document", "o", "d")
    assert doc is not None
    assert len(doc["metadata"]) == WRITERS * WRITES


def test_no_write_of_many_connections_is_lost(emulator: Emulator) -> None:
    refused: List[int] = []

    def write(number: int) -> None:
        connection = connected(server)
        for each in range(WRITES):
            body = {"data": {"organizations": [{"organizationId": f"{number}-{each}"}]}}
            status, _ = ask(connection, "POST", "/v2/organizations/add", body)
            if status != 200:
                refused.append(status)
        connection.close()

    with EmulatorServer(emulator, port=0) as server:
        together(write)
    assert refused == []
    assert len(emulator.state.of("key").under("organization")) == WRITERS * WRITES


def test_nothing_that_was_answered_is_lost_when_the_process_is_killed_while_it_writes(tmp_path: Path) -> None:
    answered: List[str] = []
    enough = threading.Event()

    def write(number: int) -> None:
        connection = http.client.HTTPConnection(first.host, first.port, timeout=30)
        try:
            for each in range(100_000):
                name = f"{number}-{each}"
                body = {"data": {"organizations": [{"organizationId": name}]}}
                if ask(connection, "POST", "/v2/organizations/add", body)[0] != 200:
                    return
                answered.append(name)
                if len(answered) >= 400:
                    enough.set()
        except (OSError, http.client.HTTPException, ValueError):
            pass  # it was killed
        finally:
            connection.close()

    def kill() -> None:
        enough.wait(60)
        ended(process, signal.SIGKILL)

    with running("--data", str(tmp_path)) as (process, first):
        killing = threading.Thread(target=kill)
        killing.start()
        together(write, 8)
        killing.join()
    assert process.returncode == -signal.SIGKILL
    assert len(answered) >= 400
    with running("--data", str(tmp_path)) as (_, connection):
        _, state = ask(connection, "GET", "/__velt/state", {})
    kept = {row["ids"][0] for row in state["records"] if row["kind"] == "organization"}
    assert set(answered) <= kept
    # Each writer had at most one call that was written and not answered.
    assert len(kept) <= len(answered) + 8
