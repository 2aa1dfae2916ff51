"""Two people reply to one thread at the same time, fifty times each: a hundred replies are stored."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any, Dict, List

from tests.stores.conftest import Client, Driver

REPLIES = 50
ROOT = Path(__file__).resolve().parent.parent.parent

WRITER = """
import sys
from velt_py.sdk import VeltSDK

path, writer, replies = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
sdk = VeltSDK.initialize({"database": {"type": "sqlite", "path": path, "timeout": 30}})
print("ready", flush=True)
sys.stdin.readline()
known = {}
for turn in range(replies):
    id = 100_000 * writer + turn
    known[str(id)] = {"commentId": id, "commentText": f"reply {turn} of {writer}"}
    answer = sdk.selfHosting.comments.saveComments(
        {
            "commentAnnotation": {"A": {"annotationId": "A", "comments": dict(known)}},
            "metadata": {"organizationId": "one"},
            "event": "comment.add",
            "commentId": id,
        }
    )
    assert answer["success"], answer
"""


def reply(organization: str, known: Dict[str, Any], writer: int, turn: int) -> Dict[str, Any]:
    """The body of a browser that knows its own replies only."""
    id = 100_000 * writer + turn
    known[str(id)] = {"commentId": id, "commentText": f"reply {turn} of {writer}"}
    return {
        "commentAnnotation": {"A": {"annotationId": "A", "comments": dict(known)}},
        "metadata": {"organizationId": organization},
        "event": "comment.add",
        "commentId": id,
    }


def write_blocking(driver: Driver, client: Client, first: int) -> None:
    start = Barrier(2)

    def writer(number: int) -> None:
        known: Dict[str, Any] = {}
        start.wait(10)
        for turn in range(REPLIES):
            answer = client.call("comments.saveComments", reply(driver.one, known, number, turn))
            assert answer["success"], answer

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(writer, (first, first + 1)))


def write_awaited(driver: Driver, client: Client, first: int) -> None:
    async def writer(number: int) -> None:
        known: Dict[str, Any] = {}
        for turn in range(REPLIES):
            body = reply(driver.one, known, number, turn)
            answer = await client.sdk.selfHosting.comments.saveComments(body)
            assert answer["success"], answer

    async def both() -> None:
        await asyncio.gather(writer(first), writer(first + 1))

    assert driver.loop is not None
    driver.loop(both())


def test_two_writers_with_stale_views_keep_a_hundred_replies(driver: Driver) -> None:
    client = driver.sdk()
    (write_awaited if driver.loop else write_blocking)(driver, client, 1)
    found = client.data("comments.getComments", driver.one)["A"]["comments"]
    expected = {str(100_000 * writer + turn) for writer in (1, 2) for turn in range(REPLIES)}
    assert set(found) == expected
    assert all(found[id]["commentText"] for id in expected)
    client.close()


def test_two_processes_write_one_sqlite_file_and_keep_a_hundred_replies(tmp_path: Path) -> None:
    path = str(tmp_path / "velt.db")
    writers: List[subprocess.Popen[str]] = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, path, str(number), str(REPLIES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT / "src",
        )
        for number in (1, 2)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    from velt_py.sdk import VeltSDK

    with VeltSDK.initialize({"database": {"type": "sqlite", "path": path}}) as sdk:
        found = sdk.selfHosting.comments.getComments("one")["data"]["A"]["comments"]
    assert len(found) == 2 * REPLIES


def test_an_edit_and_a_deletion_at_the_same_time_as_replies_survive_them(driver: Driver) -> None:
    client = driver.sdk()
    first = {str(id): {"commentId": id, "commentText": "first"} for id in (1, 2, 3)}
    metadata = {"organizationId": driver.one}
    client.data(
        "comments.saveComments",
        {
            "commentAnnotation": {"A": {"comments": first}},
            "metadata": metadata,
            "event": "comment_annotation.add",
        },
    )
    edited = {"1": {"commentId": 1, "commentText": "edited"}}
    for event, comment, comments in (
        ("comment.update", 1, {**first, **edited}),
        ("comment.delete", 2, {"1": first["1"], "3": first["3"]}),
        ("comment.add", 4, {"1": first["1"], "3": first["3"], "4": {"commentId": 4, "commentText": "new"}}),
    ):
        body = {"commentAnnotation": {"A": {"comments": comments}}, "metadata": metadata}
        client.data("comments.saveComments", {**body, "event": event, "commentId": comment})
    found = client.data("comments.getComments", driver.one)["A"]["comments"]
    assert {id: comment["commentText"] for id, comment in found.items()} == {
        "1": "edited",
        "3": "first",
        "4": "new",
    }
