"""What is particular to organizations, folders, documents, people and permissions; that all are added, changed and
removed stands in `test_every_entity`."""

from __future__ import annotations

from typing import Any, Dict

import jwt
import pytest

from tests.emulator.asking import ALICE, BOB, comment, data, error
from tests.emulator.controlling import control, sdk_over
from velt_py import VeltSDK
from velt_py.emulator import Emulator


@pytest.fixture
def api(sdk: VeltSDK) -> Any:
    sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "o", "organizationName": "O"}])
    sdk.api.documents.addDocuments(organizationId="o", documents=[{"documentId": "d", "documentName": "D"}])
    return sdk.api


def test_an_organization_is_disabled_made_by_that_and_deleted_with_its_documents(api: Any) -> None:
    changed = api.organizations.updateOrganizations(
        organizations=[{"organizationId": "o", "organizationName": "New"}, {"organizationId": "x"}]
    )
    assert data(changed)["o"]["success"] is True
    assert data(changed)["x"]["message"] == "Organization does not exist"
    api.organizations.updateOrganizationDisableState(organizationIds=["o", "made"], disabled=True)
    assert [entry["disabled"] for entry in data(api.organizations.getOrganizations())] == [True, True]
    api.organizations.deleteOrganizations(organizationIds=["o"])
    assert [entry["id"] for entry in data(api.organizations.getOrganizations())] == ["made"]
    assert error(api.documents.getDocuments(organizationId="o"))["status"] == "NOT_FOUND"


def test_folders_pass_on_ancestors_and_access_and_take_their_documents_along(api: Any) -> None:
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
    grant = {"type": "document", "id": "d", "organizationId": "o", "accessRole": "viewer"}
    api.accessControl.addPermissions(user={"userId": "bob"}, permissions={"resources": [grant]})
    job = data(api.documents.migrateDocuments(organizationId="o", documentId="d", newDocumentId="n"))
    status = {"organizationId": "o", "migrationId": job["migrationId"]}
    assert data(api.documents.migrateDocumentsStatus(**status))["status"] == "in_progress"
    emulator.clock.tick(3)
    assert data(api.documents.migrateDocumentsStatus(**status))["status"] == "completed"
    wanted = {"organizationId": "o", "userIds": ["bob"], "documentIds": ["n"]}
    assert data(api.accessControl.getPermissions(**wanted))["bob"]["documents"]["n"]["accessRole"] == "viewer"
    moved = data(api.commentAnnotations.getCommentAnnotations(organizationId="o", documentId="n"))
    assert [(each["annotationId"], each["metadata"]["documentId"]) for each in moved] == [("a", "n")]
    further = [{"annotationId": "b", "commentData": [comment()]}]
    where = {"organizationId": "o", "documentId": "n"}
    api.commentAnnotations.addCommentAnnotations(**where, commentAnnotations=further)
    found = data(api.commentAnnotations.getCommentAnnotations(organizationId="o"))
    assert sorted(each["annotationNumber"] for each in found) == [1, 2]


def test_users_have_levels_and_lose_the_documents_with_the_organization(api: Any) -> None:
    added = data(api.users.addUsers(organizationId="o", users=[ALICE, BOB]))
    assert added["alice"]["message"] == "User added."
    assert data(api.users.addUsers(organizationId="o", users=[ALICE]))["alice"]["message"] == "User updated."
    found = data(api.users.getUsers(organizationId="o"))
    assert [(each["userId"], each["initial"]) for each in found] == [("alice", "A"), ("bob", "B")]
    api.users.addUsers(organizationId="o", documentId="d", users=[ALICE])
    assert [each["userId"] for each in data(api.users.getUsers(organizationId="o", documentId="d"))] == [
        "alice"
    ]
    api.users.addUsers(organizationId="o", users=[{"userId": "zed", "name": "Zed", "initial": "Q"}])
    assert data(api.users.getUsers(organizationId="o", userIds=["zed"]))[0]["initial"] == "Q"
    api.users.deleteUsers(organizationId="o", userIds=["zed"])
    api.users.updateUsers(organizationId="o", users=[{"userId": "alice", "name": "Zoe"}])
    assert data(api.users.getUsers(organizationId="o", userIds=["alice"]))[0]["initial"] == "Z"
    assert data(api.users.updateUsers(organizationId="o", users=[{"userId": "x"}]))["x"]["success"] is False
    grouped = data(api.users.getUsers(organizationId="o", allDocuments=True, groupByDocumentId=True))
    assert list(grouped) == ["d"]
    assert data(api.users.getUsersCount(organizationId="o")) == {"count": 2}
    api.users.deleteUsers(organizationId="o", userIds=["alice"])
    assert [each["userId"] for each in data(api.users.getUsers(organizationId="o"))] == ["bob"]
    assert data(api.users.getUsers(organizationId="o", documentId="d")) == []


def test_only_users_of_the_organization_join_its_groups(api: Any) -> None:
    api.users.addUsers(organizationId="o", users=[ALICE, BOB])
    api.userGroups.addUserGroups(
        organizationId="o", organizationUserGroups=[{"groupId": "g", "groupName": "G"}]
    )
    added = api.userGroups.addUsersToGroup(
        organizationId="o", organizationUserGroupId="g", userIds=["alice", "x"]
    )
    assert [each["success"] for each in data(added).values()] == [True, False]
    wanted = {"organizationId": "o", "organizationUserGroupIds": ["g"]}
    api.userGroups.deleteUsersFromGroup(organizationId="o", organizationUserGroupId="g", deleteAll=True)
    assert data(api.users.getUsers(**wanted)) == []


def test_an_invitation_makes_a_user_and_is_answered_once(api: Any) -> None:
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
    published = control(emulator, "GET", "tokens/key")
    claims = jwt.decode(
        data(answer)["token"], published["key"], algorithms=[published["algorithm"]], options=options
    )
    assert claims["exp"] - emulator.clock.seconds() == 48 * 3600
    assert claims["userId"] == "alice"


def test_a_folder_that_is_deleted_takes_its_grants_along(api: Any) -> None:
    where = {"organizationId": "o", "folders": [{"folderId": "f", "accessType": "restricted"}]}
    api.folders.addFolder(**where)
    resource = {"type": "folder", "id": "f", "organizationId": "o"}
    api.accessControl.addPermissions(user={"userId": "alice"}, permissions={"resources": [resource]})
    api.folders.deleteFolder(organizationId="o", folderId="f")
    api.folders.addFolder(**where)
    wanted = {"organizationId": "o", "userIds": ["alice"], "folderIds": ["f"]}
    seen = data(api.accessControl.getPermissions(**wanted))["alice"]["folders"]["f"]
    assert seen == {
        "error": "User does not have access to folder",
        "errorCode": "permission_denied",
        "accessType": "restricted",
    }


def test_a_document_in_a_folder_has_the_access_of_the_folder_for_whoever_has_a_grant_too(api: Any) -> None:
    api.folders.addFolder(organizationId="o", folders=[{"folderId": "f", "accessType": "restricted"}])
    api.documents.moveDocuments(organizationId="o", documentIds=["d"], folderId="f")
    api.users.addUsers(organizationId="o", documentId="d", users=[ALICE])
    wanted = {"organizationId": "o", "userIds": ["alice", "bob"], "documentIds": ["d"]}
    seen = data(api.accessControl.getPermissions(**wanted))
    assert seen["alice"]["documents"]["d"] == {"accessRole": "editor", "accessType": "restricted"}
    assert seen["bob"]["documents"]["d"]["error"] == "User does not have access to document"


def test_new_documents_have_the_access_that_the_application_says(api: Any) -> None:
    api.workspace.updateApiKeyMetadata(defaultDocumentAccessType="restricted")
    api.documents.addDocuments(
        organizationId="o", documents=[{"documentId": "e"}, {"documentId": "f", "accessType": "public"}]
    )
    found = data(api.documents.getDocuments(organizationId="o"))
    assert [each["accessType"] for each in found] == ["public", "restricted", "public"]


def test_a_document_that_is_deleted_takes_the_settings_of_its_notifications_along(api: Any) -> None:
    where = {"organizationId": "o", "documentIds": ["d"]}
    api.notifications.setNotificationConfig(**where, userIds=["bob"], config={"inbox": "NONE"})
    api.documents.deleteDocuments(**where)
    api.documents.addDocuments(organizationId="o", documents=[{"documentId": "d"}])
    found = data(api.notifications.getNotificationConfig(**where, userId="bob"))
    assert found[0]["config"]["inbox"] == "ALL"


@pytest.mark.parametrize("assumed", ["refuse", "cut"])
def test_more_than_thirty_people_to_erase_are_refused_or_the_rest_left_out(assumed: str) -> None:
    emulator = Emulator(assume={"erased-at-once": assumed})
    api: Any = sdk_over(emulator, apiKey="key", authToken="token").api
    names = [f"u{number:02}" for number in range(32)]
    api.users.addUsers(organizationId="o", users=[{"userId": name} for name in names])
    reply = api.gdpr.deleteAllUserData.raw(userIds=names)
    answer = reply.answer
    assert "erased-at-once" in reply.headers["x-velt-emulator-assumptions"]
    left = [each["userId"] for each in data(api.users.getUsers(organizationId="o"))]
    assert (left, "error" in answer) == ((names, True) if assumed == "refuse" else (names[30:], False))
    emulator.close()
