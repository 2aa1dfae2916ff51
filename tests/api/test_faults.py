"""Calls of both SDKs to a server that does not answer: each ends in bounded time, with the reason in its error."""

from __future__ import annotations

import socket
from typing import Any, Dict, FrozenSet, List, Tuple

import pytest

from tests.api.doors import (
    API_KEY,
    AUTH_TOKEN,
    PERSON,
    SECRETS,
    Ended,
    check,
    ended,
    failed,
    folders,
    one,
    read,
    with_options,
    write,
)
from tests.loopback import Action, Close, Loopback, Request, Reset, reply
from velt_py import VeltSDK
from velt_py.exceptions import VeltApiError, VeltNetworkError

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")

QUICK = {"connect_timeout": 0.15, "read_timeout": 0.15}
PATIENT = {"connect_timeout": 5, "read_timeout": 5}
FINE = {"result": {"status": "success", "data": []}}
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
QUOTED = PERSON.encode()  # a server that repeats what it was sent
DRIP: List[Action] = [part for byte in b"X-Slow: " + b"1" * 400 for part in (bytes([byte]), 0.05)]

ENDED_EARLY = "the server closed the connection without an answer"
BROKE_OFF = "the answer broke off"
NO_HTTP = "the answer is no HTTP"
RESET = "Connection reset by peer"
TIMED_OUT = "timed out"
COMPRESSION = "the answer's compression is broken"

Fault = Tuple[List[Action], FrozenSet[str]]
"""What the server does, and the reasons that the error may name."""


def fault(actions: List[Action], *reasons: str) -> Fault:
    return actions, frozenset(reasons)


FAULTS: Dict[str, Fault] = {
    "closed before any byte": fault([Close], ENDED_EARLY),
    "reset before any byte": fault([Reset], RESET, ENDED_EARLY),
    "half a status line": fault([b"HTTP/1.1 2", Close], NO_HTTP, ENDED_EARLY),
    "half the headers": fault([HEAD + b"Content-Len", Close], BROKE_OFF, ENDED_EARLY),
    "half the body": fault([HEAD + b"Content-Length: 90\r\n\r\n" + QUOTED, Close], BROKE_OFF),
    "reset in the body": fault([HEAD + b"Content-Length: 90\r\n\r\n{", 0.02, Reset], BROKE_OFF, RESET),
    "half a chunk": fault([CHUNKED + b"64\r\n" + QUOTED, Close], BROKE_OFF),
    "no last chunk": fault([CHUNKED + b"2\r\n{}\r\n", Close], BROKE_OFF),
    "a chunk without a length": fault([CHUNKED + QUOTED + b"\r\n{}", Close], BROKE_OFF, NO_HTTP),
    "another protocol": fault([b"SSH-2.0-" + QUOTED + b"\r\n\r\n", Close], NO_HTTP),
    "a status of letters": fault([b"HTTP/1.1 abc " + QUOTED + b"\r\n\r\n", Close], NO_HTTP),
    "two lengths": fault([HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", Close], NO_HTTP),
    "a header without end": fault([HEAD + b"X-A: " + b"1" * 70_000 + b"\r\n\r\n", Close], NO_HTTP, BROKE_OFF),
    "hundreds of headers": fault([HEAD + b"X-A: 1\r\n" * 300 + b"\r\n", Close], NO_HTTP, BROKE_OFF),
    "broken gzip": fault(reply(200, b"no gzip: " + QUOTED, Content_Encoding="gzip"), COMPRESSION),
    "silence": fault([9.0], TIMED_OUT),
    "headers byte by byte": fault([HEAD, *DRIP], TIMED_OUT),
    "a body byte by byte": fault([HEAD + b"Content-Length: 999\r\n\r\n", *DRIP], TIMED_OUT),
    "hints without an answer": fault([b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.02] * 400, TIMED_OUT),
    "less than its length": fault([HEAD + b"Content-Length: 99\r\n\r\n{}", 9.0], TIMED_OUT),
}


@pytest.fixture(params=["sync", "async"])
def kind(request: Any) -> str:
    return str(request.param)


def unanswered(end: Ended, url: str, reasons: FrozenSet[str]) -> None:
    """The documented error for a call without an answer."""
    error = end.error
    assert isinstance(error, VeltNetworkError), (error, end.answer)
    assert str(error) in {f"{url}: {reason}" for reason in reasons}
    assert (error.code, error.statusCode, error.sent) == ("NETWORK_ERROR", 500, True)
    check(error)


def limits(reasons: FrozenSet[str]) -> Dict[str, Any]:
    """Times that let a fault show, and no busy machine."""
    return dict(QUICK if TIMED_OUT in reasons else PATIENT)


BROKEN = [name for name, (_, reasons) in FAULTS.items() if TIMED_OUT not in reasons]


def raising_modes() -> List[Any]:
    """Every fault by default, and those that take no time also with `raiseOnError`."""
    modes = [pytest.param(name, False, id=f"{name}-default") for name in FAULTS]
    return modes + [pytest.param(name, True, id=f"{name}-raiseOnError") for name in (*BROKEN, "silence")]


@pytest.mark.parametrize(("name", "raising"), raising_modes())
def test_a_call_without_an_answer_is_an_error_and_only_a_read_is_sent_again(
    kind: str, name: str, raising: bool
) -> None:
    actions, reasons = FAULTS[name]
    with Loopback(lambda _: list(actions)) as server:
        http = {**limits(reasons), "retries": 1}
        reading, writing = ended(kind, server.url, [read, write], http=http, raiseOnError=raising)
        targets = [request.target for request in server.requests]
        for end in (reading, writing):
            unanswered(end, server.url, reasons)
    assert targets == ["/v2/organizations/get"] * 2 + ["/v2/organizations/add"]
    assert (reading.waits, writing.waits) == ([0.0], [])
    assert reading.seconds < 5
    assert writing.seconds < 5


@pytest.mark.parametrize("name", ["reset before any byte", "half the body", "another protocol", "silence"])
def test_with_retries_0_any_call_is_sent_exactly_once(kind: str, name: str) -> None:
    actions, reasons = FAULTS[name]
    with Loopback(lambda _: list(actions)) as server:
        ends = ended(kind, server.url, [read, write], http={**limits(reasons), "retries": 0})
        ends += ended(
            kind, server.url, [with_options(folders, retries=0)], http={**limits(reasons), "retries": 5}
        )
        for end in ends:
            unanswered(end, server.url, reasons)
            assert end.waits == []
        assert len(server.requests) == 3


@pytest.mark.parametrize("name", BROKEN)
def test_a_read_gets_its_answer_from_a_server_that_has_recovered(kind: str, name: str) -> None:
    actions, _ = FAULTS[name]
    answers = iter([actions, reply(200, FINE), actions])
    with Loopback(lambda _: list(next(answers, reply(200, FINE)))) as server:
        ends = ended(kind, server.url, [read, folders, write], http=PATIENT)
        assert [end.answer for end in ends] == [FINE] * 3
        assert len(server.requests) == 5


# Nobody is there


def nobody() -> Tuple[socket.socket, str]:
    """An address that refuses connections for as long as the socket is open."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    return held, f"http://127.0.0.1:{held.getsockname()[1]}"


@pytest.mark.parametrize("call", [read, write, folders], ids=["read", "write", "folders"])
def test_a_refused_connection_is_tried_again_for_any_call_since_nothing_was_sent(
    kind: str, call: Any
) -> None:
    held, url = nobody()
    with held:
        end = one(kind, url, call)
    assert isinstance(end.error, VeltNetworkError)
    assert str(end.error) == f"{url}: Connection refused"
    assert (end.error.sent, end.waits) == (False, [0.0, 0.0])
    check(end.error)
    with held:
        assert one(kind, url, with_options(call, retries=0)).waits == []


def test_a_write_reaches_a_server_that_comes_up_between_two_attempts() -> None:
    held, url = nobody()
    with VeltSDK.initialize({"apiBaseUrl": url, "apiKey": API_KEY, "authToken": AUTH_TOKEN}) as sdk:
        servers: List[Loopback] = []

        def start(_: float) -> None:
            held.close()
            servers.append(Loopback(lambda _: reply(200, FINE), port=int(url.rpartition(":")[2])))

        sdk.api._client.caller._sleep = start
        assert write(sdk.api) == FINE
    with servers[0] as server:
        assert len(server.requests) == 1


@pytest.mark.parametrize("host", ["nowhere.invalid", "a..b", "x" * 64 + ".example"])
def test_a_host_that_cannot_be_found_is_an_error_of_ours(kind: str, host: str) -> None:
    error = failed(kind, f"http://{host}", with_options(write, retries=0))
    assert isinstance(error, VeltNetworkError)
    told = str(error).partition(f"http://{host}: ")[2]
    assert (told == "there can be no host of this name") is (host != "nowhere.invalid"), told
    assert not error.sent


# Time


def test_all_attempts_together_end_in_bounded_time(kind: str) -> None:
    http = {"connect_timeout": 0.3, "read_timeout": 0.3, "retries": 1000, "max_retry_seconds": 1.0}
    with Loopback(lambda _: [HEAD, *DRIP]) as server:
        end = one(kind, server.url, read, http=http, real=True)
        assert len(server.requests) <= 8
    assert TIMED_OUT in str(end.error)
    assert end.seconds < 4


def test_a_repeated_attempt_has_no_more_time_than_the_first(kind: str) -> None:
    with Loopback(lambda _: [HEAD, *DRIP]) as server:
        end = one(kind, server.url, read, http={**QUICK, "retries": 1, "max_retry_seconds": 60})
    assert TIMED_OUT in str(end.error)
    assert end.seconds < 5  # the drip lasts 20


def test_a_call_may_take_less_or_more_time_than_configured(kind: str) -> None:
    with Loopback(lambda _: [0.6, *reply(200, FINE)]) as server:
        less = with_options(read, timeout=0.1, retries=0)
        assert TIMED_OUT in str(failed(kind, server.url, less))
        more = with_options(write, timeout=20)
        assert one(kind, server.url, more, http=QUICK).answer == FINE


# What is logged


def test_nothing_that_is_logged_holds_a_secret(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    faults = iter([actions for actions, reasons in FAULTS.values() if TIMED_OUT not in reasons])

    def answer(_: Request) -> List[Action]:
        return list(next(faults, reply(500, {"error": {"status": "INTERNAL", "message": PERSON}})))

    with Loopback(answer) as server:
        for end in ended(kind, server.url, [read, write, folders] * 12, http=PATIENT):
            assert end.error is None or isinstance(end.error, VeltApiError)
    ours = [record for record in caplog.records if record.name.startswith("velt_py.")]
    assert {record.message for record in ours} == {
        "velt.call.retry",
        "velt.call.failed",
        "velt.call.answered",
    }
    for record in caplog.records:
        for secret in SECRETS:
            assert secret not in f"{record.getMessage()} {vars(record)!r}"
