"""Further routes beside those of the resolvers: each feature brings its own, and the handlers serve them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Dict, Iterable, Mapping, Protocol, Tuple, runtime_checkable

from velt_py.exceptions import VeltConfigurationError
from velt_py.web.messages import Request
from velt_py.web.routes import find_route
from velt_py.web.steps import Flow

if TYPE_CHECKING:
    from velt_py.web.site import Event, Site

__all__ = ["Endpoint", "Feature", "Lasting", "Watching", "endpoints_of"]


@dataclass(frozen=True)
class Endpoint:
    """One route of a feature.

    Args:
        path: below the mount, starting with a slash.
        name: what logs call it.
        methods: the HTTP methods it takes; `OPTIONS` is answered for it.
        answer: the flow that answers a request. Who is asking is its business: nobody was asked before. What it
            raises is answered in the envelope.
        signed_in: whether it asks `authenticate`; others are called by servers, which have a secret of their own.
        described: whether it stands in the OpenAPI document of an application; what is for people's eyes does not.
        polled: whether a page asks it again and again. Its refusals are logged as those of others, what went well only
            at DEBUG.
    """

    path: str
    name: str
    methods: Tuple[str, ...]
    answer: Callable[[Request, Event], Flow]
    signed_in: bool = False
    described: bool = True
    polled: bool = False


class Feature(Protocol):
    """Something that brings routes of its own."""

    def endpoints(self, site: Site) -> Iterable[Endpoint]:
        """The routes for one handler.

        Args:
            site: what the handler was set up with; `site.sdk` is its SDK, `site.awaits` whether it can await.

        Raises:
            VeltConfigurationError: when the feature cannot work there.
        """
        ...


@runtime_checkable
class Lasting(Protocol):
    """A feature with work that goes on after its answers."""

    async def asettle(self, seconds: float = 10.0) -> bool:
        """Wait for that work in this event loop; False when it takes longer."""
        ...


@runtime_checkable
class Watching(Protocol):
    """A feature that is told of every request that was answered."""

    def saw(self, event: Event) -> None:
        """Take note of an answered request. Must not block."""
        ...


def endpoints_of(site: Site, features: Iterable[Feature]) -> Mapping[str, Endpoint]:
    """The routes of all features by their path."""
    found: Dict[str, Endpoint] = {}
    for feature in features:
        for endpoint in feature.endpoints(site):
            path = endpoint.path
            if not path.startswith("/") or path in found or find_route(path) is not None:
                raise VeltConfigurationError(
                    f"features: {path} is taken, or does not start with a slash; choose another path",
                    field="features",
                )
            found[path] = endpoint
    return found
