"""The routes in a FastAPI application: a router, or an application to mount; and webhooks in routes of its own."""

from __future__ import annotations

from velt_py.exceptions import VeltDependencyError

try:
    import fastapi as _fastapi  # noqa: F401 - the modules below need it  # pyright: ignore[reportUnusedImport]
except ImportError:
    raise VeltDependencyError(
        'this needs a library that is not installed; run: pip install "velt-py[fastapi]"', field="fastapi"
    ) from None

from velt_py.contrib.fastapi.mounting import velt_asgi_app, velt_lifespan
from velt_py.contrib.fastapi.router import velt_router
from velt_py.contrib.fastapi.webhooks import velt_receipt, velt_webhook

__all__ = ["velt_asgi_app", "velt_lifespan", "velt_receipt", "velt_router", "velt_webhook"]
