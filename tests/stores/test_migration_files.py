"""Files of lines, and files of attachments, from one store to another."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict

import pytest

from tests.buckets import bucket
from tests.stores.moving import (
    Makes,
    all_held,
    counted,
    fill,
    held,
    organizations,
    put,
    selection,
)
from velt_py.config import load_settings
from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.migration.lines import export_to, import_from
from velt_py.selfhosting.migration.moving import Options, migrate
from velt_py.selfhosting.records import ATTACHMENTS, COMMENTS
from velt_py.settings import Settings


@pytest.fixture
def makes(request: pytest.FixtureRequest, tmp_path: Path) -> Makes:
    return Makes(request, tmp_path)


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "mongodb", "django"])
def test_a_file_of_lines_holds_everything(makes: Makes, name: str, tmp_path: Path) -> None:
    names = organizations()
    source, target = makes.settings(name), makes.settings("sqlite")
    fill(source, names)
    path = str(tmp_path / "records.jsonl")
    assert export_to(path, source, selection([source], names)).complete
    assert oct(os.stat(path).st_mode)[-3:] == "600"
    dry = import_from(path, target, selection([target]), apply=False)
    assert (counted(dry, "new"), held(target, COMMENTS, names[0])) == (100, {})
    only = selection([target], names[:1], kinds=["comments"], users=False)
    assert counted(import_from(path, target, only, apply=True), "new") == 8
    assert counted(import_from(path, target, selection([target]), apply=True), "new") == 92
    again = import_from(path, target, selection([target]), apply=True)
    assert (counted(again, "same"), counted(again, "new"), counted(again, "changed")) == (100, 0, 0)
    assert all_held(target, names) == all_held(source, names)


def with_files(makes: Makes, folder: Path) -> Dict[str, Any]:
    return {
        **makes.config("sqlite"),
        "files": {"type": "folder", "path": str(folder), "base_url": "https://app.example/velt"},
    }


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_files_go_with_their_attachments(makes: Makes, tmp_path: Path, kind: str, request: Any) -> None:
    from velt_py import VeltSDK

    name = organizations()[0]
    one, other = with_files(makes, tmp_path / "one"), with_files(makes, tmp_path / "other")
    if kind == "s3":
        other = {**makes.config("sqlite"), "aws": bucket(request.getfixturevalue("s3_endpoint"))}
    content = os.urandom(1_500_000)
    metadata = {"organizationId": name, "documentId": "d"}
    with VeltSDK(load_settings(one, {})) as sdk:
        for id, data in ((7, content), (8, b"gone"), (9, b"")):
            given = {"attachment": {"attachmentId": id, "name": "a.bin"}, "metadata": metadata}
            assert sdk.selfHosting.attachments.saveAttachment(given, data)["success"]
    put(
        load_settings(one, {}),
        ATTACHMENTS,
        name,
        {"attachmentId": 10, "url": "https://x.example/a", "metadata": metadata},
    )
    gone = next(
        path for path in (tmp_path / "one").rglob("*") if path.is_file() and path.read_bytes() == b"gone"
    )
    gone.unlink()
    source, target = load_settings(one, {}), load_settings(other, {})
    chosen = selection([source, target], [name])
    dry = migrate(source, target, chosen, Options(files=True))
    assert vars(dry.files) == {"copied": 2, "same": 0, "elsewhere": 1, "missing": 1}
    report = migrate(source, target, chosen, Options(apply=True, files=True))
    assert vars(report.files) == {"copied": 2, "same": 0, "elsewhere": 1, "missing": 1}
    assert report.missing_files == [(name, "8")]
    assert not report.complete
    again = migrate(source, target, chosen, Options(apply=True, files=True))
    assert vars(again.files) == {"copied": 0, "same": 2, "elsewhere": 1, "missing": 1}
    assert fetched(target, name, "7") == content
    assert fetched(target, name, "9") == b""
    with pytest.raises(VeltConfigurationError, match="same file store"):
        migrate(source, load_settings({**other, **files_block(one)}, {}), chosen, Options(files=True))


def files_block(config: Dict[str, Any]) -> Dict[str, Any]:
    return {"files": config["files"], "aws": None}


def fetched(settings: Settings, organization: str, id: str) -> bytes:
    from velt_py.selfhosting.files.opening import open_file_store
    from velt_py.selfhosting.files.plans import OpenFile

    key = held(settings, ATTACHMENTS, organization)[id]["fileKey"]
    store = open_file_store(settings)
    stored = store.run(OpenFile(key))
    content = b"".join(stored.pieces())
    store.close()
    return content
