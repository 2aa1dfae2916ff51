# What type checkers have to reject of the REST half: every line that ends in `# wrong`, and no other.
from velt_py import AsyncTokenCache, AsyncVeltSDK, VeltSDK
from velt_py.models.organization import GetOrganizationsRequest
from velt_py.models.user_api import GetUsersRequest
from velt_py.models.workflow import GetExecutionRequest

sdk = VeltSDK.initialize({"apiKey": "k", "authToken": "t"})
organizations = sdk.api.organizations

organizations.getOrganizations(organisationIds=["o"])  # wrong
organizations.getOrganizations(organizationIds="o")  # wrong
organizations.getOrganizations(GetUsersRequest("o"))  # wrong
organizations.getOrganizations(GetOrganizationsRequest(), options={"timeouts": 1})  # wrong
organizations.getOrganizations(GetOrganizationsRequest(), options={"timeout": "1"})  # wrong
organizations.getOrganization()  # wrong
organizations.getOrganizations()["results"]  # wrong
organizations.getOrganizations.pages(page=1)  # wrong
organizations.getOrganizations.batched(GetUsersRequest())  # wrong
sdk.api.gdpr.getDeleteUserDataStatus.wait(job="j")  # wrong
sdk.api.gdpr.getDeleteUserDataStatus.wait(GetUsersRequest())  # wrong
sdk.api.workflow.getExecution.wait(GetExecutionRequest("e"), options={"deadlines": 5})  # wrong
AsyncTokenCache(sdk.api.accessControl.generateToken)  # wrong
GetOrganizationsRequest(organizationId=["o"])  # wrong
sdk.api.organisations.getOrganizations()  # wrong


async def awaited() -> None:
    velt = AsyncVeltSDK.initialize({"apiKey": "k", "authToken": "t"})
    await velt.api.organizations.getOrganizations(organisationIds=["o"])  # wrong
    velt.api.organizations.getOrganizations()["result"]  # wrong
    for _ in velt.api.organizations.getOrganizations.pages():  # wrong
        pass
    velt.api.workflow.getExecution.wait(executionId="e")["result"]  # wrong
