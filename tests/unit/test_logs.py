"""The log says what happened and how long it took, and nothing that people wrote or are."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Dict, List

import pytest

from velt_py import AsyncVeltSDK, VeltSDK

SECRETS = [
    "Gloria",
    "gloria@x.example",
    "u-gloria",
    "the secret plan",
    "s3cr3t-token",
    "k3y-auth",
    "Straße 1",
]
GLORIA = {"userId": "u-gloria", "email": "gloria@x.example", "name": "Gloria", "Straße 1": "Straße 1"}


def facts(records: List[logging.LogRecord]) -> List[Dict[str, Any]]:
    return [
        {"event": each.getMessage(), **{k: v for k, v in vars(each).items() if k.startswith("velt_")}}
        for each in records
    ]


def conversation(sdk: VeltSDK) -> None:
    """Everything an application does, and everything it can do wrong."""
    hosting: Any = sdk.selfHosting
    text = {"commentId": 1, "commentText": "the secret plan", "from": GLORIA}
    metadata = {"organizationId": "one", "apiKey": "s3cr3t-token"}
    hosting.comments.saveComments(
        {"commentAnnotation": {"A": {"comments": {"1": text}}}, "metadata": metadata}
    )
    hosting.comments.getComments("one")
    hosting.comments.deleteComment("one", "A")
    hosting.comments.deleteComment("one", "A")
    hosting.reactions.saveReactions("one", {"R": {"icon": "the secret plan", "from": GLORIA}})
    hosting.recorders.saveRecorderAnnotation(
        "one", {"R": {"transcription": {"text": "the secret plan"}, "from": GLORIA}}
    )
    hosting.notifications.saveNotifications("one", {"N": {"displayBodyMessage": "the secret plan"}})
    hosting.activities.saveActivities("one", {"X": {"entityData": "the secret plan"}})
    hosting.users.saveUser("one", GLORIA)
    hosting.users.getUsers("one", ["u-gloria"])
    hosting.users.resolveUserIdsByEmail("one", ["gloria@x.example"])
    # Wrong calls
    hosting.comments.saveComments("one", {"A": {"comments": {"the secret plan": 5}}})
    hosting.comments.saveComments("one", {"A": {"custom": {"Gloria": {"u-gloria": float("nan")}}}})
    hosting.comments.saveComments("one", {"A": {"comments": {"1": {"commentText": "the secret plan\0"}}}})
    hosting.users.saveUser("one", {**GLORIA, "Straße 1": "\0"})
    hosting.users.getUsers("one", [{"u-gloria": 1}])
    hosting.users.resolveUserIdsByEmail("one", ["gloria@x.example\0"])
    hosting.comments.getComments({"organizationId": {"Gloria": 1}})


CONFIG = {"apiKey": "s3cr3t-token", "authToken": "k3y-auth"}


def everything_said(caplog: pytest.LogCaptureFixture) -> str:
    formatter = logging.Formatter()
    return "\n".join(f"{formatter.format(each)} {vars(each)!r}" for each in caplog.records)


def test_no_text_address_name_id_or_token_is_ever_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    database: Dict[str, Any] = {"type": "sqlite", "path": str(tmp_path / "velt.db")}
    with VeltSDK.initialize({**CONFIG, "database": database}) as sdk:
        conversation(sdk)
    with VeltSDK.initialize({**CONFIG, "database": {"type": "memory"}}) as sdk:
        conversation(sdk)
    # A database that is down, and one whose rows are damaged.
    conversation(
        VeltSDK.initialize({**CONFIG, "database": {**database, "path": str(tmp_path / "none" / "x.db")}})
    )
    damage(tmp_path / "velt.db")
    with VeltSDK.initialize({**CONFIG, "database": database}) as sdk:
        conversation(sdk)
    said = everything_said(caplog)
    assert "velt.operation.done" in said
    assert "velt.operation.failed" in said
    assert "velt.record.unreadable" in said
    for secret in SECRETS:
        assert secret not in said, secret


def damage(path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(path)
    with connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for table in ("users", "comment_annotations", "activities"):
            connection.execute(f"UPDATE {table} SET data = 'Gloria, the secret plan, gloria@x.example'")
    connection.close()


def test_an_operation_that_succeeds_is_one_line_for_debugging(caplog: pytest.LogCaptureFixture) -> None:
    sdk = VeltSDK.initialize({"database": {"type": "memory"}})
    with caplog.at_level(logging.DEBUG, "velt_py"):
        sdk.selfHosting.comments.saveComments("one", {"A": {}, "B": {}})
        sdk.selfHosting.comments.getComments("one", ["A"])
        sdk.selfHosting.comments.deleteComment("one", "A")
    said = facts(caplog.records)
    assert all(isinstance(each.pop("velt_ms"), float) for each in said)
    assert said == [
        {
            "event": "velt.operation.done",
            "velt_operation": f"comments.{verb}",
            "velt_organization": "one",
            "velt_records": records,
        }
        for verb, records in (("save", 2), ("get", 1), ("delete", 1))
    ]
    assert {each.levelno for each in caplog.records} == {logging.DEBUG}
    assert {each.name for each in caplog.records} == {"velt_py.selfhosting.operations"}


def test_failures_have_a_level_a_code_and_the_head_of_the_field(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    memory = VeltSDK.initialize({"database": {"type": "memory"}}).selfHosting.comments
    down = VeltSDK.initialize({"database": {"type": "sqlite", "path": str(tmp_path / "none" / "x.db")}})
    with caplog.at_level(logging.INFO, "velt_py"):
        memory.saveComments("one", {"A": {"custom": {"Gloria": float("nan")}}})
        memory.deleteComment("one", "A")
        answer = down.selfHosting.comments.getComments("one")
    refused, absent, failed, finished = caplog.records
    assert (refused.levelno, absent.levelno, failed.levelno, finished.levelno) == (
        logging.WARNING,
        logging.INFO,
        logging.ERROR,
        logging.ERROR,
    )
    said = facts(caplog.records)
    assert (said[0]["velt_code"], said[0]["velt_field"]) == ("INVALID_INPUT", "commentAnnotation")
    assert (said[1]["velt_code"], said[1]["velt_status"]) == ("NOT_FOUND", 404)
    assert said[2]["event"] == "velt.store.failed"
    assert said[2]["velt_correlation"] == said[3]["velt_correlation"] == answer["correlationId"]


async def test_awaited_operations_and_the_http_edge_are_logged_too(caplog: pytest.LogCaptureFixture) -> None:
    awaited = AsyncVeltSDK.initialize({"database": {"type": "memory"}}).selfHosting.comments
    blocking = VeltSDK.initialize({"database": {"type": "memory"}}).selfHosting.comments
    with caplog.at_level(logging.DEBUG, "velt_py"):
        await awaited.getComments("one")
        await awaited.getComments.result({"organizationId": "two"})
        blocking.getComments.result({"organizationId": "three"})
        blocking.getComments.result({})
    assert [each["velt_organization"] for each in facts(caplog.records)] == ["one", "two", "three", None]


def test_nothing_is_printed_and_no_handler_installed(capsys: pytest.CaptureFixture[str]) -> None:
    conversation(VeltSDK.initialize({"database": {"type": "memory"}}))
    assert capsys.readouterr() == ("", "")
    names = [name for name in logging.root.manager.loggerDict if name.startswith("velt_py")]
    assert all(not logging.getLogger(name).handlers for name in names)
