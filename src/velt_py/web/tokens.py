"""The token route: a token with which the browser of the signed-in user identifies at Velt."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Union, cast

from velt_py.api.token_cache import AsyncTokenCache, TokenCache
from velt_py.exceptions import VeltConfigurationError, VeltSDKError, VeltValidationError
from velt_py.selfhosting.answers import Result
from velt_py.selfhosting.validation import mapping, refuse
from velt_py.web.bodies import check_length
from velt_py.web.features import Endpoint
from velt_py.web.flow import authenticated, check_origin, enveloped, not_configured
from velt_py.web.hooks import check_hook
from velt_py.web.ids import checked_id
from velt_py.web.messages import Refused, Request
from velt_py.web.site import Event, Site
from velt_py.web.steps import Ask, Flow

__all__ = ["Grant", "TokenRoute"]

TYPES = ("organization", "document", "folder")
ROLES = ("viewer", "editor")
MOST_SECONDS = 10**11
"""Larger times are milliseconds."""
LEAST_LEFT = 60
"""Seconds; a permission that ends sooner is left out of a token."""

Resources = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Grant:
    """Whom a token names, and what it lets them see.

        Grant("ana", [{"type": "organization", "id": "acme"}], {"name": "Ana", "email": "ana@acme.example"})

    Args:
        userId: the user, as the browser identifies them.
        resources: what they may see, each `{"type", "id", "organizationId", "accessRole", "expiresAt"}`: the type is
            `organization`, `document` or `folder`; the organization is needed for documents and folders; the role is
            `viewer` or `editor`, Velt's default; the end is a `datetime` with a time zone or in seconds since 1970.
        userProperties: facts that the token vouches for: `name`, `email`, `isAdmin`.

    Raises:
        VeltValidationError: names what is wrong.
    """

    userId: Union[str, int]
    resources: Resources
    userProperties: Optional[Mapping[str, Any]] = None

    def __post_init__(self) -> None:
        checked_id(self.userId, "userId")
        resources: Any = self.resources
        if not isinstance(resources, (list, tuple)) or not resources:
            refuse("resources", "a list of at least one resource is needed; for nobody return None")
        checked = [resource(entry, f"resources[{at}]") for at, entry in enumerate(cast(List[Any], resources))]
        properties = mapping(self.userProperties or {}, "userProperties")
        if "organizationId" in properties:
            refuse("userProperties.organizationId", "the organization belongs into `resources`")
        object.__setattr__(self, "resources", checked)
        object.__setattr__(self, "userProperties", properties)

    def arguments(self, now: float) -> Dict[str, Any]:
        """The arguments of `generateToken`.

        Args:
            now: seconds since 1970.
        """
        resources = [entry for entry in (lasting(each, now) for each in self.resources) if entry is not None]
        return {
            "userId": str(self.userId),
            "userProperties": self.userProperties,
            "permissions": {"resources": resources},
        }


def resource(entry: Any, where: str) -> Dict[str, Any]:
    """A resource as it is sent, checked."""
    found = mapping(entry, where)
    if found.get("type") not in TYPES:
        refuse(f"{where}.type", "organization, document or folder is needed")
    found["id"] = checked_id(found.get("id"), f"{where}.id")
    if found["type"] != "organization" or found.get("organizationId") is not None:
        found["organizationId"] = checked_id(found.get("organizationId"), f"{where}.organizationId")
    if found.get("accessRole") not in (None, *ROLES):
        refuse(f"{where}.accessRole", "the roles are viewer and editor")
    if found.get("expiresAt") is not None:
        found["expiresAt"] = seconds(found["expiresAt"], f"{where}.expiresAt")
    return {key: value for key, value in found.items() if value is not None}


def seconds(moment: Any, field: str) -> int:
    """A time as `generateToken` takes it: in seconds, where the permission provider has milliseconds."""
    if isinstance(moment, datetime):
        if moment.utcoffset() is None:
            refuse(field, "a datetime needs a time zone, for example datetime.now(timezone.utc)")
        return int(moment.timestamp())
    if isinstance(moment, bool) or not isinstance(moment, (int, float)) or not 0 < moment < MOST_SECONDS:
        refuse(field, "a datetime with a time zone or seconds since 1970 are needed here, not milliseconds")
    return int(moment)


def lasting(entry: Mapping[str, Any], now: float) -> Optional[Mapping[str, Any]]:
    """A resource with its end rounded down, None when that is over.

    An application that grants "one hour from now" would otherwise ask for something new at every call, and get a new
    token from Velt each time.
    """
    end = entry.get("expiresAt")
    if end is None:
        return entry
    step = 300 if end - now > 3000 else 30
    end -= end % step
    return {**entry, "expiresAt": end} if end - now >= LEAST_LEFT else None


@dataclass(frozen=True)
class TokenRoute:
    """The route that hands a token to the browser of the signed-in user, for the `features` of a handler.

    Who is asking, `authenticate` says. The token comes from Velt (`accessControl.generateToken`) and is kept until it
    has to be renewed, so that Velt is not called for every page.

    Args:
        grant: `grant(principal)` returns a `Grant`, or None when this principal gets no token; plain or awaited.
        path: below the mount.

    See https://docs.velt.dev/get-started/advanced#jwt-tokens
    """

    grant: Callable[[Any], Any]
    path: str = "/token"

    def endpoints(self, site: Site) -> Iterable[Endpoint]:
        """The route, for a handler.

        Raises:
            VeltConfigurationError: for a `grant` that cannot be called, and without Velt's credentials.
        """
        check_hook("grant", self.grant, site.awaits)
        for key in ("apiKey", "authToken"):
            if not getattr(site.settings, key):
                raise VeltConfigurationError(
                    f"configuration key {key!r}: the token route needs it to get tokens from Velt", field=key
                )
        fetch = site.sdk.api.accessControl.generateToken
        cache = AsyncTokenCache(fetch) if site.awaits else TokenCache(fetch)

        def answer(request: Request, event: Event) -> Flow:
            return self._answer(site, cache, request, event)

        return [Endpoint(self.path, "token", ("GET", "POST"), answer, signed_in=True)]

    def _answer(
        self, site: Site, cache: Union[TokenCache, AsyncTokenCache], request: Request, event: Event
    ) -> Flow:
        check_origin(site, request)
        if site.authenticate is None:
            raise not_configured("authenticate")
        check_length(request, site.settings.limits.max_body_bytes)
        principal = yield from authenticated(site, request, event)
        try:
            grant = yield Ask("grant", self.grant, (principal,))
            arguments = arguments_of(grant)
        except Exception as error:  # noqa: BLE001 - a hook that fails grants nothing
            event.failed("velt.grant.failed", error)
            raise Refused(
                500,
                "INTERNAL_ERROR",
                "what this user is granted could not be found out",
                (),
                event.correlation,
            ) from None
        if arguments is None:
            raise Refused(403, "FORBIDDEN", "token: this user gets none")
        try:
            token: str = yield Ask("token", partial(cache.get, **arguments), ())
        except VeltSDKError as error:
            event.failed("velt.grant.unanswered", error)
            status = 500 if isinstance(error, (VeltConfigurationError, VeltValidationError)) else 502
            raise Refused(status, "TOKEN_ERROR", "Velt gave no token", (), event.correlation) from None
        return enveloped(Result(data={"token": token}))


def arguments_of(grant: Any) -> Optional[Dict[str, Any]]:
    """The arguments of `generateToken`, None when nothing is granted (any more)."""
    if grant is None or grant is False:
        return None
    if not isinstance(grant, Grant):
        raise VeltConfigurationError("grant: a Grant or None is needed", field="grant")
    arguments = grant.arguments(time.time())
    return arguments if arguments["permissions"]["resources"] else None
