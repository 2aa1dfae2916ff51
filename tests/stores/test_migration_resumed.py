"""Migrations that are killed, and go on where they were."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, List

import pytest

import velt_py
from tests.stores.moving import (
    Makes,
    all_held,
    counted,
    fill,
    held,
    organizations,
    put,
    selection,
    thread,
)
from velt_py.config import load_settings
from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.migration.moving import Options, migrate
from velt_py.selfhosting.records import COMMENTS


@pytest.fixture
def makes(request: pytest.FixtureRequest, tmp_path: Path) -> Makes:
    return Makes(request, tmp_path)


KILLED = """
import json, os, signal, sys
from velt_py.config import load_settings
from velt_py.selfhosting.migration.moving import Options, migrate
from velt_py.selfhosting.migration.selection import select

source, target = [load_settings(each, {}) for each in json.loads(sys.argv[1])]
pieces = 0

def seen(progress):
    global pieces
    pieces += 1
    if pieces == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

chosen = select([source, target], users=True, piece=3)
migrate(source, target, chosen, Options(apply=True, checkpoint=sys.argv[2], seen=seen))
"""


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "mongodb"])
def test_a_killed_migration_goes_on_where_it_was(makes: Makes, tmp_path: Path, name: str) -> None:
    names = organizations()
    configs = [makes.config("sqlite"), makes.config(name)]
    source, target = [load_settings(each, {}) for each in configs]
    fill(source, names)
    checkpoint = tmp_path / "checkpoint.json"
    for pieces in (1, 4, 9):
        arguments = [json.dumps(configs), str(checkpoint), str(pieces)]
        ended = subprocess.run(
            [sys.executable, "-c", KILLED, *arguments],
            env={**os.environ, "PYTHONPATH": str(Path(velt_py.__file__).parents[1])},
            timeout=120,
        )
        assert ended.returncode == -signal.SIGKILL
        assert json.loads(checkpoint.read_text())["at"]["after"]
    chosen = selection([source, target])
    report = migrate(source, target, chosen, Options(apply=True, checkpoint=str(checkpoint)))
    assert report.complete
    # Every record was read once, all runs together: none anew, none left out.
    assert counted(report, "read") == counted(report, "new") == 2 * (7 * 7 + 1)
    assert all_held(target, names) == all_held(source, names)
    assert not checkpoint.exists()


def test_a_kill_at_any_moment_leaves_something_to_go_on_from(makes: Makes, tmp_path: Path) -> None:
    names = organizations()
    configs = [makes.config("sqlite"), makes.config("sqlite")]
    source, target = [load_settings(each, {}) for each in configs]
    put(source, COMMENTS, names[0], *[thread(names[0], f"t{number}") for number in range(900)])
    checkpoint = tmp_path / "checkpoint.json"
    for wait in (0.05, 0.11, 0.23):
        arguments = [json.dumps(configs), str(checkpoint), "0"]
        started = subprocess.Popen(
            [sys.executable, "-c", KILLED, *arguments],
            env={**os.environ, "PYTHONPATH": str(Path(velt_py.__file__).parents[1])},
        )
        deadline = time.monotonic() + 60
        while not checkpoint.exists() and started.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(wait)
        started.kill()
        started.wait(60)
    report = migrate(
        source, target, selection([source, target]), Options(apply=True, checkpoint=str(checkpoint))
    )
    assert report.complete
    assert held(target, COMMENTS, names[0]) == held(source, COMMENTS, names[0])


def test_a_checkpoint_serves_its_own_migration_only(makes: Makes, tmp_path: Path) -> None:
    names = organizations()
    source, target, other = [makes.settings("sqlite") for _ in range(3)]
    fill(source, names, 2)
    checkpoint = tmp_path / "checkpoint.json"

    class Stop(Exception):
        pass

    def stop(progress: Any) -> None:
        raise Stop

    chosen = selection([source, target])
    with pytest.raises(Stop):
        migrate(source, target, chosen, Options(apply=True, checkpoint=str(checkpoint), seen=stop))
    kept = checkpoint.read_text()
    with pytest.raises(VeltConfigurationError, match="another `to`"):
        migrate(source, other, chosen, Options(apply=True, checkpoint=str(checkpoint)))
    with pytest.raises(VeltConfigurationError, match="another `organizations`"):
        migrate(
            source,
            target,
            selection([source, target], names[:1]),
            Options(apply=True, checkpoint=str(checkpoint)),
        )
    # A dry run neither goes on from it nor takes it away.
    assert counted(migrate(source, target, chosen, Options(checkpoint=str(checkpoint))), "read") == 30
    assert checkpoint.read_text() == kept
    for damaged in ("", "[]", "{", '{"version": 1}', kept.replace('"after"', '"behind"')):
        checkpoint.write_text(damaged)
        with pytest.raises(VeltConfigurationError, match="--checkpoint"):
            migrate(source, target, chosen, Options(apply=True, checkpoint=str(checkpoint)))


def test_a_checkpoint_holds_no_password(makes: Makes, tmp_path: Path) -> None:
    names = organizations()
    source, target = makes.settings("postgresql"), makes.settings("sqlite")
    fill(source, names, 2)
    checkpoint = tmp_path / "checkpoint.json"
    texts: List[str] = []
    options = Options(apply=True, checkpoint=str(checkpoint), seen=lambda _: texts.append(read(checkpoint)))
    migrate(source, target, selection([source, target]), options)
    assert source.database is not None
    assert "testpw" in str(source.database.connection_string)
    assert any("postgresql 127.0.0.1" in text for text in texts)
    assert not any("testpw" in text for text in texts)


def read(path: Path) -> str:
    return path.read_text() if path.exists() else ""
