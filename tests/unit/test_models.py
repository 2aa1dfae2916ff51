"""The models: nothing that was sent gets lost, and what cannot be read is refused by name."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any, Dict, List, Type

import pytest

import velt_py
import velt_py.models
from velt_py.exceptions import VeltValidationError
from velt_py.models import (
    BaseMetadata,
    CommentResolverSaveEvent,
    DeleteCommentResolverRequest,
    GetCommentResolverRequest,
    PartialAttachment,
    PartialComment,
    PartialCommentAnnotation,
    PartialReactionAnnotation,
    PartialRecorderAnnotation,
    PartialUser,
    ResolverActions,
    ResolverDeleteMetadata,
    SaveCommentResolverRequest,
    SaveNotificationResolverRequest,
    SaveReactionResolverRequest,
    SaveUserRequest,
    User,
    VerifyTokenResult,
)
from velt_py.models.base import Model
from velt_py.models.comment import UNSET

MODELS: List[Type[Model]] = [
    value
    for value in (getattr(velt_py.models, name) for name in velt_py.models.__all__)
    if isinstance(value, type) and issubclass(value, Model)
]

SENT = [model for model in MODELS if model is not VerifyTokenResult]
"""Models of what somebody sends; a result of ours has no names that we do not know."""

THREAD: Dict[str, Any] = {
    "annotationId": "A",
    "metadata": {"organizationId": "O", "documentId": "D", "sdkVersion": None, "locale": {"x": [1, None]}},
    "comments": {
        "184639": {
            "commentId": 184639,
            "commentText": "",
            "commentHtml": None,
            "attachments": {"758336": {"attachmentId": 758336, "name": "n", "url": "u", "size": 0}},
            "from": {"userId": "u", "name": "Una"},
            "to": [{"userId": 7, "email": False}],
            "taggedUserContacts": [
                {"userId": "v", "contact": {"userId": "v", "x": ""}, "text": "@V", "y": None}
            ],
            "reactions": [],
        },
    },
    "from": {"userId": "u"},
    "assignedTo": None,
    "targetTextRange": {"text": "t", "occurrence": 0},
    "resolvedByUserId": None,
    "priority": 0,
    "label": "",
    "starred": False,
    "extra_fields": {"a": 1},
}
REQUEST: Dict[str, Any] = {
    "commentAnnotation": {"A": THREAD},
    "metadata": {"organizationId": "O", "apiKey": "K"},
    "event": "comment.add",
    "commentId": "184639",
    "targetComment": {"commentId": 184639, "mood": None},
    "requestedAt": 0,
}


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - made here


def test_a_posted_thread_comes_back_from_its_model_as_it_was_sent() -> None:
    assert SaveCommentResolverRequest.from_dict(REQUEST).to_dict() == REQUEST


def test_a_posted_recording_comes_back_from_its_model_as_it_was_sent() -> None:
    sent = {
        "annotationId": "R",
        "from": {"userId": "u", "name": "Una", "isAdmin": False},
        "transcription": None,
        "attachment": None,
        "attachments": [{"url": "u", "n": None}],
        "chunkUrls": {"0": "u"},
        "recordingEditVersions": {
            "2": {"from": {"userId": "u"}, "attachments": [], "boundedTrimRanges": [1]}
        },
        "isUrlAvailable": False,
    }
    assert PartialRecorderAnnotation.from_dict(sent).to_dict() == sent


@pytest.mark.parametrize("model", SENT, ids=lambda model: model.__name__)
def test_every_model_returns_names_it_does_not_know(model: Type[Model]) -> None:
    unknown = {"custom": 0, "nested": {"a": [None, ""]}, "gone": None, "flag": False}
    assert unknown.items() <= model.from_dict(unknown).to_dict().items()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_survives_pickle_copy_asdict_and_replace(model: Type[Model]) -> None:
    made = model.from_dict({"custom": 1, "metadata": {"organizationId": "O"}})
    assert pickled(made) == made
    assert copy.deepcopy(made) == made
    assert dataclasses.replace(made) == made  # type: ignore[type-var]
    assert list(dataclasses.asdict(made)) == [  # type: ignore[call-overload]
        field.name
        for field in dataclasses.fields(made)  # type: ignore[arg-type]
    ]


def test_a_null_stays_a_null_through_replace_pickle_and_copy() -> None:
    thread = PartialCommentAnnotation.from_dict({"annotationId": "A", "assignedTo": None, "context": None})
    for same in (dataclasses.replace(thread), pickled(thread), copy.deepcopy(thread)):
        assert same.to_dict() == {"annotationId": "A", "assignedTo": None, "context": None}


def test_what_was_absent_stays_absent() -> None:
    assert PartialCommentAnnotation.from_dict({"annotationId": "A"}).to_dict() == {"annotationId": "A"}
    assert PartialCommentAnnotation("A").to_dict() == {"annotationId": "A"}


def test_a_value_set_after_a_null_was_read_goes_before_the_null() -> None:
    thread = PartialCommentAnnotation.from_dict({"annotationId": "A", "assignedTo": None})
    thread.assignedTo = PartialUser("v")
    assert thread.to_dict() == {"annotationId": "A", "assignedTo": {"userId": "v"}}


def test_a_caller_can_ask_for_a_null() -> None:
    thread = PartialCommentAnnotation("A", resolvedByUserId=None, extra_fields={"targetTextRange": None})
    assert thread.to_dict() == {"annotationId": "A", "resolvedByUserId": None, "targetTextRange": None}


def test_a_null_in_a_request_of_its_own_says_the_same_as_absence() -> None:
    sent = {"organizationId": "O", "documentIds": None, "folderId": None}
    assert GetCommentResolverRequest.from_dict(sent) == GetCommentResolverRequest("O")


def test_unset_is_one_falsy_object_through_copies_and_pickles() -> None:
    assert not UNSET
    assert repr(UNSET) == "<UNSET>"
    assert type(UNSET)() is UNSET
    assert copy.copy(UNSET) is copy.deepcopy(UNSET) is pickled(UNSET) is UNSET
    assert PartialCommentAnnotation("A").resolvedByUserId is UNSET


def test_an_entry_without_its_id_gets_the_key_it_stands_under() -> None:
    request = SaveCommentResolverRequest.from_dict({"commentAnnotation": {"A": {"comments": {"1": {}}}}})
    thread = request.commentAnnotation["A"]
    assert thread.annotationId == "A"
    assert thread.comments is not None
    assert thread.comments["1"].commentId == "1"
    reactions = SaveReactionResolverRequest.from_dict({"reactionAnnotation": {"R": {"icon": "x"}}})
    assert reactions.reactionAnnotation["R"].annotationId == "R"


def test_keys_of_attachments_are_numbers_where_the_text_spells_one_and_come_back_as_sent() -> None:
    sent = {key: {"url": "u", "name": "n", "attachmentId": 1} for key in ("7", "007", "a", "-7", "\u0663")}
    comment = PartialComment.from_dict({"commentId": 1, "attachments": sent})
    assert comment.attachments is not None
    assert list(comment.attachments) == [7, "007", "a", "-7", "\u0663"]
    assert comment.to_dict()["attachments"] == sent


def test_older_clients_say_user_where_reactions_have_from() -> None:
    legacy = PartialReactionAnnotation.from_dict({"annotationId": "R", "user": {"userId": "a"}})
    assert legacy.to_dict() == {"annotationId": "R", "from": {"userId": "a"}}
    both = {"annotationId": "R", "user": {"userId": "a"}, "from": {"userId": "b"}}
    assert PartialReactionAnnotation.from_dict(both).from_ == PartialUser("b")


@pytest.mark.parametrize(
    ("sent", "event"),
    [
        ("comment.add", ResolverActions.COMMENT_ADD),
        ("comment_annotation.assign", CommentResolverSaveEvent.ASSIGN),
        ("comment.reaction_add", CommentResolverSaveEvent.REACTION_ADD),
        ("comment.something_new", "comment.something_new"),
    ],
)
def test_events_become_members_and_unknown_ones_stay_texts(sent: str, event: Any) -> None:
    request = SaveCommentResolverRequest.from_dict({"commentAnnotation": {}, "event": sent})
    assert request.event == event
    assert type(request.event) is type(event)
    assert type(request.to_dict()["event"]) is str
    assert request.to_dict()["event"] == sent


def test_fields_of_users_that_are_not_published_stand_in_custom_fields_and_beside_the_others_on_the_wire() -> (
    None
):
    sent = {"userId": "u", "team": "red", "email": None, "customFields": 1}
    user = User.from_dict(sent)
    assert user.customFields == {"team": "red", "customFields": 1, "email": None}
    assert user.to_dict() == sent
    assert SaveUserRequest("O", user).to_dict() == {"organizationId": "O", "user": sent}


def test_requests_take_dictionaries_where_models_are_due() -> None:
    request = SaveCommentResolverRequest({"A": {"annotationId": "A"}}, metadata={"organizationId": "O"})  # type: ignore[dict-item, arg-type]
    assert request.organizationId == "O"
    assert request.to_dict() == {
        "commentAnnotation": {"A": {"annotationId": "A"}},
        "metadata": {"organizationId": "O"},
    }


def test_from_dict_takes_models_inside_dictionaries() -> None:
    thread = PartialCommentAnnotation("A")
    request = SaveCommentResolverRequest.from_dict({"commentAnnotation": {"A": thread}})
    assert request.commentAnnotation == {"A": thread}


def test_the_organization_of_a_request_is_read_only_and_comes_from_its_metadata() -> None:
    request = DeleteCommentResolverRequest("A", ResolverDeleteMetadata(organizationId="O"))
    assert request.organizationId == "O"
    assert DeleteCommentResolverRequest("A").organizationId is None
    with pytest.raises(AttributeError):
        request.organizationId = "P"  # type: ignore[misc]


def test_delete_metadata_is_made_from_anything_that_says_where() -> None:
    made = [
        ResolverDeleteMetadata.from_any(given)
        for given in (
            {"organizationId": "O"},
            BaseMetadata(organizationId="O"),
            ResolverDeleteMetadata(organizationId="O"),
        )
    ]
    assert made == [ResolverDeleteMetadata(organizationId="O")] * 3
    assert ResolverDeleteMetadata.from_any(None) == ResolverDeleteMetadata()


def test_an_empty_map_is_something_else_than_none() -> None:
    assert PartialCommentAnnotation.from_dict({"annotationId": "A", "comments": {}}).to_dict() == {
        "annotationId": "A",
        "comments": {},
    }


@pytest.mark.parametrize(
    ("model", "data", "field"),
    [
        (SaveCommentResolverRequest, [], "SaveCommentResolverRequest"),
        (SaveCommentResolverRequest, None, "SaveCommentResolverRequest"),
        (SaveCommentResolverRequest, {"commentAnnotation": []}, "commentAnnotation"),
        (SaveCommentResolverRequest, {"commentAnnotation": {"A": "x"}}, "commentAnnotation.A"),
        (
            SaveCommentResolverRequest,
            {"commentAnnotation": {"A": {"comments": {"1": {"to": {}}}}}},
            "commentAnnotation.A.comments.1.to",
        ),
        (
            SaveCommentResolverRequest,
            {"commentAnnotation": {"A": {"comments": {"1": {"to": [{"userId": "u"}, 7]}}}}},
            "commentAnnotation.A.comments.1.to[1]",
        ),
        (SaveCommentResolverRequest, {"commentAnnotation": {}, "metadata": "O"}, "metadata"),
        (SaveCommentResolverRequest, {"commentAnnotation": {}, "event": {}}, "event"),
        (PartialCommentAnnotation, {"annotationId": {"$ne": ""}}, "annotationId"),
        (PartialComment, {"commentId": [1]}, "commentId"),
        (PartialComment, {"commentId": 1, "attachments": [{}]}, "attachments"),
        (PartialReactionAnnotation, {"annotationId": "R", "user": "u"}, "from"),
        (GetCommentResolverRequest, {"organizationId": {"$gt": ""}}, "organizationId"),
        (GetCommentResolverRequest, {"organizationId": "O", "documentIds": "D"}, "documentIds"),
        (SaveNotificationResolverRequest, {"notifications": [1]}, "notifications"),
        (PartialRecorderAnnotation, {"annotationId": "R", "transcription": "x"}, "transcription"),
        (PartialRecorderAnnotation, {"recordingEditVersions": {"1": []}}, "recordingEditVersions.1"),
    ],
)
def test_a_wrong_shape_is_refused_by_the_name_of_its_field(model: Type[Model], data: Any, field: str) -> None:
    with pytest.raises(VeltValidationError) as caught:
        model.from_dict(data)
    assert caught.value.field == field
    assert field in caught.value.message


def test_a_refusal_says_nothing_of_what_people_wrote() -> None:
    with pytest.raises(VeltValidationError) as caught:
        PartialComment.from_dict({"commentId": 1, "from": "a private remark"})
    assert "private" not in caught.value.message


def test_a_field_of_endless_length_does_not_flood_the_message() -> None:
    with pytest.raises(VeltValidationError) as caught:
        SaveCommentResolverRequest.from_dict({"commentAnnotation": {"A" * 10_000: 1}})
    assert len(caught.value.message) < 400


def test_ids_may_be_texts_or_numbers() -> None:
    assert PartialUser.from_dict({"userId": 7}).to_dict() == {"userId": 7}
    assert PartialAttachment.from_dict({"url": "u", "name": "n", "attachmentId": "7"}).attachmentId == "7"


@pytest.mark.parametrize("package", [velt_py, velt_py.models], ids=lambda package: package.__name__)
def test_every_public_name_can_be_loaded_and_is_listed(package: Any) -> None:
    assert sorted(set(package.__all__)) == sorted(package.__all__)
    for name in package.__all__:
        assert getattr(package, name) is not None
        assert name in dir(package)
    with pytest.raises(AttributeError, match="NoSuchName"):
        package.NoSuchName  # noqa: B018
