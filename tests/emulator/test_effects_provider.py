"""The application's permission provider is asked, and its answer holds."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from tests.emulator.receiving import Receiver, receiver
from tests.emulator.test_effects_people import BOB, PEOPLE, PLACE, mails, told
from tests.emulator.test_effects_webhooks import write
from tests.webserver import wsgi_server
from velt_py import VeltSDK
from velt_py.emulator import Emulator, EmulatorServer
from velt_py.web.permissions import PermissionRoute
from velt_py.web.wsgi import wsgi_app

TOKEN = "token-of-the-provider"


def provided(sdk: VeltSDK, url: str, token: str = TOKEN) -> None:
    config = {"permissionProviderUrl": url, "authToken": token}
    sdk.api.workspace.updatePermissionProviderConfig(
        usePermissionProvider=True, permissionProviderConfig=config
    )
    sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])


def only(*users: str) -> Any:
    """A provider that lets these people in."""

    def answer(body: Any) -> Any:
        return {
            "success": True,
            "statusCode": 200,
            "data": [
                {
                    "userId": each["userId"],
                    "resourceId": each["resource"]["id"],
                    "type": each["resource"]["type"],
                    "organizationId": each["resource"]["organizationId"],
                    "hasAccess": each["userId"] in users,
                }
                for each in body["data"]["requests"]
            ],
        }

    return answer


def add(sdk: VeltSDK, *authors: str) -> Any:
    entries = [
        {"annotationId": name, "commentData": [{"commentText": "x", "from": PEOPLE[name]}]}
        for name in authors
    ]
    return sdk.api.commentAnnotations.addCommentAnnotations(
        createDocument=True, verifyUserPermissions=True, commentAnnotations=entries, **PLACE
    )


def test_the_provider_is_asked_and_who_it_denies_is_refused_beside_those_it_lets_in(sdk: VeltSDK) -> None:
    with receiver(answer=only("alice")) as provider:
        provided(sdk, provider.url)
        error = add(sdk, "alice", "bob")["error"]
    assert error["status"] == "PERMISSION_DENIED"
    assert [error["details"][name]["success"] for name in ("alice", "bob")] == [True, False]
    [body] = provider.bodies()
    resource = {"id": "d", "type": "document", "source": "setDocuments", "organizationId": "o"}
    assert body == {"data": {"requests": [{"userId": u, "resource": resource} for u in ("alice", "bob")]}}
    assert provider.got[0][0]["Authorization"] == f"Bearer {TOKEN}"


def test_the_provider_is_not_asked_unless_the_call_says_so(sdk: VeltSDK) -> None:
    with receiver(answer=only()) as provider:
        provided(sdk, provider.url)
        answer: Any = sdk.api.commentAnnotations.addCommentAnnotations(
            createDocument=True,
            commentAnnotations=[{"commentData": [{"commentText": "x", "from": PEOPLE["bob"]}]}],
            **PLACE,
        )
    assert "result" in answer
    assert provider.got == []


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {"success": True, "statusCode": 200},
        {"success": False, "statusCode": 200, "data": [{"userId": "alice", "hasAccess": True}]},
        {"success": True, "statusCode": 200, "data": [1, {"userId": ["alice"], "hasAccess": True}]},
        {"success": True, "statusCode": 200, "data": [{"userId": "alice", "hasAccess": True}]},
    ],
    ids=["null", "list", "nothing", "not success", "nonsense", "another resource"],
)
def test_an_answer_that_is_none_lets_nobody_in(sdk: VeltSDK, answer: Any) -> None:
    with receiver(answer=answer) as provider:
        provided(sdk, provider.url)
        assert add(sdk, "alice")["error"]["status"] == "PERMISSION_DENIED"


def test_a_provider_that_fails_or_is_gone_lets_nobody_in(sdk: VeltSDK) -> None:
    with receiver(answer=only("alice"), status=500) as provider:
        provided(sdk, provider.url)
        assert add(sdk, "alice")["error"]["status"] == "PERMISSION_DENIED"
    assert add(sdk, "alice")["error"]["status"] == "PERMISSION_DENIED"


@pytest.mark.parametrize(
    ("url", "token"),
    [("http://127.0.0.1:99999/", TOKEN), ("http://127.0.0.1:9/", "a token\nof two lines")],
    ids=["port", "lines"],
)
def test_a_provider_who_cannot_be_asked_lets_nobody_in(sdk: VeltSDK, url: str, token: str) -> None:
    provided(sdk, url, token)
    assert add(sdk, "alice")["error"]["status"] == "PERMISSION_DENIED"


def test_only_people_whom_the_provider_lets_in_are_notified(sdk: VeltSDK, emulator: Emulator) -> None:
    carl = {"text": "@Carl", "userId": "carl", "contact": PEOPLE["carl"]}
    with receiver(answer=only("alice", "carl")) as provider:
        provided(sdk, provider.url)
        write(sdk, taggedUserContacts=[BOB, carl])
        sdk.api.notifications.addNotifications(
            verifyUserPermissions=True,
            notifyAll=False,
            displayHeadlineMessageTemplate="x",
            displayBodyMessage="x",
            actionUser=PEOPLE["alice"],
            notifyUsers=[PEOPLE["bob"], PEOPLE["carl"]],
            **PLACE,
        )
    assert mails(emulator) == ["carl@example.com"]
    assert (told(sdk, "bob"), len(asked(provider))) == ([], 2)
    found: Any = sdk.api.notifications.getNotifications(userId="carl", **PLACE)
    assert len(found["result"]["data"]) == 2


def asked(provider: Receiver) -> List[List[str]]:
    return [[each["userId"] for each in body["data"]["requests"]] for body in provider.bodies()]


def test_a_provider_may_call_the_emulator_before_it_answers(emulator: Emulator, sdk: VeltSDK) -> None:
    seen: List[Any] = []
    with EmulatorServer(emulator, port=0) as server, receiver(answer=only("alice")) as provider:
        keys: Dict[str, Any] = {"apiKey": "key", "authToken": "token-of-key", "apiBaseUrl": server.url}
        with VeltSDK.initialize(keys) as inner:
            provider.then = lambda: seen.append(inner.api.organizations.getOrganizations())
            provided(sdk, provider.url)
            assert "result" in add(sdk, "alice")
    assert len(seen) == 1


def test_the_provider_route_of_this_package_is_understood(sdk: VeltSDK) -> None:
    def can(user: str, resource: Any) -> Any:
        return "editor" if user == "alice" else None

    route = PermissionRoute(can, auth_tokens=TOKEN)
    with VeltSDK.initialize({"database": {"type": "memory"}}) as own, wsgi_server(
        wsgi_app(own, features=[route], authenticate=lambda request: None, authorize=lambda *given: False)
    ) as port:
        provided(sdk, f"http://127.0.0.1:{port}/permissions")
        assert "result" in add(sdk, "alice")
        assert add(sdk, "bob")["error"]["status"] == "PERMISSION_DENIED"
