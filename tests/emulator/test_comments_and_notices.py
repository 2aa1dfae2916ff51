"""What is particular to comments, notifications, activities and shared editing; that all are added, changed and removed
stands in `test_every_entity`."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from tests.emulator.asking import ALICE, BOB, comment, data, error
from tests.emulator.controlling import sdk_over
from velt_py import VeltSDK
from velt_py.emulator import Emulator


@pytest.fixture
def api(sdk: VeltSDK) -> Any:
    sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o", "organizationName": "O"}])
    sdk.api.documents.addDocuments(organizationId="o", documents=[{"documentId": "d", "documentName": "D"}])
    return sdk.api


def add_thread(api: Any, **entry: Any) -> Any:
    return api.commentAnnotations.addCommentAnnotations(
        organizationId="o", documentId="d", commentAnnotations=[{"commentData": [comment()], **entry}]
    )


def threads(api: Any, **wanted: Any) -> List[Any]:
    found: List[Any] = data(api.commentAnnotations.getCommentAnnotations(organizationId="o", **wanted))
    return found


def test_comment_annotations_are_filtered_ordered_counted_and_resolved(api: Any, emulator: Emulator) -> None:
    agent = {"agentSource": "external", "agentName": "Checker", "reason": {"findingId": "f"}}
    found = data(add_thread(api, annotationId="a", commentData=[comment(agent=agent)]))["a"]
    assert found["findingId"] == "f"
    emulator.clock.tick(1)
    add_thread(api, annotationId="b", location={"id": "l"})
    assert [each["annotationId"] for each in threads(api, documentId="d")] == ["b", "a"]
    assert [each["annotationId"] for each in threads(api, locationIds=["l"])] == ["b"]
    assert threads(api, annotationIds=["x"]) == [None]
    terminal = {"id": "DONE", "name": "Done", "type": "terminal"}
    emulator.clock.tick(1)
    changes = {"status": terminal, "resolvedByUserId": "alice", "priority": {"id": "P0"}}
    where = {"organizationId": "o", "documentId": "d", "annotationIds": ["a"]}
    api.commentAnnotations.updateCommentAnnotations(**where, updatedData=changes)
    assert [each["annotationId"] for each in threads(api, resolvedBy="alice")] == ["a"]
    again = {"status": {**terminal, "type": "ongoing"}, "priority": None}
    api.commentAnnotations.updateCommentAnnotations(**where, updatedData=again)
    thread = threads(api, annotationIds=["a"])[0]
    assert not {"resolvedByUserId", "priority"} & set(thread)
    counted = api.commentAnnotations.getCommentAnnotationsCount(
        organizationId="o", documentIds=["d"], userId="bob"
    )
    assert data(counted) == {"d": {"total": 2, "unread": 2}}
    assert list(threads(api, documentIds=["d"], groupByDocumentId=True)) == ["d"]
    gone = api.commentAnnotations.deleteCommentAnnotations(
        organizationId="o", documentId="d", annotationIds=["a", "x"]
    )
    assert {name: each["success"] for name, each in data(gone).items()} == {"a": True, "x": False}
    assert [each["annotationId"] for each in threads(api)] == ["b"]


def test_a_suggestion_is_pending_when_it_is_added(api: Any) -> None:
    add_thread(api, annotationId="a", type="suggestion", suggestion={"status": "accepted"})
    assert threads(api)[0]["suggestion"]["status"] == "pending"


def test_threads_of_people_without_access_are_refused_and_the_others_stay(api: Any) -> None:
    api.documents.updateDocumentAccess(organizationId="o", documentIds=["d"], accessType="restricted")
    api.users.addUsers(organizationId="o", documentId="d", users=[ALICE])
    answer = api.commentAnnotations.addCommentAnnotations(
        organizationId="o",
        documentId="d",
        verifyUserPermissions=True,
        commentAnnotations=[
            {"annotationId": "a", "commentData": [comment()]},
            {"commentData": [comment(user=BOB)]},
        ],
    )
    assert error(answer)["status"] == "PERMISSION_DENIED"
    assert set(error(answer)["details"]) == {"a", "__velt_denied:1"}
    assert [each["annotationId"] for each in threads(api)] == ["a"]


def test_comments_are_numbered_and_take_no_field_of_the_annotation(api: Any) -> None:
    add_thread(api, annotationId="a")
    where = {"organizationId": "o", "documentId": "d", "annotationId": "a"}
    numbers = data(api.commentAnnotations.addComments(**where, commentData=[comment("Two", BOB)]))
    assert 100_000 <= numbers[0] <= 999_999
    found = data(api.commentAnnotations.getComments(**where))
    assert [each["commentText"] for each in found] == ["Hello", "Two"]
    changed = api.commentAnnotations.updateComments(
        **where, commentIds=[*numbers, 1], updatedData={"commentText": "New"}
    )
    assert [each["message"] for each in data(changed).values()] == ["Updated successfully", "Not found"]
    refused = api.commentAnnotations.updateComments(
        **where, commentIds=numbers, updatedData={"status": {"id": "x"}}
    )
    assert error(refused)["status"] == "INVALID_ARGUMENT"


def test_texts_that_the_application_keeps_are_not_stored(api: Any, emulator: Emulator) -> None:
    entry = comment("Secret words", commentHtml="<b>Secret words</b>", isCommentResolverUsed=True)
    add_thread(api, annotationId="a", commentData=[entry])
    where = {"organizationId": "o", "documentId": "d", "annotationId": "a"}
    number = threads(api)[0]["comments"][0]["commentId"]
    api.commentAnnotations.updateComments(
        **where, commentIds=[number], updatedData={"commentText": "Secret words"}
    )
    assert "Secret words" not in str(emulator.state.dump())


def test_notifications_are_for_whom_they_name_and_are_read(api: Any) -> None:
    notice: Dict[str, Any] = {
        "organizationId": "o",
        "documentId": "d",
        "actionUser": ALICE,
        "notifyUsers": [BOB],
        "notifyAll": False,
        "displayHeadlineMessageTemplate": "{actionUser} asks",
        "displayBodyMessage": "Please look",
    }
    assert data(api.notifications.addNotifications(**notice, notificationId="n"))["success"] is True
    assert error(api.notifications.addNotifications(**{**notice, "displayBodyMessage": ""}))
    assert error(api.notifications.addNotifications(**notice, notificationId="n n"))
    found = data(api.notifications.getNotifications(organizationId="o", userId="bob"))
    assert [each["id"] for each in found] == ["n"]
    assert data(api.notifications.getNotifications(organizationId="o", userId="carol")) == []
    api.notifications.updateNotifications(
        organizationId="o",
        notifications=[{"id": "n", "readByUserIds": ["bob"], "displayBodyMessage": "Read"}],
    )
    found = data(api.notifications.getNotifications(organizationId="o", notificationIds=["n"]))
    assert (found[0]["readByUserIds"], found[0]["displayBodyMessage"]) == (["bob"], "Read")
    gone = api.notifications.deleteNotifications(organizationId="o", notificationIds=["n", "x"])
    assert {name: each["success"] for name, each in data(gone).items()} == {"n": True, "x": False}


def test_settings_of_the_organization_hold_for_its_documents(api: Any) -> None:
    api.notifications.setNotificationConfig(organizationId="o", userIds=["bob"], config={"inbox": "MINE"})
    found = api.notifications.getNotificationConfig(
        organizationId="o", userId="bob", getOrganizationConfig=True, documentIds=["d"]
    )
    assert [each["config"]["inbox"] for each in data(found)] == ["MINE", "MINE"]
    assert error(
        api.notifications.setNotificationConfig(organizationId="o", userIds=["bob"], config={"inbox": "SOME"})
    )


def test_an_activity_of_the_same_id_overwrites_and_deleting_all_is_refused(api: Any) -> None:
    activity = {
        "id": "a",
        "featureType": "custom",
        "actionType": "run",
        "actionUser": ALICE,
        "targetEntityId": "t",
    }
    where = {"organizationId": "o", "documentId": "d"}
    api.activities.addActivities(**where, activities=[activity])
    api.activities.addActivities(**where, activities=[{**activity, "actionType": "walk"}])
    found = data(api.activities.getActivities(organizationId="o"))
    assert [each["actionType"] for each in found] == ["walk"]
    assert error(api.activities.addActivities(**where, activities=[{**activity, "targetEntityId": ""}]))
    assert error(api.activities.deleteActivities(organizationId="o"))


def test_shared_editing_is_added_once_by_its_type_and_deleted_as_a_whole(api: Any) -> None:
    where = {"organizationId": "o", "documentId": "d", "editorId": "e"}
    assert error(api.crdt.updateCrdtData(**where, type="text", data="x"))["status"] == "NOT_FOUND"
    api.crdt.addCrdtData(**where, type="text", data="x")
    assert error(api.crdt.addCrdtData(**where, type="text", data="x"))["status"] == "ALREADY_EXISTS"
    api.crdt.updateCrdtData(**where, type="map", data={"a": 1})
    assert data(api.crdt.getCrdtData(organizationId="o", documentId="d"))[0]["data"] == {"a": 1}
    api.crdt.deleteCrdtData(organizationId="o", documentId="d")
    assert data(api.crdt.getCrdtData(organizationId="o", documentId="d")) == []


def test_annotations_whose_ids_are_taken_are_refused_and_the_others_stay(api: Any) -> None:
    add_thread(api, annotationId="a")
    entries = [{"annotationId": name, "commentData": [comment()]} for name in ("a", "b")]
    answer = api.commentAnnotations.addCommentAnnotations(
        organizationId="o", documentId="d", commentAnnotations=entries
    )
    assert error(answer)["status"] == "INTERNAL"
    assert {name: each["success"] for name, each in error(answer)["details"].items()} == {
        "a": False,
        "b": True,
    }
    assert len(threads(api)) == 2


def test_the_outcomes_of_added_annotations_come_in_no_order_of_theirs_but_always_in_the_same(
    api: Any,
) -> None:
    names = [f"t{number}" for number in range(9)]

    def order(document: str) -> List[str]:
        entries = [{"annotationId": name, "commentData": [comment()]} for name in names]
        where = {"organizationId": "o", "documentId": document, "createDocument": True}
        return list(data(api.commentAnnotations.addCommentAnnotations(**where, commentAnnotations=entries)))

    assert order("one") == order("two")
    assert order("three") != names


def test_counting_more_documents_than_the_package_allows_is_marked(api: Any) -> None:
    for count, marked in ((25, False), (26, True)):
        reply = api.commentAnnotations.getCommentAnnotationsCount.raw(
            organizationId="o", userId="alice", documentIds=[f"d{number}" for number in range(count)]
        )
        assert ("counted-documents" in reply.headers["x-velt-emulator-assumptions"]) is marked


@pytest.mark.parametrize("area", ["documents", "users", "commentAnnotations", "notifications", "activities"])
def test_lists_are_walked_exactly_once(api: Any, emulator: Emulator, area: str) -> None:
    expected = {f"i{number}" for number in range(250)}
    names = sorted(expected)
    where = {"organizationId": "o", "documentId": "d"}
    if area == "documents":
        api.documents.addDocuments(organizationId="o", documents=[{"documentId": name} for name in names])
        found = [each["id"] for each in api.documents.getDocuments.items(organizationId="o", pageSize=60)]
        expected = expected | {"d"}
    elif area == "users":
        api.users.addUsers(organizationId="o", users=[{"userId": name} for name in names])
        found = [each["userId"] for each in api.users.getUsers.items(organizationId="o", pageSize=60)]
    elif area == "commentAnnotations":
        entries = [{"annotationId": name, "commentData": [comment()]} for name in names]
        api.commentAnnotations.addCommentAnnotations(**where, commentAnnotations=entries)
        pages = api.commentAnnotations.getCommentAnnotations.items(organizationId="o", pageSize=60)
        found = [each["annotationId"] for each in pages]
    elif area == "notifications":
        for name in names:
            api.notifications.addNotifications(
                **where, notificationId=name, actionUser=ALICE, isNotificationResolverUsed=True
            )
            emulator.clock.tick(0.5)
        found = [each["id"] for each in api.notifications.getNotifications.items(**where, pageSize=60)]
    else:
        entry = {"featureType": "comment", "actionType": "added", "actionUser": ALICE}
        api.activities.addActivities(**where, activities=[{**entry, "id": name} for name in names])
        pages = api.activities.getActivities.items(organizationId="o", pageSize=60, order="asc")
        found = [each["id"] for each in pages]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize(("seed", "ends"), [(0, {}), (1, {"nextPageToken": None})], ids=["absent", "null"])
def test_the_last_page_has_no_token_or_null_for_one_by_the_seed_and_clients_cope(
    seed: int, ends: Any
) -> None:
    emulator = Emulator(seed=seed)
    config = {"apiKey": "key", "authToken": "token"}
    api: Any = sdk_over(emulator, **config).api
    names = [f"o{number}" for number in range(5)]
    api.organizations.addOrganizations(organizations=[{"organizationId": name} for name in names])
    found = api.organizations.getOrganizations.items(pageSize=2)
    assert [each["id"] for each in found] == names
    last = api.organizations.getOrganizations()["result"]
    assert {name: last[name] for name in last if "Token" in name} == ends
    emulator.close()
