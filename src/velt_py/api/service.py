"""The services: tables of operations over one client."""

from __future__ import annotations

from typing import Any, Generic, Optional, TypeVar, overload

from velt_py.api.client import AsyncClient, Client
from velt_py.settings import API_BASE_URL

__all__ = ["Service", "T"]

T = TypeVar("T", Client, AsyncClient)


class Service(Generic[T]):
    """Base of the services: a table of operations over one client. Without one a service makes its own, as in the
    published package: it blocks, has the given credentials, and the environment's address and HTTP settings.

    Args:
        api_key, auth_token: the credentials.
        workspace_id, workspace_auth_token: of the workspace.
        client: prepares and carries the calls, instead of all of the above.
    """

    area = ""
    """The service's name in `sdk.api`."""

    VELT_API_BASE_URL = API_BASE_URL
    """Where a service without a client calls. Setting it goes before VELT_API_BASE_URL of the environment."""

    @overload
    def __init__(
        self: Service[Client],
        api_key: Optional[str] = None,
        auth_token: Optional[str] = None,
        workspace_id: Optional[str] = None,
        workspace_auth_token: Optional[str] = None,
    ) -> None: ...
    @overload
    def __init__(self, *, client: T) -> None: ...
    def __init__(
        self,
        api_key: Optional[str] = None,
        auth_token: Optional[str] = None,
        workspace_id: Optional[str] = None,
        workspace_auth_token: Optional[str] = None,
        *,
        client: Any = None,
    ) -> None:
        self._own: Optional[Client] = None
        if client is None:
            from velt_py.api.standalone import client_of

            address = self.VELT_API_BASE_URL if self.VELT_API_BASE_URL != API_BASE_URL else None
            client = self._own = client_of(api_key, auth_token, workspace_id, workspace_auth_token, address)
        self._client: T = client

    def close(self) -> None:
        """Close the connections of a service that made its own client; those of an SDK are closed by the SDK."""
        if self._own is not None:
            self._own.caller.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"
