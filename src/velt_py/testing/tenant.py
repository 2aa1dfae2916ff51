"""The credentials of one test. Pure."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, cast

__all__ = ["Tenant", "fresh_tenant", "seed_for"]


@dataclass(frozen=True)
class Tenant:
    """An api key of the emulator, and a workspace for the calls that a workspace signs.

    Args:
        api_key: keeps what is stored apart from every other key.
        auth_token: signs its calls.
        workspace_id: of its workspace.
        workspace_auth_token: signs the calls of the workspace.
    """

    api_key: str
    auth_token: str = field(repr=False)
    workspace_id: str
    workspace_auth_token: str = field(repr=False)

    @property
    def config(self) -> Dict[str, Any]:
        """The credentials as keys of the SDK's configuration."""
        return {
            "apiKey": self.api_key,
            "authToken": self.auth_token,
            "workspaceId": self.workspace_id,
            "workspaceAuthToken": self.workspace_auth_token,
        }

    @property
    def environment(self) -> Dict[str, str]:
        """The credentials as the environment variables that the SDK reads."""
        return {
            "VELT_API_KEY": self.api_key,
            "VELT_AUTH_TOKEN": self.auth_token,
            "VELT_WORKSPACE_ID": self.workspace_id,
            "VELT_WORKSPACE_AUTH_TOKEN": self.workspace_auth_token,
        }


def fresh_tenant(api_key: Optional[str] = None, auth_token: Optional[str] = None) -> Tenant:
    """Credentials that nobody else has, but for those that are given."""
    lot = uuid.uuid4().hex
    return Tenant(
        api_key or f"test_key_{lot}",
        auth_token or f"test_token_{lot}",
        f"test_workspace_{lot}",
        f"test_workspace_token_{lot}",
    )


def seed_for(tenant: Tenant, records: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """The records of a dump as those of a tenant. What belongs to no api key, such as the keys themselves, is left out.

    Args:
        records: with owner, kind, ids and doc, as `GET /__velt/state` gives them.
    """
    return [
        {**record, "owner": tenant.api_key, "doc": _owned(record["doc"], record["owner"], tenant.api_key)}
        for record in records
        if record["owner"]
    ]


def _owned(value: Any, before: str, key: str) -> Any:
    """A value whose fields named apiKey tell the new owner."""
    if isinstance(value, list):
        return [_owned(each, before, key) for each in cast(List[Any], value)]
    if isinstance(value, dict):
        return {
            name: key if name == "apiKey" and each == before else _owned(each, before, key)
            for name, each in cast(Mapping[str, Any], value).items()
        }
    return value
