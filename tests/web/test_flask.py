"""The routes in an application of Flask: app factories, blueprints, and what runs before a view."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, Optional

import flask
import pytest
from flask_wtf.csrf import CSRFProtect

from tests.webserver import form
from velt_py import VeltConfigurationError, VeltSDK
from velt_py.contrib.flask import Velt, velt_blueprint
from velt_py.web.access import Access
from velt_py.web.messages import Request

READ = {"organizationId": "acme"}
ANA = {"X-User": "ana"}


def authenticate(request: Request) -> Optional[str]:
    return request.headers.get("x-user")


def authorize(principal: str, access: Access) -> bool:
    return access.organizationId == "acme"


HOOKS: Dict[str, Any] = {"authenticate": authenticate, "authorize": authorize}


@pytest.fixture
def sdk(config: Dict[str, Any]) -> Iterator[VeltSDK]:
    with VeltSDK.initialize(config) as sdk:
        yield sdk


def save(client: Any, id: str, path: str = "/velt") -> Any:
    body = {"commentAnnotation": {id: {"annotationId": id}}, "metadata": {"organizationId": "acme"}}
    return client.post(f"{path}/comments/save", json=body, headers=ANA)


def stored(client: Any, path: str = "/velt") -> Any:
    return client.post(f"{path}/comments/get", json=READ, headers=ANA).json["data"]


def test_an_extension_serves_every_application_of_a_factory_with_its_own_store(
    config: Dict[str, Any], tmp_path: Any
) -> None:
    velt = Velt(**HOOKS)

    def create_app(name: str) -> flask.Flask:
        app = flask.Flask(name)
        app.config["VELT"] = {**config, "database": {"type": "sqlite", "path": str(tmp_path / f"{name}.db")}}
        velt.init_app(app)
        return app

    one, other = create_app("one"), create_app("other")
    assert save(one.test_client(), "t").status_code == 200
    assert set(stored(one.test_client())) == {"t"}
    assert stored(other.test_client()) == {}
    sdks = []
    for app in (one, other):
        with app.app_context():
            assert velt.sdk is app.extensions["velt"].sdk
            sdks.append(velt.sdk)
            velt.sdk.close()
    assert sdks[0] is not sdks[1]


def test_an_extension_without_configuration_is_refused(config: Dict[str, Any]) -> None:
    app = flask.Flask("empty")
    with pytest.raises(VeltConfigurationError, match="VELT"):
        Velt(app)
    with app.app_context(), pytest.raises(VeltConfigurationError, match="init_app"):
        _ = Velt().sdk


def test_a_blueprint_may_lie_in_another_one(sdk: VeltSDK) -> None:
    app = flask.Flask("nested")
    outer = flask.Blueprint("api", "nested", url_prefix="/api")
    outer.register_blueprint(velt_blueprint(sdk, url_prefix="/collaboration", **HOOKS))
    app.register_blueprint(outer)
    assert save(app.test_client(), "t", "/api/collaboration").status_code == 200
    assert set(stored(app.test_client(), "/api/collaboration")) == {"t"}


def test_hooks_are_called_in_the_context_of_the_request(sdk: VeltSDK) -> None:
    app = flask.Flask("sessions")
    app.secret_key = "for tests only"

    @app.post("/login")
    def login() -> str:
        flask.session["user"] = "ana"
        return ""

    def of_session(request: Request) -> Optional[str]:
        assert request.native.path == flask.request.path
        return flask.session.get("user")

    app.register_blueprint(velt_blueprint(sdk, authenticate=of_session, authorize=authorize))
    client = app.test_client()
    assert client.post("/velt/comments/get", json=READ).status_code == 401
    client.post("/login")
    assert client.post("/velt/comments/get", json=READ).status_code == 200


def test_protection_against_forged_requests_is_turned_off_by_one_line(sdk: VeltSDK) -> None:
    app = flask.Flask("csrf")
    app.secret_key = "for tests only"
    csrf = CSRFProtect(app)
    blueprint = velt_blueprint(sdk, **HOOKS)
    app.register_blueprint(blueprint)
    assert save(app.test_client(), "t").status_code == 400
    csrf.exempt(blueprint)
    assert save(app.test_client(), "t").status_code == 200
    assert upload(app.test_client()).status_code == 200


def test_the_exemption_of_the_guide_holds_for_the_extension_and_in_another_blueprint(
    config: Dict[str, Any], sdk: VeltSDK
) -> None:
    app = flask.Flask("csrf")
    app.secret_key = "for tests only"
    csrf = CSRFProtect(app)
    app.config["VELT"] = config
    Velt(app, **HOOKS)
    outer = flask.Blueprint("api", "nested", url_prefix="/api")
    outer.register_blueprint(velt_blueprint(sdk, **HOOKS))
    app.register_blueprint(outer)

    @app.post("/form")
    def form_of_the_application() -> str:
        return ""

    csrf.exempt(app.blueprints["velt"])
    assert save(app.test_client(), "t").status_code == 200
    assert save(app.test_client(), "t", "/api/velt").status_code == 400
    csrf.exempt(app.blueprints["api.velt"])
    assert save(app.test_client(), "t", "/api/velt").status_code == 200
    assert app.test_client().post("/form").status_code == 400


def test_the_routes_stand_beside_async_views_and_what_is_awaited_before_them(sdk: VeltSDK) -> None:
    app = flask.Flask("async")
    seen = []

    @app.before_request
    async def before() -> None:
        seen.append(flask.request.path)

    @app.get("/page")
    async def page() -> str:
        return "a page"

    app.register_blueprint(velt_blueprint(sdk, **HOOKS))
    assert save(app.test_client(), "t").status_code == 200
    assert app.test_client().get("/page").data == b"a page"
    assert seen == ["/velt/comments/save", "/page"]


@pytest.mark.parametrize("hook", ["authenticate", "authorize"])
def test_a_function_to_await_is_refused_at_the_start(sdk: VeltSDK, hook: str) -> None:
    async def awaited(*given: Any) -> bool:
        return True

    with pytest.raises(VeltConfigurationError, match=hook):
        velt_blueprint(sdk, **{**HOOKS, hook: awaited})


def upload(client: Any) -> Any:
    request = {"attachment": {"attachmentId": 1}, "metadata": {"organizationId": "acme"}}
    kind, body = form([("file", "a.png", b"abc"), ("request", None, json.dumps(request).encode())])
    return client.post("/velt/attachments/save", data=body, content_type=kind, headers=ANA)


def test_json_that_was_read_before_the_view_is_there_still(sdk: VeltSDK) -> None:
    app = flask.Flask("before")
    seen: Dict[str, Any] = {}

    @app.before_request
    def look() -> None:
        seen["body"] = flask.request.get_json(silent=True)

    app.register_blueprint(velt_blueprint(sdk, **HOOKS))
    assert save(app.test_client(), "t").status_code == 200
    assert "commentAnnotation" in seen["body"]
    refused = app.test_client().post("/velt/comments/get", json=READ)
    assert (refused.status_code, refused.json["errorCode"]) == (401, "UNAUTHENTICATED")


def test_a_form_that_was_read_before_the_view_is_refused_in_the_envelope(sdk: VeltSDK) -> None:
    app = flask.Flask("form")

    @app.before_request
    def look() -> None:
        assert flask.request.form is not None

    app.register_blueprint(velt_blueprint(sdk, **HOOKS))
    refused = upload(app.test_client())
    assert (refused.status_code, refused.json["errorCode"]) == (400, "INVALID_INPUT")


def test_the_limit_of_the_application_counts_too(sdk: VeltSDK) -> None:
    app = flask.Flask("limit")
    app.config["MAX_CONTENT_LENGTH"] = 100
    app.register_blueprint(velt_blueprint(sdk, **HOOKS))
    client = app.test_client()
    assert client.post("/velt/comments/get", json=READ, headers=ANA).status_code == 200
    for refused in (
        client.post("/velt/comments/get", json={**READ, "x": "y" * 200}, headers=ANA),
        upload(client),
    ):
        assert (refused.status_code, refused.json["errorCode"]) == (413, "TOO_LARGE")


def test_the_rest_of_the_application_answers_as_before(sdk: VeltSDK) -> None:
    app = flask.Flask("rest")
    app.register_blueprint(velt_blueprint(sdk, **HOOKS))
    assert app.test_client().get("/elsewhere").mimetype == "text/html"
    assert app.test_client().get("/velt/elsewhere").json["errorCode"] == "NOT_FOUND"
