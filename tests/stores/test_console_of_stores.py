"""The console over every store: the same views, of one organization, whatever keeps the records."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional
from urllib.parse import urlencode

import pytest

from tests.stores.conftest import Client, Driver
from velt_py.console.feature import Console
from velt_py.web.access import Access
from velt_py.web.handler import AsyncHandler, Handler
from velt_py.web.messages import Headers, Request

AT = 1_790_000_000_000


class Looking:
    """The console of a store, asked as a page asks it, by somebody who may see the driver's organizations."""

    def __init__(self, driver: Driver, client: Client) -> None:
        self._driver = driver
        made: Any = AsyncHandler if driver.loop else Handler
        self._handler = made(client.sdk, authenticate=named_by, authorize=self._may, features=[Console()])

    def _may(self, principal: str, access: Access) -> bool:
        return access.organizationId == principal

    def at(self, view: str, organization: str, **query: str) -> Any:
        """A view of an organization, as a member of it sees it."""
        given = urlencode({"organizationId": organization, **query} if view != "organizations" else query)
        response = self._driver.wait(
            self._handler.handle(Request("GET", f"/console/api/{view}", given, asked_by(organization)))
        )
        assert response.status == 200, response.body
        return json.loads(response.body)

    def walked(self, view: str, organization: str, **query: str) -> List[Any]:
        """The items of all pages."""
        found: List[Any] = []
        after: Optional[str] = ""
        while after is not None:
            page = self.at(view, organization, **query, after=after)
            found.extend(page["items"])
            after = page["next"]
        return found


def asked_by(organization: str) -> Headers:
    return Headers([("x-organization", organization)])


def named_by(request: Request) -> Optional[str]:
    return request.headers.get("x-organization")


def fill(client: Client, organization: str, person: str) -> None:
    """One record of each kind and a person, all of which say whose they are."""
    metadata = {"organizationId": organization, "documentId": "plan"}
    who = {"userId": person}
    client.data(
        "users.saveUser", organization, {**who, "name": f"Name of {organization}", "email": "a@b.example"}
    )
    comments = {
        str(number): {
            "commentId": number,
            "commentText": f"{text} {organization}",
            "from": who,
            "createdAt": AT + number,
        }
        for number, text in ((1, "question of"), (2, "answer of"))
    }
    thread = {"annotationId": "t1", "comments": comments, "resolvedByUserId": person}
    client.data("comments.saveComments", organization, {"t1": thread}, documentId="plan")
    recording = {
        "annotationId": "r1",
        "from": who,
        "transcription": {"transcribedText": f"spoken of {organization}"},
    }
    client.data("recorders.saveRecorderAnnotation", organization, {"r1": recording}, documentId="plan")
    attachment = {"attachmentId": 7, "name": f"file of {organization}", "url": "https://files.example/7"}
    client.data("attachments.saveAttachment", organization, attachment, documentId="plan")
    told = {"notificationId": "n1", "displayBodyMessage": f"told of {organization}", "actionUser": who}
    client.data("notifications.saveNotifications", organization, {"n1": told})
    changes = {"title": {"from": None, "to": f"title of {organization}"}}
    activity = {"id": "a1", "metadata": metadata, "changes": changes, "actionUser": who, "timestamp": AT}
    client.data("activities.saveActivities", organization, {"a1": activity})


@pytest.fixture
def looking(driver: Driver) -> Looking:
    client = driver.sdk()
    fill(client, driver.one, driver.person)
    fill(client, driver.two, driver.person)
    return Looking(driver, client)


def test_every_view_shows_its_organization_and_nothing_of_another(driver: Driver, looking: Looking) -> None:
    for mine, other in ((driver.one, driver.two), (driver.two, driver.one)):
        seen: Dict[str, List[Any]] = {
            "documents": looking.walked("documents", mine),
            "threads": looking.walked("threads", mine, documentId="plan"),
            "thread": looking.walked("threads", mine, documentId="plan", threadId="t1"),
            "files": looking.walked("files", mine),
            "activity": looking.walked("activity", mine),
            "document's": looking.walked("activity", mine, documentId="plan"),
            "notifications": looking.walked("notifications", mine),
            "people": looking.walked("people", mine),
            "search": looking.walked("search", mine, text=f"of {mine}".upper()),
        }
        assert other not in json.dumps(seen)
        assert {name: [each["id"] for each in items] for name, items in seen.items()} == {
            "documents": ["plan"],
            "threads": ["t1", "r1"],
            "thread": ["t1"],
            "files": ["7"],
            "activity": ["a1"],
            "document's": ["a1"],
            "notifications": ["n1"],
            "people": [driver.person],
            "search": [
                *("comment/t1/0", "comment/t1/1", "recording/r1", "file/7", "notification/n1", "activity/a1"),
                f"person/{driver.person}",
            ],
        }
        assert looking.walked("search", mine, text=f"of {other}") == []
        assert looking.walked("threads", mine, documentId="plan", threadId="t2") == []
        thread = seen["threads"][0]
        name = f"Name of {mine}"
        assert [each["text"] for each in thread["comments"]] == [f"question of {mine}", f"answer of {mine}"]
        assert {each["author"]["name"] for each in thread["comments"]} == {name}
        assert (thread["closer"]["name"], thread["resolved"], thread["at"]) == (name, True, AT + 2)
        assert mine in [each["id"] for each in looking.walked("organizations", mine)]
        assert other not in [each["id"] for each in looking.walked("organizations", mine)]


def test_long_lists_come_in_pages_and_each_record_once(driver: Driver, looking: Looking) -> None:
    client, ids = driver.sdk(), [f"n{number:04}" for number in range(620)]
    told = {id: {"notificationId": id, "displayBodyMessage": "late news", "timestamp": AT} for id in ids}
    client.data("notifications.saveNotifications", driver.one, told)
    found = [each["id"] for each in looking.walked("notifications", driver.one)]
    assert sorted(found) == sorted(["n1", *ids])
    assert len(looking.at("notifications", driver.one)["items"]) == 500
    hits = [each["id"] for each in looking.walked("search", driver.one, text="late news")]
    assert sorted(hits) == [f"notification/{id}" for id in ids]
