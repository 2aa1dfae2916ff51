"""One contract for every adapter: the same requests, the same statuses, the same envelopes."""

from __future__ import annotations

import contextlib
import json
import threading
import tracemalloc
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Optional

import pytest

from tests.loopback import Loopback, reply
from tests.waiting import meeting
from tests.web.contract.adapters import ADAPTERS, ASYNC
from tests.web.contract.cases import CASES, KINDS, MEMBER, MOST, ORIGIN, PROVIDER, WEBHOOK_SECRET
from tests.webserver import Answer, Client, form
from velt_py.selfhosting import runners
from velt_py.selfhosting.plans import Read, Record
from velt_py.selfhosting.stores.base import ThreadedStore
from velt_py.selfhosting.stores.memory import MemoryStore
from velt_py.web.access import Access
from velt_py.web.messages import Request
from velt_py.web.permissions import PermissionRoute, Resource
from velt_py.web.routes import OPERATIONS
from velt_py.web.tokens import Grant, TokenRoute
from velt_py.webhooks import Webhooks

REFERENCE = "asgi"
COMPARED = (
    "accept-ranges",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-max-age",
    "allow",
    "cache-control",
    "content-disposition",
    "content-length",
    "content-range",
    "content-security-policy",
    "content-type",
    "etag",
    "vary",
    "www-authenticate",
    "x-content-type-options",
)


def authenticate(request: Request) -> Optional[str]:
    return request.headers.get("x-organization")


def authorize(principal: str, access: Access) -> bool:
    return access.organizationId == principal


def grant(principal: str) -> Optional[Grant]:
    return Grant("ana", [{"type": "organization", "id": principal}]) if principal == "acme" else None


def can(user: str, resource: Resource) -> Optional[str]:
    return "editor" if resource.organizationId == "acme" else None


HOOKS: Dict[str, Any] = {"authenticate": authenticate, "authorize": authorize, "origins": [ORIGIN]}


def velt(request: Any) -> Any:
    """Velt's API, as far as tokens go."""
    return reply(200, {"result": {"status": "success", "data": {"token": "a token"}}})


@contextlib.contextmanager
def serving(adapter: str, folder: Path, api: str) -> Iterator[Client]:
    config = {
        "database": {"type": "sqlite", "path": str(folder / "velt.db")},
        "files": {
            "type": "folder",
            "path": str(folder / "files"),
            "base_url": "https://app.example/velt",
            "max_bytes": MOST,
        },
        "limits": {"max_body_bytes": MOST},
        "apiKey": "key",
        "authToken": "auth-token",
        "apiBaseUrl": api,
    }
    provider = PermissionRoute(can, auth_tokens=PROVIDER["Authorization"].split(" ", 1)[1])
    webhooks = Webhooks(WEBHOOK_SECRET, tolerance=86400)  # signed before the tests began
    features = [TokenRoute(grant), provider, webhooks]
    with ADAPTERS[adapter](config, features=features, **HOOKS) as client:
        yield client


Answers = Dict[str, List[Answer]]


def together(adapters: Iterable[str]) -> List[Any]:
    """Adapters, each with all its tests in one process, which starts its server once."""
    return [
        pytest.param(name, marks=pytest.mark.xdist_group(f"contract {name}")) for name in sorted(adapters)
    ]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The answers of an adapter to all cases, asked once."""
    known: Dict[str, Answers] = {}

    def of(adapter: str) -> Answers:
        if adapter not in known:
            folder = tmp_path_factory.mktemp(adapter)
            with Loopback(velt) as api, serving(adapter, folder, api.url) as client:
                known[adapter] = {
                    route: [case.ask(client) for case in cases] for route, cases in CASES.items()
                }
        return known[adapter]

    return of


def shown(answer: Answer) -> Dict[str, Any]:
    """What has to be the same everywhere."""
    body: Any = answer.body
    if answer.headers.get("content-type", "").startswith("application/json") and body:
        body = json.loads(body)
        body.pop("correlationId", None)
    headers = {name: answer.headers[name] for name in COMPARED if name in answer.headers}
    if "Origin" in headers.get("vary", "").split(", "):
        headers["vary"] = "Origin"  # a middleware may add to it
    if answer.status == 204:
        headers.pop("content-length", None)  # some servers say 0 there
    return {"status": answer.status, "headers": headers, "body": body}


@pytest.mark.parametrize("route", sorted(CASES))
@pytest.mark.parametrize("adapter", together(ADAPTERS))
def test_every_route_answers_as_the_contract_says(adapter: str, route: str, answers: Any) -> None:
    for case, answer in zip(CASES[route], answers(adapter)[route]):
        where = (case.name, answer.status, answer.body[:300])
        assert answer.status == case.status, where
        headers = shown(answer)["headers"]
        for name, value in case.headers.items():
            assert headers.get(name) == value, (*where, name)
        if case.bodiless:
            assert answer.body == b"", where
        elif case.code is not None or answer.headers["content-type"].startswith("application/json"):
            envelope = answer.json
            assert envelope["statusCode"] == case.status, where
            assert envelope["success"] is (case.code is None), where
            assert envelope.get("errorCode") == case.code, where
            assert answer.headers["cache-control"] == "no-store", where


@pytest.mark.parametrize("route", sorted(CASES))
@pytest.mark.parametrize("adapter", together(set(ADAPTERS) - {REFERENCE}))
def test_every_adapter_answers_each_route_alike(adapter: str, route: str, answers: Any) -> None:
    for case, answer, reference in zip(CASES[route], answers(adapter)[route], answers(REFERENCE)[route]):
        assert shown(answer) == shown(reference), case.name


def test_every_route_of_the_table_is_in_the_contract() -> None:
    assert set(OPERATIONS) <= set(CASES)


@pytest.mark.parametrize("route", sorted(set(CASES) - {"unknown"}))
def test_every_route_is_asked_in_every_way_of_the_contract(route: str) -> None:
    names = [case.name for case in CASES[route]]
    assert not set(KINDS) - set(names)
    assert len(names) == len(set(names))


# Waiting


def at_once(client: Client) -> None:
    """Eight requests, each of which has to succeed."""
    statuses: List[int] = []

    def ask() -> None:
        answer = client.post("/comments/get", {"organizationId": "acme"}, {"X-Organization": "acme"})
        statuses.append(answer.status)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert statuses == [200] * 8


@pytest.mark.parametrize("adapter", ASYNC)
def test_requests_wait_for_a_blocking_store_at_the_same_time(
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
    with serving(adapter, tmp_path, "http://127.0.0.1:9") as client:
        at_once(client)


@pytest.mark.parametrize("adapter", ASYNC)
def test_requests_wait_for_a_blocking_function_of_the_application_at_the_same_time(
    adapter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = meeting()

    def slow(principal: str, access: Access) -> bool:
        others()
        return True

    monkeypatch.setitem(HOOKS, "authorize", slow)
    with serving(adapter, tmp_path, "http://127.0.0.1:9") as client:
        at_once(client)


# Memory


@pytest.mark.parametrize("adapter", sorted(ADAPTERS))
def test_an_upload_takes_little_memory_however_large_it_is(adapter: str, tmp_path: Path) -> None:
    size, piece = 32 * 1024 * 1024, b"x" * 65536
    request = {"attachment": {"attachmentId": 7, "name": "a.png"}, "metadata": {"organizationId": "acme"}}
    kind, body = form([("request", None, json.dumps(request).encode()), ("file", "a.png", b"THE FILE")])
    before, after = body.split(b"THE FILE")

    def pieces() -> Iterator[bytes]:
        yield before
        for _ in range(size // len(piece)):
            yield piece
        yield after

    config = {
        "database": {"type": "sqlite", "path": str(tmp_path / "velt.db")},
        "files": {
            "type": "folder",
            "path": str(tmp_path / "files"),
            "base_url": "https://app.example/velt",
            "max_bytes": size,
        },
    }
    headers = {
        "Content-Type": kind,
        "Content-Length": str(len(before) + size + len(after)),
        "X-Organization": "acme",
    }
    with ADAPTERS[adapter](config, features=[], **HOOKS) as client:
        assert client.post("/comments/get", {"organizationId": "acme"}, headers=MEMBER).status == 200
        tracemalloc.start()
        try:
            answer = client.request("POST", "/attachments/save", pieces(), headers)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert answer.status == 200, answer.body
    assert peak < 8 * 1024 * 1024
