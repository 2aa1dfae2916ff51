"""The commands that move records."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest

from velt_py import VeltSDK
from velt_py.cli import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a filled store, `one.db`."""
    monkeypatch.chdir(tmp_path)
    save("one.db", "acme", "t1", "t2")
    save("one.db", "other", "t1")
    (tmp_path / "two.json").write_text(json.dumps({"database": {"type": "sqlite", "path": "two.db"}}))
    return tmp_path


def save(path: str, organization: str, *ids: str, **more: Any) -> None:
    metadata = {"organizationId": organization, "documentId": "d"}
    threads = {id: {"annotationId": id, "comments": {}, **more} for id in ids}
    with VeltSDK.initialize({"database": {"type": "sqlite", "path": path}}) as sdk:
        answer = sdk.selfHosting.comments.saveComments({"metadata": metadata, "commentAnnotation": threads})
    assert answer["success"], answer


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Tuple[int, str, str]:
    code = main(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


MIGRATE = ("migrate", "--from", "sqlite:///one.db", "--to", "two.json")


def test_a_migration_is_a_dry_run_until_yes(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    code, output, _ = run(capsys, *MIGRATE)
    assert (code, output) == (0, "comments: 3 read, 3 would be new, 0 would change, 0 the same\n")
    assert not (folder / "two.db").exists()
    code, output, error = run(capsys, *MIGRATE, "--yes", "--checkpoint", "at.json")
    assert code == 0
    assert output.startswith(
        "comments: 3 read, 3 new, 0 changed, 0 the same\ncomments: 3 records in the source, 3 in "
    )
    assert error == "", "nobody looks, so no progress is shown"
    assert not (folder / "at.json").exists()
    assert run(capsys, *MIGRATE, "--yes")[1].startswith("comments: 3 read, 0 new, 0 changed, 3 the same\n")


def test_a_comparison_exits_with_1_where_something_differs(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, *MIGRATE, "--yes")
    assert run(capsys, *MIGRATE, "--verify-only")[0] == 0
    save("two.db", "acme", "t2", text="words of a person")
    save("two.db", "acme", "t3")
    code, output, _ = run(capsys, *MIGRATE, "--verify-only", "--json")
    report = json.loads(output)
    assert code == 1
    assert [(each["differing"], each["extra"]) for each in report["differences"]] == [(["t2"], ["t3"])]
    assert "words" not in output
    lines = run(capsys, *MIGRATE, "--verify-only")[1].splitlines()
    assert "differs: comments t2 (organization acme)" in lines
    assert "only in the target: comments t3 (organization acme)" in lines
    code, output, _ = run(capsys, *MIGRATE, "--yes")
    assert code == 3, "the record that only the target has stays"
    assert run(capsys, *MIGRATE, "--yes", "--remove-extra")[0] == 0


def test_an_export_is_imported_again(capsys: pytest.CaptureFixture[str]) -> None:
    code, output, _ = run(capsys, "export", "--config", "sqlite:///one.db", "--to", "all.jsonl")
    assert (code, output) == (0, "comments: 3 records written\n")
    assert run(capsys, "import", "all.jsonl", "--config", "two.json")[1].startswith(
        "comments: 3 read, 3 would be new"
    )
    assert run(capsys, "import", "all.jsonl", "--config", "two.json", "--yes")[0] == 0
    assert run(capsys, *MIGRATE, "--verify-only")[0] == 0
    export = ("export", "--config", "two.json", "--to", "-", "--organization", "acme")
    code, output, _ = run(capsys, *export)
    lines: List[Dict[str, Any]] = [json.loads(line) for line in output.splitlines()]
    assert [(line["kind"], line["organization"], line["id"]) for line in lines] == [
        ("comments", "acme", "t1"),
        ("comments", "acme", "t2"),
    ]


def test_an_export_replaces_neither_a_pipe_nor_a_link(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    export = ("export", "--config", "sqlite:///one.db", "--organization", "other", "--to")
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert run(capsys, *export, "pipe")[0] == 0
        assert json.loads(os.read(reader, 4096))["id"] == "t1"
    finally:
        os.close(reader)
    assert (folder / "pipe").is_fifo()
    (folder / "link").symlink_to("file")
    assert run(capsys, *export, "link")[0] == 0
    assert (folder / "link").is_symlink()
    assert json.loads((folder / "file").read_text())["id"] == "t1"
    assert run(capsys, *export, ".")[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["migrate"],
        ["migrate", "--from", "sqlite:///one.db"],
        ["migrate", "--from", "sqlite:///one.db", "--to", "sqlite:///one.db", "--yes"],
        ["migrate", "--from", "sqlite:///missing.db", "--to", "two.json"],
        ["migrate", "--from", "redis://localhost", "--to", "two.json"],
        ["migrate", "--from", "missing.json", "--to", "two.json"],
        [*MIGRATE, "--kind", "threads"],
        [*MIGRATE, "--piece", "0"],
        [*MIGRATE, "--organization", ""],
        [*MIGRATE, "--files"],
        ["export", "--config", "two.json"],
        ["import", "--config", "two.json"],
    ],
    ids=[
        "nothing",
        "no target",
        "same",
        "missing",
        "unknown",
        "no file",
        "kind",
        "piece",
        "organization",
        "files",
        "export",
        "import",
    ],
)
def test_a_wrong_command_is_told_with_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: List[str], folder: Path
) -> None:
    code, output, error = run(capsys, *arguments)
    assert (code, output) == (2, "")
    assert "Traceback" not in error
    assert error
    assert not (folder / "two.db").exists()


def test_a_file_that_cannot_be_read_or_written_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, error = run(capsys, "import", "no.jsonl", "--config", "two.json")
    assert (code, error) == (2, "velt: no.jsonl: No such file or directory\n")
    code, _, error = run(capsys, "export", "--config", "sqlite:///one.db", "--to", "no/such/file.jsonl")
    assert code == 1
    code, _, error = run(capsys, *MIGRATE, "--yes", "--checkpoint", "no/such/at.json")
    assert (code, error) == (1, "velt: no/such/at.json: No such file or directory\n")
