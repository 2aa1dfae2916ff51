"""2,500 entries come exactly once through each style of cursor, while entries are added and changed."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, NamedTuple

import pytest

from tests.emulator.controlling import control
from tests.emulator.workflows import definition, mock
from velt_py import VeltSDK
from velt_py.emulator import Emulator
from velt_py.emulator.areas.workflow.definitions import DEFINITION
from velt_py.emulator.areas.workflow.runs import EVENT, EXECUTION

COUNT = 2500
PERSON = {"userId": "u", "name": "U"}


class Style(NamedTuple):
    """A list: how it is filled, what is written while it is read, how it is read, and how an entry is called."""

    fill: Callable[[Any, Emulator], None]
    write: Callable[[Any, Emulator, int], None]
    read: Callable[[Any], Any]
    name: Callable[[Any], str]


def multiply(emulator: Emulator, kind: str, id: str, changed: Callable[[Any, int], Dict[str, Any]]) -> None:
    """Put the others beside the record that a call has made, by the control API: so many calls would take long.

    Args:
        kind: of the record.
        id: the field that names it.
        changed: the fields in which one differs from the first, by the first and its own number.
    """
    [first] = [each for each in emulator.state.dump("key") if each["kind"] == kind]
    docs = [{**first["doc"], **changed(first["doc"], number)} for number in range(1, COUNT)]
    records = [{**first, "ids": [*first["ids"][:-1], doc[id]], "doc": doc} for doc in docs]
    control(emulator, "POST", "state", records=records)


def batches(make: Callable[[int], Dict[str, Any]]) -> List[List[Dict[str, Any]]]:
    return [[make(number) for number in range(start, start + 500)] for start in range(0, COUNT, 500)]


def fill_organizations(api: Any, emulator: Emulator) -> None:
    for batch in batches(lambda number: {"organizationId": f"e{number}"}):
        api.organizations.addOrganizations(organizations=batch)


def write_organizations(api: Any, emulator: Emulator, page: int) -> None:
    api.organizations.addOrganizations(organizations=[{"organizationId": f"new{page}"}])
    api.organizations.updateOrganizations(
        organizations=[{"organizationId": "e2400", "organizationName": "x"}]
    )


def fill_documents(api: Any, emulator: Emulator) -> None:
    api.organizations.addOrganizations(organizations=[{"organizationId": "o"}])
    for batch in batches(lambda number: {"documentId": f"e{number}"}):
        api.documents.addDocuments(organizationId="o", documents=batch)


def write_documents(api: Any, emulator: Emulator, page: int) -> None:
    api.documents.addDocuments(organizationId="o", documents=[{"documentId": f"new{page}"}])
    api.documents.updateDocuments(
        organizationId="o", documents=[{"documentId": "e2400", "documentName": "x"}]
    )


def thread(name: str) -> Dict[str, Any]:
    return {"annotationId": name, "commentData": [{"commentText": "t", "from": PERSON}]}


def fill_threads(api: Any, emulator: Emulator) -> None:
    for batch in batches(lambda number: thread(f"e{number}")):
        emulator.clock.tick(1)
        api.commentAnnotations.addCommentAnnotations(
            organizationId="o",
            documentId="d",
            createOrganization=True,
            createDocument=True,
            commentAnnotations=batch,
        )


def write_threads(api: Any, emulator: Emulator, page: int) -> None:
    """Whatever is changed becomes the newest: one that was shown, and one that was not."""
    emulator.clock.tick(1)
    where = {"organizationId": "o", "documentId": "d"}
    api.commentAnnotations.updateCommentAnnotations(
        **where, annotationIds=[f"e{page}", f"e{COUNT - 1 - page}"], updatedData={"priority": {"id": "P0"}}
    )
    api.commentAnnotations.addCommentAnnotations(**where, commentAnnotations=[thread(f"new{page}")])


def notify(api: Any, name: str) -> None:
    api.notifications.addNotifications(
        organizationId="o",
        documentId="d",
        createOrganization=True,
        createDocument=True,
        notificationId=name,
        actionUser=PERSON,
        notifyUsers=[PERSON],
        displayHeadlineMessageTemplate="h",
        displayBodyMessage="b",
    )


def fill_notifications(api: Any, emulator: Emulator) -> None:
    notify(api, "e0")
    multiply(emulator, "notification", "id", lambda first, number: {"id": f"e{number}"})


def write_notifications(api: Any, emulator: Emulator, page: int) -> None:
    emulator.clock.tick(1)
    notify(api, f"new{page}")
    api.notifications.updateNotifications(
        organizationId="o", notifications=[{"id": "e2400", "readByUserIds": ["u"]}]
    )


def activity(name: str) -> Dict[str, Any]:
    facts = {"featureType": "custom", "actionType": "a", "actionUser": PERSON, "targetEntityId": "t"}
    return {"id": name, **facts}


def fill_activities(api: Any, emulator: Emulator) -> None:
    fill_documents(api, emulator)
    for batch in batches(lambda number: activity(f"e{number}")):
        api.activities.addActivities(organizationId="o", documentId="e0", activities=batch)


def write_activities(api: Any, emulator: Emulator, page: int) -> None:
    emulator.clock.tick(1)
    written = [activity(f"new{page}"), activity(f"e{page}"), activity(f"e{COUNT - 1 - page}")]
    api.activities.addActivities(organizationId="o", documentId="e0", activities=written)


def define(api: Any, name: str) -> None:
    fields = {**definition([mock("a")], []), "definitionId": f"flow-{name}"}
    assert "result" in api.workflow.createDefinition(**fields)


def fill_definitions(api: Any, emulator: Emulator) -> None:
    def older(first: Any, number: int) -> Dict[str, Any]:
        return {"definitionId": f"flow-e{number}", "updatedAt": first["updatedAt"] - number}

    define(api, "e0")
    multiply(emulator, DEFINITION, "definitionId", older)


def write_definitions(api: Any, emulator: Emulator, page: int) -> None:
    emulator.clock.tick(1)
    define(api, f"new{page}")


def dispatch(api: Any, name: str) -> str:
    started = api.workflow.dispatchExecution(definitionId="flow-e0", correlationId=name)
    return str(started["result"]["executionId"])


def fill_executions(api: Any, emulator: Emulator) -> None:
    def older(first: Any, number: int) -> Dict[str, Any]:
        name = f"e{number}"
        return {"executionId": name, "correlationId": name, "startedAt": first["startedAt"] - number}

    define(api, "e0")
    dispatch(api, "e0")
    multiply(emulator, EXECUTION, "executionId", older)


def write_executions(api: Any, emulator: Emulator, page: int) -> None:
    emulator.clock.tick(1)
    dispatch(api, f"new{page}")


def endpoint(api: Any, name: str) -> None:
    api.workspace.createAdvancedWebhookEndpoint(url="https://app.example/", description=name)


def fill_endpoints(api: Any, emulator: Emulator) -> None:
    def named(first: Any, number: int) -> Dict[str, Any]:
        return {"id": f"ep_{number}", "description": f"e{number}"}

    api.workspace.updateAdvancedWebhookConfig(isEnabled=True)
    endpoint(api, "e0")
    multiply(emulator, "endpoint", "id", named)


def write_endpoints(api: Any, emulator: Emulator, page: int) -> None:
    endpoint(api, f"new{page}")


STYLES: Dict[str, Style] = {
    "nextPageToken-organizations": Style(
        fill_organizations,
        write_organizations,
        lambda api: api.organizations.getOrganizations.items(),
        lambda entry: entry["id"],
    ),
    "nextPageToken-commentAnnotations": Style(
        fill_threads,
        write_threads,
        lambda api: api.commentAnnotations.getCommentAnnotations.items(organizationId="o", pageSize=300),
        lambda entry: entry["annotationId"],
    ),
    "pageToken-documents": Style(
        fill_documents,
        write_documents,
        lambda api: api.documents.getDocuments.items(organizationId="o"),
        lambda entry: entry["id"],
    ),
    "pageToken-notifications": Style(
        fill_notifications,
        write_notifications,
        lambda api: api.notifications.getNotifications.items(organizationId="o", documentId="d"),
        lambda entry: entry["id"],
    ),
    "pageToken-activities": Style(
        fill_activities,
        write_activities,
        lambda api: api.activities.getActivities.items(organizationId="o", pageSize=400),
        lambda entry: entry["id"],
    ),
    "cursor-definitions": Style(
        fill_definitions,
        write_definitions,
        lambda api: api.workflow.listDefinitions.items(pageSize=500),
        lambda entry: entry["definitionId"][len("flow-") :],
    ),
    "cursor-executions": Style(
        fill_executions,
        write_executions,
        lambda api: api.workflow.listExecutions.items(pageSize=500),
        lambda entry: entry["correlationId"],
    ),
    "iterator-endpoints": Style(
        fill_endpoints,
        write_endpoints,
        lambda api: api.workspace.getAdvancedWebhookEndpoints.items(),
        lambda entry: entry["description"],
    ),
}


@pytest.mark.parametrize("name", STYLES)
def test_every_entry_comes_exactly_once_with_writes_in_between(
    name: str, sdk: VeltSDK, emulator: Emulator
) -> None:
    style = STYLES[name]
    style.fill(sdk.api, emulator)
    found: List[str] = []
    for number, entry in enumerate(style.read(sdk.api)):
        found.append(style.name(entry))
        if number % 250 == 249:
            style.write(sdk.api, emulator, number // 250)
    there = [each for each in found if not each.startswith("new")]
    assert len(found) == len(set(found))
    assert set(there) == {f"e{number}" for number in range(COUNT)}


def test_the_pages_of_old_walks_are_refused_and_what_is_deleted_is_left_out(
    sdk: VeltSDK, emulator: Emulator
) -> None:
    api: Any = sdk.api
    names = [f"e{number}" for number in range(6)]
    api.commentAnnotations.addCommentAnnotations(
        organizationId="o",
        documentId="d",
        createOrganization=True,
        createDocument=True,
        commentAnnotations=[thread(name) for name in names],
    )

    def first(**more: Any) -> Any:
        return api.commentAnnotations.getCommentAnnotations(organizationId="o", pageSize=2, **more)["result"]

    token = first()["nextPageToken"]
    api.commentAnnotations.deleteCommentAnnotations(
        organizationId="o", documentId="d", annotationIds=["e2", "e3"]
    )
    following = first(pageToken=token)
    assert [each["annotationId"] for each in following["data"]] == ["e1", "e0"]
    assert following.get("nextPageToken") is None
    for _ in range(50):
        first()
    refused = api.commentAnnotations.getCommentAnnotations(organizationId="o", pageToken=token)
    assert refused["error"]["status"] == "INVALID_ARGUMENT"


def test_events_come_exactly_once_while_others_happen(sdk: VeltSDK, emulator: Emulator) -> None:
    define(sdk.api, "e0")
    execution = dispatch(sdk.api, "e0")
    with emulator.state.call():
        records = emulator.state.of("key")
        last = records.under(EVENT, execution)[-1].doc

        def happen(seq: int) -> None:
            records.put(EVENT, execution, f"{seq:012d}", doc={**last, "seq": seq})

        for seq in range(100, 100 + COUNT):
            happen(seq)
    found: List[int] = []
    for entry in sdk.api.workflow.getExecutionEvents.items(executionId=execution, pageSize=500):
        found.append(entry["seq"])
        if len(found) == 900:
            with emulator.state.call():
                happen(100 + COUNT)
    assert [seq for seq in found if seq >= 100] == list(range(100, 101 + COUNT))


def test_a_persons_data_comes_exactly_once_over_all_features(sdk: VeltSDK, emulator: Emulator) -> None:
    fill_threads(sdk.api, emulator)
    found: List[str] = []
    for number, page in enumerate(sdk.api.gdpr.getAllUserData.pages(organizationId="o", userId="u")):
        found += [each["annotationId"] for each in page["result"]["data"]["comments"]]
        if number % 5 == 0:
            write_threads(sdk.api, emulator, number)
    there = [each for each in found if not each.startswith("new")]
    assert len(there) == COUNT
    assert set(there) == {f"e{number}" for number in range(COUNT)}
