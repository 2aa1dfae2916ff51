"""Whether and when a call is sent again, with time and chance handed in."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Union

import pytest

from velt_py.api.calls import AsyncCaller, Caller
from velt_py.api.messages import Prepared, Reply
from velt_py.api.retry import Failure, RetryPolicy, retry_after, worth_repeating
from velt_py.exceptions import VeltNetworkError

NOW = 1_700_000_000.0


def prepared(repeatable: bool = True, timeout: Optional[float] = None) -> Prepared:
    return Prepared("test.call", "https://api.example/v2/x", {}, b"{}", repeatable, timeout)


def reply(status: int, word: Optional[str] = None, **headers: str) -> Reply:
    body = b"" if word is None else b'{"error": {"status": "%s"}}' % word.encode()
    return Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_repeatable_call_is_repeated_after_a_passing_failure(status: int) -> None:
    assert worth_repeating(prepared(), reply(status))
    assert not worth_repeating(prepared(repeatable=False), reply(status))


@pytest.mark.parametrize("word", ["RESOURCE_EXHAUSTED", "UNAVAILABLE", "DEADLINE_EXCEEDED"])
def test_velts_own_words_count_whatever_the_status(word: str) -> None:
    assert worth_repeating(prepared(), reply(500, word))
    assert worth_repeating(prepared(), reply(400, word))
    assert not worth_repeating(prepared(), reply(200, word))


@pytest.mark.parametrize("status", [200, 201, 302, 400, 401, 403, 404, 409, 500])
def test_any_other_answer_is_final(status: int) -> None:
    assert not worth_repeating(prepared(), reply(status))


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"<html>", b'{"error": "x"}', b'{"error": {"status": 5}}', b"\xff"]
)
def test_an_odd_error_body_is_no_reason_to_repeat(body: bytes) -> None:
    assert not worth_repeating(prepared(), Reply(500, {}, body))


def test_without_an_answer_a_call_is_repeated_when_that_does_no_harm() -> None:
    before, after = VeltNetworkError("x", sent=False), VeltNetworkError("x", sent=True)
    assert worth_repeating(prepared(), before)
    assert worth_repeating(prepared(), after)
    assert worth_repeating(prepared(repeatable=False), before)
    assert not worth_repeating(prepared(repeatable=False), after)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Tue, 14 Nov 2023 22:13:30 GMT"}, 10.0),
        ({"retry-after": "Tue, 14 Nov 2023 22:13:30 -0000"}, 10.0),
        ({"retry-after": "Tue, 14 Nov 2023 22:13:10 GMT"}, 0.0),
        ({"retry-after-ms": "soon", "retry-after": "3"}, 3.0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e9"}, None),
        ({"retry-after": "٣"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "Tue, 99 Nov 2023 22:13:30 GMT"}, None),
        ({}, None),
    ],
)
def test_what_a_server_asks_to_wait_is_read_in_each_form(
    headers: Dict[str, str], seconds: Optional[float]
) -> None:
    assert retry_after(headers, NOW) == seconds


def wait(
    policy: RetryPolicy, outcome: Any, attempts: int = 1, elapsed: float = 0.0, chance: float = 1.0
) -> Any:
    return policy.wait(prepared(), outcome, attempts, elapsed, NOW, chance)


def test_waits_double_up_to_the_longest_one() -> None:
    policy = RetryPolicy(retries=100, max_seconds=1000, base=0.5, longest=4)
    assert [wait(policy, reply(503), attempts) for attempts in (1, 2, 3, 4, 5, 50)] == [0.5, 1, 2, 4, 4, 4]


def test_chance_spreads_the_waits() -> None:
    assert [wait(RetryPolicy(), reply(503), chance=chance) for chance in (0.0, 0.5, 1.0)] == [0.0, 0.25, 0.5]


def test_the_server_is_not_asked_again_before_it_said() -> None:
    assert wait(RetryPolicy(), reply(429, retry_after="7"), chance=0.0) == 7
    assert wait(RetryPolicy(), reply(429, retry_after="7"), chance=1.0) == 7.5


def test_a_server_that_asks_for_too_long_a_wait_is_not_asked_again() -> None:
    assert wait(RetryPolicy(longest=20), reply(429, retry_after="21")) is None


def test_retries_are_counted_and_their_time_is_limited() -> None:
    policy = RetryPolicy(retries=2, max_seconds=10)
    assert wait(policy, reply(503), attempts=2) is not None
    assert wait(policy, reply(503), attempts=3) is None
    assert wait(policy, reply(503), elapsed=9.9) is None
    assert wait(policy, reply(429, retry_after="6"), elapsed=5) is None
    assert wait(RetryPolicy(retries=0), reply(503)) is None


class Script:
    """A transport that ends each call as told, and a clock that only moves with it."""

    def __init__(self, *outcomes: Union[Reply, VeltNetworkError], seconds: float = 0.0) -> None:
        self.outcomes = list(outcomes)
        self.seconds = seconds
        self.now = 100.0
        self.sent: List[Prepared] = []
        self.slept: List[float] = []
        self.closed = 0

    def send(self, prepared: Prepared) -> Reply:
        self.sent.append(prepared)
        self.now += self.seconds
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, VeltNetworkError):
            raise outcome
        return outcome

    def close(self) -> None:
        self.closed += 1

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def caller(self, **policy: Any) -> Caller:
        return Caller(self, RetryPolicy(**policy), self.sleep, lambda: self.now, lambda: 1.0)


class AwaitedScript(Script):
    async def send(self, prepared: Prepared) -> Reply:  # type: ignore[override]
        return Script.send(self, prepared)

    async def close(self) -> None:  # type: ignore[override]
        Script.close(self)

    async def sleep(self, seconds: float) -> None:  # type: ignore[override]
        Script.sleep(self, seconds)

    def awaited(self, **policy: Any) -> AsyncCaller:
        return AsyncCaller(self, RetryPolicy(**policy), self.sleep, lambda: self.now, lambda: 1.0)


OUTCOMES = (reply(503), VeltNetworkError("x"), reply(200))


def test_a_call_is_sent_until_it_is_answered() -> None:
    script = Script(*OUTCOMES, seconds=1.0)
    delivery = script.caller().call(prepared())
    assert (delivery.reply.status, delivery.attempts, delivery.elapsed) == (200, 3, 4.5)
    assert script.slept == [0.5, 1.0]


async def test_an_awaited_call_is_sent_until_it_is_answered() -> None:
    script = AwaitedScript(*OUTCOMES, seconds=1.0)
    caller = script.awaited()
    delivery = await caller.call(prepared())
    assert (delivery.reply.status, delivery.attempts, delivery.elapsed) == (200, 3, 4.5)
    assert script.slept == [0.5, 1.0]
    await caller.close()
    assert script.closed == 1


async def test_the_last_outcome_is_handed_on_when_the_retries_are_used_up() -> None:
    assert Script(*[reply(503)] * 3).caller().call(prepared()).reply.status == 503
    assert (await AwaitedScript(*[reply(503)] * 3).awaited().call(prepared())).reply.status == 503
    with pytest.raises(VeltNetworkError, match="third"):
        Script(reply(503), VeltNetworkError("x"), VeltNetworkError("third")).caller().call(prepared())
    with pytest.raises(VeltNetworkError, match="second"):
        await AwaitedScript(reply(503), VeltNetworkError("second")).awaited(retries=1).call(prepared())


def test_a_call_that_may_not_be_repeated_is_sent_once() -> None:
    script = Script(VeltNetworkError("x", sent=True), reply(200))
    with pytest.raises(VeltNetworkError):
        script.caller().call(prepared(repeatable=False))
    assert len(script.sent) == 1


def test_a_call_that_may_not_be_repeated_is_sent_again_when_nothing_had_left() -> None:
    script = Script(VeltNetworkError("x", sent=False), reply(200))
    assert script.caller().call(prepared(repeatable=False)).attempts == 2


def test_later_attempts_have_the_time_that_is_left() -> None:
    script = Script(reply(503), reply(503), reply(200), seconds=3.0)
    script.caller(max_seconds=10).call(prepared())
    assert [each.timeout for each in script.sent] == [None, 6.5, 2.5]
    script = Script(reply(503), reply(200), seconds=3.0)
    script.caller(max_seconds=10).call(prepared(timeout=4.0))
    assert [each.timeout for each in script.sent] == [4.0, 4.0]


def test_all_attempts_together_end_in_bounded_time() -> None:
    script = Script(*[reply(503)] * 1000, seconds=1.0)
    delivery = script.caller(retries=1000, max_seconds=30).call(prepared())
    assert delivery.elapsed <= 31


def test_what_is_logged_of_a_call_holds_no_credentials_and_no_body(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "velt_py")
    call = Prepared(
        "t", "https://u:pw@api.example/x?q=1", {"x-velt-auth-token": "s3cret"}, b'{"name": "Ann"}', True
    )
    Script(*OUTCOMES).caller().call(call)
    assert [record.message for record in caplog.records] == ["velt.call.retry"] * 2 + ["velt.call.answered"]
    logged = repr([record.__dict__ for record in caplog.records])
    assert not [secret for secret in ("s3cret", "Ann", "pw@") if secret in logged]
    assert not [secret for secret in ("s3cret", "Ann") if secret in repr(call)]


def deciding(*answers: Optional[bool]) -> RetryPolicy:
    asked = [lambda failure, answer=answer: answer for answer in answers]  # type: ignore[misc]
    return RetryPolicy(decisions=tuple(asked))


def waits(policy: RetryPolicy, call: Prepared, outcome: Union[Reply, VeltNetworkError]) -> bool:
    return policy.wait(call, outcome, 1, 0.0, NOW, 0.5) is not None


def test_a_function_of_the_application_goes_before_the_built_in_rule() -> None:
    write, read = prepared(repeatable=False), prepared()
    assert waits(deciding(True), write, reply(429))
    assert waits(deciding(True), write, VeltNetworkError("x", sent=True))
    assert not waits(deciding(False), read, reply(503))
    assert waits(deciding(None), read, reply(503))
    assert not waits(deciding(None), write, reply(503))


def test_the_first_function_with_an_opinion_decides() -> None:
    assert waits(deciding(None, True, False), prepared(False), reply(409))
    assert not waits(deciding(None, False, True), prepared(), reply(503))


def test_a_function_cannot_repeat_a_success_nor_more_often_than_configured() -> None:
    assert not waits(deciding(True), prepared(), reply(200))
    policy = deciding(True).with_retries(0)
    assert not waits(policy, prepared(), reply(503))


def test_a_function_learns_what_failed_and_no_text_of_it() -> None:
    seen: List[Failure] = []

    def decide(failure: Failure) -> Optional[bool]:
        seen.append(failure)
        return None

    policy = RetryPolicy(decisions=(decide,))
    policy.wait(prepared(False), reply(429, "RESOURCE_EXHAUSTED", retry_after="3"), 1, 0.0, NOW, 0.5)
    policy.wait(prepared(False), VeltNetworkError("refused", sent=False), 2, 0.0, NOW, 0.5)
    first, second = seen
    assert (first.operation, first.attempt, first.status, first.word) == (
        "test.call",
        1,
        429,
        "RESOURCE_EXHAUSTED",
    )
    assert first.headers == {"retry-after": "3"}
    assert "retry-after" not in repr(first)
    assert (second.attempt, second.sent, second.status) == (2, False, None)


def test_a_function_that_fails_costs_nobody_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    def decide(failure: Failure) -> Optional[bool]:
        raise KeyError("a text of somebody")

    policy = RetryPolicy(decisions=(decide,))
    assert waits(policy, prepared(), reply(503))
    assert not waits(policy, prepared(), reply(404))
    (first, _) = caplog.records
    assert (first.getMessage(), vars(first)["velt_error"]) == ("velt.retry.undecided", "KeyError")
    assert "somebody" not in caplog.text
