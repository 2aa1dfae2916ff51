"""The emulator's own rules: routes, envelopes, credentials, pages, faults, what is kept."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import pytest

from tests.emulator.controlling import sdk_over
from velt_py import VeltSDK
from velt_py.emulator import Clock, Emulator, coverage
from velt_py.emulator.areas import RULES
from velt_py.emulator.routes import make_routes

HEADERS = {"X-Velt-Api-Key": "key", "X-Velt-Auth-Token": "token"}

BAD_FIELDS: List[Tuple[str, Any, str]] = [
    ("/v2/organizations/add", {}, "organizations is required"),
    ("/v2/organizations/add", {"organizations": {}}, "must be of type"),
    ("/v2/organizations/add", {"organizations": [1]}, "must be of type"),
    ("/v2/organizations/add", {"organizations": [{}]}, "organizationId is required"),
    ("/v2/organizations/get", {"organizationIds": [str(i) for i in range(31)]}, "at most 30"),
    ("/v2/organizations/get", {"pageSize": 0}, "at least 1"),
    ("/v2/organizations/get", {"pageToken": "nonsense"}, "page token"),
    ("/v2/organizations/get", {"pageToken": "é"}, "page token"),
    ("/v2/organizations/get", {"pageToken": base64.b64encode(b"[" * 100_000).decode()}, "page token"),
    ("/v2/organizations/add", {"organizations": [{"organizationId": "a\x1fb"}]}, "control character"),
    ("/v2/organizations/add", {"organizations": [{"organizationId": "\ud800"}]}, "surrogate"),
]
BAD_CONTROLS: List[Tuple[str, Any]] = [
    ("/__velt/clock", {"tick": "soon"}),
    ("/__velt/state", {"records": [{}]}),
    ("/__velt/clock", {"tik": 5}),
    ("/__velt/scripts", {"apiKey": "k", "operation": "rewriter.askAi", "answer": "x", "matches": {"a": "b"}}),
    ("/__velt/memory/judgments", {"apiKey": "k", "judgments": [], "organizationId": "o"}),
    ("/__velt/requests", {"operation": 5}),
    ("/__velt/frontend/comment", {"apiKey": "k", "providers": []}),
    ("/__velt/faults", {"status": 9}),
    ("/__velt/faults", {"colour": 1}),
    ("/__velt/faults", {"match": "users/add"}),
    ("/__velt/faults", {"match": "users/add", "headers": {"a": "b"}, "body": {}}),
    *(
        ("/__velt/faults", {"status": 503, **fault})
        for fault in (
            {"match": 1},
            {"match": ""},
            {"nth": 0},
            {"nth": "1"},
            {"times": True},
            {"times": 1.5},
            {"probability": 1.5},
            {"probability": float("nan")},
            {"delay": float("inf")},
            {"delay": True},
            {"status": 200.0},
            {"headers": []},
            {"headers": {"a": 1}},
            {"headers": {"a b": "c"}},
            {"headers": {"a": "b\r\nc: d"}},
            {"drop": "yes"},
            {"seen": 1},
            {"self": 1},
        )
    ),
    ("/__velt/reset", {"apiKey": 1}),
    ("/__velt/reset", {"apiKey": "\ud800"}),
    (
        "/__velt/scripts",
        {"apiKey": "k", "operation": "memory.ask", "match": {"a": "b{99999999999}"}, "answer": 1},
    ),
]


def post(
    emulator: Emulator, path: str, body: Any, headers: Dict[str, str] = HEADERS
) -> Tuple[int, Any, Dict[str, str]]:
    status, answered, text = emulator.handle("POST", path, headers, json.dumps(body).encode())
    return status, json.loads(text), answered


def test_an_unknown_path_is_a_501_that_names_the_nearest_path(emulator: Emulator) -> None:
    status, answer, _ = post(emulator, "/v2/organisations/get", {"data": {}})
    assert status == 501
    assert "/v2/organizations/get" in answer["error"]["message"]


def test_every_operation_is_either_emulated_or_says_that_it_is_not(emulator: Emulator) -> None:
    known = coverage(emulator)
    paths = {route.name: route.path for route in emulator.routes.values()}
    assert set(known["emulated"]) | set(known["missing"]) == set(paths)
    for name in known["missing"]:
        status, answer, _ = post(emulator, paths[name], {"data": {}})
        assert status == 501
        assert name in answer["error"]["message"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "no JSON"),
        (b"[]", "JSON object"),
        (b'{"organizationId": "o"}', "data"),
        (b'{"data": []}', "data"),
        (b"\xff", "no JSON"),
        (b"[" * 100_000, "no JSON"),
    ],
    ids=["broken", "list", "bare", "data-list", "no-utf8", "deep"],
)
def test_a_body_without_fields_is_refused(emulator: Emulator, body: bytes, said: str) -> None:
    status, _, text = emulator.handle("POST", "/v2/organizations/get", HEADERS, body)
    error = json.loads(text)["error"]
    assert (status, error["status"]) == (400, "INVALID_ARGUMENT")
    assert said in error["message"]


@pytest.mark.parametrize("levels", [300, 700], ids=str)
def test_a_body_that_is_nested_too_deeply_is_refused_and_stores_nothing(
    emulator: Emulator, levels: int
) -> None:
    def nested(levels: int) -> Any:
        found: Any = {}
        for _ in range(levels):
            found = {"a": found}
        return found

    added = {"organizations": [{"organizationId": "o", "metadata": nested(100)}]}
    assert post(emulator, "/v2/organizations/add", {"data": added})[0] == 200
    before = emulator.state.dump()
    added["organizations"][0]["metadata"] = nested(levels)
    status, answer, _ = post(emulator, "/v2/organizations/add", {"data": added})
    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert "deep" in answer["error"]["message"] or "no JSON" in answer["error"]["message"]
    assert emulator.state.dump() == before


@pytest.mark.parametrize(
    ("headers", "status", "word"),
    [
        ({}, 400, "INVALID_ARGUMENT"),
        ({"x-velt-api-key": "key"}, 400, "INVALID_ARGUMENT"),
        ({"x-velt-api-key": "key", "x-velt-auth-token": "wrong"}, 403, "PERMISSION_DENIED"),
    ],
    ids=["nothing", "no-token", "wrong-token"],
)
def test_calls_without_the_right_credentials_are_refused(
    emulator: Emulator, headers: Dict[str, str], status: int, word: str
) -> None:
    assert post(emulator, "/v2/organizations/get", {"data": {}})[0] == 200
    found, answer, _ = post(emulator, "/v2/organizations/get", {"data": {}}, headers)
    assert (found, answer["error"]["status"]) == (status, word)


def test_a_token_in_a_body_may_be_any_text(emulator: Emulator) -> None:
    assert post(emulator, "/v2/organizations/get", {"data": {}})[0] == 200
    given = {"apiKey": "key", "authToken": "\ud800", "documentId": "d", "migrate": {}}
    status, answer, _ = post(emulator, "/v1/organizations/documents/locations/update", {"data": given}, {})
    assert (status, answer["error"]["message"]) == (403, "Invalid auth token.")


def test_unknown_keys_are_refused_when_only_known_ones_may_call() -> None:
    emulator = Emulator(known_keys_only=True)
    status, answer, _ = post(emulator, "/v2/organizations/get", {"data": {}})
    assert (status, answer["error"]["message"]) == (403, "Invalid API key.")
    emulator.tenant("key", "token")
    assert post(emulator, "/v2/organizations/get", {"data": {}})[0] == 200


@pytest.mark.parametrize(
    ("path", "data", "said"),
    BAD_FIELDS,
    ids=[
        "missing",
        "object",
        "numbers",
        "no-id",
        "31-ids",
        "size",
        "token",
        "token-sign",
        "token-deep",
        "control",
        "half",
    ],
)
def test_bad_fields_are_refused_by_name(emulator: Emulator, path: str, data: Any, said: str) -> None:
    status, answer, _ = post(emulator, path, {"data": data})
    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert said in answer["error"]["message"]


def test_what_is_guessed_is_marked_in_the_answer(emulator: Emulator) -> None:
    body = {"data": {"organizations": [{"organizationId": "o"}]}}
    emulator.tenant("key", "token")
    _, _, first = post(emulator, "/v2/organizations/add", body)
    _, _, again = post(emulator, "/v2/organizations/add", body)
    assert "x-velt-emulator" not in first
    assert (again["x-velt-emulator"], again["x-velt-emulator-assumptions"]) == (
        "guess",
        "organizations-again",
    )


def test_two_keys_never_meet(sdk_of: Callable[[str], VeltSDK], emulator: Emulator) -> None:
    one, other = sdk_of("one"), sdk_of("other")
    one.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    other.api.organizations.addOrganizations(
        organizations=[{"organizationId": "o", "organizationName": "mine"}]
    )
    other.api.organizations.deleteOrganizations(organizationIds=["o"])
    assert list(one.api.organizations.getOrganizations.items()) == [{"disabled": False, "id": "o"}]
    assert list(other.api.organizations.getOrganizations.items()) == []
    emulator.reset("one")
    assert list(one.api.organizations.getOrganizations.items()) == []


def test_pages_hold_every_entry_once_while_entries_come_and_go(sdk: VeltSDK) -> None:
    sdk.api.organizations.addOrganizations(organizations=[{"organizationId": f"o{i:03}"} for i in range(250)])
    found: List[str] = []
    for number, page in enumerate(sdk.api.organizations.getOrganizations.pages(pageSize=40)):
        found.extend(entry["id"] for entry in page["result"]["data"])
        sdk.api.organizations.addOrganizations(organizations=[{"organizationId": f"new{number}"}])
        sdk.api.organizations.deleteOrganizations(organizationIds=[found[0]] if number == 0 else ["nobody"])
    assert [each for each in found if each.startswith("o")] == [f"o{i:03}" for i in range(250)]
    assert len(found) == len(set(found))


def test_a_folder_keeps_everything_over_a_restart(tmp_path: Path) -> None:
    config = {"apiKey": "key", "authToken": "token"}
    first = Emulator(str(tmp_path / "state"))
    sdk = sdk_over(first, **config)
    sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    before = first.state.dump()
    first.close()
    second = Emulator(str(tmp_path / "state"))
    assert second.state.dump() == before
    sdk = sdk_over(second, **config)
    assert [entry["id"] for entry in sdk.api.organizations.getOrganizations.items()] == ["o"]
    second.close()


def test_a_failed_call_leaves_nothing_behind(emulator: Emulator) -> None:
    body = {"data": {"organizations": [{"organizationId": "good"}, {"organizationId": ""}]}}
    assert post(emulator, "/v2/organizations/add", body)[0] == 400
    _, answer, _ = post(emulator, "/v2/organizations/get", {"data": {}})
    assert answer["result"]["data"] == []


def test_faults_strike_the_calls_that_they_name(emulator: Emulator) -> None:
    emulator.faults.add(match="organizations/get", nth=2, status=429, headers={"Retry-After": "3"})
    statuses = [post(emulator, "/v2/organizations/get", {"data": {}})[0] for _ in range(3)]
    assert statuses == [200, 429, 200]
    for match in ("organizations.*", "*/organizations/get", "/v2/organizations/get"):
        emulator.faults.add(match=match, times=1, status=429)
    assert [post(emulator, "/v2/organizations/get", {"data": {}})[0] for _ in range(4)] == [
        429,
        429,
        429,
        200,
    ]
    assert post(emulator, "/v2/organizations/documents/get", {"data": {"organizationId": "o"}})[0] != 429


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (1, "records[1] must be an object"),
        ({"owner": "k", "kind": "annotation", "ids": ["o"], "doc": {}}, "records[1].ids must hold 3"),
        (
            {"owner": "k", "kind": "annotation", "ids": ["o", "d", "t"], "doc": {}},
            "records[1].doc.annotationId",
        ),
        (
            {"owner": "k", "kind": "agenda", "ids": ["a"], "doc": {"due": "soon"}},
            "records[1].doc.due must be a number",
        ),
        ({"owner": "k", "kind": "delivery", "ids": ["a"], "doc": {}}, "records[1].doc.scheme"),
        ({"owner": "k", "kind": "noticeHeld", "ids": ["o", "d", "1", "u"], "doc": {}}, "records[1].doc.due"),
        ({"owner": "k", "kind": "x", "ids": [], "doc": {}}, "records[1].ids"),
    ],
    ids=range(7),
)
def test_records_that_could_not_be_read_again_are_refused_by_place_and_nothing_is_loaded(
    emulator: Emulator, record: Any, said: str
) -> None:
    good = {"owner": "k", "kind": "organization", "ids": ["o"], "doc": {"id": "o"}}
    body = json.dumps({"records": [good, record]}).encode()
    status, _, answer = emulator.handle("POST", "/__velt/state", {}, body)
    assert (status, said in json.loads(answer)["error"]["message"]) == (400, True), answer
    assert emulator.state.dump() == []


def test_a_latency_holds_answers_of_the_api_up_and_nothing_else() -> None:
    emulator = Emulator(latency=0.02)
    assert emulator.handle("GET", "/__velt/health", {}, b"")[0] == 200
    emulator.handle("POST", "/v2/organizations/get", {}, b"{}")
    [call] = emulator.recorded.listed()
    emulator.close()
    assert call["milliseconds"] >= 20


def test_the_control_api_dumps_loads_resets_and_moves_the_clock(emulator: Emulator) -> None:
    post(emulator, "/v2/organizations/add", {"data": {"organizations": [{"organizationId": "o"}]}})
    state = json.loads(emulator.handle("GET", "/__velt/state", {}, b"")[2])
    assert post(emulator, "/__velt/reset", {})[0] == 200
    assert json.loads(emulator.handle("GET", "/__velt/state", {}, b"")[2]) == {"records": []}
    assert post(emulator, "/__velt/state", state)[1] == {"loaded": len(state["records"])}
    assert json.loads(emulator.handle("GET", "/__velt/state", {}, b"")[2]) == state
    before = emulator.clock.seconds()
    assert post(emulator, "/__velt/clock", {"tick": 60})[1] == {"seconds": before + 60}


@pytest.mark.parametrize(
    ("path", "body"),
    BAD_CONTROLS,
    ids=str,
)
def test_the_control_api_refuses_what_it_does_not_understand(
    emulator: Emulator, path: str, body: Any
) -> None:
    assert post(emulator, path, body)[0] == 400


def test_recorded_requests_hold_no_credentials(emulator: Emulator) -> None:
    post(emulator, "/v2/organizations/get", {"data": {}}, {**HEADERS, "X-Velt-Auth-Token": "secret-token"})
    text = emulator.handle("GET", "/__velt/requests", {}, b"")[2].decode()
    assert "organizations.getOrganizations" in text
    assert "secret-token" not in text


def test_the_same_ids_are_made_in_every_run() -> None:
    def made() -> Any:
        emulator = Emulator(clock=Clock(1.0))
        return post(
            emulator, "/v2/organizations/add", {"data": {"organizations": [{"organizationId": "o"}]}}
        )[1]

    assert made() == made()


def test_recorded_calls_hold_no_credentials(sdk: VeltSDK, emulator: Emulator) -> None:
    sdk.api.locations.updateLocation(
        apiKey="key", authToken="token-of-key", documentId="d", migrate={"oldLocation": {}, "newLocation": {}}
    )
    sdk.api.workspace.updatePermissionProviderConfig(permissionProviderConfig={"authToken": "hidden-token"})
    seen = repr(emulator.recorded.listed())
    assert "token-of-key" not in seen
    assert "hidden-token" not in seen


def test_every_operation_is_found_by_its_path_alone_and_has_a_rule() -> None:
    known = make_routes()
    assert len(set(known)) == len(known) > 170
    for path in known:
        # Routes that have loaded nothing yet.
        assert make_routes()[path].name in RULES
    assert "/v2/organizations" not in make_routes()


def test_a_first_call_loads_no_area_but_its_own() -> None:
    code = (
        "import json, sys\n"
        "from velt_py.emulator import Emulator\n"
        "emulator = Emulator()\n"
        "headers = {'x-velt-api-key': 'k', 'x-velt-auth-token': 't'}\n"
        "status = emulator.handle('POST', '/v2/organizations/get', headers, b'{\"data\":{}}')[0]\n"
        "areas = sorted(name for name in sys.modules if name.startswith('velt_py.emulator.areas.'))\n"
        "print(json.dumps([status, areas]))\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src")},
        capture_output=True,
        check=True,
        text=True,
    )
    assert json.loads(found.stdout) == [200, ["velt_py.emulator.areas.organizations"]]


def test_the_coverage_tells_which_operations_were_called_and_how_they_were_refused(
    sdk: VeltSDK, emulator: Emulator
) -> None:
    sdk.api.folders.getFolders(organizationId="nowhere")
    sdk.api.organizations.getOrganizations()
    known = coverage(emulator)
    assert known["missing"] == []
    assert known["called"] == ["folders.getFolders", "organizations.getOrganizations"]
    assert known["refused"] == {"folders.getFolders": ["NOT_FOUND"]}
