"""The scope of a plan: which organization it may touch. There is no plan without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

__all__ = ["Scope"]


@dataclass(frozen=True)
class Scope:
    """The one organization that a plan reads or writes.

    Args:
        organization: the customer's id of the organization, never empty.
        apiKey: stamped onto what is saved. It never filters: a rotated key must not hide what was written
            under the old one.
    """

    organization: str
    apiKey: Optional[str] = None
