"""The signature of the permission provider's answers, which browser SDKs before 4.5.8-beta.2 ask for. Velt makes it.

An answer that cannot be signed is none: Velt drops it, and denies.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, Generator, List, Mapping, Optional, Sequence, cast

from velt_py.exceptions import VeltApiError, VeltConfigurationError
from velt_py.web.messages import Refused
from velt_py.web.site import Event, Site
from velt_py.web.steps import AskAll, Outcome, WebStep

__all__ = ["Sign", "signature_of", "signer_of"]

Sign = Callable[[List[Dict[str, Any]]], Any]
"""Returns the signature of decisions, plain or awaited as the handler is."""

TYPES = ("document", "folder", "organization")
"""What Velt signs decisions about; those about contexts are answered unsigned."""
FIELDS = ("userId", "resourceId", "type", "hasAccess", "accessRole", "expiresAt")
DIGITS = re.compile(r"[0-9A-Fa-f]{16,512}\Z")


def signer_of(site: Site) -> Sign:
    """What asks Velt for a signature, with the SDK of a site.

    Raises:
        VeltConfigurationError: without Velt's credentials.
    """
    for key in ("apiKey", "authToken"):
        if not getattr(site.settings, key):
            raise VeltConfigurationError(
                f"configuration key {key!r}: `signed` needs it to have answers signed by Velt", field=key
            )
    generate: Any = site.sdk.api.accessControl.generateSignature

    def sign(permissions: List[Dict[str, Any]]) -> str:
        return signature_in(generate(permissions=permissions))

    async def sign_awaited(permissions: List[Dict[str, Any]]) -> str:
        return signature_in(await generate(permissions=permissions))

    return sign_awaited if site.awaits else sign


def signature_in(answer: Any) -> str:
    """The signature in an answer of `generateSignature`.

    Raises:
        VeltApiError: when there is none.
    """
    for key in ("result", "data", "signature"):
        answer = cast(Mapping[str, Any], answer).get(key) if isinstance(answer, dict) else None
    if not isinstance(answer, str) or not DIGITS.match(answer):
        raise VeltApiError("generateSignature: the answer holds no signature", code="NO_SIGNATURE")
    return answer


def signature_of(
    sign: Sign, decisions: Sequence[Mapping[str, Any]], seconds: float, event: Event
) -> Generator[WebStep, Any, Optional[str]]:
    """The signature of the decisions of an answer, None when there are none to sign.

    Args:
        sign: from `signer_of`.
        decisions: the entries of the answer.
        seconds: how long Velt is waited for.
        event: of the request.

    Raises:
        Refused: when Velt gave no signature in time.
    """
    permissions = [
        {name: decision[name] for name in FIELDS if name in decision}
        for decision in decisions
        if decision["type"] in TYPES
    ]
    if not permissions:
        return None
    outcomes: List[Outcome] = yield AskAll("signed", sign, [(permissions,)], seconds, 1)
    error = outcomes[0].error
    if error is not None:
        event.failed("velt.permission.unsigned", error)
        raise Refused(502, "SIGNATURE_ERROR", "Velt gave no signature", (), event.correlation)
    return cast(str, outcomes[0].value)
