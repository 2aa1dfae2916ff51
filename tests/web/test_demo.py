"""`velt demo`: what `make run` shows."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from velt_py.cli import main


class Played(NamedTuple):
    output: str
    folder: Path


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "velt_py", "demo", "--folder", str(folder), "--port", "0"],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "ONCE": "1"},
    )
    assert done.returncode == 0, done.stderr
    return Played(done.stdout, folder)


def test_every_step_of_the_conversation_is_shown_in_order(played: Played) -> None:
    assert [int(number) for number in re.findall(r"^(\d+)\. ", played.output, re.M)] == list(range(1, 11))
    assert "Both reply at the same time: 2 of 2 replies are kept" in played.output


def test_below_a_step_stands_what_it_changed_and_nothing_else(played: Played) -> None:
    steps = re.split(r"^\d+\. ", played.output, flags=re.M)
    fields = [re.findall(r"^     ([ +-] [\w.]+)(?:: |$)", step, re.M) for step in steps]
    assert sorted(fields[3]) == ["+ comments.271828", "+ comments.314159"]
    assert fields[8] == ["  comments.184639.commentText", "  comments.184639.commentHtml"]
    assert 'June.", was "The launch date moves to May."' in steps[8]
    assert fields[9] == ["- comments.314159"]


def test_what_it_says_is_stored_is_in_the_file(played: Played) -> None:
    with sqlite3.connect(str(played.folder / "velt.db")) as connection:
        rows = dict(connection.execute("SELECT id, data FROM comment_annotations").fetchall())
    connection.close()
    assert list(rows) == ["thread-1"]
    assert "The launch date moves to June." in rows["thread-1"]
    assert "moves to May." not in rows["thread-1"], "the edited text is gone"
    assert "who tells the partners" not in rows["thread-1"], "the deleted reply is gone"
    assert len([path for path in (played.folder / "files").rglob("*") if path.is_file()]) == 2


def test_it_ends_by_printing_the_block_for_the_frontend(played: Played) -> None:
    address = re.search(r"http://127\.0\.0\.1:\d+", played.output)
    assert address
    assert played.output.index("setDataProviders") > played.output.index("10. ")
    assert played.output.count(address.group(0)) >= 2


def test_as_json_it_is_one_object_with_the_addresses_the_calls_and_the_steps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--json", "--once", "--folder", str(tmp_path), "--port", "0"]) == 0
    told = json.loads(capsys.readouterr().out)
    for half in (told["emulator"], told["resolvers"]):
        assert half["console"].startswith(half["url"])
        assert half["console"].endswith("/console/")
    answers = {each["call"]: each["answer"] for each in told["calls"]}
    assert answers["sdk.api.commentAnnotations.getCommentAnnotations(...)"] == ["Who tells the partners?"]
    assert len(told["steps"]) == 10
    begun = told["steps"][1]
    assert begun["stored"]["comment_annotations"] == 1
    assert [(each["table"], each["id"]) for each in begun["records"]] == [("comment_annotations", "thread-1")]
    assert "The launch date moves to May." in json.dumps(begun["records"])


def test_a_port_that_is_taken_is_named_and_what_an_earlier_run_left_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "velt.db").write_text("of a demo that still serves")
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        assert main(["demo", "--once", "--folder", str(tmp_path), "--port", port]) == 2
    assert f"--port {port}" in capsys.readouterr().err
    assert (tmp_path / "velt.db").read_text() == "of a demo that still serves"


def test_a_folder_that_is_no_demos_keeps_what_lies_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "velt.db").write_text("of an application")
    assert main(["demo", "--once", "--folder", str(tmp_path), "--port", "0"]) == 2
    assert "--folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["velt.db"]
    assert main(["demo", "--once", "--folder", str(tmp_path / "velt.db"), "--port", "0"]) == 2


def test_it_shows_calls_of_the_rest_api_and_ends_with_the_addresses_of_both_consoles(played: Played) -> None:
    assert (
        'sdk.api.commentAnnotations.getCommentAnnotations(...)\n      ["Who tells the partners?"]'
        in played.output
    )
    assert '["ana", "ben", "cleo"]' in played.output
    last = played.output.rstrip().splitlines()[-2:]
    assert all(re.search(r"http://127\.0\.0\.1:\d+/\S*console/$", line) for line in last), last
