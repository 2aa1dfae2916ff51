"""Routes that features bring, beside those of the resolvers."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterable

import pytest

from tests.webserver import velt_server
from velt_py import VeltConfigurationError, VeltSDK, VeltValidationError
from velt_py.web.features import Endpoint
from velt_py.web.handler import Handler
from velt_py.web.messages import Request, Response
from velt_py.web.site import Event, Site
from velt_py.web.steps import Ask, Flow


class Greeting:
    """A feature with one route; it asks nobody who is there."""

    def __init__(self, path: str = "/greeting") -> None:
        self.path = path

    def endpoints(self, site: Site) -> Iterable[Endpoint]:
        def answer(request: Request, event: Event) -> Flow:
            name = request.parameters().get("name")
            if not name:
                raise VeltValidationError("name: whom to greet", field="name")
            greeting = yield Ask("greeting", lambda: f"hello {name}", ())
            return Response(200, [], json.dumps({"greeting": greeting, "awaits": site.awaits}).encode())

        return [Endpoint(self.path, "greeting", ("GET", "HEAD"), answer)]


def test_a_route_of_a_feature_is_served_beside_the_others(kind: str, config: Dict[str, Any]) -> None:
    with velt_server(kind, config, features=[Greeting()], origins=["https://app.example"]) as client:
        answer = client.request("GET", "/greeting?name=ana", headers={"Origin": "https://app.example"})
        assert answer.json == {"greeting": "hello ana", "awaits": kind.endswith("asgi")}
        assert answer.headers["access-control-allow-origin"] == "https://app.example"
        assert client.request("HEAD", "/greeting?name=ana").body == b""
        assert client.request("OPTIONS", "/greeting").headers["allow"] == "GET, HEAD, OPTIONS"
        refused = client.request("GET", "/greeting")
        assert (refused.status, refused.json["errorCode"]) == (400, "INVALID_INPUT")
        assert client.post("/greeting", {}).status == 405
        assert client.request("GET", "/healthz").status == 200


@pytest.mark.parametrize("path", ["/comments/get", "/healthz", "/files/1", "greeting", "/greeting"])
def test_a_path_is_given_to_one_route_only(config: Dict[str, Any], path: str) -> None:
    with VeltSDK.initialize(config) as sdk, pytest.raises(VeltConfigurationError, match="features: /?\\w"):
        Handler(sdk, features=[Greeting(), Greeting(path)])
