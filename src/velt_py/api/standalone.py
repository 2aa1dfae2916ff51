"""The client of a service made by hand: `OrganizationService(api_key, auth_token)`, as in the published package."""

from __future__ import annotations

import os
from typing import Optional

from velt_py.api.calls import Caller
from velt_py.api.client import Client
from velt_py.api.options import Options
from velt_py.api.prepare import Credentials
from velt_py.api.retry import RetryPolicy
from velt_py.api.transport import Urllib3Transport
from velt_py.config import api_base_url, http_settings

__all__ = ["client_of"]


def client_of(
    api_key: Optional[str],
    auth_token: Optional[str],
    workspace_id: Optional[str],
    workspace_auth_token: Optional[str],
    base_url: Optional[str],
) -> Client:
    """A client with pool and settings of its own.

    Args:
        api_key, auth_token, workspace_id, workspace_auth_token: the credentials, never the environment's.
        base_url: where the API is; without it VELT_API_BASE_URL, else Velt's public host.

    Raises:
        VeltConfigurationError: the address or something in the environment cannot be used.
    """
    http = http_settings(None, os.environ)
    credentials = Credentials(
        api_base_url(base_url, os.environ),
        api_key or "",
        auth_token or "",
        workspace_id or "",
        workspace_auth_token or "",
        workspace_everywhere=True,
    )
    return Client(credentials, Caller(Urllib3Transport(http), RetryPolicy.of(http)), Options())
