"""A process that dies in the middle of saves loses nothing that it had acknowledged, and leaves nothing half done."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict

from velt_py.sdk import VeltSDK

ROUNDS = 12
ROOT = Path(__file__).resolve().parent.parent.parent

WRITER = """
import sys
from velt_py.sdk import VeltSDK

path, round = sys.argv[1], sys.argv[2]
sdk = VeltSDK.initialize({"database": {"type": "sqlite", "path": path}})
turn = 0
while True:
    turn += 1
    # Two threads in one save: both or none. Each is told apart by its round and turn, and holds two equal halves.
    text = f"{round} {turn} " + "x" * 20000
    comment = {"commentId": turn, "commentText": text, "commentHtml": text}
    threads = {name: {"comments": {str(turn): comment}, "last": turn} for name in (f"{round}-a", f"{round}-b")}
    answer = sdk.selfHosting.comments.saveComments("one", threads)
    assert answer["success"], answer
    print(turn, flush=True)
"""


def killed_in_the_middle(path: Path, number: int) -> int:
    """Start a writer, kill it at some moment, and return the last save that it acknowledged."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(number)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT / "src",
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "1\n", writer.stderr and writer.stderr.read()
    time.sleep(random.Random(number).uniform(0.0, 0.15))
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate(timeout=30)
    acknowledged = [int(line) for line in rest.splitlines() if line.isdigit()]
    # The last line may be cut off: a shorter number is an earlier save, which does not weaken what is checked.
    return max(acknowledged, default=1)


def check_round(found: Dict[str, Any], number: int, acknowledged: int) -> None:
    a, b = found[f"{number}-a"], found[f"{number}-b"]
    assert a["comments"] == b["comments"], "one save of two threads is there by half"
    turns = sorted(int(id) for id in a["comments"])
    assert turns == list(range(1, len(turns) + 1)), "a save in the middle is missing"
    assert len(turns) >= acknowledged, "an acknowledged save is missing"
    assert a["last"] == b["last"] == turns[-1]
    for id, comment in a["comments"].items():
        assert comment["commentText"] == comment["commentHtml"] == f"{number} {id} " + "x" * 20000


def test_killed_writers_lose_no_acknowledged_save_and_leave_no_half_record(tmp_path: Path) -> None:
    path = tmp_path / "velt.db"
    acknowledged = {}
    for number in range(ROUNDS):
        acknowledged[number] = killed_in_the_middle(path, number)
        with sqlite3.connect(path) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            for (text,) in connection.execute("SELECT data FROM comment_annotations"):
                json.loads(text)
        connection.close()
    with VeltSDK.initialize({"database": {"type": "sqlite", "path": str(path)}}) as sdk:
        found = sdk.selfHosting.comments.getComments("one")["data"]
        assert set(found) == {f"{number}-{name}" for number in range(ROUNDS) for name in "ab"}
        for number in range(ROUNDS):
            check_round(found, number, acknowledged[number])
        # The file takes new saves as if nothing had happened.
        assert sdk.selfHosting.comments.saveComments("one", {"new": {"comments": {}}})["success"]
