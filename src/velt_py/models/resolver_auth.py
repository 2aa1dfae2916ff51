"""What verifying a request's token ended with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Dict, Optional

from velt_py.models.base import Model

__all__ = ["VerifyTokenResult"]


@dataclass
class VerifyTokenResult(Model):
    """Whether a token is good. Claims stay out of `repr`: they are personal data.

    Args:
        verified: True only when it is.
        claims: what the token says, when it is good and says something.
        error: why it is not good.
        errorCode: the same for programs, for example `EXPIRED`.
    """

    _extra: ClassVar[str] = ""
    _keeps_null: ClassVar[bool] = False

    verified: bool
    claims: Optional[Dict[str, Any]] = field(default=None, repr=False)
    error: Optional[str] = None
    errorCode: Optional[str] = None
