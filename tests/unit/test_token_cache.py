"""Kept tokens: one call for the same arguments, renewed in time, shared by threads and tasks, and never shown."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, List, Union, cast

import pytest

from tests.transports import AsyncRecorder, Recorder
from velt_py import AsyncTokenCache, AsyncVeltSDK, TokenCache, VeltSDK
from velt_py.exceptions import VeltConfigurationError, VeltSDKError, VeltTokenError, VeltValidationError

HOUR = 3600.0
START = 1_700_000_000.0
WHO = {"organizationId": "acme", "userId": "u-1", "email": "ana@acme.example"}
CREDENTIALS = {"apiKey": "k", "authToken": "t"}

Cache = Union[TokenCache, AsyncTokenCache]


class Velt:
    """Gives a new token for every call, or fails; its clock goes as told."""

    def __init__(self) -> None:
        self.now = START
        self.calls: List[Dict[str, Any]] = []
        self.error: Any = None

    def clock(self) -> float:
        return self.now

    def fetch(self, **arguments: Any) -> Any:
        self.calls.append(arguments)
        if isinstance(self.error, BaseException):
            raise self.error
        return self.error or {"success": True, "data": {"token": f"token-{len(self.calls)}"}}

    async def fetch_awaited(self, **arguments: Any) -> Any:
        await asyncio.sleep(0)
        return self.fetch(**arguments)


class Kept:
    """A cache of either kind over a `Velt`."""

    def __init__(self, kind: str, velt: Velt, **given: Any) -> None:
        self.velt = velt
        self.cache: Cache = (
            TokenCache(velt.fetch, clock=velt.clock, **given)
            if kind == "sync"
            else AsyncTokenCache(velt.fetch_awaited, clock=velt.clock, **given)
        )

    def get(self, **arguments: Any) -> str:
        got = self.cache.get(**(arguments or WHO))
        return got if isinstance(got, str) else asyncio.run(cast(Any, got))


Made = Callable[..., Kept]


@pytest.fixture(params=["sync", "async"])
def made(request: Any) -> Made:
    return lambda **given: Kept(request.param, Velt(), **given)


def test_the_same_arguments_give_the_same_token_whatever_their_order(made: Made) -> None:
    kept = made()
    assert kept.get(userId="u", permissions={"a": 1, "b": [2]}) == "token-1"
    assert kept.get(permissions={"b": (2,), "a": 1}, userId="u", name=None) == "token-1"
    assert kept.velt.calls == [{"userId": "u", "permissions": {"a": 1, "b": [2]}}]


@pytest.mark.parametrize(
    "other",
    [{**WHO, "userId": "u-2"}, {**WHO, "isAdmin": False}, {**WHO, "userId": 1}, {**WHO, "userId": True}],
    ids=repr,
)
def test_other_arguments_give_another_token(made: Made, other: Dict[str, Any]) -> None:
    kept = made()
    assert kept.get(**WHO) == "token-1"
    assert kept.get(**other) == "token-2"
    assert kept.get(**WHO) == "token-1"


def test_a_token_is_renewed_an_hour_before_its_48_hours_are_over(made: Made) -> None:
    kept = made()
    kept.get()
    kept.velt.now = START + 47 * HOUR - 1
    assert kept.get() == "token-1"
    kept.velt.now = START + 47 * HOUR
    assert kept.get() == "token-2"
    kept.velt.now = START + 93 * HOUR
    assert kept.get() == "token-2"


def test_life_and_renewal_can_be_told(made: Made) -> None:
    kept = made(good_for=100, renew_before=0)
    kept.get()
    kept.velt.now = START + 99.9
    assert kept.get() == "token-1"
    kept.velt.now = START + 100
    assert kept.get() == "token-2"


def test_a_token_ends_before_the_earliest_of_its_permissions(made: Made) -> None:
    kept = made()
    resources = [{"id": "a"}, {"id": "b", "expiresAt": START + 9000}, {"id": "c", "expiresAt": START + 600}]
    given = {**WHO, "permissions": {"resources": resources}}
    kept.get(**given)
    kept.velt.now = START + 500
    assert kept.get(**given) == "token-1"
    kept.velt.now = START + 599
    assert kept.get(**given) == "token-2"


def test_a_token_with_a_permission_that_is_over_is_not_kept(made: Made) -> None:
    kept = made()
    given = {**WHO, "permissions": {"resources": [{"id": "a", "expiresAt": START - 5}]}}
    assert [kept.get(**given), kept.get(**given)] == ["token-1", "token-2"]
    assert len(kept.cache) == 0


@pytest.mark.parametrize(
    "strange", [None, 5, {"resources": 5}, {"resources": [5, {"expiresAt": "soon"}]}], ids=repr
)
def test_permissions_of_an_unknown_shape_are_left_to_velt(made: Made, strange: Any) -> None:
    kept = made()
    assert kept.get(userId="u", permissions=strange) == "token-1"
    assert kept.get(userId="u", permissions=strange) == "token-1"


def test_a_failed_renewal_hands_out_the_old_token_and_is_tried_again_later(
    made: Made, caplog: pytest.LogCaptureFixture
) -> None:
    kept = made()
    kept.get()
    kept.velt.now = START + 47 * HOUR
    kept.velt.error = VeltTokenError("no token: ana@acme.example is unknown")
    with caplog.at_level(logging.DEBUG, "velt_py"):
        assert kept.get() == "token-1"
        assert kept.get() == "token-1"
    assert len(kept.velt.calls) == 2
    [line] = caplog.records
    assert (line.levelname, line.message) == ("WARNING", "velt.token.renewal_failed")
    assert (line.__dict__["velt_code"], line.__dict__["velt_seconds_left"]) == ("TOKEN_ERROR", HOUR)
    assert "ana" not in str(vars(line))
    kept.velt.now += 61
    assert kept.get() == "token-1"
    assert len(kept.velt.calls) == 3
    kept.velt.now, kept.velt.error = kept.velt.now + 61, None
    assert kept.get() == "token-4"


@pytest.mark.parametrize(
    "answer", [{"success": False, "errorCode": "NO_TOKEN"}, ValueError("x")], ids=["told", "raised"]
)
def test_any_failed_renewal_leaves_the_old_token_in_use(made: Made, answer: Any) -> None:
    kept = made()
    kept.get()
    kept.velt.now, kept.velt.error = START + 47.5 * HOUR, answer
    assert kept.get() == "token-1"


def test_when_the_old_token_is_over_a_failure_is_raised(made: Made) -> None:
    kept = made()
    kept.get()
    kept.velt.now, kept.velt.error = START + 48 * HOUR, VeltTokenError("no token: refused")
    with pytest.raises(VeltTokenError, match="refused"):
        kept.get()


def test_a_failure_is_not_kept(made: Made) -> None:
    kept = made()
    kept.velt.error = VeltTokenError("no token: network error")
    with pytest.raises(VeltTokenError):
        kept.get()
    kept.velt.error = None
    assert kept.get() == "token-2"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"success": False, "error": "Velt says ana", "errorCode": "VELT_API_ERROR"}, "VELT_API_ERROR"),
        ({"error": {"message": "ana is unknown", "status": "PERMISSION_DENIED"}}, "PERMISSION_DENIED"),
        ({"success": False, "error": "Velt's answer holds no token", "errorCode": "NO_TOKEN"}, "NO_TOKEN"),
        ({"success": True, "data": {"token": ""}}, "NO_TOKEN"),
        ({"result": {"data": {"token": 5}}}, "NO_TOKEN"),
        ({"result": None}, "NO_TOKEN"),
        (["ana"], "NO_TOKEN"),
    ],
)  # fmt: skip
def test_an_answer_without_a_token_raises_with_its_code(made: Made, answer: Any, code: str) -> None:
    kept = made()
    kept.velt.error = answer
    with pytest.raises(VeltTokenError, match="^no token: ") as caught:
        kept.get()
    assert caught.value.code == code
    assert "ana" not in f"{caught.value} {caught.value!r}"


def test_a_problem_of_the_configuration_is_told_in_full(made: Made) -> None:
    kept = made()
    kept.velt.error = {
        "success": False,
        "error": "configuration key 'apiKey': ...",
        "errorCode": "CONFIG_ERROR",
    }
    with pytest.raises(VeltTokenError, match="configuration key 'apiKey'"):
        kept.get()


def test_the_token_used_longest_ago_goes_first(made: Made) -> None:
    kept = made(max_entries=2)
    assert [kept.get(userId="a"), kept.get(userId="b"), kept.get(userId="a")] == [
        "token-1",
        "token-2",
        "token-1",
    ]
    assert kept.get(userId="c") == "token-3"
    assert len(kept.cache) == 2
    assert kept.get(userId="a") == "token-1"
    assert kept.get(userId="b") == "token-4"


def test_forgotten_tokens_are_fetched_again(made: Made) -> None:
    kept = made()
    kept.get(userId="a")
    kept.get(userId="b")
    kept.cache.forget(userId="a")
    kept.cache.forget(userId="never seen")
    assert [kept.get(userId="a"), kept.get(userId="b")] == ["token-3", "token-2"]
    kept.cache.clear()
    assert len(kept.cache) == 0
    assert kept.get(userId="b") == "token-4"


def test_nothing_about_people_or_tokens_is_shown(made: Made) -> None:
    kept = made()
    kept.get()
    shelf = vars(kept.cache).get("_shelf") or vars(kept.cache)["_state"].shelf
    shown = f"{kept.cache!r} {kept.cache} {vars(shelf)!r}"
    assert "ana" not in shown
    assert "token-1" not in shown
    assert repr(kept.cache).endswith("TokenCache of 1>")


@pytest.mark.parametrize(
    "value", [object(), {1: 2, "a": 3}, float("nan"), {"a", "b"}], ids=["o", "keys", "nan", "set"]
)
def test_arguments_that_cannot_be_compared_are_refused(made: Made, value: Any) -> None:
    kept = made()
    with pytest.raises(VeltValidationError, match="arguments of a token") as caught:
        kept.get(userId=value)
    assert caught.value.field == "arguments"
    assert kept.velt.calls == []


@pytest.mark.parametrize("kind", [TokenCache, AsyncTokenCache])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("fetch", None),
        ("max_entries", 0),
        ("max_entries", True),
        ("max_entries", "5"),
        ("good_for", -1),
        ("good_for", float("nan")),
        ("renew_before", "1"),
        ("renew_before", 48 * HOUR),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(kind: Any, field: str, value: Any) -> None:
    with pytest.raises(VeltConfigurationError) as caught:
        kind(**{"fetch": Velt().fetch, field: value})
    assert caught.value.field == field


class Gate(Velt):
    """Holds every call up until it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.opened = threading.Event(), threading.Event()

    def fetch(self, **arguments: Any) -> Any:
        self.entered.set()
        assert self.opened.wait(20)
        return super().fetch(**arguments)


def test_a_hundred_threads_share_one_call() -> None:
    velt = Gate()
    cache = TokenCache(velt.fetch, clock=velt.clock)
    ready = threading.Barrier(101)

    def get(_: int) -> str:
        ready.wait(20)
        return cache.get(**WHO)

    with ThreadPoolExecutor(100) as threads:
        found = [threads.submit(get, at) for at in range(100)]
        ready.wait(20)
        assert velt.entered.wait(20)
        velt.opened.set()
        assert {each.result(20) for each in found} == {"token-1"}
    assert len(velt.calls) == 1


def test_threads_that_ask_for_other_tokens_do_not_wait_for_each_other() -> None:
    velt = Gate()
    cache = TokenCache(lambda **given: velt.fetch(**given) if given["userId"] == "slow" else Velt().fetch())
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(cache.get, userId="slow")
        assert velt.entered.wait(20)
        assert cache.get(userId="quick") == "token-1"
        velt.opened.set()
        slow.result(20)


def test_while_one_thread_renews_the_others_get_the_old_token() -> None:
    velt = Gate()
    velt.opened.set()
    cache = TokenCache(velt.fetch, clock=velt.clock)
    cache.get(**WHO)
    velt.opened.clear()
    velt.entered.clear()
    velt.now += 47 * HOUR
    with ThreadPoolExecutor(1) as threads:
        renewing = threads.submit(cache.get, **WHO)
        assert velt.entered.wait(20)
        assert cache.get(**WHO) == "token-1"
        velt.opened.set()
        assert renewing.result(20) == "token-2"
    assert cache.get(**WHO) == "token-2"


def test_threads_that_share_a_call_share_its_failure() -> None:
    velt = Gate()
    velt.error = VeltTokenError("no token: refused")
    cache = TokenCache(velt.fetch)
    with ThreadPoolExecutor(8) as threads:
        found = [threads.submit(cache.get, **WHO) for _ in range(8)]
        velt.opened.set()
        assert all(isinstance(each.exception(20), VeltTokenError) for each in found)


def test_an_interrupted_call_is_made_again_by_a_thread_that_waited() -> None:
    velt = Gate()

    def fetch(**arguments: Any) -> Any:
        answer = velt.fetch(**arguments)
        if len(velt.calls) == 1:
            raise KeyboardInterrupt
        return answer

    cache = TokenCache(fetch)
    with ThreadPoolExecutor(4) as threads:
        interrupted = threads.submit(cache.get, **WHO)
        assert velt.entered.wait(20)
        waiting = [threads.submit(cache.get, **WHO) for _ in range(3)]
        velt.opened.set()
        assert isinstance(interrupted.exception(20), KeyboardInterrupt)
        assert {each.result(20) for each in waiting} == {"token-2"}


def test_a_token_that_is_forgotten_while_it_is_fetched_is_not_kept() -> None:
    velt = Gate()
    cache = TokenCache(velt.fetch)
    with ThreadPoolExecutor(1) as threads:
        before = threads.submit(cache.get, **WHO)
        assert velt.entered.wait(20)
        cache.forget(**WHO)
        velt.opened.set()
        assert before.result(20) == "token-1"
    assert cache.get(**WHO) == "token-2"


def test_a_token_that_is_forgotten_while_it_is_renewed_is_not_handed_out_when_that_fails() -> None:
    velt = Gate()
    velt.opened.set()
    cache = TokenCache(velt.fetch, clock=velt.clock)
    cache.get(**WHO)
    velt.opened.clear()
    velt.entered.clear()
    velt.now, velt.error = START + 47 * HOUR, VeltTokenError("no token: refused")
    with ThreadPoolExecutor(1) as threads:
        renewing = threads.submit(cache.get, **WHO)
        assert velt.entered.wait(20)
        cache.clear()
        velt.opened.set()
        assert isinstance(renewing.exception(20), VeltTokenError)


def test_a_forked_child_keeps_the_tokens_and_waits_for_no_call_of_its_parent() -> None:
    velt = Gate()
    cache = TokenCache(lambda **given: velt.fetch(**given) if given["userId"] == "slow" else Velt().fetch())
    cache.get(userId="kept")
    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(cache.get, userId="slow")
        assert velt.entered.wait(20)
        held = cache._held.lock

        def child(found: Any) -> None:
            velt.opened.set()
            velt.calls.append({})
            found.put([cache.get(userId="kept"), cache.get(userId="slow")])

        found = multiprocessing.get_context("fork").Queue()
        with held:
            process = multiprocessing.get_context("fork").Process(target=child, args=(found,))
            process.start()
        assert found.get(timeout=20) == ["token-1", "token-2"]
        process.join(20)
        velt.opened.set()
        assert slow.result(20) == "token-1"


async def test_tasks_share_one_call_and_a_cancelled_one_disturbs_no_other() -> None:
    velt, opened = Velt(), asyncio.Event()

    async def fetch(**arguments: Any) -> Any:
        await opened.wait()
        return velt.fetch(**arguments)

    cache = AsyncTokenCache(fetch)
    tasks = [asyncio.ensure_future(cache.get(**WHO)) for _ in range(100)]
    await asyncio.sleep(0.01)
    tasks[0].cancel()
    tasks[50].cancel()
    await asyncio.sleep(0)
    opened.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [at for at, each in enumerate(found) if isinstance(each, asyncio.CancelledError)] == [0, 50]
    assert {each for each in found if isinstance(each, str)} == {"token-1"}
    assert len(velt.calls) == 1


async def test_a_call_whose_waiters_were_all_cancelled_still_fills_the_cache() -> None:
    velt, opened = Velt(), asyncio.Event()

    async def fetch(**arguments: Any) -> Any:
        await opened.wait()
        return velt.fetch(**arguments)

    cache = AsyncTokenCache(fetch)
    task = asyncio.ensure_future(cache.get(**WHO))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    opened.set()
    assert await cache.get(**WHO) == "token-1"
    assert len(velt.calls) == 1


async def test_a_failure_that_nobody_waits_for_any_more_is_not_reported_as_lost() -> None:
    reported: List[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    opened = asyncio.Event()

    async def fetch(**_: Any) -> Any:
        await opened.wait()
        raise VeltTokenError("no token: refused")

    cache = AsyncTokenCache(fetch)
    task = asyncio.ensure_future(cache.get(**WHO))
    await asyncio.sleep(0)
    task.cancel()
    opened.set()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.sleep(0.01)
    assert reported == []


async def test_while_one_task_renews_the_others_get_the_old_token() -> None:
    velt, opened = Velt(), asyncio.Event()
    opened.set()

    async def fetch(**arguments: Any) -> Any:
        await opened.wait()
        return velt.fetch(**arguments)

    cache = AsyncTokenCache(fetch, clock=velt.clock)
    await cache.get(**WHO)
    opened.clear()
    velt.now += 47 * HOUR
    renewing = asyncio.ensure_future(cache.get(**WHO))
    await asyncio.sleep(0)
    assert await cache.get(**WHO) == "token-1"
    opened.set()
    assert await renewing == "token-2"


def test_a_call_of_a_loop_that_ended_is_not_waited_for() -> None:
    velt = Velt()

    async def fetch(**arguments: Any) -> Any:
        if not velt.calls:
            velt.calls.append({})
            await asyncio.Event().wait()
        return velt.fetch(**arguments)

    cache = AsyncTokenCache(fetch)

    async def give_up() -> None:
        await asyncio.wait_for(cache.get(**WHO), 0.01)

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(give_up())
    assert asyncio.run(cache.get(**WHO)) == "token-2"


def test_both_ways_to_a_token_of_the_sdk_can_be_kept() -> None:
    answer = {"result": {"status": "success", "data": {"token": "T"}}}
    recorder = Recorder([answer])
    with VeltSDK.initialize(CREDENTIALS, transport=recorder) as sdk:
        ours = TokenCache(sdk.selfHosting.token.getToken)
        assert [ours.get(**WHO), ours.get(**WHO)] == ["T", "T"]
        theirs = TokenCache(sdk.api.accessControl.generateToken)
        given: Dict[str, Any] = {"userId": "u", "userProperties": {"email": "ana@acme.example"}}
        assert [theirs.get(**given), theirs.get(**given)] == ["T", "T"]
    assert len(recorder.calls) == 2
    assert recorder.calls[1].data == given


async def test_both_ways_to_a_token_of_the_awaited_sdk_can_be_kept() -> None:
    answer = {"result": {"status": "success", "data": {"token": "T"}}}
    recorder = AsyncRecorder([answer])
    async with AsyncVeltSDK.initialize(CREDENTIALS, transport=recorder) as sdk:
        for fetch in (sdk.selfHosting.token.getToken, sdk.api.accessControl.generateToken):
            cache = AsyncTokenCache(cast(Any, fetch))
            given = WHO if fetch == sdk.selfHosting.token.getToken else {"userId": "u"}
            assert [await cache.get(**given), await cache.get(**given)] == ["T", "T"]
    assert len(recorder.calls) == 2


def test_a_refusal_of_velt_reaches_the_caller_with_its_word() -> None:
    answer = {"error": {"message": "ana@acme.example is unknown", "status": "PERMISSION_DENIED"}}
    for raising in (False, True):
        config = {**CREDENTIALS, "raiseOnError": raising}
        with VeltSDK.initialize(config, transport=Recorder([answer])) as sdk:
            with pytest.raises(VeltSDKError) as caught:
                TokenCache(sdk.api.accessControl.generateToken).get(userId="u")
            assert caught.value.code == "PERMISSION_DENIED"
            assert "ana" not in str(caught.value)
