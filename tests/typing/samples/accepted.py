# What type checkers have to accept; tests/typing/test_typing.py runs them over it. `# reveals: X` names the type that
# they have to find for the argument of reveal_type on the same line.
from typing import Any, Dict

from typing_extensions import reveal_type

from velt_py import (
    AsyncVeltSDK,
    GetCommentResolverRequest,
    PartialComment,
    PartialCommentAnnotation,
    ResolverActions,
    SaveCommentResolverRequest,
    SaveUserRequest,
    User,
    VeltSDK,
    VeltSDKError,
)
from velt_py.config import Config
from velt_py.database import DatabaseAdapter
from velt_py.models import BaseMetadata
from velt_py.models.comment import UNSET
from velt_py.services.self_hosting import CommentService

sdk = VeltSDK.initialize({"database": {"type": "memory"}})
comments = sdk.selfHosting.comments
posted: Dict[str, Any] = {"organizationId": "O"}

reveal_type(comments.getComments(organizationId="O"))  # reveals: Dict[str, Any]
reveal_type(comments.getComments("O", ["A"], ["D"]))  # reveals: Dict[str, Any]
reveal_type(comments.getComments(GetCommentResolverRequest("O")))  # reveals: Dict[str, Any]
reveal_type(comments.getComments(posted))  # reveals: Dict[str, Any]
reveal_type(comments.getComments(request=posted))  # reveals: Dict[str, Any]
reveal_type(comments.getComments(organizationId="O", commentAnnotationIds=["A"])["data"])  # reveals: Any
comments.saveComments(organizationId="O", commentAnnotation={"A": {"comments": {}}}, documentId="D")
comments.saveComments("O", {"A": PartialCommentAnnotation("A", comments={"1": PartialComment(1)})})
comments.saveComments(
    SaveCommentResolverRequest(
        commentAnnotation={"A": PartialCommentAnnotation("A", resolvedByUserId=None, context=UNSET)},
        event=ResolverActions.COMMENT_ADD,
        metadata=BaseMetadata(organizationId="O"),
    )
)
comments.deleteComment(organizationId="O", commentAnnotationId="A")
sdk.selfHosting.reactions.saveReactions(
    organizationId="O", reactionAnnotation={"R": {"icon": "x"}}, documentId="D"
)
sdk.selfHosting.users.getUsers(organizationId="O", userIds=["u"])
sdk.selfHosting.users.saveUser(organizationId="O", user={"userId": "u"})
sdk.selfHosting.users.saveUser(SaveUserRequest("O", User("u", email="a@x")))
sdk.selfHosting.recorders.getRecorderAnnotations("O", documentIds=["D"])
sdk.selfHosting.notifications.saveNotifications("O", {"N": {}})
sdk.selfHosting.activities.getActivities(organizationId="O", activityIds=["a"])
sdk.selfHosting.attachments.getAttachment(organizationId="O", attachmentId=7)
reveal_type(GetCommentResolverRequest.from_dict(posted))  # reveals: GetCommentResolverRequest
reveal_type(sdk.selfHosting.database)  # reveals: DatabaseAdapter


def build(adapter: DatabaseAdapter, config: Config) -> None:
    service = CommentService(adapter, config)
    reveal_type(service.getComments("O"))  # reveals: Dict[str, Any]
    CommentService(database=adapter)


async def awaited() -> None:
    async with AsyncVeltSDK.initialize({"database": {"type": "memory"}}) as velt:
        threads = velt.selfHosting.comments
        reveal_type(await threads.getComments(organizationId="O"))  # reveals: Dict[str, Any]
        reveal_type(threads.getComments("O"))  # reveals: Awaitable[Dict[str, Any]]
        await velt.selfHosting.users.getUsers("O", ["u"])


try:
    comments.getComments("O")
except VeltSDKError as error:
    reveal_type(error.statusCode)  # reveals: int
