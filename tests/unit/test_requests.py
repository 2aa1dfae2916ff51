"""From the bodies that browsers post to plans, and what they leave in a store."""

from __future__ import annotations

import copy
from typing import Any, Dict, Iterator

import pytest

from velt_py.sdk import VeltSDK

METADATA = {"organizationId": "one"}


@pytest.fixture
def sdk() -> Iterator[VeltSDK]:
    with VeltSDK.initialize({"database": {"type": "memory"}, "apiKey": None}) as made:
        yield made


def save(sdk: VeltSDK, thread: Dict[str, Any], id: str = "A", **more: Any) -> None:
    body: Dict[str, Any] = {"commentAnnotation": {id: thread}, "metadata": METADATA, **more}
    untouched = copy.deepcopy(body)
    answer = sdk.selfHosting.comments.saveComments(body)
    assert answer == {"success": True, "statusCode": 200}
    assert body == untouched


def threads(sdk: VeltSDK, organization: str = "one") -> Dict[str, Any]:
    found: Dict[str, Any] = sdk.selfHosting.comments.getComments(organization)["data"]
    return found


def refused(answer: Dict[str, Any], field: str, code: str = "INVALID_INPUT") -> None:
    assert (answer["success"], answer["statusCode"], answer["errorCode"]) == (False, 400, code), answer
    assert answer["error"].startswith(field), answer


# Comments, as browsers save them

ONE = {"1": {"commentId": 1, "commentText": "first", "from": {"userId": "u"}}}


def test_a_reply_of_a_stale_client_adds_to_what_is_there(sdk: VeltSDK) -> None:
    save(sdk, {"comments": ONE}, event="comment_annotation.add")
    save(sdk, {"comments": {"2": {"commentId": 2}}}, event="comment.add", commentId="2")
    save(sdk, {"comments": {"3": {"commentId": 3}}}, event="comment.add", commentId=3)
    assert set(threads(sdk)["A"]["comments"]) == {"1", "2", "3"}


@pytest.mark.parametrize("id", [2, "2"])
def test_a_deleted_comment_goes_whether_its_id_is_number_or_text(sdk: VeltSDK, id: Any) -> None:
    save(sdk, {"comments": {**ONE, "2": {"commentId": 2, "commentText": "gone"}}})
    for _ in range(2):
        save(sdk, {"comments": ONE}, event="comment.delete", commentId=id)
        assert threads(sdk)["A"]["comments"] == ONE


def test_the_deletion_of_the_last_comment_leaves_none(sdk: VeltSDK) -> None:
    save(sdk, {"comments": ONE})
    save(sdk, {"comments": {}}, event="comment.delete", commentId=1)
    assert threads(sdk)["A"]["comments"] == {}


def test_an_empty_map_with_a_deletion_that_names_nothing_empties(sdk: VeltSDK) -> None:
    save(sdk, {"comments": ONE})
    save(sdk, {"comments": {}}, event="comment.delete")
    assert threads(sdk)["A"]["comments"] == {}


@pytest.mark.parametrize("event", [None, "comment.add", "comment.update", "comment_annotation.assign", "odd"])
@pytest.mark.parametrize("comments", [{}, None])
def test_no_comment_is_lost_to_an_empty_map_or_null(sdk: VeltSDK, event: Any, comments: Any) -> None:
    save(sdk, {"comments": ONE})
    save(sdk, {"comments": comments, "assignedTo": {"userId": "v"}}, event=event)
    assert threads(sdk)["A"]["comments"] == ONE
    assert threads(sdk)["A"]["assignedTo"] == {"userId": "v"}


def test_a_repeated_save_changes_nothing(sdk: VeltSDK) -> None:
    for event, comment in (("comment_annotation.add", None), ("comment.add", 1), ("comment.update", 1)):
        save(sdk, {"comments": ONE}, event=event, commentId=comment)
        once = threads(sdk)
        save(sdk, {"comments": ONE}, event=event, commentId=comment)
        assert threads(sdk) == once


def test_null_clears_and_absence_keeps(sdk: VeltSDK) -> None:
    save(sdk, {"comments": ONE, "assignedTo": {"userId": "v"}, "targetTextRange": {"text": "t"}})
    save(sdk, {"assignedTo": None, "resolvedByUserId": None})
    found = threads(sdk)["A"]
    assert found["assignedTo"] is found["resolvedByUserId"] is None
    assert found["targetTextRange"] == {"text": "t"}
    assert found["comments"] == ONE


def test_replace_takes_what_is_sent_for_all_there_is(sdk: VeltSDK) -> None:
    save(sdk, {"comments": {**ONE, "2": {"commentId": 2}}, "custom": 1})
    save(sdk, {"comments": ONE}, replace=True)
    assert threads(sdk)["A"]["comments"] == ONE
    assert threads(sdk)["A"]["custom"] == 1


def test_the_target_comment_of_the_request_is_not_stored(sdk: VeltSDK) -> None:
    save(
        sdk,
        {"comments": {}},
        event="comment.add",
        commentId=9,
        targetComment={"commentId": 9, "commentText": "x"},
    )
    assert "targetComment" not in threads(sdk)["A"]
    assert threads(sdk)["A"]["comments"] == {}


def test_the_key_of_the_map_is_the_id_of_the_record(sdk: VeltSDK) -> None:
    save(sdk, {"annotationId": "other", "comments": {}})
    assert threads(sdk)["A"]["annotationId"] == "A"
    sdk.selfHosting.comments.saveComments("one", {7: {"comments": {8: {"commentText": "x"}}}})  # type: ignore[dict-item]
    assert threads(sdk)["7"]["comments"] == {"8": {"commentText": "x", "commentId": 8}}


def test_custom_keys_come_back_at_every_level_zero_false_and_empty_too(sdk: VeltSDK) -> None:
    thread = {
        "custom": 0,
        "flag": False,
        "empty": "",
        "from": {"userId": "u", "extra": 1},
        "metadata": {"unknown": {"deep": [0]}},
        "comments": {
            "1": {
                "commentId": 1,
                "own": 0,
                "to": [{"userId": "v", "x": 1}],
                "attachments": {"5": {"size": 1}},
            }
        },
    }
    save(sdk, thread)
    found = threads(sdk)["A"]
    assert found.pop("annotationId") == "A"
    assert found["metadata"].pop("organizationId") == "one"
    assert found == thread


# Metadata


def test_the_request_says_document_and_folder_and_the_record_says_the_rest(sdk: VeltSDK) -> None:
    own = {
        "documentId": "own",
        "folderId": "own",
        "organizationId": "two",
        "apiKey": "own",
        "sdkVersion": None,
    }
    save(sdk, {"metadata": own})
    assert threads(sdk)["A"]["metadata"] == {**own, "organizationId": "one"}
    save(
        sdk,
        {"metadata": own},
        metadata={**METADATA, "documentId": "req", "folderId": "req", "apiKey": "k", "x": 1},
    )
    assert threads(sdk)["A"]["metadata"] == {
        "documentId": "req",
        "folderId": "req",
        "organizationId": "one",
        "apiKey": "k",
        "sdkVersion": None,
    }
    save(sdk, {}, metadata={**METADATA, "documentId": "", "folderId": None})
    assert threads(sdk)["A"]["metadata"]["documentId"] == "req"
    assert threads(sdk, "two") == {}


def test_the_configured_api_key_is_stamped_and_filters_nothing() -> None:
    with VeltSDK.initialize({"database": {"type": "memory"}, "apiKey": "new"}) as sdk:
        save(sdk, {"metadata": {"apiKey": "old"}}, metadata={**METADATA, "apiKey": "request"})
        assert threads(sdk)["A"]["metadata"]["apiKey"] == "new"


def test_the_organization_may_stand_at_the_top_or_in_the_metadata_and_the_top_goes_first(
    sdk: VeltSDK,
) -> None:
    save(sdk, {})
    get = sdk.selfHosting.comments.getComments
    assert set(get({"organizationId": "one"})["data"]) == {"A"}
    assert set(get({"metadata": {"organizationId": "one"}})["data"]) == {"A"}
    assert set(get({"organizationId": "one", "metadata": {"organizationId": "two"}})["data"]) == {"A"}
    assert get({"organizationId": "two", "metadata": {"organizationId": "one"}})["data"] == {}


# Reading


def test_the_folder_counts_with_all_documents_and_without_lists_only(sdk: VeltSDK) -> None:
    save(sdk, {"metadata": {"documentId": "D", "folderId": "F"}}, "A")
    save(sdk, {"metadata": {"documentId": "E", "folderId": "G"}}, "B")
    get = sdk.selfHosting.comments.getComments
    assert set(get({"organizationId": "one", "folderId": "F", "allDocuments": True})["data"]) == {"A"}
    assert set(get({"organizationId": "one", "folderId": "F"})["data"]) == {"A", "B"}
    assert set(get({"organizationId": "one", "allDocuments": True})["data"]) == {"A", "B"}
    body = {"organizationId": "one", "folderId": "F", "allDocuments": True}
    assert set(get({**body, "documentIds": ["E"]})["data"]) == {"B"}
    assert set(get({**body, "commentAnnotationIds": ["B"]})["data"]) == {"B"}


def test_ids_and_documents_intersect_and_empty_lists_select_nothing(sdk: VeltSDK) -> None:
    save(sdk, {"metadata": {"documentId": "D"}}, "1")
    save(sdk, {"metadata": {"documentId": "E"}}, "2")
    get = sdk.selfHosting.comments.getComments
    assert set(get("one", commentAnnotationIds=[1, "2"], documentIds=["E"])["data"]) == {"2"}  # type: ignore[list-item]
    assert get("one", commentAnnotationIds=[])["data"] == get("one", documentIds=[])["data"] == {}
    assert get("one", ["1"], documentIds=[])["data"] == {}


# The other kinds


def test_reactions_of_older_clients_are_stored_as_newer_ones(sdk: VeltSDK) -> None:
    reactions = sdk.selfHosting.reactions
    reactions.saveReactions(
        {"reactionAnnotation": {"R": {"icon": "x", "user": {"userId": "u"}}}, "metadata": METADATA}
    )
    found = reactions.getReactions("one")["data"]["R"]
    assert found["from"] == {"userId": "u"}
    assert "user" not in found


def test_notifications_and_activities_name_their_organization_at_the_top(sdk: VeltSDK) -> None:
    notifications, activities = sdk.selfHosting.notifications, sdk.selfHosting.activities
    notifications.saveNotifications(
        "one", {"N": {"displayBodyMessage": "hi", "notificationSourceData": None}}
    )
    assert notifications.getNotifications("one")["data"] == {
        "N": {
            "displayBodyMessage": "hi",
            "notificationSourceData": None,
            "notificationId": "N",
            "organizationId": "one",
        }
    }
    body = {
        "activity": {"X": {"changes": {"a": {"from": 1, "to": None}}}},
        "metadata": {**METADATA, "documentId": "D"},
    }
    activities.saveActivities({**body, "organizationId": "two", "event": "activity.save"})
    found = activities.getActivities("two")["data"]["X"]
    assert (found["id"], found["organizationId"]) == ("X", "two")
    assert found["metadata"] == {"organizationId": "two"}
    assert activities.getActivities("two", documentIds=["D"])["data"] == {}
    assert activities.getActivities("one")["data"] == {}
    assert notifications.deleteNotification("one", "N")["success"]
    assert notifications.deleteNotification("one", "N")["errorCode"] == "NOT_FOUND"


def test_recordings_merge_versions_and_chunks_and_take_no_folder(sdk: VeltSDK) -> None:
    recorders = sdk.selfHosting.recorders
    first = {"recordingEditVersions": {"1": {"from": {"userId": "u"}, "own": 0}}, "chunkUrls": {"0": "a"}}
    second = {
        "recordingEditVersions": {"1": {"attachment": None}, "2": {}},
        "chunkUrls": {"1": "b"},
        "transcription": None,
    }
    metadata = {**METADATA, "documentId": "D", "folderId": "F"}
    for version in (first, second):
        recorders.saveRecorderAnnotation({"recorderAnnotation": {"R": version}, "metadata": metadata})
    found = recorders.getRecorderAnnotations("one", documentIds=["D"])["data"]["R"]
    assert found["recordingEditVersions"] == {
        "1": {"from": {"userId": "u"}, "own": 0, "attachment": None},
        "2": {},
    }
    assert found["chunkUrls"] == {"0": "a", "1": "b"}
    assert found["transcription"] is None
    assert found["metadata"] == {"organizationId": "one", "documentId": "D"}


# Refusals: nothing is stored, the field is named

BAD_SAVES = [
    ({}, "commentAnnotation"),
    ({"commentAnnotation": None}, "commentAnnotation"),
    ({"commentAnnotation": []}, "commentAnnotation"),
    ({"commentAnnotation": "x"}, "commentAnnotation"),
    ({"commentAnnotation": {}}, "commentAnnotation"),
    ({"commentAnnotation": {"": {}}}, "commentAnnotation: a key"),
    ({"commentAnnotation": {"ok": {}, "": {}}}, "commentAnnotation: a key"),
    ({"commentAnnotation": {"x" * 401: {}}}, "commentAnnotation: a key"),
    ({"commentAnnotation": {"A\0": {}}}, "commentAnnotation: a key"),
    ({"commentAnnotation": {True: {}}}, "commentAnnotation: a key"),
    ({"commentAnnotation": {1: {}, "1": {}}}, "commentAnnotation.1"),
    ({"commentAnnotation": {"A": None}}, "commentAnnotation.A"),
    ({"commentAnnotation": {"A": [1]}}, "commentAnnotation.A"),
    ({"commentAnnotation": {"A": {"comments": [1]}}}, "commentAnnotation.A.comments"),
    ({"commentAnnotation": {"A": {"comments": {"1": None}}}}, "commentAnnotation.A.comments.1"),
    ({"commentAnnotation": {"A": {"comments": {"1": "text"}}}}, "commentAnnotation.A.comments.1"),
    ({"commentAnnotation": {"A": {"comments": {"": {}}}}}, "commentAnnotation.A.comments: a key"),
    ({"commentAnnotation": {"A": {"comments": {"\ud800": 5}}}}, "commentAnnotation.A.comments: a key"),
    ({"commentAnnotation": {"A": {"comments": {1: {}, "1": {}}}}}, "commentAnnotation.A.comments.1"),
    ({"commentAnnotation": {"A": {"metadata": [1]}}}, "commentAnnotation.A.metadata"),
    (
        {"commentAnnotation": {"A": {"metadata": {"documentId": {"$gt": ""}}}}},
        "commentAnnotation.A.metadata.documentId",
    ),
    ({"commentAnnotation": {"A": {"x": float("nan")}}}, "commentAnnotation.A.x"),
    ({"commentAnnotation": {"A": {"x": 2**64}}}, "commentAnnotation.A.x"),
    ({"commentAnnotation": {"A": {"comments": {"1": {"t": "\ud800"}}}}}, "commentAnnotation.A.comments.1.t"),
    ({"commentAnnotation": {"A": {}}, "metadata": [1]}, "metadata"),
    ({"commentAnnotation": {"A": {}}, "metadata": {}}, "organizationId"),
    (
        {"commentAnnotation": {"A": {}}, "metadata": {**METADATA, "documentId": {"$ne": 1}}},
        "metadata.documentId",
    ),
    ({"commentAnnotation": {"A": {}}, "metadata": {**METADATA, "apiKey": {"$ne": 1}}}, "metadata.apiKey"),
    ({"commentAnnotation": {"A": {}}, "event": 5}, "event"),
    ({"commentAnnotation": {"A": {}}, "commentId": {"$ne": 1}}, "commentId"),
    ({"commentAnnotation": {"A": {}}, "commentId": True}, "commentId"),
    ({"commentAnnotation": {"A": {}}, "replace": "yes"}, "replace"),
    ({"commentAnnotation": {f"A{n}": {} for n in range(1001)}}, "commentAnnotation"),
]


@pytest.mark.parametrize(("body", "field"), BAD_SAVES, ids=[str(n) for n in range(len(BAD_SAVES))])
def test_a_bad_save_names_its_field_and_stores_nothing(
    sdk: VeltSDK, body: Dict[str, Any], field: str
) -> None:
    refused(sdk.selfHosting.comments.saveComments({"metadata": METADATA, **body}), field)
    assert threads(sdk) == {}


BAD_ORGANIZATIONS = [None, "", True, 1.5, {"$ne": None}, ["one"]]


@pytest.mark.parametrize("organization", BAD_ORGANIZATIONS, ids=str)
def test_nothing_happens_without_an_organization(sdk: VeltSDK, organization: Any) -> None:
    save(sdk, {})
    comments, users = sdk.selfHosting.comments, sdk.selfHosting.users
    for answer in (
        comments.getComments({"organizationId": organization}),
        comments.deleteComment({"commentAnnotationId": "A", "metadata": {"organizationId": organization}}),
        comments.deleteComment({"commentAnnotationId": "A"}),
        users.getUsers({"organizationId": organization, "userIds": ["u"]}),
        users.resolveUserIdsByEmail({"organizationId": organization, "emails": ["a"]}),
        sdk.selfHosting.activities.getActivities({"organizationId": organization}),
        sdk.selfHosting.notifications.deleteNotification(
            {"organizationId": organization, "notificationId": "N"}
        ),
    ):
        assert (answer["success"], answer["statusCode"]) == (False, 400)
        assert answer["errorCode"] in ("INVALID_INPUT", "VALIDATION_ERROR")
    assert set(threads(sdk)) == {"A"}


@pytest.mark.parametrize("id", [None, "", True, {"$ne": 1}, ["A"], 1.5], ids=str)
def test_a_delete_needs_one_id(sdk: VeltSDK, id: Any) -> None:
    save(sdk, {})
    body = {"commentAnnotationId": id, "metadata": METADATA}
    refused(sdk.selfHosting.comments.deleteComment(body), "commentAnnotationId")
    assert set(threads(sdk)) == {"A"}


def test_a_delete_reaches_no_other_organization(sdk: VeltSDK) -> None:
    save(sdk, {})
    assert sdk.selfHosting.comments.deleteComment("two", "A")["errorCode"] == "NOT_FOUND"
    assert set(threads(sdk)) == {"A"}


def test_reading_another_organization_stores_nothing(sdk: VeltSDK) -> None:
    save(sdk, {})
    for number in range(10):
        assert threads(sdk, f"o{number}") == {}
    store: Any = sdk._runner.store
    assert set(store._tables["comment_annotations"]) == {"one"}
