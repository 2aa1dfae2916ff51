"""The walk over all operations, in the name of one api key or another."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Tuple

from tests.emulator.controlling import sdk_over
from tests.emulator.walk import DELETING, Sample, prepared, samples, walked
from velt_py import VeltSDK
from velt_py.emulator import Emulator

__all__ = ["sdk_for", "walk", "writing"]


def sdk_for(emulator: Emulator, key: str) -> VeltSDK:
    return sdk_over(
        emulator,
        apiKey=key,
        authToken=f"token-of-{key}",
        workspaceId=f"workspace-of-{key}",
        workspaceAuthToken=f"workspace-token-of-{key}",
    )


def walk(emulator: Emulator, key: str, steps: List[Sample], marker: str) -> List[Tuple[str, str]]:
    """Operation and text of every answer."""
    prepared(emulator, key, marker)
    kept: Dict[str, Any] = {"own": key, "token": f"token-of-{key}"}
    replies = walked(emulator, sdk_for(emulator, key).api, kept, steps)
    return [(name, json.dumps(reply.answer)) for name, reply in replies]


def writing(marker: str) -> List[Sample]:
    """A sample of every operation that takes nothing away."""
    return [each for each in samples(marker) if each.name not in DELETING]
