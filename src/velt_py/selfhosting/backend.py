"""`sdk.selfHosting`: the services over one runner, made at first use."""

from __future__ import annotations

from typing import Any, Dict, Generic, Type, TypeVar, cast

from velt_py.config import Settings
from velt_py.exceptions import VeltDatabaseError
from velt_py.selfhosting.adapters.base import DatabaseAdapter
from velt_py.selfhosting.adapters.opening import adapter_over
from velt_py.selfhosting.operation import Resolver, Runner, S
from velt_py.selfhosting.runners import StoreRunner
from velt_py.selfhosting.services.activities import ActivityService
from velt_py.selfhosting.services.comments import CommentService
from velt_py.selfhosting.services.notifications import NotificationService
from velt_py.selfhosting.services.reactions import ReactionService
from velt_py.selfhosting.services.recorders import RecorderService
from velt_py.selfhosting.services.users import UserService
from velt_py.selfhosting.stores.opening import database_of

__all__ = ["SelfHosting"]

R = TypeVar("R", bound=Resolver[Any])


class SelfHosting(Generic[S]):
    """The services that keep Velt's data in the customer's own store; the same tree for both SDKs.

    Args:
        settings: the configuration.
        runner: carries out what the services plan.

    Asking for a service raises `VeltDatabaseError` when the configuration has no `database` block. Nothing is
    opened before the first operation.
    """

    def __init__(self, settings: Settings, runner: S) -> None:
        self._settings = settings
        self._runner: S = runner
        self._made: Dict[type, Resolver[Any]] = {}

    def _service(self, service: Type[R]) -> R:
        made = self._made.get(service)
        if made is None:
            database_of(self._settings)
            made = self._made.setdefault(service, service(self._runner, self._settings))
        return cast(R, made)

    @property
    def database(self: SelfHosting[Runner]) -> DatabaseAdapter:
        """The adapter of this SDK's database: all of it, without the limits of an organization.

        Raises:
            VeltDatabaseError: for SQLite and memory, which have none, and on an `AsyncVeltSDK`.
        """
        if not isinstance(self._runner, StoreRunner):
            raise VeltDatabaseError(
                "adapters block and so are there on a VeltSDK only; here use the driver's own client",
                code="CONFIGURATION_ERROR",
            )
        return adapter_over(self._settings, self._runner.store)

    @property
    def comments(self) -> CommentService[S]:
        """Comment threads."""
        return self._service(CommentService[S])

    @property
    def reactions(self) -> ReactionService[S]:
        """Reactions."""
        return self._service(ReactionService[S])

    @property
    def recorders(self) -> RecorderService[S]:
        """Recordings."""
        return self._service(RecorderService[S])

    @property
    def notifications(self) -> NotificationService[S]:
        """Custom notifications."""
        return self._service(NotificationService[S])

    @property
    def activities(self) -> ActivityService[S]:
        """Activity records."""
        return self._service(ActivityService[S])

    @property
    def users(self) -> UserService[S]:
        """Users."""
        return self._service(UserService[S])
