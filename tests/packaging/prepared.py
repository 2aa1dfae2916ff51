"""What whoever types the commands of a page has already: a configuration, a store with something in it, an application.

What stands in the page itself is taken from there.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Callable, Dict

from tests.guides import ROOT, samples_of
from velt_py import VeltSDK
from velt_py.emulator import Emulator, EmulatorServer

__all__ = ["PREPARED", "Variables"]

DOCS = ROOT / "docs"
Variables = Dict[str, str]
"""Of the environment."""


def configured(folder: Path, name: str = "velt.json", **more: Any) -> Dict[str, Any]:
    """Write a configuration over SQLite and a folder of files."""
    stem = name.split(".")[0]
    config = {
        "database": {"type": "sqlite", "path": str(folder / f"{stem}.db")},
        "files": {"type": "folder", "path": str(folder / f"{stem}-files")},
        **more,
    }
    (folder / name).write_text(json.dumps(config), encoding="utf-8")
    return config


def filled(folder: Path, name: str = "velt.json", **more: Any) -> None:
    """And store a thread of Ana's in it."""
    comment = {"commentId": 1, "commentText": "May, not April.", "from": {"userId": "u-ana"}}
    with VeltSDK.initialize(configured(folder, name, **more)) as sdk:
        saved = sdk.selfHosting.comments.saveComments("acme", {"t": {"comments": {"1": comment}}})
        assert saved["success"]


def application(folder: Path, name: str, *lines: str) -> None:
    """Write a module of the package `myapp`."""
    (folder / "myapp").mkdir(exist_ok=True)
    (folder / "myapp" / name).write_text("\n".join(lines), encoding="utf-8")


def sample(page: str, number: int) -> str:
    return samples_of(DOCS / page, "python")[number][1]


def cli(folder: Path, stack: ExitStack) -> Variables:
    [(_, config)] = samples_of(DOCS / "cli.md", "json")
    (folder / "velt.json").write_text(config, encoding="utf-8")
    return {}


def console(folder: Path, stack: ExitStack) -> Variables:
    configured(folder)
    application(folder, "velt.py", "def authenticate(request): ...", sample("console.md", 1))
    return {}


def django(folder: Path, stack: ExitStack) -> Variables:
    from tests.django import guide_project

    guide_project.write(folder)
    return {}


def files(folder: Path, stack: ExitStack) -> Variables:
    configured(folder)
    return {}


def flask(folder: Path, stack: ExitStack) -> Variables:
    # The extension of the page, with a receiver of webhooks among its features.
    parts = [
        "from velt_py.webhooks import Webhooks",
        sample("flask.md", 0),
        sample("flask.md", 1).replace("    app,\n", '    app,\n    features=[Webhooks({"v1": "token"})],\n'),
    ]
    (folder / "app.py").write_text("\n".join(parts), encoding="utf-8")
    return {}


def http(folder: Path, stack: ExitStack) -> Variables:
    configured(folder)
    application(folder, "velt.py", "def session_of(cookie): ...", sample("http.md", 0))
    return {}


def migration(folder: Path, stack: ExitStack) -> Variables:
    filled(folder, "old.json")
    configured(folder, "new.json")
    return {}


def operations(folder: Path, stack: ExitStack) -> Variables:
    filled(folder)
    return {}


def permissions(folder: Path, stack: ExitStack) -> Variables:
    application(
        folder,
        "velt.py",
        "from velt_py import AsyncVeltSDK",
        "from velt_py.web.asgi import asgi_app",
        sample("permissions.md", 0),
        'sdk = AsyncVeltSDK.initialize({"apiKey": "key", "authToken": "token"})',
        "app = asgi_app(sdk, authenticate=lambda request: None, features=features)",
    )
    return {}


def privacy(folder: Path, stack: ExitStack) -> Variables:
    emulator = Emulator()
    stack.callback(emulator.close)
    server = stack.enter_context(EmulatorServer(emulator, port=0))
    filled(folder, apiKey="key", authToken="token")
    return {"VELT_API_BASE_URL": server.url}


def testing(folder: Path, stack: ExitStack) -> Variables:
    lines = (
        "from velt_py import VeltSDK",
        "def test_the_environment_leads_to_the_emulator():",
        "    with VeltSDK.initialize({'raiseOnError': True}) as sdk:",
        "        assert sdk.api.organizations.addOrganizations(organizations=[{'organizationId': 'acme'}])",
    )
    (folder / "test_application.py").write_text("\n".join(lines), encoding="utf-8")
    return {}


def webhooks(folder: Path, stack: ExitStack) -> Variables:
    configured(folder)
    application(
        folder,
        "hooks.py",
        "from velt_py import AsyncVeltSDK",
        "from velt_py.web.asgi import asgi_app",
        sample("webhooks.md", 0),
        'app = asgi_app(AsyncVeltSDK.initialize({"database": {"type": "memory"}}), features=[webhooks])',
    )
    return {}


PREPARED: Dict[str, Callable[[Path, ExitStack], Variables]] = {
    "cli.md": cli,
    "console.md": console,
    "django.md": django,
    "files.md": files,
    "flask.md": flask,
    "http.md": http,
    "migration.md": migration,
    "operations.md": operations,
    "permissions.md": permissions,
    "privacy.md": privacy,
    "testing.md": testing,
    "webhooks.md": webhooks,
}
"""By page: writes what is there into a folder, and gives the variables of the environment."""
