"""What a handler was set up with."""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass, field, replace
from typing import Any, Dict, Iterable, Mapping, Optional, Tuple, Union

from velt_py._functions import places_of
from velt_py.exceptions import VeltSDKError
from velt_py.settings import Settings
from velt_py.web.access import Authenticate, Authorize
from velt_py.web.cors import CrossOrigin
from velt_py.web.features import Endpoint, Feature, Watching, endpoints_of
from velt_py.web.hooks import check_hook
from velt_py.web.messages import Request, Response
from velt_py.web.routes import Route

__all__ = ["Event", "Site", "logger"]

logger = logging.getLogger("velt_py.web")

NO_ENDPOINTS: Mapping[str, Endpoint] = {}


@dataclass(frozen=True)
class Site:
    """What a handler was set up with.

    Args:
        settings: the configuration of the SDK.
        selfHosting: the services.
        sdk: the SDK itself.
        awaits: whether the handler can await.
        authenticate, authorize: the hooks of the application; without both of them every route but that for
            health checks answers 403.
        origins: who may call from other origins.
        features: what brings routes of its own.
        endpoints: the routes of features by their path.
        watching: the features that are told of answered requests.
    """

    settings: Settings
    selfHosting: Any
    sdk: Any
    awaits: bool
    authenticate: Optional[Authenticate] = None
    authorize: Optional[Authorize] = None
    origins: CrossOrigin = field(default_factory=CrossOrigin)
    features: Tuple[Feature, ...] = ()
    endpoints: Mapping[str, Endpoint] = field(default_factory=lambda: NO_ENDPOINTS)
    watching: Tuple[Watching, ...] = ()

    @classmethod
    def of(
        cls,
        sdk: Any,
        awaits: bool,
        authenticate: Optional[Authenticate],
        authorize: Optional[Authorize],
        origins: Iterable[str],
        allow_headers: Iterable[str],
        features: Iterable[Feature],
    ) -> Site:
        """The site of an SDK.

        Raises:
            VeltConfigurationError: for a hook that cannot be called, a wrong origin, a feature that cannot work.
        """
        check_hook("authenticate", authenticate, awaits)
        check_hook("authorize", authorize, awaits)
        allowed = CrossOrigin(origins, allow_headers)
        given = tuple(features)
        site = cls(sdk._settings, sdk.selfHosting, sdk, awaits, authenticate, authorize, allowed, given)
        watching = tuple([each for each in given if isinstance(each, Watching)])
        return replace(site, endpoints=endpoints_of(site, given), watching=watching)

    def tell(self, event: Event) -> None:
        """Tell the features that want to know of an answered request."""
        for feature in self.watching:
            feature.saw(event)

    @property
    def missing(self) -> Optional[str]:
        """The hook that is missing, None when both are there."""
        if self.authenticate is None:
            return "authenticate"
        return "authorize" if self.authorize is None else None

    def call(self, service: str, call: str) -> Any:
        """An operation of the SDK, bound to its runner."""
        return getattr(getattr(self.selfHosting, service), call)


@dataclass
class Event:
    """What is logged about one request: never its body, its query, or who sent it."""

    method: str
    route: str = "unknown"
    status: int = 0
    received: int = 0
    sent: int = 0
    correlation: str = field(default_factory=lambda: uuid.uuid4().hex[:16])
    started: float = field(default_factory=time.perf_counter)
    polled: bool = False

    @classmethod
    def of(cls, request: Request) -> Event:
        known = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")
        return cls(request.method if request.method in known else "other")

    def routed(self, route: Union[Route, Endpoint]) -> None:
        self.route = route.name
        self.polled = isinstance(route, Endpoint) and route.polled

    def answered(self, response: Response) -> None:
        """Log the end of the request."""
        self.status, self.sent = response.status, response.size
        self.log("velt.request", logging.DEBUG if self.polled and self.status < 400 else logging.INFO)

    def log(self, name: str, level: int = logging.INFO, **more: Any) -> None:
        extra: Dict[str, Any] = {
            "velt_method": self.method,
            "velt_route": self.route,
            "velt_status": self.status,
            "velt_ms": round((time.perf_counter() - self.started) * 1000, 2),
            "velt_received": self.received,
            "velt_sent": self.sent,
            "velt_correlation": self.correlation,
            **more,
        }
        logger.log(level, name, extra=extra)

    def failed(self, name: str, error: BaseException) -> None:
        """Log a failure: its class and the places it went through. Its text may quote what people wrote."""
        logger.error(
            name,
            extra={
                "velt_route": self.route,
                "velt_error": type(error).__name__,
                "velt_code": error.code if isinstance(error, VeltSDKError) else None,
                "velt_trace": places_of(error),
                "velt_correlation": self.correlation,
            },
        )
