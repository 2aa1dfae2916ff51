"""Every operation takes a request object, the posted body, and keywords: the same is planned, the same answered."""

from __future__ import annotations

import base64
import inspect
import io
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Set, Tuple

import pytest

from velt_py import (
    AsyncVeltSDK,
    AttachmentResolverMetadata,
    BaseMetadata,
    DeleteAttachmentResolverRequest,
    DeleteCommentResolverRequest,
    DeleteNotificationResolverRequest,
    DeleteReactionResolverRequest,
    DeleteRecorderResolverRequest,
    GetActivityResolverRequest,
    GetCommentResolverRequest,
    GetNotificationResolverRequest,
    GetReactionResolverRequest,
    GetRecorderResolverRequest,
    GetUserResolverRequest,
    PartialActivityRecord,
    PartialComment,
    PartialCommentAnnotation,
    PartialNotification,
    PartialReactionAnnotation,
    PartialRecorderAnnotation,
    ResolverAttachment,
    ResolverDeleteMetadata,
    ResolveUserIdsByEmailRequest,
    SaveActivityResolverRequest,
    SaveAttachmentResolverRequest,
    SaveCommentResolverRequest,
    SaveNotificationResolverRequest,
    SaveReactionResolverRequest,
    SaveRecorderResolverRequest,
    SaveUserRequest,
    User,
    VeltSDK,
    VeltValidationError,
)
from velt_py.selfhosting.operation import Resolver, ResolverOperation
from velt_py.selfhosting.plans import Save, SaveUser


class Call(NamedTuple):
    """One call in its three forms; `names` are the published names of the keywords, in their published order."""

    service: str
    method: str
    typed: Any
    body: Dict[str, Any]
    names: Tuple[str, ...]
    values: Tuple[Any, ...]

    @property
    def keywords(self) -> Dict[str, Any]:
        return dict(zip(self.names, self.values))


WHERE = {"organizationId": "O", "documentId": "D"}
METADATA = BaseMetadata(organizationId="O", documentId="D")
GONE = ResolverDeleteMetadata(organizationId="O")
CALLS: List[Call] = [
    Call(
        "comments",
        "getComments",
        GetCommentResolverRequest("O", ["A", "B"], ["D"]),
        {"organizationId": "O", "commentAnnotationIds": ["A", "B"], "documentIds": ["D"]},
        ("organizationId", "commentAnnotationIds", "documentIds"),
        ("O", ["A", "B"], ["D"]),
    ),
    Call(
        "comments",
        "saveComments",
        SaveCommentResolverRequest(
            {"A": PartialCommentAnnotation("A", comments={"1": PartialComment(1, commentText="x")})},
            metadata=METADATA,
        ),
        {
            "commentAnnotation": {
                "A": {"annotationId": "A", "comments": {"1": {"commentId": 1, "commentText": "x"}}}
            },
            "metadata": WHERE,
        },
        ("organizationId", "commentAnnotation", "documentId"),
        ("O", {"A": {"metadata": {}, "comments": {"1": {"commentId": 1, "commentText": "x"}}}}, "D"),
    ),
    Call(
        "comments",
        "deleteComment",
        DeleteCommentResolverRequest("A", GONE),
        {"commentAnnotationId": "A", "metadata": {"organizationId": "O"}},
        ("organizationId", "commentAnnotationId"),
        ("O", "A"),
    ),
    Call(
        "reactions",
        "getReactions",
        GetReactionResolverRequest("O", ["R"], ["D"]),
        {"organizationId": "O", "reactionAnnotationIds": ["R"], "documentIds": ["D"]},
        ("organizationId", "reactionAnnotationIds", "documentIds"),
        ("O", ["R"], ["D"]),
    ),
    Call(
        "reactions",
        "saveReactions",
        SaveReactionResolverRequest({"R": PartialReactionAnnotation("R", icon="x")}, METADATA),
        {"reactionAnnotation": {"R": {"annotationId": "R", "icon": "x"}}, "metadata": WHERE},
        ("organizationId", "reactionAnnotation", "documentId"),
        ("O", {"R": {"icon": "x"}}, "D"),
    ),
    Call(
        "reactions",
        "deleteReaction",
        DeleteReactionResolverRequest("R", GONE),
        {"reactionAnnotationId": "R", "metadata": {"organizationId": "O"}},
        ("organizationId", "reactionAnnotationId"),
        ("O", "R"),
    ),
    Call(
        "recorders",
        "getRecorderAnnotations",
        GetRecorderResolverRequest("O", ["V"], ["D"]),
        {"organizationId": "O", "recorderAnnotationIds": ["V"], "documentIds": ["D"]},
        ("organizationId", "recorderAnnotationIds", "documentIds"),
        ("O", ["V"], ["D"]),
    ),
    Call(
        "recorders",
        "saveRecorderAnnotation",
        SaveRecorderResolverRequest({"V": PartialRecorderAnnotation("V", from_={"userId": "u"})}, METADATA),
        {"recorderAnnotation": {"V": {"annotationId": "V", "from": {"userId": "u"}}}, "metadata": WHERE},
        ("organizationId", "recorderAnnotation", "documentId"),
        ("O", {"V": {"from": {"userId": "u"}}}, "D"),
    ),
    Call(
        "recorders",
        "deleteRecorderAnnotation",
        DeleteRecorderResolverRequest("V", GONE),
        {"recorderAnnotationId": "V", "metadata": {"organizationId": "O"}},
        ("organizationId", "recorderAnnotationId"),
        ("O", "V"),
    ),
    Call(
        "notifications",
        "getNotifications",
        GetNotificationResolverRequest("O", ["N"]),
        {"organizationId": "O", "notificationIds": ["N"]},
        ("organizationId", "notificationIds"),
        ("O", ["N"]),
    ),
    Call(
        "notifications",
        "saveNotifications",
        SaveNotificationResolverRequest({"N": PartialNotification("N", displayBodyMessage="x")}, "O"),
        {"notifications": {"N": {"notificationId": "N", "displayBodyMessage": "x"}}, "organizationId": "O"},
        ("organizationId", "notifications"),
        ("O", {"N": {"displayBodyMessage": "x"}}),
    ),
    Call(
        "notifications",
        "deleteNotification",
        DeleteNotificationResolverRequest("N", "O"),
        {"notificationId": "N", "organizationId": "O"},
        ("organizationId", "notificationId"),
        ("O", "N"),
    ),
    Call(
        "activities",
        "getActivities",
        GetActivityResolverRequest("O", ["a"], ["D"]),
        {"organizationId": "O", "activityIds": ["a"], "documentIds": ["D"]},
        ("organizationId", "activityIds", "documentIds"),
        ("O", ["a"], ["D"]),
    ),
    Call(
        "activities",
        "saveActivities",
        SaveActivityResolverRequest({"a": PartialActivityRecord("a", changes={})}, organizationId="O"),
        {"activity": {"a": {"id": "a", "changes": {}}}, "metadata": {"organizationId": "O"}},
        ("organizationId", "activity"),
        ("O", {"a": {"changes": {}}}),
    ),
    Call(
        "users",
        "getUsers",
        GetUserResolverRequest("O", ["u"]),
        {"organizationId": "O", "userIds": ["u"]},
        ("organizationId", "userIds"),
        ("O", ["u"]),
    ),
    Call(
        "users",
        "resolveUserIdsByEmail",
        ResolveUserIdsByEmailRequest("O", ["a@x"]),
        {"organizationId": "O", "emails": ["a@x"]},
        ("organizationId", "emails"),
        ("O", ["a@x"]),
    ),
    Call(
        "users",
        "saveUser",
        SaveUserRequest("O", User("u", email="a@x")),
        {"organizationId": "O", "user": {"userId": "u", "email": "a@x"}},
        ("organizationId", "user"),
        ("O", {"userId": "u", "email": "a@x"}),
    ),
]
ELSEWHERE = {"attachments", "database"}
"""Calls of attachments may carry files and stand at the end of this file; the database is no service."""

EVERY = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.method)


@pytest.fixture
def sdk() -> VeltSDK:
    return VeltSDK.initialize({"database": {"type": "memory"}})


def method(sdk: Any, call: Call) -> Any:
    return getattr(getattr(sdk.selfHosting, call.service), call.method)


def planned(steps: Any) -> Any:
    """The first step, without the order of a record's fields, in which the forms may differ."""
    plan = next(steps)
    if isinstance(plan, Save):
        return plan.kind, plan.scope, plan.merges, [(change.id, change.document) for change in plan.changes]
    if isinstance(plan, SaveUser):
        return plan.scope, plan.change.document, plan.initial.document, plan.merges
    return plan


@EVERY
def test_all_forms_of_a_call_plan_the_same(sdk: VeltSDK, call: Call) -> None:
    operation = method(sdk, call)
    forms = [
        operation.steps(call.typed),
        operation.steps(request=call.typed),
        operation.steps(call.body),
        operation.steps(request=call.body),
        operation.steps(type(call.typed).from_dict(call.body)),
        operation.steps(*call.values),
        operation.steps(**call.keywords),
        operation.steps(call.values[0], **dict(list(call.keywords.items())[1:])),
    ]
    first, *others = [planned(steps) for steps in forms]
    assert others == [first] * 7


@EVERY
def test_the_request_object_and_keywords_together_are_refused(sdk: VeltSDK, call: Call) -> None:
    operation = method(sdk, call)
    for answer in (
        operation(call.typed, organizationId="O"),
        operation(call.body, organizationId="O"),
        operation(request=call.typed, organizationId="O"),
        operation(call.typed, "second"),
    ):
        assert (answer["success"], answer["statusCode"], answer["errorCode"]) == (False, 400, "INVALID_INPUT")
        assert "not both" in answer["error"]


@EVERY
def test_an_unknown_keyword_is_a_type_error_as_everywhere_in_python(sdk: VeltSDK, call: Call) -> None:
    operation = method(sdk, call)
    with pytest.raises(TypeError, match="organisationId"):
        operation(organisationId="O")
    with pytest.raises(TypeError, match="misspelt"):
        operation(**call.keywords, misspelt=1)


@EVERY
@pytest.mark.parametrize("wrong", [None, 7, [], "text"], ids=repr)
def test_what_is_no_request_is_refused_by_name(sdk: VeltSDK, call: Call, wrong: Any) -> None:
    answer = method(sdk, call)(request=wrong)
    assert (answer["success"], answer["statusCode"]) == (False, 400)
    assert type(call.typed).__name__ in answer["error"]


@EVERY
def test_the_request_of_another_operation_is_refused_by_name(sdk: VeltSDK, call: Call) -> None:
    other = next(each.typed for each in CALLS if type(each.typed) is not type(call.typed))
    answer = method(sdk, call)(other)
    assert (answer["success"], answer["statusCode"]) == (False, 400)
    assert type(call.typed).__name__ in answer["error"]
    assert type(other).__name__ in answer["error"]


def test_refusals_raise_where_the_configuration_asks_for_it() -> None:
    raising = VeltSDK.initialize({"database": {"type": "memory"}, "raiseOnError": True})
    with pytest.raises(VeltValidationError) as caught:
        raising.selfHosting.comments.getComments(GetCommentResolverRequest("O"), documentIds=["D"])  # type: ignore[call-overload]
    assert caught.value.field == "request"


def test_every_operation_is_in_the_table(sdk: VeltSDK) -> None:
    found: Set[Tuple[str, str]] = set()
    for name, _ in inspect.getmembers(type(sdk.selfHosting), lambda member: isinstance(member, property)):
        service = None if name in ELSEWHERE else getattr(sdk.selfHosting, name)
        operations = vars(type(service)).items() if isinstance(service, Resolver) else ()
        found |= {(name, each) for each, value in operations if isinstance(value, ResolverOperation)}
    assert found == {(call.service, call.method) for call in CALLS}


def databases(folder: Path) -> List[Dict[str, Any]]:
    return [{"type": "memory"}, {"type": "sqlite", "path": str(folder / "velt.db")}]


def arguments(call: Call, form: str) -> Tuple[Tuple[Any, ...], Dict[str, Any]]:
    return {
        "typed": ((call.typed,), {}),
        "body": ((call.body,), {}),
        "keywords": ((), call.keywords),
        "positional": (call.values, {}),
    }[form]


def in_order() -> List[Call]:
    """Saves first, deletes last."""
    verbs = ("save", "get", "resolve", "delete")
    return sorted(
        CALLS, key=lambda call: next(at for at, verb in enumerate(verbs) if call.method.startswith(verb))
    )


@pytest.mark.parametrize("form", ["body", "keywords", "positional"])
def test_all_forms_answer_the_same_on_memory_and_sqlite(tmp_path: Path, form: str) -> None:
    for database in databases(tmp_path):
        kept: List[Any] = []
        for each in ("typed", form):
            if database["type"] == "sqlite":
                database["path"] = str(tmp_path / f"{each}.db")
            with VeltSDK.initialize({"database": database}) as sdk:
                kept.append([])
                for call in in_order():
                    positional, keywords = arguments(call, each)
                    answer = method(sdk, call)(*positional, **keywords)
                    assert answer["success"], (call.method, answer)
                    kept[-1].append(answer)
        assert kept[0] == kept[1]


async def test_all_forms_answer_the_same_awaited(tmp_path: Path) -> None:
    for database in databases(tmp_path):
        async with AsyncVeltSDK.initialize({"database": database}) as sdk:
            for form in ("typed", "body", "keywords", "positional"):
                for call in in_order():
                    positional, keywords = arguments(call, form)
                    answer = await method(sdk, call)(*positional, **keywords)
                    assert answer["success"], (form, call.method, answer)


def test_ids_and_documents_together_intersect() -> None:
    with VeltSDK.initialize({"database": {"type": "memory"}}) as sdk:
        comments = sdk.selfHosting.comments
        comments.saveComments("O", {"A": {}, "B": {}}, "D")
        comments.saveComments("O", {"C": {}}, "E")
        assert set(comments.getComments("O", ["A", "C"], ["D"])["data"]) == {"A"}
        assert set(comments.getComments(organizationId="O", documentIds=["D", "E"])["data"]) == {
            "A",
            "B",
            "C",
        }
        assert comments.getComments("O", [], ["D"])["data"] == {}


# Attachments: a file may come beside either form, or inside the README's one

CONTENT = b"\x89PNG bytes"
ENCODED = base64.b64encode(CONTENT).decode()
REQUEST = SaveAttachmentResolverRequest(
    ResolverAttachment(7, "", "a.png", mimeType="image/png"),
    AttachmentResolverMetadata(organizationId="O", documentId="D"),
)
BODY = {"attachment": {"attachmentId": 7, "name": "a.png", "mimeType": "image/png"}, "metadata": WHERE}
PICTURE = {"attachmentId": 7, "name": "a.png", "mimeType": "image/png"}
SAVES: Dict[str, Tuple[Tuple[Any, ...], Dict[str, Any]]] = {
    "typed": ((REQUEST, CONTENT, "a.png", "image/png"), {}),
    "typed by keywords": ((), {"request": REQUEST, "file_data": CONTENT, "mime_type": "image/png"}),
    "typed without a type": ((REQUEST,), {"file_data": io.BytesIO(CONTENT)}),
    "body": ((BODY, CONTENT), {}),
    "readme": (("O", {**PICTURE, "base64Data": ENCODED}, "D"), {}),
    "readme by keywords": (
        (),
        {"organizationId": "O", "attachment": {**PICTURE, "base64Data": ENCODED}, "documentId": "D"},
    ),
    "readme with a data URL": (
        ("O", {**PICTURE, "base64Data": f"data:image/png;base64,{ENCODED}"}),
        {"documentId": "D"},
    ),
    "readme beside a file": (("O", PICTURE), {"documentId": "D", "file_data": CONTENT}),
    "readme with bytes": (("O", {**PICTURE, "file": CONTENT}, "D"), {}),
}


@pytest.fixture
def files(tmp_path: Path) -> Iterator[VeltSDK]:
    settings = {"path": str(tmp_path / "files"), "base_url": "https://app.example/velt"}
    with VeltSDK.initialize({"database": {"type": "memory"}, "files": settings}) as sdk:
        yield sdk


@pytest.mark.parametrize("form", SAVES)
def test_every_form_of_saving_a_file_stores_the_same(files: VeltSDK, tmp_path: Path, form: str) -> None:
    arguments, keywords = SAVES[form]
    for value in (*arguments, *keywords.values()):
        if isinstance(value, io.BytesIO):
            value.seek(0)
    attachments: Any = files.selfHosting.attachments
    answer = attachments.saveAttachment(*arguments, **keywords)
    assert answer == {
        "success": True,
        "statusCode": 200,
        "data": {"url": "https://app.example/velt/files/7?organizationId=O"},
    }
    row = attachments.getAttachment("O", 7)["data"]
    assert {name: row[name] for name in ("attachmentId", "name", "mimeType")} == PICTURE
    assert row["metadata"] == WHERE
    stored = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in stored] == [CONTENT]


def test_every_form_of_getting_and_deleting_an_attachment_does_the_same(files: VeltSDK) -> None:
    attachments = files.selfHosting.attachments
    for get, delete in (
        (
            lambda: attachments.getAttachment("O", 7),
            lambda: attachments.deleteAttachment("O", 7),
        ),
        (
            lambda: attachments.getAttachment(organizationId="O", attachmentId=7),
            lambda: attachments.deleteAttachment(organizationId="O", attachmentId=7),
        ),
        (
            lambda: attachments.getAttachment({"organizationId": "O", "attachmentId": 7}),
            lambda: attachments.deleteAttachment({"attachmentId": 7, "metadata": {"organizationId": "O"}}),
        ),
        (
            lambda: attachments.getAttachment("O", "7"),
            lambda: attachments.deleteAttachment(DeleteAttachmentResolverRequest(7, GONE)),
        ),
    ):
        assert attachments.saveAttachment("O", {**PICTURE, "base64Data": ENCODED})["success"]
        assert get()["data"]["attachmentId"] == 7
        assert delete() == {"success": True, "statusCode": 200}
        assert get()["statusCode"] == 404


def test_forms_of_saving_an_attachment_are_not_mixed(files: VeltSDK) -> None:
    attachments: Any = files.selfHosting.attachments
    for answer in (
        attachments.saveAttachment(REQUEST, organizationId="O"),
        attachments.saveAttachment(BODY, attachment=PICTURE),
        attachments.saveAttachment(request=REQUEST, documentId="D"),
        attachments.saveAttachment(GetCommentResolverRequest("O")),
        attachments.deleteAttachment(DeleteAttachmentResolverRequest(7, GONE), organizationId="O"),
    ):
        assert (answer["success"], answer["statusCode"], answer["errorCode"]) == (False, 400, "INVALID_INPUT")
    with pytest.raises(TypeError, match="misspelt"):
        attachments.saveAttachment(REQUEST, misspelt=1)
