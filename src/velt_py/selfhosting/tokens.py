"""`verifyToken`: is this request from somebody we know? Fails closed, never raises, opens no database.

This is authentication only: what the claims say binds nothing; what their bearer may do is decided elsewhere.
Tokens, secrets and claims never reach a log or a message.
"""

from __future__ import annotations

import inspect
import logging
import os
from dataclasses import dataclass
from typing import Any, Dict, Generator, Mapping, NoReturn, Optional, Union, cast

from velt_py._threads import in_thread
from velt_py.config import http_settings
from velt_py.models.resolver_auth import VerifyTokenResult
from velt_py.selfhosting.bearer import token_in
from velt_py.selfhosting.jwks import JwksCache
from velt_py.selfhosting.jwt import Jwt, Refused
from velt_py.settings import HttpSettings

__all__ = ["AsyncResolverAuthService", "ResolverAuthService"]

logger = logging.getLogger("velt_py.selfhosting.tokens")


@dataclass(frozen=True)
class _Ask:
    """Ask the `verify` function."""

    verify: Any
    token: str
    headers: Any


@dataclass(frozen=True)
class _Check:
    """Check a JWT, which may have to fetch keys."""

    jwt: Jwt
    token: str


_Steps = Generator[Union[_Ask, _Check], Any, VerifyTokenResult]


class _Verification:
    """What both services share: from the request to the verdict, purely.

    Args:
        resolver_auth: the block `resolver_auth` of the configuration.
        http: how the keys of a `jwks_url` are fetched; from the environment unless given.
    """

    def __init__(
        self, resolver_auth: Optional[Mapping[str, Any]] = None, http: Optional[HttpSettings] = None
    ) -> None:
        self._auth: Dict[str, Any] = dict(resolver_auth) if isinstance(resolver_auth, Mapping) else {}
        self._keys = JwksCache(http if http is not None else http_settings(None, os.environ))

    def _steps(self, headers: Any, token: Any, overrides: Mapping[str, Any]) -> _Steps:
        auth = {**self._auth, **overrides}
        header, scheme = auth.get("header") or "Authorization", auth.get("scheme", "Bearer") or ""
        found = token_in(headers, token, header, scheme)
        if found is None:
            raise Refused("MISSING_TOKEN", "the request carries no token")
        if auth.get("verify") is not None:
            outcome = yield _Ask(auth["verify"], found, headers)
            return _judged(outcome)
        block = auth.get("jwt")
        if not isinstance(block, Mapping):
            raise Refused(
                "NOT_CONFIGURED", "`resolver_auth` has neither `jwt` nor `verify`, so nobody is let in"
            )
        jwt = Jwt.of(cast(Mapping[str, Any], block))
        claims = yield _Check(jwt, found)
        return VerifyTokenResult(True, claims=claims)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class ResolverAuthService(_Verification):
    """Verifies tokens, blocking."""

    def verify_token(
        self, headers: Any = None, token: Optional[str] = None, **overrides: Any
    ) -> VerifyTokenResult:
        """Verify the token of a request.

        Args:
            headers: the request's headers: a mapping, a WSGI environment, or the list of an ASGI scope.
            token: the token itself; goes before `headers`.
            overrides: `jwt`, `verify`, `header`, `scheme` for this call; each replaces its whole block.

        Returns:
            The verdict; when `verified` is false, `errorCode` is one of `MISSING_TOKEN`, `NOT_CONFIGURED`, `EXPIRED`,
            `INVALID_SIGNATURE`, `CLAIM_MISMATCH`, `ALGORITHM_NOT_ALLOWED`, `KEY_RESOLUTION_FAILED`,
            `VERIFICATION_FAILED`, `DEPENDENCY_MISSING`.

        See https://docs.velt.dev/self-host-data/overview
        """
        try:
            steps = self._steps(headers, token, overrides)
            step = next(steps)
            steps.send(self._answered(step))
        except StopIteration as end:
            return cast(VerifyTokenResult, end.value)
        except Exception as error:  # noqa: BLE001 - a refusal is the only answer to what went wrong here
            return _refusal(error)
        return _refusal(RuntimeError())

    def _answered(self, step: Union[_Ask, _Check]) -> Any:
        if isinstance(step, _Check):
            return step.jwt.claims(step.token, self._keys)
        outcome = _asked(step)
        if inspect.isawaitable(outcome):
            _dispose(outcome)
            raise Refused("VERIFICATION_FAILED", "`verify` has to be awaited; that takes an AsyncVeltSDK")
        return outcome


class AsyncResolverAuthService(_Verification):
    """Verifies tokens, awaited: neither a fetch of keys nor a `verify` function that blocks holds up the loop."""

    async def verify_token(
        self, headers: Any = None, token: Optional[str] = None, **overrides: Any
    ) -> VerifyTokenResult:
        """As `ResolverAuthService.verify_token`, awaited; `verify` may be an async function."""
        try:
            steps = self._steps(headers, token, overrides)
            step = next(steps)
            steps.send(await self._answered(step))
        except StopIteration as end:
            return cast(VerifyTokenResult, end.value)
        except Exception as error:  # noqa: BLE001 - a refusal is the only answer to what went wrong here
            return _refusal(error)
        return _refusal(RuntimeError())

    async def _answered(self, step: Union[_Ask, _Check]) -> Any:
        if isinstance(step, _Check):
            if step.jwt.needs_fetch(step.token, self._keys):
                return await in_thread(lambda: step.jwt.claims(step.token, self._keys))
            return step.jwt.claims(step.token, self._keys)
        if _is_async(step.verify):
            outcome = _asked(step)
        else:
            outcome = await in_thread(lambda: _asked(step))
        if inspect.isawaitable(outcome):
            try:
                return await outcome
            except Exception as error:  # noqa: BLE001 - the customer's function may raise anything
                _callback_failed(error)
        return outcome


def _asked(step: _Ask) -> Any:
    try:
        return step.verify(step.token, step.headers)
    except Exception as error:  # noqa: BLE001 - the customer's function may raise anything
        _callback_failed(error)


def _callback_failed(error: Exception) -> NoReturn:
    # The text of the error may quote the token.
    logger.warning("velt.token.callback_failed", extra={"velt_error": type(error).__name__})
    raise Refused("VERIFICATION_FAILED", f"the `verify` function raised {type(error).__name__}") from None


def _judged(outcome: Any) -> VerifyTokenResult:
    if not outcome:
        raise Refused("VERIFICATION_FAILED", "the `verify` function refused the token")
    claims = dict(cast(Mapping[str, Any], outcome)) if isinstance(outcome, Mapping) else None
    return VerifyTokenResult(True, claims=claims)


def _refusal(error: Exception) -> VerifyTokenResult:
    if isinstance(error, Refused):
        logger.info("velt.token.refused", extra={"velt_code": error.code})
        return VerifyTokenResult(False, error=error.text, errorCode=error.code)
    logger.error("velt.token.failed", extra={"velt_error": type(error).__name__})
    return VerifyTokenResult(
        False,
        error="the token could not be verified; the log names the cause",
        errorCode="VERIFICATION_FAILED",
    )


def _is_async(function: Any) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004 - an object whose call is async
    )


def _dispose(outcome: Any) -> None:
    close = getattr(outcome, "close", None)
    if inspect.iscoroutine(outcome) and callable(close):
        # Otherwise Python warns of a coroutine that was never awaited.
        close()
