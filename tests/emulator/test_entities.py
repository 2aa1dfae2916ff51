"""Every entity through the SDK: added, seen, changed, seen changed, deleted, gone."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

import jwt
import pytest

from velt_py import VeltSDK
from velt_py.emulator import Emulator
from velt_py.emulator.areas.access_control import SIGNING_KEY

ALICE = {"userId": "alice", "name": "Alice", "email": "alice@example.com"}
BOB = {"userId": "bob", "name": "Bob", "email": "bob@example.com"}


@pytest.fixture
def api(sdk: VeltSDK) -> Any:
    sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o", "organizationName": "O"}])
    sdk.api.documents.addDocuments(organizationId="o", documents=[{"documentId": "d", "documentName": "D"}])
    return sdk.api


def data(answer: Any) -> Any:
    assert "result" in answer, answer
    return answer["result"]["data"]


def error(answer: Any) -> Any:
    assert "error" in answer, answer
    return answer["error"]


def comment(text: str = "Hello", user: Dict[str, str] = ALICE, **more: Any) -> Dict[str, Any]:
    return {"commentText": text, "from": user, **more}


def test_organizations(api: Any) -> None:
    assert data(api.organizations.getOrganizations(organizationIds=["o"]))[0]["organizationName"] == "O"
    changed = api.organizations.updateOrganizations(
        organizations=[{"organizationId": "o", "organizationName": "New"}, {"organizationId": "x"}]
    )
    assert data(changed)["o"]["success"] is True
    assert data(changed)["x"]["message"] == "Organization does not exist"
    assert data(api.organizations.getOrganizations())[0]["organizationName"] == "New"
    api.organizations.updateOrganizationDisableState(organizationIds=["o", "made"], disabled=True)
    assert [entry["disabled"] for entry in data(api.organizations.getOrganizations())] == [True, True]
    api.organizations.deleteOrganizations(organizationIds=["o"])
    assert [entry["id"] for entry in data(api.organizations.getOrganizations())] == ["made"]
    assert error(api.documents.getDocuments(organizationId="o"))["status"] == "NOT_FOUND"


def test_folders(api: Any) -> None:
    api.folders.addFolder(
        organizationId="o",
        folders=[
            {"folderId": "a", "folderName": "A", "accessType": "restricted"},
            {"folderId": "b", "parentFolderId": "a"},
            {"folderId": "c", "parentFolderId": "b"},
            {"folderId": "z"},
        ],
    )
    found = {each["folderId"]: each for each in data(api.folders.getFolders(organizationId="o"))}
    assert found["c"]["ancestors"] == ["a", "b"]
    assert found["c"]["accessType"] == "restricted"
    tree = data(api.folders.getFolders(organizationId="o", folderId="a", maxDepth=2))
    assert tree[0]["subFolders"][0]["subFolders"][0]["folderId"] == "c"
    api.folders.updateFolder(organizationId="o", folders=[{"folderId": "b", "parentFolderId": "z"}])
    found = {each["folderId"]: each for each in data(api.folders.getFolders(organizationId="o"))}
    assert (found["c"]["ancestors"], found["c"]["accessType"]) == (["z", "b"], "public")
    circle = api.folders.updateFolder(organizationId="o", folders=[{"folderId": "z", "parentFolderId": "c"}])
    assert error(circle)["status"] == "INVALID_ARGUMENT"
    api.folders.updateFolderAccess(organizationId="o", folderIds=["z"], accessType="organizationPrivate")
    found = {each["folderId"]: each for each in data(api.folders.getFolders(organizationId="o"))}
    assert found["c"]["accessType"] == "organizationPrivate"
    api.documents.moveDocuments(organizationId="o", documentIds=["d"], folderId="c")
    assert "initiated" in api.folders.deleteFolder(organizationId="o", folderId="z")["result"]["message"]
    assert [each["folderId"] for each in data(api.folders.getFolders(organizationId="o"))] == ["a"]
    assert data(api.documents.getDocuments(organizationId="o")) == []
    assert error(api.folders.deleteFolder(organizationId="o", folderId="z"))["code"] == "not-found"


def test_documents(api: Any) -> None:
    api.documents.updateDocuments(organizationId="o", documents=[{"documentId": "d", "documentName": "New"}])
    assert data(api.documents.getDocuments(organizationId="o", documentIds=["d"]))[0]["documentName"] == "New"
    api.documents.updateDocumentAccess(organizationId="o", documentIds=["d"], accessType="restricted")
    api.documents.updateDocumentDisableState(organizationId="o", documentIds=["d"], disabled=True)
    found = data(api.documents.getDocuments(organizationId="o"))[0]
    assert (found["accessType"], found["disabled"]) == ("restricted", True)
    api.documents.deleteDocuments(organizationId="o", documentIds=["d"])
    failed = error(api.documents.getDocuments(organizationId="o", documentIds=["d"]))
    assert (failed["status"], failed["details"][0]["code"]) == ("INTERNAL", "not-found")
    assert data(api.documents.getDocumentsCount(organizationId="o")) == {"count": 0}


def test_documents_that_fail_beside_others_leave_the_others_written(api: Any) -> None:
    answer = api.documents.addDocuments.raw(
        organizationId="o", documents=[{"documentId": "d"}, {"documentId": "e"}]
    )
    assert answer.status == 500
    details = answer.answer["error"]["details"]
    assert (details["d"]["code"], details["e"]["success"]) == ("already-exists", True)
    assert data(api.documents.getDocumentsCount(organizationId="o")) == {"count": 2}


def test_documents_are_filtered_by_their_metadata(api: Any) -> None:
    api.documents.addDocuments(
        organizationId="o",
        documents=[
            {"documentId": f"m{size}", "metadata": {"size": size, "tags": ["t"]}} for size in range(5)
        ],
    )
    wanted = [
        {"key": "size", "operator": ">", "value": 2},
        {"key": "metadata.tags", "operator": "array-contains", "value": "t"},
    ]
    answer = api.documents.getDocuments(organizationId="o", filters=wanted)
    assert [each["id"] for each in data(answer)] == ["m3", "m4"]
    assert answer["result"]["filtersApplied"] is True
    assert error(api.documents.getDocumentsCount(organizationId="o", filters=wanted, excludeFolderDocs=True))


def test_a_document_migrates_with_what_is_in_it(api: Any, emulator: Emulator) -> None:
    api.commentAnnotations.addCommentAnnotations(
        organizationId="o",
        documentId="d",
        commentAnnotations=[{"annotationId": "a", "commentData": [comment()]}],
    )
    job = data(api.documents.migrateDocuments(organizationId="o", documentId="d", newDocumentId="n"))
    status = {"organizationId": "o", "migrationId": job["migrationId"]}
    assert data(api.documents.migrateDocumentsStatus(**status))["status"] == "in_progress"
    emulator.clock.tick(3)
    assert data(api.documents.migrateDocumentsStatus(**status))["status"] == "completed"
    moved = data(api.commentAnnotations.getCommentAnnotations(organizationId="o", documentId="n"))
    assert [(each["annotationId"], each["metadata"]["documentId"]) for each in moved] == [("a", "n")]


def test_users(api: Any) -> None:
    added = data(api.users.addUsers(organizationId="o", users=[ALICE, BOB]))
    assert added["alice"]["message"] == "User added."
    assert data(api.users.addUsers(organizationId="o", users=[ALICE]))["alice"]["message"] == "User updated."
    found = data(api.users.getUsers(organizationId="o"))
    assert [(each["userId"], each["initial"]) for each in found] == [("alice", "A"), ("bob", "B")]
    api.users.addUsers(organizationId="o", documentId="d", users=[ALICE])
    assert [each["userId"] for each in data(api.users.getUsers(organizationId="o", documentId="d"))] == [
        "alice"
    ]
    api.users.updateUsers(organizationId="o", users=[{"userId": "alice", "name": "Zoe"}])
    assert data(api.users.getUsers(organizationId="o", userIds=["alice"]))[0]["initial"] == "Z"
    assert data(api.users.updateUsers(organizationId="o", users=[{"userId": "x"}]))["x"]["success"] is False
    grouped = data(api.users.getUsers(organizationId="o", allDocuments=True, groupByDocumentId=True))
    assert list(grouped) == ["d"]
    assert data(api.users.getUsersCount(organizationId="o")) == {"count": 2}
    api.users.deleteUsers(organizationId="o", userIds=["alice"])
    assert [each["userId"] for each in data(api.users.getUsers(organizationId="o"))] == ["bob"]
    assert data(api.users.getUsers(organizationId="o", documentId="d")) == []


def test_user_groups(api: Any) -> None:
    api.users.addUsers(organizationId="o", users=[ALICE, BOB])
    api.userGroups.addUserGroups(
        organizationId="o", organizationUserGroups=[{"groupId": "g", "groupName": "G"}]
    )
    added = api.userGroups.addUsersToGroup(
        organizationId="o", organizationUserGroupId="g", userIds=["alice", "x"]
    )
    assert [each["success"] for each in data(added).values()] == [True, False]
    wanted = {"organizationId": "o", "organizationUserGroupIds": ["g"]}
    assert [each["userId"] for each in data(api.users.getUsers(**wanted))] == ["alice"]
    api.userGroups.deleteUsersFromGroup(organizationId="o", organizationUserGroupId="g", deleteAll=True)
    assert data(api.users.getUsers(**wanted)) == []


def test_invitations(api: Any) -> None:
    invite = {"organizationId": "o", "email": "bob@example.com", "type": "org_user"}
    api.users.addUserInvite(**invite, invitedBy={"userId": "alice"})
    assert data(api.users.getInvitedPendingUsersCount(organizationId="o")) == {"count": 1}
    api.users.respondToInvite(**invite, status="ACCEPTED", user=BOB, authToken="theirs")
    assert [each["userId"] for each in data(api.users.getUsers(organizationId="o"))] == ["bob"]
    again = api.users.respondToInvite(**invite, status="REJECTED")
    assert error(again)["status"] == "FAILED_PRECONDITION"


def test_permissions_are_given_seen_expire_and_are_taken(api: Any, emulator: Emulator) -> None:
    api.documents.updateDocumentAccess(organizationId="o", documentIds=["d"], accessType="restricted")

    def seen() -> Any:
        wanted = {"organizationId": "o", "userIds": ["alice"], "documentIds": ["d"]}
        return data(api.accessControl.getPermissions(**wanted))["alice"]["documents"]["d"]

    resource: Dict[str, Any] = {"type": "document", "id": "d", "organizationId": "o"}
    assert seen()["errorCode"] == "permission_denied"
    until = int(emulator.clock.seconds()) + 60
    api.accessControl.addPermissions(
        user={"userId": "alice"}, permissions={"resources": [{**resource, "expiresAt": until}]}
    )
    assert (seen()["accessRole"], seen()["expiresAt"]) == ("editor", until)
    emulator.clock.tick(61)
    assert seen()["errorCode"] == "permission_denied"
    api.accessControl.addPermissions(
        user={"userId": "alice"}, permissions={"resources": [{**resource, "accessRole": "viewer"}]}
    )
    assert seen()["accessRole"] == "viewer"
    api.accessControl.removePermissions(userId="alice", permissions={"resources": [resource]})
    assert seen()["errorCode"] == "permission_denied"
    failed = error(api.accessControl.getPermissions(organizationId="o", userIds=["alice"], documentIds=["x"]))
    assert failed["details"]["alice"]["documents"]["x"]["errorCode"] == "does_not_exist"


def test_a_user_token_is_a_jwt_of_48_hours(api: Any, emulator: Emulator) -> None:
    answer = api.accessControl.generateToken(
        userId="alice",
        userProperties={"name": "Alice", "email": "alice@example.com"},
        permissions={"resources": [{"type": "organization", "id": "o"}]},
    )
    options: Any = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(data(answer)["token"], SIGNING_KEY, algorithms=["HS256"], options=options)
    assert claims["exp"] - emulator.clock.seconds() == 48 * 3600
    assert claims["userId"] == "alice"


def add_thread(api: Any, **entry: Any) -> Any:
    return api.commentAnnotations.addCommentAnnotations(
        organizationId="o", documentId="d", commentAnnotations=[{"commentData": [comment()], **entry}]
    )


def threads(api: Any, **wanted: Any) -> List[Any]:
    found: List[Any] = data(api.commentAnnotations.getCommentAnnotations(organizationId="o", **wanted))
    return found


def test_comment_annotations(api: Any, emulator: Emulator) -> None:
    assert data(add_thread(api, annotationId="a", findingId="f"))["a"]["findingId"] == "f"
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


def test_comments(api: Any) -> None:
    add_thread(api, annotationId="a")
    where = {"organizationId": "o", "documentId": "d", "annotationId": "a"}
    numbers = data(api.commentAnnotations.addComments(**where, commentData=[comment("Two", BOB)]))
    assert 100_000 <= numbers[0] <= 999_999
    found = data(api.commentAnnotations.getComments(**where))
    assert [each["commentText"] for each in found] == ["Hello", "Two"]
    changed = api.commentAnnotations.updateComments(
        **where, commentIds=[*numbers, 1], updatedData={"commentText": "New"}
    )
    assert [each["message"] for each in data(changed).values()] == ["Comment updated.", "Not found"]
    refused = api.commentAnnotations.updateComments(
        **where, commentIds=numbers, updatedData={"status": {"id": "x"}}
    )
    assert error(refused)["status"] == "INVALID_ARGUMENT"
    api.commentAnnotations.deleteComments(**where, commentIds=numbers)
    assert data(api.commentAnnotations.getComments(**where, commentIds=numbers)) == [None]


def test_texts_that_the_application_keeps_are_not_stored(api: Any, emulator: Emulator) -> None:
    entry = comment("Secret words", commentHtml="<b>Secret words</b>", isCommentResolverUsed=True)
    add_thread(api, annotationId="a", commentData=[entry])
    where = {"organizationId": "o", "documentId": "d", "annotationId": "a"}
    number = threads(api)[0]["comments"][0]["commentId"]
    api.commentAnnotations.updateComments(
        **where, commentIds=[number], updatedData={"commentText": "Secret words"}
    )
    assert "Secret words" not in str(emulator.state.dump())


def test_notifications(api: Any, emulator: Emulator) -> None:
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
    assert data(api.notifications.getNotifications(organizationId="o", documentId="d")) == []


def test_notification_settings(api: Any) -> None:
    api.notifications.setNotificationConfig(organizationId="o", userIds=["bob"], config={"inbox": "MINE"})
    found = api.notifications.getNotificationConfig(
        organizationId="o", userId="bob", getOrganizationConfig=True, documentIds=["d"]
    )
    assert [each["config"]["inbox"] for each in data(found)] == ["MINE", "MINE"]
    assert error(
        api.notifications.setNotificationConfig(organizationId="o", userIds=["bob"], config={"inbox": "SOME"})
    )


def test_activities(api: Any) -> None:
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
    api.activities.updateActivities(
        organizationId="o", activities=[{"id": "a", "displayMessageTemplate": "T"}]
    )
    assert data(api.activities.getActivities(organizationId="o"))[0]["displayMessageTemplate"] == "T"
    assert error(api.activities.deleteActivities(organizationId="o"))
    api.activities.deleteActivities(organizationId="o", activityIds=["a"])
    assert data(api.activities.getActivities(organizationId="o")) == []


def test_shared_editing(api: Any) -> None:
    where = {"organizationId": "o", "documentId": "d", "editorId": "e"}
    assert error(api.crdt.updateCrdtData(**where, type="text", data="x"))["status"] == "NOT_FOUND"
    assert (
        error(api.crdt.addCrdtData(**where, type="text", data={}))["message"]
        == "Data must be a string for type text."
    )
    api.crdt.addCrdtData(**where, type="text", data="x")
    assert error(api.crdt.addCrdtData(**where, type="text", data="x"))["status"] == "ALREADY_EXISTS"
    api.crdt.updateCrdtData(**where, type="map", data={"a": 1})
    assert data(api.crdt.getCrdtData(organizationId="o", documentId="d"))[0]["data"] == {"a": 1}
    api.crdt.deleteCrdtData(organizationId="o", documentId="d")
    assert data(api.crdt.getCrdtData(organizationId="o", documentId="d")) == []


def test_presence_and_live_state(api: Any, emulator: Emulator) -> None:
    where = {"organizationId": "o", "documentId": "d"}
    api.presence.addPresence(**where, users=[{**ALICE, "status": "online"}])
    api.presence.updatePresence(**where, users=[{"userId": "alice", "status": "away"}])
    seen = emulator.state.of("key").under("presence", "o", "d")
    assert [(row.doc["name"], row.doc["status"]) for row in seen] == [("Alice", "away")]
    api.presence.deletePresence(**where, userIds=["alice"])
    assert emulator.state.of("key").under("presence") == []
    api.livestate.broadcastEvent(**where, liveStateDataId="s", data={"a": 1})
    api.livestate.broadcastEvent(**where, liveStateDataId="s", data={"b": 2}, merge=True)
    assert emulator.state.of("key").under("livestate")[0].doc["data"] == {"a": 1, "b": 2}


def test_an_erased_person_is_gone_everywhere_and_the_other_key_is_intact(
    api: Any, emulator: Emulator, sdk_of: Callable[[str], VeltSDK]
) -> None:
    other = sdk_of("other").api
    for each in (api, other):
        each.users.addUsers(organizationId="o", users=[ALICE, BOB])
        each.documents.addDocuments(organizationId="o", documents=[{"documentId": "d"}])
        mention = {"text": "@Alice", "userId": "alice", "contact": ALICE}
        entries = [comment("Mine"), comment("Theirs", BOB, taggedUserContacts=[mention])]
        add_thread(each, annotationId="mine")
        add_thread(each, annotationId="shared", commentData=list(reversed(entries)))
    exported = data(api.gdpr.getAllUserData(organizationId="o", userId="alice"))
    assert len(exported["comments"]) == 2
    untouched = emulator.state.dump("other")
    started = api.gdpr.deleteAllUserData(userIds=["alice"])
    assert (started["statusCode"], started["data"]["tasksCount"]) == (202, 1)
    job = started["data"]["jobId"]
    assert data(api.gdpr.getDeleteUserDataStatus(jobId=job))["isDeleteCompleted"] is False
    emulator.clock.tick(10)
    assert data(api.gdpr.getDeleteUserDataStatus(jobId=job))["isDeleteCompleted"] is True
    assert "alice" not in str(emulator.state.dump("key")).lower()
    assert emulator.state.dump("other") == untouched
    assert "Theirs" in str(emulator.state.dump("key"))


@pytest.mark.parametrize(
    ("service", "call", "field", "more"),
    [
        ("documents", "getDocuments", "documentIds", {}),
        ("users", "getUsers", "userIds", {}),
        ("commentAnnotations", "getCommentAnnotations", "annotationIds", {}),
        ("notifications", "getNotifications", "notificationIds", {}),
        ("commentAnnotations", "getCommentAnnotationsCount", "documentIds", {"userId": "u"}),
    ],
    ids=["documents", "users", "annotations", "notifications", "count"],
)
def test_31_ids_are_refused(api: Any, service: str, call: str, field: str, more: Dict[str, Any]) -> None:
    operation = getattr(getattr(api, service), call)
    answer = operation(organizationId="o", **{field: [f"i{number}" for number in range(31)]}, **more)
    assert error(answer)["status"] == "INVALID_ARGUMENT"
    assert field in error(answer)["message"]


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
