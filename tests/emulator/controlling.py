"""SDKs over an emulator in this process, and its control API."""

from __future__ import annotations

import json
from typing import Any, Tuple

from velt_py import VeltSDK
from velt_py.emulator import Emulator, InProcessTransport

__all__ = ["asked", "control", "script", "sdk_over"]


def sdk_over(emulator: Emulator, **config: Any) -> VeltSDK:
    """An SDK over it, with this configuration."""
    return VeltSDK.initialize(config, transport=InProcessTransport(emulator))


def asked(emulator: Emulator, method: str, path: str, /, **given: Any) -> Tuple[int, Any]:
    """Status and answer of a request to the control API."""
    status, _, answer = emulator.handle(method, f"/__velt/{path}", {}, json.dumps(given).encode())
    return status, json.loads(answer)


def control(emulator: Emulator, method: str, path: str, /, **given: Any) -> Any:
    """The answer of the control API to a request that has to succeed."""
    status, answer = asked(emulator, method, path, **given)
    assert status == 200, (path, answer)
    return answer


def script(emulator: Emulator, operation: str, answer: Any, key: str = "key", **match: str) -> None:
    """Have an operation answer an api key so, when its request matches."""
    control(emulator, "POST", "scripts", apiKey=key, operation=operation, match=match, answer=answer)
