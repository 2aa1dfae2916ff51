"""Which operation a path is: from the table of the REST half."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Dict, Mapping, Optional

from velt_py.api.backend import SERVICES, service_class
from velt_py.api.operation import operations_of
from velt_py.models.request import Fact, facts_of

__all__ = ["Route", "make_routes", "nearest"]

PUBLIC = frozenset(
    [
        *("workspace.createWorkspace", "workspace.getEmailStatus", "workspace.sendLoginLink"),
        "workflow.triggerInboundWebhook",
    ]
)
"""Operations that need no credentials, or others than a token."""

WORKFLOW_CALLBACK = "/v2/workflow/webhook-callback"
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
    """

    name: str
    path: str
    facts: Mapping[str, Fact]
    workspace: bool = False
    public: bool = False
    bare: bool = False
    deprecated: bool = False
    docs: str = ""


def make_routes() -> Dict[str, Route]:
    """All operations by their paths."""
    routes: Dict[str, Route] = {}
    for area in SERVICES:
        for operation in operations_of(service_class(area)):
            routes[operation.path] = Route(
                operation.name,
                operation.path,
                {name: fact for name, fact in facts_of(operation.request).items() if fact.sent},
                operation.workspace,
                operation.name in PUBLIC,
                operation.bare,
                docs=operation.docs,
            )
    routes[DEPRECATED_TOKEN] = Route(
        "token.getToken",
        DEPRECATED_TOKEN,
        {"userId": Fact("string", required=True), "userProperties": Fact("object")},
        deprecated=True,
    )
    routes[WORKFLOW_CALLBACK] = Route(
        "workflow.webhookCallback", WORKFLOW_CALLBACK, {}, public=True, bare=True
    )
    return routes


def nearest(path: str, routes: Mapping[str, Route]) -> Optional[str]:
    """The known path that looks most like this one; None when none does."""
    return next(iter(difflib.get_close_matches(path, list(routes), n=1, cutoff=0.4)), None)
