"""Records that cannot be read: counted and named by an erasure, which confirms nothing while there is one."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any, Dict, List

import pytest

from tests.stores.moving import Makes
from velt_py.cli import main
from velt_py.config import load_settings
from velt_py.exceptions import VeltDatabaseError
from velt_py.sdk import AsyncVeltSDK, VeltSDK
from velt_py.selfhosting.migration.moving import Options, migrate
from velt_py.selfhosting.migration.selection import select
from velt_py.selfhosting.plans import DAMAGED, Scan
from velt_py.selfhosting.privacy.report import Report
from velt_py.selfhosting.records import COMMENTS
from velt_py.selfhosting.scope import Scope

PERSON = "u-ana"
DAMAGES = [b'{"cut": ', b"", b'{"a": "\xff\xfe"}', b"[1, 2]", b"[" * 5000]


@pytest.fixture
def makes(request: pytest.FixtureRequest, tmp_path: Path) -> Makes:
    return Makes(request, tmp_path)


def save(sdk: VeltSDK, *ids: str) -> None:
    comments = {"1": {"commentId": 1, "commentText": "hers", "from": {"userId": PERSON}}}
    assert sdk.selfHosting.comments.saveComments("acme", {id: {"comments": comments} for id in ids})[
        "success"
    ]


def damage(path: str, data: bytes, *ids: str, table: str = "comment_annotations") -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for id in ids:
            connection.execute(
                f"INSERT INTO {table} (organization, id, updated_at, data) VALUES ('acme', ?, 0, CAST(? AS TEXT))",
                (id, data),
            )
    connection.close()


def ids_of(report: Report) -> List[Any]:
    return [(each.kind, each.id) for each in report.unreadable]


@pytest.mark.parametrize("data", DAMAGES, ids=lambda data: ascii(data[:12]))
def test_in_sqlite_what_cannot_be_read_is_named_and_nothing_is_confirmed(makes: Makes, data: bytes) -> None:
    config = makes.config("sqlite")
    with VeltSDK.initialize(config) as sdk:
        save(sdk, "t1", "t3")
        damage(config["database"]["path"], data, "t2", "t4")
        damage(config["database"]["path"], b"{", "somebody", table="users")
        dry = sdk.selfHosting.privacy.erase_user(PERSON, "acme")
        assert ids_of(dry) == [("comments", "t2"), ("comments", "t4")]
        assert not dry.settled
        named = [("comments", "t2"), ("comments", "t4"), ("users", "somebody")]
        for _ in range(2):
            report = sdk.selfHosting.privacy.erase_user(PERSON, "acme", dry_run=False)
            assert ids_of(report) == named
            assert (report.unreadableCount, report.leftCount, report.failedCount) == (3, 0, 0)
            assert (report.confirmed, report.complete) == (False, False)
        verified = sdk.selfHosting.privacy.verify_erased(PERSON, "acme")
        assert (ids_of(verified), verified.confirmed) == (named, False)
        threads = sdk.selfHosting.comments.getComments("acme")["data"]
        assert {thread["comments"]["1"]["commentText"] for thread in threads.values()} == {""}
        connection = sqlite3.connect(config["database"]["path"])
        with connection:
            connection.execute("DELETE FROM comment_annotations WHERE id IN ('t2', 't4')")
            connection.execute("DELETE FROM users WHERE id = 'somebody'")
        connection.close()
        assert sdk.selfHosting.privacy.verify_erased(PERSON, "acme").complete


def broken(id: str) -> Any:
    """A document with a text that is no UTF-8."""
    import bson
    from bson.raw_bson import RawBSONDocument

    document: Dict[str, Any] = {
        "_id": id,
        "annotationId": id,
        "metadata": {"organizationId": "acme"},
        "text": "secret-xy",
    }
    return RawBSONDocument(bson.encode(document).replace(b"secret-xy", b"secret-\xff\xfe"))


@pytest.mark.parametrize("flavour", ["sync", "async"])
async def test_in_mongodb_a_piece_that_is_wholly_undecodable_is_no_end(
    makes: Makes, flavour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import bson
    from bson.raw_bson import RawBSONDocument
    from pymongo import MongoClient

    monkeypatch.setattr("velt_py.selfhosting.privacy.walking.PIECE", 2)
    config = makes.config("mongodb")
    with VeltSDK.initialize(config) as sdk:
        save(sdk, "a", "z")
        database = config["database"]
        client: Any = MongoClient(database["connection_string"])
        raw = client[database["database_name"]].get_collection(
            "comment_annotations", bson.CodecOptions(document_class=RawBSONDocument)
        )
        raw.insert_many([broken(f"m{at}") for at in range(5)])
        client.close()
        if flavour == "sync":
            report = sdk.selfHosting.privacy.erase_user(PERSON, "acme", dry_run=False)
        else:
            async with AsyncVeltSDK.initialize(config) as other:
                report = await other.selfHosting.privacy.erase_user(PERSON, "acme", dry_run=False)
        assert ids_of(report) == [("comments", f"m{at}") for at in range(5)]
        assert (report.leftCount, report.confirmed) == (0, False)
        assert (report.kinds["comments"].scanned, report.kinds["comments"].changed) == (7, 2)
        record = sdk._runner.run(Scan(COMMENTS, Scope("acme"), "m3", 1))[0]
        assert (record.id, record.body) == ("m4", DAMAGED)


def test_in_django_what_a_repaired_file_lost_is_named(makes: Makes) -> None:
    from django.db import connection

    config = makes.config("django")
    organization = "damaged in Django"
    with VeltSDK.initialize(config) as sdk:
        comments = {"1": {"commentText": "hers", "from": {"userId": PERSON}}}
        for id in ("t1", "t2"):
            sdk.selfHosting.comments.saveComments(organization, {id: {"comments": comments}})
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            cursor.execute(
                "UPDATE velt_commentannotation SET data = %s WHERE organization_id = %s AND record_id = 't2'",
                ['{"cut": ', organization],
            )
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
        try:
            report = sdk.selfHosting.privacy.erase_user(PERSON, organization, dry_run=False)
        finally:
            sdk.selfHosting.comments.deleteComment(organization, "t2")
        assert (ids_of(report), report.confirmed) == ([("comments", "t2")], False)
        assert sdk.selfHosting.privacy.verify_erased(PERSON, organization).complete


def test_an_id_that_nobody_can_read_is_an_error_and_no_endless_walk(makes: Makes) -> None:
    config = makes.config("sqlite")
    with VeltSDK.initialize(config) as sdk:
        save(sdk, "t1")
        connection = sqlite3.connect(config["database"]["path"])
        with connection:
            connection.execute(
                "INSERT INTO comment_annotations (organization, id, updated_at, data) "
                "VALUES ('acme', CAST(? AS TEXT), 0, '{}')",
                (b"t2\xff",),
            )
        connection.close()
        with pytest.raises(VeltDatabaseError, match="the id of a stored record is no text"):
            sdk.selfHosting.privacy.verify_erased(PERSON, "acme")


def test_a_migration_names_what_cannot_be_read_instead_of_passing_over_it(makes: Makes) -> None:
    config = makes.config("sqlite")
    with VeltSDK.initialize(config) as sdk:
        save(sdk, "t1", "t3")
    damage(config["database"]["path"], b"{", "t2")
    source, target = load_settings(config, {}), makes.settings("sqlite")
    report = migrate(source, target, select([source, target]), Options(apply=True))
    assert [(each.id, each.why) for each in report.refused] == [("t2", "it is no JSON object")]
    assert report.kinds["comments"].read == 3
    assert [each.missing for each in report.differences] == [["t2"]]
    assert not report.complete


def test_the_command_names_them_and_does_not_succeed(
    makes: Makes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = makes.config("sqlite")
    with VeltSDK.initialize(config) as sdk:
        save(sdk, "t1")
    damage(config["database"]["path"], b"{", "t2")
    path = tmp_path / "velt.json"
    path.write_text(json.dumps(config))
    whom = ("--config", str(path), "--user", PERSON)
    assert main(["gdpr", "erase", *whom, "--yes"]) == 3
    output = capsys.readouterr().out
    assert "damaged, repair or delete it: comments t2 of organization acme cannot be read" in output
    assert "not confirmed: 1 records cannot be read" in output
    assert main(["gdpr", "verify", *whom, "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["unreadable"] == [{"organization": "acme", "kind": "comments", "id": "t2", "places": []}]
    assert (report["unreadableCount"], report["confirmed"]) == (1, False)
