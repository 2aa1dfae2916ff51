"""Lists that are longer than the documentation allows, for every field of every operation that has a limit."""

from __future__ import annotations

import json
from typing import Any, List, Tuple

import pytest

from tests.emulator.walk import samples
from velt_py.emulator import Emulator
from velt_py.emulator.core import RULES
from velt_py.emulator.routes import make_routes

HEADERS = {
    "x-velt-api-key": "key",
    "x-velt-auth-token": "token",
    "x-velt-workspace-id": "w",
    "x-velt-workspace-auth-token": "workspace-token",
}
ROUTES = {route.name: route for route in make_routes().values()}
LIMITED: List[Tuple[str, str, int]] = [
    (route.name, name, fact.most)
    for route in ROUTES.values()
    if route.name in RULES
    for name, fact in route.facts.items()
    if fact.most is not None
]
SAMPLES = {sample.name: sample.fields for sample in samples("limit")}


def asked(emulator: Emulator, operation: str, field: str, count: int) -> Any:
    route = ROUTES[operation]
    kind = route.facts[field].type
    entries: List[Any] = [f"id-{number}" if "string" in kind else {} for number in range(count)]
    body = json.dumps({"data": {**SAMPLES[operation], field: entries}})
    status, _, answer = emulator.handle("POST", route.path, HEADERS, body.encode())
    return status, json.loads(answer)


@pytest.mark.parametrize(
    ("operation", "field", "most"), LIMITED, ids=[f"{name}-{field}" for name, field, _ in LIMITED]
)
def test_one_entry_more_than_allowed_is_refused_by_name(
    emulator: Emulator, operation: str, field: str, most: int
) -> None:
    status, answer = asked(emulator, operation, field, most + 1)
    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert field in json.dumps(answer["error"])
    assert f"at most {most}" in json.dumps(answer["error"])
    _, answer = asked(emulator, operation, field, most)
    assert f"at most {most}" not in json.dumps(answer)


def test_the_ids_of_most_lists_are_limited_to_thirty() -> None:
    assert len([most for _, _, most in LIMITED if most == 30]) >= 14
