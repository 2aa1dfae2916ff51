"""What both SDKs do when Velt asks for patience or sends them elsewhere: how often they send, after which waits."""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import Any, Dict, List, Optional

import pytest

from tests.api.doors import PERSON, SECRETS, check, ended, failed, folders, one, read, with_options, write
from tests.loopback import Action, Loopback, Request, reply
from velt_py.exceptions import (
    VeltApiError,
    VeltDeadlineExceededError,
    VeltRateLimitError,
    VeltUnavailableError,
)

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")

FINE = {"result": {"status": "success", "data": []}}


@pytest.fixture(params=["sync", "async"])
def kind(request: Any) -> str:
    return str(request.param)


def failure(word: str) -> Dict[str, Any]:
    return {"error": {"status": word, "message": PERSON, "details": None}}


PASSING = {
    "429": (429, failure("RESOURCE_EXHAUSTED"), VeltRateLimitError),
    "502": (502, {"error": {}}, VeltUnavailableError),
    "503": (503, failure("UNAVAILABLE"), VeltUnavailableError),
    "504": (504, failure("DEADLINE_EXCEEDED"), VeltDeadlineExceededError),
    "RESOURCE_EXHAUSTED in a 400": (400, failure("RESOURCE_EXHAUSTED"), VeltRateLimitError),
    "UNAVAILABLE in a 500": (500, failure("UNAVAILABLE"), VeltUnavailableError),
}


@pytest.mark.parametrize("name", PASSING)
def test_a_passing_failure_is_repeated_for_reads_and_handed_on_for_writes(kind: str, name: str) -> None:
    status, body, _ = PASSING[name]
    answers = iter([reply(status, body), reply(status, body), reply(200, FINE), reply(status, body)])
    with Loopback(lambda _: next(answers)) as server:
        reading, writing = ended(kind, server.url, [read, write])
        assert [request.target.rpartition("/")[2] for request in server.requests] == ["get"] * 3 + ["add"]
    assert (reading.answer, reading.waits) == (FINE, [0.0, 0.0])
    assert (writing.answer, writing.waits) == (body, [])


@pytest.mark.parametrize("name", PASSING)
def test_a_failure_that_does_not_pass_is_the_answer_or_raised_after_the_last_attempt(
    kind: str, name: str
) -> None:
    status, body, raised = PASSING[name]
    with Loopback(lambda _: reply(status, body, Retry_After="3", X_Request_Id="r-9")) as server:
        assert one(kind, server.url, folders).answer == body
        assert len(server.requests) == 3
        error = failed(kind, server.url, with_options(folders, raise_on_error=True))
        assert len(server.requests) == 6
        assert type(failed(kind, server.url, write, raiseOnError=True)) is raised
        assert len(server.requests) == 7
    assert isinstance(error, raised)
    assert (error.statusCode, error.retryAfter, error.requestId) == (status, 3.0, "r-9")
    assert "folders.getFolders" in str(error)


@pytest.mark.parametrize("name", PASSING)
def test_with_retries_0_a_passing_failure_is_the_answer_of_the_only_attempt(kind: str, name: str) -> None:
    status, body, _ = PASSING[name]
    with Loopback(lambda _: reply(status, body, Retry_After="0")) as server:
        assert one(kind, server.url, read, http={"retries": 0}).answer == body
        assert one(kind, server.url, with_options(read, retries=0)).answer == body
        assert len(server.requests) == 2
        assert one(kind, server.url, with_options(read, retries=4), http={"retries": 0}).answer == body
        assert len(server.requests) == 7


# How long Velt asks to wait


def test_the_wait_that_velt_asks_for_is_kept_in_each_of_its_forms(kind: str) -> None:
    asked: List[Dict[str, str]] = [
        {"Retry_After": "7"},
        {"Retry_After": "0.5"},
        {"Retry_After_Ms": "250"},
        {"Retry_After_Ms": "1500", "Retry_After": "9"},
        {"Retry_After": "0"},
        {"Retry_After": formatdate(time.time() - 60, usegmt=True)},
        {"Retry_After": "soon"},
        {"Retry_After": "-1"},
        {"Retry_After": "9" * 100},
        {"Retry_After_Ms": "x", "Retry_After": "2"},
        {},
    ]
    answers = iter([reply(429, failure("RESOURCE_EXHAUSTED"), **headers) for headers in asked])
    with Loopback(lambda _: next(answers, reply(200, FINE))) as server:
        end = one(kind, server.url, with_options(read, retries=len(asked)), http={"max_retry_seconds": 600})
    # What cannot be read counts as not said: the back-off, which has no chance in it here.
    assert end.answer == FINE
    assert end.waits == [7.0, 0.5, 0.25, 1.5, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0]


def test_a_date_to_wait_for_is_kept(kind: str) -> None:
    answers = iter(
        [reply(503, failure("UNAVAILABLE"), Retry_After=formatdate(time.time() + 15, usegmt=True))]
    )
    with Loopback(lambda _: next(answers, reply(200, FINE))) as server:
        end = one(kind, server.url, read)
    assert end.answer == FINE
    assert 5 < end.waits[0] <= 15


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "21"}, 21.0),
        ({"Retry_After_Ms": "86400000"}, 86_400.0),
        (
            {"Retry_After": "Tue, 01 Dec 2099 00:10:00 GMT", "Date": "Tue, 01 Dec 2099 00:00:00 GMT"},
            600.0,
        ),
    ],
    ids=["seconds", "milliseconds", "date"],
)
def test_a_wait_beyond_the_cap_is_left_to_the_caller(kind: str, headers: Any, seconds: float) -> None:
    body = failure("RESOURCE_EXHAUSTED")
    with Loopback(lambda _: reply(429, body, **headers)) as server:
        assert one(kind, server.url, read).answer == body
        error = failed(kind, server.url, read, raiseOnError=True)
        assert len(server.requests) == 2
    assert isinstance(error, VeltRateLimitError)
    assert error.retryAfter == seconds


def test_a_wait_beyond_the_end_of_the_retries_is_left_to_the_caller(kind: str) -> None:
    with Loopback(lambda _: reply(429, failure("RESOURCE_EXHAUSTED"), Retry_After="5")) as server:
        assert one(kind, server.url, read, http={"max_retry_seconds": 4}).waits == []
        assert len(server.requests) == 1


def test_waits_are_waited_for(kind: str) -> None:
    answers = iter([reply(429, failure("RESOURCE_EXHAUSTED"), Retry_After_Ms="40")] * 2)
    with Loopback(lambda _: next(answers, reply(200, FINE))) as server:
        end = one(kind, server.url, read, real=True)
    assert end.answer == FINE
    assert 0.08 <= end.seconds < 10


# Elsewhere


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("body", [None, {"moved": True}], ids=["html", "json"])
def test_a_redirect_is_never_followed_with_credentials(kind: str, status: int, body: Optional[Any]) -> None:
    with Loopback(lambda _: reply(200, FINE)) as other:

        def answer(request: Request) -> List[Action]:
            content: Any = b"<a href=x>" if body is None else body
            return reply(status, content, Location=other.url + request.target, Refresh=f"0; url={other.url}")

        with Loopback(answer) as server:
            reading, writing = ended(kind, server.url, [read, write])
            raising = ended(kind, server.url, [read, write], raiseOnError=True)
            assert len(server.requests) == 4
        assert (other.requests, other.connections) == ([], 0)
    expected = [reading, writing, *raising] if body is None else raising
    assert body is None or [reading.answer, writing.answer] == [body, body]
    for end in expected:
        assert type(end.error) is VeltApiError
        assert end.error.statusCode == status
        assert f"redirect (HTTP status {status})" in str(end.error)
        check(end.error)


def test_a_redirect_to_where_nothing_can_be_is_an_error_like_any_other(kind: str) -> None:
    for location in ("http://[::1/", "//", "javascript:x", "\xff" + PERSON):
        with Loopback(lambda _, to=location: reply(302, b"", Location=to)) as server:
            error = failed(kind, server.url, write)
        assert error.statusCode == 302


def test_what_is_logged_of_retries_names_status_and_wait_and_no_secret(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    answers = iter([reply(429, failure("RESOURCE_EXHAUSTED"), Retry_After="7", X_Said=PERSON)])
    with Loopback(lambda _: next(answers, reply(200, FINE))) as server:
        one(kind, server.url, read)
    again, done = (record for record in caplog.records if record.name.startswith("velt_py."))
    assert (again.message, vars(again)["velt_status"], vars(again)["velt_wait"]) == (
        "velt.call.retry",
        429,
        7.0,
    )
    assert (done.message, vars(done)["velt_attempt"]) == ("velt.call.answered", 2)
    for record in caplog.records:
        assert not [secret for secret in SECRETS if secret in f"{record.getMessage()} {vars(record)!r}"]
