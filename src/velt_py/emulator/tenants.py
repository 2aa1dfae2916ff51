"""Who calls: api keys and workspaces, and the tokens that belong to them."""

from __future__ import annotations

import hmac
import logging
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, cast

from velt_py.emulator.refusals import Refused, invalid
from velt_py.emulator.routes import Route
from velt_py.emulator.state import Records

__all__ = ["API_KEY", "AUTH_TOKEN", "WORKSPACE_ID", "WORKSPACE_TOKEN", "Caller", "Tenants"]

logger = logging.getLogger("velt_py.emulator")

API_KEY, AUTH_TOKEN = "x-velt-api-key", "x-velt-auth-token"
WORKSPACE_ID, WORKSPACE_TOKEN = "x-velt-workspace-id", "x-velt-workspace-auth-token"
NO_TOKEN, NO_TOKEN_OF_WORKFLOWS = "Auth Token not found in headers.", "Auth token is required"


@dataclass(frozen=True)
class Caller:
    """Who calls: an api key, and the workspace where its token signed the call.

    Args:
        key: the api key.
        workspace: its id.
        first: whether one of them was made by this call.
    """

    key: str
    workspace: str = ""
    first: bool = False


@dataclass(frozen=True)
class Tenants:
    """The api keys and workspaces that are known.

    Args:
        shared: where they are kept.
        known_only: refuse an api key or workspace that was not made here before.
    """

    shared: Records
    known_only: bool = False

    def caller(self, route: Route, headers: Mapping[str, str], data: Mapping[str, Any]) -> Caller:
        """Who makes a call.

        Raises:
            Refused: a header is missing, or the token does not belong to the key or the workspace.
        """
        key = headers.get(API_KEY, "")
        if route.public:
            return Caller(key)
        if route.workspace:
            return self._workspace(key, headers)
        token = headers.get(AUTH_TOKEN, "")
        if route.path.startswith("/v1/"):
            key, token = str(data.get("apiKey") or key), str(data.get("authToken") or token)
        if not key:
            raise invalid("API key not found in headers.")
        if not token:
            raise invalid(NO_TOKEN_OF_WORKFLOWS if route.name.startswith("workflow.") else NO_TOKEN)
        known = self.shared.get("apiKey", key)
        if known is None and self.known_only:
            raise Refused("PERMISSION_DENIED", "Invalid API key.")
        if known is None:
            self.add(key, token)
        elif not _among(token, cast(List[Dict[str, Any]], known["tokens"])):
            raise Refused("PERMISSION_DENIED", "Invalid auth token.")
        return Caller(key, first=known is None)

    def _workspace(self, key: str, headers: Mapping[str, str]) -> Caller:
        workspace = headers.get(WORKSPACE_ID, "")
        used = WORKSPACE_TOKEN if headers.get(WORKSPACE_TOKEN) else AUTH_TOKEN
        token = headers.get(used, "")
        if not workspace:
            raise invalid("Workspace ID not found in headers.")
        if not token:
            raise invalid(NO_TOKEN)
        known: Optional[Dict[str, Any]] = self.shared.get("workspace", workspace)
        first = known is None
        if known is None and not self.known_only:
            known = {"id": workspace, "name": workspace, "authToken": token}
            self.shared.put("workspace", workspace, doc=known)
        if known is None or not _same(token, known["authToken"]):
            raise Refused("UNAUTHENTICATED", "Invalid auth token for workspace.")
        logger.debug("velt.emulator.workspace", extra={"velt_header": used})
        return Caller(key, workspace, first)

    def add(self, key: str, token: str) -> None:
        """Make an api key with its first token."""
        self.shared.put(
            "apiKey",
            key,
            doc={
                "apiKey": key,
                "tokens": [{"token": token, "name": "Default Auth Token", "domains": []}],
            },
        )


def _among(token: str, tokens: List[Dict[str, Any]]) -> bool:
    return any(_same(token, each["token"]) for each in tokens)


def _same(token: str, known: Any) -> bool:
    """Whether two tokens are the same; one in a body may be any text of JSON, half a surrogate pair included."""
    one, other = (text.encode("utf-8", "surrogatepass") for text in (token, str(known)))
    return hmac.compare_digest(one, other)
