"""velt-py 0.3.0 and ours call the same server: path, headers and body of every operation it has are the same."""

from __future__ import annotations

import dataclasses
import importlib
import json
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Tuple

import pytest

from tests.api.operation_table import CASES, CREDENTIALS, Fact, read_table
from tests.compat import published
from tests.loopback import Loopback, Request, reply
from velt_py import VeltSDK
from velt_py.models.request import facts_of

pytestmark = pytest.mark.filterwarnings("ignore:.*loops:DeprecationWarning")
FACTS = [fact for fact in read_table() if fact.published]
ANSWER = {"result": {"status": "success", "message": "", "data": {"ü": [None, False, 1.5]}}}

CALLS = """
import importlib
import warnings

from velt_py import VeltSDK
from velt_py.services.api.base_api_service import BaseApiService

warnings.simplefilter("ignore")
BaseApiService.VELT_API_BASE_URL = given["url"]
sdk = VeltSDK.initialize(given["config"])
answer = []
for service, method, module, name, fields, more in given["calls"]:
    request = getattr(importlib.import_module(module), name)(**fields)
    answer.append(getattr(getattr(sdk.api, service), method)(request, *more))
"""

OPERATIONS = """
import inspect
import velt_py.backends as backends

answer = {}
for service, made in vars(backends.ApiBackend).items():
    if isinstance(made, property) and service != "token":
        kind = made.fget.__annotations__["return"]
        import velt_py.services.api as services
        kind = getattr(services, kind) if isinstance(kind, str) else kind
        answer[service] = [name for name, _ in inspect.getmembers(kind, inspect.isfunction) if name[0] != "_"]
"""

FIELDS = """
import dataclasses
import importlib

answer = {
    name: [field.name for field in dataclasses.fields(getattr(importlib.import_module(module), name))]
    for module, name in given
}
"""


class Call(NamedTuple):
    """One call, for both packages."""

    service: str
    method: str
    module: str
    request: str
    fields: Dict[str, Any]
    more: Tuple[bool, ...] = ()


class Pair(NamedTuple):
    """What arrived for one call, and what came back."""

    theirs: Request
    ours: Request
    their_answer: Any
    our_answer: Any


def call_of(fact: Fact, fields: Mapping[str, Any], *more: bool) -> Call:
    known = facts_of(fact.operation.request)
    kept = {name: value for name, value in fields.items() if not known[name].docs_only}
    return Call(fact.service, fact.method, fact.operation.request.__module__, fact.request, kept, more)


def nested(fact: Fact, path: Tuple[str, ...], listed: bool) -> Any:
    """An object with the names that `filter_unknown_fields` knows at this place, and others."""
    known = fact.operation.known
    made: Dict[str, Any] = {"unknown": 1, "": None}
    for name in sorted(known[path]):
        below = (*path, f"{name}[]")
        made[name] = nested(fact, below, listed) if below in known else {"kept": {"unknown": [name]}}
    made["also unknown"] = {"id": 1}
    return [made, None, "text", {"unknown": 2}] if listed else made


def filtered(fact: Fact, listed: bool) -> Dict[str, Any]:
    fields = CASES[0](fact)
    fields.update(
        {path[0].rstrip("[]"): nested(fact, path, listed) for path in fact.operation.known if len(path) == 1}
    )
    return fields


FILTERED = [fact for fact in FACTS if fact.operation.known is not None]
ALL: Dict[str, Call] = {
    **{f"{case.__name__}-{fact.name}": call_of(fact, case(fact)) for case in CASES for fact in FACTS},
    **{f"listed-{fact.name}": call_of(fact, filtered(fact, True), True) for fact in FILTERED},
    **{f"single-{fact.name}": call_of(fact, filtered(fact, False), True) for fact in FILTERED},
    **{f"unfiltered-{fact.name}": call_of(fact, filtered(fact, True), False) for fact in FILTERED},
}


def both(python: Path, server: Loopback, config: Dict[str, str], calls: List[Call]) -> List[Pair]:
    before = len(server.requests)
    given = {"url": server.url, "config": config, "calls": calls}
    their_answers = published.run(python, CALLS, given, timeout=300)
    theirs, before = server.requests[before:], len(server.requests)
    with VeltSDK.initialize({**config, "apiBaseUrl": server.url}) as sdk:
        our_answers: List[Any] = []
        for call in calls:
            request = getattr(importlib.import_module(call.module), call.request)(**call.fields)
            our_answers.append(getattr(getattr(sdk.api, call.service), call.method)(request, *call.more))
    ours = server.requests[before:]
    assert len(theirs) == len(ours) == len(calls)
    return [Pair(*each) for each in zip(theirs, ours, their_answers, our_answers)]


pytestmark = pytest.mark.xdist_group("published api")  # velt-py is started once


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with Loopback(lambda request: reply(200, ANSWER)) as running:
        yield running


@pytest.fixture(scope="module")
def pairs(published_python: Path, server: Loopback) -> Dict[str, Pair]:
    return dict(zip(ALL, both(published_python, server, CREDENTIALS, list(ALL.values()))))


def contract(headers: Mapping[str, str]) -> Dict[str, str]:
    kept = ("content-type", "authorization", "cookie")
    return {name: value for name, value in headers.items() if name.startswith("x-velt") or name in kept}


def ordered(body: bytes) -> Any:
    return json.loads(body, object_pairs_hook=lambda pairs: ("object", pairs))


def check(pair: Pair) -> None:
    assert (pair.ours.method, pair.ours.target) == (pair.theirs.method, pair.theirs.target)
    assert contract(pair.ours.headers) == contract(pair.theirs.headers)
    assert ordered(pair.ours.body) == ordered(pair.theirs.body)
    assert pair.our_answer == pair.their_answer == ANSWER


@pytest.mark.parametrize("name", ALL)
def test_an_operation_arrives_as_from_velt_py(pairs: Dict[str, Pair], name: str) -> None:
    check(pairs[name])


def test_calls_without_credentials_arrive_as_from_velt_py(
    published_python: Path, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("API_KEY", "AUTH_TOKEN", "WORKSPACE_ID", "WORKSPACE_AUTH_TOKEN"):
        monkeypatch.delenv(f"VELT_{name}", raising=False)
    for config in ({}, {"apiKey": "only-the-key"}, {"workspaceId": "only-the-workspace"}):
        for pair in both(published_python, server, config, [call_of(fact, {}) for fact in FACTS]):
            check(pair)


def test_every_operation_of_velt_py_is_compared_and_no_other(published_python: Path) -> None:
    theirs = published.run(published_python, OPERATIONS)
    assert sorted(f"{service}.{method}" for service, found in theirs.items() for method in found) == sorted(
        fact.name for fact in FACTS
    )


def test_the_fields_of_every_request_begin_with_those_of_velt_py_in_its_order(published_python: Path) -> None:
    requests = {fact.request: fact.operation.request for fact in FACTS}
    given = [[request.__module__, name] for name, request in requests.items()]
    for name, theirs in published.run(published_python, FIELDS, given).items():
        ours = [field.name for field in dataclasses.fields(requests[name])]
        assert ours[: len(theirs)] == theirs, name
