"""The routes as an application to mount, and the end of an SDK with the application that uses it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import Any, AsyncGenerator, Callable

from velt_py.sdk import AsyncVeltSDK
from velt_py.web.asgi import asgi_app

__all__ = ["velt_asgi_app", "velt_lifespan"]

velt_asgi_app = asgi_app
"""The routes as an application for `app.mount("/velt", velt_asgi_app(sdk, ...))`; see `velt_py.web.asgi.asgi_app`. It
shares neither dependencies nor OpenAPI entries with the application, and its lifespan is not run."""


def velt_lifespan(sdk: AsyncVeltSDK) -> Callable[[Any], Any]:
    """A lifespan that closes an SDK at the end: `FastAPI(lifespan=velt_lifespan(sdk))`.

    Inside a lifespan of your own write `async with sdk:` instead.
    """

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncGenerator[None, None]:
        async with sdk:
            yield

    return lifespan
