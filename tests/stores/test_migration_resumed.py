"""Migrations that are killed, and go on where they were."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, List, Sequence

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
from velt_py.selfhosting.migration.lines import export_to, import_from
from velt_py.selfhosting.migration.moving import Options, migrate
from velt_py.selfhosting.records import COMMENTS


@pytest.fixture
def makes(request: pytest.FixtureRequest, tmp_path: Path) -> Makes:
    return Makes(request, tmp_path)


KILLED = """
import json, os, signal, sys
if "django" in sys.argv[1]:
    import django

    django.setup()
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

chosen = select([source, target], users=True, piece=3, organizations=json.loads(sys.argv[4]))
migrate(source, target, chosen, Options(apply=True, checkpoint=sys.argv[2], seen=seen))
"""

PLACES = ("sqlite", "postgresql", "mongodb", "django")
PAIRS = [(one, other) for one in PLACES for other in PLACES if one != other]
ROOT = Path(__file__).parents[2]


def environment() -> Dict[str, str]:
    """That of this process, Django's settings included."""
    paths = [str(Path(velt_py.__file__).parents[1]), str(ROOT)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def killed_after(
    pieces: int, configs: Sequence[Any], checkpoint: Path, names: Sequence[str] = ()
) -> List[str]:
    """The command of a migration that kills itself after so many pieces."""
    arguments = [json.dumps(configs), str(checkpoint), str(pieces), json.dumps(list(names))]
    return [sys.executable, "-c", KILLED, *arguments]


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_between_any_two_stores_a_killed_migration_goes_on_where_it_was_and_a_tampered_row_is_noticed(
    makes: Makes, tmp_path: Path, one: str, other: str
) -> None:
    names = organizations()
    configs = [makes.config(one), makes.config(other)]
    source, target = [load_settings(each, {}) for each in configs]
    fill(source, names)
    checkpoint = tmp_path / "checkpoint.json"
    for pieces in (2, 9):
        command = killed_after(pieces, configs, checkpoint, names)
        assert subprocess.run(command, env=environment(), timeout=120).returncode == -signal.SIGKILL
        assert json.loads(checkpoint.read_text())["at"]["after"]
    progress: List[Any] = []
    chosen = selection([source, target], names)
    options = Options(apply=True, checkpoint=str(checkpoint), seen=progress.append)
    report = migrate(source, target, chosen, options)
    assert report.complete, report.to_dict()
    # Every record was read once, all runs together: none anew, none left out.
    assert counted(report, "read") == counted(report, "new") == 2 * (7 * 7 + 1)
    assert {each.doing for each in progress} == {"copy", "compare"}
    assert all_held(target, names) == all_held(source, names)
    assert not checkpoint.exists()
    # One value in one row of the target: the numbers stay equal, the hashes do not.
    put(target, COMMENTS, names[1], thread(names[1], "i4", tampered="words of a person"))
    compared = migrate(source, target, chosen, Options(verify_only=True))
    (one_side, other_side) = compared.hashes["comments"].values()
    assert one_side[0] == other_side[0]
    assert one_side[1] != other_side[1]
    (difference,) = compared.differences
    assert (difference.organization, difference.differing) == (names[1], ["i4"])
    assert not compared.complete
    assert "words" not in json.dumps(compared.to_dict())


def test_a_kill_at_any_moment_leaves_something_to_go_on_from(makes: Makes, tmp_path: Path) -> None:
    names = organizations()
    configs = [makes.config("sqlite"), makes.config("sqlite")]
    source, target = [load_settings(each, {}) for each in configs]
    put(source, COMMENTS, names[0], *[thread(names[0], f"t{number}") for number in range(900)])
    checkpoint = tmp_path / "checkpoint.json"
    for wait in (0.05, 0.11, 0.23):
        started = subprocess.Popen(killed_after(0, configs, checkpoint), env=environment())
        try:
            deadline = time.monotonic() + 60
            while not checkpoint.exists() and started.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
            time.sleep(wait)
        finally:
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


IMPORTING = """
import json, os, signal, sys
if "django" in sys.argv[1]:
    import django

    django.setup()
from velt_py.config import load_settings
from velt_py.selfhosting.migration.lines import import_from
from velt_py.selfhosting.migration.selection import select

target = load_settings(json.loads(sys.argv[1]), {})
pieces = 0

def seen(progress):
    global pieces
    pieces += 1
    if pieces == int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)

chosen = select([target], users=True, piece=3)
import_from(sys.argv[2], target, chosen, True, seen, sys.argv[3])
"""


def killed_importing(pieces: int, config: Any, rows: Path, checkpoint: Path) -> int:
    return subprocess.run(
        [sys.executable, "-c", IMPORTING, json.dumps(config), str(rows), str(checkpoint), str(pieces)],
        env=environment(),
        timeout=120,
    ).returncode


@pytest.fixture
def rows(makes: Makes, tmp_path: Path) -> Path:
    """A file of records, and its store beside it."""
    source = makes.settings("sqlite")
    fill(source, organizations())
    path = tmp_path / "rows.jsonl"
    assert counted(export_to(str(path), source, selection([source])), "read") == 2 * (7 * 7 + 1)
    return path


@pytest.mark.parametrize("name", PLACES)
def test_a_killed_import_goes_on_where_it_was(makes: Makes, rows: Path, tmp_path: Path, name: str) -> None:
    config = makes.config(name)
    target, checkpoint = load_settings(config, {}), tmp_path / "at.json"
    lines: List[int] = []
    for pieces in (2, 9):
        assert killed_importing(pieces, config, rows, checkpoint) == -signal.SIGKILL
        lines.append(json.loads(checkpoint.read_text())["at"]["line"])
    assert 0 < lines[0] < lines[1]
    report = import_from(str(rows), target, selection([target]), True, checkpoint=str(checkpoint))
    assert counted(report, "read") == counted(report, "new") == 2 * (7 * 7 + 1)
    assert not checkpoint.exists()
    again = import_from(str(rows), target, selection([target]), True, checkpoint=str(checkpoint))
    assert counted(again, "same") == 2 * (7 * 7 + 1)


def test_a_checkpoint_of_an_import_serves_the_same_content_only(
    makes: Makes, rows: Path, tmp_path: Path
) -> None:
    config, checkpoint = makes.config("sqlite"), tmp_path / "at.json"
    target = load_settings(config, {})
    assert killed_importing(2, config, rows, checkpoint) == -signal.SIGKILL
    kept, content = checkpoint.read_text(), rows.read_text(encoding="utf-8")
    rows.write_text("\n" + content, encoding="utf-8")
    with pytest.raises(VeltConfigurationError, match="another `from`"):
        import_from(str(rows), target, selection([target]), True, checkpoint=str(checkpoint))
    # A dry run neither goes on from it nor takes it away.
    dry = import_from(str(rows), target, selection([target]), False, checkpoint=str(checkpoint))
    assert counted(dry, "read") == 2 * (7 * 7 + 1)
    assert checkpoint.read_text() == kept
    rows.write_text(content, encoding="utf-8")
    for damaged in ("", "{", kept.replace('"line"', '"lime"')):
        checkpoint.write_text(damaged)
        with pytest.raises(VeltConfigurationError, match="--checkpoint"):
            import_from(str(rows), target, selection([target]), True, checkpoint=str(checkpoint))
