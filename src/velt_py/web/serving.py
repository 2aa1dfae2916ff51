"""Serving a stored file to who may see it: as a stream, in parts, or by a redirect to a signed URL."""

from __future__ import annotations

import re
from typing import Any, Callable, Generator, List, Mapping, Optional, Tuple

from velt_py.exceptions import VeltNotFoundError, VeltValidationError
from velt_py.selfhosting.answers import Result
from velt_py.selfhosting.files.base import StoredFile
from velt_py.selfhosting.files.plans import FileFacts, OpenFile, StatFile
from velt_py.selfhosting.plans import Read
from velt_py.web.access import Access, continued, touched_by
from velt_py.web.messages import Request, Response
from velt_py.web.ranges import asked_slice, is_known
from velt_py.web.routes import FILE, file_id
from velt_py.web.site import Site
from velt_py.web.steps import Do, Finish, Flow, WebStep

__all__ = ["answer_file"]

Authorizing = Callable[[Access], Generator[WebStep, Any, None]]
"""Returns when the principal may do this, raises when not."""

TYPE = re.compile(r"[\w.+-]+/[\w.+-]+\Z", re.ASCII)
CACHE = ("Cache-Control", "private, no-cache")
"""Browsers keep the bytes, and ask each time whether they may still show them."""
HARMLESS = [
    ("X-Content-Type-Options", "nosniff"),
    (
        "Content-Security-Policy",
        "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox",
    ),
]
"""What people uploaded never runs as a page of the application."""


def answer_file(site: Site, request: Request, authorize: Authorizing) -> Flow:
    """The answer to GET and HEAD of a file.

    Args:
        site: whose file.
        request: names the organization in its query.
        authorize: asks whether the access may happen.
    """
    parameters = request.parameters()
    if not parameters.get("organizationId"):
        raise VeltValidationError(
            "organizationId: the query has to name the organization", field="organizationId"
        )
    body = {"organizationId": parameters["organizationId"], "attachmentId": file_id(request.path)}
    call = site.call(FILE.service, FILE.call)
    steps = call.steps(body)
    try:
        first = next(steps)
        assert isinstance(first, Read)
        records = yield Do(call.runner, first)
        touched = touched_by(call.name, first, body, site.settings)
        yield from authorize(touched.with_stored(records))
        found: Result = yield Finish(call.runner, continued(steps, records))
    finally:
        steps.close()
    facts: Mapping[str, Any] = found.data
    if facts.get("url"):
        return Response(302, [("Location", facts["url"]), ("Cache-Control", "no-store")])
    return (yield from stored_file(call.runner, request, facts))


def stored_file(runner: Any, request: Request, facts: Mapping[str, Any]) -> Flow:
    """The bytes themselves."""
    etag: str = facts["etag"]
    if is_known(request, etag):
        return Response(304, [("ETag", etag), CACHE])
    stat: Optional[FileFacts] = yield Do(runner, StatFile(facts["key"]))
    if stat is None:
        raise gone()
    part = asked_slice(request, stat.size, etag)
    start, end = part or (0, stat.size)
    headers = file_headers(facts, etag)
    if part is not None:
        headers.append(("Content-Range", f"bytes {start}-{end - 1}/{stat.size}"))
    response = Response(206 if part is not None else 200, headers, length=end - start)
    if request.method != "HEAD":
        opened: Optional[StoredFile] = yield Do(runner, OpenFile(facts["key"], start, end))
        if opened is None:
            raise gone()
        response.stream = opened.stream
    return response


def file_headers(facts: Mapping[str, Any], etag: str) -> List[Tuple[str, str]]:
    kind = str(facts["mimeType"])
    return [
        ("Content-Type", kind if TYPE.match(kind) else "application/octet-stream"),
        ("Content-Disposition", facts["disposition"]),
        ("ETag", etag),
        ("Accept-Ranges", "bytes"),
        CACHE,
        *HARMLESS,
    ]


def gone() -> VeltNotFoundError:
    return VeltNotFoundError("attachments: the file of this attachment is not there")
