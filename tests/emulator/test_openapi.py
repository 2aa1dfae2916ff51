"""The emulator's own OpenAPI document: it says what the table says, and what fits it, or nearly, makes nothing fail."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, List

import hypothesis
import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode

from velt_py._version import __version__
from velt_py.emulator import Emulator, coverage
from velt_py.emulator.checking import check_request
from velt_py.emulator.openapi import CREDENTIALS, openapi_document, schema_of
from velt_py.emulator.refusals import Refused
from velt_py.emulator.routes import Route, make_routes
from velt_py.models.request import Fact

ROUTES = make_routes()
DOCUMENT = openapi_document(ROUTES, __version__)
META = jsonschema.Draft202012Validator.META_SCHEMA
HEADERS = {
    "x-velt-api-key": "key",
    "x-velt-auth-token": "token",
    "x-velt-workspace-id": "workspace",
    "x-velt-workspace-auth-token": "token-of-the-workspace",
}
EXAMPLES = 3
"""Of each operation and kind, so that all of them take seconds."""
INTERNAL = {
    *(f"/v2/organizations/documents/{verb}" for verb in ("add", "get", "update", "delete")),
    *(f"/v2/workspace/domains/{verb}" for verb in ("add", "delete")),
    *(f"/v2/memory/alerts/{verb}" for verb in ("action", "dismiss")),
    *(f"/v2/agents/{verb}" for verb in ("update", "delete", "extract", "execution/get")),
    *(f"/v2/agents/prompt/{verb}" for verb in ("enhance", "refine", "validate")),
}
"""Operations whose pages give 500 INTERNAL as an answer to a request that cannot be met, wholly or in part."""


def fields_of(route: Route) -> Dict[str, Any]:
    body = DOCUMENT["paths"][route.path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    fields: Dict[str, Any] = body if route.bare else body["properties"]["data"]
    return fields


def test_the_control_api_gives_the_document() -> None:
    emulator = Emulator()
    status, _, body = emulator.handle("GET", "/__velt/openapi", {}, b"")
    emulator.close()
    assert status == 200
    assert json.loads(body) == DOCUMENT


def test_the_operations_that_answer_500_are_there() -> None:
    assert set(ROUTES) >= INTERNAL


def test_every_operation_stands_in_it_once_under_its_name() -> None:
    names = [entry["post"]["operationId"] for entry in DOCUMENT["paths"].values()]
    assert sorted(names) == sorted(route.name for route in ROUTES.values())
    assert len(names) > 170


@pytest.mark.parametrize("path", sorted(ROUTES))
def test_the_fields_of_an_operation_are_a_schema_with_every_fact(path: str) -> None:
    route = ROUTES[path]
    schema = fields_of(route)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert list(schema["properties"]) == list(route.facts)
    for name, fact in route.facts.items():
        text = json.dumps(schema["properties"][name])
        assert fact.most is None or f'"maxItems": {fact.most}' in text
        assert all(json.dumps(word) in text for word in fact.one_of or ())


@pytest.mark.parametrize(
    ("fact", "good", "bad"),
    [
        (Fact("string"), ["", "a"], [1, [], None]),
        (Fact("string[]", most=2), [[], ["a", "b"]], ["a", [1], ["a", "b", "c"]]),
        (Fact("string", one_of=("a", "b")), ["a"], ["c", 1]),
        (Fact("string[]", one_of=("a", "b")), [["a", "b"]], [["c"], "a"]),
        (Fact("string|string[]"), ["a", ["a"]], [1, [1]]),
        (Fact("object[]"), [[{}]], [{}, ["a"]]),
        (Fact("User"), [{"userId": "u"}], ["u", []]),
        (Fact("integer"), [1], [1.5, True, "1"]),
        (Fact("number"), [1, 1.5], [True, "1"]),
        (Fact("boolean"), [True], [1, "true"]),
        (Fact("array"), [[1, "a"]], [{}]),
        (Fact("any"), [1, "a", {}], []),
    ],
    ids=lambda each: each.type if isinstance(each, Fact) else "",
)
def test_a_schema_takes_what_the_emulator_takes_and_refuses_what_it_refuses(
    fact: Fact, good: List[Any], bad: List[Any]
) -> None:
    validator = jsonschema.Draft202012Validator(schema_of(fact))
    for value in good:
        assert validator.is_valid(value)
        check_request("folders.getFolders", {"x": fact}, {"x": value})
    for value in bad:
        assert not validator.is_valid(value)
        if value is not None:
            with pytest.raises(Refused):
                check_request("folders.getFolders", {"x": fact}, {"x": value})


@pytest.mark.parametrize("path", sorted(ROUTES))
def test_the_headers_that_it_asks_for_are_those_without_which_a_call_is_refused(path: str) -> None:
    described = DOCUMENT["paths"][path]["post"]
    emulator = Emulator()
    sent = b"{}" if ROUTES[path].bare else b'{"data": {}}'
    status, _, body = emulator.handle("POST", path, {}, sent)
    assert (b"found in headers" in body) is bool(described["security"]) or status == 501
    for names in described["security"]:
        headers = {CREDENTIALS[name]: HEADERS[CREDENTIALS[name]] for name in names if name in CREDENTIALS}
        query = "" if headers else "?apiKey=key"
        _, _, body = emulator.handle("POST", path + query, headers, sent)
        assert b"found in headers" not in body
    emulator.close()


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    running = Emulator()
    for number in range(2):
        data = {"organizationId": "o", "documents": [{"documentId": f"d{number}"}]}
        running.handle(
            "POST", "/v2/organizations/documents/add", HEADERS, json.dumps({"data": data}).encode()
        )
    yield running
    running.close()


def operations() -> Dict[str, Any]:
    """The operations without credentials, which every call here has: else much of what is sent is only not signed."""
    paths = {path: {"post": {**entry["post"], "security": []}} for path, entry in DOCUMENT["paths"].items()}
    components = {"schemas": DOCUMENT["components"]["schemas"]}
    schema = schemathesis.openapi.from_dict({**DOCUMENT, "paths": paths, "components": components})
    return {result.ok().path: result.ok() for result in schema.get_all_operations()}


OPERATIONS = operations()


def harmless(status: int, body: bytes, path: str, missing: List[str]) -> bool:
    """Whether an answer is none of a server that failed. What fails in the emulator itself is raised here."""
    answer = json.loads(body)
    if status == 501:
        return ROUTES[path].name in missing
    if status >= 500:
        return path in INTERNAL and bool(answer["error"]["message"])
    return isinstance(answer, dict) and ("error" in answer) == (status >= 400)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", sorted(ROUTES))
def test_nothing_that_schemathesis_sends_makes_the_emulator_fail(
    path: str, mode: GenerationMode, emulator: Emulator
) -> None:
    missing = coverage(emulator)["missing"]

    @hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=OPERATIONS[path].as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url="http://127.0.0.1")
        body = json.dumps(sent["json"]).encode() if "json" in sent else sent.get("data") or b""
        given = {str(name): str(value) for name, value in sent["headers"].items()}
        headers = {**given, **HEADERS}
        status, _, answer = emulator.handle("POST", path, headers, body)
        assert harmless(status, answer, path, missing), (status, answer[:500])

    send()
