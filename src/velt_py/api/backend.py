"""`sdk.api`: the services of the REST half over one client, each made at its first use."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Dict, Generic, Optional, TypeVar, cast

from velt_py.api.calls import AsyncCaller, Caller
from velt_py.api.catalogue import SERVICES, service_class
from velt_py.api.client import AsyncClient, Client
from velt_py.api.messages import AsyncTransport, Transport
from velt_py.api.operation import Service, T
from velt_py.api.options import Options
from velt_py.api.prepare import Credentials
from velt_py.api.retry import RetryPolicy
from velt_py.api.services.token import AsyncTokenService, TokenService
from velt_py.api.transport import AiohttpTransport, Urllib3Transport
from velt_py.settings import Settings

if TYPE_CHECKING:
    from velt_py.api.services.access_control import AccessControlService
    from velt_py.api.services.activities import ActivityApiService
    from velt_py.api.services.agents import AgentsService
    from velt_py.api.services.comment_annotations import CommentAnnotationApiService
    from velt_py.api.services.crdt import CrdtService
    from velt_py.api.services.documents import DocumentService
    from velt_py.api.services.folders import FolderService
    from velt_py.api.services.gdpr import GdprService
    from velt_py.api.services.livestate import LivestateService
    from velt_py.api.services.locations import LocationService
    from velt_py.api.services.memory import MemoryService
    from velt_py.api.services.notifications import NotificationApiService
    from velt_py.api.services.organizations import OrganizationService
    from velt_py.api.services.presence import PresenceService
    from velt_py.api.services.recordings import RecordingService
    from velt_py.api.services.rewriter import RewriterService
    from velt_py.api.services.user_groups import UserGroupService
    from velt_py.api.services.users import UserService
    from velt_py.api.services.workflow import WorkflowService
    from velt_py.api.services.workspace import WorkspaceService

__all__ = ["SERVICES", "Api", "ApiBackend", "api_of", "async_api_of", "service_class"]

Tokens = TypeVar("Tokens", TokenService, AsyncTokenService)


class Api(Generic[T, Tokens]):
    """The services that call Velt's REST API; the same tree for both SDKs.

    Args:
        client: carries the calls of all services.
        tokens: the token service.
    """

    def __init__(self, client: T, tokens: Tokens) -> None:
        self._client: T = client
        self.tokens: Tokens = tokens
        self._made: Dict[str, Service[Any]] = {}

    def _service(self, name: str) -> Any:
        made = self._made.get(name)
        if made is None:
            made = self._made.setdefault(name, service_class(name)(client=self._client))
        return made

    @property
    def organizations(self) -> OrganizationService[T]:
        """Organizations, the tenants of a Velt workspace."""
        return cast("OrganizationService[T]", self._service("organizations"))

    @property
    def folders(self) -> FolderService[T]:
        """Folders of an organization."""
        return cast("FolderService[T]", self._service("folders"))

    @property
    def documents(self) -> DocumentService[T]:
        """Documents of an organization."""
        return cast("DocumentService[T]", self._service("documents"))

    @property
    def users(self) -> UserService[T]:
        """Users of organizations, folders and documents, and their invitations."""
        return cast("UserService[T]", self._service("users"))

    @property
    def userGroups(self) -> UserGroupService[T]:
        """Groups of users of an organization."""
        return cast("UserGroupService[T]", self._service("userGroups"))

    @property
    def notifications(self) -> NotificationApiService[T]:
        """Notifications and their settings."""
        return cast("NotificationApiService[T]", self._service("notifications"))

    @property
    def commentAnnotations(self) -> CommentAnnotationApiService[T]:
        """Comment threads (annotations) and the comments in them."""
        return cast("CommentAnnotationApiService[T]", self._service("commentAnnotations"))

    @property
    def activities(self) -> ActivityApiService[T]:
        """Activity records."""
        return cast("ActivityApiService[T]", self._service("activities"))

    @property
    def accessControl(self) -> AccessControlService[T]:
        """Permissions, signatures and user tokens."""
        return cast("AccessControlService[T]", self._service("accessControl"))

    @property
    def crdt(self) -> CrdtService[T]:
        """Shared editor data."""
        return cast("CrdtService[T]", self._service("crdt"))

    @property
    def presence(self) -> PresenceService[T]:
        """Who is present."""
        return cast("PresenceService[T]", self._service("presence"))

    @property
    def livestate(self) -> LivestateService[T]:
        """Live state events."""
        return cast("LivestateService[T]", self._service("livestate"))

    @property
    def recordings(self) -> RecordingService[T]:
        """Recordings."""
        return cast("RecordingService[T]", self._service("recordings"))

    @property
    def rewriter(self) -> RewriterService[T]:
        """The text rewriter."""
        return cast("RewriterService[T]", self._service("rewriter"))

    @property
    def gdpr(self) -> GdprService[T]:
        """Export and deletion of a person's data at Velt."""
        return cast("GdprService[T]", self._service("gdpr"))

    @property
    def workspace(self) -> WorkspaceService[T]:
        """Workspaces, their api keys, domains and settings."""
        return cast("WorkspaceService[T]", self._service("workspace"))

    @property
    def agents(self) -> AgentsService[T]:
        """Agents, their versions, runs and groups."""
        return cast("AgentsService[T]", self._service("agents"))

    @property
    def memory(self) -> MemoryService[T]:
        """Memory: judgments, knowledge, patterns and alerts."""
        return cast("MemoryService[T]", self._service("memory"))

    @property
    def workflow(self) -> WorkflowService[T]:
        """Workflow definitions, executions and steps."""
        return cast("WorkflowService[T]", self._service("workflow"))

    @property
    def locations(self) -> LocationService[T]:
        """Locations in documents (the older v1 paths)."""
        return cast("LocationService[T]", self._service("locations"))

    @property
    def token(self) -> Tokens:
        """The token service. Deprecated at this place, as in the published package."""
        warnings.warn(
            "sdk.api.token is deprecated; use sdk.selfHosting.token, which is the same service",
            DeprecationWarning,
            stacklevel=2,
        )
        return self.tokens

    def __repr__(self) -> str:
        return "<Api>"


class ApiBackend(Api[Client, TokenService]):
    """`sdk.api` of a `VeltSDK`.

    Args:
        config: a `Config` or its settings.
        transport: what carries the calls; by default a pool of HTTP connections.
    """

    def __init__(self, config: Any, transport: Optional[Transport] = None) -> None:
        settings: Settings = getattr(config, "settings", config)
        carrier = Urllib3Transport(settings.http) if transport is None else transport
        caller = Caller(carrier, RetryPolicy.of(settings.http), hooks=settings.hooks)
        tokens = TokenService(
            settings.apiKey,
            settings.authToken,
            caller=caller,
            base_url=settings.apiBaseUrl,
            raise_on_error=settings.raiseOnError,
        )
        super().__init__(Client(Credentials.of(settings), caller, options_of(settings)), tokens)


def api_of(settings: Settings, transport: Optional[Transport] = None) -> ApiBackend:
    """The services of a `VeltSDK`."""
    return ApiBackend(settings, transport)


def async_api_of(
    settings: Settings, transport: Optional[AsyncTransport] = None
) -> Api[AsyncClient, AsyncTokenService]:
    """The services of an `AsyncVeltSDK`."""
    carrier = AiohttpTransport(settings.http) if transport is None else transport
    caller = AsyncCaller(carrier, RetryPolicy.of(settings.http), hooks=settings.hooks)
    tokens = AsyncTokenService(
        settings.apiKey,
        settings.authToken,
        caller=caller,
        base_url=settings.apiBaseUrl,
        raise_on_error=settings.raiseOnError,
    )
    return Api(AsyncClient(Credentials.of(settings), caller, options_of(settings)), tokens)


def options_of(settings: Settings) -> Options:
    """What holds for every call."""
    return Options(raise_on_error=settings.raiseOnError)
