"""The permission provider: Velt's servers ask who may see what, a function of the application answers."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from typing import (
    Any,
    Callable,
    Dict,
    Generator,
    Iterable,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    Union,
    cast,
)

from velt_py._functions import is_async
from velt_py.exceptions import VeltConfigurationError, VeltValidationError
from velt_py.selfhosting.answers import dumps
from velt_py.selfhosting.bearer import token_in
from velt_py.selfhosting.validation import mapping, refuse, text
from velt_py.web.bodies import Chunks, check_length, check_plain, receive_json
from velt_py.web.features import Endpoint
from velt_py.web.hooks import check_hook
from velt_py.web.ids import checked_id
from velt_py.web.messages import Refused, Request, Response
from velt_py.web.signatures import Sign, signature_of, signer_of
from velt_py.web.site import Event, Site
from velt_py.web.steps import AskAll, Flow, Outcome, WebStep

__all__ = ["Decision", "PermissionRoute", "Question", "Resource"]

ROLES = ("viewer", "editor")
TYPES = ("organization", "folder", "document", "context")
LEAST_MILLISECONDS = 10**11
"""Smaller times are seconds: this is 1973 in milliseconds, and the year 5138 in seconds."""
MOST_MILLISECONDS = 10**14
MAX_BODY = 1024 * 1024
MAX_REQUESTS = 1000


class Resource(NamedTuple):
    """What somebody wants to see.

    Args:
        type: `organization`, `folder`, `document` or `context`.
        id: its id; for a context an opaque text.
        organizationId: the organization that it belongs to.
        source: what in the browser led to the question, for example `setDocuments`.
        parentFolderId: the folder of a document, None when it lies in none.
        context: the access context of a `context` question, as the browser gave it.
    """

    type: str
    id: str
    organizationId: str
    source: Optional[str] = None
    parentFolderId: Optional[str] = None
    context: Optional[Mapping[str, Any]] = None


class Question(NamedTuple):
    """One of the questions that `can_all` gets: may this user see this?"""

    user: str
    resource: Resource


@dataclass(frozen=True)
class Decision:
    """An answer with more than a role.

    Args:
        hasAccess: whether the user may see the resource.
        accessRole: `viewer` or `editor`, for documents; None leaves it to Velt.
        expiresAt: when Velt has to ask again: a `datetime` with a time zone, or milliseconds since 1970.

    Raises:
        VeltValidationError: for another role, a `datetime` without a time zone, and a number that looks like seconds.
    """

    hasAccess: bool
    accessRole: Optional[str] = None
    expiresAt: Union[datetime, int, None] = None

    def __post_init__(self) -> None:
        if not isinstance(cast(Any, self.hasAccess), bool):
            refuse("hasAccess", "True or False is needed")
        if self.accessRole is not None and self.accessRole not in ROLES:
            refuse("accessRole", "the roles are viewer and editor")
        object.__setattr__(self, "expiresAt", milliseconds(self.expiresAt))


def milliseconds(moment: Any) -> Optional[int]:
    """A time as Velt's servers want it here."""
    if moment is None:
        return None
    if isinstance(moment, datetime):
        if moment.utcoffset() is None:
            refuse("expiresAt", "a datetime needs a time zone, for example datetime.now(timezone.utc)")
        return int(moment.timestamp() * 1000)
    if isinstance(moment, bool) or not isinstance(moment, int):
        refuse("expiresAt", "a datetime with a time zone or whole milliseconds since 1970 are needed")
    if not LEAST_MILLISECONDS <= moment < MOST_MILLISECONDS:
        refuse(
            "expiresAt", "milliseconds since 1970 are needed here; this looks like seconds or is no such time"
        )
    return moment


DENIED = Decision(False)

Answer = Union[None, bool, str, Decision]
"""What the functions answer: a role, a `Decision`, True for access without saying a role; None and False deny."""

Can = Callable[[str, Resource], Any]
CanAll = Callable[[List[Question]], Any]


@dataclass(frozen=True)
class PermissionRoute:
    """The route that Velt's permission provider asks, for the `features` of a handler.

    Args:
        can: `can(user, resource)` returns an `Answer`, plain or awaited.
        can_all: instead of it, `can_all(questions)` returns a list of an `Answer` for each, in their order.
        auth_tokens: the `authToken` that Velt's permission provider was configured with, or several while it is being
            changed. Without any, nobody is answered.
        seconds: how long all questions of one request may take; what is not answered by then is denied.
        at_once: how many questions of one request `can` gets at the same time; by default one after the other for a
            plain function, and all for one that is awaited.
        path: below the mount.
        signed: have Velt sign each answer, for browser SDKs before 4.5.8-beta.2; newer ones need no signature. It
            needs `apiKey` and `authToken`, and is one more call to Velt for every answer, bounded by `seconds` too.

    Raises:
        VeltConfigurationError: when there is not exactly one function, or an argument is wrong.

    See https://docs.velt.dev/key-concepts/overview#access-control
    """

    can: Optional[Can] = None
    can_all: Optional[CanAll] = None
    auth_tokens: Union[str, Iterable[Optional[str]], None] = field(default=(), repr=False)
    seconds: float = 5.0
    at_once: Optional[int] = None
    path: str = "/permissions"
    signed: bool = False

    def __post_init__(self) -> None:
        if (self.can is None) == (self.can_all is None):
            raise VeltConfigurationError("can: give either `can` or `can_all`", field="can")
        if not self.seconds > 0:
            raise VeltConfigurationError("seconds: more than 0 seconds are needed", field="seconds")
        if self.at_once is not None and self.at_once < 1:
            raise VeltConfigurationError("at_once: at least 1 is needed", field="at_once")
        if not isinstance(cast(Any, self.signed), bool):
            raise VeltConfigurationError("signed: True or False is needed", field="signed")
        given = self.auth_tokens
        # A variable of the environment that is not set must not become a token.
        tokens = [token for token in ([given] if isinstance(given, str) else given or ()) if token]
        for token in tokens:
            if not isinstance(cast(Any, token), str) or not token.isascii() or token.strip() != token:
                raise VeltConfigurationError(
                    "auth_tokens: a token is a text of ASCII characters without spaces around it",
                    field="auth_tokens",
                )
        object.__setattr__(self, "auth_tokens", tuple(tokens))

    def endpoints(self, site: Site) -> Iterable[Endpoint]:
        """The route, for a handler."""
        check_hook("can", self.can, site.awaits)
        check_hook("can_all", self.can_all, site.awaits)

        sign = signer_of(site) if self.signed else None

        def answer(request: Request, event: Event) -> Flow:
            return self._answer(request, event, min(site.settings.limits.max_body_bytes, MAX_BODY), sign)

        return [Endpoint(self.path, "permissions", ("POST",), answer)]

    def _answer(self, request: Request, event: Event, limit: int, sign: Optional[Sign]) -> Flow:
        self._check_token(request)
        if request.content_type()[0] != "application/json":
            raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", "this route takes application/json in UTF-8")
        check_plain(request)
        check_length(request, limit)
        chunks = Chunks(limit)
        try:
            body = yield from receive_json(chunks)
        finally:
            event.received = chunks.size
        asked = [Asked.of(entry, f"data.requests[{at}]") for at, entry in enumerate(requests_in(body))]
        outcomes = yield from self._outcomes([one.question for one in asked if one.known])
        decisions = iter(judged(outcomes, event))
        data = [one.answered(next(decisions) if one.known else DENIED) for one in asked]
        envelope: Dict[str, Any] = {"data": data, "success": True, "statusCode": 200, "message": "ok"}
        if sign is not None:
            signature = yield from signature_of(sign, data, self.seconds, event)
            envelope.update({} if signature is None else {"signature": signature})
        return Response(200, list(HEADERS), dumps(envelope).encode())

    def _check_token(self, request: Request) -> None:
        tokens = cast(Tuple[str, ...], self.auth_tokens)
        if not tokens:
            raise Refused(403, "NOT_CONFIGURED", "nobody is answered before the server has `auth_tokens`")
        given = (token_in(request.headers, None, "authorization", "Bearer") or "").encode("utf-8", "replace")
        # All of them are compared, whichever is the right one.
        matches = [hmac.compare_digest(token.encode(), given) for token in tokens]
        if not any(matches):
            challenge = [("WWW-Authenticate", "Bearer")]
            raise Refused(
                401, "UNAUTHENTICATED", "this is not the token of the permission provider", challenge
            )

    def _outcomes(self, questions: List[Question]) -> Generator[WebStep, Any, List[Outcome]]:
        """What the application's function came to for each question."""
        if not questions:
            return []
        if self.can is not None:
            at_once = self.at_once or (len(questions) if is_async(self.can) else 1)
            each: List[Outcome] = yield AskAll(
                "can", self.can, [tuple(one) for one in questions], self.seconds, at_once
            )
            return each
        assert self.can_all is not None
        whole: List[Outcome] = yield AskAll("can_all", self.can_all, [(list(questions),)], self.seconds, 1)
        if whole[0].error is not None:
            return whole * len(questions)
        answers: Any = whole[0].value
        if not isinstance(answers, (list, tuple)) or len(cast(List[Any], answers)) != len(questions):
            wrong = VeltConfigurationError(
                "can_all: a list with one answer for each question is needed", field="can_all"
            )
            return [Outcome(error=wrong)] * len(questions)
        return [Outcome(value) for value in cast(List[Any], answers)]


HEADERS = (
    ("Content-Type", "application/json; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
)


def judged(outcomes: Iterable[Outcome], event: Event) -> List[Decision]:
    """The decisions that outcomes stand for. Whatever went wrong denies, and is logged once for each kind of error."""
    decisions: List[Decision] = []
    failures: Dict[str, BaseException] = {}
    for outcome in outcomes:
        decision, error = DENIED, outcome.error
        if error is None:
            try:
                decision = decided(outcome.value)
            except (VeltConfigurationError, VeltValidationError) as wrong:
                error = wrong
        if error is not None:
            failures.setdefault(type(error).__name__, error)
        decisions.append(decision)
    for error in failures.values():
        event.failed("velt.permission.failed", error)
    return decisions


def decided(answer: Any) -> Decision:
    """What the application's function answered."""
    if answer is None or answer is False:
        return DENIED
    if answer is True:
        return Decision(True)
    if isinstance(answer, str):
        return Decision(True, answer)
    if isinstance(answer, Decision):
        return answer
    raise VeltConfigurationError("can: a role, True, False, None or a Decision is needed", field="can")


def requests_in(body: Mapping[str, Any]) -> Sequence[Any]:
    """The list of what is asked."""
    data = mapping(body.get("data"), "data")
    requests = data.get("requests")
    if not isinstance(requests, list):
        refuse("data.requests", "a list of requests is needed")
    asked = cast(List[Any], requests)
    if len(asked) > MAX_REQUESTS:
        raise Refused(413, "TOO_LARGE", f"data.requests: at most {MAX_REQUESTS} are accepted at once")
    return asked


class Asked(NamedTuple):
    """One entry of a request.

    Args:
        question: what the application is asked.
        ids: what the answer repeats, as it was sent.
        known: whether this is a type that the application can be asked about; others are denied.
    """

    question: Question
    ids: Mapping[str, Any]
    known: bool

    @classmethod
    def of(cls, entry: Any, where: str) -> Asked:
        """An entry, checked.

        Raises:
            VeltValidationError: names what is missing or no id.
        """
        request = mapping(entry, where)
        resource = mapping(request.get("resource"), f"{where}.resource")
        ids: Dict[str, Any] = {
            "userId": request.get("userId"),
            "resourceId": resource.get("id"),
            "type": resource.get("type"),
            "organizationId": resource.get("organizationId"),
        }
        user = checked_id(ids["userId"], f"{where}.userId")
        id = checked_id(ids["resourceId"], f"{where}.resource.id")
        kind = checked_id(ids["type"], f"{where}.resource.type")
        organization = checked_id(ids["organizationId"], f"{where}.resource.organizationId")
        folder = resource.get("parentFolderId")
        context = resource.get("context")
        asked = Resource(
            kind,
            id,
            organization,
            text(resource.get("source"), f"{where}.resource.source"),
            None if folder in (None, "") else checked_id(folder, f"{where}.resource.parentFolderId"),
            None if context is None else mapping(context, f"{where}.resource.context"),
        )
        return cls(Question(user, asked), ids, kind in TYPES)

    def answered(self, decision: Decision) -> Dict[str, Any]:
        """The entry of the answer."""
        entry: Dict[str, Any] = {**self.ids, "hasAccess": decision.hasAccess}
        if (
            decision.hasAccess
            and decision.accessRole is not None
            and self.question.resource.type == "document"
        ):
            entry["accessRole"] = decision.accessRole
        if decision.expiresAt is not None:
            entry["expiresAt"] = decision.expiresAt
        return entry
