# What type checkers have to accept of the REST half, and the types that they have to find.
from typing import Any, AsyncIterator, Awaitable, Iterator

from typing_extensions import assert_type

from velt_py import AsyncTokenCache, AsyncVeltSDK, TokenCache, VeltSDK
from velt_py.api.answers.gdpr import GetDeleteUserDataStatusAnswer
from velt_py.api.answers.organizations import GetOrganizationsAnswer
from velt_py.api.answers.workflow import GetExecutionAnswer
from velt_py.api.batches import Batched
from velt_py.api.client import Client, Raw
from velt_py.backends import ApiBackend
from velt_py.models import GenerateTokenRequest
from velt_py.models.comment_annotation_api import AddCommentAnnotationsRequest
from velt_py.models.gdpr import GetDeleteUserDataStatusRequest
from velt_py.models.organization import GetOrganizationsRequest
from velt_py.models.user_api import UpdateUsersRequest
from velt_py.services.api import OrganizationService

sdk = VeltSDK.initialize({"apiKey": "k", "authToken": "t"})
organizations = sdk.api.organizations

assert_type(sdk.api, ApiBackend)
assert_type(organizations.getOrganizations(GetOrganizationsRequest(["o"])), GetOrganizationsAnswer)
assert_type(organizations.getOrganizations(organizationIds=["o"], pageSize=5), GetOrganizationsAnswer)
assert_type(organizations.getOrganizations(), GetOrganizationsAnswer)
assert_type(organizations.getOrganizations(["o"])["result"]["status"], str)
assert_type(organizations.getOrganizations.with_options(retries=0)(), GetOrganizationsAnswer)
assert_type(organizations.getOrganizations.pages(pageSize=5), Iterator[GetOrganizationsAnswer])
assert_type(organizations.getOrganizations.items(GetOrganizationsRequest()), Iterator[Any])
assert_type(organizations.getOrganizations.raw(organizationIds=["o"]), Raw[GetOrganizationsAnswer])
assert_type(organizations.getOrganizations.raw().status, int)
assert_type(organizations.getOrganizations.raw().answer, GetOrganizationsAnswer)
assert_type(
    organizations.getOrganizations.batched(GetOrganizationsRequest(["o"]), options={"at_once": 2}),
    Batched[GetOrganizationsAnswer],
)
deletion = sdk.api.gdpr.getDeleteUserDataStatus
assert_type(deletion.wait(jobId="j"), GetDeleteUserDataStatusAnswer)
assert_type(
    deletion.wait(
        GetDeleteUserDataStatusRequest("j"), options={"deadline": 60, "max_wait": 2.5, "timeout": 5}
    ),
    GetDeleteUserDataStatusAnswer,
)
organizations.getOrganizations(GetOrganizationsRequest(["o"]), options={"timeout": 2, "retries": 0})
sdk.api.commentAnnotations.addCommentAnnotations(
    AddCommentAnnotationsRequest(
        organizationId="o", documentId="d", commentAnnotations=[{"commentData": []}]
    ),
    filter_unknown_fields=True,
)
sdk.api.users.updateUsers(
    UpdateUsersRequest(organizationId="o", options={"all": True}), options={"retries": 0}
)
sdk.api.users.updateUsers(organizationId="o", options={"all": True})
token = sdk.api.accessControl.generateToken(GenerateTokenRequest(userId="u"))["result"]["data"]["token"]
assert_type(token, str)
assert_type(TokenCache(sdk.selfHosting.token.getToken).get(organizationId="o", userId="u"), str)
assert_type(TokenCache(sdk.api.accessControl.generateToken, max_entries=5).get(userId="u"), str)


def handed_over(api: ApiBackend) -> None:
    service: OrganizationService[Client] = api.organizations
    service.getOrganizations()


async def awaited() -> None:
    async with AsyncVeltSDK.initialize({"apiKey": "k", "authToken": "t"}) as velt:
        calls = velt.api.organizations
        assert_type(await calls.getOrganizations(GetOrganizationsRequest()), GetOrganizationsAnswer)
        assert_type(await calls.getOrganizations(organizationIds=["o"]), GetOrganizationsAnswer)
        assert_type(calls.getOrganizations(), Awaitable[GetOrganizationsAnswer])
        assert_type(calls.getOrganizations.pages(), AsyncIterator[GetOrganizationsAnswer])
        assert_type(calls.getOrganizations.items(), AsyncIterator[Any])
        assert_type(await calls.getOrganizations.raw(), Raw[GetOrganizationsAnswer])
        async for page in calls.getOrganizations.pages(pageSize=5):
            assert_type(page, GetOrganizationsAnswer)
        batch = await calls.getOrganizations.batched(GetOrganizationsRequest(["o"]))
        assert_type(batch, Batched[GetOrganizationsAnswer])
        assert_type(await velt.api.workflow.getExecution.wait(executionId="e"), GetExecutionAnswer)
        assert_type(velt.api.workflow.getExecution.wait("e"), Awaitable[GetExecutionAnswer])
        kept = AsyncTokenCache(velt.api.accessControl.generateToken)
        assert_type(await kept.get(userId="u"), str)
        assert_type(await AsyncTokenCache(velt.selfHosting.token.getToken).get(userId="u"), str)
