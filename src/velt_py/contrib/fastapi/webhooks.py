"""Webhooks in a route of the application's own, as dependencies: the raw body, verified, decoded, and stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Awaitable, Callable, Optional, Union, cast

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from velt_py.exceptions import VeltConfigurationError, VeltSDKError, VeltWebhookError
from velt_py.sdk import AsyncVeltSDK
from velt_py.selfhosting.answers import Result
from velt_py.web.asgi import request_of
from velt_py.web.bodies import Chunks, check_length, check_plain, receive_bytes
from velt_py.web.handler import received
from velt_py.web.messages import Refused
from velt_py.webhooks.decrypt import KeysGiven
from velt_py.webhooks.events import WebhookEvent
from velt_py.webhooks.reader import LARGEST
from velt_py.webhooks.receiver import Receipt, Webhooks, interrupted
from velt_py.webhooks.route import followed
from velt_py.webhooks.secrets import SecretsGiven
from velt_py.webhooks.verify import TOLERANCE

__all__ = ["velt_receipt", "velt_webhook"]


def velt_webhook(
    secrets: Union[SecretsGiven, Webhooks],
    *,
    private_keys: KeysGiven = (),
    tolerance: float = TOLERANCE,
) -> Callable[[Request], Awaitable[WebhookEvent]]:
    """A dependency whose value is the posted event: `event: WebhookEvent = Depends(velt_webhook("whsec_..."))`.

    It verifies and decodes, and does nothing else: when the route fails, Velt sends the event again.

    Args:
        secrets: as for `velt_py.webhooks.Webhooks`, or such a receiver.
        private_keys, tolerance: as for `Webhooks`; of a receiver they are known.

    Raises:
        VeltConfigurationError: names the argument at fault.

    The dependency raises an `HTTPException` when this is nothing that Velt sent (401) or cannot be accepted (400,
    408, 413, 415); its `detail` is the envelope. The route must not declare a body: FastAPI would parse it first.

    See https://docs.velt.dev/webhooks/advanced
    """
    if isinstance(secrets, Webhooks):
        if private_keys or tolerance != TOLERANCE:
            raise VeltConfigurationError(
                "private_keys and tolerance: give them to the Webhooks object", field="private_keys"
            )
        webhooks = secrets
    else:
        webhooks = Webhooks(secrets, private_keys=private_keys, tolerance=tolerance)

    async def event(request: Request) -> WebhookEvent:
        return await posted(webhooks, request)

    return event


def velt_receipt(webhooks: Webhooks, sdk: AsyncVeltSDK) -> Callable[[Request], Awaitable[Receipt]]:
    """A dependency that stores the event in the inbox first: `receipt: Receipt = Depends(velt_receipt(webhooks, sdk))`.

    The functions of `webhooks.on(...)` are called after that, and again when they fail; the answer does not wait for
    them. In the route `receipt.new` says whether the event did not come before.

    Args:
        webhooks: the receiver.
        sdk: its store is the inbox.

    Raises:
        VeltConfigurationError: for another receiver, and for an SDK without a database.

    The dependency raises an `HTTPException` as `velt_webhook` does, and with the status of the error when the event
    could not be stored: then Velt sends it again. At the end of the application await `webhooks.asettle()`.
    """
    if not isinstance(cast(Any, webhooks), Webhooks):
        raise VeltConfigurationError("webhooks: a velt_py.webhooks.Webhooks is needed", field="webhooks")
    if not isinstance(cast(Any, sdk), AsyncVeltSDK) or sdk._settings.database is None:
        raise VeltConfigurationError(
            "sdk: an AsyncVeltSDK with a database is needed, which is the inbox", field="sdk"
        )

    async def receipt(request: Request) -> Receipt:
        event = await posted(webhooks, request)
        try:
            new = bool(await sdk._runner.run(webhooks.inbox.keep(event)))
        except VeltSDKError as error:
            interrupted(error)
            raise refusal(error) from None
        followed(webhooks, sdk._runner, event, new)
        return Receipt(event, new, "pending")

    return receipt


async def posted(webhooks: Webhooks, request: Request) -> WebhookEvent:
    """The event in a request.

    Raises:
        HTTPException: says how it is refused.
    """
    try:
        raw = await raw_body(request)
        # Decrypting takes a while.
        return await run_in_threadpool(webhooks.read, request.headers.raw, raw)
    except VeltConfigurationError:
        raise  # a mistake of the application, which its log has to show
    except VeltSDKError as error:
        raise refusal(error) from None
    except ClientDisconnect:
        # Nobody is there to read this.
        raise refusal(VeltWebhookError("the body broke off", field="body")) from None


async def raw_body(request: Request) -> bytes:
    """The body as it came, bounded in size and time; it stays there for others to read."""
    known: Optional[bytes] = getattr(request, "_body", None)
    if known is not None:
        return known
    if getattr(request, "_stream_consumed", False):
        raise VeltConfigurationError(
            "the body was read before the webhook could be verified: a route of webhooks declares no form, and nothing "
            "before it reads the stream",
            field="body",
        )
    found = replace(request_of(request.scope, request.receive), body=request.stream())
    check_plain(found)
    check_length(found, LARGEST)
    flow = receive_bytes(Chunks(LARGEST))
    try:
        step = next(flow)
        while True:
            step = flow.send(await received(found, cast(Any, step).seconds))
    except StopIteration as end:
        raw = bytes(end.value)
    # Where Starlette keeps it: `await request.body()` works after this as before.
    cast(Any, request)._body = raw
    return raw


def refusal(error: VeltSDKError) -> HTTPException:
    """The exception of FastAPI that stands for an error of ours."""
    headers = dict(error.headers) if isinstance(error, Refused) else None
    return HTTPException(error.statusCode, Result(error=error).to_dict(), headers or None)
