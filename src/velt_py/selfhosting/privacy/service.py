"""One person's data in the own store: `sdk.selfHosting.privacy`."""

from __future__ import annotations

from typing import Any, Awaitable, Dict, Mapping, Optional, Sequence, Union, cast, overload

from velt_py.selfhosting.operation import AsyncRunner, Resolver, Runner, S, Steps
from velt_py.selfhosting.privacy.erasing import erase_steps, verify_steps
from velt_py.selfhosting.privacy.exporting import export_steps
from velt_py.selfhosting.privacy.person import checked_person
from velt_py.selfhosting.privacy.policy import Policy, checked_policy
from velt_py.selfhosting.privacy.report import Report
from velt_py.selfhosting.privacy.traces import Traces
from velt_py.selfhosting.privacy.walking import Search
from velt_py.selfhosting.validation import organization

__all__ = ["PrivacyService"]

Export = Dict[str, Any]
Texts = Optional[Sequence[str]]
Rules = Optional[Union[Policy, Mapping[str, str]]]


class PrivacyService(Resolver[S]):
    """Export and erasure of one person's data in the own store, for the operator; never part of a request.

    All three look at every record of the organization, or of all of them, piece by piece. Errors are raised: the
    store cannot be read (`VeltDatabaseError`), an argument cannot be used (`VeltValidationError`).

    https://docs.velt.dev/self-host-data/overview
    """

    @overload
    def export_user(
        self: PrivacyService[Runner],
        userId: str,
        organizationId: Optional[str] = None,
        *,
        emails: Texts = None,
        names: Texts = None,
        learn: bool = True,
    ) -> Export: ...
    @overload
    def export_user(
        self: PrivacyService[AsyncRunner],
        userId: str,
        organizationId: Optional[str] = None,
        *,
        emails: Texts = None,
        names: Texts = None,
        learn: bool = True,
    ) -> Awaitable[Export]: ...
    def export_user(
        self,
        userId: str,
        organizationId: Optional[str] = None,
        *,
        emails: Texts = None,
        names: Texts = None,
        learn: bool = True,
    ) -> Union[Export, Awaitable[Export]]:
        """Collect what the store holds about a person. `velt_py.selfhosting.privacy.exporting.export_lines` writes it
        as JSON lines.

        Args:
            userId: the person.
            organizationId: only there; in all organizations unless given.
            emails, names: theirs, beside those that the users' rows hold.
            learn: look for the addresses and names that records hold beside the id, too; one walk more.

        Returns:
            `person`, `organizations` (those with anything), and a list for each of `users`, `comments`, `mentions`,
            `reactions`, `recordings`, `notifications`, `activities`, `attachments` (their facts, not their bytes),
            `webhooks` (what is theirs in received events) and `references` (where the person stands in what is
            somebody else's, and records that cannot be read). Awaited on an `AsyncVeltSDK`.
        """
        search = self._search(userId, organizationId, emails, names, None, learn)
        return cast("Union[Export, Awaitable[Export]]", self._finished(export_steps(search)))

    @overload
    def erase_user(
        self: PrivacyService[Runner],
        userId: str,
        organizationId: Optional[str] = None,
        *,
        emails: Texts = None,
        names: Texts = None,
        policy: Rules = None,
        dry_run: bool = True,
        learn: bool = True,
    ) -> Report: ...
    @overload
    def erase_user(
        self: PrivacyService[AsyncRunner],
        userId: str,
        organizationId: Optional[str] = None,
        *,
        emails: Texts = None,
        names: Texts = None,
        policy: Rules = None,
        dry_run: bool = True,
        learn: bool = True,
    ) -> Awaitable[Report]: ...
    def erase_user(
        self,
        userId: str,
        organizationId: Optional[str] = None,
        *,
        emails: Texts = None,
        names: Texts = None,
        policy: Rules = None,
        dry_run: bool = True,
        learn: bool = True,
    ) -> Union[Report, Awaitable[Report]]:
        """Erase a person. Called again it finishes what a crash or a failure left.

        Args:
            userId: the person.
            organizationId: only there; in all organizations unless given.
            emails, names: theirs, beside those that the users' rows hold.
            policy: a `Policy`, or the fields of one that differ from its defaults.
            dry_run: only count what would be done.
            learn: look for the addresses and names that records hold beside the id, too; one walk more.

        Returns:
            The report. Without `dry_run` it ends with a scan: `confirmed` says whether all could be read and nothing
            is left. Awaited on an `AsyncVeltSDK`.
        """
        search = self._search(userId, organizationId, emails, names, policy, learn)
        return cast("Union[Report, Awaitable[Report]]", self._finished(erase_steps(search, dry_run)))

    @overload
    def verify_erased(
        self: PrivacyService[Runner],
        userId: str,
        organizationId: Optional[str] = None,
        *,
        emails: Texts = None,
        names: Texts = None,
        policy: Rules = None,
        learn: bool = True,
    ) -> Report: ...
    @overload
    def verify_erased(
        self: PrivacyService[AsyncRunner],
        userId: str,
        organizationId: Optional[str] = None,
        *,
        emails: Texts = None,
        names: Texts = None,
        policy: Rules = None,
        learn: bool = True,
    ) -> Awaitable[Report]: ...
    def verify_erased(
        self,
        userId: str,
        organizationId: Optional[str] = None,
        *,
        emails: Texts = None,
        names: Texts = None,
        policy: Rules = None,
        learn: bool = True,
    ) -> Union[Report, Awaitable[Report]]:
        """Look for what is left of a person; nothing is changed.

        Args:
            userId: the person.
            organizationId: only there; in all organizations unless given.
            emails, names: theirs. After an erasure no row tells them any more, so give them here.
            policy: the one that they were erased with: what it keeps does not count.
            learn: as for `erase_user`.

        Returns:
            The report; `confirmed` says whether all could be read and nothing is left, `left` where something is,
            `unreadable` what could not be read. Awaited on an `AsyncVeltSDK`.
        """
        search = self._search(userId, organizationId, emails, names, policy, learn)
        return cast("Union[Report, Awaitable[Report]]", self._finished(verify_steps(search)))

    def check(
        self,
        userId: str,
        organizationId: Optional[str] = None,
        *,
        emails: Texts = None,
        names: Texts = None,
        policy: Rules = None,
        learn: bool = True,
    ) -> None:
        """Check the arguments of an erasure; asks no store.

        Raises:
            VeltValidationError: names the one that cannot be used.
        """
        search = self._search(userId, organizationId, emails, names, policy, learn)
        Traces(search.person, search.policy)

    def _search(
        self, userId: Any, organizationId: Any, emails: Any, names: Any, policy: Any, learn: bool
    ) -> Search:
        limits = self._settings.limits
        person = checked_person(userId, emails, names, limits)
        where = None
        if organizationId is not None:
            where = organization(organizationId, "organizationId", limits)
        return Search(self._settings, person, where, checked_policy(policy), learn)

    def _finished(self, steps: Steps) -> Any:
        runner = cast("Union[Runner, AsyncRunner]", self._runner)
        return _awaited(runner, steps) if isinstance(runner, AsyncRunner) else runner.finish(steps).data


async def _awaited(runner: AsyncRunner, steps: Steps) -> Any:
    return (await runner.finish(steps)).data
