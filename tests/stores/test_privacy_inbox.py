"""One person in the events that webhooks brought: exported, emptied and looked for, on every store, sync and async."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest

from tests.stores.conftest import Client, Driver
from tests.stores.emptying import empty
from tests.stores.moving import Makes
from tests.stores.watching import watched
from velt_py.sdk import VeltSDK
from velt_py.selfhosting.plans import Organizations, Plan, Read, Replace
from velt_py.selfhosting.privacy.exporting import export_lines
from velt_py.selfhosting.privacy.report import Report
from velt_py.selfhosting.records import WEBHOOKS
from velt_py.webhooks.events import WebhookEvent, event_of
from velt_py.webhooks.inbox import LAST_WINS, Entry, Inbox, entry_of
from velt_py.webhooks.samples import sample_body
from velt_py.webhooks.verify import Verified

NAME, EMAIL = "Ána Lopez", "ana.lopez@acme.example"
SECRET = "a secret of hers"
DONE, FAILED = "done 2026-01-02", "failed"


class Received:
    """A queue of its own in the store of a driver."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.inbox = Inbox(lambda: 1_800_000_000.0, queue=f"q-{uuid.uuid4().hex[:10]}")

    def event(self, id: str, name: str, organization: str, scheme: str = "v2") -> WebhookEvent:
        """An event in which the person wrote and Ben is tagged."""
        data: Dict[str, Any] = self.data(organization)
        body = sample_body(name, scheme, id, data=data)
        body["usersDocumentNotificationsConfig"] = {self.driver.person: {"inbox": "ALL"}, "ben": {}}
        verified = Verified("v1") if scheme == "v1" else Verified(scheme, id, 1_800_000_000)
        return event_of(verified, body)

    def data(self, organization: str) -> Dict[str, Any]:
        user = {"userId": self.driver.person, "name": NAME, "email": EMAIL}
        mine = {"commentId": 1, "commentText": SECRET, "from": user}
        bens = {
            "commentId": 2,
            "commentText": f"@{NAME} <{EMAIL}>, see Cleo",
            "from": {"userId": "ben", "name": "Ben"},
            "taggedUserContacts": [{"text": f"@{NAME}", "userId": self.driver.person, "contact": user}],
        }
        metadata = {"organizationId": "velt-7", "clientOrganizationId": organization, "documentId": "d"}
        return {
            "actionUser": user,
            **({"metadata": metadata} if organization else {}),
            "commentAnnotation": {"annotationId": "t", "from": user, "comments": [mine, bens]},
            "targetComment": mine,
        }

    def keep(self, event: WebhookEvent) -> int:
        return int(self.driver.run(self.inbox.keep(event)))

    def shelve(self, event: WebhookEvent, shelf: str) -> None:
        state = {"shelf": shelf, "attempts": 1, "handled": ["app.f"]}
        self.driver.run(self.inbox.saving(event.key, {"state": state}, LAST_WINS))

    def rows(self) -> Dict[str, Entry]:
        found = [entry_of(record) for record in self.driver.run(Read(WEBHOOKS, self.inbox.scope))]
        return {entry.key: entry for entry in found if entry is not None}


@pytest.fixture
def driver(driver: Driver) -> Driver:
    empty(driver)
    return driver


@pytest.fixture
def received(driver: Driver) -> Received:
    return Received(driver)


@pytest.fixture
def client(driver: Driver) -> Client:
    return driver.sdk()


def call(driver: Driver, client: Client, name: str, *args: Any, **kwargs: Any) -> Any:
    return driver.wait(getattr(client.sdk.selfHosting.privacy, name)(driver.person, *args, **kwargs))


def erase(driver: Driver, client: Client, *where: Optional[str], **more: Any) -> Report:
    report: Report = call(driver, client, "erase_user", *where, dry_run=False, **more)
    return report


def traces(driver: Driver, entry: Entry) -> List[str]:
    payload = json.dumps(json.loads(str(entry.stored["payload"])), ensure_ascii=False)
    text = json.dumps({**entry.stored, "payload": None}, ensure_ascii=False) + payload
    return [trace for trace in (driver.person, NAME, EMAIL, SECRET) if trace in text]


@pytest.mark.parametrize("scheme", ["v1", "v2", "workflow"])
@pytest.mark.parametrize("shelf", ["pending", FAILED, DONE])
def test_an_event_is_emptied_whether_it_is_done_or_waits_and_stays_the_event_it_is(
    driver: Driver, client: Client, received: Received, shelf: str, scheme: str
) -> None:
    name = "step.completed" if scheme == "workflow" else "comment.add"
    event = received.event("e1", name, driver.one, scheme)
    received.keep(event)
    if shelf != "pending":
        received.shelve(event, shelf)
    before = received.rows()[event.key]
    assert len(traces(driver, before)) == 4
    dry = call(driver, client, "erase_user", driver.one)
    assert (dry.kinds["webhooks"].changed, dry.applied) == (1, False)
    assert received.rows()[event.key] == before
    assert not call(driver, client, "verify_erased", driver.one).complete
    report = erase(driver, client, driver.one)
    assert report.complete, report.to_dict()
    assert report.kinds["webhooks"].changed == 1
    after = received.rows()[event.key]
    assert traces(driver, after) == []
    assert (after.shelf, after.attempts, after.handled) == (before.shelf, before.attempts, before.handled)
    read = after.event()
    assert (read.name, read.id, read.scheme, read.organizationId) == (name, event.id, scheme, driver.one)
    assert read.actionUser == {"userId": "erased-user"}
    comments = read.data["commentAnnotation"]["comments"]
    assert comments[0] == {"commentId": 1, "commentText": "", "from": {"userId": "erased-user"}}
    assert comments[1]["commentText"] == "@[erased] <[erased]>, see Cleo"
    assert comments[1]["from"] == {"userId": "ben", "name": "Ben"}
    assert dict(read.preferences) == {"ben": {}}


@pytest.mark.parametrize("shelf", ["pending", DONE])
def test_velts_repetition_brings_nothing_back_and_counts_as_no_new_event(
    driver: Driver, client: Client, received: Received, shelf: str
) -> None:
    event = received.event("e1", "comment.add", driver.one)
    received.keep(event)
    received.shelve(event, shelf)
    assert erase(driver, client, driver.one).complete
    assert received.keep(event) == 0
    assert traces(driver, received.rows()[event.key]) == []
    verified = call(driver, client, "verify_erased", driver.one, emails=[EMAIL], names=[NAME])
    assert verified.complete


def test_events_of_other_organizations_and_of_none_are_left_alone_until_all_are_meant(
    driver: Driver, client: Client, received: Received
) -> None:
    mine, theirs, nobodys = [
        received.event(f"e{at}", "comment.add", name) for at, name in enumerate((driver.one, driver.two, ""))
    ]
    for event in (mine, theirs, nobodys):
        received.keep(event)
    before = received.rows()
    report = erase(driver, client, driver.one)
    assert (report.complete, report.unplaced) == (True, 1)
    after = received.rows()
    assert after[mine.key] != before[mine.key]
    for other in (theirs, nobodys):
        assert after[other.key] == before[other.key]
    assert erase(driver, client).complete
    assert not any(traces(driver, entry) for entry in received.rows().values())


def test_what_the_policy_keeps_stays_and_does_not_count_as_left(
    driver: Driver, client: Client, received: Received
) -> None:
    event = received.event("e1", "comment.add", driver.one)
    received.keep(event)
    before = received.rows()
    assert erase(driver, client, driver.one, policy={"webhooks": "keep"}).complete
    assert received.rows() == before


def test_an_export_holds_what_is_theirs_in_the_inbox_and_not_what_others_said(
    driver: Driver, client: Client, received: Received
) -> None:
    for organization in (driver.one, driver.two):
        received.keep(received.event(f"e-{organization}", "comment.add", organization))
    export = call(driver, client, "export_user", driver.one)
    (part,) = export["webhooks"]
    assert (part["organizationId"], part["queue"]) == (driver.one, received.inbox.queue)
    texts = [own["value"].get("commentText") for own in part["own"]]
    assert SECRET in texts
    assert not any("see Cleo" in str(own) for own in part["own"])
    assert any(place.endswith("comments[1].commentText") for place in part["places"])
    assert export["person"]["emails"] == [EMAIL], "learned from the event"
    assert '"group":"webhooks"' in "".join(export_lines(export))


def test_an_event_that_is_settled_during_an_erasure_is_both_settled_and_emptied(
    driver: Driver, client: Client, received: Received
) -> None:
    event = received.event("e1", "comment.add", driver.one)
    received.keep(event)
    state = {"shelf": DONE, "attempts": 1, "handled": ["app.f"], "error": None}
    settling = iter([received.inbox.saving(event.key, {"state": state}, LAST_WINS)])

    def settle(step: Any) -> Optional[Plan]:
        return next(settling, None) if isinstance(step, Replace) and step.kind is WEBHOOKS else None

    service = watched(driver, client, settle)
    report = driver.wait(service.erase_user(driver.person, driver.one, dry_run=False))
    assert report.complete
    (entry,) = received.rows().values()
    assert (entry.shelf, entry.handled) == (DONE, ("app.f",))
    assert traces(driver, entry) == []


@pytest.mark.parametrize("name", ["sqlite", "sqlite_files", "postgresql", "mongodb"])
def test_looking_for_somebody_makes_no_inbox(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    config = Makes(request, tmp_path).config(name)
    with VeltSDK.initialize(config) as sdk:
        thread = {"t": {"comments": {"1": {"commentText": "x", "from": {"userId": "u-ana"}}}}}
        assert sdk.selfHosting.comments.saveComments("acme", thread)["success"]
        assert sdk.selfHosting.privacy.erase_user("u-ana", dry_run=False).complete
        assert sdk._runner.run(Organizations(WEBHOOKS)) == []
        assert not [line for line in sdk._runner.store.schema() if "webhook_events" in line]
    assert "webhook_events" not in places_in(name, config)


def places_in(name: str, config: Dict[str, Any]) -> List[str]:
    """The tables or collections that a database has."""
    database = config["database"]
    if name == "mongodb":
        from pymongo import MongoClient

        client: Any = MongoClient(database["connection_string"])
        found: List[str] = client[database["database_name"]].list_collection_names()
        client.close()
        return found
    if name == "postgresql":
        import psycopg

        with psycopg.connect(database["connection_string"]) as connection:
            sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = %s"
            return [table for (table,) in connection.execute(sql, (database["schema"],))]
    import sqlite3

    path = database["path"].replace("{organization}", "acme")
    connection = sqlite3.connect(path)
    tables = [table for (table,) in connection.execute("SELECT name FROM sqlite_master")]
    connection.close()
    return tables


SEALED = [
    '{"encryptedData": "x", "encryptedKey": "y", "iv": "z"}',
    '{"event": "comment.add", "encodedPayload": "eyJhIjoxfQ=="}',
    "no JSON",
    "[" * 5000,
]


@pytest.mark.parametrize("payload", SEALED, ids=["encrypted", "encoded", "text", "deep"])
@pytest.mark.parametrize("name", ["sqlite", "postgresql", "mongodb"])
def test_an_event_that_nobody_can_read_is_reported_and_nothing_is_confirmed(
    name: str, payload: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    config = Makes(request, tmp_path).config(name)
    inbox = Inbox(lambda: 1_800_000_000.0)
    event = {"name": "comment.add", "id": "e", "scheme": "v2", "payload": payload}
    with VeltSDK.initialize(config) as sdk:
        sdk._runner.run(inbox.saving("v2:e", {"state": {"shelf": "pending"}, "event": event}, ()))
        for organization in (None, "acme"):
            report = sdk.selfHosting.privacy.erase_user("u-ana", organization, dry_run=False)
            assert [(each.kind, each.id) for each in report.unreadable] == [("webhooks", "v2:e")]
            assert (report.unreadableCount, report.confirmed, report.complete) == (1, False, False)
        export = sdk.selfHosting.privacy.export_user("u-ana")
        assert export["references"][0]["places"] == ["unreadable"]
