"""Every save and delete of an attachment is cut off before and after each of its steps, on real stores. What is left
must never be served half, and a retry as well as the reconciliation must bring row and file together."""

from __future__ import annotations

import dataclasses
import io
import json
from contextlib import suppress
from typing import Any, Callable, Dict, List, Optional

import pytest

from velt_py.exceptions import VeltConfigurationError, VeltDatabaseError, VeltStorageError
from velt_py.sdk import AsyncVeltSDK, VeltSDK
from velt_py.selfhosting.backend import SelfHosting
from velt_py.selfhosting.files.keys import bucket_url, folder_of
from velt_py.selfhosting.files.plans import (
    FILE_STEPS,
    ClearLeftovers,
    FileFacts,
    ListFiles,
    OpenFile,
    PutFile,
    RemoveFile,
    StatFile,
)
from velt_py.selfhosting.files.reconcile import Report, decide, reconcile, reconcile_async
from velt_py.selfhosting.operation import Runner
from velt_py.selfhosting.plans import Change, Delete, Read, Save
from velt_py.selfhosting.records import ATTACHMENTS
from velt_py.selfhosting.runners import StoreRunner
from velt_py.selfhosting.scope import Scope
from velt_py.settings import Settings

ORGANIZATION = "o"
ID = 742199
OLD = b"old bytes"
NEW = b"the new bytes"
LEGACY = "attachments/key-1/6b4c0a52-7c9f-4a2e-9a39-0d6c8d0d3c11.png"
PUBLISHED = "a row of the published package"
"""It knows S3 only."""
NOW = -10.0
"""A grace time that makes everything old."""


class Crash(BaseException):
    """The process ends here."""


class Failing(Runner):
    """Carries out steps until one fails.

    Args:
        runner: carries them out.
        at: the number of the step that fails.
        after: fail after it was carried out, as a lost answer does; otherwise before.
        error: makes what is raised; by default the process crashes.
    """

    def __init__(self, runner: Runner, at: int, after: bool, broken: bool) -> None:
        self._runner = runner
        self._at = at
        self._after = after
        self._broken = broken
        self.count = 0

    def run(self, step: Any) -> Any:
        self.count += 1
        if self.count != self._at:
            return self._runner.run(step)
        if self._after:
            self._runner.run(step)
        if not self._broken:
            raise Crash
        raise VeltStorageError("down") if isinstance(step, FILE_STEPS) else VeltDatabaseError("down")


def save(attachments: Any, content: bytes = NEW, name: str = "a.png") -> Any:
    return attachments.saveAttachment(
        ORGANIZATION, {"attachmentId": ID, "name": name, "mimeType": "image/png", "file": content}
    )


def link(attachments: Any) -> Any:
    return attachments.saveAttachment(ORGANIZATION, {"attachmentId": ID, "file": "https://cdn.example/x"})


def delete(attachments: Any) -> Any:
    return attachments.deleteAttachment(ORGANIZATION, ID)


def legacy(sdk: VeltSDK) -> None:
    """A row of the published package, and its file."""
    assert sdk._settings.files is not None
    row = {
        "attachmentId": ID,
        "file": bucket_url(LEGACY, sdk._settings.files),
        "metadata": {"organizationId": ORGANIZATION},
    }
    sdk._runner.run(PutFile(LEGACY, io.BytesIO(OLD), "a", "image/png", 100))
    sdk._runner.run(Save(ATTACHMENTS, Scope(ORGANIZATION), (Change(str(ID), row, json.dumps(row)),)))


def files_in(sdk: VeltSDK) -> List[str]:
    return sorted(facts.key for facts in sdk._runner.run(ListFiles("attachments/")))


def served(sdk: VeltSDK) -> Optional[bytes]:
    found = sdk.selfHosting.attachments.getFile(ORGANIZATION, ID)
    if not found["success"]:
        assert found["errorCode"] == "NOT_FOUND"
        return None
    stored = sdk._runner.run(OpenFile(found["data"]["key"]))
    assert stored is not None, "the row claims a file that is not there"
    content = b"".join(stored.pieces())
    assert found["data"]["size"] in (None, len(content))
    return content


def check_together(sdk: VeltSDK) -> None:
    """Each row has its file, each file its row."""
    row = sdk.selfHosting.attachments.getAttachment(ORGANIZATION, ID)
    content = served(sdk)
    assert len(files_in(sdk)) == (0 if content is None else 1)
    assert sdk._runner.run(ClearLeftovers("attachments/", NOW, apply=False)) == 0
    if not row["success"]:
        assert sdk._runner.run(Read(ATTACHMENTS, Scope(ORGANIZATION))) == []


def repaired(sdk: VeltSDK) -> Report:
    return reconcile(sdk._runner, sdk._settings, apply=True, grace_seconds=NOW)


BEFORE: Dict[str, Callable[[VeltSDK], Any]] = {
    "nothing": lambda sdk: None,
    "a file": lambda sdk: save(sdk.selfHosting.attachments, OLD),
    "a file of another type": lambda sdk: save(sdk.selfHosting.attachments, OLD, "a.gif"),
    "the same file": lambda sdk: save(sdk.selfHosting.attachments, NEW),
    "an address": lambda sdk: link(sdk.selfHosting.attachments),
    PUBLISHED: legacy,
}
AFTER: Dict[str, Any] = {"save": (save, NEW), "link": (link, None), "delete": (delete, None)}


CASES = [
    ("folder", name, before, broken)
    for name in AFTER
    for before in BEFORE
    for broken in (False, True)
    if before != PUBLISHED
] + [("s3", name, before, False) for name in AFTER for before in ("nothing", "a file", PUBLISHED)]


@pytest.mark.parametrize(("file_settings", "name", "before", "broken"), CASES, indirect=["file_settings"])
@pytest.mark.parametrize("after", [False, True], ids=["before the step", "after the step"])
@pytest.mark.parametrize("retried", [True, False], ids=["retried", "reconciled"])
def test_every_interruption_is_repaired_by_a_retry_and_by_reconciling(
    sdk: VeltSDK, settings: Settings, name: str, before: str, broken: bool, after: bool, retried: bool
) -> None:
    operation, expected = AFTER[name]
    step = 0
    while True:
        step += 1
        delete(sdk.selfHosting.attachments)
        repaired(sdk)
        BEFORE[before](sdk)
        old = served(sdk)
        failing = Failing(sdk._runner, step, after, broken)
        answer = None
        with suppress(Crash):
            answer = operation(SelfHosting(settings, failing).attachments)
        if failing.count < step:
            break
        # What was served before is served until the new file stands.
        assert served(sdk) in (old, expected)
        if retried:
            assert operation(sdk.selfHosting.attachments)["statusCode"] in (200, 404)
            assert served(sdk) == expected
        report = repaired(sdk)
        assert report.missing == report.failed == report.damaged == []
        check_together(sdk)
        assert repaired(sdk).clean
        if answer is not None and answer["success"]:
            assert served(sdk) == expected
    assert step > (1 if name == "delete" else 2)


def test_an_upload_that_cannot_be_stored_leaves_no_row_that_claims_a_file(
    sdk: VeltSDK, settings: Settings
) -> None:
    for step in range(1, 8):
        failing = Failing(sdk._runner, step, False, True)
        if save(SelfHosting(settings, failing).attachments)["success"]:
            break
        for record in sdk._runner.run(Read(ATTACHMENTS, Scope(ORGANIZATION))):
            row = json.loads(record.body)
            assert row["state"] == "pending" or sdk._runner.run(StatFile(row["fileKey"])) is not None
            assert row["state"] == "stored" or "file" not in row


def test_a_pending_or_deleting_attachment_is_not_found(sdk: VeltSDK, settings: Settings) -> None:
    with pytest.raises(Crash):
        save(SelfHosting(settings, Failing(sdk._runner, 4, False, False)).attachments)
    attachments = sdk.selfHosting.attachments
    assert sdk._runner.run(Read(ATTACHMENTS, Scope(ORGANIZATION))) != []
    assert attachments.getAttachment(ORGANIZATION, ID)["errorCode"] == "NOT_FOUND"
    assert attachments.getFile(ORGANIZATION, ID)["errorCode"] == "NOT_FOUND"
    save(attachments)
    with pytest.raises(Crash):
        delete(SelfHosting(settings, Failing(sdk._runner, 3, False, False)).attachments)
    assert attachments.getAttachment(ORGANIZATION, ID)["errorCode"] == "NOT_FOUND"
    assert len(files_in(sdk)) == 1
    assert delete(attachments)["success"]
    assert files_in(sdk) == []


# The reconciliation


def test_a_dry_run_reports_and_changes_nothing(sdk: VeltSDK, settings: Settings) -> None:
    with pytest.raises(Crash):
        save(SelfHosting(settings, Failing(sdk._runner, 5, False, False)).attachments)
    orphan = folder_of(ORGANIZATION, "key-1") + "9-" + "0" * 32 + ".png"
    sdk._runner.run(PutFile(orphan, io.BytesIO(b"x"), "a", "image/png", 10))
    before = files_in(sdk)
    report = reconcile(sdk._runner, settings, grace_seconds=NOW)
    assert not report.applied
    assert not report.clean
    assert report.finished == [(ORGANIZATION, str(ID))]
    assert report.removed_files == [(ORGANIZATION, orphan)]
    assert (report.organizations, report.rows, report.files) == (1, 1, 2)
    assert files_in(sdk) == before
    assert served(sdk) is None
    assert reconcile(sdk._runner, settings, apply=True, grace_seconds=NOW).finished == report.finished
    assert served(sdk) == NEW
    assert json.loads(json.dumps(report.to_dict()))["finished"] == [
        {"organization": ORGANIZATION, "id": str(ID)}
    ]


def test_what_is_younger_than_the_grace_time_is_left_alone(sdk: VeltSDK, settings: Settings) -> None:
    with pytest.raises(Crash):
        save(SelfHosting(settings, Failing(sdk._runner, 5, False, False)).attachments)
    sdk._runner.run(
        PutFile(
            folder_of(ORGANIZATION, "key-1") + "9-" + "0" * 32 + ".png",
            io.BytesIO(b"x"),
            "a",
            "image/png",
            10,
        )
    )
    report = reconcile(sdk._runner, settings, apply=True, grace_seconds=60)
    assert report.clean
    assert len(files_in(sdk)) == 2


def test_a_missing_and_a_damaged_file_are_reported_and_never_hidden(sdk: VeltSDK, settings: Settings) -> None:
    attachments = sdk.selfHosting.attachments
    for id in (1, 2, 3):
        attachments.saveAttachment(ORGANIZATION, {"attachmentId": id, "file": b"content"})
    first, second = (attachments.getAttachment(ORGANIZATION, id)["data"]["fileKey"] for id in (1, 2))
    sdk._runner.run(RemoveFile(first))
    sdk._runner.run(PutFile(second, io.BytesIO(b"cut"), "a", "image/png", 10))
    report = repaired(sdk)
    assert (report.missing, report.damaged) == ([(ORGANIZATION, "1")], [(ORGANIZATION, "2")])
    assert attachments.getAttachment(ORGANIZATION, 1)["success"]


def test_files_that_are_not_of_this_organization_are_left_alone(sdk: VeltSDK, settings: Settings) -> None:
    save(sdk.selfHosting.attachments)
    foreign = [
        LEGACY,
        "attachments/key-1/readme.txt",
        folder_of("another deployment", "key-1") + "9-" + "0" * 32 + ".png",
        folder_of(ORGANIZATION, "key-1") + "notes.txt",
    ]
    for key in foreign:
        sdk._runner.run(PutFile(key, io.BytesIO(b"x"), "a", "image/png", 10))
    assert repaired(sdk).removed_files == []
    assert set(foreign) < set(files_in(sdk))
    named = reconcile(sdk._runner, settings, ["another deployment"], apply=True, grace_seconds=NOW)
    assert named.removed_files == [("another deployment", foreign[2])]
    assert served(sdk) == NEW


def test_a_rotated_api_key_hides_no_file(sdk: VeltSDK, settings: Settings) -> None:
    save(sdk.selfHosting.attachments)
    rotated = dataclasses.replace(settings, apiKey="key-2")
    with VeltSDK(rotated) as later:
        report = repaired(later)
        assert (report.clean, report.files) == (True, 1)
        assert served(later) == NEW
        save(later.selfHosting.attachments)
        (key,) = files_in(later)
        assert key.startswith("attachments/key-2/")


def test_one_attachment_that_cannot_be_repaired_does_not_keep_the_others_from_it(
    sdk: VeltSDK, settings: Settings
) -> None:
    class Stubborn(StoreRunner):
        def run(self, step: Any) -> Any:
            if isinstance(step, Delete) and step.ids == ("1",):
                raise VeltDatabaseError("down")
            return super().run(step)

    for id in (1, 2):
        row = {"attachmentId": id, "state": "deleting", "metadata": {"organizationId": ORGANIZATION}}
        sdk._runner.run(Save(ATTACHMENTS, Scope(ORGANIZATION), (Change(str(id), row, json.dumps(row)),)))
    stubborn = Stubborn(settings)
    report = reconcile(stubborn, settings, apply=True, grace_seconds=NOW)
    stubborn.close()
    assert report.failed == [(ORGANIZATION, "1")]
    assert report.removed_rows == [(ORGANIZATION, "2")]


async def test_async_code_reconciles_the_same(sdk: VeltSDK, settings: Settings) -> None:
    with pytest.raises(Crash):
        save(SelfHosting(settings, Failing(sdk._runner, 5, False, False)).attachments)
    async with AsyncVeltSDK(settings) as other:
        report = await reconcile_async(other._runner, settings, apply=True, grace_seconds=NOW)
    assert report.finished == [(ORGANIZATION, str(ID))]
    assert served(sdk) == NEW


def test_without_a_file_store_there_is_nothing_to_reconcile(settings: Settings) -> None:
    without = dataclasses.replace(settings, files=None)
    with VeltSDK(without) as sdk, pytest.raises(VeltConfigurationError):
        reconcile(sdk._runner, without)


FILE = FileFacts("k", 5, 100.0)


@pytest.mark.parametrize(
    ("row", "file", "age", "decision"),
    [
        ({"state": "pending"}, FILE, 61, "finish"),
        ({"state": "pending"}, None, 61, "remove row"),
        ({"state": "pending"}, FILE, 60, None),
        ({"state": "deleting"}, FILE, 61, "remove row"),
        ({"state": "deleting"}, None, 61, "remove row"),
        ({"state": "deleting"}, FILE, 1, None),
        ({"state": "stored", "size": 5}, FILE, 61, None),
        ({"state": "stored", "size": 6}, FILE, 61, "damaged"),
        ({"state": "stored", "size": 5}, None, 1, "missing"),
        ({}, FILE, 61, None),
        ({}, None, 61, "missing"),
    ],
)
def test_what_is_done_depends_on_state_file_and_age(row: Any, file: Any, age: float, decision: Any) -> None:
    assert decide(row, file, age, 60) == decision
