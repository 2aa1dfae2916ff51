"""Both SDKs behind one call: a test names what it calls once, and runs it blocking and awaited."""

from __future__ import annotations

import asyncio
import pickle
import time
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Optional, Sequence

from velt_py import AsyncVeltSDK, VeltSDK
from velt_py.exceptions import VeltApiError

API_KEY, AUTH_TOKEN, PERSON = "k3y-of-acme", "t0ken-of-acme", "ana@acme.example"
SECRETS = (API_KEY, AUTH_TOKEN, PERSON)
"""What every call carries, in headers and body, and no error and no log may show."""

Call = Callable[[Any], Any]
"""What to call on `sdk.api`."""


def read(api: Any) -> Any:
    """A call that may be repeated."""
    return api.organizations.getOrganizations(organizationIds=[PERSON])


def write(api: Any) -> Any:
    """A call that may not."""
    return api.organizations.addOrganizations(organizations=[{"organizationId": PERSON}])


def folders(api: Any) -> Any:
    """Another read."""
    return api.folders.getFolders(organizationId=PERSON)


def with_options(call: Call, **options: Any) -> Call:
    """The same call with options."""

    def optioned(api: Any) -> Any:
        return call(_Optioned(api, options))

    return optioned


class _Optioned:
    """`sdk.api` whose operations have options."""

    def __init__(self, api: Any, options: Dict[str, Any]) -> None:
        self._api, self._options = api, options

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._api, name)
        return (
            found.with_options(**self._options)
            if hasattr(found, "with_options")
            else _Optioned(found, self._options)
        )


@dataclass
class Ended:
    """How a call ended."""

    answer: Any = None
    error: Optional[VeltApiError] = None
    seconds: float = 0.0
    waits: List[float] = field(default_factory=list)


def ended(kind: str, url: str, calls: Sequence[Call], *, real: bool = False, **config: Any) -> List[Ended]:
    """Make calls one after the other over one SDK.

    Args:
        kind: `sync` or `async`.
        calls: what to call.
        real: whether waits between attempts are waited for; otherwise they are only noted, without chance in them.
        config: more of the configuration.
    """
    settings = {"apiKey": API_KEY, "authToken": AUTH_TOKEN, "apiBaseUrl": url, **config}
    return (
        asyncio.run(_awaited(settings, calls, real)) if kind == "async" else _blocking(settings, calls, real)
    )


def _blocking(settings: Dict[str, Any], calls: Sequence[Call], real: bool) -> List[Ended]:
    found: List[Ended] = []
    with VeltSDK.initialize(settings) as sdk:
        waits = [] if real else _noted(sdk)
        for call in calls:
            end, began = Ended(), time.monotonic()
            try:
                end.answer = call(sdk.api)
            except VeltApiError as error:
                end.error = error
            end.seconds, end.waits = time.monotonic() - began, list(waits)
            waits.clear()
            found.append(end)
    return found


async def _awaited(settings: Dict[str, Any], calls: Sequence[Call], real: bool) -> List[Ended]:
    found: List[Ended] = []
    async with AsyncVeltSDK.initialize(settings) as sdk:
        waits = [] if real else _noted(sdk)
        for call in calls:
            end, began = Ended(), time.monotonic()
            try:
                end.answer = await call(sdk.api)
            except VeltApiError as error:
                end.error = error
            end.seconds, end.waits = time.monotonic() - began, list(waits)
            waits.clear()
            found.append(end)
    return found


def _noted(sdk: Any) -> List[float]:
    """Make the waits of an SDK short and known: the list holds them."""
    waits: List[float] = []
    awaited = isinstance(sdk, AsyncVeltSDK)

    async def note_awaited(seconds: float) -> None:
        waits.append(seconds)

    caller = sdk.api._client.caller
    caller._chance = lambda: 0.0
    caller._sleep = note_awaited if awaited else waits.append
    return waits


def one(kind: str, url: str, call: Call, **config: Any) -> Ended:
    """How one call ended."""
    [end] = ended(kind, url, [call], **config)
    return end


def failed(kind: str, url: str, call: Call, **config: Any) -> VeltApiError:
    """The error of a call, which shows no secret and survives pickle."""
    end = one(kind, url, call, **config)
    assert end.error is not None, end.answer
    check(end.error)
    return end.error


def check(error: BaseException) -> None:
    """No text of an error, and of what it is caused by, holds a secret; the error survives pickle."""
    shown: Optional[BaseException] = error
    while shown is not None:
        for secret in SECRETS:
            assert secret not in f"{shown} {shown!r}"
        shown = shown.__cause__ or shown.__context__
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(again) is type(error)
    assert (str(again), vars(again)) == (str(error), vars(error))
