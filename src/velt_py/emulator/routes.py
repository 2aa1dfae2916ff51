"""Which operation a path is: from the table of the REST half."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, Mapping, Optional, Tuple

from velt_py.api.catalogue import SERVICES, service_class
from velt_py.api.operation import operations_of
from velt_py.models.request import Fact, facts_of

if TYPE_CHECKING:
    from velt_py.api.pages import Cursor

__all__ = ["Route", "Routes", "make_routes", "nearest"]

PUBLIC = frozenset(
    [
        *("workspace.createWorkspace", "workspace.getEmailStatus", "workspace.sendLoginLink"),
        "workflow.triggerInboundWebhook",
    ]
)
"""Operations that need no credentials, or others than a token."""

WORKFLOW_CALLBACK = "/v2/workflow/webhook-callback"
ASKED = frozenset(
    [
        "commentAnnotations.addCommentAnnotations",
        "commentAnnotations.addComments",
        "notifications.addNotifications",
        "notifications.updateNotifications",
    ]
)
"""Operations for which the application's permission provider is asked."""

PLACES: Dict[str, Tuple[str, ...]] = {
    "organizations": ("organizations",),
    "organizations/folders": ("folders",),
    "organizations/documents": ("documents", "locations"),
    "organizations/usergroups": ("userGroups",),
    "users": ("users",),
    "users/data": ("gdpr",),
    "auth": ("accessControl",),
    "commentannotations": ("commentAnnotations",),
    **{
        name: (name,)
        for name in (
            *("notifications", "activities", "crdt", "presence", "livestate", "recordings", "rewriter"),
            *("workspace", "agents", "memory", "workflow"),
        )
    },
}
"""Services by how their paths begin behind the version, so that a call loads no more than it needs."""

DEPRECATED_TOKEN = "/v2/auth/token/get"


@dataclass(frozen=True)
class Route:
    """An operation and its path.

    Args:
        name: service and method, for example `organizations.getOrganizations`.
        path: with the version in front.
        facts: those of its request.
        workspace: the workspace's token signs it.
        public: it needs no credentials.
        bare: its body has no `data` around it.
        deprecated: it is older than the table.
        docs: its page.
        token: the name under which the next page's token stands in the result; empty where there is none.
    """

    name: str
    path: str
    facts: Mapping[str, Fact]
    workspace: bool = False
    public: bool = False
    bare: bool = False
    deprecated: bool = False
    docs: str = ""
    token: str = ""


BEYOND = {
    DEPRECATED_TOKEN: Route(
        "token.getToken",
        DEPRECATED_TOKEN,
        {"userId": Fact("string", required=True), "userProperties": Fact("object")},
        deprecated=True,
    ),
    WORKFLOW_CALLBACK: Route("workflow.webhookCallback", WORKFLOW_CALLBACK, {}, public=True, bare=True),
}
"""Operations that the table does not have."""


class Routes(Mapping[str, Route]):
    """All operations by their paths. The table of a service is loaded when a path may be one of its own."""

    def __init__(self) -> None:
        self._loaded: Dict[str, Dict[str, Route]] = {}

    def __getitem__(self, path: str) -> Route:
        for service in services_at(path):
            found = self._of(service).get(path)
            if found is not None:
                return found
        return BEYOND[path]

    def __iter__(self) -> Iterator[str]:
        for service in SERVICES:
            yield from self._of(service)
        yield from BEYOND

    def __len__(self) -> int:
        return sum(len(self._of(service)) for service in SERVICES) + len(BEYOND)

    def named(self, operation: str) -> Route:
        """The operation of a name, for example `organizations.getOrganizations`.

        Raises:
            KeyError: the table has none of that name.
        """
        for route in self._of(operation.partition(".")[0]).values():
            if route.name == operation:
                return route
        raise KeyError(operation)

    def _of(self, service: str) -> Dict[str, Route]:
        found = self._loaded.get(service)
        if found is None:
            found = {route.path: route for route in _routes_of(service)}
            self._loaded[service] = found
        return found


def make_routes() -> Routes:
    """All operations by their paths."""
    return Routes()


def services_at(path: str) -> Iterable[str]:
    """The services that may have a path."""
    parts = path.split("/")
    if len(parts) < 4:
        return ()
    return PLACES.get("/".join(parts[2:4])) or PLACES.get(parts[2], ())


def _routes_of(service: str) -> Iterator[Route]:
    for operation in operations_of(service_class(service)):
        yield Route(
            operation.name,
            operation.path,
            {name: fact for name, fact in facts_of(operation.request).items() if fact.sent},
            operation.workspace,
            operation.name in PUBLIC,
            operation.bare,
            docs=operation.docs,
            token=_token_of(operation),
        )


def _token_of(operation: Any) -> str:
    """Where the next page's token stands, for the lists whose pages show it."""
    paged: Optional[Cursor] = operation.paged
    if paged is None or paged.token != "pageToken" or len(paged.at) != 1 or len(paged.at[0]) != 2:
        return ""
    return paged.at[0][1]


def nearest(path: str, routes: Mapping[str, Route]) -> str:
    """What to say behind an unknown path: the known one that looks most like it; nothing when none does."""
    near = difflib.get_close_matches(path, list(routes), n=1, cutoff=0.4)
    return f"; the nearest path is {near[0]}" if near else ""
