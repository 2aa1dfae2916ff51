"""The adapters that the contract is held against, each behind a real server."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import partial
from typing import Any, Awaitable, Callable, ContextManager, Dict, Iterator, Mapping

from tests.webserver import Answer, Client, uvicorn_server, velt_server, wsgi_server
from velt_py import AsyncVeltSDK

Config = Mapping[str, Any]
Adapter = Callable[..., ContextManager[Client]]
"""Serves a configuration: `adapter(config, authenticate=..., authorize=..., features=..., origins=...)`. The client
that it gives asks for paths as the table of routes has them."""


@dataclass
class Mounted(Client):
    """A client of routes that are somewhere below."""

    base: str = "/velt"

    def request(self, method: str, path: str, *args: Any, **more: Any) -> Answer:
        return super().request(method, self.base + path, *args, **more)


def dependency(hook: Callable[[Any], Any]) -> Callable[[Any], Awaitable[Any]]:
    """An `authenticate` hook as an application of FastAPI has it."""
    from fastapi import Request

    from velt_py.web.asgi import request_of

    async def current_user(request: Request) -> Any:
        return hook(request_of(request.scope, request.receive))

    current_user.__annotations__["request"] = Request
    return current_user


@contextlib.contextmanager
def fastapi_router(config: Config, **hooks: Any) -> Iterator[Client]:
    from fastapi import Depends, FastAPI

    from velt_py.contrib.fastapi import velt_router

    user = dependency(hooks.pop("authenticate"))
    rule = hooks.pop("authorize")

    def members(principal: Any = Depends(user)) -> Any:  # noqa: B008 - that is how FastAPI has it
        return partial(rule, principal)

    app = FastAPI()
    sdk = AsyncVeltSDK.initialize(config)
    router = velt_router(
        sdk, authenticate=Depends(user), authorize=Depends(members), prefix="/velt", close_sdk=True, **hooks
    )
    app.include_router(router, prefix="/api")
    with uvicorn_server(app) as port:
        yield Mounted(port, base="/api/velt")


@contextlib.contextmanager
def fastapi_mount(config: Config, **hooks: Any) -> Iterator[Client]:
    from fastapi import FastAPI

    from velt_py.contrib.fastapi import velt_asgi_app, velt_lifespan

    sdk = AsyncVeltSDK.initialize(config)
    app = FastAPI(lifespan=velt_lifespan(sdk))
    app.mount("/velt", velt_asgi_app(sdk, **hooks))
    with uvicorn_server(app) as port:
        yield Mounted(port)


@contextlib.contextmanager
def flask(config: Config, **hooks: Any) -> Iterator[Client]:
    from flask import Flask

    from velt_py.contrib.flask import Velt

    app = Flask("contract")
    app.config["VELT"] = config
    velt = Velt(**hooks)
    velt.init_app(app)
    with app.app_context(), velt.sdk, wsgi_server(app) as port:
        yield Mounted(port)


ADAPTERS: Dict[str, Adapter] = {
    "asgi": partial(velt_server, "asgi"),
    "wsgi": partial(velt_server, "wsgi"),
    "fastapi_router": fastapi_router,
    "fastapi_mount": fastapi_mount,
    "flask": flask,
    "django_asgi": partial(velt_server, "django_asgi"),
    "django_wsgi": partial(velt_server, "django_wsgi"),
}
ASYNC = ("asgi", "fastapi_router", "fastapi_mount", "django_asgi")
"""Those whose requests share an event loop."""
