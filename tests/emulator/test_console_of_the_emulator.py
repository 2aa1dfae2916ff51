"""The console over the emulator's state."""

from __future__ import annotations

import http.client
import json
from typing import Any, Callable, Dict, List, Tuple
from urllib.parse import urlencode, urlsplit

import pytest

from tests.emulator.workflows import SIGNOFF, Flow
from velt_py import VeltSDK
from velt_py.emulator import Emulator, EmulatorServer
from velt_py.emulator.console_source import EmulatorSource
from velt_py.emulator.deliveries import SVIX, Delivery, enqueue

ACME = json.dumps(["key", "acme"])


def look(emulator: Emulator, view: str, **query: str) -> Any:
    path = f"/__velt/console/api/{view}?{urlencode(query)}"
    status, headers, body = emulator.handle("GET", path, {}, b"")
    assert status == 200, body
    assert headers["Cache-Control"] == "no-store"
    return json.loads(body)


def fill(sdk: VeltSDK, text: str = "Shorter, please") -> None:
    sdk.api.organizations.addOrganizations(
        organizations=[{"organizationId": "acme", "organizationName": "Acme"}]
    )
    sdk.api.documents.addDocuments(
        organizationId="acme", documents=[{"documentId": "plan", "documentName": "The plan"}]
    )
    sdk.api.commentAnnotations.addCommentAnnotations(
        organizationId="acme",
        documentId="plan",
        commentAnnotations=[
            {
                "annotationId": "t1",
                "commentData": [{"commentText": text, "from": {"userId": "ana", "name": "Ana Ruiz"}}],
            }
        ],
    )


def test_organizations_documents_and_threads_are_shown_as_people_read_them(
    emulator: Emulator, sdk: VeltSDK
) -> None:
    fill(sdk)
    assert look(emulator, "organizations")["items"] == [{"id": ACME, "name": "Acme", "under": "key"}]
    (document,) = look(emulator, "documents", organizationId=ACME)["items"]
    assert (document["name"], document["threads"], document["open"]) == ("The plan", 1, 1)
    page = look(emulator, "threads", organizationId=ACME, documentId="plan")
    (comment,) = page["items"][0]["comments"]
    assert (comment["text"], comment["author"]["name"]) == ("Shorter, please", "Ana Ruiz")
    assert page["items"][0]["status"] == "Open"
    assert page["named"] == {"organization": "Acme", "document": "The plan"}
    (hit,) = look(emulator, "search", organizationId=ACME, text="SHORTER")["items"]
    assert (hit["documentId"], hit["threadId"], hit["text"]) == ("plan", "t1", "Shorter, please")
    assert look(emulator, "threads", organizationId=ACME, documentId="plan", threadId="t2")["items"] == []


def test_people_notifications_mails_and_executions_are_shown_and_found(
    emulator: Emulator, sdk: VeltSDK, sdk_of: Callable[[str], VeltSDK]
) -> None:
    fill(sdk)
    fill(sdk_of("other"))
    place = {"organizationId": "acme", "documentId": "plan"}
    ben = {"userId": "ben", "name": "Ben Okafor", "email": "ben@acme.example"}
    ana = {"userId": "ana", "name": "Ana Ruiz"}
    sdk.api.users.addUsers(organizationId="acme", users=[ben])
    comment: Any = {"commentText": "Friday", "from": ana, "triggerNotification": True}
    comment["taggedUserContacts"] = [{"userId": "ben", "text": "@Ben", "contact": ben}]
    sdk.api.commentAnnotations.addCommentAnnotations(commentAnnotations=[{"commentData": [comment]}], **place)
    sdk.api.agents.runAgentExecution(agentId="spell-check", url="https://acme.example/page", **place)
    Flow(sdk.api.workflow, SIGNOFF, **place)
    (person,) = look(emulator, "people", organizationId=ACME)["items"]
    assert (person["name"], person["email"]) == ("Ben Okafor", "ben@acme.example")
    (told,) = look(emulator, "notifications", organizationId=ACME)["items"]
    assert (told["who"]["name"], told["did"], told["text"]) == ("Ana Ruiz", "started a thread", "Friday")
    assert told["told"] == [{"id": "ben", "name": "Ben Okafor"}]
    (mail,) = look(emulator, "mails")["items"]
    assert (mail["to"], mail["subject"], mail["organizationId"]) == (ben["email"], "Ana Ruiz commented", ACME)
    runs = {each["kind"]: each for each in look(emulator, "runs")["items"]}
    assert (runs["agent"]["name"], runs["agent"]["status"]) == ("Spell Check", "running")
    assert runs["workflow"]["steps"] == [{"name": "review", "status": "waiting"}]
    hits = look(emulator, "search", organizationId=ACME, text="okafor")["items"]
    assert [each["kind"] for each in hits] == ["person"]
    hits = look(emulator, "search", organizationId=ACME, text="friday")["items"]
    assert [each["kind"] for each in hits] == ["comment", "notification", "mail"]
    other = json.dumps(["other", "acme"])
    assert look(emulator, "people", organizationId=other)["items"] == []
    assert look(emulator, "search", organizationId=other, text="friday")["items"] == []


def test_nothing_is_read_again_as_long_as_nothing_was_written(
    emulator: Emulator, sdk: VeltSDK, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(tag: str = "") -> Tuple[int, str]:
        path = f"/__velt/console/api/documents?{urlencode({'organizationId': ACME})}"
        status, headers, _ = emulator.handle("GET", path, {"If-None-Match": tag}, b"")
        return status, headers["ETag"]

    fill(sdk)
    _, tag = ask()
    with monkeypatch.context() as patched:
        patched.setattr(EmulatorSource, "documents", None)
        assert ask(tag) == (304, tag)
    sdk.api.users.addUsers(organizationId="acme", users=[{"userId": "ben"}])
    status, again = ask(tag)
    assert (status, again != tag) == (304, True), "what was written shows elsewhere"
    sdk.api.documents.addDocuments(organizationId="acme", documents=[{"documentId": "new"}])
    assert ask(again)[0] == 200


def test_api_keys_do_not_meet(emulator: Emulator, sdk_of: Callable[[str], VeltSDK]) -> None:
    fill(sdk_of("key"), "of the first")
    fill(sdk_of("other"), "of the second")
    assert [each["under"] for each in look(emulator, "organizations")["items"]] == ["key", "other"]
    for key, text in (("key", "of the first"), ("other", "of the second")):
        page = look(emulator, "threads", organizationId=json.dumps([key, "acme"]), documentId="plan")
        assert [each["comments"][0]["text"] for each in page["items"]] == [text]


def test_recorded_requests_have_their_times_and_fields_and_no_token(emulator: Emulator, sdk: VeltSDK) -> None:
    fill(sdk)
    found = look(emulator, "requests")
    latest = found["items"][0]
    assert (latest["what"], latest["status"]) == ("commentAnnotations.addCommentAnnotations", 200)
    assert latest["ms"] > 0
    assert latest["at"] == emulator.clock.milliseconds()
    assert latest["data"]["documentId"] == "plan"
    assert "token-of-key" not in json.dumps(found)


def test_webhooks_that_leave_are_shown_without_what_signs_them(emulator: Emulator) -> None:
    secret = "whsec_" + "c2VjcmV0" * 4
    with emulator.state.call():
        emulator.state.of("").put("apiKey", "key", doc={"apiKey": "key", "tokens": []})
        delivery = Delivery(SVIX, "https://app.example/hook", secret, "comment.add", "evt", {"a": 1})
        enqueue(emulator.state.of("key"), delivery, 1000)
    found = look(emulator, "deliveries")
    assert [(each["event"], each["state"], each["body"]) for each in found["items"]] == [
        ("comment.add", "waiting", {"a": 1})
    ]
    assert secret not in json.dumps(found)


def test_pages_go_on_where_the_last_one_ended(emulator: Emulator, sdk: VeltSDK) -> None:
    names = [f"o{number:03}" for number in range(130)]
    for start in range(0, 130, 30):
        sdk.api.organizations.addOrganizations(
            organizations=[{"organizationId": name} for name in names[start : start + 30]]
        )
    found: List[str] = []
    after = ""
    while True:
        page = look(emulator, "organizations", after=after)
        found.extend(json.loads(each["id"])[1] for each in page["items"])
        if page["next"] is None:
            break
        after = page["next"]
    assert found == names


@pytest.mark.parametrize("organization", ["acme", "[]", '["key"]', '["", "acme"]', '["key", 1]', "[" * 5000])
def test_an_organization_that_is_none_is_refused(emulator: Emulator, organization: str) -> None:
    path = f"/__velt/console/api/documents?{urlencode({'organizationId': organization})}"
    status, _, body = emulator.handle("GET", path, {}, b"")
    assert (status, json.loads(body)["errorCode"]) == (400, "INVALID_INPUT")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/__velt/console", 308),
        ("GET", "/__velt/console/", 200),
        ("GET", "/__velt/console/console.js", 200),
        ("GET", "/__velt/console/../core.py", 404),
        ("GET", "/__velt/console/api/inbox", 404),
        ("GET", "/__velt/console/api/start?a=1&a=2", 200),
        ("GET", "/__velt/console/api/organizations?a=1&a=2", 400),
        ("POST", "/__velt/console/api/organizations", 405),
        ("DELETE", "/__velt/console/", 405),
        ("GET", "/__velt/consoles", 404),
    ],
)
def test_addresses_of_the_console(emulator: Emulator, method: str, path: str, status: int) -> None:
    assert emulator.handle(method, path, {}, b"")[0] == status


def test_pages_of_other_sites_cannot_look_at_it(emulator: Emulator) -> None:
    def ask(headers: Dict[str, str]) -> Tuple[int, Any]:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
        connection.request("GET", "/__velt/console/api/organizations", headers=headers)
        response = connection.getresponse()
        answer = response.status, response.getheader("ETag"), response.read()
        connection.close()
        return answer[0], answer[1]

    with EmulatorServer(emulator, port=0) as server:
        status, tag = ask({})
        assert status == 200
        assert ask({"If-None-Match": tag})[0] == 304
        assert ask({"Origin": "https://elsewhere.example"})[0] == 403
        assert ask({"Host": "elsewhere.example"})[0] == 403
