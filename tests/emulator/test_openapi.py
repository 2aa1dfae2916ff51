"""The emulator's own OpenAPI document: it says what the table says, and what fits it, or nearly, makes nothing fail."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, List, Tuple

import hypothesis
import jsonschema
import pytest
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode

from tests.emulator.generating import HEADERS, furnished, operations, refurnish, written
from velt_py._version import __version__
from velt_py.emulator import Emulator
from velt_py.emulator.checking import check_request
from velt_py.emulator.openapi import CREDENTIALS, openapi_document, schema_of
from velt_py.emulator.refusals import Refused
from velt_py.emulator.routes import Route, make_routes
from velt_py.models.request import Fact

ROUTES = make_routes()
DOCUMENT = openapi_document(ROUTES, __version__)
META = jsonschema.Draft202012Validator.META_SCHEMA
EXAMPLES = {GenerationMode.POSITIVE: 5, GenerationMode.NEGATIVE: 2}
"""Of each operation, so that all of them take seconds."""
INTERNAL = {
    *(f"/v2/organizations/documents/{verb}" for verb in ("add", "get", "update", "delete")),
    "/v2/commentannotations/add",
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


FURNISHED, KEPT = furnished()
AS_DESCRIBED = operations(DOCUMENT)
FILLED_IN = operations(DOCUMENT, KEPT)
AREAS = {
    area: [path for path in sorted(ROUTES) if ROUTES[path].name.startswith(f"{area}.")]
    for area in {route.name.partition(".")[0] for route in ROUTES.values()}
}


def generated(operation: Any, mode: GenerationMode) -> Iterator[Tuple[int, Any, bytes]]:
    """The answers to what schemathesis makes of an operation, and what was sent."""
    answers: List[Tuple[int, Any, bytes]] = []

    @hypothesis.settings(
        max_examples=EXAMPLES[mode],
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        headers, body = written(case)
        status, _, answer = FURNISHED.handle("POST", operation.path, headers, body)
        answers.append((status, json.loads(answer), body))

    refurnish(FURNISHED)
    send()
    assert answers
    yield from answers


@pytest.mark.parametrize("area", sorted(AREAS))
def test_what_fits_the_document_makes_no_operation_fail_and_most_are_done(area: str) -> None:
    done = 0
    for path in AREAS[area]:
        answers = list(generated(FILLED_IN[path], GenerationMode.POSITIVE))
        for status, answer, _ in answers:
            assert status < 500 or path in INTERNAL, (path, answer)
            assert isinstance(answer, dict)
            assert ("error" in answer) == (status >= 400)
        done += any(status < 300 for status, _, _ in answers)
    assert done * 2 >= len(AREAS[area])


@pytest.mark.parametrize("area", sorted(AREAS))
def test_what_does_not_fit_the_document_is_refused(area: str) -> None:
    for path in AREAS[area]:
        for status, answer, sent in generated(AS_DESCRIBED[path], GenerationMode.NEGATIVE):
            if b": null" in sent and status < 300:
                continue  # a field that is null counts as one that is not there
            assert status in (400, 403), (path, answer)
            assert answer["error"]["message"]
