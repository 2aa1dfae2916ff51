"""What is guessed: marked where an answer rests on it, listed, and chosen otherwise where there is a choice."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Tuple

import pytest

from tests.emulator.controlling import control, sdk_over
from tests.emulator.walk import person, prepared, samples, walked
from velt_py.api.client import Raw
from velt_py.cli.command import main
from velt_py.emulator import Clock, Emulator
from velt_py.emulator.assumptions import ASSUMPTIONS
from velt_py.exceptions import VeltConfigurationError

MARK = "x-velt-emulator-assumptions"
OF_TIME = {"workflow-schedules"}
"""What workflows begin by themselves: what rests on it is no single answer."""
SOURCE = Path(__file__).resolve().parents[2] / "src" / "velt_py" / "emulator"
KEYS = {"apiKey": "key", "authToken": "token", "workspaceId": "w", "workspaceAuthToken": "workspace-token"}
HEADERS = {"x-velt-api-key": "key", "x-velt-auth-token": "token"}


def everything(emulator: Emulator) -> Iterator[Tuple[str, Raw[Any]]]:
    """One call of every operation."""
    kept = {"own": "key", "token": "token"}
    prepared(emulator, "key", "walker")
    return walked(emulator, sdk_over(emulator, **KEYS).api, kept, samples("walker"))


def post(
    emulator: Emulator, path: str, data: Any, headers: Mapping[str, str] = HEADERS
) -> Tuple[int, List[str]]:
    status, answered, _ = emulator.handle("POST", path, headers, json.dumps(data).encode())
    return status, answered.get(MARK, "").split(",")


def test_the_assumptions_with_which_answers_are_marked_name_their_operations(emulator: Emulator) -> None:
    marked = [
        (name, mark)
        for name, reply in everything(emulator)
        for mark in filter(None, reply.headers.get(MARK, "").split(","))
    ]
    assert len({mark for _, mark in marked}) > 20
    for name, mark in marked:
        assert any(fnmatchcase(name, each) for each in ASSUMPTIONS[mark].operations), (name, mark)


def test_every_assumption_marks_answers_somewhere() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in sorted(SOURCE.rglob("*.py"))
        if path.name != "assumptions.py"
    )
    assert {name for name in ASSUMPTIONS if f'"{name}"' not in code} == OF_TIME


ORGANIZATIONS = "/v2/organizations/get"


@pytest.mark.parametrize(
    ("path", "body", "mark"),
    [
        (ORGANIZATIONS, {"data": {}}, "first-use"),
        (ORGANIZATIONS, {"data": {"organizationIds": 1}}, "error-texts"),
        (ORGANIZATIONS, {"data": {"pageToken": "nonsense"}}, "page-tokens"),
        (ORGANIZATIONS, {"data": {"pageSize": 5000}}, "page-tokens"),
        ("/v2/organizations/documents/get", {"data": {"organizationId": "x"}}, "http-status"),
        (
            "/v2/users/update",
            {"data": {"users": [{"userId": "u"}], "options": {"all": True}}},
            "required-fields",
        ),
        (
            "/v2/livestate/broadcast",
            {"organizationId": "o", "documentId": "d", "liveStateDataId": "s", "data": {"a": 1}},
            "bare-body",
        ),
    ],
    ids=["key", "type", "token", "size", "status", "required", "bare"],
)
def test_what_is_assumed_of_any_call_is_marked(emulator: Emulator, path: str, body: Any, mark: str) -> None:
    assert mark in post(emulator, path, body)[1]


def test_a_refusal_by_limits_is_marked_with_what_led_to_it_and_not_with_what_was_not_looked_at(
    emulator: Emulator,
) -> None:
    limits = json.dumps({"apiKey": "key", "rateLimit": 0}).encode()
    assert emulator.handle("POST", "/__velt/limits", {}, limits)[0] == 200
    relaxed = {"data": {"users": [{"userId": "u"}], "options": {"all": True}}}
    status, marks = post(emulator, "/v2/users/update", relaxed)
    assert (status, marks) == (429, ["first-use", "limits", "http-status", "error-texts"])


def test_a_null_at_the_end_of_a_list_is_marked() -> None:
    emulator = Emulator(seed=1)
    emulator.tenant("key", "token")
    assert post(emulator, ORGANIZATIONS, {"data": {}}) == (200, ["page-tokens"])
    emulator.close()


def test_a_known_key_a_documented_answer_and_nothing_is_marked(emulator: Emulator) -> None:
    emulator.tenant("key", "token")
    assert post(emulator, ORGANIZATIONS, {"data": {}}) == (200, [""])


def outcome(assume: Dict[str, str], area: str, method: str, **fields: Any) -> Any:
    """What an operation answers the second time."""
    emulator = Emulator(assume=assume)
    call = getattr(getattr(sdk_over(emulator, **KEYS).api, area), method)
    call(**fields)
    answer = call(**fields)
    emulator.close()
    return answer


def test_an_organization_that_is_added_again_is_updated_or_refused() -> None:
    fields = {"organizations": [{"organizationId": "o"}]}
    added = ("organizations", "addOrganizations")
    assert outcome({}, *added, **fields)["result"]["data"]["o"]["success"] is True
    assert (
        outcome({"organizations-again": "upsert"}, *added, **fields)["result"]["data"]["o"]["success"] is True
    )
    refused = outcome({"organizations-again": "strict"}, *added, **fields)["result"]["data"]["o"]
    assert (refused["success"], refused["message"]) == (False, "Organization already exists")


def test_users_make_their_organization_always_or_when_asked() -> None:
    fields: Dict[str, Any] = {"organizationId": "o", "users": [person("ann")]}
    added = ("users", "addUsers")
    flag = {"users-create-organization": "flag"}
    assert "result" in outcome({}, *added, **fields)
    assert outcome(flag, *added, **fields)["error"]["status"] == "NOT_FOUND"
    assert "result" in outcome(flag, *added, createOrganization=True, **fields)


def test_services_are_on_until_they_are_configured_or_off() -> None:
    by_name = {sample.name: sample.fields for sample in samples("ann")}
    for method in ("notifications.addNotifications", "activities.addActivities"):
        area, _, name = method.partition(".")
        emulator = Emulator(assume={"notifications-enabled": "off"})
        api: Any = sdk_over(emulator, **KEYS).api
        api.documents.addDocuments(**by_name["documents.addDocuments"], createOrganization=True)
        refused = getattr(getattr(api, area), name)(**by_name[method])
        assert refused["error"]["status"] == "FAILED_PRECONDITION"
        api.workspace.updateNotificationConfig(useNotificationService=True)
        api.workspace.updateActivityConfig(activityServiceConfig={"isEnabled": True})
        assert "result" in getattr(getattr(api, area), name)(**by_name[method])
        api.workspace.updateNotificationConfig(useNotificationService=False)
        api.workspace.updateActivityConfig(activityServiceConfig={"isEnabled": False})
        refused = getattr(getattr(api, area), name)(**by_name[method])
        assert refused["error"]["status"] == "FAILED_PRECONDITION"
        emulator.close()


def test_an_unknown_key_is_taken_or_refused() -> None:
    emulator = Emulator(assume={"first-use": "refuse"})
    assert post(emulator, ORGANIZATIONS, {"data": {}})[0] == 403
    emulator.tenant("key", "token")
    assert post(emulator, ORGANIZATIONS, {"data": {}})[0] == 200
    emulator.close()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("organizations-again=sometimes", "upsert, strict"),
        ("nonsense=1", "organizations-again"),
        ("signature=rsa", "only these"),
        ("organizations-again", "NAME=VALUE"),
    ],
)
def test_a_choice_that_there_is_not_is_refused_with_those_that_there_are(
    entry: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["emulator", "--port", "0", "--assume", entry]) == 2
    assert said in capsys.readouterr().err


def test_the_choices_are_listed_and_each_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["emulator", "--assumptions"]) == 0
    listed = capsys.readouterr().out
    choices = {name: entry.choices for name, entry in ASSUMPTIONS.items() if entry.choices}
    assert len(choices) >= 6
    for name, values in choices.items():
        assert f"--assume {name}={'|'.join(values)}" in listed
        for value in values:
            Emulator(assume={name: value}).close()
        with pytest.raises(VeltConfigurationError):
            Emulator(assume={name: "x"})


def test_whatever_calls_leave_behind_can_be_dumped_and_loaded(emulator: Emulator) -> None:
    assert len(list(everything(emulator))) > 170
    other = Emulator()
    control(other, "POST", "state", records=emulator.state.dump())
    other.close()


def test_the_same_calls_with_the_same_seed_give_the_same_answers_tokens_and_secrets_too() -> None:
    def all_said(seed: int) -> List[Any]:
        emulator = Emulator(clock=Clock(1_800_000_000.0), seed=seed)
        found = [(name, reply.answer) for name, reply in everything(emulator)]
        emulator.close()
        return found

    said = all_said(1)
    assert all_said(1) == said
    differing = {name for (name, one), (_, other) in zip(said, all_said(2)) if one != other}
    assert {"workspace.resetAuthToken", "workspace.getAdvancedWebhookEndpointSecret"} <= differing


def test_no_two_secrets_are_the_same(emulator: Emulator) -> None:
    api: Any = sdk_over(emulator, **KEYS).api
    api.workspace.updateAdvancedWebhookConfig(isEnabled=True)
    made = [api.workspace.createAdvancedWebhookEndpoint(url="https://app.example/") for _ in range(3)]
    secrets = {
        api.workspace.getAdvancedWebhookEndpointSecret(endpointId=each["result"]["data"]["id"])["result"][
            "data"
        ]["secret"]
        for each in made
    }
    assert len(secrets) == 3
