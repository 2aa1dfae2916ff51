"""Answers of the console: its page, and the views as JSON. Pure, but for the page's files, which are read once."""

from __future__ import annotations

import hashlib
import json
import pkgutil
from functools import lru_cache
from typing import Any, Callable, Dict, Generator, List, Mapping, Tuple

from velt_py.console.source import DOCUMENT, ORGANIZATION, TEXT, THREAD, VIEWS, Source, Where
from velt_py.exceptions import VeltSDKError, VeltValidationError
from velt_py.selfhosting.answers import Result
from velt_py.selfhosting.validation import check_text, identifier
from velt_py.settings import Limits
from velt_py.web.access import Access
from velt_py.web.flow import enveloped
from velt_py.web.messages import Refused, Request, Response
from velt_py.web.steps import Flow, WebStep

__all__ = ["FILES", "Permit", "answer_file", "answer_moved", "answer_refused", "answer_start", "answer_view"]

Permit = Callable[[Access], Generator[WebStep, Any, None]]
"""Returns when this may be shown, raises `Refused` when not."""

FILES: Mapping[str, Tuple[str, str]] = {
    "": ("console.html", "text/html; charset=utf-8"),
    "console.css": ("console.css", "text/css; charset=utf-8"),
    "console.js": ("console.js", "text/javascript; charset=utf-8"),
    "elements.js": ("elements.js", "text/javascript; charset=utf-8"),
    "frame.js": ("frame.js", "text/javascript; charset=utf-8"),
    "places.js": ("places.js", "text/javascript; charset=utf-8"),
    "rows.js": ("rows.js", "text/javascript; charset=utf-8"),
    "console.svg": ("console.svg", "image/svg+xml"),
}
"""The page and what it loads, by the address below the console's."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
GUARDS: List[Tuple[str, str]] = [
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]
LONGEST_CURSOR = 1000
SHORTEST_TEXT, LONGEST_TEXT = 2, 200


@lru_cache(maxsize=None)
def content_of(name: str) -> Tuple[bytes, str]:
    """A file of the page, and its entity tag."""
    content = pkgutil.get_data("velt_py.console", f"static/{name}")
    assert content is not None, name
    return content, tag_of(content)


def tag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def answer_file(name: str, request: Request) -> Response:
    """The answer to a request for the page or what it loads."""
    file, kind = FILES[name]
    content, tag = content_of(file)
    headers = [("Content-Type", kind), ("Cache-Control", "no-cache"), ("ETag", tag), *GUARDS]
    if request.headers.get("if-none-match") == tag:
        return Response(304, headers)
    return Response(200, headers, content)


def answer_moved(name: str) -> Response:
    """The answer to an address without its last slash."""
    return Response(308, [("Location", f"{name}/"), ("Cache-Control", "no-cache"), *GUARDS])


def answer_refused(error: VeltSDKError) -> Response:
    """The answer to a request that cannot be answered otherwise."""
    return enveloped(Result(error=error))


def as_json(request: Request, found: Any, version: str = "") -> Response:
    """Something as JSON; 304 when the page has it already.

    Args:
        version: of what was looked at; the tag holds it beside the content, so that either tells that nothing changed.
    """
    content = json.dumps(found, separators=(",", ":")).encode()
    tag = tag_of(content)
    headers = headers_of(f'{tag[:-1]}.{version}"')
    if request.headers.get("if-none-match", "").partition(".")[0] == tag[:-1]:
        return Response(304, headers)
    return Response(200, headers, content)


def headers_of(tag: str) -> List[Tuple[str, str]]:
    """The headers of a view: what people wrote stays in no cache."""
    return [
        ("Content-Type", "application/json; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("ETag", tag),
        *GUARDS,
    ]


def where_of(name: str, parameters: Mapping[str, str], limits: Limits) -> Where:
    """What a request wants to look at.

    Raises:
        VeltValidationError: names the parameter that is missing or wrong; one that no view takes is not quoted.
    """
    view = VIEWS[name]
    given: Dict[str, str] = {}
    for key, value in parameters.items():
        if key not in (*view.needs, *view.takes, "after"):
            raise VeltValidationError("query: this view does not take all of these parameters", field="query")
        if value != "":
            given[key] = value
    for key in (ORGANIZATION, DOCUMENT, THREAD):
        if key in given or key in view.needs:
            given[key] = identifier(given.get(key, ""), key, limits)
    if TEXT in view.needs and not SHORTEST_TEXT <= len(given.get(TEXT, "")) <= LONGEST_TEXT:
        raise VeltValidationError(
            f"{TEXT}: between {SHORTEST_TEXT} and {LONGEST_TEXT} characters are needed", field=TEXT
        )
    check_text(given.get(TEXT, ""), TEXT)
    check_text(given.get("after", ""), "after")
    if len(given.get("after", "")) > LONGEST_CURSOR:
        raise VeltValidationError("after: no page gives a cursor of this length", field="after")
    return Where(
        given.get(ORGANIZATION, ""),
        given.get(DOCUMENT, ""),
        given.get(TEXT, ""),
        given.get("after", ""),
        given.get(THREAD, ""),
    )


def answer_view(source: Source, name: str, request: Request, permit: Permit) -> Flow:
    """The answer to a request for a view.

    Args:
        source: what is looked at.
        name: of the view; the source has it.
        request: names what is looked at in its query.
        permit: asks whether it may be shown.
    """
    where = where_of(name, request.parameters(), source.limits)
    version = source.version(name)
    if name == "organizations":
        page = yield from source.views[name](where)
        items: List[Dict[str, Any]] = []
        for item in page.items:
            if (yield from permitted(permit, "console.organizations", str(item["id"]))):
                items.append(item)
    else:
        documents = (where.document,) if where.document else None
        yield from permit(Access(f"console.{name}", where.organization, documents))
        known = request.headers.get("if-none-match", "")
        if version and known.endswith(f'.{version}"'):
            return Response(304, headers_of(known))
        page = yield from source.views[name](where)
        items = page.items
    return as_json(request, {"items": items, "next": page.next, **page.facts}, version)


def answer_start(source: Source, request: Request, permit: Permit, files: str) -> Flow:
    """The answer to the page's first question: what there is to see.

    Args:
        source: what is looked at.
        request: the request.
        permit: asks whether it may be shown.
        files: the address of stored files as seen from the page; empty without any.
    """
    views: List[str] = []
    for name, view in VIEWS.items():
        if name not in source.views:
            continue
        # What belongs to an organization is asked about with it.
        if view.needs or name == "organizations" or (yield from permitted(permit, f"console.{name}", "")):
            views.append(name)
    return as_json(request, {"title": source.title, "views": views, "files": files})


def permitted(permit: Permit, operation: str, organization: str) -> Generator[WebStep, Any, bool]:
    """Whether something may be shown."""
    try:
        yield from permit(Access(operation, organization))
    except Refused as refusal:
        if refusal.statusCode != 403:
            raise
        return False
    return True
