"""How the tests ask the memory."""

from __future__ import annotations

import json
from typing import Any

from velt_py import VeltSDK
from velt_py.emulator import Emulator


def memory_of(sdk: VeltSDK) -> Any:
    """Untyped: the tests send what the signatures refuse."""
    return sdk.api.memory


def raw(emulator: Emulator, path: str, data: Any, key: str = "key") -> Any:
    """A request as the SDK would not send it."""
    headers = {"x-velt-api-key": key, "x-velt-auth-token": f"token-of-{key}"}
    body = json.dumps({"data": data}).encode()
    code, _, answer = emulator.handle("POST", f"/v2/memory/{path}", headers, body)
    return code, json.loads(answer)
