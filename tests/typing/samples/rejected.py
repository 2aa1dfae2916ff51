# What type checkers have to reject: every line that ends in `# wrong`, and no other.
from velt_py import AsyncVeltSDK, GetCommentResolverRequest, SaveCommentResolverRequest, VeltSDK
from velt_py.services.self_hosting import CommentService

sdk = VeltSDK.initialize({"database": {"type": "memory"}})
comments = sdk.selfHosting.comments

comments.getComments(organisationId="O")  # wrong
comments.getComments(organizationId="O", documentId="D")  # wrong
comments.getComments(organizationId=7)  # wrong
comments.getComments("O", "A")  # wrong
comments.saveComments(organizationId="O")  # wrong
comments.saveComments(GetCommentResolverRequest("O"))  # wrong
comments.deleteComment("O")  # wrong
comments.getComments(GetCommentResolverRequest("O"), documentIds=["D"])  # wrong
comments.fetchComments("O")  # wrong
sdk.selfHosting.users.getUsers("O", userIds="u")  # wrong
sdk.selfHosting.users.saveUser("O")  # wrong
sdk.selfHosting.attachments.getAttachment("O", attachment=7)  # wrong
GetCommentResolverRequest(organization="O")  # wrong
SaveCommentResolverRequest(commentAnnotation=[])  # wrong
CommentService("adapter")  # wrong
VeltSDK.initialize("config")  # wrong


async def awaited() -> None:
    velt = AsyncVeltSDK.initialize({"database": {"type": "memory"}})
    velt.selfHosting.comments.getComments("O")["data"]  # wrong
    velt.selfHosting.database.find("users", {})  # wrong
    await velt.selfHosting.comments.getComments(organisationId="O")  # wrong
