"""`manage.py velt_import` and `velt_export`: into the project's store and out of it."""

from __future__ import annotations

import io
import json
import uuid
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest

from tests.django.project import start

start()

from django.core.management import CommandError, call_command  # noqa: E402

from velt_py import VeltSDK  # noqa: E402
from velt_py.contrib.django import get_sdk  # noqa: E402
from velt_py.exceptions import VeltDatabaseError  # noqa: E402
from velt_py.selfhosting.migration.lines import export_to  # noqa: E402
from velt_py.selfhosting.migration.selection import select  # noqa: E402
from velt_py.selfhosting.migration.writing import Writer  # noqa: E402


def run(name: str, *arguments: str) -> Tuple[str, int]:
    """What a command prints, and its exit code."""
    printed = io.StringIO()
    try:
        call_command(name, *arguments, stdout=printed)
    except CommandError as error:
        return printed.getvalue() + str(error), error.returncode
    return printed.getvalue(), 0


@pytest.fixture
def names() -> List[str]:
    suffix = uuid.uuid4().hex[:12]
    return [f"one-{suffix}", f"two-{suffix}"]


@pytest.fixture
def in_the_project(velt: Dict[str, Any], changed: Any) -> None:
    """The store is the project's own database."""
    changed(DATABASE={"type": "django", "alias": "default"})


def save(sdk: Any, organization: str, *ids: str, **more: Any) -> None:
    metadata = {"organizationId": organization, "documentId": "d"}
    threads = {id: {"annotationId": id, "comments": {}, **more} for id in ids}
    answer = sdk.selfHosting.comments.saveComments({"metadata": metadata, "commentAnnotation": threads})
    assert answer["success"], answer


def threads(organization: str) -> Any:
    return get_sdk().selfHosting.comments.getComments({"organizationId": organization})["data"]


@pytest.fixture(params=["sqlite", "postgresql", "mongodb"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Dict[str, Any]:
    """The configuration of an empty store of its own."""
    name = f"import_{uuid.uuid4().hex[:12]}"
    if request.param == "sqlite":
        return {"type": "sqlite", "path": str(tmp_path / "source.db")}
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        return {"type": "postgresql", "connection_string": url, "schema": name}
    uri = request.getfixturevalue("mongodb_uri")
    return {"type": "mongodb", "connection_string": uri, "database_name": name}


@pytest.mark.usefixtures("in_the_project")
def test_velt_import_takes_over_another_store(
    source: Dict[str, Any], names: List[str], tmp_path: Path
) -> None:
    with VeltSDK.initialize({"database": source}) as sdk:
        save(sdk, names[0], "t1", "t2", **{"unknown key": {"$x": [1.0, None]}})
        save(sdk, names[1], "t1")
        expected = sdk.selfHosting.comments.getComments({"organizationId": names[0]})["data"]
    config = tmp_path / "source.json"
    config.write_text(json.dumps({"database": source}))
    importing = ("velt_import", "--from", str(config))
    printed, code = run(*importing)
    assert (code, printed) == (0, "comments: 3 read, 3 would be new, 0 would change, 0 the same\n")
    assert threads(names[0]) == {}
    printed, code = run(*importing, "--yes", "--organization", names[0], "--json")
    report = json.loads(printed)
    assert (code, report["complete"], report["kinds"]["comments"]["new"]) == (0, True, 2)
    assert threads(names[0]) == expected
    assert threads(names[1]) == {}
    checkpoint = tmp_path / "at.json"
    printed, code = run(*importing, "--yes", "--checkpoint", str(checkpoint))
    assert code == 0
    assert printed.startswith("comments: 3 read, 1 new, 0 changed, 2 the same\n")
    save(get_sdk(), names[1], "t1", changed=True)
    printed, code = run(*importing, "--verify-only")
    assert code == 1
    assert f"differs: comments t1 (organization {names[1]})" in printed
    printed, code = run(*importing, "--yes", "--remove-extra")
    assert (code, threads(names[0])) == (0, expected)


@pytest.mark.usefixtures("in_the_project")
def test_what_velt_export_wrote_velt_import_stores(names: List[str], tmp_path: Path) -> None:
    save(get_sdk(), names[0], "t1", "t2", text="ä")
    path = str(tmp_path / "all.jsonl")
    printed, code = run("velt_export", "--to", path, "--organization", names[0])
    assert (printed, code) == ("comments: 2 records written\n", 0)
    before = threads(names[0])
    save(get_sdk(), names[0], "t1", text="changed", more=1)
    printed, code = run("velt_import", "--from", path)
    assert (printed, code) == ("comments: 2 read, 0 would be new, 1 would change, 1 the same\n", 0)
    assert run("velt_import", "--from", path, "--yes")[1] == 0
    assert threads(names[0]) == before
    lines = run("velt_export", "--to", "-", "--organization", names[0])[0].splitlines()
    assert sorted(json.loads(line)["id"] for line in lines) == ["t1", "t2"]


class Counted:
    """Lets the target's database fail at the write after so many pieces, and counts the rows that come to it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, pieces: int) -> None:
        self.left = pieces
        self.ids: List[str] = []
        self._write = Writer.write
        monkeypatch.setattr(Writer, "write", self.write_of())

    def write_of(self) -> Any:
        def write(writer: Writer, kind: Any, organization: str, records: Any) -> None:
            if self.left == 0:
                raise VeltDatabaseError("the database went away")
            self.left -= 1
            self.ids += [record.id for record in records]
            self._write(writer, kind, organization, records)

        return write


@pytest.mark.usefixtures("in_the_project")
@pytest.mark.parametrize("form", ["store", "lines"])
def test_an_interrupted_velt_import_goes_on_where_it_stopped(
    form: str, names: List[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f"sqlite:///{tmp_path / 'source.db'}"
    ids = [f"t{number}" for number in range(10)]
    with VeltSDK.initialize({"database": {"type": "sqlite", "path": str(tmp_path / "source.db")}}) as sdk:
        save(sdk, names[0], *ids)
        if form == "lines":
            place = str(tmp_path / "rows.jsonl")
            settings = sdk._settings
            export_to(place, settings, select([settings]))
    importing = ("velt_import", "--from", place, "--piece", "2")
    going_on = (*importing, "--yes", "--checkpoint", str(tmp_path / "at.json"))
    with monkeypatch.context() as patched:
        first = Counted(patched, 3)
        printed, code = run(*going_on)
    assert (printed, code) == ("the database went away", 1)
    assert sorted(threads(names[0])) == sorted(first.ids)
    # A dry run in between neither uses the checkpoint nor moves it.
    assert run(*importing)[0] == "comments: 10 read, 4 would be new, 0 would change, 6 the same\n"
    with monkeypatch.context() as patched:
        second = Counted(patched, -1)
        printed, code = run(*going_on)
    assert code == 0
    assert printed.startswith("comments: 10 read, 10 new, 0 changed, 0 the same\n")
    assert (len(first.ids), len(second.ids)) == (6, 4)
    assert sorted(first.ids + second.ids) == sorted(threads(names[0])) == ids
    assert not (tmp_path / "at.json").exists()


@pytest.mark.usefixtures("in_the_project")
def test_a_checkpoint_of_another_file_is_refused(names: List[str], tmp_path: Path) -> None:
    at = tmp_path / "at.json"

    def line(id: str) -> str:
        document = {"annotationId": id, "metadata": {"organizationId": names[0], "documentId": "d"}}
        return json.dumps({"kind": "comments", "organization": names[0], "id": id, "record": document})

    rows = tmp_path / "rows.jsonl"
    rows.write_text("\n".join([line("t1"), line("t2"), "no JSON"]))
    importing = ("velt_import", "--from", str(rows), "--yes", "--piece", "1", "--checkpoint", str(at))
    printed, code = run(*importing)
    assert (printed, code) == ("line 3: this is no JSON", 2)
    assert "t1" in threads(names[0])
    rows.write_text(line("t0") + "\n" + rows.read_text())
    printed, code = run(*importing)
    assert code == 2
    assert "it belongs to a migration with another `from`" in printed
    assert "t0" not in threads(names[0])


@pytest.mark.usefixtures("in_the_project")
@pytest.mark.parametrize(
    "arguments",
    [
        ["--from", "redis://localhost/1"],
        ["--from", "sqlite:///no/such/file.db"],
        ["--from", "missing.json"],
        ["--from", "rows.jsonl", "--verify-only"],
        ["--from", "rows.jsonl", "--remove-extra"],
    ],
    ids=["scheme", "file", "config", "verify", "extra"],
)
def test_velt_import_says_what_is_wrong(arguments: List[str]) -> None:
    printed, code = run("velt_import", *arguments)
    assert code == 2
    assert printed
