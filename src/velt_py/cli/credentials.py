"""What a command that calls Velt says where there are no credentials to call with."""

from __future__ import annotations

from typing import Iterator

from velt_py.settings import Settings

__all__ = ["lacking_credentials"]

OF_KEY = {"apiKey": "VELT_API_KEY", "authToken": "VELT_AUTH_TOKEN"}
OF_WORKSPACE = {"workspaceId": "VELT_WORKSPACE_ID", "workspaceAuthToken": "VELT_WORKSPACE_AUTH_TOKEN"}
"""Credentials, and the variables that they are read from."""


def lacking_credentials(settings: Settings, workspace: bool = False) -> Iterator[str]:
    """A sentence for each credential that is not configured.

    Args:
        settings: the configuration.
        workspace: for calls that the workspace signs, not an api key.
    """
    for name, variable in (OF_WORKSPACE if workspace else OF_KEY).items():
        if not getattr(settings, name):
            yield f"no {name} is configured; set {variable}, or name a --config"
