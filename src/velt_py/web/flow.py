"""How a request is answered, from its route to its response. Pure: what needs I/O is yielded, so that the blocking
and the awaited handler share every rule.

The order keeps strangers cheap: nothing of a body is read before the request is let in, and nothing is read or
written in a store before it is allowed.
"""

from __future__ import annotations

from typing import Any, Dict, Generator, Tuple

from velt_py.exceptions import VeltNotFoundError, VeltSDKError
from velt_py.selfhosting.answers import Result
from velt_py.selfhosting.operation import Step, Steps
from velt_py.settings import FileSettings
from velt_py.web.access import Access, Touched, resumed, touched_by
from velt_py.web.bodies import AT_ONCE, Chunks, check_length, check_plain, receive_json
from velt_py.web.messages import Disconnected, Refused, Request, Response
from velt_py.web.multipart import FORM_SLACK, Form, receive_form
from velt_py.web.routes import HEALTH, LIVE, Route, find_route
from velt_py.web.serving import answer_file
from velt_py.web.site import Event, Site
from velt_py.web.steps import Ask, Do, Finish, Flow, Ping, WebStep, Work

__all__ = ["answering", "authenticated", "check_origin", "enveloped", "not_configured"]

JSON = ("Content-Type", "application/json; charset=utf-8")
NO_STORE = ("Cache-Control", "no-store")
NO_SNIFF = ("X-Content-Type-Options", "nosniff")
DEFAULT_MAX_FILE = FileSettings("folder").max_bytes


def answering(site: Site, request: Request, event: Event) -> Flow:
    """The answer to a request; every failure is one in the envelope."""
    try:
        response = yield from routed(site, request, event)
    except Disconnected:
        raise
    except VeltSDKError as error:
        response = refusal(error, event)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is logged and the browser gets an envelope
        event.failed("velt.request.failed", error)
        response = broken(event)
    response.headers.extend(site.origins.answer_headers(request))
    if request.method == "HEAD":
        response.headers.append(("Content-Length", str(response.size)))
        response.body, response.length = b"", 0
    elif response.status not in (204, 304):
        response.headers.append(("Content-Length", str(response.size)))
    return response


def routed(site: Site, request: Request, event: Event) -> Flow:
    endpoint = site.endpoints.get(request.path)
    route = endpoint or find_route(request.path)
    if route is None:
        raise Refused(404, "NOT_FOUND", "there is no such route")
    event.routed(route)
    methods = (*route.methods, "OPTIONS")
    if request.method == "OPTIONS":
        allowed = [("Allow", ", ".join(methods)), NO_STORE]
        return Response(204, [*allowed, *site.origins.preflight_headers(request, methods)])
    if request.method not in route.methods:
        allow = [("Allow", ", ".join(methods))]
        raise Refused(405, "METHOD_NOT_ALLOWED", f"this route takes {' and '.join(route.methods)}", allow)
    if endpoint is not None:
        return (yield from endpoint.answer(request, event))
    assert isinstance(route, Route)
    if route is LIVE:
        return enveloped(Result(data={"alive": True}))
    if route is HEALTH:
        return (yield from health())
    if site.missing is not None:
        raise not_configured(site.missing)
    if request.method == "POST":
        return (yield from posted(site, request, route, event))
    principal = yield from authenticated(site, request, event)
    return (yield from answer_file(site, request, lambda access: authorized(site, principal, access, event)))


def not_configured(missing: str) -> Refused:
    """The refusal of everybody as long as a hook is missing."""
    return Refused(
        403,
        "NOT_CONFIGURED",
        f"nobody is let in before the server has an `{missing}` function: give it to the handler",
    )


def check_origin(site: Site, request: Request) -> None:
    """Refuse what a page of an unknown origin sent."""
    if site.origins.foreign(request):
        raise Refused(
            403, "FORBIDDEN", "pages of this origin may not post here; the server has to list it in `origins`"
        )


def health() -> Flow:
    answers = yield Ping()
    if answers:
        return enveloped(Result(data={"alive": True, "database": True}))
    raise Refused(503, "DATABASE_ERROR", "the database does not answer")


# The hooks


def authenticated(site: Site, request: Request, event: Event) -> Generator[WebStep, Any, Any]:
    """Who is asking."""
    assert site.authenticate is not None
    try:
        principal = yield Ask("authenticate", site.authenticate, (request,))
    except Refused:
        raise  # the hook says itself how it refuses
    except Exception as error:  # noqa: BLE001 - a hook that fails lets nobody in
        event.failed("velt.authenticate.failed", error)
        raise Refused(
            500, "INTERNAL_ERROR", "who is asking could not be found out", (), event.correlation
        ) from None
    if principal is None or principal is False:
        challenge = [("WWW-Authenticate", "Bearer")]
        raise Refused(401, "UNAUTHENTICATED", "sign in first: the request names nobody known", challenge)
    return principal


def authorized(site: Site, principal: Any, access: Access, event: Event) -> Generator[WebStep, Any, None]:
    """Return when the principal may do this."""
    assert site.authorize is not None
    try:
        allowed = yield Ask("authorize", site.authorize, (principal, access))
    except Exception as error:  # noqa: BLE001 - a hook that fails allows nothing
        event.failed("velt.authorize.failed", error)
        raise Refused(
            500, "INTERNAL_ERROR", "whether this is allowed could not be found out", (), event.correlation
        ) from None
    # A truthy answer that is not True is a mistake in the hook more often than a yes.
    if allowed is not True:
        raise Refused(403, "FORBIDDEN", f"{access.operation}: this is not allowed")


# Operations


def posted(site: Site, request: Request, route: Route, event: Event) -> Flow:
    """The answer to a posted operation."""
    check_origin(site, request)
    kind, parameters = request.content_type()
    form = Form() if route.upload is not None and kind == "multipart/form-data" else None
    if form is None and (
        kind != "application/json" or parameters.get("charset", "utf-8").lower() not in UTF8
    ):
        also = " or multipart/form-data" if route.upload else ""
        raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", f"this route takes application/json in UTF-8{also}")
    check_plain(request)
    max_file = site.settings.files.max_bytes if site.settings.files else DEFAULT_MAX_FILE
    limit = max_file + FORM_SLACK if form is not None else site.settings.limits.max_body_bytes
    check_length(request, limit)
    principal = yield from authenticated(site, request, event)
    chunks = Chunks(limit)
    try:
        if form is None:
            body = yield from receive_json(chunks)
            body.pop("upload", None)
            target = (route.service, route.call)
        else:
            yield from receive_form(form, parameters.get("boundary", ""), chunks, max_file)
            body = form.body()
            target = target_of_form(route, body)
        result = yield from operated(site, principal, target, body, chunks.size, event)
    finally:
        event.received = chunks.size
        if form is not None:
            form.close()
    return enveloped(result)


UTF8 = ("utf-8", "utf8")


def target_of_form(route: Route, body: Dict[str, Any]) -> Tuple[str, str]:
    """Which operation a form is: an upload when it carries an attachment or a file."""
    if route.upload is not None and ("attachment" in body or "upload" in body):
        return route.upload
    return route.service, route.call


def operated(
    site: Site, principal: Any, target: Tuple[str, str], body: Dict[str, Any], size: int, event: Event
) -> Generator[WebStep, Any, Result]:
    """Plan an operation, ask whether it is allowed, and carry it out."""
    call = site.call(*target)
    event.route = call.name
    steps: Steps = call.steps(body)
    if size > AT_ONCE:
        first: Step = yield Work(lambda: next(steps))
    else:
        first = next(steps)
    try:
        touched = touched_by(call.name, first, body, site.settings)
        access = yield from located(call.runner, touched)
        yield from authorized(site, principal, access, event)
        try:
            result: Result = yield Finish(call.runner, resumed(first, steps))
        except VeltSDKError as error:
            result = Result(error=error)
    finally:
        steps.close()
    if isinstance(result.error, VeltNotFoundError) and call.name.endswith(".delete"):
        # The browser repeats a deletion whose answer got lost; for it, gone is what it wanted.
        return Result()
    return noted(result, event)


def located(runner: Any, touched: Touched) -> Generator[WebStep, Any, Access]:
    """The access with the documents in which the changed records are stored now."""
    if touched.stored is None:
        return touched.access
    records = yield Do(runner, touched.stored)
    return touched.with_stored(records)


# Answers


def noted(result: Result, event: Event) -> Result:
    """A failed result with a correlation id when it is the server's failure."""
    error = result.error
    if error is not None and error.statusCode >= 500:
        if error.correlation is None:
            error.correlation = event.correlation
            event.failed("velt.request.failed", error)
        else:
            event.correlation = error.correlation
    return result


def enveloped(result: Result) -> Response:
    status = result.error.statusCode if result.error is not None else 200
    return Response(status, [JSON, NO_STORE, NO_SNIFF], result.to_json())


def refusal(error: VeltSDKError, event: Event) -> Response:
    response = enveloped(noted(Result(error=error), event))
    response.headers.extend(getattr(error, "headers", ()))
    return response


def broken(event: Event) -> Response:
    error = VeltSDKError(
        f"the server failed (correlation {event.correlation})", correlation=event.correlation
    )
    return enveloped(Result(error=error))
