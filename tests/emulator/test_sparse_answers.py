"""Answers about records of which only what is needed was said: their types promise no key that is not there then."""

from __future__ import annotations

from typing import Any, Dict, List

from tests.emulator.shapes import complaints
from velt_py import VeltSDK

ORGANIZATION: Dict[str, Any] = {"organizationId": "o"}
PLACE: Dict[str, Any] = {**ORGANIZATION, "documentId": "d"}
WHO = {"userId": "u"}
COMMENT = {"commentText": "x", "from": WHO}
NOTICE = {**PLACE, "actionUser": WHO, "notifyUsers": [WHO], "displayHeadlineMessageTemplate": "h"}
ACTIVITY = {"featureType": "comment", "actionType": "add", "actionUser": WHO}
DONE = {"id": "x", "name": "X", "type": "ongoing", "color": "red"}
CALLS: List[Any] = [
    ("organizations.addOrganizations", {"organizations": [ORGANIZATION]}),
    ("organizations.getOrganizations", {"organizationIds": ["o"]}),
    ("documents.addDocuments", {**ORGANIZATION, "documents": [{"documentId": "d"}]}),
    ("documents.getDocuments", {**ORGANIZATION, "documentIds": ["d"]}),
    ("folders.addFolder", {**ORGANIZATION, "folders": [{"folderId": "f"}]}),
    ("folders.getFolders", ORGANIZATION),
    ("folders.updateFolderAccess", {**ORGANIZATION, "folderIds": ["f", "none"], "accessType": "public"}),
    ("users.addUsers", {**PLACE, "users": [WHO]}),
    ("users.addUsers", {**ORGANIZATION, "users": [WHO]}),
    ("users.getUsers", ORGANIZATION),
    ("users.getUsers", PLACE),
    ("users.getUsers", {**ORGANIZATION, "allDocuments": True, "groupByDocumentId": True}),
    ("notifications.addNotifications", {**NOTICE, "displayBodyMessage": "b"}),
    ("notifications.getNotifications", PLACE),
    ("notifications.setNotificationConfig", {**ORGANIZATION, "userIds": ["u"], "config": {"inbox": "ALL"}}),
    ("notifications.getNotificationConfig", {**ORGANIZATION, **WHO, "getOrganizationConfig": True}),
    ("activities.addActivities", {**PLACE, "activities": [ACTIVITY]}),
    ("activities.getActivities", ORGANIZATION),
    (
        "commentAnnotations.addCommentAnnotations",
        {**PLACE, "commentAnnotations": [{"commentData": [COMMENT]}]},
    ),
    ("commentAnnotations.getCommentAnnotations", PLACE),
    ("commentAnnotations.updateCommentAnnotations", {**PLACE, "updatedData": {"status": DONE}}),
    ("commentAnnotations.getCommentAnnotations", {**PLACE, "groupByDocumentId": True}),
    ("accessControl.getPermissions", {**ORGANIZATION, "userIds": ["u", "w"], "documentIds": ["d"]}),
    ("crdt.addCrdtData", {**PLACE, "editorId": "e", "data": "x", "type": "text"}),
    ("crdt.getCrdtData", PLACE),
    ("gdpr.getAllUserData", {**ORGANIZATION, **WHO}),
]


def test_the_types_of_answers_promise_no_key_that_a_request_may_leave_out(sdk: VeltSDK) -> None:
    for name, fields in CALLS:
        area, _, method = name.partition(".")
        answer = getattr(getattr(sdk.api, area), method)(**fields)
        assert "error" not in answer, (name, answer)
        assert complaints(name, answer) == [], name
    job: Any = sdk.api.gdpr.deleteAllUserData(userIds=["u"])
    status = sdk.api.gdpr.getDeleteUserDataStatus(jobId=job["data"]["jobId"])
    assert complaints("gdpr.getDeleteUserDataStatus", status) == []
