"""The console over a store: who sees what, in every adapter."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional
from urllib.parse import quote, urlencode

import pytest

from tests.waiting import meeting
from tests.web.contract.adapters import ADAPTERS, ASYNC
from tests.webserver import Answer, Client, velt_server
from velt_py import VeltSDK
from velt_py.console.answers import FILES
from velt_py.console.feature import Console
from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting import runners
from velt_py.selfhosting.plans import Read, Record
from velt_py.selfhosting.stores.base import ThreadedStore
from velt_py.selfhosting.stores.memory import MemoryStore
from velt_py.web.access import Access
from velt_py.web.messages import Request
from velt_py.webhooks import Webhooks

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OPERATOR = {"x-organization": "operator"}
ACME, GLOBEX = {"x-organization": "acme"}, {"x-organization": "globex"}
PER_ORGANIZATION = ("documents", "files", "activity", "notifications", "people", "search", "threads")


def authenticate(request: Request) -> Optional[str]:
    return request.headers.get("x-organization")


def authorize(principal: str, access: Access) -> bool:
    return principal in ("operator", access.organizationId)


def config_of(folder: Path) -> Dict[str, Any]:
    return {
        "database": {"type": "sqlite", "path": str(folder / "velt.db")},
        "files": {"type": "folder", "path": str(folder / "files"), "base_url": "https://app.example/velt"},
    }


def look(client: Client, view: str, headers: Dict[str, str], **query: str) -> Answer:
    return client.request("GET", f"/console/api/{view}?{urlencode(query)}", headers=headers)


def said(id: int, text: str, who: str = "ana", **more: Any) -> Dict[str, Any]:
    return {"commentId": id, "commentText": text, "from": {"userId": who}, **more}


def save(client: Client, organization: str, document: str, id: str, *comments: Any, **more: Any) -> None:
    metadata = {"organizationId": organization, "documentId": document}
    thread = {
        "annotationId": id,
        "metadata": metadata,
        "comments": {str(each["commentId"]): each for each in comments},
        **more,
    }
    body = {"commentAnnotation": {id: thread}, "metadata": metadata, "event": "comment_annotation.add"}
    answer = client.post("/comments/save", body, {"x-organization": quote(organization)})
    assert answer.status == 200, answer.body


def fill(client: Client) -> None:
    """Two organizations that use the same ids."""
    save(client, "acme", "plan", "t1", said(1, "Ana writes in acme", createdAt=1_700_000_000_000))
    save(client, "globex", "plan", "t1", said(1, "Zoe writes in globex", "zoe"))
    for name, headers in (("acme", ACME), ("globex", GLOBEX)):
        metadata = {"organizationId": name, "documentId": "plan"}
        activity = {"a1": {"id": "a1", "metadata": metadata, "changes": {name: {"from": None, "to": "x"}}}}
        body: Dict[str, Any] = {"activity": activity, "metadata": metadata}
        assert client.post("/activities/save", body, headers).status == 200
        reaction = {"r1": {"annotationId": "r1", "icon": f"{name}-icon", "from": {"userId": "ana"}}}
        body = {"reactionAnnotation": reaction, "metadata": metadata}
        assert client.post("/reactions/save", body, headers).status == 200
        attachment = {"attachmentId": 7, "name": f"{name}.png", "mimeType": "image/png", "base64Data": "AAAA"}
        body = {"attachment": attachment, "metadata": metadata}
        assert client.post("/attachments/save", body, headers).status == 200


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=pytest.mark.xdist_group(f"console {name}")) for name in sorted(ADAPTERS)
    ],
)
def client(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The routes of an adapter with a console, over what `fill` stored."""
    config = config_of(tmp_path_factory.mktemp("console"))
    features = [Console(), Webhooks(SECRET)]
    with ADAPTERS[request.param](
        config, authenticate=authenticate, authorize=authorize, features=features
    ) as running:
        fill(running)
        with VeltSDK.initialize(config) as sdk:
            for name in ("acme", "globex"):
                sdk.selfHosting.users.saveUser(name, {"userId": "zoe", "name": f"Zoe of {name}"})
                told = {"notificationId": "n1", "displayBodyMessage": f"for {name}"}
                sdk.selfHosting.notifications.saveNotifications(name, {"n1": told})
        yield running


def test_strangers_see_the_page_and_nothing_in_it(client: Client) -> None:
    page = client.request("GET", "/console/")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for view in ("start", "organizations", *PER_ORGANIZATION, "inbox", "requests"):
        answer = look(client, view, {}, organizationId="acme")
        assert (answer.status, answer.json["errorCode"]) == (401, "UNAUTHENTICATED"), view


def test_the_page_comes_under_a_policy_that_runs_no_script_of_others(client: Client) -> None:
    assert client.request("GET", "/console").headers["location"] == "console/"
    for name, (_, kind) in FILES.items():
        answer = client.request("GET", f"/console/{name}")
        assert (answer.status, answer.headers["content-type"]) == (200, kind)
        policy = dict(
            part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";")
        )
        assert policy["default-src"] == "'none'"
        assert {policy[each] for each in ("script-src", "style-src", "connect-src")} == {"'self'"}
        assert (answer.headers["x-content-type-options"], answer.headers["x-frame-options"]) == (
            "nosniff",
            "DENY",
        )
        again = client.request("GET", f"/console/{name}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status, again.body) == (304, b"")


def test_a_member_sees_their_own_organization_only(client: Client) -> None:
    for name, headers, other in (("acme", ACME, "globex"), ("globex", GLOBEX, "acme")):
        assert [each["id"] for each in look(client, "organizations", headers).json["items"]] == [name]
        for view in PER_ORGANIZATION:
            more = {"documentId": "plan"} if view == "threads" else {}
            more = {"text": "writes"} if view == "search" else more
            mine = look(client, view, headers, organizationId=name, **more)
            assert mine.status == 200, mine.body
            assert mine.json["items"], view
            assert other not in mine.body.decode().lower(), view
            refused = look(client, view, headers, organizationId=other, **more)
            assert (refused.status, refused.json["errorCode"]) == (403, "FORBIDDEN"), view


def test_what_belongs_to_no_organization_is_for_those_who_may_see_everything(client: Client) -> None:
    assert look(client, "start", ACME).json["views"] == [
        *("organizations", "documents", "threads", "activity", "files", "notifications", "people", "search")
    ]
    for view in ("inbox", "requests"):
        assert look(client, view, ACME).status == 403
        assert look(client, view, OPERATOR).status == 200
    assert look(client, "start", OPERATOR).json["views"][-2:] == ["inbox", "requests"]
    names = [each["id"] for each in look(client, "organizations", OPERATOR).json["items"]]
    assert {"acme", "globex"} <= set(names)


def test_a_thread_is_shown_as_people_read_it(client: Client) -> None:
    page = look(client, "threads", ACME, organizationId="acme", documentId="plan").json
    assert page["total"] == 1
    (thread,) = page["items"]
    (comment,) = thread["comments"]
    assert (comment["text"], comment["author"], comment["at"]) == (
        "Ana writes in acme",
        {"id": "ana", "name": ""},
        1_700_000_000_000,
    )
    assert [each["icon"] for each in page["reactions"]] == ["acme-icon"]
    (file,) = look(client, "files", ACME, organizationId="acme").json["items"]
    assert (file["name"], file["size"], file["file"]) == ("acme.png", 3, True)
    start = look(client, "start", ACME).json
    assert start["files"] == "../files/"
    opened = client.request(
        "GET", f"/console/{start['files']}".replace("console/../", "") + "7?organizationId=acme", headers=ACME
    )
    assert (opened.status, opened.body) == (200, b"\0\0\0")


def test_a_view_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    query = {"organizationId": "acme", "documentId": "plan"}
    tag = look(client, "threads", ACME, **query).headers["etag"]
    same = look(client, "threads", {**ACME, "If-None-Match": tag}, **query)
    assert (same.status, same.body, same.headers["etag"]) == (304, b"", tag)
    save(
        client,
        "acme",
        "plan",
        "t1",
        said(1, "Ana writes in acme", createdAt=1_700_000_000_000),
        note=time.time(),
    )
    assert look(client, "threads", {**ACME, "If-None-Match": tag}, **query).status == 304
    save(client, "acme", "plan", "t2", said(2, "one more"))
    assert look(client, "threads", {**ACME, "If-None-Match": tag}, **query).status == 200
    gone = {"commentAnnotationId": "t2", "metadata": {"organizationId": "acme", "documentId": "plan"}}
    assert client.post("/comments/delete", gone, ACME).status == 200


def test_what_is_shown_stays_in_no_cache_and_in_no_frame(client: Client) -> None:
    for view in ("start", "people", "search", "nowhere"):
        answer = look(
            client, view, ACME, organizationId="acme", **({"text": "Zoe"} if view == "search" else {})
        )
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        if view != "nowhere":
            assert answer.headers["x-frame-options"] == "DENY"
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_the_console_changes_nothing(client: Client) -> None:
    for path in ("/console/", "/console/api/threads", "/console/api/inbox", "/console/api/start"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = client.request(method, path, b"{}", {**OPERATOR, "Content-Type": "application/json"})
            assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS"), (method, path)


def test_a_query_that_makes_no_sense_is_refused_by_name(client: Client) -> None:
    cases = [
        ("documents", "", "organizationId"),
        ("threads", "organizationId=acme", "documentId"),
        ("threads", "organizationId=acme&documentId=" + "x" * 500, "documentId"),
        ("documents", "organizationId=a%00b", "organizationId"),
        ("documents", "organizationId=acme&organizationId=globex", "query"),
        ("documents", "organizationId=acme&folder=1", "query"),
        ("search", "organizationId=acme&text=a", "text"),
        ("search", "organizationId=acme&text=" + "a" * 201, "text"),
        ("search", "organizationId=acme&text=a%00b", "text"),
        ("documents", "organizationId=acme&after=" + "9" * 2000, "after"),
        ("documents", "organizationId=acme&after=%00", "after"),
        ("documents", "organizationId=%ff", "query"),
    ]
    for view, query, named in cases:
        answer = client.request("GET", f"/console/api/{view}?{query}", headers=OPERATOR)
        assert (answer.status, answer.json["errorCode"]) == (400, "INVALID_INPUT"), (view, query)
        assert named in answer.json["error"], (view, query, answer.json)


def test_looks_that_a_page_repeats_are_logged_for_who_debugs_and_refusals_for_everybody(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "velt_py.web"):
        look(client, "documents", ACME, organizationId="acme")
        look(client, "documents", ACME, organizationId="globex")
        client.post("/comments/get", {"organizationId": "acme"}, ACME)
    seen = [vars(record) for record in caplog.records if record.getMessage() == "velt.request"]
    assert [(each["velt_route"], each["velt_status"], each["levelname"]) for each in seen] == [
        ("console.documents", 200, "DEBUG"),
        ("console.documents", 403, "INFO"),
        ("comments.get", 200, "INFO"),
    ]


def test_a_page_of_another_origin_is_refused(client: Client) -> None:
    answer = look(client, "organizations", {**OPERATOR, "Origin": "https://elsewhere.example"})
    assert answer.status == 403


def test_the_latest_requests_are_shown_with_their_times_and_without_the_console_s_own(client: Client) -> None:
    client.post("/comments/get", {"organizationId": "acme"}, ACME)
    look(client, "organizations", OPERATOR)
    latest = look(client, "requests", OPERATOR).json["items"][0]
    assert (latest["what"], latest["status"], latest["method"]) == ("comments.get", 200, "POST")
    assert latest["ms"] > 0


@pytest.mark.parametrize("kind", ["asgi", "wsgi"])
def test_without_both_hooks_nobody_is_let_in_not_even_to_the_page(kind: str, tmp_path: Path) -> None:
    hooks: List[Dict[str, Any]] = [{}, {"authenticate": authenticate}, {"authorize": authorize}]
    for given in hooks:
        with velt_server(kind, config_of(tmp_path), features=[Console()], **given) as client:
            for path in ("/console", "/console/", "/console/console.js", "/console/api/organizations"):
                answer = client.request("GET", path, headers=OPERATOR)
                assert (answer.status, answer.json["errorCode"]) == (403, "NOT_CONFIGURED")


@pytest.mark.parametrize("adapter", sorted(ASYNC))
def test_a_slow_store_does_not_hold_up_the_event_loop(
    adapter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = meeting()

    class Slow(MemoryStore):
        def read(self, plan: Read) -> List[Record]:
            others()
            return super().read(plan)

    def open_slow(settings: Any) -> ThreadedStore:
        return ThreadedStore(Slow(settings.collections), threads=8)

    monkeypatch.setattr(runners, "open_async_store", open_slow)
    with ADAPTERS[adapter](
        config_of(tmp_path), authenticate=authenticate, authorize=authorize, features=[Console()]
    ) as client:
        statuses: List[int] = []

        def ask() -> None:
            statuses.append(look(client, "threads", ACME, organizationId="acme", documentId="d").status)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join(30)
        assert statuses == [200] * 8


def test_arguments_that_make_no_sense_are_refused() -> None:
    for arguments, named in (
        ({"path": "console"}, "path"),
        ({"path": "/console/"}, "path"),
        ({"path": None}, "path"),
        ({"inbox": ""}, "inbox"),
        ({"requests": 0}, "requests"),
        ({"requests": "many"}, "requests"),
    ):
        given: Any = arguments
        with pytest.raises(VeltConfigurationError) as caught:
            Console(**given)
        assert caught.value.field == named
