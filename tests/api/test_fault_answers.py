"""Odd answers, from both SDKs: any JSON is handed on as sent, anything else is an error with its status."""

from __future__ import annotations

import gzip
import json
import math
import time
from typing import Any, Dict, List, NamedTuple, Type, cast

import pytest

from tests.api.doors import PERSON, ended, failed, folders, one, read, with_options, write
from tests.loopback import Action, Close, Loopback, reply
from velt_py.exceptions import (
    VeltApiError,
    VeltInternalError,
    VeltInvalidArgumentError,
    VeltPartialFailure,
    VeltResponseError,
)

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")

FINE = {"result": {"status": "success", "data": []}}
NO_JSON, NOTHING = "is no JSON", "and nothing else"
QUOTED = PERSON.encode()
HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture(params=["sync", "async"])
def kind(request: Any) -> str:
    return str(request.param)


class Odd(NamedTuple):
    """An answer that is no JSON."""

    status: int
    actions: List[Action]
    told: str
    repeated: bool = False


ODD: Dict[str, Odd] = {
    "an HTML 502": Odd(502, reply(502, b"<html>Bad gateway: " + QUOTED), NO_JSON, True),
    "an HTML 200": Odd(200, reply(200, b"<html>" + QUOTED), NO_JSON),
    "an empty 500": Odd(500, reply(500), NOTHING),
    "an empty 503": Odd(503, reply(503), NOTHING, True),
    "an empty 404": Odd(404, reply(404), NOTHING),
    "half of its JSON": Odd(200, reply(200, b'{"a": "' + QUOTED), NO_JSON),
    "bytes that are no UTF-8": Odd(200, reply(200, b'{"a": "\xff' + QUOTED + b'"}'), NO_JSON),
    "UTF-16": Odd(200, reply(200, json.dumps({"a": PERSON}).encode("utf-16")), NO_JSON),
    "endless nesting": Odd(200, reply(200, b"[" * 200_000 + b"]" * 200_000), NO_JSON),
    "compressed words": Odd(500, reply(500, gzip.compress(QUOTED), Content_Encoding="gzip"), NO_JSON),
    "a gzip cut off": Odd(
        200, reply(200, gzip.compress(b"[1]" * 999)[:-9], Content_Encoding="gzip"), NO_JSON
    ),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("raising", [False, True], ids=["default", "raiseOnError"])
def test_what_is_no_json_is_an_error_with_its_status_and_the_operation(
    kind: str, name: str, raising: bool
) -> None:
    odd = ODD[name]
    with Loopback(lambda _: list(odd.actions)) as server:
        for call, called in (
            (read, "organizations.getOrganizations"),
            (write, "organizations.addOrganizations"),
        ):
            error = failed(kind, server.url, call, raiseOnError=raising)
            assert type(error) is VeltApiError
            assert (error.statusCode, error.code) == (odd.status, "VELT_API_ERROR")
            assert str(error).startswith(f"{called}: {server.url}")
            assert odd.told in str(error)
            assert f"status {odd.status}" in str(error)
        assert len(server.requests) == (4 if odd.repeated else 2)


def test_a_change_of_protocol_that_nobody_asked_for_is_an_error(kind: str) -> None:
    upgrade = b"HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"
    answers: Any = iter([[upgrade]])
    with Loopback(lambda _: next(answers, reply(200, FINE))) as server:
        first, second = ended(kind, server.url, [write, write])
        assert isinstance(first.error, VeltApiError)
        assert second.answer == FINE
        assert server.connections == 2


JSON: Dict[str, Any] = {
    "a list": [{"a": 1}],
    "a text": "text",
    "a number": 5,
    "null": None,
    "false": False,
    "an empty object": {},
    "half a pair of surrogates": {"a": "\ud800"},
    "names twice as deep": json.loads('{"a":' * 400 + "1" + "}" * 400),
}


@pytest.mark.parametrize("name", JSON)
def test_any_json_is_handed_on_untouched_also_where_errors_are_raised(kind: str, name: str) -> None:
    with Loopback(lambda _: reply(200, json.dumps(JSON[name]).encode())) as server:
        found = ended(kind, server.url, [read, with_options(write, raise_on_error=True)])
    assert [end.answer for end in found] == [JSON[name]] * 2


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize("status", [400, 500])
def test_json_of_an_error_is_handed_on_or_raised_by_its_status(kind: str, name: str, status: int) -> None:
    raised: Type[VeltResponseError] = VeltInvalidArgumentError if status == 400 else VeltInternalError
    with Loopback(lambda _: reply(status, json.dumps(JSON[name]).encode())) as server:
        assert one(kind, server.url, read).answer == JSON[name]
        error = failed(kind, server.url, folders, raiseOnError=True)
        assert len(server.requests) == 2
    assert type(error) is raised
    assert error.statusCode == status


def test_a_500_of_velt_is_a_dict_or_an_error_with_everything_velt_told(kind: str) -> None:
    entries = {"ana": {"success": True}, "bob": {"success": False, "message": PERSON}}
    body = {"error": {"status": "INTERNAL", "message": f"no {PERSON}", "details": entries}}
    with Loopback(lambda _: reply(500, body, X_Request_Id="r-1")) as server:
        assert [end.answer for end in ended(kind, server.url, [read, write])] == [body, body]
        error = failed(kind, server.url, with_options(write, raise_on_error=True))
        assert len(server.requests) == 3
    assert isinstance(error, VeltInternalError)
    assert (error.word, error.statusCode, error.requestId) == ("INTERNAL", 500, "r-1")
    assert (error.said, error.details, error.failed) == (f"no {PERSON}", entries, {"bob": entries["bob"]})


def test_a_success_with_failed_entries_is_a_dict_or_a_partial_failure(kind: str) -> None:
    body = {"result": {"data": {PERSON: {"success": False}, "b": {"success": True}}}}
    with Loopback(lambda _: reply(200, body)) as server:
        assert one(kind, server.url, write).answer == body
        error = failed(kind, server.url, write, raiseOnError=True)
    assert isinstance(error, VeltPartialFailure)
    assert (error.failed, error.answer) == ({PERSON: {"success": False}}, body)


def test_numbers_that_json_does_not_know_are_read_as_python_reads_them(kind: str) -> None:
    with Loopback(lambda _: reply(200, b'{"a": NaN, "b": -Infinity, "c": 1e999}')) as server:
        answer = one(kind, server.url, read).answer
    assert math.isnan(answer["a"])
    assert (answer["b"], answer["c"]) == (-math.inf, math.inf)


def test_a_huge_answer_is_read_whole_plain_and_compressed(kind: str) -> None:
    row = {"organizationId": "o" * 90, "name": "ü" * 50}
    data = json.dumps({"result": {"data": [row] * 40_000}}).encode()
    packed = gzip.compress(data, 1)
    assert len(data) > 80 * len(packed)
    answers = iter([reply(200, data), reply(200, packed, Content_Encoding="gzip")])
    with Loopback(lambda _: next(answers)) as server:
        for end in ended(kind, server.url, [read, folders]):
            assert len(end.answer["result"]["data"]) == 40_000
            assert end.seconds < 20


def test_an_answer_without_content_is_an_empty_object(kind: str) -> None:
    for actions in (reply(200), [b"HTTP/1.1 204 X\r\n\r\n"], [b"HTTP/1.0 200 X\r\n\r\n", Close]):
        with Loopback(lambda _, now=actions: list(now)) as server:
            assert one(kind, server.url, read).answer == {}


def test_an_answer_that_ends_with_its_connection_is_read(kind: str) -> None:
    for head in (b"HTTP/1.0 200 X\r\n\r\n", b"HTTP/1.1 200 X\r\nConnection: close\r\n\r\n"):
        with Loopback(lambda _, now=head: [now + b'{"a":', 0.02, b"1}", Close]) as server:
            assert [end.answer for end in ended(kind, server.url, [read, read])] == [{"a": 1}] * 2


# Answers that belong to nobody


def test_a_hint_before_the_answer_is_not_taken_for_it(kind: str) -> None:
    hints = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    answers = iter([[hints, 0.02, *reply(200, {"a": 1})], [hints + hints, *reply(200, {"a": 2})]])
    with Loopback(lambda _: next(answers, reply(200, {"a": 3}))) as server:
        found = ended(kind, server.url, [write, write, write])
        assert len(server.requests) == 3
    assert [end.answer for end in found] == [{"a": 1}, {"a": 2}, {"a": 3}]


@pytest.mark.parametrize(
    ("door", "pause"),
    # Only urllib3 looks whether something has arrived before it uses a connection again.
    [("sync", 0.0), ("sync", 0.05), ("async", 0.0)],
    ids=["sync-at once", "sync-later", "async-at once"],
)
def test_what_follows_an_answer_unasked_is_never_the_answer_of_the_next_call(door: str, pause: float) -> None:
    [short], [strange] = reply(200, {"a": 1}), reply(200, {"strange": True})
    answers: Any = iter([[short, strange, pause] if pause else [cast(bytes, short) + cast(bytes, strange)]])

    def late(api: Any) -> Any:
        time.sleep(2 * pause)
        return folders(api)

    with Loopback(lambda _: next(answers, reply(200, FINE))) as server:
        first, second = ended(door, server.url, [read, late])
    assert first.answer == {"a": 1} or first.error is not None
    assert second.answer == FINE


def test_an_answer_that_comes_too_late_is_not_the_answer_of_the_next_call(kind: str) -> None:
    answers = iter([[0.3, *reply(200, {"late": True})]])
    with Loopback(lambda _: list(next(answers, [0.3, *reply(200, FINE)]))) as server:
        early = with_options(write, timeout=0.15, retries=0)
        first, second = ended(kind, server.url, [early, folders])
        assert server.connections == 2
    assert "timed out" in str(first.error)
    assert second.answer == FINE
