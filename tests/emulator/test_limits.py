"""Lists that are longer than the documentation allows, for every list of every operation that has a limit."""

from __future__ import annotations

import copy
import json
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Tuple, Union

import pytest

from tests.emulator.filling import filled
from tests.emulator.walk import samples
from tests.emulator.workflows import human, mock
from velt_py.emulator import Clock, Emulator
from velt_py.emulator.core import RULES
from velt_py.emulator.routes import make_routes

HEADERS = {
    "x-velt-api-key": "key",
    "x-velt-auth-token": "token",
    "x-velt-workspace-id": "w",
    "x-velt-workspace-auth-token": "workspace-token",
}
ROUTES = {route.name: route for route in make_routes().values()}
SAMPLES = {sample.name: sample.fields for sample in samples("limit")}
Path = Tuple[Union[str, int], ...]

DOCUMENTED: Mapping[str, Mapping[str, int]] = {
    "organizations.getOrganizations": {"organizationIds": 30},
    "documents.getDocuments": {"documentIds": 30, "filters": 10},
    "documents.getDocumentsCount": {"filters": 10},
    "documents.moveDocuments": {"documentIds": 30},
    "users.getUsers": {"userIds": 30, "organizationUserGroupIds": 30},
    "users.getDocUsers": {"userIds": 20},
    "notifications.getNotifications": {"notificationIds": 30},
    "notifications.getNotificationConfig": {"documentIds": 30},
    "commentAnnotations.getCommentAnnotations": dict.fromkeys(
        ("documentIds", "locationIds", "annotationIds", "userIds"), 30
    ),
    "commentAnnotations.getCommentAnnotationsCount": {"documentIds": 30},
    "gdpr.deleteAllUserData": {"userIds": 30},
    "workspace.addDomains": {"domains": 100},
    "workspace.deleteDomains": {"domains": 100},
    "agents.countAgentExecutions": {"agentIds": 200},
    "agents.createAgentGroup": {"agentIds": 100},
    "memory.searchKnowledge": {"sourceId": 30},
    **dict.fromkeys(
        ("workflow.createDefinition", "workflow.updateDefinition"),
        {"nodes": 100, "edges": 500, "groups": 100, "triggers": 50, "tags": 20},
    ),
}
"""The lists of requests, and how many entries the documentation allows."""
LIMITED = [(name, field, most) for name, fields in DOCUMENTED.items() for field, most in fields.items()]

REST_API = {"strategies": ["rest-api"], "strategyOptions": {"rest-api": {"endpoints": []}}}
ENDPOINT = {"url": "https://app.example/data", "method": "GET"}
SERVER = {"url": "https://app.example/mcp", "name": "tools"}
COMMENT: Dict[str, Any] = {"commentText": "x", "from": {"userId": "u"}}
PLACE: Dict[str, Any] = {"organizationId": "org-1", "documentId": "doc-1"}
THREADS: Dict[str, Any] = {"commentAnnotations": [{"commentData": [{**COMMENT, "progress": {}}]}]}
FLOW: Dict[str, Any] = {
    "nodes": [
        human("review", "u"),
        mock("rework"),
        {"nodeId": "tell", "type": "notification", "config": {"channel": "email", "bodyTemplate": "x"}},
        {"nodeId": "post", "type": "webhook", "config": {"url": "https://app.example/"}},
    ],
    "edges": [],
    "groups": [{"groupId": "g", "memberNodeIds": [], "expectedSteps": 1, "quorum": 1}],
    "triggers": [
        {"triggerId": "inbound", "inboundWebhook": {"authMode": "bearer", "secret": "x" * 16}},
        {"triggerId": "app", "appTrigger": {"provider": "github", "installationRef": "1"}},
    ],
    "webhookConfig": {"url": "https://app.example/", "secret": "x" * 16},
}
Entry = Callable[[int], Any]


def text(number: int) -> str:
    return f"id-{number}"


def address(number: int) -> str:
    return f"u{number}@mail.example"


def action(number: int) -> Any:
    return {"id": f"a{number}"}


AGENTS: Tuple[Tuple[Path, int, Entry], ...] = (
    (("contextGathering", "strategyOptions", "rest-api", "endpoints"), 10, lambda number: ENDPOINT),
    (("execution", "mcpServers"), 5, lambda number: SERVER),
)
WORKFLOWS: Tuple[Tuple[Path, int, Entry], ...] = (
    (("nodes", 0, "config", "reviewerEmails"), 50, address),
    (("nodes", 2, "config", "recipients"), 50, address),
    (("nodes", 3, "config", "expectedStatusCodes"), 20, lambda number: 200 + number),
    (("groups", 0, "memberNodeIds"), 500, text),
    (("triggers", 0, "inboundWebhook", "allowedEvents"), 50, text),
    (("triggers", 1, "appTrigger", "repoFilter"), 200, text),
    (("triggers", 1, "appTrigger", "projectFilter"), 200, text),
    (("triggers", 1, "appTrigger", "allowedEvents"), 50, text),
    (("triggers", 1, "appTrigger", "payloadFilters"), 20, lambda number: {}),
    (("webhookConfig", "eventTypes"), 50, text),
)
Inner = Tuple[str, Dict[str, Any], Path, int, Entry]


def _inner() -> Iterator[Inner]:
    add, update = "commentAnnotations.addCommentAnnotations", "commentAnnotations.updateCommentAnnotations"
    yield add, THREADS, ("commentAnnotations", 0, "actions"), 20, action
    yield add, THREADS, ("commentAnnotations", 0, "commentData", 0, "actions"), 20, action
    yield add, THREADS, ("commentAnnotations", 0, "commentData", 0, "progress", "steps"), 100, action
    yield update, {"updatedData": {}}, ("updatedData", "actions"), 20, action
    comments = {"commentData": [{**COMMENT, "progress": {}}]}
    yield "commentAnnotations.addComments", comments, ("commentData", 0, "actions"), 20, action
    yield "commentAnnotations.addComments", comments, ("commentData", 0, "progress", "steps"), 100, action
    changes = {"commentIds": [1], "updatedData": {"progress": {}}}
    yield "commentAnnotations.updateComments", changes, ("updatedData", "actions"), 20, action
    yield "commentAnnotations.updateComments", changes, ("updatedData", "progress", "steps"), 100, action
    for name in ("agents.createAgent", "agents.updateAgentVersion"):
        for path, most, entry in AGENTS:
            yield name, {"contextGathering": REST_API, "execution": {}}, path, most, entry
    for name in ("memory.search", "memory.ask"):
        yield name, {"filters": {}}, ("filters", "excludeDocumentIds"), 20, text
    for name in ("workflow.createDefinition", "workflow.updateDefinition"):
        for path, most, entry in WORKFLOWS:
            yield name, FLOW, path, most, entry


INNER: List[Inner] = list(_inner())
"""Lists inside of other fields: operation, fields of the request, where the list stands, its limit, its entries."""


class Filled(NamedTuple):
    """An emulator with what the lists are about, and the values of `$name` in samples."""

    emulator: Emulator
    kept: Dict[str, Any]


@pytest.fixture(scope="module")
def filled_emulator() -> Iterator[Filled]:
    """Nothing is changed by refusals, and little by what is not refused."""
    running = Emulator(clock=Clock(1_800_000_000.0))
    for path, data in (
        ("organizations/add", {"organizations": [{"organizationId": "org-1"}]}),
        ("organizations/documents/add", {"organizationId": "org-1", "documents": [{"documentId": "doc-1"}]}),
        (
            "commentannotations/add",
            {**PLACE, "commentAnnotations": [{"annotationId": "thread-1", "commentData": [COMMENT]}]},
        ),
    ):
        assert running.handle("POST", f"/v2/{path}", HEADERS, json.dumps({"data": data}).encode())[0] == 200
    agent = asked(Filled(running, {}), "agents.createAgent", SAMPLES["agents.createAgent"])[1]
    yield Filled(running, {"agentId": agent["result"]["data"]["agentId"]})
    running.close()


def asked(filled_emulator: Filled, operation: str, data: Any) -> Tuple[int, Any]:
    body = json.dumps({"data": filled(data, filled_emulator.kept)}).encode()
    status, _, answer = filled_emulator.emulator.handle("POST", ROUTES[operation].path, HEADERS, body)
    return status, json.loads(answer)


@pytest.mark.parametrize(
    ("operation", "field", "most"), LIMITED, ids=[f"{name}-{field}" for name, field, _ in LIMITED]
)
def test_one_entry_more_than_allowed_is_refused_by_name(
    filled_emulator: Filled, operation: str, field: str, most: int
) -> None:
    kind = ROUTES[operation].facts[field].type
    entries: List[Any] = [f"id-{number}" if "string" in kind else {} for number in range(most + 1)]
    status, answer = asked(filled_emulator, operation, {**SAMPLES[operation], field: entries})
    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert field in json.dumps(answer["error"])
    assert f"at most {most}" in json.dumps(answer["error"])
    _, answer = asked(filled_emulator, operation, {**SAMPLES[operation], field: entries[:most]})
    assert f"at most {most}" not in json.dumps(answer)


@pytest.mark.parametrize(
    ("operation", "fields", "path", "most", "entry"),
    INNER,
    ids=[f"{name}-{path[-1]}-of-{path[-2]}" for name, _, path, _, _ in INNER],
)
def test_one_entry_more_than_allowed_inside_a_field_is_refused_by_name(
    filled_emulator: Filled, operation: str, fields: Dict[str, Any], path: Path, most: int, entry: Entry
) -> None:
    def outcome(count: int) -> Tuple[int, Any]:
        data = {**SAMPLES[operation], **copy.deepcopy(fields)}
        inside: Any = data
        for name in path[:-1]:
            inside = inside[name]
        inside[path[-1]] = [entry(number) for number in range(count)]
        return asked(filled_emulator, operation, data)

    status, answer = outcome(most + 1)
    assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")
    assert str(path[-1]) in json.dumps(answer["error"])
    assert f"at most {most}" in json.dumps(answer["error"])
    assert f"at most {most}" not in json.dumps(outcome(most)[1])


def test_the_limits_of_the_table_are_those_that_are_documented() -> None:
    assert {
        name: limits
        for name, route in ROUTES.items()
        if name in RULES
        for limits in [{field: fact.most for field, fact in route.facts.items() if fact.most is not None}]
        if limits
    } == DOCUMENTED
