"""Who is let in, and what the hooks are told."""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import threading
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

import pytest

from tests.webserver import form
from velt_py import AsyncVeltSDK, VeltConfigurationError, VeltSDK
from velt_py.selfhosting.operation import ResolverOperation
from velt_py.web.access import Access, everybody, no_questions
from velt_py.web.handler import AsyncHandler, Handler
from velt_py.web.messages import Headers, Request, Response
from velt_py.web.routes import OPERATIONS


class Unreadable:
    """A body that nobody may read yet."""

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        raise AssertionError("the body of a stranger was read")


def posted(path: str, body: Any, **headers: str) -> Request:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    pairs = [("Host", "localhost"), ("Content-Type", "application/json"), *headers.items()]
    return Request("POST", path, headers=Headers(pairs), body=iter([raw]))


def got(path: str, query: str = "") -> Request:
    return Request("GET", path, query, Headers([("Host", "localhost")]))


def envelope(response: Response) -> Dict[str, Any]:
    return dict(json.loads(response.body))


@pytest.fixture
def sdk(config: Dict[str, Any]) -> Iterator[VeltSDK]:
    with VeltSDK.initialize(config) as sdk:
        yield sdk


ROUTES: List[Tuple[str, str]] = [("POST", path) for path in sorted(OPERATIONS)] + [
    ("GET", "/files/1"),
    ("HEAD", "/files/1"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    ("hooks", "missing"),
    [
        ({}, "authenticate"),
        ({"authenticate": everybody}, "authorize"),
        ({"authorize": no_questions}, "authenticate"),
    ],
)
def test_without_both_hooks_every_route_denies_and_names_the_missing_one(
    sdk: VeltSDK, method: str, path: str, hooks: Mapping[str, Any], missing: str
) -> None:
    headers = Headers([("Host", "localhost"), ("Content-Type", "application/json")])
    request = Request(method, path, "organizationId=acme", headers, Unreadable())
    response = Handler(sdk, **hooks).handle(request)
    assert response.status == 403
    if method != "HEAD":
        assert f"`{missing}`" in envelope(response)["error"]


def test_without_hooks_health_checks_answer(sdk: VeltSDK) -> None:
    handler = Handler(sdk)
    assert handler.handle(got("/healthz")).status == 200
    assert handler.handle(got("/healthz/live")).status == 200


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_stranger_is_refused_before_anything_of_the_body_is_read(
    sdk: VeltSDK, method: str, path: str
) -> None:
    asked: List[Access] = []
    handler = Handler(
        sdk, authenticate=lambda request: None, authorize=lambda principal, access: bool(asked.append(access))
    )
    headers = Headers([("Host", "localhost"), ("Content-Type", "application/json")])
    response = handler.handle(Request(method, path, "organizationId=acme", headers, Unreadable()))
    assert response.status == 401
    assert ("WWW-Authenticate", "Bearer") in response.headers
    assert asked == []


@pytest.mark.parametrize("answer", [False, None, 0, "yes", 1, [True], object()])
def test_only_true_allows(sdk: VeltSDK, answer: Any) -> None:
    handler = Handler(sdk, authenticate=everybody, authorize=lambda principal, access: answer)
    response = handler.handle(posted("/comments/get", {"organizationId": "acme"}))
    assert (response.status, envelope(response)["errorCode"]) == (403, "FORBIDDEN")


def test_what_is_not_allowed_is_not_done(sdk: VeltSDK) -> None:
    def readers(principal: Any, access: Access) -> bool:
        return access.operation == "comments.get"

    handler = Handler(sdk, authenticate=everybody, authorize=readers)
    body = {"commentAnnotation": {"t": {"annotationId": "t"}}, "metadata": {"organizationId": "acme"}}
    assert handler.handle(posted("/comments/save", body)).status == 403
    assert envelope(handler.handle(posted("/comments/get", {"organizationId": "acme"})))["data"] == {}


@pytest.mark.parametrize("failing", ["authenticate", "authorize"])
def test_a_failing_hook_denies_and_its_text_stays_out_of_answer_and_log(
    sdk: VeltSDK, failing: str, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*given: Any) -> Any:
        raise KeyError("ana@acme.example is not in the table")

    hooks: Dict[str, Any] = {"authenticate": everybody, "authorize": no_questions, failing: fail}
    with caplog.at_level(logging.INFO, "velt_py"):
        response = Handler(sdk, **hooks).handle(posted("/comments/get", {"organizationId": "acme"}))
    assert response.status == 500
    correlation = envelope(response)["correlationId"]
    failed = next(record for record in caplog.records if record.getMessage() == f"velt.{failing}.failed")
    assert vars(failed)["velt_correlation"] == correlation
    assert vars(failed)["velt_error"] == "KeyError"
    assert "ana@acme" not in response.body.decode() + "".join(str(vars(record)) for record in caplog.records)


def test_a_hook_to_await_is_refused_where_nothing_can_await(sdk: VeltSDK) -> None:
    async def awaited(*given: Any) -> bool:
        return True

    class Object:
        async def __call__(self, *given: Any) -> bool:
            return True

    for hook in (awaited, functools.partial(awaited), Object()):
        with pytest.raises(VeltConfigurationError, match="authorize"):
            Handler(sdk, authenticate=everybody, authorize=hook)
    hidden = Handler(sdk, authenticate=everybody, authorize=lambda principal, access: awaited())
    assert hidden.handle(posted("/comments/get", {"organizationId": "acme"})).status == 500
    with pytest.raises(VeltConfigurationError, match="authenticate"):
        Handler(sdk, authenticate="everybody")  # type: ignore[arg-type]


async def test_the_async_handler_awaits_hooks_and_calls_plain_ones_beside_the_event_loop(
    config: Dict[str, Any],
) -> None:
    threads: List[str] = []

    async def authenticate(request: Request) -> str:
        await asyncio.sleep(0)
        return "ana"

    def authorize(principal: str, access: Access) -> bool:
        threads.append(threading.current_thread().name)
        return principal == "ana"

    def hidden(principal: str, access: Access) -> Any:
        return authenticate(got("/"))  # awaited, and then it is no True

    async def chunks() -> Any:
        yield b'{"organizationId": "acme"}'

    async with AsyncVeltSDK.initialize(config) as sdk:
        for allow, status in ((authorize, 200), (hidden, 403)):
            handler = AsyncHandler(sdk, authenticate=authenticate, authorize=allow)
            headers = Headers([("Host", "localhost"), ("Content-Type", "application/json")])
            response = await handler.handle(Request("POST", "/comments/get", headers=headers, body=chunks()))
            handler.close()
            assert response.status == status
    assert threads
    assert threads[0] != threading.current_thread().name


# What authorize is told


class Asked:
    """An authorize hook that allows and remembers."""

    def __init__(self) -> None:
        self.accesses: List[Access] = []

    def __call__(self, principal: Any, access: Access) -> bool:
        self.accesses.append(access)
        return True

    @property
    def last(self) -> Access:
        return self.accesses[-1]


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def handler(sdk: VeltSDK, asked: Asked) -> Handler:
    return Handler(sdk, authenticate=everybody, authorize=asked)


def save_thread(handler: Handler, id: str, document: Optional[str], folder: Optional[str] = None) -> None:
    metadata = {"organizationId": "acme", "documentId": document, "folderId": folder}
    body = {
        "commentAnnotation": {id: {"annotationId": id}},
        "metadata": {k: v for k, v in metadata.items() if v},
    }
    assert handler.handle(posted("/comments/save", body)).status == 200


def test_a_read_is_described_by_what_it_selects(handler: Handler, asked: Asked) -> None:
    def read(**body: Any) -> Access:
        assert handler.handle(posted("/comments/get", {"organizationId": "acme", **body})).status == 200
        return asked.last

    assert read() == Access("comments.get", "acme")
    assert read(documentIds=["d", "e", "d"]) == Access("comments.get", "acme", ("d", "e"))
    assert read(commentAnnotationIds=["t", 7]) == Access("comments.get", "acme", ids=("t", "7"))
    assert read(folderId="f", allDocuments=True) == Access("comments.get", "acme", folderId="f")
    # The folder does not restrict this read, so authorize must not be told that it does.
    assert read(folderId="f") == Access("comments.get", "acme")
    users = {"organizationId": "acme", "userIds": ["u"]}
    assert handler.handle(posted("/users/get", users)).status == 200
    assert asked.last == Access("users.get", "acme", ids=("u",))
    emails = {"organizationId": "acme", "emails": ["a@x"]}
    assert handler.handle(posted("/users/resolve", emails)).status == 200
    assert asked.last == Access("users.resolve", "acme")


def test_a_save_is_described_by_where_the_records_will_lie(handler: Handler, asked: Asked) -> None:
    save_thread(handler, "t", "d", "f")
    assert asked.last == Access("comments.save", "acme", ("d",), "f", ("t",))
    save_thread(handler, "u", None)
    assert asked.last == Access("comments.save", "acme", None, None, ("u",))


def test_a_save_names_the_document_that_the_record_lies_in_now_too(handler: Handler, asked: Asked) -> None:
    save_thread(handler, "t", "secret")
    save_thread(handler, "t", "mine")
    assert set(asked.last.documentIds or ()) == {"secret", "mine"}


def test_a_delete_names_the_document_that_the_record_lies_in_whatever_is_claimed(
    handler: Handler, asked: Asked
) -> None:
    save_thread(handler, "t", "secret")
    claim = {"commentAnnotationId": "t", "metadata": {"organizationId": "acme", "documentId": "mine"}}
    handler.handle(posted("/comments/delete", claim))
    assert "secret" in (asked.last.documentIds or ())
    save_thread(handler, "u", None)
    handler.handle(posted("/comments/delete", {**claim, "commentAnnotationId": "u"}))
    assert asked.last.documentIds is None
    handler.handle(posted("/comments/delete", {**claim, "commentAnnotationId": "gone"}))
    assert asked.last.documentIds == ("mine",)


def test_whoever_may_write_one_document_takes_no_thread_out_of_another(sdk: VeltSDK) -> None:
    def of_one_document(principal: Any, access: Access) -> bool:
        return access.documentIds is not None and set(access.documentIds) <= {"mine"}

    save_thread(Handler(sdk, authenticate=everybody, authorize=no_questions), "t", "secret")
    handler = Handler(sdk, authenticate=everybody, authorize=of_one_document)
    metadata = {"organizationId": "acme", "documentId": "mine"}
    stolen = {"commentAnnotation": {"t": {"annotationId": "t"}}, "metadata": metadata}
    assert handler.handle(posted("/comments/save", stolen)).status == 403
    assert (
        handler.handle(posted("/comments/delete", {"commentAnnotationId": "t", "metadata": metadata})).status
        == 403
    )
    by_id = {"organizationId": "acme", "commentAnnotationIds": ["t"]}
    assert handler.handle(posted("/comments/get", by_id)).status == 403
    both = envelope(handler.handle(posted("/comments/get", {**by_id, "documentIds": ["mine"]})))
    assert both["data"] == {}


def test_files_are_described_by_the_document_of_their_row(handler: Handler, asked: Asked) -> None:
    request = {"attachment": {"attachmentId": 3}, "metadata": {"organizationId": "acme", "documentId": "d"}}
    kind, body = form([("file", "a.png", b"abc"), ("request", None, json.dumps(request).encode())])
    headers = Headers([("Host", "localhost"), ("Content-Type", kind)])
    response = handler.handle(Request("POST", "/attachments/save", headers=headers, body=iter([body])))
    assert response.status == 200
    assert asked.last == Access("attachments.save", "acme", ("d",), None, ("3",))
    handler.handle(got("/files/3", "organizationId=acme")).close()
    assert asked.last == Access("files.get", "acme", ("d",), None, ("3",))
    assert handler.handle(got("/files/4", "organizationId=acme")).status == 404
    assert asked.last == Access("files.get", "acme", None, None, ("4",))
    handler.handle(posted("/attachments/delete", {"attachmentId": 3, "metadata": {"organizationId": "acme"}}))
    assert asked.last == Access("attachments.delete", "acme", ("d",), None, ("3",))


def test_a_file_that_may_not_be_seen_is_not_opened(sdk: VeltSDK) -> None:
    handler = Handler(
        sdk, authenticate=everybody, authorize=lambda principal, access: access.operation != "files.get"
    )
    response = handler.handle(got("/files/3", "organizationId=acme"))
    assert (response.status, response.stream) == (403, None)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:80"])
def test_everybody_is_let_in_under_the_names_of_this_machine(host: str) -> None:
    assert everybody(Request("GET", "/", headers=Headers([("Host", host)])))


@pytest.mark.parametrize(
    "host", ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "[::2]"]
)
def test_everybody_lets_nobody_in_under_another_name(host: str) -> None:
    assert everybody(Request("GET", "/", headers=Headers([("Host", host)]))) is None


def test_every_operation_of_the_routes_exists_under_its_name(sdk: VeltSDK) -> None:
    for route in OPERATIONS.values():
        service = type(getattr(sdk.selfHosting, route.service))
        operation = getattr(service, route.call)
        assert isinstance(operation, ResolverOperation)
        assert operation.name == route.name
