"""Requests that sign in by cookie: a browser sends cookies for whichever page asks, so they need a proof beside it."""

# Django has no types of its own.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

from __future__ import annotations

import copy
from typing import Any

from velt_py.web.messages import Refused, Request

__all__ = ["by_cookie", "check_cookies"]

SAFE = frozenset(["GET", "HEAD", "OPTIONS"])
AMBIENT = frozenset(["basic", "digest", "negotiate", "ntlm"])
"""Schemes of `Authorization` that a browser sends by itself, as it does with cookies."""
PROOF = "x-requested-with"


def by_cookie(request: Request) -> bool:
    """Whether a browser may have signed this request without its page knowing how.

    A page of another origin cannot send `Authorization: Bearer` before the browser has asked us, so a request with it
    was not forged, whatever cookies it carries.
    """
    scheme = request.headers.get("authorization", "").strip().partition(" ")[0].lower()
    if scheme and scheme not in AMBIENT:
        return False
    return "cookie" in request.headers


def check_cookies(request: Request, rule: Any) -> None:
    """Refuse a request that may have been forged.

    Args:
        request: let in by an `authenticate` hook.
        rule: `csrf`, `header` or False, see the setting `COOKIE_AUTH`.

    Raises:
        Refused: 403 `CSRF_FAILED`, says what is missing.
    """
    if request.method in SAFE or not by_cookie(request):
        return
    if rule is False:
        raise refused("cookies do not sign in here; send an Authorization header")
    if rule == "header":
        if not request.headers.get(PROOF):
            raise refused("a request that signs in by cookie needs the header X-Requested-With")
        return
    reason = csrf_problem(request.native)
    if reason is not None:
        raise refused("a request that signs in by cookie needs Django's CSRF token in its header")


def refused(message: str) -> Refused:
    return Refused(403, "CSRF_FAILED", message)


def csrf_problem(native: Any) -> Any:
    """What Django's own check finds wrong, None when nothing."""
    from django.middleware.csrf import CsrfViewMiddleware

    class Check(CsrfViewMiddleware):
        def _reject(self, request: Any, reason: Any) -> Any:
            return reason

    # The check of a POST would parse the body to look for a field; that of any other method takes the header.
    twin = copy.copy(native)
    twin.method = "PUT"
    check: Any = Check(lambda request: None)
    check.process_request(twin)
    return check.process_view(twin, None, (), {})
