"""velt-py 0.3.0 over the emulator: all its operations are called, and answers have the documented shapes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple

import pytest

from tests.api.operation_table import read_table
from tests.compat import published
from tests.compat.test_published_api import OPERATIONS
from tests.emulator.shapes import complaints
from tests.emulator.walk import prepared, samples
from velt_py.emulator import Emulator, EmulatorServer
from velt_py.models.request import facts_of

pytestmark = pytest.mark.xdist_group("published emulator")  # velt-py is started once

WALK = """
import importlib
import sys
import types
import warnings

from velt_py import VeltSDK
from velt_py.services.api.base_api_service import BaseApiService
from velt_py.services.api.token_service import TokenService

warnings.simplefilter("ignore")
BaseApiService.VELT_API_BASE_URL = given["url"]
api = VeltSDK.initialize(given["config"]).api
walk = types.ModuleType("walk")
exec(compile(given["filling"], "walk", "exec"), walk.__dict__)
kept, answer = dict(given["kept"]), []
for service, method, module, name, fields, keep in given["calls"]:
    request = getattr(importlib.import_module(module), name)(**walk.filled(fields, kept))
    found = getattr(getattr(api, service), method)(request)
    for what, path in keep.items():
        value = walk.found_in(found, path)
        if value is not None:
            kept[what] = value
    answer.append(found)
TokenService.VELT_API_URL = given["url"] + "/v2/auth/token/get"
answer.append(TokenService("key", "token").getToken("org-1", "walker-user"))
"""
TOKEN = "token.getToken"

FILLING = Path(__file__).resolve().parents[1] / "emulator" / "filling.py"
CONFIG = {"apiKey": "key", "authToken": "token", "workspaceId": "w", "workspaceAuthToken": "workspace-token"}


class Hurried(Emulator):
    """Ten seconds pass before each request, so that jobs and runs end."""

    def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Any:
        self.clock.tick(10)
        return super().handle(method, path, headers, body)


class Walked(NamedTuple):
    """What the published package got, by operation, and what the emulator made of it."""

    answers: Dict[str, Any]
    statuses: Dict[str, int]


@pytest.fixture(scope="module")
def walked(published_python: Path) -> Walked:
    facts = {fact.name: fact for fact in read_table() if fact.published}
    calls: List[Any] = []
    for sample in samples("walker"):
        if sample.name not in facts:
            continue
        request = facts[sample.name].operation.request
        known = facts_of(request)
        fields = {name: value for name, value in sample.fields.items() if not known[name].docs_only}
        service, method = sample.name.split(".")
        calls.append([service, method, request.__module__, request.__name__, fields, sample.keep])
    emulator = Hurried()
    prepared(emulator, "key", "walker")
    try:
        with EmulatorServer(emulator, port=0) as server:
            given = {
                "url": server.url,
                "config": CONFIG,
                "calls": calls,
                "kept": {"own": "key", "token": "token"},
                "filling": FILLING.read_text(encoding="utf-8"),
            }
            answers = published.run(published_python, WALK, given, timeout=300)
        statuses = {each["operation"]: each["status"] for each in emulator.recorded.listed()}
    finally:
        emulator.close()
    names = [f"{call[0]}.{call[1]}" for call in calls]
    names.append(TOKEN)
    return Walked(dict(zip(names, answers)), statuses)


def test_velt_py_does_all_its_operations_over_the_emulator(
    published_python: Path, walked: Walked, capsys: pytest.CaptureFixture[str]
) -> None:
    has = published.run(published_python, OPERATIONS)
    names = {f"{service}.{method}" for service, methods in has.items() for method in methods} | {TOKEN}
    assert len(names) == 170
    assert set(walked.answers) == names
    refused = {name: walked.answers[name] for name in names if walked.statuses[name] >= 300}
    with capsys.disabled():
        done = f"{len(names) - len(refused)} done, {len(refused)} refused"
        sys.stdout.write(f"\nvelt-py 0.3.0 over the emulator: {len(names)} operations, {done}\n")
    assert refused == {}
    assert walked.statuses.keys() >= names


def test_every_answer_that_velt_py_gets_has_the_documented_shape(walked: Walked) -> None:
    wrong = {name: complaints(name, answer) for name, answer in walked.answers.items() if name != TOKEN}
    assert walked.answers[TOKEN]["success"] is True
    assert {name: found for name, found in wrong.items() if found} == {}
