"""`/__velt/frontend/...`: plays the browser."""

from __future__ import annotations

from typing import Any, Callable, Dict, Tuple

from velt_py.emulator.controls.reading import Given

__all__ = ["FRONTEND"]

FEATURES = (
    "comment",
    "reaction",
    "recorder",
    "attachment",
    "user",
    "notification",
    "activity",
    "huddle",
    "crdt",
)


def _configure(emulator: Any, given: Given) -> Any:
    return emulator.player.configure(given)


def _play(feature: str) -> Callable[[Any, Given], Any]:
    def play(emulator: Any, given: Given) -> Any:
        data = emulator.player.play(feature, given)
        emulator.courier.wake()
        return {"data": data}

    return play


FRONTEND: Dict[Tuple[str, str], Callable[[Any, Given], Any]] = {
    ("POST", "frontend/config"): _configure,
    **{("POST", f"frontend/{feature}"): _play(feature) for feature in FEATURES},
}
