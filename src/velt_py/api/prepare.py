"""From the fields of a request to what is sent. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional

from velt_py.api.messages import Prepared, credential_headers
from velt_py.exceptions import VeltValidationError
from velt_py.models.request import plain
from velt_py.settings import API_BASE_URL, Settings

if TYPE_CHECKING:
    from velt_py.api.operation import Operation
    from velt_py.api.options import Options

__all__ = ["Credentials", "encoded", "prepare"]


@dataclass(frozen=True)
class Credentials:
    """Where calls go and what signs them. Missing credentials are sent as empty texts: the server decides.

    Args:
        base_url: scheme and host, without a slash at the end.
        api_key, auth_token: of the api key.
        workspace_id, workspace_auth_token: of the workspace.
        workspace_everywhere: whether every service tells the workspace's id, as those made by hand do.
    """

    base_url: str = API_BASE_URL
    api_key: str = ""
    auth_token: str = field(default="", repr=False)
    workspace_id: str = ""
    workspace_auth_token: str = field(default="", repr=False)
    workspace_everywhere: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Credentials:
        """The credentials of a configuration."""
        return cls(
            settings.apiBaseUrl.rstrip("/"),
            settings.apiKey or "",
            settings.authToken or "",
            settings.workspaceId or "",
            settings.workspaceAuthToken or "",
        )

    def headers(self, area: str, workspace: bool) -> Dict[str, str]:
        """The headers of a call.

        Args:
            area: the service.
            workspace: whether the workspace's token signs it.
        """
        headers = credential_headers(
            self.api_key, self.workspace_auth_token if workspace else self.auth_token
        )
        if self.workspace_id and (area == "workspace" or self.workspace_everywhere):
            headers["x-velt-workspace-id"] = self.workspace_id
        return headers


def prepare(
    operation: Operation[Any, Any, Any], data: Mapping[str, Any], credentials: Credentials, options: Options
) -> Prepared:
    """The call of an operation.

    Args:
        data: the fields by their names on the wire, without absent ones.

    Raises:
        VeltValidationError: a field cannot be written as JSON, or there is no such option for this operation.
        VeltConfigurationError: a credential cannot be sent as a header.
    """
    fields = data
    key = options.idempotency_key
    if key is not None:
        if "idempotencyKey" not in operation.field_names:
            raise VeltValidationError(
                f"{operation.name}: Velt takes no idempotency key here", field="options.idempotency_key"
            )
        fields = {**data, "idempotencyKey": key}
    headers = credentials.headers(operation.area, operation.workspace)
    if operation.bare:
        # The trigger's own secret signs this call; the caller hands it over as a header.
        del headers["x-velt-auth-token"]
    if options.headers:
        taken = {name.lower() for name in options.headers}
        headers = {name: value for name, value in headers.items() if name.lower() not in taken}
        headers.update(options.headers)
    return Prepared(
        name=operation.name,
        url=credentials.base_url + operation.path,
        headers=headers,
        body=encoded(operation.name, fields if operation.bare else {"data": fields}),
        repeatable=operation.repeatable or bool(fields.get("idempotencyKey")),
        timeout=options.timeout,
    )


def encoded(name: str, body: Mapping[str, Any]) -> bytes:
    """The body of a call, in the spelling of the published package.

    Args:
        name: of the operation, for messages.

    Raises:
        VeltValidationError: names the field that cannot be written as JSON.
    """
    try:
        return _encoder.encode(body).encode()
    except (TypeError, ValueError, RecursionError) as error:
        culprit = _culprit(body)
        raise VeltValidationError(
            f"{name}: the request holds something that cannot be written as JSON, in the field {culprit or 'data'}; "
            "only texts, numbers, booleans, None, lists, dicts with text keys and dataclasses can",
            field=culprit,
        ) from error


def _default(value: Any) -> Any:
    """What JSON does not know: dataclasses become objects."""
    converted = plain(value)
    if converted is value:
        raise TypeError(type(value).__name__)
    return converted


# Made once: `json.dumps` would make one for every call.
_encoder = json.JSONEncoder(default=_default, allow_nan=False)


def _culprit(body: Mapping[str, Any]) -> Optional[str]:
    """The top-level field that cannot be written."""
    for name, value in body.get("data", body).items():
        try:
            _encoder.encode(value)
        except (TypeError, ValueError, RecursionError):
            return str(name)
    return None
