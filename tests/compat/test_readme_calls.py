"""The calls of the public READMEs run as printed, import lines included, against a real server."""

from __future__ import annotations

import ast
import importlib
import json
from typing import Any, Dict, Iterator, List

import pytest

import velt_py.models
from tests.api.operation_table import read_table
from tests.compat import published
from tests.compat.readme import READMES, blocks, calls_in, service_of
from tests.loopback import Loopback, reply
from velt_py import AsyncVeltSDK, VeltSDK

PATHS = {fact.name: fact.path for fact in read_table()}
ANSWER = {"result": {"status": "success", "message": "", "data": {"token": "of-the-user"}}}


class Names(Dict[str, Any]):
    """The names of a README. Where it forgets to import a request, it is taken from `velt_py.models`."""

    def __missing__(self, name: str) -> Any:
        if name not in velt_py.models.__all__:
            raise KeyError(name)
        return getattr(velt_py.models, name)


def printed(call: ast.Call) -> Dict[str, Any]:
    """The fields of the request as they stand in the text."""
    (request,) = call.args
    assert isinstance(request, ast.Call)
    return {str(each.arg): ast.literal_eval(each.value) for each in request.keywords}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with Loopback(lambda request: reply(200, ANSWER)) as running:
        monkeypatch.setenv("VELT_API_BASE_URL", running.url)
        yield running


def check(server: Loopback, calls: List[ast.Call]) -> None:
    assert len(server.requests) == len(calls)
    for request, call in zip(server.requests, calls):
        assert request.target == PATHS[service_of(call)]
        assert json.loads(request.body) == {"data": printed(call)}


@READMES
def test_every_api_call_of_the_readme_runs_as_printed(version: str, count: int, server: Loopback) -> None:
    calls: List[ast.Call] = []
    with VeltSDK.initialize({"apiKey": "key", "authToken": "token"}) as sdk:
        for block in blocks(published.description(version)):
            if calls_in(block):
                names = Names(sdk=sdk)
                exec(compile(block, f"README of {version}", "exec"), {}, names)  # noqa: S102
                calls += calls_in(block)
                if names["sdk"] is not sdk:
                    names["sdk"].close()
    assert len(calls) == count
    check(server, calls)


@READMES
async def test_every_api_call_of_the_readme_runs_awaited(version: str, count: int, server: Loopback) -> None:
    calls = [call for block in blocks(published.description(version)) for call in calls_in(block)]
    assert len(calls) == count
    async with AsyncVeltSDK.initialize({"apiKey": "key", "authToken": "token"}) as sdk:
        for call in calls:
            code = compile(ast.Expression(call), f"README of {version}", "eval")
            awaitable = eval(code, {}, Names(sdk=sdk))  # noqa: S307
            assert await awaitable == ANSWER
    check(server, calls)


@READMES
def test_every_name_that_the_readme_imports_is_there(version: str, count: int) -> None:
    names = [
        (node.module, each.name)
        for block in blocks(published.description(version))
        for node in ast.walk(ast.parse(block))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("velt_py")
        for each in node.names
    ]
    assert len(names) > 5
    for module, name in names:
        assert hasattr(importlib.import_module(str(module)), name), f"{module}.{name}"
