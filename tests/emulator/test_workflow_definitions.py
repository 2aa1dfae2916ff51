"""Definitions of workflows: versions, deletion, pages, and everything that is refused when one is written."""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, List, Tuple

import pytest

from tests.emulator.asking import error, result
from tests.emulator.controlling import sdk_over
from tests.emulator.workflows import SIGNOFF, agent, definition, edge, group, group_end, human, mock
from velt_py import VeltSDK
from velt_py.emulator import Clock, Emulator
from velt_py.emulator.workflow.linter import CODES

LOOP = {"maxIterations": 3}
AB = [mock("a"), mock("b")]
REVIEW = [mock("draft"), human("legal"), human("brand"), mock("publish")]
FAN = [edge("draft", "legal"), edge("draft", "brand"), edge("legal", "publish"), edge("brand", "publish")]
BACK = edge(group_end("g"), "draft", "reject", loop=LOOP)
BOTH = group("g", ["legal", "brand"], 2, "joinOnQuorum")


def members(**more: Any) -> Dict[str, Any]:
    return definition(AB, [], groups=[{**group("g", ["a", "b"], 2), **more}])


LINTED: List[Tuple[str, Dict[str, Any]]] = [
    ("duplicate-node-id", definition([mock("a"), mock("a")], [])),
    ("dangling-edge", definition([mock("a")], [edge("a", "ghost")])),
    ("dangling-edge", definition([mock("a")], [edge(group_end("ghost"), "a")])),
    ("cycle-detected", definition([mock("r"), *AB], [edge("r", "a"), edge("a", "b"), edge("b", "a")])),
    ("unreachable-node", definition([mock("r"), *AB], [edge("a", "b"), edge("b", "a")])),
    ("node-missing-config", definition([{"nodeId": "a", "type": "agent"}], [])),
    (
        "missing-breach-edge",
        definition([human("h", slaMs=60_000), mock("a")], [edge("h", "a", "reject")]),
    ),
    ("group-duplicate-id", definition(AB, [], groups=[group("g", ["a"], 1), group("g", ["b"], 1)])),
    ("group-members-empty", members(memberNodeIds=[])),
    ("group-member-missing", members(memberNodeIds=["a", "ghost"])),
    ("group-expected-steps-invalid", members(expectedSteps=0)),
    ("group-quorum-invalid", members(quorum=0)),
    ("group-quorum-invalid", members(quorum=3)),
    ("group-cancelonquorum-requires-quorum-lt-expected", members(onQuorumMet="cancelOnQuorum")),
    (
        "group-joinonquorum-members-must-share-successors",
        definition([*AB, mock("c")], [edge("a", "c")], groups=[group("g", ["a", "b"], 2, "joinOnQuorum")]),
    ),
    ("group-required-not-in-members", members(requiredNodeIds=["c"])),
    ("group-required-exceeds-quorum", members(quorum=1, requiredNodeIds=["a", "b"])),
    (
        "group-node-in-multiple-groups",
        definition(AB, [], groups=[group("g", ["a"], 1), group("k", ["a", "b"], 1)]),
    ),
    (
        "loop-node-in-multiple-loops",
        definition(
            REVIEW,
            [
                *FAN,
                edge("legal", "draft", "reject", loop=LOOP),
                edge("brand", "draft", "reject", loop=LOOP),
            ],
        ),
    ),
    (
        "loop-body-must-have-single-terminal",
        definition(
            [*REVIEW, mock("aside")],
            [*FAN, edge("draft", "aside"), BACK],
            groups=[BOTH],
        ),
    ),
    (
        "loop-group-bounded-quorum-must-equal-expected",
        definition(REVIEW, [*FAN, BACK], groups=[{**BOTH, "quorum": 1}]),
    ),
]
NO_HUMAN = [mock("a"), mock("b"), mock("c")]
JOINED = [group("g", ["a", "b"], 2, "joinOnQuorum")]
EDGES: List[Tuple[str, Dict[str, Any], str]] = [
    ("CUSTOM_REQUIRES_WHEN", definition(AB, [edge("a", "b", "custom")]), 'non-empty "when"'),
    ("CUSTOM_REQUIRES_WHEN", definition(AB, [edge("a", "b", "custom", when=" ")]), 'non-empty "when"'),
    ("WHEN_ONLY_FOR_CUSTOM", definition(AB, [edge("a", "b", when="{}")]), '"when" is only allowed'),
    ("LOOP_REQUIRES_REJECT", definition(AB, [edge("a", "b", loop=LOOP)]), '"loop" is only allowed'),
    (
        "LOOP_REQUIRES_BACK_EDGE",
        definition(AB, [edge("a", "b", "reject", loop=LOOP)]),
        "leads back to an ancestor of its source",
    ),
    (
        "REJECT_CYCLE_REQUIRES_LOOP",
        definition(AB, [edge("a", "b"), edge("b", "a", "reject")]),
        'ancestor requires "loop"',
    ),
    (
        "EXHAUSTED_REQUIRES_LOOP_SIBLING",
        definition(AB, [edge("a", "b", "exhausted")]),
        "requires a reject loop-back from the same source",
    ),
    (
        "HUMAN_NODE_REQUIRES_REJECT_PATH",
        definition([human("manager-approval")], []),
        'every human node must have at least one outgoing edge with on="reject" (a forward reject route or a reject '
        "back-edge): manager-approval",
    ),
    (
        "AGENT_NODE_REQUIRES_URL_OR_URLPATH",
        definition([{"nodeId": "a", "type": "agent", "config": {"agentId": "x"}}], []),
        'agent node requires either a static "url" or a "urlPath"',
    ),
    (
        "GROUP_TO_GROUP_FORBIDDEN",
        definition(NO_HUMAN, [edge(group_end("g"), group_end("k"))], groups=[*JOINED, group("k", ["c"], 1)]),
        "from a group to a group",
    ),
    (
        "GROUP_FROM_REJECT_REQUIRES_LOOP",
        definition(NO_HUMAN, [edge(group_end("g"), "c", "reject")], groups=JOINED),
        "never fires",
    ),
    (
        "GROUP_FROM_LOOP_REQUIRES_JOINONQUORUM",
        definition(
            NO_HUMAN,
            [edge("c", group_end("g")), edge(group_end("g"), "c", "reject", loop=LOOP)],
            groups=[group("g", ["a", "b"], 2)],
        ),
        "requires onQuorumMet=joinOnQuorum",
    ),
    (
        "APP_TRIGGER_EXCLUSIVE",
        definition(
            AB,
            [],
            triggers=[
                {
                    "triggerId": "t",
                    "inboundWebhook": {"authMode": "hmac", "secret": "s" * 16},
                    "schedule": {"cron": "0 2 * * *", "timezone": "UTC", "enabled": True},
                }
            ],
        ),
        "only one of inboundWebhook, schedule, appTrigger",
    ),
]


def configured(type: str, **config: Any) -> Dict[str, Any]:
    return definition([{"nodeId": "n", "type": type, "config": config}], [])


def triggered(**inbound: Any) -> Dict[str, Any]:
    facts = {"authMode": "hmac", "secret": "s" * 16, **inbound}
    return definition([mock("a")], [], triggers=[{"triggerId": "t", "inboundWebhook": facts}])


def scheduled(cron: str, zone: str) -> Dict[str, Any]:
    schedule = {"cron": cron, "timezone": zone, "enabled": True}
    return definition([mock("a")], [], triggers=[{"triggerId": "t", "schedule": schedule}])


def hooked(url: str) -> Dict[str, Any]:
    return definition([mock("a")], [], webhookConfig={"url": url, "secret": "s" * 16})


TWICE = [{"userId": "u", "mandatory": True}] * 2
OPTIONAL = [{"userId": "u", "mandatory": False}]
LITERAL: List[Tuple[str, Dict[str, Any]]] = [
    ("Required", definition([{"type": "agent", "config": {}}], [])),
    ("at least one of reviewerIds or reviewers must be provided", configured("human")),
    (
        "cannot set both reviewerIds and reviewers, use one",
        configured("human", reviewers=TWICE[:1], reviewerIds=["v"]),
    ),
    ("reviewer userIds must be unique", configured("human", reviewers=TWICE)),
    (
        "reviewers must include at least one mandatory reviewer",
        configured("human", reviewers=OPTIONAL),
    ),
    (
        'notification node with channel="email" requires a non-empty recipients array',
        configured("notification", channel="email", bodyTemplate="b"),
    ),
    (
        'notification node with channel="slack" requires a slackTarget (channel id or incoming-webhook URL)',
        configured("notification", channel="slack", bodyTemplate="b"),
    ),
    (
        'webhook node with authMode="token" requires authTokenHeader to be set',
        configured("webhook", url="https://a.example/x", authMode="token"),
    ),
    (
        'inboundWebhook provider="github" requires authMode="hmac"',
        triggered(provider="github", authMode="bearer"),
    ),
    (
        'inboundWebhook with provider="custom" and authMode="hmac" requires signatureHeader and signatureAlgorithm',
        triggered(provider="custom"),
    ),
    ("schedule.cron must be a valid 5-field cron expression", scheduled("0 25 * * *", "UTC")),
    (
        "schedule.timezone must be a valid IANA timezone name (e.g. America/Los_Angeles)",
        scheduled("0 2 * * *", "Mars/Olympus"),
    ),
    ("url must use https scheme", hooked("http://hooks.acme.example/x")),
    (
        "url host resolves to a private, loopback, or link-local address",
        hooked("https://10.0.0.1/x"),
    ),
    (
        "url host resolves to a private, loopback, or link-local address",
        hooked("https://vault.internal/x"),
    ),
]
STRICT: List[Tuple[str, Dict[str, Any]]] = [
    ("compiled", {**SIGNOFF, "compiled": {}}),
    ("description", {**SIGNOFF, "scope": {"level": "apiKey", "organizationId": None}}),
    ("colour", configured("agent", agentId="a", url="https://a.example", colour="red")),
    ("nodes-0", {**SIGNOFF, "nodes": []}),
    ("nodes-101", {**SIGNOFF, "nodes": [mock(str(n)) for n in range(101)]}),
    ("id", {**SIGNOFF, "definitionId": "UPPER"}),
    ("sla", {**SIGNOFF, "nodes": [mock("a", slaMs=7 * 24 * 3_600_000 + 1)]}),
    ("iterations", definition(AB, [edge("a", "b", "reject", loop={"maxIterations": 21})])),
    ("role", definition(AB, [edge("a", "b", "sometimes")])),
    ("end", definition(AB, [edge({"kind": "planet"}, "b")])),
    ("when", definition(AB, [edge("a", "b", "custom", when="output.decision == 'approve'")])),
    (
        "when-regex",
        definition(AB, [edge("a", "b", "custom", when='{"op":"regex","args":[{"var":"output.a"},"(a"]}')]),
    ),
    ("when-op", definition(AB, [edge("a", "b", "custom", when='{"op":"exec","args":["x"]}')])),
    ("organization", {**SIGNOFF, "scope": {"level": "organization"}}),
    ("document", {**SIGNOFF, "scope": {"level": "document", "organizationId": "o"}}),
    ("secret", definition([mock("a")], [], webhookConfig={"url": "https://a.example", "secret": "short"})),
    ("tags", {**SIGNOFF, "tags": ["t"] * 21}),
]


@pytest.fixture
def api(sdk: VeltSDK) -> Any:
    return sdk.api.workflow


def findings(answer: Any) -> List[str]:
    failed = error(answer)
    assert failed["status"] == "INVALID_ARGUMENT"
    assert "details" not in failed
    prefix, _, found = failed["message"].partition(": ")
    assert prefix == "Definition linter failed"
    return [finding["code"] for finding in json.loads(found)]


def post(emulator: Emulator, path: str, data: Any) -> Any:
    headers = {"x-velt-api-key": "key", "x-velt-auth-token": "token-of-key"}
    return json.loads(emulator.handle("POST", path, headers, json.dumps({"data": data}).encode())[2])


def test_a_definition_is_read_as_it_was_written_with_its_compiled_edges(api: Any) -> None:
    fields = definition(
        [mock("draft"), human("review"), mock("publish"), mock("rework")],
        [
            edge("draft", "review"),
            edge("review", "publish", "approve"),
            edge({"kind": "node", "nodeId": "review"}, "rework", "reject"),
        ],
        tags=["legal"],
    )
    made = result(api.createDefinition(**fields))
    assert made["version"] == 1
    assert made["status"] == "active"
    assert made["nodes"] == fields["nodes"]
    assert made["edges"] == fields["edges"]
    assert made["scope"] == {"level": "apiKey", "organizationId": None, "documentId": None}
    assert made["groups"] is made["description"] is made["triggers"] is made["custom"] is None
    assert made["compiled"] == {
        "forwardEdges": [
            {"from": "draft", "to": "review", "role": "always", "when": None},
            {
                "from": "review",
                "to": "publish",
                "role": "approve",
                "when": {"op": "eq", "args": [{"var": "output.decision"}, "approve"]},
            },
            {
                "from": "review",
                "to": "rework",
                "role": "reject",
                "when": {"op": "eq", "args": [{"var": "output.decision"}, "reject"]},
            },
        ],
        "loops": [],
    }
    assert result(api.getDefinition(definitionId="flow")) == made
    assert error(api.createDefinition(**fields))["status"] == "ALREADY_EXISTS"


def test_a_group_and_its_loop_are_compiled(api: Any) -> None:
    made = result(api.createDefinition(**definition(REVIEW, [*FAN, BACK], groups=[BOTH])))
    assert [each["to"] for each in made["compiled"]["forwardEdges"]] == [
        "legal",
        "brand",
        "publish",
        "publish",
    ]
    loop = made["compiled"]["loops"][0]
    assert loop["entryNodeId"] == "draft"
    assert loop["bodyNodeIds"] == ["draft", "legal", "brand"]
    assert loop["maxIterations"] == 3
    assert loop["onExhausted"] is None
    into = definition(
        [mock("r"), *AB, mock("z")],
        [edge("r", group_end("g")), edge(group_end("g"), "z", "approve")],
        groups=[group("g", ["a", "b"], 2)],
    )
    edges = result(api.createDefinition(**{**into, "definitionId": "into"}))["compiled"]["forwardEdges"]
    assert [(each["from"], each["to"], each.get("fromGroupId"), each.get("toGroupId")) for each in edges] == [
        ("r", "a", None, "g"),
        ("r", "b", None, "g"),
        ("a", "z", "g", None),
        ("b", "z", "g", None),
    ]


def test_an_update_replaces_everything_and_counts(api: Any) -> None:
    hooks = {"url": "https://hooks.acme.example/x", "secret": "s" * 16}
    scope = {"level": "organization", "organizationId": "o"}
    api.createDefinition(**SIGNOFF, description="First", scope=scope, webhookConfig=hooks)
    second = result(api.updateDefinition(**{**SIGNOFF, "name": "Second"}, ifVersion=1))
    assert (second["version"], second["name"], second["description"]) == (2, "Second", None)
    assert second["scope"]["level"] == "apiKey"
    assert "webhookConfig" not in second
    stale = error(api.updateDefinition(**SIGNOFF, ifVersion=1))
    assert stale["status"] == "FAILED_PRECONDITION"
    assert stale["message"] == "Version conflict: expected 1, current 2"
    assert result(api.getDefinition(definitionId="flow"))["name"] == "Second"
    missing = api.updateDefinition(**{**SIGNOFF, "definitionId": "none"}, ifVersion=1)
    assert error(missing)["status"] == "NOT_FOUND"


@pytest.mark.parametrize("purge", [False, True])
def test_a_deleted_definition_is_gone_and_its_name_free_again(api: Any, purge: bool) -> None:
    api.createDefinition(**SIGNOFF)
    api.updateDefinition(**SIGNOFF, ifVersion=1)
    gone = result(api.deleteDefinition(definitionId="flow", purge=purge))
    assert gone == {"deleted": True, "purged": purge, "definitionId": "flow"}
    assert error(api.getDefinition(definitionId="flow"))["status"] == "NOT_FOUND"
    assert error(api.deleteDefinition(definitionId="flow"))["status"] == "NOT_FOUND"
    assert result(api.listDefinitions())["items"] == []
    assert result(api.createDefinition(**SIGNOFF))["version"] == 1


def test_all_definitions_are_walked_exactly_once_newest_first(api: Any) -> None:
    for number in range(57):
        api.createDefinition(**{**SIGNOFF, "definitionId": f"flow-{number}"})
    walked: List[str] = []
    for page in api.listDefinitions.pages(pageSize=10):
        walked.extend(each["definitionId"] for each in page["result"]["items"])
        number = len(walked)
        api.createDefinition(**{**SIGNOFF, "definitionId": f"later-{number}"})
    assert walked == [f"flow-{number}" for number in range(56, -1, -1)]
    assert "pageSize" in str(error(api.listDefinitions(pageSize=501))["details"])


def test_a_definition_that_is_changed_meanwhile_comes_first_in_the_next_walk_and_never_twice(
    api: Any,
) -> None:
    for name in "abcdef":
        result(api.createDefinition(**{**SIGNOFF, "definitionId": f"flow-{name}"}))
    walk = (each["definitionId"][-1] for each in api.listDefinitions.items(pageSize=2))
    found = [next(walk) for _ in range(2)]
    for name in ("f", "a"):
        result(api.updateDefinition(**{**SIGNOFF, "definitionId": f"flow-{name}"}, ifVersion=1))
    assert [*found, *walk] == list("fedcb")
    again = api.listDefinitions.items(pageSize=2)
    assert [each["definitionId"][-1] for each in again] == list("afedcb")


@pytest.mark.parametrize(
    ("code", "fields"), LINTED, ids=[f"{place}-{case[0]}" for place, case in enumerate(LINTED)]
)
def test_the_linter_names_what_is_wrong(api: Any, code: str, fields: Dict[str, Any]) -> None:
    assert code in findings(api.createDefinition(**fields))
    assert error(api.getDefinition(definitionId="flow"))["status"] == "NOT_FOUND"


def test_every_code_of_the_linter_is_tried() -> None:
    assert {code for code, _ in LINTED} == set(CODES)
    assert len(CODES) == 19


@pytest.mark.parametrize(
    ("rule", "fields", "message"), EDGES, ids=[f"{place}-{case[0]}" for place, case in enumerate(EDGES)]
)
def test_edges_keep_their_contract(api: Any, rule: str, fields: Dict[str, Any], message: str) -> None:
    failed = error(api.createDefinition(**fields))
    assert failed["status"] == "INVALID_ARGUMENT"
    assert message in failed["message"]
    assert "APPROVAL_" not in failed["message"]


@pytest.mark.parametrize(("message", "fields"), LITERAL, ids=[str(place) for place in range(len(LITERAL))])
def test_the_schema_speaks_in_the_documented_words(api: Any, message: str, fields: Dict[str, Any]) -> None:
    failed = error(api.createDefinition(**fields))
    assert failed["message"] == message
    assert failed["details"]["issues"][0]["message"] == message


@pytest.mark.parametrize(("case", "fields"), STRICT, ids=[case[0] for case in STRICT])
def test_what_does_not_fit_the_schema_is_refused(
    emulator: Emulator, case: str, fields: Dict[str, Any]
) -> None:
    failed = error(post(emulator, "/v2/workflow/definitions/create", fields))
    assert failed["status"] == "INVALID_ARGUMENT"
    assert failed["details"]["issues"]


def test_a_missing_token_is_told_in_the_words_of_workflows(emulator: Emulator) -> None:
    headers = {"x-velt-api-key": "key"}
    status, _, body = emulator.handle("POST", "/v2/workflow/definitions/list", headers, b'{"data": {}}')
    message = {"message": "Auth token is required", "status": "INVALID_ARGUMENT"}
    assert (status, json.loads(body)) == (400, {"error": message})


def test_a_null_is_not_absence(emulator: Emulator) -> None:
    failed = error(post(emulator, "/v2/workflow/definitions/create", {**SIGNOFF, "tags": None}))
    assert failed["details"]["issues"][0]["path"] == ["tags"]


def test_what_was_read_can_be_written_under_another_name(api: Any) -> None:
    scope = {"level": "document", "organizationId": "o", "documentId": "d"}
    made = result(api.createDefinition(**SIGNOFF, scope=scope))
    owned = ("version", "createdAt", "updatedAt", "status", "compiled")
    copy = {name: value for name, value in made.items() if name not in owned and value is not None}
    again = result(api.createDefinition(**{**copy, "definitionId": "copy"}))
    assert again["edges"] == made["edges"]
    assert again["scope"] == made["scope"]


def test_app_triggers_need_an_installation(api: Any) -> None:
    app = {"triggerId": "t", "appTrigger": {"provider": "github", "installationRef": "1"}}
    failed = error(api.createDefinition(**definition([mock("a")], [], triggers=[app])))
    assert failed["status"] == "FAILED_PRECONDITION"


def test_own_addresses_are_allowed_unless_the_rules_of_production_are_asked_for(
    sdk_of: Callable[[str], VeltSDK],
) -> None:
    fields = hooked("http://127.0.0.1:8000/hook")
    assert result(sdk_of("key").api.workflow.createDefinition(**fields))["version"] == 1
    strict = Emulator(clock=Clock(1.0), production_url_rules=True)
    config = {"apiKey": "key", "authToken": "token"}
    workflow = sdk_over(strict, **config).api.workflow
    assert error(workflow.createDefinition(**fields))["message"] == "url must use https scheme"
    private = error(workflow.createDefinition(**hooked("https://localhost/hook")))
    assert private["message"] == "url host resolves to a private, loopback, or link-local address"
    strict.close()


def test_api_keys_have_their_own_definitions(sdk_of: Callable[[str], VeltSDK]) -> None:
    one, other = sdk_of("one").api.workflow, sdk_of("other").api.workflow
    one.createDefinition(**SIGNOFF)
    assert error(other.getDefinition(definitionId="flow"))["status"] == "NOT_FOUND"
    assert result(other.createDefinition(**SIGNOFF))["version"] == 1
    other.deleteDefinition(definitionId="flow")
    assert result(one.getDefinition(definitionId="flow"))["status"] == "active"


def test_agents_are_given_in_the_shape_of_their_page(api: Any) -> None:
    fields = definition([agent("check", pollIntervalMs=4999)], [])
    assert "5000" in error(api.createDefinition(**fields))["message"]
