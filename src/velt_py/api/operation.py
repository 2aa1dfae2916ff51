"""One line per operation of Velt's API: the table's entries, and what calling one of them does."""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Any,
    AsyncIterator,
    Awaitable,
    Callable,
    Dict,
    Generic,
    Iterable,
    Iterator,
    List,
    Optional,
    Tuple,
    Type,
    TypeVar,
    Union,
    cast,
    overload,
)

from velt_py.api.client import AsyncClient, Client, Raw
from velt_py.api.interpret import interpreted
from velt_py.api.options import CallOptions, Options, read_options
from velt_py.api.prepare import prepare
from velt_py.api.service import Service, T
from velt_py.api.waiting import AsyncWaits, SyncWaits
from velt_py.exceptions import VeltValidationError
from velt_py.models.known_fields import Known, only_known
from velt_py.models.request import ApiRequest, facts_of

if TYPE_CHECKING:
    import sys

    from velt_py.api.batches import Batched, BatchOptions
    from velt_py.api.jobs import Job
    from velt_py.api.messages import Prepared, Reply
    from velt_py.api.pages import Cursor

    if sys.version_info >= (3, 10):
        from typing import ParamSpec
    else:
        from typing_extensions import ParamSpec

    P = ParamSpec("P")
else:
    P = TypeVar("P")

__all__ = ["AsyncCall", "Operation", "Service", "SyncCall", "T", "untyped"]

RequestT = TypeVar("RequestT", bound=ApiRequest)
AnswerT = TypeVar("AnswerT")


class _Untyped:
    """Stands in for the module of answer types, which only type checkers need: gives the names of the types."""

    def __getattr__(self, name: str) -> str:
        return name


untyped: Any = _Untyped()


class Operation(Generic[P, RequestT, AnswerT]):
    """One operation.

    Args:
        path: below the version, without a slash in front.
        request: the request class; its fields carry the facts of the documentation.
        answer: the type of the answer, for type checkers.
        repeatable: whether sending it twice does no harm: reads, and writes under an id of the caller.
        root: the version in front of the path.
        workspace: it is signed with the workspace's token instead of the api key's.
        bare: the fields are the body, without `{"data": ...}` around them.
        paged: where its cursor stands.
        batched: the field whose list of ids is capped, and may be split over several calls.
        job: how its answer tells of a job, which may be waited for.
        known: the names that `filter_unknown_fields` leaves.
        docs: the page below https://docs.velt.dev/api-reference/rest-apis.
    """

    def __init__(
        self,
        path: str,
        request: Callable[P, RequestT],
        answer: Type[AnswerT],
        *,
        repeatable: bool,
        root: str = "v2",
        workspace: bool = False,
        bare: bool = False,
        paged: Optional[Cursor] = None,
        batched: Optional[str] = None,
        job: Optional[Job] = None,
        known: Optional[Known] = None,
        docs: str = "",
    ) -> None:
        self.path = f"/{root}/{path}"
        self.request = cast(Type[RequestT], request)
        self.answer = str(answer)
        self.repeatable = repeatable
        self.workspace = workspace
        self.bare = bare
        self.paged = paged
        self.batched = batched
        self.job = job
        self.known = known
        self._field_names: Optional[Tuple[str, ...]] = None
        self.docs = f"https://docs.velt.dev/api-reference/rest-apis/{docs}" if docs else ""
        self.area = ""
        self.method = ""
        self.name = ""
        """Service and method, for example `organizations.getOrganizations`."""

    def __set_name__(self, owner: Type[Service[Any]], name: str) -> None:
        self.area, self.method = owner.area, name
        self.name = f"{owner.area}.{name}"

    @overload
    def __get__(self, service: None, owner: Any = None) -> Operation[P, RequestT, AnswerT]: ...
    @overload
    def __get__(self, service: Service[Client], owner: Any = None) -> SyncCall[P, RequestT, AnswerT]: ...
    @overload
    def __get__(
        self, service: Service[AsyncClient], owner: Any = None
    ) -> AsyncCall[P, RequestT, AnswerT]: ...
    def __get__(self, service: Any, owner: Any = None) -> Any:
        if service is None:
            return self
        client = service._client
        call: Any = AsyncCall if isinstance(client, AsyncClient) else SyncCall
        return call(self, client)

    @property
    def field_names(self) -> Iterable[str]:
        """The names of the request's fields on the wire."""
        if self._field_names is None:  # once, because every call with keywords asks
            self._field_names = tuple(facts_of(self.request))
        return self._field_names

    def request_of(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> RequestT:
        """The request of either call form.

        Raises:
            VeltValidationError: a request object and keywords are mixed, or it is that of another operation.
            TypeError: for unknown keywords, as any Python function does.
        """
        if "request" in kwargs and not args:
            args = (kwargs.pop("request"),)
        if args and isinstance(args[0], ApiRequest):
            if not isinstance(args[0], self.request):
                raise VeltValidationError(
                    f"{self.name}: a {self.request.__name__} is needed, a {type(args[0]).__name__} was given",
                    field="request",
                )
            if len(args) + len(kwargs) > 1:
                raise VeltValidationError(
                    f"{self.name}: give either a request object or keywords, not both", field="request"
                )
            return args[0]
        return self.request(*args, **kwargs)

    def data_of(self, request: ApiRequest, filtered: bool) -> Dict[str, Any]:
        """The fields to send."""
        if not filtered:
            return dict(request.items())
        if self.known is None:
            raise TypeError(f"{self.name}() has no filter_unknown_fields")
        return only_known(request.to_dict(), self.known)

    def __repr__(self) -> str:
        return f"<Operation {self.name}>"


C = TypeVar("C", Client, AsyncClient)


class _Call(Generic[C, RequestT]):
    """What sync and async calls share."""

    def __init__(
        self, operation: Operation[Any, RequestT, Any], client: C, options: Optional[Options] = None
    ) -> None:
        self.operation = operation
        self._client: C = client
        self._options = options

    @property
    def path(self) -> str:
        """The path that is posted to."""
        return self.operation.path

    def _prepared(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Tuple[Prepared, Options]:
        options = self._client.options.over(self._options)
        whole = "request" in kwargs or (args and isinstance(args[0], ApiRequest))
        # One operation has a field of that name: among keywords it is the field, beside a request object it is ours.
        given = kwargs.pop("options", None) if whole or "options" not in self.operation.field_names else None
        if given is not None:
            options = options.over(read_options(given))
        filtered = kwargs.pop("filter_unknown_fields", False)
        if self.operation.known is not None and whole and args[1:]:
            filtered, args = args[1], (args[0], *args[2:])  # its place in the published package
        request = self.operation.request_of(args, kwargs)
        data = self.operation.data_of(request, bool(filtered))
        return prepare(self.operation, data, self._client.credentials, options), options

    def prepared_of(self, request: RequestT, options: Options) -> Prepared:
        """The call of a request object."""
        return prepare(self.operation, dict(request.items()), self._client.credentials, options)

    def answer_of(self, prepared: Prepared, reply: Reply, options: Options) -> Any:
        """The parsed answer, or an error where the options ask for one."""
        return interpreted(prepared, reply, raise_on_error=bool(options.raise_on_error))

    def __repr__(self) -> str:
        return f"<{self.operation.name}>"


class SyncCall(_Call[Client, RequestT], SyncWaits[P, RequestT, AnswerT], Generic[P, RequestT, AnswerT]):
    """An operation of a `VeltSDK`: call it with a request object, or with the request's fields."""

    if TYPE_CHECKING:

        def __init__(
            self, operation: Operation[Any, RequestT, Any], client: Client, options: Optional[Options] = None
        ) -> None: ...

    def with_options(self, **options: Any) -> SyncCall[P, RequestT, AnswerT]:
        """The same operation with options for its calls; see `velt_py.api.options.CallOptions`."""
        return SyncCall(
            self.operation, self._client, Options().over(self._options).over(read_options(options))
        )

    @overload
    def __call__(
        self,
        request: RequestT,
        *,
        options: Optional[CallOptions] = None,
        filter_unknown_fields: bool = False,
    ) -> AnswerT: ...
    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> AnswerT: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        prepared, options = self._prepared(args, kwargs)
        return self.answer_of(prepared, self._client.send(prepared, options).reply, options)

    @overload
    def raw(self, request: RequestT, *, options: Optional[CallOptions] = None) -> Raw[AnswerT]: ...
    @overload
    def raw(self, *args: P.args, **kwargs: P.kwargs) -> Raw[AnswerT]: ...
    def raw(self, *args: Any, **kwargs: Any) -> Any:
        """The answer with status, headers, attempts and elapsed seconds."""
        prepared, options = self._prepared(args, kwargs)
        delivery = self._client.send(prepared, options)
        return Raw.of(self.answer_of(prepared, delivery.reply, options), delivery)

    @overload
    def pages(self, request: RequestT, *, options: Optional[CallOptions] = None) -> Iterator[AnswerT]: ...
    @overload
    def pages(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[AnswerT]: ...
    def pages(self, *args: Any, **kwargs: Any) -> Any:
        """The pages of a list, one answer each, until the last; a failure raises."""
        from velt_py.api.pages import walk

        return walk(self, args, kwargs)

    @overload
    def items(self, request: RequestT, *, options: Optional[CallOptions] = None) -> Iterator[Any]: ...
    @overload
    def items(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[Any]: ...
    def items(self, *args: Any, **kwargs: Any) -> Any:
        """The entries of all pages. Where a page holds a map, pairs of key and entry."""
        from velt_py.api.pages import entries, walk

        return (entry for page in walk(self, args, kwargs) for entry in entries(self.operation, page))

    def batched(self, request: RequestT, *, options: Optional[BatchOptions] = None) -> Batched[AnswerT]:
        """The call split so that no part names more ids than one call may."""
        from velt_py.api.batches import batched

        return batched(self, request, options)


class AsyncCall(
    _Call[AsyncClient, RequestT], AsyncWaits[P, RequestT, AnswerT], Generic[P, RequestT, AnswerT]
):
    """An operation of an `AsyncVeltSDK`: as `SyncCall`, awaited."""

    if TYPE_CHECKING:

        def __init__(
            self,
            operation: Operation[Any, RequestT, Any],
            client: AsyncClient,
            options: Optional[Options] = None,
        ) -> None: ...

    def with_options(self, **options: Any) -> AsyncCall[P, RequestT, AnswerT]:
        """The same operation with options for its calls; see `velt_py.api.options.CallOptions`."""
        return AsyncCall(
            self.operation, self._client, Options().over(self._options).over(read_options(options))
        )

    @overload
    def __call__(
        self,
        request: RequestT,
        *,
        options: Optional[CallOptions] = None,
        filter_unknown_fields: bool = False,
    ) -> Awaitable[AnswerT]: ...
    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Awaitable[AnswerT]: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._answer(args, kwargs)

    async def _answer(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
        prepared, options = self._prepared(args, kwargs)
        return self.answer_of(prepared, (await self._client.send(prepared, options)).reply, options)

    @overload
    def raw(self, request: RequestT, *, options: Optional[CallOptions] = None) -> Awaitable[Raw[AnswerT]]: ...
    @overload
    def raw(self, *args: P.args, **kwargs: P.kwargs) -> Awaitable[Raw[AnswerT]]: ...
    def raw(self, *args: Any, **kwargs: Any) -> Any:
        """The answer with status, headers, attempts and elapsed seconds."""
        return self._raw(args, kwargs)

    async def _raw(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Any:
        prepared, options = self._prepared(args, kwargs)
        delivery = await self._client.send(prepared, options)
        return Raw.of(self.answer_of(prepared, delivery.reply, options), delivery)

    @overload
    def pages(
        self, request: RequestT, *, options: Optional[CallOptions] = None
    ) -> AsyncIterator[AnswerT]: ...
    @overload
    def pages(self, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[AnswerT]: ...
    def pages(self, *args: Any, **kwargs: Any) -> Any:
        """The pages of a list, one answer each, until the last; a failure raises."""
        from velt_py.api.pages import walk_async

        return walk_async(self, args, kwargs)

    @overload
    def items(self, request: RequestT, *, options: Optional[CallOptions] = None) -> AsyncIterator[Any]: ...
    @overload
    def items(self, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[Any]: ...
    def items(self, *args: Any, **kwargs: Any) -> Any:
        """The entries of all pages. Where a page holds a map, pairs of key and entry."""
        return self._items(args, kwargs)

    async def _items(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> AsyncIterator[Any]:
        from velt_py.api.pages import entries, walk_async

        async for page in walk_async(self, args, kwargs):
            for entry in entries(self.operation, page):
                yield entry

    def batched(
        self, request: RequestT, *, options: Optional[BatchOptions] = None
    ) -> Awaitable[Batched[AnswerT]]:
        """The call split so that no part names more ids than one call may."""
        from velt_py.api.batches import batched_async

        return batched_async(self, request, options)


def operations_of(service: Type[Service[Any]]) -> Iterable[Operation[Any, Any, Any]]:
    """The operations of a service, in the order of its table."""
    found: List[Operation[Any, Any, Any]] = []
    for entry in vars(service).values():
        if isinstance(entry, Operation):
            found.append(cast("Operation[Any, Any, Any]", entry))
    return found


Call = Union[SyncCall[Any, Any, Any], AsyncCall[Any, Any, Any]]
