"""The guides to FastAPI, Flask, tokens and permissions: their samples run, and are as short as they say."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from typing import Any, Dict, List

import pytest
from flask import Flask

from tests.webserver import Client, uvicorn_server
from velt_py.exceptions import VeltDependencyError
from velt_py.web.messages import Request
from velt_py.web.permissions import Question, Resource
from velt_py.web.wsgi import wsgi_app

DOCS = Path(__file__).resolve().parents[2] / "docs"
READ = {"organizationId": "acme"}


def samples(page: str) -> List[str]:
    return re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)


def run(page: str, folder: Path, monkeypatch: pytest.MonkeyPatch, without: str = "\0") -> Dict[str, Any]:
    """The names that the samples of a page define, run one after the other but for those that hold a word."""
    monkeypatch.chdir(folder)
    names: Dict[str, Any] = {"__name__": "guide"}
    for sample in samples(page):
        if without not in sample:
            exec(sample, names)  # noqa: S102 - a page of ours
    return names


def lines_of(sample: str) -> int:
    """The lines that somebody has to write, imports too."""
    return len([line for line in sample.splitlines() if line.strip() and not line.strip().startswith("#")])


@pytest.mark.parametrize("page", ["fastapi.md", "flask.md"])
def test_the_routes_take_at_most_ten_lines(page: str) -> None:
    assert 0 < lines_of(samples(page)[1]) <= 10


@pytest.mark.parametrize("name", ["fastapi", "flask"])
def test_a_missing_framework_is_told_with_its_install_line(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, f"velt_py.contrib.{name}", raising=False)
    with pytest.raises(VeltDependencyError, match=rf'pip install "velt-py\[{name}\]"'):
        importlib.import_module(f"velt_py.contrib.{name}")


def test_the_guide_to_fastapi_serves_the_routes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run("fastapi.md", tmp_path, monkeypatch)["app"]
    with uvicorn_server(app) as port:
        client = Client(port)
        assert client.post("/velt/comments/get", READ, {"X-User": "ana"}).status == 200
        assert client.post("/velt/comments/get", {"organizationId": "rival"}, {"X-User": "ana"}).status == 403
        assert client.post("/velt/comments/get", READ, {"X-User": "eve"}).status == 401
        assert client.post("/elsewhere/comments/get", READ).status == 200


def test_the_guide_to_flask_serves_the_routes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = run("flask.md", tmp_path, monkeypatch, without="flask_wtf")
    app: Flask = names["app"]
    client = app.test_client()
    assert client.post("/velt/comments/get", json=READ).status_code == 401
    client.post("/login/ana")
    assert client.post("/velt/comments/get", json=READ).status_code == 200
    assert client.post("/velt/comments/get", json={"organizationId": "rival"}).status_code == 403
    assert client.post("/api/velt/comments/get", json=READ).status_code == 200
    with app.app_context():
        names["velt"].sdk.close()


def test_the_guide_to_flask_exempts_the_routes_from_flask_wtf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = run("flask.md", tmp_path, monkeypatch)
    app: Flask = names["app"]
    client = app.test_client()
    assert client.post("/login/ana").status_code == 400  # the token is missing
    assert client.post("/velt/comments/get", json=READ).status_code == 401
    with app.app_context():
        names["velt"].sdk.close()


def test_the_guide_to_tokens_and_permissions_makes_features(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = run("permissions.md", tmp_path, monkeypatch)
    assert names["grant"]("ana").userProperties == {"name": "Ana"}
    assert names["can"](*Question("ana", Resource("document", "plan", "acme"))) == "editor"
    from velt_py import VeltSDK

    def nobody(request: Request) -> None:
        return None

    with VeltSDK.initialize({"apiKey": "key", "authToken": "token"}) as sdk:
        app = wsgi_app(sdk, authenticate=nobody, features=names["features"])
    assert set(app.handler.site.endpoints) == {"/token", "/permissions"}
