"""Services of the REST half made by hand, as velt-py allows: `OrganizationService(api_key, auth_token)`."""

from __future__ import annotations

import importlib
import json
import socket
from pathlib import Path
from typing import Any, Dict, List

import pytest

from tests.compat import published
from tests.loopback import Loopback, reply
from velt_py.services.api import BaseApiService, OrganizationService, WorkspaceService

ANSWER = {"result": {"status": "success", "data": [None, "ü"]}}
BY_HAND = """
from velt_py.models.organization import GetOrganizationsRequest
from velt_py.models.workspace import GetApiKeysRequest, GetWorkspaceRequest
from velt_py.services.api import BaseApiService, OrganizationService, WorkspaceService

answer = []
before, BaseApiService.VELT_API_BASE_URL = BaseApiService.VELT_API_BASE_URL, given["url"]
try:
    for args, kwargs in given["made"]:
        service = OrganizationService(*args, **kwargs)
        answer.append(service.getOrganizations(GetOrganizationsRequest(organizationIds=["o"])))
        service = WorkspaceService(*args, **kwargs)
        answer.append(service.getApiKeys(GetApiKeysRequest()))
        answer.append(service.getWorkspace(GetWorkspaceRequest()))
finally:
    BaseApiService.VELT_API_BASE_URL = before
"""
MADE: List[Any] = [
    [["key-1", "token-1"], {}],
    [["key-1", "token-1", "workspace-1", "workspace-token-1"], {}],
    [[], {"auth_token": "token-1", "api_key": "key-1", "workspace_auth_token": "workspace-token-1"}],
    [[], {}],
]


def sent(server: Loopback) -> List[Any]:
    return [
        [
            request.method,
            request.target,
            json.loads(request.body),
            {name: value for name, value in request.headers.items() if name.startswith("x-velt")},
        ]
        for request in server.requests
    ]


def test_a_service_made_by_hand_sends_what_that_of_velt_py_sends(published_python: Path) -> None:
    with Loopback(lambda _: reply(200, ANSWER)) as server:
        given = {"url": server.url, "made": MADE}
        theirs = published.run(published_python, BY_HAND, given)
        expected, server.requests = sent(server), []
        scope: Dict[str, Any] = {"given": given}
        exec(compile(BY_HAND, "ours", "exec"), scope)  # noqa: S102 - the script above
        assert scope["answer"] == theirs == [ANSWER] * 12
        assert sent(server) == expected


SERVICES = """
import importlib, inspect, pkgutil
import velt_py.services.api as api

answer = []
for each in pkgutil.iter_modules(api.__path__):
    module = importlib.import_module(f"velt_py.services.api.{each.name}")
    for name, value in vars(module).items():
        if inspect.isclass(value) and value.__module__ == module.__name__:
            answer.append([module.__name__, name, list(inspect.signature(value).parameters)])
"""


def test_every_service_can_be_made_by_hand_with_the_published_parameters(published_python: Path) -> None:
    theirs = published.run(published_python, SERVICES)
    assert len(theirs) >= 21
    for module, name, parameters in theirs:
        made = getattr(importlib.import_module(module), name)
        service = made(**dict.fromkeys(parameters, "x"))
        assert isinstance(service, made)
        assert isinstance(made(*["x"] * len(parameters)), made)
        service.close()


def test_a_service_made_by_hand_calls_where_the_environment_says_and_closes_its_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Loopback(lambda _: reply(200, ANSWER)) as server:
        monkeypatch.setenv("VELT_API_BASE_URL", server.url)
        service = OrganizationService("key-1", "token-1")
        answers = [service.getOrganizations(organizationIds=["o"]) for _ in range(3)]
        assert answers == [ANSWER] * 3
        assert server.connections == 1
        service.close()
        assert service.getOrganizations(organizationIds=["o"]) == ANSWER
        assert server.connections == 2
        service.close()
    assert "token-1" not in f"{service!r} {vars(service)!r}"


def test_making_a_service_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> Any:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    for made in (BaseApiService, OrganizationService, WorkspaceService):
        assert repr(made("key-1", "token-1")) == f"<{made.__name__}>"
