"""What the emulator hands to a server or a transport: a status, headers and the bytes of a body. Pure."""

from __future__ import annotations

import json
from typing import Any, Dict, Mapping, Optional, Tuple

__all__ = ["Reply", "json_reply"]

Reply = Tuple[int, Dict[str, str], bytes]


def json_reply(status: int, body: Any, headers: Optional[Mapping[str, str]] = None) -> Reply:
    """A reply whose body is JSON.

    Args:
        status: the HTTP status.
        body: what becomes JSON.
        headers: beside, or instead of, its type.
    """
    raw = json.dumps(body, separators=(",", ":")).encode()
    return status, {"Content-Type": "application/json", **(headers or {})}, raw
