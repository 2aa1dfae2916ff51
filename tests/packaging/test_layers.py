"""Who may import whom. A room imports from the rooms below it only, and pure code does nothing that waits."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Dict, FrozenSet, Iterator, List, Set, Tuple

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"

GROUND = ("_functions", "_threads", "_nesting", "_version", "_lazy", "exceptions", "settings")
LOWER = (*GROUND, "config", "models")
ROOMS: Dict[str, Tuple[str, ...]] = {
    "_version": (),
    "_functions": (),
    "_threads": (),
    "_lazy": (),
    "_nesting": (),
    "exceptions": (),
    "settings": ("_version",),
    "config": GROUND,
    "models": GROUND,
    "net": (*GROUND, "config"),
    "api": (*LOWER, "net"),
    "selfhosting": (*LOWER, "net"),
    "privacy": (*LOWER, "api", "selfhosting"),
    "sdk": (*LOWER, "api", "selfhosting", "privacy"),
    "services": ("_lazy", "api", "selfhosting"),
    "database": ("_lazy", "selfhosting"),
    "backends": ("_lazy", "api", "sdk"),
    "web": (*LOWER, "sdk", "api", "selfhosting"),
    "webhooks": (*LOWER, "_lazy", "sdk", "selfhosting", "web"),
    "contrib": (*LOWER, "sdk", "selfhosting", "web", "webhooks"),
    # A page over the routes: it shows the inbox of the webhooks, and is served by the emulator and the command line.
    "console": (*LOWER, "_lazy", "selfhosting", "web", "webhooks"),
    # Not the stores: the emulator shows its own state in the console, through the web's requests and answers.
    "emulator": (*LOWER, "api", "web", "webhooks", "console"),
    # An SDK over the emulator, for the tests of applications.
    "testing": (*LOWER, "_lazy", "sdk", "webhooks", "emulator"),
    "cli": (*LOWER, "sdk", "api", "selfhosting", "web", "webhooks", "console", "emulator"),
    "__main__": ("cli",),
}
"""Each room, and the rooms that it may import from beside itself. `api` and `selfhosting` do not know each other."""

PURE: FrozenSet[str] = frozenset(
    [
        "_functions",
        "_nesting",
        "api.jobs",
        "api.token_rules",
        "cli.demo_lines",
        "config",
        "config.calls",
        "config.loading",
        "config.stores",
        "config.values",
        "console.paging",
        "console.searching",
        "console.shapes",
        "console.tallies",
        "emulator.assumptions",
        "emulator.choices",
        "emulator.filters",
        "emulator.identity",
        "emulator.openapi",
        "emulator.refusals",
        "emulator.replies",
        "emulator.urls",
        "emulator.workflow.urls",
        "exceptions",
        "models",
        "models.activity",
        "models.attachment",
        "models.base",
        "models.comment",
        "models.enums",
        "models.notification",
        "models.reaction",
        "models.recorder",
        "models.resolver_auth",
        "models.user",
        "selfhosting.adapters.dialect",
        "selfhosting.adapters.results",
        "selfhosting.answers",
        "selfhosting.bearer",
        "selfhosting.files.disposition",
        "selfhosting.files.keys",
        "selfhosting.files.plans",
        "selfhosting.files.rows",
        "selfhosting.files.rules",
        "selfhosting.merge",
        "selfhosting.migration.canonical",
        "selfhosting.migration.pieces",
        "selfhosting.migration.report",
        "selfhosting.migration.selection",
        "selfhosting.operation",
        "selfhosting.parsing",
        "selfhosting.plans",
        "selfhosting.privacy.events",
        "selfhosting.privacy.exporting",
        "selfhosting.privacy.fields",
        "selfhosting.privacy.looking",
        "selfhosting.privacy.person",
        "selfhosting.privacy.policy",
        "selfhosting.privacy.report",
        "selfhosting.privacy.rules",
        "selfhosting.privacy.scrub",
        "selfhosting.privacy.traces",
        "selfhosting.privacy.walking",
        "selfhosting.records",
        "selfhosting.requests",
        "selfhosting.scope",
        "selfhosting.services.activities",
        "selfhosting.services.comments",
        "selfhosting.services.notifications",
        "selfhosting.services.reactions",
        "selfhosting.services.recorders",
        "selfhosting.services.users",
        "selfhosting.stores.mongodb_pipeline",
        "selfhosting.stores.numbers",
        "selfhosting.stores.postgresql_schema",
        "selfhosting.stores.postgresql_sql",
        "selfhosting.user_schema",
        "selfhosting.users",
        "selfhosting.validation",
        "settings",
        "testing.calls",
        "testing.tenant",
        "web.cors",
        "web.frontend",
        "web.hooks",
        "web.ids",
        "web.messages",
        "web.ranges",
        "web.routes",
        "webhooks.events",
        "webhooks.inbox",
        "webhooks.mail",
        "webhooks.mentions",
        "webhooks.names",
        "webhooks.payloads",
        "webhooks.reader",
        "webhooks.samples",
        "webhooks.secrets",
        "webhooks.verify",
    ]
)
"""Modules that decide and do not act: nothing that they import, near or far, reads, writes, waits or starts."""

WAITING = """
    aiohttp asyncio boto3 botocore concurrent http.client http.server io multiprocessing psycopg psycopg_pool
    pymongo requests select selectors shutil socket sqlite3 ssl subprocess tempfile threading time urllib.request
    urllib3 uvicorn
"""
CLOCK_READERS: FrozenSet[str] = frozenset(["selfhosting.files.rows", "selfhosting.journal"])
"""Pure but for the clock: the time of day stands in what they make, durations in what they log."""

Imports = List[Tuple[str, bool]]
"""What a module imports, and whether it does so while it is itself imported."""


def modules() -> Iterator[Tuple[str, Path]]:
    for path in sorted((SOURCE / "velt_py").rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports_of(path: Path) -> Imports:
    found: Imports = []

    def visit(node: ast.AST, now: bool) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            now = False
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            now = False
        if isinstance(node, ast.Import):
            found.extend((alias.name, now) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative imports are not used here"
            found.extend((f"{node.module}.{alias.name}", now) for alias in node.names)
        for child in ast.iter_child_nodes(node):
            visit(child, now)

    visit(ast.parse(path.read_text(encoding="utf-8")), True)
    return found


ALL: Dict[str, Imports] = {name: imports_of(path) for name, path in modules()}


def module_of(name: str) -> str:
    """The module of ours that an imported name is or lies in; empty for others."""
    while name.startswith("velt_py"):
        if name in ALL:
            return name
        name = name.rpartition(".")[0]
    return ""


def room_of(module: str) -> str:
    """The room that a module lies in; empty for the package itself, which loads names of every room at first use."""
    return module.split(".")[1] if "." in module else ""


def waits(name: str) -> bool:
    return any(name == each or name.startswith(each + ".") for each in WAITING.split())


@pytest.mark.parametrize("module", sorted(name for name in ALL if room_of(name)))
def test_a_room_imports_from_the_rooms_below_it_only(module: str) -> None:
    room = room_of(module)
    assert room in ROOMS, f"{room} is a new room: say in ROOMS what it may import"
    for name, _ in ALL[module]:
        other = module_of(name)
        if other and room_of(other) != room:
            assert room_of(other) in ROOMS[room], f"{module} imports {other}"


def test_the_rooms_stand_on_each_other_without_a_circle() -> None:
    placed: Set[str] = set()
    for room, below in ROOMS.items():
        assert placed.issuperset(below), f"{room} stands in ROOMS before a room that it imports from"
        placed.add(room)


@pytest.mark.parametrize("module", sorted(PURE))
def test_pure_code_imports_nothing_that_waits_near_or_far(module: str) -> None:
    start = f"velt_py.{module}"
    assert start in ALL, f"{module} is gone: take it out of PURE"
    seen: Set[str] = set()
    ahead = [(start, (start,))]
    while ahead:
        current, path = ahead.pop()
        if current in seen:
            continue
        seen.add(current)
        for name, now in ALL[current]:
            if current == start or now:
                clock = name.startswith("time") and current[8:] in CLOCK_READERS
                assert not waits(name) or clock, f"{' -> '.join(path)} imports {name}"
            other = module_of(name)
            if other and now and other != "velt_py":
                ahead.append((other, (*path, other)))


@pytest.mark.parametrize("room", ["services", "database", "backends"])
def test_published_import_paths_hold_no_code_of_their_own(room: str) -> None:
    for module, path in modules():
        if room_of(module) != room:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            plain = isinstance(node, (ast.ImportFrom, ast.Assign, ast.If)) or (
                isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            )
            assert plain, f"{module}: line {node.lineno} is more than a re-export"
