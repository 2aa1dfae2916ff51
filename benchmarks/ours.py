"""velt_py as a contender, through both doors."""

from __future__ import annotations

import asyncio
from typing import Any, Dict

from contender import Body, Contender

from velt_py.sdk import AsyncVeltSDK, VeltSDK

__all__ = ["configuration", "ours"]


def configuration(store: str, address: str, database: str) -> Dict[str, Any]:
    """The configuration of a store; for SQLite `address` is the file."""
    if store == "sqlite":
        return {"database": {"type": "sqlite", "path": address}}
    return {"database": {"type": store, "connection_string": address, "database_name": database}}


class Ours(Contender):
    """`VeltSDK`."""

    def __init__(self, config: Dict[str, Any]) -> None:
        self.sdk = VeltSDK.initialize({**config, "raiseOnError": True})

    def save(self, body: Body) -> None:
        self.sdk.selfHosting.comments.saveComments(body)

    def get(self, body: Body) -> Dict[str, Any]:
        return dict(self.sdk.selfHosting.comments.getComments(body)["data"])

    def get_json(self, body: Body) -> bytes:
        return self.sdk.selfHosting.comments.getComments.result(body).to_json()

    def close(self) -> None:
        self.sdk.close()


class OursAsync(Contender):
    """`AsyncVeltSDK` in one event loop."""

    def __init__(self, config: Dict[str, Any]) -> None:
        self.loop = asyncio.new_event_loop()
        self.sdk = AsyncVeltSDK.initialize({**config, "raiseOnError": True})

    def save(self, body: Body) -> None:
        self.loop.run_until_complete(self._save(body))

    async def _save(self, body: Body) -> None:
        await self.sdk.selfHosting.comments.saveComments(body)

    def get(self, body: Body) -> Dict[str, Any]:
        return self.loop.run_until_complete(self._get(body))

    async def _get(self, body: Body) -> Dict[str, Any]:
        return dict((await self.sdk.selfHosting.comments.getComments(body))["data"])

    def get_json(self, body: Body) -> bytes:
        return self.loop.run_until_complete(self._get_json(body))

    async def _get_json(self, body: Body) -> bytes:
        return (await self.sdk.selfHosting.comments.getComments.result(body)).to_json()

    def close(self) -> None:
        self.loop.run_until_complete(self.sdk.close())
        self.loop.close()


def ours(who: str, store: str, address: str, database: str) -> Contender:
    """`ours` or `ours-async` on one store."""
    config = configuration(store, address, database)
    return OursAsync(config) if who == "ours-async" else Ours(config)
