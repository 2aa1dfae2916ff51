"""The router in an application of FastAPI: its dependencies, its OpenAPI document, its lifespan."""

from __future__ import annotations

import contextlib
import json
import warnings
from typing import Any, Dict, Iterator, List

import pytest
from fastapi import Depends, FastAPI, Header, HTTPException, Response, Security
from fastapi.security import HTTPBearer

from tests.webserver import Client, form, uvicorn_server
from velt_py import AsyncVeltSDK
from velt_py.contrib.fastapi import velt_asgi_app, velt_lifespan, velt_router
from velt_py.web.access import Access
from velt_py.web.messages import Request
from velt_py.web.permissions import PermissionRoute
from velt_py.web.routes import OPERATIONS
from velt_py.web.tokens import Grant, TokenRoute

READ = {"organizationId": "acme"}


def current_user(x_user: str = Header(default="")) -> str:
    if not x_user:
        raise HTTPException(401, "who are you?", headers={"WWW-Authenticate": "Cookie"})
    return x_user


def members(user: str = Depends(current_user)) -> Any:
    def allowed(access: Access) -> bool:
        return access.organizationId == "acme" and user == "ana"

    return allowed


@pytest.fixture
def sdk(config: Dict[str, Any]) -> AsyncVeltSDK:
    return AsyncVeltSDK.initialize({**config, "apiKey": "key", "authToken": "auth-token"})


@contextlib.contextmanager
def serving(router: Any, overrides: Any = (), **more: Any) -> Iterator[Client]:
    app = FastAPI(**more)
    app.include_router(router)
    app.dependency_overrides.update(dict(overrides))
    with uvicorn_server(app) as port:
        yield Client(port)


def refused(answer: Any, status: int, code: str) -> None:
    found = (answer.status, answer.json["statusCode"], answer.json["success"], answer.json["errorCode"])
    assert found == (status, status, False, code), answer.body
    assert "detail" not in answer.json


def test_who_asks_and_what_they_may_is_the_business_of_one_dependency(sdk: AsyncVeltSDK) -> None:
    with serving(velt_router(sdk, authorize=Depends(members), close_sdk=True)) as client:
        assert client.post("/velt/comments/get", READ, {"X-User": "ana"}).status == 200
        refused(client.post("/velt/comments/get", READ, {"X-User": "ben"}), 403, "FORBIDDEN")
        stranger = client.post("/velt/comments/get", READ)
        refused(stranger, 401, "UNAUTHENTICATED")
        assert (stranger.json["error"], stranger.headers["www-authenticate"]) == ("who are you?", "Cookie")


def test_dependencies_can_be_overridden(sdk: AsyncVeltSDK) -> None:
    router = velt_router(sdk, authorize=Depends(members), close_sdk=True)
    with serving(router, {current_user: lambda: "ana"}) as client:
        assert client.post("/velt/comments/get", READ).status == 200


async def rule_to_await(user: str = Depends(current_user)) -> Any:
    async def allowed(access: Access) -> bool:
        return user == "ana"

    return allowed


def test_a_dependency_and_its_function_may_be_awaited(sdk: AsyncVeltSDK) -> None:
    with serving(velt_router(sdk, authorize=Depends(rule_to_await), close_sdk=True)) as client:
        assert client.post("/velt/comments/get", READ, {"X-User": "ana"}).status == 200
        assert client.post("/velt/comments/get", READ, {"X-User": "ben"}).status == 403


def test_plain_functions_get_the_request_of_starlette(sdk: AsyncVeltSDK) -> None:
    async def authenticate(request: Request) -> Any:
        return request.native.cookies.get("session")

    def authorize(principal: str, access: Access) -> bool:
        return principal == "ana"

    with serving(velt_router(sdk, authenticate=authenticate, authorize=authorize, close_sdk=True)) as client:
        assert client.post("/velt/comments/get", READ, {"Cookie": "session=ana"}).status == 200
        assert client.post("/velt/comments/get", READ).status == 401


def raising(error: Exception) -> Any:
    def dependency() -> Any:
        raise error

    return dependency


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (HTTPException(403, {"secret": "a"}), 403, "FORBIDDEN"),
        (HTTPException(429, "slower", headers={"Retry-After": "3"}), 429, "TOO_MANY_REQUESTS"),
        (HTTPException(303, headers={"Location": "/login"}), 401, "UNAUTHENTICATED"),
        (HTTPException(402, "pay first"), 402, "REFUSED"),
        (KeyError("ana@acme.example"), 500, "INTERNAL_ERROR"),
    ],
)
def test_a_dependency_that_raises_refuses_in_the_envelope(
    sdk: AsyncVeltSDK, error: Exception, status: int, code: str
) -> None:
    for given in ({"authenticate": Depends(raising(error))}, {"dependencies": [Depends(raising(error))]}):
        router = velt_router(
            sdk, **{"authenticate": Depends(current_user), "authorize": Depends(members), **given}
        )
        with serving(router) as client:
            answer = client.post("/velt/comments/get", READ, {"X-User": "ana"})
            refused(answer, status, code)
            assert "ana@acme" not in answer.body.decode()
            assert answer.headers.get("retry-after") == ("3" if status == 429 else None)


def test_what_a_dependency_needs_and_the_request_lacks_is_named_in_the_envelope(sdk: AsyncVeltSDK) -> None:
    def tenant(x_tenant: int = Header()) -> int:
        return x_tenant

    with serving(velt_router(sdk, authorize=Depends(members), dependencies=[Depends(tenant)])) as client:
        for headers in ({}, {"X-Tenant": "a secret"}):
            answer = client.post("/velt/comments/get", READ, {"X-User": "ana", **headers})
            refused(answer, 400, "INVALID_INPUT")
            assert "header.x-tenant" in answer.json["error"]
            assert "secret" not in answer.body.decode()
        assert client.post("/velt/comments/get", READ, {"X-User": "ana", "X-Tenant": "7"}).status == 200


@pytest.mark.parametrize("value", [None, "ana", True])
def test_a_dependency_that_returns_no_function_allows_nothing(sdk: AsyncVeltSDK, value: Any) -> None:
    with serving(velt_router(sdk, authorize=Depends(lambda: value), close_sdk=True)) as client:
        assert client.post("/velt/comments/get", READ).status == (401 if value is None else 500)


def test_what_dependencies_set_and_clean_up_is_kept(sdk: AsyncVeltSDK) -> None:
    seen: List[str] = []

    def session(response: Response) -> Iterator[None]:
        response.set_cookie("seen", "1")
        yield
        seen.append("closed")

    with serving(velt_router(sdk, authorize=Depends(members), dependencies=[Depends(session)])) as client:
        answer = client.post("/velt/comments/get", READ, {"X-User": "ana"})
    assert answer.headers["set-cookie"].startswith("seen=1")
    assert seen == ["closed"]


def test_a_field_that_nobody_knows_yet_is_no_error(sdk: AsyncVeltSDK) -> None:
    body = {
        "commentAnnotation": {"t": {"annotationId": "t", "brandNew": [1]}},
        "metadata": {"organizationId": "acme", "alsoNew": {}},
        "new": True,
    }
    with serving(velt_router(sdk, authorize=Depends(members), close_sdk=True)) as client:
        assert client.post("/velt/comments/save", body, {"X-User": "ana"}).status == 200
        stored = client.post("/velt/comments/get", READ, {"X-User": "ana"}).json["data"]["t"]
    assert stored["brandNew"] == [1]


def test_an_upload_is_read_as_it_comes_and_refused_at_its_limit(config: Dict[str, Any]) -> None:
    config["files"]["max_bytes"] = 1_000_000
    request = {"attachment": {"attachmentId": 1}, "metadata": {"organizationId": "acme"}}
    kind, body = form([("file", "a.png", b"x" * 20_000_000), ("request", None, json.dumps(request).encode())])
    sent = 0

    def pieces() -> Iterator[bytes]:
        nonlocal sent
        for at in range(0, len(body), 100_000):
            sent += 1
            yield b"%x\r\n" % len(body[at : at + 100_000]) + body[at : at + 100_000] + b"\r\n"
        yield b"0\r\n\r\n"

    router = velt_router(AsyncVeltSDK.initialize(config), authorize=Depends(members), close_sdk=True)
    with serving(router) as client:
        headers = {"Content-Type": kind, "Transfer-Encoding": "chunked", "X-User": "ana"}
        with contextlib.suppress(ConnectionError):
            answer = client.request("POST", "/velt/attachments/save", pieces(), headers)
            assert answer.status == 413
        assert client.request("GET", "/velt/healthz").status == 200


# Features


def granted(principal: str) -> Grant:
    return Grant(principal, [{"type": "organization", "id": "acme"}])


def test_the_token_route_asks_the_dependency_and_the_provider_does_not(sdk: AsyncVeltSDK) -> None:
    provider = PermissionRoute(lambda user, resource: "viewer", auth_tokens="secret")
    router = velt_router(
        sdk,
        authenticate=Depends(current_user),
        authorize=Depends(members),
        features=[TokenRoute(granted), provider],
    )
    asked = {
        "data": {
            "requests": [{"userId": "u", "resource": {"id": "d", "type": "document", "organizationId": "o"}}]
        }
    }
    with serving(router) as client:
        refused(client.request("GET", "/velt/token"), 401, "UNAUTHENTICATED")
        answer = client.post("/velt/permissions", asked, {"Authorization": "Bearer secret"})
        assert answer.json["data"][0]["hasAccess"] is True


# OpenAPI


def described(router: Any) -> Dict[str, Any]:
    app = FastAPI()
    app.include_router(router, prefix="/api")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return app.openapi()


def test_every_operation_is_in_the_openapi_document_once(sdk: AsyncVeltSDK) -> None:
    features = [TokenRoute(granted), PermissionRoute(lambda user, resource: None, auth_tokens="secret")]
    found = described(
        velt_router(
            sdk,
            authenticate=Depends(current_user),
            authorize=Depends(members),
            tags=["collaboration"],
            features=features,
        )
    )
    paths = {path[len("/api/velt") :]: entry for path, entry in found["paths"].items()}
    assert set(paths) == {*OPERATIONS, "/files/{velt_file}", "/token", "/permissions"}
    operations = [entry for path in paths.values() for entry in path.values()]
    assert {tag for entry in operations for tag in entry["tags"]} == {"collaboration"}
    ids = [entry["operationId"] for entry in operations]
    assert len(ids) == len(set(ids))
    save = paths["/comments/save"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert save["properties"]["metadata"]["required"] == ["organizationId"]
    assert save["additionalProperties"] is True
    assert "multipart/form-data" in paths["/attachments/save"]["post"]["requestBody"]["content"]
    assert "422" not in json.dumps([entry["responses"] for entry in operations if "parameters" not in entry])


def test_a_scheme_of_the_application_is_in_the_document_of_what_it_guards(sdk: AsyncVeltSDK) -> None:
    bearer = HTTPBearer()

    def signed(credentials: Any = Security(bearer)) -> Any:  # noqa: B008 - that is how FastAPI has it
        return lambda access: True

    found = described(velt_router(sdk, authorize=Depends(signed)))
    assert found["paths"]["/api/velt/comments/get"]["post"]["security"] == [{"HTTPBearer": []}]


# Lifespan


@pytest.mark.parametrize("way", ["router", "lifespan", "left open"])
def test_the_sdk_is_closed_at_the_end_where_that_is_wanted(
    sdk: AsyncVeltSDK, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: List[str] = []
    close = sdk.close

    async def closing() -> None:
        closed.append("closed")
        await close()

    monkeypatch.setattr(sdk, "close", closing)
    more = {"lifespan": velt_lifespan(sdk)} if way == "lifespan" else {}
    with serving(velt_router(sdk, authorize=Depends(members), close_sdk=way == "router"), **more) as client:
        assert client.post("/velt/comments/get", READ, {"X-User": "ana"}).status == 200
    assert closed == ([] if way == "left open" else ["closed"])


def test_the_mounted_application_has_no_part_in_the_openapi_document(sdk: AsyncVeltSDK) -> None:
    app = FastAPI()
    app.mount("/velt", velt_asgi_app(sdk))
    assert app.openapi()["paths"] == {}
