"""Erasing, exporting and looking for one person, on every store, sync and async."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, List, Optional

import pytest

from tests.stores.conftest import Client, Driver
from tests.stores.emptying import empty
from tests.stores.people import EMAIL, NAME, TRACES, everything, others_of, populate, spelled
from tests.stores.watching import watched
from velt_py.exceptions import VeltStorageError, VeltValidationError
from velt_py.selfhosting.files.plans import RemoveFile
from velt_py.selfhosting.plans import Plan, Read, Replace, Save, Scan
from velt_py.selfhosting.privacy.exporting import export_lines
from velt_py.selfhosting.privacy.report import Report
from velt_py.selfhosting.records import COMMENTS
from velt_py.selfhosting.scope import Scope


@pytest.fixture
def driver(driver: Driver) -> Driver:
    empty(driver)
    return driver


@pytest.fixture
def client(driver: Driver, tmp_path: Path) -> Client:
    files = {"type": "folder", "path": os.fspath(tmp_path / "bytes"), "base_url": "https://app.example/velt"}
    return driver.sdk(files=files)


def privacy(driver: Driver, client: Client, name: str, *args: Any, **kwargs: Any) -> Any:
    return driver.wait(getattr(client.sdk.selfHosting.privacy, name)(*args, **kwargs))


def erase(driver: Driver, client: Client, **more: Any) -> Report:
    report: Report = privacy(driver, client, "erase_user", driver.person, driver.one, dry_run=False, **more)
    return report


def files_in(folder: Path) -> List[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_nothing_is_left_of_an_erased_person_and_others_are_untouched(
    driver: Driver, client: Client, tmp_path: Path
) -> None:
    populate(client, driver.one, driver.person)
    before = everything(client, driver.one)
    assert len(files_in(tmp_path / "bytes")) == 3
    report = erase(driver, client)
    assert report.complete, report.to_dict()
    after = everything(client, driver.one)
    for trace in (*TRACES, driver.person):
        assert trace not in spelled(after)
    assert others_of(after) == others_of(before)
    assert files_in(tmp_path / "bytes") == [Path(before["attachments"]["8"]["fileKey"]).name]
    assert client.data("users.getUsers", driver.one, [driver.person, "bob"]).keys() == {"bob"}
    assert privacy(
        driver, client, "verify_erased", driver.person, driver.one, emails=[EMAIL], names=[NAME]
    ).complete


def test_the_report_counts_what_was_done(driver: Driver, client: Client) -> None:
    populate(client, driver.one, driver.person)
    report = erase(driver, client)
    counts = {
        kind: (each.scanned, each.matched, each.changed, each.deleted) for kind, each in report.kinds.items()
    }
    # Events of other tests lie in the same inbox.
    assert counts.pop("webhooks", (0, 0, 0, 0))[1:] == (0, 0, 0)
    assert counts == {
        "comments": (7, 2, 2, 0),
        "recorder_annotations": (2, 2, 1, 1),
        "reactions": (2, 1, 0, 1),
        "notifications": (3, 3, 1, 2),
        "activities": (2, 2, 1, 1),
        "attachments": (1, 0, 0, 0),
        "users": (1, 1, 0, 1),
    }
    assert (report.files, report.failedCount, report.leftCount, report.confirmed) == (2, 0, 0, True)
    text = json.dumps(report.to_dict()).casefold()
    assert not any(trace in text for trace in TRACES)


def test_a_dry_run_says_the_same_and_changes_nothing(driver: Driver, client: Client, tmp_path: Path) -> None:
    populate(client, driver.one, driver.person)
    before = everything(client, driver.one)
    dry = privacy(driver, client, "erase_user", driver.person, driver.one)
    assert everything(client, driver.one) == before
    assert len(files_in(tmp_path / "bytes")) == 3
    assert (dry.applied, dry.confirmed, dry.complete) == (False, None, False)
    wet = erase(driver, client)
    for kind in ("comments", "recorder_annotations", "reactions", "notifications", "activities", "users"):
        assert dry.kinds[kind] == wet.kinds[kind]
    assert dry.files == wet.files


def test_comments_can_be_removed_with_threads_in_which_nothing_is_left(
    driver: Driver, client: Client
) -> None:
    populate(client, driver.one, driver.person)
    assert erase(driver, client, policy={"comments": "delete"}).complete
    after = everything(client, driver.one)["comments"]
    assert "t2" not in after
    assert after["t1"]["comments"].keys() == {"2"}


def test_what_the_policy_keeps_stays_and_does_not_count_as_left(driver: Driver, client: Client) -> None:
    populate(client, driver.one, driver.person)
    before = everything(client, driver.one)
    policy = dict.fromkeys(
        ("reactions", "recordings", "notifications", "activities", "files", "users"), "keep"
    )
    report = erase(driver, client, policy=policy)
    assert report.complete
    after = everything(client, driver.one)
    for kind in ("reactions", "recordings", "notifications", "activities", "attachments"):
        assert after[kind] == before[kind]
    assert client.data("users.getUsers", driver.one, [driver.person])
    assert "secret of hers" not in spelled(
        {id: each["comments"]["1"]["commentText"] for id, each in after["comments"].items() if id == "t1"}
    )


def test_emptied_records_keep_their_place(driver: Driver, client: Client) -> None:
    populate(client, driver.one, driver.person)
    policy = dict.fromkeys(("reactions", "recordings", "notifications", "activities"), "scrub")
    assert erase(driver, client, policy=policy).complete
    after = everything(client, driver.one)
    for trace in (*TRACES, driver.person):
        assert trace not in spelled(after)
    assert after["reactions"]["r1"]["from"] == {"userId": "erased-user"}
    assert after["reactions"].keys() == {"r1", "r2"}
    assert after["activities"].keys() == {"a1", "a2"}


def test_another_organization_is_untouched_unless_all_are_meant(driver: Driver, client: Client) -> None:
    for organization in (driver.one, driver.two):
        populate(client, organization, driver.person)
    before = everything(client, driver.two)
    assert erase(driver, client).complete
    assert everything(client, driver.two) == before
    assert client.data("users.getUsers", driver.two, [driver.person])
    assert privacy(driver, client, "erase_user", driver.person, dry_run=False).complete
    assert driver.person not in spelled(everything(client, driver.two))
    assert client.data("users.getUsers", driver.two, [driver.person]) == {}


def test_a_reply_that_arrives_during_an_erasure_is_kept(driver: Driver, client: Client) -> None:
    populate(client, driver.one, driver.person)
    replies = iter(range(100, 103))

    def reply(step: Any) -> Optional[Plan]:
        if not (isinstance(step, Replace) and step.kind is COMMENTS):
            return None
        number = next(replies, None)
        if number is None:
            return None
        comment = {"commentId": number, "commentText": f"reply {number}", "from": {"userId": "bob"}}
        return saving(client, driver.one, {"t1": {"comments": {str(number): comment}}})

    service = watched(driver, client, reply)
    report = driver.wait(service.erase_user(driver.person, driver.one, dry_run=False))
    assert report.complete
    after = everything(client, driver.one)["comments"]["t1"]["comments"]
    assert [after[str(number)]["commentText"] for number in range(100, 103)] == [
        f"reply {number}" for number in range(100, 103)
    ]
    assert "secret of hers" not in spelled(after)


def saving(client: Client, organization: str, threads: Any) -> Save:
    """The plan that the service makes of a save."""
    operation = client.sdk.selfHosting.comments.saveComments
    plan = next(operation.steps(organization, threads, event="comment.add"))
    assert isinstance(plan, Save)
    return plan


def test_replies_of_many_writers_survive_an_erasure(driver: Driver, client: Client) -> None:
    populate(client, driver.one, driver.person)
    service = client.sdk.selfHosting
    numbers = range(200, 220)

    def body(number: int) -> Any:
        comment = {"commentId": number, "commentText": "reply", "from": {"userId": "bob"}}
        return {
            "commentAnnotation": {"t1": {"comments": {str(number): comment}}},
            "metadata": {"organizationId": driver.one},
            "event": "comment.add",
            "commentId": str(number),
        }

    if driver.loop:

        async def together() -> Any:
            erasing = service.privacy.erase_user(driver.person, driver.one, dry_run=False)
            saves = [service.comments.saveComments(body(number)) for number in numbers]
            return (await asyncio.gather(erasing, *saves))[0]

        report = driver.wait(together())
    else:
        answers: List[Any] = []
        writer = threading.Thread(
            target=lambda: answers.extend(service.comments.saveComments(body(number)) for number in numbers)
        )
        writer.start()
        report = service.privacy.erase_user(driver.person, driver.one, dry_run=False)
        writer.join()
        assert all(answer["success"] for answer in answers)
    assert report.complete
    after = everything(client, driver.one)["comments"]["t1"]["comments"]
    assert {str(number) for number in numbers} <= after.keys()
    assert "secret of hers" not in spelled(after)


class Crash(BaseException):
    """The process ends here."""


def test_after_a_crash_at_any_step_the_same_call_finishes(
    driver: Driver, client: Client, tmp_path: Path
) -> None:
    steps = 0

    def count(step: Any) -> None:
        nonlocal steps
        steps += not isinstance(step, (Scan, Read))

    populate(client, driver.one, driver.person)
    driver.wait(watched(driver, client, count).erase_user(driver.person, driver.one, dry_run=False))
    for last in range(1, steps, 3):
        populate(client, driver.one, driver.person)
        done = 0

        def crash(step: Any, last: int = last) -> None:
            nonlocal done
            done += not isinstance(step, (Scan, Read))
            if done > last:
                raise Crash

        with suppress(Crash):
            driver.wait(watched(driver, client, crash).erase_user(driver.person, driver.one, dry_run=False))
        assert done > last
        report = erase(driver, client)
        assert report.complete, (last, report.to_dict())
        after = everything(client, driver.one)
        for trace in (*TRACES, driver.person):
            assert trace not in spelled(after), last
        assert len(files_in(tmp_path / "bytes")) == 1


def test_a_file_that_cannot_be_removed_keeps_what_names_it_until_the_next_call(
    driver: Driver, client: Client, tmp_path: Path
) -> None:
    populate(client, driver.one, driver.person)

    def refuse(step: Any) -> None:
        if isinstance(step, RemoveFile):
            raise VeltStorageError("down")

    report = driver.wait(watched(driver, client, refuse).erase_user(driver.person, driver.one, dry_run=False))
    assert not report.complete
    assert {(each.kind, each.id) for each in report.failed} == {
        ("comments", "t1"),
        ("recorder_annotations", "c1"),
    }
    assert {(each.kind, each.id) for each in report.left} == {
        ("comments", "t1"),
        ("recorder_annotations", "c1"),
    }
    assert "secret of hers" in spelled(everything(client, driver.one)["comments"]["t1"])
    # The users' row is gone, so that what it knew is given here.
    assert erase(driver, client, emails=[EMAIL], names=[NAME]).complete
    assert len(files_in(tmp_path / "bytes")) == 1


def test_a_users_table_of_the_customer_is_reported_and_never_written(driver: Driver, client: Client) -> None:
    own = driver.sdk(user_schema={"userId": "account", "name": "full_name", "email": "mail"})
    driver.seed_user({"account": driver.person, "userId": driver.person, "full_name": NAME, "mail": EMAIL})
    populate_comment = {
        "t": {"comments": {"1": {"commentText": f"{NAME}, {EMAIL}", "from": {"userId": "bob"}}}}
    }
    own.data("comments.saveComments", driver.one, populate_comment)
    report = erase(driver, own)
    assert (report.ownUsers, report.kinds["users"].deleted, report.complete) == (1, 0, True)
    assert own.data("users.getUsers", driver.one, [driver.person])[driver.person]["name"] == NAME
    text = own.data("comments.getComments", driver.one)["t"]["comments"]["1"]["commentText"]
    assert text == "[erased], [erased]"


def test_users_of_the_application_say_whom_to_look_for_and_stay(driver: Driver, client: Client) -> None:
    asked: List[Any] = []

    def find(plan: Any) -> List[Any]:
        asked.append(plan.values)
        return [{"userId": driver.person, "name": NAME, "email": EMAIL}]

    own = driver.sdk(users={"source": find})
    own.data(
        "comments.saveComments", driver.one, {"t": {"comments": {"1": {"commentText": f"{NAME}, {EMAIL}"}}}}
    )
    report = erase(driver, own)
    assert (report.ownUsers, report.kinds["users"].deleted, report.complete) == (1, 0, True)
    assert asked
    after = own.data("comments.getComments", driver.one)
    assert after["t"]["comments"]["1"]["commentText"] == "[erased], [erased]"


def test_rows_of_users_that_name_no_single_organization_are_not_ours(driver: Driver, client: Client) -> None:
    driver.seed_user({"userId": driver.person, "name": NAME})
    report = erase(driver, client)
    assert (report.ownUsers, report.complete) == (1, True)
    assert client.data("users.getUsers", driver.one, [driver.person])


def test_names_and_addresses_are_learned_from_records(driver: Driver, client: Client) -> None:
    user = {"userId": driver.person, "name": NAME, "email": EMAIL}
    comments = {"1": {"commentText": f"{NAME} <{EMAIL}>", "from": {"userId": "bob"}}}
    client.data("comments.saveComments", driver.one, {"t": {"comments": comments}})
    client.data("recorders.saveRecorderAnnotation", driver.one, {"c": {"from": user}})
    assert erase(driver, client).complete
    after = client.data("comments.getComments", driver.one)
    assert after["t"]["comments"]["1"]["commentText"] == "[erased] <[erased]>"


def test_an_export_holds_what_is_theirs_and_not_what_others_said(driver: Driver, client: Client) -> None:
    populate(client, driver.one, driver.person)
    populate(client, driver.two, driver.person)
    export = privacy(driver, client, "export_user", driver.person, driver.one)
    assert export["person"] == {"userId": driver.person, "emails": [EMAIL], "names": [NAME]}
    assert export["organizations"] == [driver.one]
    assert [user["user"]["email"] for user in export["users"]] == [EMAIL]
    assert {(each["annotationId"], each["commentId"]) for each in export["comments"]} == {
        ("t1", "1"),
        ("t2", "3"),
    }
    assert [each["tagged"][0]["text"] for each in export["mentions"]] == [f"@{NAME}"]
    assert [each["id"] for each in export["reactions"]] == ["r1"]
    assert [each["id"] for each in export["recordings"]] == ["c1"]
    assert sorted(each["id"] for each in export["notifications"]) == ["n1", "n2"]
    assert [each["id"] for each in export["activities"]] == ["a1"]
    assert sorted(each["attachment"]["attachmentId"] for each in export["attachments"]) == [7, 9]
    assert not any("fileKey" in each["attachment"] for each in export["attachments"])
    references = {(each["kind"], each["id"]) for each in export["references"]}
    assert references == {
        ("comments", "t1"),
        ("recorder_annotations", "c2"),
        ("notifications", "n3"),
        ("activities", "a2"),
    }
    assert "write to" not in spelled(export)
    lines = [json.loads(line) for line in export_lines(export)]
    assert lines[0] == {"group": "person", **export["person"]}
    assert len(lines) == 1 + sum(len(value) for name, value in export.items() if isinstance(value, list)) - 1


def test_a_store_is_walked_in_pieces(driver: Driver, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("velt_py.selfhosting.privacy.walking.PIECE", 3)
    populate(client, driver.one, driver.person)
    sizes: List[int] = []

    def note(step: Any) -> None:
        if isinstance(step, Scan):
            sizes.append(step.limit)
        if isinstance(step, Read) and step.ids is None:
            raise AssertionError("everything at once")

    report = driver.wait(watched(driver, client, note).erase_user(driver.person, driver.one, dry_run=False))
    assert set(sizes) == {3}
    assert report.complete
    assert report.kinds["comments"].scanned == 7


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"userId": ""}, "userId"),
        ({"userId": {"$ne": 1}}, "userId"),
        ({"userId": "u", "organizationId": ""}, "organizationId"),
        ({"userId": "u", "emails": "a@x"}, "emails"),
        ({"userId": "u", "emails": ["nobody"]}, "emails[0]"),
        ({"userId": "u", "names": ["a"]}, "names[0]"),
        ({"userId": "u", "policy": {"comments": "keep"}}, "policy.comments"),
        ({"userId": "u", "policy": {"coments": "scrub"}}, "policy.coments"),
        ({"userId": "u", "policy": {"anonymous": "u"}}, "policy.anonymous"),
        ({"userId": "u", "names": ["[erased]"]}, "policy.replacement"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_name(
    driver: Driver, client: Client, arguments: Any, field: str
) -> None:
    with pytest.raises(VeltValidationError) as caught:
        driver.wait(client.sdk.selfHosting.privacy.erase_user(**arguments))
    assert caught.value.field == field


def test_an_empty_store_is_clean(driver: Driver, client: Client) -> None:
    assert erase(driver, client).complete
    assert privacy(driver, client, "verify_erased", driver.person, driver.one).complete
    assert driver.run(Scan(COMMENTS, Scope(driver.one))) == []
