"""An SDK of each kind over each store that several processes can share."""

from __future__ import annotations

import asyncio
import dataclasses
import uuid
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, Optional

import pytest

from tests.django import project
from velt_py import AsyncVeltSDK, VeltSDK
from velt_py.webhooks import Webhooks

SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl"


def database_of(name: str, folder: Path, request: pytest.FixtureRequest) -> Dict[str, Any]:
    """The `database` block of a store."""
    if name == "sqlite":
        return {"type": "sqlite", "path": str(folder / "velt.db")}
    if name == "sqlite_files":
        return {"type": "sqlite", "path": str(folder / "files" / "{organization}.db")}
    if name == "django":
        project.start()
        return {"type": "django", "alias": "default"}
    if name == "django_postgresql":
        return {"type": "django", "alias": project.start_postgresql(request.getfixturevalue("postgres_url"))}
    if name == "postgresql":
        return {"type": "postgresql", "connection_string": request.getfixturevalue("postgres_url")}
    uri = request.getfixturevalue("mongodb_uri")
    return {"type": "mongodb", "connection_string": uri, "database_name": "velt_webhooks"}


class Place:
    """A store with a queue of its own, and receivers on it.

    Args:
        config: of the SDK.
        awaited: whether the SDK is the async one.
    """

    def __init__(self, config: Dict[str, Any], awaited: bool) -> None:
        self.config = config
        self.queue = f"q-{uuid.uuid4().hex[:10]}"
        self._loop = asyncio.new_event_loop() if awaited else None
        self.sdk: Any = (AsyncVeltSDK if awaited else VeltSDK).initialize(config)

    def webhooks(self, **settings: Any) -> Webhooks:
        return Webhooks(SECRET, queue=self.queue, **settings)

    def wait(self, outcome: Any) -> Any:
        return self._loop.run_until_complete(outcome) if self._loop else outcome

    def call(self, webhooks: Webhooks, method: str, *args: Any, **more: Any) -> Any:
        """Call a method of `Webhooks`, or its awaited form."""
        return self.wait(getattr(webhooks, ("a" if self._loop else "") + method)(*args, **more))

    def receive(self, webhooks: Webhooks, headers: Any, body: bytes) -> Any:
        return self.call(webhooks, "receive", headers, body, self.sdk)

    def close(self) -> None:
        self.wait(self.sdk.close())
        if self._loop:
            self._loop.close()


@pytest.fixture(
    params=[
        (store, flavour)
        for store in ("sqlite", "sqlite_files", "postgresql", "mongodb", "django", "django_postgresql")
        for flavour in ("sync", "async")
    ],
    ids="-".join,
)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    store, flavour = request.param
    made = Place({"database": database_of(store, tmp_path, request)}, flavour == "async")
    yield made
    made.close()


@pytest.fixture
def sqlite(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """SQLite, blocking: for what no store decides."""
    made = Place({"database": database_of("sqlite", tmp_path, request)}, False)
    yield made
    made.close()


@pytest.fixture
def config(tmp_path: Path) -> Dict[str, Any]:
    return {"database": {"type": "sqlite", "path": str(tmp_path / "velt.db")}}


@pytest.fixture(params=["asgi", "wsgi"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Clock:
    """Time that a test moves on."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(clock: Clock) -> Callable[[Webhooks], Webhooks]:
    """Lets the inbox of a receiver go by the test's clock."""

    def with_clock(webhooks: Webhooks, lease: Optional[float] = None) -> Webhooks:
        changes: Dict[str, Any] = {"clock": clock}
        if lease is not None:
            changes["lease"] = lease
        webhooks.inbox = dataclasses.replace(webhooks.inbox, **changes)
        return webhooks

    return with_clock
