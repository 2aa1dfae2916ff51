"""From a reply to an answer or an error: the published way by default, a tree of errors where it is asked for."""

from __future__ import annotations

import json
import pickle
from typing import Any, Optional, Type

import pytest

from velt_py import exceptions
from velt_py.api.interpret import failed_entries, interpreted
from velt_py.api.messages import Prepared, Reply

PREPARED = Prepared(
    "users.addUsers", "https://api.example/v2/users/add", {"x-velt-auth-token": "s3cret"}, b"{}"
)


def answer(status: int, body: Any, raise_on_error: bool = True, **headers: str) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return interpreted(PREPARED, Reply(status, named, data), raise_on_error)


def error(status: int, body: Any, **headers: str) -> exceptions.VeltResponseError:
    with pytest.raises(exceptions.VeltResponseError) as caught:
        answer(status, body, **headers)
    return caught.value


def failure(word: Optional[str], **more: Any) -> Any:
    return {"error": {"message": "no user ana@acme.example", **({"status": word} if word else {}), **more}}


@pytest.mark.parametrize(
    "body", [{"result": {"data": None}}, [], None, 0, "text", {"error": {"status": "NOT_FOUND"}}]
)
@pytest.mark.parametrize("status", [200, 202, 400, 404, 500])
def test_any_json_is_returned_untouched_by_default(status: int, body: Any) -> None:
    assert answer(status, body, raise_on_error=False) == body


def test_an_empty_answer_is_an_empty_object_as_published() -> None:
    assert answer(200, b"") == {}


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (502, b"<html>Bad gateway</html>", "no JSON"),
        (200, b"\xff\xfe", "no JSON"),
        (200, b"[" * 100_000, "no JSON"),
        (500, b"", "nothing else"),
        (302, b"", "redirect"),
        (301, b"<a href=x>", "redirect"),
    ],
)
@pytest.mark.parametrize("raise_on_error", [False, True])
def test_what_is_no_answer_of_velt_raises_with_the_status_and_the_host(
    status: int, body: bytes, told: str, raise_on_error: bool
) -> None:
    with pytest.raises(exceptions.VeltApiError, match=told) as caught:
        answer(status, body, raise_on_error)
    assert caught.value.statusCode == status
    assert str(status) in str(caught.value)
    assert "api.example" in str(caught.value)


WORDS = [
    ("INVALID_ARGUMENT", 400, exceptions.VeltInvalidArgumentError),
    ("FAILED_PRECONDITION", 400, exceptions.VeltFailedPreconditionError),
    ("UNAUTHENTICATED", 401, exceptions.VeltUnauthenticatedError),
    ("PERMISSION_DENIED", 403, exceptions.VeltPermissionDeniedError),
    ("NOT_FOUND", 404, exceptions.VeltApiNotFoundError),
    ("ALREADY_EXISTS", 409, exceptions.VeltAlreadyExistsError),
    ("ABORTED", 409, exceptions.VeltAbortedError),
    ("RESOURCE_EXHAUSTED", 429, exceptions.VeltRateLimitError),
    ("INTERNAL", 500, exceptions.VeltInternalError),
    ("UNAVAILABLE", 503, exceptions.VeltUnavailableError),
    ("DEADLINE_EXCEEDED", 504, exceptions.VeltDeadlineExceededError),
]


@pytest.mark.parametrize(("word", "status", "kind"), WORDS)
def test_velts_word_decides_which_error_is_raised(
    word: str, status: int, kind: Type[exceptions.VeltResponseError]
) -> None:
    raised = error(status, failure(word, details={"issues": [1]}), x_request_id="r-1")
    assert type(raised) is kind
    assert (raised.word, raised.code, raised.statusCode) == (word, word, status)
    assert (raised.details, raised.requestId) == ({"issues": [1]}, "r-1")


def test_velts_word_counts_more_than_the_status_of_http() -> None:
    assert type(error(500, failure("NOT_FOUND"))) is exceptions.VeltApiNotFoundError
    assert type(error(200, failure("ABORTED"))) is exceptions.VeltAbortedError


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, exceptions.VeltInvalidArgumentError),
        (401, exceptions.VeltUnauthenticatedError),
        (403, exceptions.VeltPermissionDeniedError),
        (404, exceptions.VeltApiNotFoundError),
        (418, exceptions.VeltResponseError),
        (429, exceptions.VeltRateLimitError),
        (500, exceptions.VeltInternalError),
        (502, exceptions.VeltUnavailableError),
        (599, exceptions.VeltUnavailableError),
    ],
)
def test_without_a_word_the_status_of_http_decides(
    status: int, kind: Type[exceptions.VeltResponseError]
) -> None:
    for body in ({}, [], None, failure(None, code="not-found"), failure("NEW_WORD"), {"error": "text"}):
        assert type(error(status, body)) is kind


def test_what_velt_says_is_an_attribute_and_no_part_of_the_message_which_may_be_logged() -> None:
    raised = error(404, failure("NOT_FOUND", details={"email": "ana@acme.example"}))
    assert raised.said == "no user ana@acme.example"
    for text in (str(raised), repr(raised)):
        assert "ana@" not in text
        assert "s3cret" not in text
    assert "users.addUsers" in str(raised)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "0.5"}, 0.5),
        ({"retry_after_ms": "1500"}, 1.5),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "Tue, 24 Nov 2026 10:00:30 GMT", "date": "Tue, 24 Nov 2026 10:00:00 GMT"}, 30.0),
        ({"retry_after": "Tue, 24 Nov 2026 09:00:00 GMT", "date": "Tue, 24 Nov 2026 10:00:00 GMT"}, 0.0),
        ({"retry_after": "Tue, 24 Nov 2026 10:00:30 GMT"}, None),
        (
            {
                "retry_after": "Tue, 24 Nov 2026 10:00:30 GMT",
                "retry_after_ms": "x",
                "date": "Tue, 24 Nov 2026 10:00:00 GMT",
            },
            30.0,
        ),
        ({"retry_after": "never", "retry_after_ms": "x"}, None),
    ],
)
def test_an_error_tells_how_long_velt_asks_to_wait(headers: Any, seconds: Optional[float]) -> None:
    assert error(429, failure("RESOURCE_EXHAUSTED"), **headers).retryAfter == seconds


def test_failed_entries_of_a_success_are_a_partial_failure_that_keeps_the_answer() -> None:
    body = {"result": {"status": "success", "data": {"a": {"success": True}, "b": {"success": False}}}}
    raised = error(200, body)
    assert isinstance(raised, exceptions.VeltPartialFailure)
    assert raised.failed == {"b": {"success": False}}
    assert raised.answer == body
    assert answer(200, body, raise_on_error=False) == body


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"result": None},
        {"result": {"data": None}},
        {"result": {"data": [{"success": False}]}},
        {"result": {"data": {"a": {"success": True}, "b": None, "c": "text", "d": {"success": None}}}},
        {"result": {"success": True, "text": "rewritten"}},
        {"ok": True},
    ],
)
def test_an_answer_without_failed_entries_raises_nothing(body: Any) -> None:
    assert failed_entries(body) == {}
    assert answer(200, body) == body


def test_an_error_lists_the_entries_that_failed_where_its_details_tell() -> None:
    ok, bad = {"success": True, "id": "a"}, {"success": False, "id": "b", "code": "not-found"}
    assert error(500, failure("INTERNAL", details={"a": ok, "b": bad})).failed == {"b": bad}
    found = {"id": "a", "documentName": "A"}
    assert error(500, failure("INTERNAL", details=[found, bad])).failed == {"b": bad}
    assert error(500, failure("INTERNAL", details=[None, {"success": False}])).failed == {
        "1": {"success": False}
    }
    assert error(500, failure("INTERNAL", details={"domainsAdded": ["x"]})).failed is None
    assert error(500, failure("INTERNAL")).failed is None


@pytest.mark.parametrize(
    "body",
    [failure("INTERNAL", details=[{"success": False}]), {"result": {"data": {"b": {"success": False}}}}],
)
def test_an_error_survives_pickle(body: Any) -> None:
    raised = error(200, body, x_request_id="r-1", retry_after="3")
    again = pickle.loads(pickle.dumps(raised))  # noqa: S301
    assert type(again) is type(raised)
    assert (str(again), vars(again)) == (str(raised), vars(raised))
