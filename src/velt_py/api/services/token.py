"""The token service: a user token for the browser, `POST /v2/auth/token/get`."""

from __future__ import annotations

import os
from typing import Any, Dict, Mapping, NoReturn, Optional, Union, cast

from velt_py.api.calls import AsyncCaller, Caller
from velt_py.api.messages import Prepared, Reply, credential_headers, host_of
from velt_py.api.prepare import encoded
from velt_py.api.retry import RetryPolicy
from velt_py.api.transport import AiohttpTransport, Urllib3Transport
from velt_py.config import api_base_url, http_settings
from velt_py.exceptions import (
    VeltApiError,
    VeltConfigurationError,
    VeltNetworkError,
    VeltTokenError,
    VeltValidationError,
)
from velt_py.settings import API_BASE_URL

__all__ = ["AsyncTokenService", "TokenService"]

PATH = "/v2/auth/token/get"
PUBLIC_URL = API_BASE_URL + PATH

Answer = Dict[str, Any]
"""`{"success": True, "data": {"token": ...}}`, or `{"success": False, "error": ..., "errorCode": ...}`"""


class _Tokens:
    """What both services share: a request is prepared and a reply interpreted here, purely."""

    VELT_API_URL = PUBLIC_URL
    """Where tokens come from. Setting it goes before `apiBaseUrl`, as in the published package."""

    def __init__(
        self, api_key: Optional[str], auth_token: Optional[str], base_url: Optional[str], raise_on_error: bool
    ) -> None:
        self.api_key = api_key
        self.auth_token = auth_token
        self._base_url = api_base_url(base_url, os.environ)
        self._raise_on_error = raise_on_error

    def _prepare(
        self,
        organizationId: Any,
        userId: Any,
        email: Any,
        isAdmin: Any,
        name: Any,
        permissions: Any,
    ) -> Union[Prepared, Answer]:
        """The call, or the answer when it cannot be made."""
        if not isinstance(organizationId, str) or not organizationId:
            raise VeltValidationError(
                "organizationId: the id of the organization is needed, as a text that is not empty",
                code="VALIDATION_ERROR",
                field="organizationId",
            )
        if not userId:
            return self._failed(VeltValidationError("userId: the id of the user is needed", field="userId"))
        if isinstance(userId, bool) or not isinstance(userId, (str, int)):
            raise VeltValidationError("userId: an id is a text or an integer", field="userId")
        for key, variable, value in (
            ("apiKey", "VELT_API_KEY", self.api_key),
            ("authToken", "VELT_AUTH_TOKEN", self.auth_token),
        ):
            if not value:
                message = f"configuration key {key!r}: it is needed to get tokens, here or as {variable}"
                return self._failed(VeltConfigurationError(message, code="CONFIG_ERROR", field=key))
        try:
            headers = credential_headers(cast(str, self.api_key), cast(str, self.auth_token))
        except VeltConfigurationError as error:
            error.code = "CONFIG_ERROR"
            return self._failed(error)
        properties: Dict[str, Any] = {"organizationId": organizationId}
        for field, value in (("email", email), ("name", name)):
            if value is not None and not isinstance(value, str):
                raise VeltValidationError(f"{field}: a text is needed", field=field)
        if email:
            properties["email"] = email
        if isinstance(isAdmin, bool):
            properties["isAdmin"] = isAdmin
        if name:
            properties["name"] = name
        data: Dict[str, Any] = {"userId": userId, "userProperties": properties}
        if permissions is not None:
            data["permissions"] = permissions
        body = encoded("token.getToken", {"data": data})
        # A token more does no harm, so the call may be repeated.
        return Prepared("token.getToken", self._url(), headers, body, repeatable=True)

    def _url(self) -> str:
        url = self.VELT_API_URL
        return url if url != PUBLIC_URL else self._base_url + PATH

    def _interpret(self, prepared: Prepared, reply: Reply) -> Answer:
        if 300 <= reply.status < 400:
            raise VeltTokenError(
                f"no token: {host_of(prepared)} answered with a redirect (HTTP status {reply.status}), which is not "
                "followed with credentials; check `apiBaseUrl`"
            )
        if not reply.body and reply.status < 300:
            raise VeltTokenError(f"no token: {host_of(prepared)}: the answer is empty")
        try:
            answer = reply.parsed()
        except VeltApiError as error:
            raise VeltTokenError(f"no token: {host_of(prepared)}: {error.message}") from error
        if not 200 <= reply.status < 300:
            text = _at(answer, "error", "message")
            if not isinstance(text, str):
                text = f"the token was refused with HTTP status {reply.status}"
            return self._failed(VeltTokenError(f"Velt API error: {text}", code="VELT_API_ERROR"))
        token = _at(answer, "result", "data", "token")
        if not isinstance(token, str) or not token:
            return self._failed(VeltTokenError("Velt's answer holds no token", code="NO_TOKEN"))
        return {"success": True, "data": {"token": token}}

    def _failed(self, error: Union[VeltTokenError, VeltConfigurationError, VeltValidationError]) -> Answer:
        if self._raise_on_error:
            raise error
        return {"success": False, "error": error.message, "errorCode": error.code}

    def _unreached(self, error: VeltNetworkError) -> NoReturn:
        raise VeltTokenError(f"no token: network error: {error.message}") from error

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class TokenService(_Tokens):
    """Gets user tokens from Velt, blocking.

    Args:
        api_key, auth_token: the credentials.
        caller: carries the calls; without it the service makes one from the environment, and owns it.
        base_url: where the API is; without it VELT_API_BASE_URL, else Velt's public host.
        raise_on_error: raise what would be answered with `success: False`.
    """

    def __init__(
        self,
        api_key: Optional[str] = None,
        auth_token: Optional[str] = None,
        *,
        caller: Optional[Caller] = None,
        base_url: Optional[str] = None,
        raise_on_error: bool = False,
    ) -> None:
        super().__init__(api_key, auth_token, base_url, raise_on_error)
        if caller is None:
            http = http_settings(None, os.environ)
            caller = Caller(Urllib3Transport(http), RetryPolicy.of(http))
        self._caller = caller

    def getToken(
        self,
        organizationId: str,
        userId: str,
        email: Optional[str] = None,
        isAdmin: Optional[bool] = None,
        name: Optional[str] = None,
        permissions: Optional[Mapping[str, Any]] = None,
    ) -> Answer:
        """Get a token with which the browser identifies a user; it is good for 48 hours.

        Args:
            organizationId: the organization.
            userId: the user.
            email, name: facts about the user that the token vouches for.
            isAdmin: whether the user may administer.
            permissions: `{"resources": [{"type": "document", "id": ..., "accessRole": ..., "expiresAt": seconds}]}`.

        Returns:
            `{"success": True, "data": {"token": ...}}`, or `{"success": False, "error": ..., "errorCode": ...}` with
            the codes `INVALID_INPUT`, `CONFIG_ERROR`, `VELT_API_ERROR`, `NO_TOKEN`.

        Raises:
            VeltValidationError: `organizationId` is no text or empty, or another argument cannot be used.
            VeltTokenError: Velt could not be reached, or its answer is no JSON.

        See https://docs.velt.dev/get-started/advanced#jwt-tokens
        """
        prepared = self._prepare(organizationId, userId, email, isAdmin, name, permissions)
        if isinstance(prepared, dict):
            return prepared
        try:
            return self._interpret(prepared, self._caller.call(prepared).reply)
        except VeltNetworkError as error:
            self._unreached(error)

    def close(self) -> None:
        """Close the connections; a later call opens them again."""
        self._caller.close()


class AsyncTokenService(_Tokens):
    """Gets user tokens from Velt, awaited. Arguments as for `TokenService`."""

    def __init__(
        self,
        api_key: Optional[str] = None,
        auth_token: Optional[str] = None,
        *,
        caller: Optional[AsyncCaller] = None,
        base_url: Optional[str] = None,
        raise_on_error: bool = False,
    ) -> None:
        super().__init__(api_key, auth_token, base_url, raise_on_error)
        if caller is None:
            http = http_settings(None, os.environ)
            caller = AsyncCaller(AiohttpTransport(http), RetryPolicy.of(http))
        self._caller = caller

    async def getToken(
        self,
        organizationId: str,
        userId: str,
        email: Optional[str] = None,
        isAdmin: Optional[bool] = None,
        name: Optional[str] = None,
        permissions: Optional[Mapping[str, Any]] = None,
    ) -> Answer:
        """As `TokenService.getToken`, awaited."""
        prepared = self._prepare(organizationId, userId, email, isAdmin, name, permissions)
        if isinstance(prepared, dict):
            return prepared
        try:
            return self._interpret(prepared, (await self._caller.call(prepared)).reply)
        except VeltNetworkError as error:
            self._unreached(error)

    async def close(self) -> None:
        """Close the connections; a later call opens them again."""
        await self._caller.close()


def _at(answer: Any, *path: str) -> Any:
    for key in path:
        if not isinstance(answer, dict):
            return None
        answer = cast(Dict[str, Any], answer).get(key)
    return answer
