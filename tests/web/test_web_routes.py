"""Every route with what the Velt frontend posts to it, behind real servers."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Tuple

import pytest

from tests.webserver import Client
from velt_py.web.routes import OPERATIONS

ORG = "acme"
METADATA = {"organizationId": ORG, "documentId": "plan", "apiKey": "key"}
THREAD = {
    "annotationId": "t1",
    "comments": {"184639": {"commentId": 184639, "commentText": "Grüße, 世界 🚀", "from": {"userId": "ana"}}},
    "custom": {"zero": 0, "none": None},
}

POSTS: List[Tuple[str, Dict[str, Any]]] = [
    (
        "/comments/save",
        {"commentAnnotation": {"t1": THREAD}, "metadata": METADATA, "event": "comment_annotation.add"},
    ),
    ("/comments/get", {"organizationId": ORG, "documentIds": ["plan"]}),
    (
        "/comments/delete",
        {"commentAnnotationId": "t1", "metadata": METADATA, "event": "comment_annotation.delete"},
    ),
    (
        "/reactions/save",
        {"reactionAnnotation": {"r1": {"annotationId": "r1", "icon": "HEART"}}, "metadata": METADATA},
    ),
    ("/reactions/get", {"organizationId": ORG, "reactionAnnotationIds": ["r1"]}),
    ("/reactions/delete", {"reactionAnnotationId": "r1", "metadata": METADATA}),
    (
        "/recordings/save",
        {
            "recorderAnnotation": {"v1": {"annotationId": "v1", "from": {"userId": "ben"}}},
            "metadata": METADATA,
        },
    ),
    ("/recordings/get", {"organizationId": ORG, "recorderAnnotationIds": ["v1"]}),
    ("/recordings/delete", {"recorderAnnotationId": "v1", "metadata": METADATA}),
    (
        "/attachments/save",
        {"attachment": {"attachmentId": 1, "file": "https://cdn.example/a.png"}, "metadata": METADATA},
    ),
    ("/attachments/delete", {"attachmentId": 1, "metadata": METADATA}),
    (
        "/recordings/files/save",
        {"attachment": {"attachmentId": 2, "base64Data": "AAAA", "name": "a.webm"}, "metadata": METADATA},
    ),
    ("/recordings/files/delete", {"attachmentId": 2, "metadata": METADATA}),
    ("/users/get", {"organizationId": ORG, "userIds": ["ana"]}),
    ("/users/resolve", {"organizationId": ORG, "emails": ["ana@acme.example"]}),
    ("/notifications/get", {"organizationId": ORG, "notificationIds": ["n1"]}),
    ("/notifications/delete", {"organizationId": ORG, "notificationId": "n1"}),
    (
        "/activities/save",
        {"activity": {"a1": {"id": "a1", "changes": {}}}, "metadata": METADATA, "event": "activity.save"},
    ),
    ("/activities/get", {"organizationId": ORG, "activityIds": ["a1"]}),
]


def test_every_route_of_the_table_answers_what_the_frontend_posts(server: Client) -> None:
    answers = {}
    for path, body in POSTS:
        answer = server.post(path, body)
        assert (answer.status, answer.json["statusCode"], answer.json["success"]) == (200, 200, True), (
            path,
            answer.body,
        )
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        answers[path] = answer.json.get("data")
    assert set(answers) == set(OPERATIONS)
    stored = answers["/comments/get"]["t1"]
    assert stored["comments"] == THREAD["comments"]
    assert stored["custom"] == THREAD["custom"]
    assert stored["metadata"] == METADATA
    assert answers["/reactions/get"]["r1"]["icon"] == "HEART"
    assert answers["/recordings/get"]["v1"]["from"] == {"userId": "ben"}
    assert answers["/activities/get"]["a1"]["changes"] == {}
    assert answers["/attachments/save"] == {"url": "https://cdn.example/a.png"}
    assert answers["/recordings/files/save"]["url"].startswith(
        "https://app.example/velt/files/2?organizationId=acme"
    )


@pytest.mark.parametrize("path", ["/attachments/save", "/recordings/files/save", "/recordings/save"])
def test_an_upload_is_stored_and_served_at_each_address_that_takes_one(server: Client, path: str) -> None:
    request = {
        "attachment": {"attachmentId": 742199, "name": "a.png", "mimeType": "image/png"},
        "metadata": METADATA,
    }
    content = bytes(range(256)) * 20_000
    answer = server.upload(
        path, [("file", "a.png", content), ("request", None, json.dumps(request).encode())]
    )
    assert answer.json["data"]["url"] == "https://app.example/velt/files/742199?organizationId=acme"
    served = server.request("GET", "/files/742199?organizationId=acme")
    assert (served.status, served.body) == (200, content)


def test_the_order_of_the_parts_of_an_upload_does_not_matter(server: Client) -> None:
    request = {"attachment": {"attachmentId": 5}, "metadata": METADATA}
    answer = server.upload(
        "/attachments/save", [("request", None, json.dumps(request).encode()), ("file", "b.png", b"abc")]
    )
    assert answer.status == 200
    assert server.request("GET", "/files/5?organizationId=acme").body == b"abc"


def test_a_form_of_file_and_metadata_is_accepted_too(server: Client) -> None:
    metadata = {**METADATA, "attachmentId": 77}
    answer = server.upload(
        "/attachments/save", [("file", "c.png", b"abc"), ("metadata", None, json.dumps(metadata).encode())]
    )
    assert answer.status == 200, answer.body
    assert server.request("GET", "/files/77?organizationId=acme").body == b"abc"


def test_a_recording_may_be_posted_as_a_form_without_a_file(server: Client) -> None:
    request = {"recorderAnnotation": {"v9": {"annotationId": "v9"}}, "metadata": METADATA}
    assert server.upload("/recordings/save", [("request", None, json.dumps(request).encode())]).status == 200
    found = server.post("/recordings/get", {"organizationId": ORG, "recorderAnnotationIds": ["v9"]})
    assert list(found.json["data"]) == ["v9"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/comments/delete", {"commentAnnotationId": "gone", "metadata": METADATA}),
        ("/reactions/delete", {"reactionAnnotationId": "gone", "metadata": METADATA}),
        ("/recordings/delete", {"recorderAnnotationId": "gone", "metadata": METADATA}),
        ("/recordings/files/delete", {"attachmentId": 404, "metadata": METADATA}),
        ("/attachments/delete", {"attachmentId": 404, "metadata": METADATA}),
        ("/notifications/delete", {"notificationId": "gone", "organizationId": ORG}),
    ],
)
def test_deleting_what_is_gone_answers_success(server: Client, path: str, body: Dict[str, Any]) -> None:
    answer = server.post(path, body)
    assert (answer.status, answer.json) == (200, {"success": True, "statusCode": 200})


def test_nothing_crosses_from_one_organization_to_another(server: Client) -> None:
    def saved(organization: str, text: str) -> None:
        thread = {"annotationId": "same", "comments": {"1": {"commentId": 1, "commentText": text}}}
        body = {
            "commentAnnotation": {"same": thread},
            "metadata": {"organizationId": organization, "documentId": "d"},
        }
        assert server.post("/comments/save", body).status == 200

    def texts(organization: str) -> List[str]:
        data = server.post("/comments/get", {"organizationId": organization}).json["data"]
        return [comment["commentText"] for thread in data.values() for comment in thread["comments"].values()]

    saved("acme", "of acme")
    saved("rival", "of rival")
    request = {"attachment": {"attachmentId": 1}, "metadata": {"organizationId": "acme"}}
    server.upload(
        "/attachments/save",
        [("file", "a.png", b"acme only"), ("request", None, json.dumps(request).encode())],
    )

    assert (texts("acme"), texts("rival"), texts("third")) == (["of acme"], ["of rival"], [])
    server.post("/comments/delete", {"commentAnnotationId": "same", "metadata": {"organizationId": "third"}})
    server.post("/comments/delete", {"commentAnnotationId": "same", "metadata": {"organizationId": "rival"}})
    assert (texts("acme"), texts("rival")) == (["of acme"], [])
    assert server.request("GET", "/files/1?organizationId=rival").status == 404
    server.post("/attachments/delete", {"attachmentId": 1, "metadata": {"organizationId": "rival"}})
    assert server.request("GET", "/files/1?organizationId=acme").body == b"acme only"
