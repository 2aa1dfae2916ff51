"""`sdk.selfHosting`: the services over one runner, loaded and made at first use."""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Any,
    Awaitable,
    Dict,
    Generic,
    Optional,
    Type,
    TypeVar,
    Union,
    cast,
    overload,
)

from velt_py.config import Settings
from velt_py.exceptions import VeltDatabaseError
from velt_py.models.resolver_auth import VerifyTokenResult
from velt_py.selfhosting.operation import AsyncRunner, Resolver, Runner, S
from velt_py.selfhosting.runners import StoreRunner
from velt_py.selfhosting.stores.opening import database_of
from velt_py.selfhosting.tokens import AsyncResolverAuthService, ResolverAuthService

if TYPE_CHECKING:
    from velt_py.selfhosting.adapters.base import DatabaseAdapter
    from velt_py.selfhosting.privacy.service import PrivacyService
    from velt_py.selfhosting.services.activities import ActivityService
    from velt_py.selfhosting.services.attachments import AttachmentService
    from velt_py.selfhosting.services.comments import CommentService
    from velt_py.selfhosting.services.notifications import NotificationService
    from velt_py.selfhosting.services.reactions import ReactionService
    from velt_py.selfhosting.services.recorders import RecorderService
    from velt_py.selfhosting.services.users import UserService

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
        self._auth: Union[ResolverAuthService, AsyncResolverAuthService] = (
            AsyncResolverAuthService(settings.resolver_auth, settings.http)
            if isinstance(runner, AsyncRunner)
            else ResolverAuthService(settings.resolver_auth, settings.http)
        )

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
        from velt_py.selfhosting.adapters.opening import adapter_over

        return adapter_over(self._settings, self._runner.store)

    @property
    def comments(self) -> CommentService[S]:
        """Comment threads."""
        from velt_py.selfhosting.services.comments import CommentService

        return self._service(CommentService[S])

    @property
    def reactions(self) -> ReactionService[S]:
        """Reactions."""
        from velt_py.selfhosting.services.reactions import ReactionService

        return self._service(ReactionService[S])

    @property
    def recorders(self) -> RecorderService[S]:
        """Recordings."""
        from velt_py.selfhosting.services.recorders import RecorderService

        return self._service(RecorderService[S])

    @property
    def attachments(self) -> AttachmentService[S]:
        """Attachments, and the files of recordings."""
        from velt_py.selfhosting.services.attachments import AttachmentService

        return self._service(AttachmentService[S])

    @property
    def notifications(self) -> NotificationService[S]:
        """Custom notifications."""
        from velt_py.selfhosting.services.notifications import NotificationService

        return self._service(NotificationService[S])

    @property
    def activities(self) -> ActivityService[S]:
        """Activity records."""
        from velt_py.selfhosting.services.activities import ActivityService

        return self._service(ActivityService[S])

    @property
    def users(self) -> UserService[S]:
        """Users."""
        from velt_py.selfhosting.services.users import UserService

        return self._service(UserService[S])

    @property
    def privacy(self) -> PrivacyService[S]:
        """Export and erasure of one person's data."""
        from velt_py.selfhosting.privacy.service import PrivacyService

        return self._service(PrivacyService[S])

    @overload
    def verifyToken(
        self: SelfHosting[Runner], headers: Any = None, token: Optional[str] = None, **overrides: Any
    ) -> VerifyTokenResult: ...
    @overload
    def verifyToken(
        self: SelfHosting[AsyncRunner], headers: Any = None, token: Optional[str] = None, **overrides: Any
    ) -> Awaitable[VerifyTokenResult]: ...
    def verifyToken(
        self, headers: Any = None, token: Optional[str] = None, **overrides: Any
    ) -> Union[VerifyTokenResult, Awaitable[VerifyTokenResult]]:
        """Say whether a request is authenticated, by the block `resolver_auth`. Needs no database, never raises.

        Args:
            headers: the request's headers: a mapping, a WSGI environment, or the list of an ASGI scope.
            token: the token itself; goes before `headers`.
            overrides: `jwt`, `verify`, `header`, `scheme` for this call; each replaces its whole block.

        Returns:
            The verdict, awaited on an `AsyncVeltSDK`. Only `verified` decides.

        See https://docs.velt.dev/self-host-data/overview
        """
        return self._auth.verify_token(headers, token, **overrides)
