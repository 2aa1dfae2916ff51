"""One person's data, here and at Velt: `sdk.privacy`. The own store's half is `sdk.selfHosting.privacy`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence, Union, cast

from velt_py.exceptions import VeltApiError, VeltConfigurationError, VeltJobFailed, VeltWaitTimeout
from velt_py.models.gdpr import DeleteAllUserDataRequest, GetDeleteUserDataStatusRequest

if TYPE_CHECKING:
    from velt_py.api.backend import Api
    from velt_py.api.client import AsyncClient, Client
    from velt_py.api.jobs import WaitOptions
    from velt_py.config import Settings
    from velt_py.selfhosting.backend import SelfHosting
    from velt_py.selfhosting.operation import AsyncRunner, Runner
    from velt_py.selfhosting.privacy.policy import Policy
    from velt_py.selfhosting.privacy.report import Report

__all__ = ["AsyncPrivacy", "Privacy"]

logger = logging.getLogger("velt_py.privacy")

State = Dict[str, Any]

PLACES = (("result", "data", "jobId"), ("data", "jobId"), ("result", "jobId"))
"""Where Velt's answer names the job: its pages differ."""


def require_credentials(settings: Settings) -> None:
    for name in ("apiKey", "authToken"):
        if not getattr(settings, name):
            raise VeltConfigurationError(
                f"{name}: Velt's own data cannot be deleted without it; set it, or leave Velt's data out (velt=False, "
                "or no --velt)",
                field=name,
            )


def check_wait(wait: Optional[WaitOptions], call: Any) -> None:
    """Check the options of a wait before there is something to wait for.

    Raises:
        VeltValidationError: names the option at fault.
    """
    from velt_py.api.jobs import read_wait_options

    read_wait_options({} if wait is None else wait, call.operation.job.pace)


def request_of(userId: str, organizationId: Optional[str]) -> DeleteAllUserDataRequest:
    organizations: Optional[List[str]] = None if organizationId is None else [organizationId]
    return DeleteAllUserDataRequest(userIds=[userId], organizationIds=organizations)


def job_of(answer: Any) -> State:
    """The state after a deletion was asked for."""
    for place in PLACES:
        found = answer
        for name in place:
            found = cast("Dict[str, Any]", found).get(name) if isinstance(found, dict) else None
        if isinstance(found, str) and found:
            return {"state": "running", "jobId": found, "error": None}
    return {"state": "refused", "jobId": None, "error": "NO_JOB"}


def state_of(error: VeltApiError, job: State) -> State:
    """The state after an error."""
    if isinstance(error, VeltWaitTimeout):
        state = "timeout"
    elif isinstance(error, VeltJobFailed) or job["jobId"] is not None:
        state = "failed"
    else:
        state = "refused"
    return {**job, "state": state, "error": error.code}


def tell(job: State) -> State:
    """Log how Velt took the job, before hours of waiting begin in which the caller may be ended."""
    facts = {"velt_state": job["state"], "velt_job": job["jobId"]}
    logger.info("velt.privacy.asked", extra=facts)
    return job


NO_JOB: State = {"state": "not started", "jobId": None, "error": None}


class Privacy:
    """Erasure of one person in the own store and at Velt, of a `VeltSDK`.

    Args:
        own: the own store's half.
        api: Velt's REST API.
    """

    def __init__(self, own: SelfHosting[Runner], api: Api[Client, Any]) -> None:
        self._own = own
        self._api = api

    def erase_user(
        self,
        userId: str,
        organizationId: Optional[str] = None,
        *,
        emails: Optional[Sequence[str]] = None,
        names: Optional[Sequence[str]] = None,
        policy: Optional[Union[Policy, Mapping[str, str]]] = None,
        dry_run: bool = True,
        learn: bool = True,
        velt: bool = True,
        wait: Optional[WaitOptions] = None,
    ) -> Report:
        """Erase a person in the own store, as `sdk.selfHosting.privacy.erase_user`, and at Velt.

        Velt's job is asked for first and waited for last: it takes up to 24 hours. Its failure keeps nobody in the own
        store; the report's `velt` tells of it.

        Args:
            userId, organizationId, emails, names, policy, dry_run, learn: as there.
            velt: whether Velt's own data is deleted, too; not in a dry run.
            wait: options of the wait, as `deadline` in seconds.

        Returns:
            The report; `complete` says whether both are done.

        Raises:
            VeltConfigurationError: there are no credentials for Velt's API; nothing was erased then.
            VeltDatabaseError, VeltValidationError: as there; for an option of `wait` nothing was erased, either.

        https://docs.velt.dev/api-reference/rest-apis/v2/gdpr/delete-all-user-data-gdpr
        """
        privacy = self._own.privacy
        given: Dict[str, Any] = {"emails": emails, "names": names, "policy": policy, "learn": learn}
        if dry_run or not velt:
            report = privacy.erase_user(userId, organizationId, dry_run=dry_run, **given)
            report.velt = dict(NO_JOB) if velt else None
            return report
        # What cannot be used is refused before Velt deletes anything.
        privacy.check(userId, organizationId, **given)
        check_wait(wait, self._api.gdpr.getDeleteUserDataStatus)
        require_credentials(self._own._settings)
        job = tell(self._begun(userId, organizationId))
        report = privacy.erase_user(userId, organizationId, dry_run=False, **given)
        report.velt = self._waited(job, wait)
        return report

    def _begun(self, userId: str, organizationId: Optional[str]) -> State:
        try:
            return job_of(
                self._api.gdpr.deleteAllUserData(
                    request_of(userId, organizationId), options={"raise_on_error": True}
                )
            )
        except VeltApiError as error:
            return state_of(error, NO_JOB)

    def _waited(self, job: State, options: Optional[WaitOptions]) -> State:
        if job["state"] != "running":
            return job
        request = GetDeleteUserDataStatusRequest(jobId=job["jobId"])
        try:
            self._api.gdpr.getDeleteUserDataStatus.wait(request, options=options)
        except VeltApiError as error:
            return state_of(error, job)
        return {**job, "state": "done"}


class AsyncPrivacy:
    """The same as `Privacy`, awaited, of an `AsyncVeltSDK`.

    Args:
        own: the own store's half.
        api: Velt's REST API.
    """

    def __init__(self, own: SelfHosting[AsyncRunner], api: Api[AsyncClient, Any]) -> None:
        self._own = own
        self._api = api

    async def erase_user(
        self,
        userId: str,
        organizationId: Optional[str] = None,
        *,
        emails: Optional[Sequence[str]] = None,
        names: Optional[Sequence[str]] = None,
        policy: Optional[Union[Policy, Mapping[str, str]]] = None,
        dry_run: bool = True,
        learn: bool = True,
        velt: bool = True,
        wait: Optional[WaitOptions] = None,
    ) -> Report:
        """As `Privacy.erase_user`, awaited."""
        privacy = self._own.privacy
        given: Dict[str, Any] = {"emails": emails, "names": names, "policy": policy, "learn": learn}
        if dry_run or not velt:
            report = await privacy.erase_user(userId, organizationId, dry_run=dry_run, **given)
            report.velt = dict(NO_JOB) if velt else None
            return report
        privacy.check(userId, organizationId, **given)
        check_wait(wait, self._api.gdpr.getDeleteUserDataStatus)
        require_credentials(self._own._settings)
        job = tell(await self._begun(userId, organizationId))
        report = await privacy.erase_user(userId, organizationId, dry_run=False, **given)
        report.velt = await self._waited(job, wait)
        return report

    async def _begun(self, userId: str, organizationId: Optional[str]) -> State:
        try:
            return job_of(
                await self._api.gdpr.deleteAllUserData(
                    request_of(userId, organizationId), options={"raise_on_error": True}
                )
            )
        except VeltApiError as error:
            return state_of(error, NO_JOB)

    async def _waited(self, job: State, options: Optional[WaitOptions]) -> State:
        if job["state"] != "running":
            return job
        request = GetDeleteUserDataStatusRequest(jobId=job["jobId"])
        try:
            await self._api.gdpr.getDeleteUserDataStatus.wait(request, options=options)
        except VeltApiError as error:
            return state_of(error, job)
        return {**job, "state": "done"}
