"""The routes as a router, which shares the dependencies and the OpenAPI document of the application."""

from __future__ import annotations

import inspect
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, AsyncGenerator, Callable, Dict, Iterable, Optional, Sequence, Type, Union, cast

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends as Dependency
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response as StarletteResponse

from velt_py._functions import is_async
from velt_py.exceptions import VeltConfigurationError
from velt_py.sdk import AsyncVeltSDK
from velt_py.web.access import Access, Authenticate, Authorize
from velt_py.web.asgi import raw_headers, request_of, send_response
from velt_py.web.features import Endpoint, Feature
from velt_py.web.handler import AsyncHandler
from velt_py.web.messages import Disconnected, Refused, Response
from velt_py.web.messages import Request as WebRequest
from velt_py.web.openapi import body_of, responses_of
from velt_py.web.routes import FILE, OPERATIONS, Route

__all__ = ["velt_router"]

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
REST = "/{velt_path:path}"
FILES = "/files/{velt_file}"
IN_NAMES = str.maketrans("/", "_", "{}")


@dataclass(frozen=True)
class Solved:
    """What the application's dependencies came to for one request.

    Args:
        principal: the value of `authenticate`, or of `authorize` when that alone is a dependency.
        rule: the value of `authorize`.
        error: why they came to nothing.
    """

    principal: Any = None
    rule: Any = None
    error: Optional[Exception] = None


SOLVED: ContextVar[Solved] = ContextVar("velt_solved", default=Solved())  # noqa: B039 - it is frozen


async def solved_principal(request: WebRequest) -> Any:
    """An `authenticate` hook: who the application's dependency says is asking."""
    solved = SOLVED.get()
    if solved.error is not None:
        raise refusal_of(solved.error)
    return solved.principal


async def solved_rule(principal: Any, access: Access) -> Any:
    """An `authorize` hook: what the function says that the application's dependency returned."""
    rule = SOLVED.get().rule
    if not callable(rule):
        raise VeltConfigurationError(
            "authorize: the dependency has to return a function of the access", field="authorize"
        )
    asked: Callable[[Access], Any] = cast(Any, rule)
    if is_async(asked):
        return await asked(access)
    return await run_in_threadpool(asked, access)


def refusal_of(error: Exception) -> Exception:
    """The refusal in the envelope that stands for an error of a dependency."""
    if isinstance(error, HTTPException):
        # A redirect to a page for signing in is no answer to a script.
        status = error.status_code if error.status_code >= 400 else 401
        said = error.detail if isinstance(cast(Any, error.detail), str) else "this is not allowed"
        return Refused(status, CODES.get(status, "REFUSED"), said, (error.headers or {}).items())
    if isinstance(error, RequestValidationError):
        places = sorted({".".join(str(part) for part in each["loc"]) for each in error.errors()})
        return Refused(
            400, "INVALID_INPUT", f"the application needs this in the request: {', '.join(places)}"
        )
    return error


CODES = {401: "UNAUTHENTICATED", 403: "FORBIDDEN", 404: "NOT_FOUND", 429: "TOO_MANY_REQUESTS"}


class Answer(StarletteResponse):
    """An answer of the handler as Starlette sends it."""

    def __init__(self, handler: AsyncHandler, response: Response) -> None:
        self.status_code = response.status
        self.background = None
        self.raw_headers = raw_headers(response)
        self._handler = handler
        self._response = response

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await send_response(self._handler, self._response, send, list(self.raw_headers))
        finally:
            self._response.close()
        background: Any = self.background
        if background is not None:
            await background()


class Gone(StarletteResponse):
    """Nothing, for a client that went away."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        return None


REQUEST = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request)
OUTGOING = inspect.Parameter("outgoing", inspect.Parameter.KEYWORD_ONLY, annotation=StarletteResponse)


class Routes:
    """Makes the routes of a router.

    Args:
        handler: answers.
        principal, rule: the application's dependencies, where given.
        dependencies: further ones of the routes that browsers call.
    """

    def __init__(
        self,
        handler: AsyncHandler,
        principal: Optional[Dependency],
        rule: Optional[Dependency],
        dependencies: Sequence[Dependency],
    ) -> None:
        self.handler = handler
        self.dependencies = dependencies
        asked = {"principal": principal, "rule": rule}
        self._signature = inspect.Signature(
            [
                REQUEST,
                OUTGOING,
                *[
                    inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=value, annotation=Any)
                    for name, value in asked.items()
                    if value is not None
                ],
            ]
        )

    async def handle(self, request: Request, path: str, solved: Solved) -> StarletteResponse:
        """Answer a request at a path below the prefix."""
        token = SOLVED.set(solved)
        try:
            found = request_of(request.scope, request.receive)
            response = await self.handler.handle(replace(found, path=path, native=request))
        except Disconnected:
            return Gone()
        finally:
            SOLVED.reset(token)
        return Answer(self.handler, response)

    def endpoint(self, path: Callable[[Request], str]) -> Callable[..., Any]:
        """The function of a route that asks the application's dependencies."""

        async def endpoint(
            *, request: Request, outgoing: StarletteResponse, principal: Any = None, rule: Any = None
        ) -> StarletteResponse:
            asking = principal if "principal" in self._signature.parameters else rule
            answer = await self.handle(request, path(request), Solved(asking, rule))
            answer.raw_headers.extend(outgoing.headers.raw)  # cookies that dependencies set
            return answer

        cast(Any, endpoint).__signature__ = self._signature
        return endpoint

    def route_class(self, path: Callable[[Request], str]) -> Type[APIRoute]:
        """Routes that answer in the envelope when a dependency refuses."""
        routes = self

        class VeltRoute(APIRoute):
            def get_route_handler(self) -> Callable[[Request], Any]:
                inner = super().get_route_handler()

                async def answer(request: Request) -> Any:
                    try:
                        return await inner(request)
                    except Exception as error:  # noqa: BLE001 - it is logged and answered by the handler
                        return await routes.handle(request, path(request), Solved(error=error))

                return answer

        return VeltRoute

    def add(self, router: APIRouter, path: str, route: Route) -> None:
        """Add the route of an operation."""
        self._add(
            router, path, partial(fixed_path, path), route, openapi_extra={"requestBody": body_of(route)}
        )

    def add_files(self, router: APIRouter) -> None:
        """Add the route of stored files."""
        self._add(router, FILES, file_path, FILE, responses=responses_of("*/*"))

    def add_endpoint(self, router: APIRouter, endpoint: Endpoint) -> None:
        """Add a route of a feature."""
        self._add(router, endpoint.path, partial(fixed_path, endpoint.path), endpoint)

    def _add(
        self,
        router: APIRouter,
        path: str,
        at: Callable[[Request], str],
        route: Union[Route, Endpoint],
        **described: Any,
    ) -> None:
        more: Dict[str, Any] = {"responses": responses_of(), **described}
        # Called by servers with a secret of their own, which none of the application's dependencies knows.
        signed_in = not isinstance(route, Endpoint) or route.signed_in
        in_schema = not isinstance(route, Endpoint) or route.described
        if signed_in:
            more.update(dependencies=self.dependencies, route_class_override=self.route_class(at))
        for method in route.methods:
            # One for each method: operation ids have to be unique.
            router.add_api_route(
                path,
                self.endpoint(at) if signed_in else self.open(at),
                methods=[method],
                name=f"velt_{method.lower()}{path}".translate(IN_NAMES),
                summary=route.name,
                include_in_schema=in_schema and method != "HEAD",
                response_model=None,
                **more,
            )

    def open(self, path: Callable[[Request], str]) -> Callable[..., Any]:
        """The function of a route that asks none of the application's dependencies."""

        async def endpoint(*, request: Request) -> StarletteResponse:
            return await self.handle(request, path(request), Solved())

        cast(Any, endpoint).__signature__ = inspect.Signature([REQUEST])
        return endpoint

    async def rest(self, request: Request) -> StarletteResponse:
        """Answer what is no operation: health checks, `OPTIONS`, other methods, other paths."""
        return await self.handle(request, "/" + request.path_params["velt_path"], Solved())


def fixed_path(path: str, request: Request) -> str:
    return path


def file_path(request: Request) -> str:
    return f"/files/{request.path_params['velt_file']}"


def velt_router(
    sdk: AsyncVeltSDK,
    *,
    authenticate: Union[Authenticate, Dependency, None] = None,
    authorize: Union[Authorize, Dependency, None] = None,
    prefix: str = "/velt",
    tags: Sequence[str] = ("velt",),
    dependencies: Sequence[Dependency] = (),
    origins: Iterable[str] = (),
    allow_headers: Iterable[str] = (),
    features: Iterable[Feature] = (),
    close_sdk: bool = False,
) -> APIRouter:
    """The routes as a router: `app.include_router(velt_router(sdk, authorize=Depends(members)))`.

    Args:
        sdk: whose stores to serve.
        authenticate: `Depends(current_user)`, whose value is who is asking; or a function of the request, plain or
            awaited, whose `native` is Starlette's request.
        authorize: `Depends(members)`, whose value is a function of the `Access` that returns True when it may happen;
            or a function of principal and access. With such a dependency `authenticate` may be left out: who is asking
            is the dependency's business then.
        prefix: where the routes are.
        tags: of the OpenAPI entries.
        dependencies: further dependencies of the routes that browsers call; those of servers have their own secret.
        origins: origins whose pages may call, for example `https://app.example`. With `CORSMiddleware` in the
            application leave them out there, or here.
        allow_headers: request headers that such pages may send beside `Content-Type` and `Authorization`.
        features: what brings routes of its own: tokens, permissions, webhooks.
        close_sdk: close the SDK at the end of the application's lifespan.

    Raises:
        VeltConfigurationError: for a hook that is no function, for a wrong origin, and for a feature that cannot work
            here.

    A dependency that raises refuses the request in the envelope, with the status of an `HTTPException`.
    """
    principal = authenticate if isinstance(authenticate, Dependency) else None
    rule = authorize if isinstance(authorize, Dependency) else None
    asks = principal is not None or (rule is not None and authenticate is None)
    handler = AsyncHandler(
        sdk,
        authenticate=solved_principal if asks else cast(Optional[Authenticate], authenticate),
        authorize=solved_rule if rule is not None else cast(Optional[Authorize], authorize),
        origins=origins,
        allow_headers=allow_headers,
        features=features,
    )

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            await handler.settle()
            handler.close()
            if close_sdk:
                await sdk.close()

    router = APIRouter(prefix=prefix, tags=list(tags), lifespan=lifespan)
    routes = Routes(handler, principal, rule, dependencies)
    for path, route in OPERATIONS.items():
        routes.add(router, path, route)
    routes.add_files(router)
    for endpoint in handler.site.endpoints.values():
        routes.add_endpoint(router, endpoint)
    router.add_route(prefix + REST, routes.rest, METHODS, include_in_schema=False)
    return router
