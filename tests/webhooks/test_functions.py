"""The functions of an application: they block no event loop, and however they fail the event is tried again."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Dict, List

import pytest

from tests.webhooks.conftest import SECRET, Place
from velt_py import AsyncVeltSDK
from velt_py.webhooks import WebhookEvent, Webhooks, sign_for_tests

BODY = b'{"event": "comment.add", "data": {}}'


def nothing_left(event: WebhookEvent) -> Any:
    return next(each for each in event.data if each == "nothing")


async def nothing_left_awaited(event: WebhookEvent) -> Any:
    return nothing_left(event)


class Odd(Exception):
    def __str__(self) -> str:
        raise ValueError("an error that cannot even be told")


def odd(event: WebhookEvent) -> None:
    raise Odd


@pytest.mark.parametrize("function", [nothing_left, nothing_left_awaited, odd])
def test_whatever_a_function_raises_the_event_is_tried_again(place: Place, function: Any) -> None:
    webhooks, seen = place.webhooks(), []
    webhooks.on("*")(function)
    webhooks.on("*")(lambda event: seen.append(event.id))
    headers = sign_for_tests(BODY, SECRET, id="msg_1")
    assert place.receive(webhooks, headers, BODY).outcome == "pending"
    assert seen == ["msg_1"], "the other function was called all the same"


def test_plain_functions_do_not_hold_up_the_event_loop(config: Dict[str, Any]) -> None:
    webhooks, waiting, go = Webhooks(SECRET), [], threading.Event()

    @webhooks.on("*")
    def wait(event: WebhookEvent) -> None:
        waiting.append(event.id)
        assert go.wait(30), "the event loop did not go on while the functions waited"

    async def release() -> None:
        for _ in range(3000):
            await asyncio.sleep(0.01)
            if len(waiting) == 4:
                go.set()
                return

    async def received() -> List[Any]:
        async with AsyncVeltSDK.initialize(config) as sdk:
            jobs = [webhooks.areceive(sign_for_tests(BODY, SECRET), BODY, sdk) for _ in range(4)]
            *receipts, _ = await asyncio.gather(*jobs, release())
            return receipts

    assert {receipt.outcome for receipt in asyncio.run(received())} == {"done"}


def test_a_large_event_is_read_beside_the_event_loop() -> None:
    webhooks, places = Webhooks(SECRET), []
    body = b'{"event": "comment.add", "data": {"text": "' + b"x" * 200_000 + b'"}}'
    reader = webhooks.read

    def read(headers: Any, body: bytes) -> WebhookEvent:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            places.append("thread")
        else:
            places.append("loop")
        return reader(headers, body)

    webhooks.read = read  # type: ignore[method-assign]
    assert asyncio.run(webhooks.areceive(sign_for_tests(body, SECRET), body)).outcome == "done"
    assert places == ["thread"]
