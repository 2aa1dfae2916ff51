"""Each example, started as its README says: what two people and a stranger can do over HTTP."""

from __future__ import annotations

import json
from typing import Any, Iterator

import httpx
import pytest

from tests.examples.example_server import NAMES, Example, Person, running

pytestmark = pytest.mark.xdist_group("examples")

PLAN = b"%PDF-1.4 the plan"


@pytest.fixture(scope="module", params=NAMES)
def example(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    if request.param == "django":
        yield request.getfixturevalue("django_example")
        return
    with running(request.param, tmp_path_factory.mktemp(request.param)) as started:
        yield started


@pytest.fixture(autouse=True)
def blank(example: Example) -> None:
    example.clear()


@pytest.fixture
def ana(example: Example) -> Person:
    return example.person("ana")


@pytest.fixture
def ben(example: Example) -> Person:
    return example.person("ben")


@pytest.fixture
def zoe(example: Example) -> Person:
    return example.person("zoe")


def upload(person: Person, id: int) -> httpx.Response:
    about = {"attachment": {"attachmentId": id, "name": "plan.pdf", "mimeType": "application/pdf"}}
    request = json.dumps({**about, "metadata": person.metadata, "event": "attachment.add"})
    file = ("plan.pdf", PLAN, "application/pdf")
    return person.client.post("/velt/attachments/save", files={"file": file}, data={"request": request})


def test_two_people_write_reply_react_attach_resolve_and_delete(ana: Person, ben: Person) -> None:
    first = {"commentId": 184639, "commentText": "The launch moves to May.", "from": {"userId": ana.id}}
    ana.save("thread-1", "comment_annotation.add", first)
    assert ben.found("comments")["thread-1"]["comments"]["184639"]["commentText"] == first["commentText"]

    ben.save("thread-1", "comment.add", {"commentId": 271828, "commentText": "Who tells the guests?"})
    assert ana.found("comments")["thread-1"]["comments"].keys() == {"184639", "271828"}

    reaction = {"annotationId": "reaction-1", "icon": "THUMBS_UP", "from": {"userId": ben.id}}
    body = {"reactionAnnotation": {"reaction-1": reaction}, "metadata": ben.metadata, "event": "reaction.add"}
    ben.data("/reactions/save", body)
    assert ana.found("reactions")["reaction-1"]["icon"] == "THUMBS_UP"

    answer = upload(ana, 742199)
    assert answer.status_code == 200, answer.text
    url = answer.json()["data"]["url"]
    file = ben.client.get(url)
    assert (file.status_code, file.content) == (200, PLAN)

    ana.save("thread-1", "comment_annotation.status_change", resolvedByUserId=ana.id)
    assert ben.found("comments")["thread-1"]["resolvedByUserId"] == ana.id

    ana.data("/attachments/delete", {"attachmentId": 742199, "metadata": ana.metadata})
    assert ben.client.get(url).status_code == 404
    ben.data("/reactions/delete", {"reactionAnnotationId": "reaction-1", "metadata": ben.metadata})
    ana.data("/comments/delete", {"commentAnnotationId": "thread-1", "metadata": ana.metadata})
    assert ben.found("comments") == ben.found("reactions") == {}


def test_people_of_the_organization_are_known_by_name_and_no_others(ana: Person, zoe: Person) -> None:
    body = {"organizationId": "acme", "userIds": [ana.id, zoe.id]}
    people = ana.data("/users/get", body)
    assert people.keys() == {ana.id}
    assert people[ana.id]["name"] == "Ana Ruiz"
    by_email = {"organizationId": "acme", "emails": ["ANA@acme.example", "zoe@globex.example"]}
    assert ana.data("/users/resolve", by_email) == {"ANA@acme.example": ana.id}


def test_a_person_of_another_organization_is_refused(ana: Person, zoe: Person) -> None:
    ana.save("thread-2", "comment_annotation.add", {"commentId": 1, "commentText": "Ours."})
    url = upload(ana, 318204).json()["data"]["url"]
    stranger = Person(zoe.client, zoe.id, "acme")
    for path, body in (
        ("/comments/get", {"organizationId": "acme", "documentIds": ["spring-plan"]}),
        ("/comments/delete", {"commentAnnotationId": "thread-2", "metadata": stranger.metadata}),
        ("/attachments/delete", {"attachmentId": 318204, "metadata": stranger.metadata}),
        ("/users/get", {"organizationId": "acme", "userIds": [ana.id]}),
    ):
        answer = stranger.post(path, body)
        assert (answer.status_code, answer.json()["success"]) == (403, False), path
        assert "data" not in answer.json(), path
    assert upload(stranger, 5).status_code == 403
    assert zoe.client.get(url).status_code == 403
    assert zoe.found("comments") == {}
    assert "thread-2" in ana.found("comments")


def test_nobody_is_let_in_who_is_not_signed_in(example: Example, ana: Person) -> None:
    body = {"organizationId": "acme", "documentIds": ["spring-plan"]}
    with httpx.Client(base_url=example.url, trust_env=False, timeout=30) as stranger:
        assert stranger.post("/velt/comments/get", json=body).status_code == 401
        assert stranger.get("/").headers["location"].startswith("/sign-in")
        forged = Person(stranger, "x", "acme")
        for cookie in ("session", "sessionid"):
            stranger.cookies.set(cookie, "eyJwZXJzb24iOiAiYW5hIn0=.forged")
        assert forged.post("/comments/get", body).status_code == 401


def test_who_signs_out_is_a_stranger_again(example: Example) -> None:
    person = Person(example.browser_of("ben"), "ben", "acme")
    assert person.found("comments") == {}
    assert person.client.post("/sign-out").status_code in (204, 302)
    body = {"organizationId": "acme", "documentIds": ["spring-plan"]}
    assert person.post("/comments/get", body).status_code == 401


def test_a_page_of_another_origin_cannot_post_with_the_cookies(ana: Person) -> None:
    ana.save("thread-3", "comment_annotation.add", {"commentId": 1, "commentText": "Stays."})
    headers = {"Origin": "https://evil.example"}
    body = {"commentAnnotationId": "thread-3", "metadata": ana.metadata}
    answer = ana.client.post("/velt/comments/delete", json=body, headers=headers)
    assert answer.status_code == 403
    assert "thread-3" in ana.found("comments")


def test_pages_allow_no_inline_scripts(example: Example, ana: Person) -> None:
    for path in ("/", "/sign-in"):
        page = ana.client.get(path)
        assert page.status_code == 200
        assert "default-src 'self'" in page.headers["content-security-policy"]
        assert "unsafe-inline" not in page.headers["content-security-policy"]
        assert "<script>" not in page.text
        assert "//" not in page.text.replace("<!--", "").replace(example.url, ""), "another host is named"
