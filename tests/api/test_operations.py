"""Every operation posts what the documentation says: path, headers and body, from both SDKs and both call forms."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, Callable, Dict, Iterator, List, Set

import pytest

from tests.api.operation_table import CASES, CREDENTIALS, Fact, everything, read_table
from tests.loopback import Loopback, Request, reply
from velt_py import AsyncVeltSDK, VeltSDK
from velt_py.api.backend import SERVICES, service_class
from velt_py.api.operation import operations_of
from velt_py.models.request import facts_of
from velt_py.models.user_api import UpdateUsersRequest

pytestmark = pytest.mark.filterwarnings("ignore:.*loops:DeprecationWarning")
FACTS = read_table()
ANSWER = {"result": {"status": "success", "message": "done", "data": {"untouched": [None, 0, "ü"]}}}

Case = Callable[[Fact], Dict[str, Any]]
each_operation = pytest.mark.parametrize("fact", FACTS, ids=[fact.name for fact in FACTS])
each_case = pytest.mark.parametrize("case", CASES, ids=[case.__name__ for case in CASES])


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with Loopback(lambda request: reply(200, ANSWER)) as running:
        yield running


@pytest.fixture(scope="module")
def config(server: Loopback) -> Dict[str, Any]:
    return {**CREDENTIALS, "apiBaseUrl": server.url}


@pytest.fixture(scope="module")
def sdk(config: Dict[str, Any]) -> Iterator[VeltSDK]:
    with VeltSDK.initialize(config) as made:
        yield made


def ordered(body: bytes) -> Any:
    """The body with the order of its names."""
    return json.loads(body, object_pairs_hook=lambda pairs: ("object", pairs))


def check(fact: Fact, given: Dict[str, Any], seen: List[Request], calls: int) -> None:
    assert len(seen) == calls
    expected = json.dumps(fact.body(given)).encode()
    for request in seen:
        assert (request.method, request.target) == (fact.http, fact.path)
        sent = {
            name: value
            for name, value in request.headers.items()
            if name.startswith("x-velt") or name in ("content-type", "authorization", "cookie")
        }
        assert sent == fact.headers()
        assert ordered(request.body) == ordered(expected)


@each_operation
@each_case
def test_an_operation_posts_its_fields_from_a_request_object_and_from_keywords(
    fact: Fact, case: Case, server: Loopback, sdk: VeltSDK
) -> None:
    given, before = case(fact), len(server.requests)
    call = getattr(getattr(sdk.api, fact.service), fact.method)
    request = fact.operation.request(**given)
    assert call(request) == ANSWER
    assert call(**given) == ANSWER
    check(fact, given, server.requests[before:], 2)


@each_operation
@each_case
async def test_an_awaited_operation_posts_the_same(
    fact: Fact, case: Case, server: Loopback, config: Dict[str, Any]
) -> None:
    given, before = case(fact), len(server.requests)
    async with AsyncVeltSDK.initialize(config) as sdk:
        call = getattr(getattr(sdk.api, fact.service), fact.method)
        request = fact.operation.request(**given)
        assert await call(request) == ANSWER
        assert await call(**given) == ANSWER
    check(fact, given, server.requests[before:], 2)


@each_operation
def test_what_is_known_of_an_operation_stands_in_its_line_of_the_table(fact: Fact) -> None:
    operation = fact.operation
    assert operation.path == fact.path
    assert operation.request.__name__ == fact.request
    assert operation.repeatable is fact.repeatable
    assert (operation.workspace, operation.bare) == (fact.auth == "workspace", fact.auth == "bare")
    known = facts_of(operation.request)
    assert [(name, each.type + "!" * each.required) for name, each in known.items()] == list(
        fact.fields.items()
    )
    if fact.paging is None:
        assert operation.paged is None
        return
    assert operation.paged.token == fact.paging.token
    if fact.paging.at is not None:
        assert [".".join(path) for path in operation.paged.at] == [fact.paging.at]


@each_operation
def test_every_field_of_a_request_may_be_left_out(fact: Fact) -> None:
    request = fact.operation.request()
    assert request.to_dict() == {}
    assert all(field.default is None for field in dataclasses.fields(request))


def test_no_operation_is_missing_and_none_is_too_many() -> None:
    ours: Set[str] = {
        operation.name for service in SERVICES for operation in operations_of(service_class(service))
    }
    assert ours == {fact.name for fact in FACTS}
    assert len(FACTS) == 172  # and token.getToken, which is tested on its own


def test_loops_of_a_workflow_definition_are_not_sent_and_the_caller_is_told(
    server: Loopback, sdk: VeltSDK
) -> None:
    with pytest.warns(DeprecationWarning, match="loops"):
        sdk.api.workflow.createDefinition(definitionId="d", loops=[{"id": 1}])
    assert json.loads(server.requests[-1].body) == {"data": {"definitionId": "d"}}


def test_missing_credentials_are_sent_as_empty_texts(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("API_KEY", "AUTH_TOKEN", "WORKSPACE_ID", "WORKSPACE_AUTH_TOKEN"):
        monkeypatch.delenv(f"VELT_{name}", raising=False)
    before = len(server.requests)
    with VeltSDK.initialize({"apiBaseUrl": server.url}) as sdk:
        sdk.api.workspace.getWorkspace()
        sdk.api.users.getUsers()
    for request in server.requests[before:]:
        assert (request.headers["x-velt-api-key"], request.headers["x-velt-auth-token"]) == ("", "")
        assert "x-velt-workspace-id" not in request.headers


def test_a_field_that_is_a_dataclass_goes_out_as_an_object_and_keeps_its_nulls(
    server: Loopback, sdk: VeltSDK
) -> None:
    @dataclasses.dataclass
    class Person:
        userId: str
        email: Any = None

    sdk.api.users.addUsers(organizationId="acme", users=[Person("ana"), {"in": Person("ben")}])  # type: ignore[list-item]
    assert json.loads(server.requests[-1].body)["data"]["users"] == [
        {"userId": "ana", "email": None},
        {"in": {"userId": "ben", "email": None}},
    ]


def test_every_name_of_a_request_is_accepted_at_its_place(server: Loopback, sdk: VeltSDK) -> None:
    for fact in FACTS:
        given = everything(fact)
        getattr(getattr(sdk.api, fact.service), fact.method)(*given.values())
        assert json.loads(server.requests[-1].body) == fact.body(given), fact.name


def test_where_a_field_is_called_options_a_request_object_leaves_the_keyword_to_the_options_of_the_call(
    server: Loopback, sdk: VeltSDK
) -> None:
    request = UpdateUsersRequest(organizationId="acme", options={"field": 1})
    sdk.api.users.updateUsers(request, options={"headers": {"x-mine": "1"}})
    sdk.api.users.updateUsers.with_options(headers={"x-mine": "2"})(
        organizationId="acme", options={"field": 1}
    )
    for seen, header in zip(server.requests[-2:], ("1", "2")):
        assert json.loads(seen.body) == {"data": {"organizationId": "acme", "options": {"field": 1}}}
        assert seen.headers["x-mine"] == header
