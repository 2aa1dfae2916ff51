"""Parts of the pages that are made from the code when the site is built.

A page says `<!-- made: NAME -->` where the part of that name goes; read as plain Markdown the line is not there.
"""

from __future__ import annotations

import argparse
import posixpath
import re
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Tuple

__all__ = ["BESIDE", "SECTIONS", "expanded", "relinked"]

DOCS = Path(__file__).resolve().parent
MARK = re.compile(r"^<!-- made: (\w+) -->$", re.MULTILINE)
LINK = re.compile(r"\]\(((?:\.\./)+[\w/.-]+?\.md)(#[^)]*)?\)")

BESIDE = {
    "examples/README.md": "examples",
    "examples/django/README.md": "examples",
    "examples/fastapi/README.md": "examples",
    "examples/flask/README.md": "examples",
}
"""Pages beside docs/, and the page of the site that tells of them."""


SELF_HOSTING = {
    "comments": "comments.CommentService",
    "reactions": "reactions.ReactionService",
    "recorders": "recorders.RecorderService",
    "attachments": "attachments.AttachmentService",
    "users": "users.UserService",
    "notifications": "notifications.NotificationService",
    "activities": "activities.ActivityService",
}
"""Services of `sdk.selfHosting`: where their classes are."""


def expanded(text: str) -> str:
    """A page with its made parts.

    Raises:
        KeyError: it asks for a part that there is none of.
    """
    return MARK.sub(lambda found: SECTIONS[found.group(1)](), text)


def relinked(text: str, docname: str) -> str:
    """A page whose links to pages beside docs/ lead to their place in the site."""
    folder = posixpath.dirname(docname)

    def led(found: Any) -> str:
        target = posixpath.normpath(posixpath.join("docs", folder, found.group(1)))
        place = BESIDE.get(target)
        if place is None:
            return str(found.group(0))
        return f"]({posixpath.relpath(place, folder or '.')}.md)"

    return LINK.sub(led, text)


def further() -> str:
    """The pages that index.md does not name in one of its lists."""
    named = (DOCS / "index.md").read_text(encoding="utf-8").splitlines()
    pages = [path.stem for path in sorted(DOCS.glob("*.md")) if path.stem not in (*named, "index")]
    return "\n".join(["```{toctree}", ":caption: Further", ":hidden:", ":titlesonly:", "", *pages, "```"])


def coverage() -> str:
    """Which operations are emulated, by service."""
    from velt_py.emulator.areas import RULES
    from velt_py.emulator.routes import make_routes

    by_service: Dict[str, List[Tuple[str, bool]]] = {}
    for route in sorted(make_routes().values(), key=lambda route: route.name):
        service, _, method = route.name.partition(".")
        by_service.setdefault(service, []).append((method, route.name in RULES))
    rows = [["service", "emulated", "not yet"]]
    for service, methods in by_service.items():
        there = [method for method, known in methods if known]
        missing = ", ".join(f"`{method}`" for method, known in methods if not known)
        rows.append([f"`{service}`", f"{len(there)} of {len(methods)}", missing])
    total = sum(len(methods) for methods in by_service.values())
    done = sum(known for methods in by_service.values() for _, known in methods)
    return f"{done} of {total} operations are emulated.\n\n" + table(rows)


def assumptions() -> str:
    """What the emulator had to decide."""
    from velt_py.emulator.assumptions import ASSUMPTIONS

    rows = [["assumption", "what was decided", "operations that rest on it", "`--assume`"]]
    for entry in ASSUMPTIONS.values():
        names = ", ".join("all" if name == "*" else f"`{name}`" for name in entry.operations)
        rows.append([f"`{entry.id}`", entry.text, names, " ".join(f"`{each}`" for each in entry.choices)])
    return f"{len(ASSUMPTIONS)} assumptions.\n\n" + table(rows)


def selfhosting() -> str:
    """The operations over the own store, by service."""
    import dataclasses
    import importlib

    from velt_py.selfhosting.operation import ResolverOperation

    rows = [["service", "operation", "request object", "its fields"]]
    told: List[str] = []
    for name, place in SELF_HOSTING.items():
        module, _, service = place.partition(".")
        told.append(f".. autoclass:: velt_py.selfhosting.services.{place}\n\n")
        found = getattr(importlib.import_module(f"velt_py.selfhosting.services.{module}"), service)
        for method, operation in vars(found).items():
            if isinstance(operation, ResolverOperation):
                request: Any = operation.request
                fields = dataclasses.fields(request) if dataclasses.is_dataclass(request) else ()
                named = ", ".join(f"`{field.name}`" for field in fields if not field.name.startswith("_"))
                body = f"`{request.__name__}`" if named else "a dictionary"
                rows.append([f"`{name}`", f"`{method}`", body, named])
                place_of = f"velt_py.selfhosting.services.{place}.{method}"
                told.append(f"   .. autoattribute:: {place_of}\n      :no-value:\n\n")
    return f"{table(rows)}\n```{{eval-rst}}\n{''.join(told)}```\n"


def scripted() -> str:
    """The operations that take scripts."""
    from velt_py.emulator.scripts import SCRIPTED

    return ", ".join(f"`{name}`" for name in SCRIPTED) + "\n"


def commands() -> str:
    """Every command of `velt` with its arguments."""
    from velt_py.cli.command import make_parser

    return "\n".join(described("velt", make_parser(), 1))


def described(name: str, parser: argparse.ArgumentParser, depth: int) -> Iterator[str]:
    rows = [["argument", "meaning"]]
    below: List[Tuple[str, argparse.ArgumentParser]] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            below = [(f"{name} {word}", each) for word, each in action.choices.items()]
        elif not isinstance(action, argparse._HelpAction):
            rows.append([f"`{spelled(action)}`", helped(action)])
    if depth > 1:
        yield f"{'#' * depth} `{name}`\n"
        if parser.description:
            yield f"{parser.description}\n"
        if len(rows) > 1:
            yield table(rows) + "\n"
    for word, each in below:
        yield from described(word, each, depth + 1)


def spelled(action: argparse.Action) -> str:
    wanted = action.metavar or ("|".join(map(str, action.choices)) if action.choices else None)
    if not action.option_strings:
        return str(wanted or action.dest)
    value = "" if action.nargs == 0 else f" {wanted or action.dest.upper()}"
    return ", ".join(action.option_strings) + value


def helped(action: argparse.Action) -> str:
    return ((action.help or "") % vars(action)) if action.help != argparse.SUPPRESS else ""


def table(rows: List[List[str]]) -> str:
    """A Markdown table; the first row is its head."""
    cells = [
        [re.sub(r"\s+", " ", cell).replace("|", "\\|").replace("*", "\\*") for cell in row] for row in rows
    ]
    head, *rest = ["| " + " | ".join(row) + " |" for row in cells]
    return "\n".join([head, "|" + "---|" * len(rows[0]), *rest]) + "\n"


SECTIONS: Dict[str, Callable[[], str]] = {
    "coverage": coverage,
    "assumptions": assumptions,
    "commands": commands,
    "scripted": scripted,
    "selfhosting": selfhosting,
    "further": further,
}
