"""`velt serve`: the resolver routes behind uvicorn."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import socket
import sys
from dataclasses import replace
from typing import Any, Generator, Optional, Tuple

from velt_py.cli.loading import load_config, load_name
from velt_py.cli.logs import log_to_stderr
from velt_py.config import load_settings
from velt_py.console.feature import Console
from velt_py.exceptions import VeltConfigurationError, VeltDependencyError
from velt_py.sdk import AsyncVeltSDK
from velt_py.settings import Settings
from velt_py.web.access import LOOPBACK, Authenticate, Authorize, bearer, everybody, no_questions
from velt_py.web.asgi import asgi_app
from velt_py.web.frontend import frontend_block
from velt_py.web.multipart import require_multipart

__all__ = ["frontend", "serve"]

logger = logging.getLogger("velt_py.cli")

EMBEDDED = {
    "database": {"type": "sqlite", "path": "velt.db"},
    "files": {"type": "folder", "path": "velt-files"},
}
"""What `--insecure-local` serves without a configuration."""


def serve(given: argparse.Namespace) -> int:
    """Serve until the process is told to end."""
    uvicorn = require_uvicorn()
    require_multipart()
    check_local(given)
    settings = load_settings(EMBEDDED) if given.config is None else load_config(given.config)
    log_to_stderr()
    with listening(given.host, given.port) as (listener, base_url):
        settings = with_base_url(settings, base_url, given.host)
        sdk = AsyncVeltSDK.initialize(settings)  # type: ignore[arg-type]
        authenticate, authorize = hooks_of(given, sdk, settings)
        console = Console() if given.console or given.insecure_local else None
        app = asgi_app(
            sdk,
            authenticate=authenticate,
            authorize=authorize,
            origins=given.origin,
            features=[console] if console else [],
            close_sdk=True,
        )
        shown = f"{base_url}{console.path}/" if console else None
        announce(
            given.json, base_url, (settings.files.base_url if settings.files else None) or base_url, shown
        )
        config = uvicorn.Config(app, lifespan="on", access_log=False, log_config=None, server_header=False)
        # It has ended its requests by then, and hands on the signal that told it to.
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])
    return 0


def require_uvicorn() -> Any:
    try:
        import uvicorn
    except ImportError:
        raise VeltDependencyError(
            'a server needs a library that is not installed; run: pip install "velt-py[serve]"',
            field="uvicorn",
        ) from None
    return uvicorn


def check_local(given: argparse.Namespace) -> None:
    """Refuse combinations that would let in more people than was meant."""
    if not given.insecure_local:
        if given.config is None:
            raise VeltConfigurationError("--config is needed, except with --insecure-local", field="--config")
        return
    if given.host not in LOOPBACK:
        raise VeltConfigurationError(
            f"--insecure-local listens on the loopback interface only, not on {given.host}", field="--host"
        )
    if given.authenticate or given.authorize:
        raise VeltConfigurationError(
            "--insecure-local asks nobody; leave --authenticate and --authorize out, or leave it out",
            field="--insecure-local",
        )


def hooks_of(
    given: argparse.Namespace, sdk: AsyncVeltSDK, settings: Settings
) -> Tuple[Optional[Authenticate], Optional[Authorize]]:
    """The hooks that the command line and the configuration name."""
    if given.insecure_local:
        logger.warning("velt.serve.insecure", extra={"velt_meaning": "everybody on this machine is let in"})
        return everybody, no_questions
    authenticate: Optional[Authenticate] = None
    if given.authenticate:
        authenticate = load_name(given.authenticate, "--authenticate")
    elif settings.resolver_auth is not None:
        authenticate = bearer(sdk)
    authorize: Optional[Authorize] = load_name(given.authorize, "--authorize") if given.authorize else None
    for option, hook in (("--authenticate", authenticate), ("--authorize", authorize)):
        if hook is None:
            logger.warning("velt.serve.closed", extra={"velt_missing": option})
    return authenticate, authorize


def with_base_url(settings: Settings, base_url: str, host: str) -> Settings:
    """Settings in which files are served from here, unless they say where they are."""
    files = settings.files
    if files is None or files.base_url or host in ("0.0.0.0", "::", ""):
        return settings
    return replace(settings, files=replace(files, base_url=base_url))


@contextlib.contextmanager
def listening(host: str, port: int) -> Generator[Tuple[socket.socket, str], None, None]:
    """A listening socket, and the address that leads to it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except (OSError, OverflowError) as error:
            raise VeltConfigurationError(
                f"--host {host} --port {port}: {getattr(error, 'strerror', None) or error}", field="--port"
            ) from None
        name = f"[{host}]" if ":" in host else host
        yield listener, f"http://{name}:{listener.getsockname()[1]}"


def frontend(given: argparse.Namespace) -> int:
    """Print the JavaScript that leads a Velt frontend to the routes at an address."""
    block = frontend_block(given.base_url)
    print(json.dumps({"url": given.base_url.rstrip("/"), "javascript": block}) if given.json else block)
    return 0


def announce(as_json: bool, listening_on: str, base_url: str, console: Optional[str]) -> None:
    """Say where the routes are: where this process listens, and where browsers reach them."""
    if as_json:
        print(json.dumps({"listening": listening_on, "url": base_url, "console": console}))
    else:
        print(f"Serving on {listening_on}\n\nPoint a Velt frontend at it:\n\n{frontend_block(base_url)}\n")
        if console:
            print(f"Look at what is stored: {console}\n")
    sys.stdout.flush()
