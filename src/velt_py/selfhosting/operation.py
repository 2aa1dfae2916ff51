"""One line per operation: how a call becomes plans and how outcomes become an answer, for the sync and the async SDK.

An operation's `steps` is a generator of pure code: it yields what it needs done (a plan, a file step), is handed
the outcome, and returns a `Result`. It exists once; only who carries out the steps differs.
"""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Any,
    Awaitable,
    Callable,
    Dict,
    Generator,
    Generic,
    Mapping,
    Optional,
    Protocol,
    Tuple,
    Type,
    TypeVar,
    Union,
    cast,
    overload,
)

from velt_py.config import Config, Settings
from velt_py.exceptions import VeltConfigurationError, VeltSDKError, VeltValidationError
from velt_py.models.base import Model
from velt_py.selfhosting.answers import Answer, Result
from velt_py.selfhosting.journal import Entry
from velt_py.selfhosting.plans import Plan

if TYPE_CHECKING:
    import sys

    from velt_py.selfhosting.files.plans import FileStep

    if sys.version_info >= (3, 10):
        from typing import ParamSpec
    else:
        from typing_extensions import ParamSpec

    P = ParamSpec("P")
else:
    P = TypeVar("P")

__all__ = ["AsyncRunner", "Body", "Resolver", "ResolverOperation", "Runner", "Steps", "single"]

Body = Mapping[str, Any]
"""The request in the shape that the browser posts."""

Step = Union[Plan, "FileStep"]
Steps = Generator[Step, Any, Result]

Seen = Callable[[Step, Any], None]

Req = TypeVar("Req")


def unseen(step: Step, outcome: Any) -> None:
    """Nobody is told of the steps."""


class Runner:
    """Carries out steps, blocking. `run` returns the outcome of one step."""

    def run(self, step: Step) -> Any:
        raise TypeError(f"{type(self).__name__} carries out no steps")

    def finish(self, steps: Steps, seen: Seen = unseen) -> Result:
        """Run `steps` to their end; `seen` is told of each one that was carried out."""
        try:
            step = next(steps)
            while True:
                try:
                    outcome = self.run(step)
                except VeltSDKError as error:
                    step = steps.throw(error)
                else:
                    seen(step, outcome)
                    step = steps.send(outcome)
        except StopIteration as end:
            return cast(Result, end.value)


class AsyncRunner:
    """Carries out steps, awaited. `run` returns the outcome of one step and never blocks the event loop."""

    async def run(self, step: Step) -> Any:
        raise TypeError(f"{type(self).__name__} carries out no steps")

    async def finish(self, steps: Steps, seen: Seen = unseen) -> Result:
        """Run `steps` to their end; `seen` is told of each one that was carried out."""
        try:
            step = next(steps)
            while True:
                try:
                    outcome = await self.run(step)
                except VeltSDKError as error:
                    step = steps.throw(error)
                else:
                    seen(step, outcome)
                    step = steps.send(outcome)
        except StopIteration as end:
            return cast(Result, end.value)


if TYPE_CHECKING:
    # Without it type checkers do not see what carries out the steps of a service that is built over an adapter.
    from typing_extensions import TypeVar as DefaultTypeVar

    S = DefaultTypeVar("S", Runner, AsyncRunner, default=Runner)
else:
    S = TypeVar("S", Runner, AsyncRunner)


class Adapter(Protocol):
    """What a service can be built over: `velt_py.database.DatabaseAdapter`."""

    def runner(self, config: Optional[Config]) -> Tuple[Runner, Settings]:
        """What carries out the steps, and the settings that belong to it."""
        ...


class Resolver(Generic[S]):
    """Base of the services: a table of operations over one runner.

    Args:
        database: a runner, which carries out the steps; or a `DatabaseAdapter`, whose database is used then.
        config: what the operations need to know of the configuration. Without one the defaults count.

    Raises:
        VeltConfigurationError: when `database` or `config` is something else.
    """

    @overload
    def __init__(self, database: S, config: Settings) -> None: ...
    @overload
    def __init__(self: Resolver[Runner], database: Adapter, config: Optional[Config] = None) -> None: ...
    def __init__(self, database: Any, config: Any = None) -> None:
        self._runner: S
        self._settings: Settings
        if isinstance(database, (Runner, AsyncRunner)):
            self._runner, self._settings = cast(S, database), config
        elif hasattr(database, "runner"):
            self._runner, self._settings = database.runner(config)
        else:
            found = type(database).__name__
            raise VeltConfigurationError(f"{self!r}: a DatabaseAdapter is needed, a {found} was given")

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class _Call:
    """What sync and async calls share: the three call forms, and the one rule for raising."""

    def __init__(self, operation: ResolverOperation[Any, Any], resolver: Resolver[Any]) -> None:
        self._operation = operation
        self._resolver = resolver

    @property
    def name(self) -> str:
        """The operation's name, for example `comments.get`."""
        return self._operation.name

    @property
    def settings(self) -> Settings:
        return self._resolver._settings

    @property
    def runner(self) -> Any:
        return self._resolver._runner

    def steps(self, *args: Any, **kwargs: Any) -> Steps:
        return self._operation.steps(self._operation.body(*args, **kwargs), self.settings)

    def answer(self, result: Result) -> Answer:
        """The one rule: errors of ours are answered, unless `raiseOnError` is set."""
        if result.error is not None and self.settings.raiseOnError:
            raise result.error
        return result.to_dict()

    def __repr__(self) -> str:
        return f"<{self._operation.name}>"


class SyncCall(_Call, Generic[P, Req]):
    """An operation of a `VeltSDK`."""

    @overload
    def __call__(self, request: Union[Req, Body]) -> Answer: ...
    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Answer: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Answer:
        return self.answer(self._result(*args, **kwargs))

    def result(self, body: Body) -> Result:
        """Answer a posted request; for the HTTP edge, which needs the unparsed records."""
        return self._result(body)

    def _result(self, *args: Any, **kwargs: Any) -> Result:
        entry = Entry(self.name)
        try:
            result = cast(Result, self.runner.finish(self.steps(*args, **kwargs), entry.seen))
        except VeltSDKError as error:
            result = Result(error=error)
        entry.finished(result.error)
        return result


class AsyncCall(_Call, Generic[P, Req]):
    """An operation of an `AsyncVeltSDK`."""

    @overload
    def __call__(self, request: Union[Req, Body]) -> Awaitable[Answer]: ...
    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Awaitable[Answer]: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Awaitable[Answer]:
        return self._answer(args, kwargs)

    async def _answer(self, args: Tuple[Any, ...], kwargs: Dict[str, Any]) -> Answer:
        return self.answer(await self._result(*args, **kwargs))

    async def result(self, body: Body) -> Result:
        """Answer a posted request; for the HTTP edge, which needs the unparsed records."""
        return await self._result(body)

    async def _result(self, *args: Any, **kwargs: Any) -> Result:
        entry = Entry(self.name)
        try:
            result = cast(Result, await self.runner.finish(self.steps(*args, **kwargs), entry.seen))
        except VeltSDKError as error:
            result = Result(error=error)
        entry.finished(result.error)
        return result


class ResolverOperation(Generic[P, Req]):
    """One operation of the self-hosting half.

    Args:
        name: area and verb, for example `comments.get`: what hooks, logs and routes call it.
        request: the published request class.
        keywords: makes the request's body out of the README's keywords, `organizationId` first.
        steps: the pure generator that answers a body.
    """

    def __init__(
        self,
        name: str,
        request: Type[Req],
        keywords: Callable[P, Body],
        steps: Callable[[Body, Settings], Steps],
    ) -> None:
        self.name = name
        self.request = request
        self.keywords = keywords
        self.steps = steps

    @overload
    def __get__(self, resolver: None, owner: Any = None) -> ResolverOperation[P, Req]: ...
    @overload
    def __get__(self, resolver: Resolver[Runner], owner: Any = None) -> SyncCall[P, Req]: ...
    @overload
    def __get__(self, resolver: Resolver[AsyncRunner], owner: Any = None) -> AsyncCall[P, Req]: ...
    def __get__(self, resolver: Any, owner: Any = None) -> Any:
        if resolver is None:
            return self
        call: Any = AsyncCall if isinstance(resolver._runner, AsyncRunner) else SyncCall
        return call(self, resolver)

    def body(self, *args: Any, **kwargs: Any) -> Body:
        """The posted shape of any of the three call forms.

        Raises:
            VeltValidationError: when a request object and keywords are mixed.
            TypeError: for unknown or missing keywords, as any Python function does.
        """
        given = args[0] if args else None
        if "request" in kwargs or isinstance(given, (Model, Mapping)):
            if len(args) + len(kwargs) > 1:
                raise VeltValidationError(
                    f"{self.name}: give either a request object or keywords, not both", field="request"
                )
            return self.posted(kwargs.get("request", given))
        return self.keywords(*args, **kwargs)

    def posted(self, request: Any) -> Body:
        """The posted shape of a request object or of a raw body."""
        if isinstance(request, Mapping):
            return cast(Body, request)
        if isinstance(request, self.request):
            return cast(Body, cast(Any, request).to_dict())
        raise VeltValidationError(
            f"{self.name}: a {self.request.__name__} or an object is needed, a {type(request).__name__} was given",
            field="request",
        )


PlanT = TypeVar("PlanT", bound=Step)


def single(
    plan: Callable[[Body, Settings], PlanT], answer: Callable[[PlanT, Any], Result]
) -> Callable[[Body, Settings], Steps]:
    """The steps of an operation that is one plan and one answer."""

    def steps(body: Body, settings: Settings) -> Steps:
        planned = plan(body, settings)
        outcome = yield planned
        return answer(planned, outcome)

    return steps
