"""What is asked of every route, and what has to come back, whichever adapter serves it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

from tests.web.test_web_routes import POSTS
from tests.webserver import Client, form
from velt_py.web.routes import OPERATIONS
from velt_py.webhooks import sign_for_tests

ORIGIN = "https://app.example"
MEMBER = {"X-Organization": "acme"}
STRANGER: Mapping[str, str] = {}
RIVAL = {"X-Organization": "rival"}
PROVIDER = {"Authorization": "Bearer the token of the provider"}
WEBHOOK_SECRET = "whsec_plJ3nmyCDGBKInavdOK15jsl"
JSON = {"Content-Type": "application/json"}
MOST = 200_000
"""Bytes that the contract's servers accept, in JSON as in files."""
UNICODE = "Grüße 世界 🚀 \u202e"
METADATA = {"organizationId": "acme", "documentId": "plan"}


KINDS = (
    "ok",
    "bad JSON",
    "non-object",
    "too large",
    "no credentials",
    "wrong organization",
    "OPTIONS",
    "HEAD",
    "GET",
    "multipart",
    "unicode ids",
    "objects as ids",
    "slow client",
)
"""What every route is asked at least."""


@dataclass
class Case:
    """One request, and what has to come back.

    Args:
        name: what it is about.
        status: of the answer.
        code: the `errorCode` of its envelope, None when it succeeds.
        headers: some that the answer has to have.
        bodiless: whether the answer has no body.
        pieces: send the body in pieces, with pauses between them.
    """

    name: str
    method: str
    path: str
    status: int
    code: Optional[str] = None
    body: bytes = b""
    sent: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    bodiless: bool = False
    pieces: bool = False

    def ask(self, client: Client) -> Any:
        """Ask an adapter."""
        headers: Dict[str, str] = dict(self.sent)
        if self.method == "POST":
            headers["Content-Length"] = str(len(self.body))
        if self.pieces:
            return client.request(self.method, self.path, slowly(self.body), headers)
        return client.request(self.method, self.path, self.body if self.method == "POST" else None, headers)


def slowly(body: bytes) -> Iterator[bytes]:
    third = len(body) // 3
    for piece in (body[:third], body[third : 2 * third], body[2 * third :]):
        time.sleep(0.005)
        yield piece


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


def renamed(value: Any, id: Any) -> Any:
    """A request with all of its ids, but that of the organization, replaced."""
    if isinstance(value, dict):
        found = {}
        for key, entry in value.items():
            if key == "emails" or key.endswith("Ids"):
                found[key] = [id]
            elif key in ("id", "annotationId") or (key.endswith("Id") and key != "organizationId"):
                found[key] = id
            elif key in ANNOTATIONS and isinstance(id, str):
                (record,) = entry.values()
                found[key] = {id: renamed(record, id)}
            else:
                found[key] = renamed(entry, id)
        return found
    return value


ANNOTATIONS = ("commentAnnotation", "reactionAnnotation", "recorderAnnotation", "activity")


def options(path: str, allow: str) -> Case:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    answered = {
        "allow": allow,
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": allow,
        "vary": "Origin",
    }
    return Case("OPTIONS", "OPTIONS", path, 204, sent=asked, headers=answered, bodiless=True)


def refusals(path: str, good: bytes, known: Mapping[str, str]) -> List[Case]:
    """Bodies that no route accepts."""
    sent = {**JSON, **known}
    kind, parts = form([("request", None, good)])
    return [
        Case("bad JSON", "POST", path, 400, "INVALID_INPUT", b'{"a": 1', sent),
        Case("non-object", "POST", path, 400, "INVALID_INPUT", b'["acme"]', sent),
        Case("too large", "POST", path, 413, "TOO_LARGE", b" " * (MOST + 1), sent),
        Case("no content type", "POST", path, 415, "UNSUPPORTED_MEDIA_TYPE", good, known),
        Case(
            "multipart", "POST", path, 415, "UNSUPPORTED_MEDIA_TYPE", parts, {**known, "Content-Type": kind}
        ),
        Case(
            "compressed",
            "POST",
            path,
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            good,
            {**sent, "Content-Encoding": "gzip"},
        ),
    ]


def wrong_methods(path: str, methods: Tuple[str, ...], allow: str) -> List[Case]:
    return [
        Case(
            method,
            method,
            path,
            405,
            None if method == "HEAD" else "METHOD_NOT_ALLOWED",
            headers={"allow": allow},
            bodiless=method == "HEAD",
        )
        for method in methods
    ]


def operation(path: str, body: Mapping[str, Any]) -> List[Case]:
    good, sent = encoded(body), {**JSON, **MEMBER}
    cases = [
        Case("ok", "POST", path, 200, body=good, sent=sent),
        Case("from a page", "POST", path, 200, body=good, sent={**sent, "Origin": ORIGIN}, headers=ALLOWED),
        Case("no credentials", "POST", path, 401, "UNAUTHENTICATED", good, {**JSON, **STRANGER}),
        Case("wrong organization", "POST", path, 403, "FORBIDDEN", good, {**JSON, **RIVAL}),
        Case(
            "wrong origin", "POST", path, 403, "FORBIDDEN", good, {**sent, "Origin": "https://evil.example"}
        ),
        Case("unicode ids", "POST", path, 200, body=encoded(renamed(body, UNICODE)), sent=sent),
        Case("slow client", "POST", path, 200, body=good, sent=sent, pieces=True),
        options(path, "POST, OPTIONS"),
        *wrong_methods(path, ("HEAD", "GET", "PUT", "DELETE"), "POST, OPTIONS"),
        *refusals(path, good, MEMBER),
    ]
    objects = Case(
        "objects as ids", "POST", path, 400, "INVALID_INPUT", encoded(renamed(body, {"$gt": ""})), sent
    )
    if (
        path == "/activities/save"
    ):  # whose only ids are keys, which are texts in JSON; nothing else is looked at
        objects = replace(objects, status=200, code=None)
    cases.append(objects)
    organization = json.loads(json.dumps(body).replace('"acme"', '{"$ne": ""}'))
    cases.append(
        Case("an object as organization", "POST", path, 400, "VALIDATION_ERROR", encoded(organization), sent)
    )
    if OPERATIONS[path].upload is not None:
        cases = [case for case in cases if case.name != "multipart"] + uploads(path)
    return cases


ALLOWED = {
    "access-control-allow-origin": ORIGIN,
    "access-control-allow-credentials": "true",
    "vary": "Origin",
}


def uploads(path: str) -> List[Case]:
    def case(
        name: str, status: int, code: Optional[str], id: Any, content: bytes, who: Mapping[str, str]
    ) -> Case:
        request = {"attachment": {"attachmentId": id, "name": "a.png"}, "metadata": METADATA}
        kind, body = form([("file", "a.png", content), ("request", None, encoded(request))])
        return Case(name, "POST", path, status, code, body, {**who, "Content-Type": kind})

    kind, cut = form([("file", "a.png", b"abc"), ("request", None, b"{}")])
    return [
        case("multipart", 200, None, 71, b"abc" * 1000, MEMBER),
        case("multipart, unicode ids", 200, None, UNICODE, b"abc", MEMBER),
        case("multipart, objects as ids", 400, "INVALID_INPUT", {"$gt": ""}, b"abc", MEMBER),
        case("multipart, no credentials", 401, "UNAUTHENTICATED", 72, b"abc", STRANGER),
        case("multipart, wrong organization", 403, "FORBIDDEN", 72, b"abc", RIVAL),
        case("multipart, too large", 413, "INVALID_INPUT", 72, b"x" * (MOST + 1), MEMBER),
        Case(
            "multipart, cut off",
            "POST",
            path,
            400,
            "INVALID_INPUT",
            cut[:-20],
            {**MEMBER, "Content-Type": kind},
        ),
    ]


def without_body(path: str) -> List[Case]:
    """Bodies for a route that takes none: refused unread, whatever is in them."""
    kind, parts = form([("file", "a.png", b"abc")])

    def case(name: str, body: bytes, sent: Mapping[str, str] = JSON, pieces: bool = False) -> Case:
        headers = {**MEMBER, **sent}
        return Case(name, "POST", path, 405, "METHOD_NOT_ALLOWED", body, headers, pieces=pieces)

    return [
        case("bad JSON", b"{"),
        case("non-object", b"[]"),
        case("too large", b" " * (MOST + 1)),
        case("multipart", parts, {"Content-Type": kind}),
        case("slow client", b"{}" * 10, pieces=True),
    ]


def files() -> List[Case]:
    path = "/files/71?organizationId=acme"
    allow = "GET, HEAD, OPTIONS"
    part = {**MEMBER, "Range": "bytes=2-4"}
    encoded_id = "Gr%C3%BC%C3%9Fe%20%E4%B8%96%E7%95%8C%20%F0%9F%9A%80%20%E2%80%AE"
    shown = {"content-type": "image/png", "content-length": "3000", "accept-ranges": "bytes"}
    return [
        Case("ok", "GET", path, 200, sent=MEMBER, headers=shown),
        Case("GET", "GET", path, 200, sent=MEMBER, headers=shown),
        Case("HEAD", "HEAD", path, 200, sent=MEMBER, headers=shown, bodiless=True),
        Case("a part", "GET", path, 206, sent=part, headers={"content-range": "bytes 2-4/3000"}),
        Case("unicode ids", "GET", f"/files/{encoded_id}?organizationId=acme", 200, sent=MEMBER),
        Case("no credentials", "GET", path, 401, "UNAUTHENTICATED", sent=STRANGER),
        Case("wrong organization", "GET", path, 403, "FORBIDDEN", sent=RIVAL),
        Case("no organization", "GET", "/files/71", 400, "INVALID_INPUT", sent=MEMBER),
        Case("objects as ids", "GET", "/files/71?organizationId[$ne]=", 400, "INVALID_INPUT", sent=MEMBER),
        Case("unknown", "GET", "/files/nothing?organizationId=acme", 404, "NOT_FOUND", sent=MEMBER),
        options(path, allow),
        *wrong_methods(path, ("POST", "DELETE"), allow),
        *without_body(path),
    ]


def health(path: str) -> List[Case]:
    allow = "GET, HEAD, OPTIONS"
    return [
        Case("ok", "GET", path, 200, sent=MEMBER),
        Case("GET", "GET", path, 200),
        Case("HEAD", "HEAD", path, 200, bodiless=True),
        # Whoever asks, and for whatever: it tells of the server only.
        Case("no credentials", "GET", path, 200, sent=STRANGER),
        Case("wrong organization", "GET", path, 200, sent=RIVAL),
        Case("unicode ids", "GET", f"{path}?organizationId=%E4%B8%96", 200, sent=MEMBER),
        Case("objects as ids", "GET", f"{path}?organizationId[$ne]=", 200, sent=MEMBER),
        options(path, allow),
        *wrong_methods(path, ("POST",), allow),
        *without_body(path),
    ]


def token() -> List[Case]:
    path, allow = "/token", "GET, POST, OPTIONS"
    kind, parts = form([("request", None, b"{}")])
    return [
        Case("ok", "GET", path, 200, sent=MEMBER),
        Case("GET", "GET", path, 200, sent=MEMBER),
        # Nothing that is sent along is read: the token is that of who is signed in.
        Case("non-object", "POST", path, 200, body=b"[]", sent={**JSON, **MEMBER}),
        Case("multipart", "POST", path, 200, body=parts, sent={**MEMBER, "Content-Type": kind}),
        Case("unicode ids", "GET", f"{path}?userId=%E4%B8%96", 200, sent=MEMBER),
        Case("objects as ids", "POST", path, 200, body=b'{"userId": {"$gt": ""}}', sent={**JSON, **MEMBER}),
        Case("slow client", "POST", path, 200, body=b"{}" * 10, sent={**JSON, **MEMBER}, pieces=True),
        Case("posted", "POST", path, 200, body=b"{}", sent={**JSON, **MEMBER}),
        Case("from a page", "GET", path, 200, sent={**MEMBER, "Origin": ORIGIN}, headers=ALLOWED),
        Case("bad JSON", "POST", path, 200, body=b"{", sent={**JSON, **MEMBER}),
        Case("too large", "POST", path, 413, "TOO_LARGE", b" " * (MOST + 1), {**JSON, **MEMBER}),
        Case("no credentials", "GET", path, 401, "UNAUTHENTICATED", sent=STRANGER),
        Case("wrong organization", "GET", path, 403, "FORBIDDEN", sent=RIVAL),
        Case(
            "wrong origin", "GET", path, 403, "FORBIDDEN", sent={**MEMBER, "Origin": "https://evil.example"}
        ),
        options(path, allow),
        *wrong_methods(path, ("HEAD", "PUT"), allow),
    ]


def permissions() -> List[Case]:
    path, sent = "/permissions", {**JSON, **PROVIDER}

    def asked(id: Any, organization: str = "acme") -> bytes:
        resource = {"id": id, "type": "document", "source": "setDocuments", "organizationId": organization}
        return encoded({"data": {"requests": [{"userId": "ana", "resource": resource}]}})

    good = asked("plan")
    return [
        Case("ok", "POST", path, 200, body=good, sent=sent),
        Case("no credentials", "POST", path, 401, "UNAUTHENTICATED", good, JSON),
        Case("a user's credentials", "POST", path, 401, "UNAUTHENTICATED", good, {**JSON, **MEMBER}),
        Case("wrong organization", "POST", path, 200, body=asked("plan", "rival"), sent=sent),
        Case("unicode ids", "POST", path, 200, body=asked(UNICODE), sent=sent),
        Case("objects as ids", "POST", path, 400, "INVALID_INPUT", asked({"$gt": ""}), sent),
        Case("slow client", "POST", path, 200, body=good, sent=sent, pieces=True),
        options(path, "POST, OPTIONS"),
        *wrong_methods(path, ("HEAD", "GET"), "POST, OPTIONS"),
        *refusals(path, good, PROVIDER),
    ]


def webhooks() -> List[Case]:
    path = "/webhooks/velt"
    kind, parts = form([("request", None, b"{}")])

    def body(**metadata: Any) -> bytes:
        return encoded({"event": "comment.add", "data": {"metadata": {"organizationId": "acme", **metadata}}})

    def case(
        name: str,
        body: bytes,
        status: int = 200,
        code: Optional[str] = None,
        pieces: bool = False,
        **sent: str,
    ) -> Case:
        signed = {**JSON, **sign_for_tests(body, WEBHOOK_SECRET, id=name.replace(" ", "_")), **sent}
        return Case(name, "POST", path, status, code, body, signed, pieces=pieces)

    return [
        case("ok", body()),
        Case("no credentials", "POST", path, 401, "WEBHOOK_UNVERIFIED", body(), JSON),
        Case("a user's credentials", "POST", path, 401, "WEBHOOK_UNVERIFIED", body(), {**JSON, **MEMBER}),
        case("a wrong signature", body(), 401, "WEBHOOK_UNVERIFIED", **{"webhook-signature": "v1,AAAA"}),
        case("a malformed signature", body(), 400, "WEBHOOK_REFUSED", **{"webhook-signature": "v1,%"}),
        # Velt tells of every organization; whom it concerns is the functions' business.
        case("wrong organization", body(organizationId="rival"), **RIVAL),
        case("bad JSON", b'{"a": 1', 400, "WEBHOOK_REFUSED"),
        case("non-object", b'["acme"]', 400, "WEBHOOK_REFUSED"),
        case("too large", b" " * (MOST + 1), 413, "TOO_LARGE"),
        case("multipart", parts, 400, "WEBHOOK_REFUSED", **{"Content-Type": kind}),
        case("compressed", body(), 415, "UNSUPPORTED_MEDIA_TYPE", **{"Content-Encoding": "gzip"}),
        case("unicode ids", body(documentId=UNICODE)),
        case("objects as ids", body(documentId={"$gt": ""}, organizationId={"$ne": ""})),
        case("slow client", body(), pieces=True),
        options(path, "POST, OPTIONS"),
        *wrong_methods(path, ("HEAD", "GET", "PUT"), "POST, OPTIONS"),
    ]


def unknown() -> List[Case]:
    return [
        Case(f"{method} {path}", method, path, 404, "NOT_FOUND", b"{}" if method == "POST" else b"", MEMBER)
        for method in ("GET", "POST", "OPTIONS", "PUT")
        for path in ("/nothing", "/comments", "/comments/get/", "/files/", "/files/a/b")
    ]


CASES: Dict[str, List[Case]] = {
    **{path: operation(path, body) for path, body in POSTS if path.endswith("save")},
    "/files": files(),
    **{path: operation(path, body) for path, body in POSTS if not path.endswith("save")},
    "/healthz": health("/healthz"),
    "/healthz/live": health("/healthz/live"),
    "/token": token(),
    "/permissions": permissions(),
    "/webhooks/velt": webhooks(),
    "unknown": unknown(),
}
"""By route, in an order in which things are stored before they are read."""
