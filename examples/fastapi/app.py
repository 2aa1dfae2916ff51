"""A document page with comments: FastAPI, people and Velt's data in SQLite, a signed cookie for who is signed in."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from starlette.middleware.sessions import SessionMiddleware

from examples import people
from examples.people import DATA, URL, Person
from velt_py import AsyncVeltSDK  # velt
from velt_py.contrib.fastapi import velt_router  # velt

FRONTEND = Path(__file__).resolve().parent.parent / "frontend"
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)

app = FastAPI(title="Spring plan")
app.add_middleware(
    SessionMiddleware,
    secret_key=people.session_key(),
    same_site="lax",
    https_only=URL.startswith("https://"),
)
app.mount("/static", StaticFiles(directory=str(FRONTEND)))


def page(name: str) -> FileResponse:
    """A page that may use scripts and styles of our own, and none inline."""
    return FileResponse(str(FRONTEND / name), headers={"Content-Security-Policy": POLICY})


class Credentials(BaseModel):
    """What somebody types to sign in."""

    username: str
    password: str


def signed_in(request: Request) -> Person:
    """Who is signed in; 401 for a stranger."""
    person = people.find(request.session.get("person"))
    if person is None:
        raise HTTPException(401, "sign in first")
    return person


# velt: begin
def users(plan):
    return [person.public() for person in people.members(plan.scope.organization, plan.values)]


DATABASE = {"type": "sqlite", "path": str(DATA / "velt.db")}
FILES = {"type": "folder", "path": str(DATA / "files"), "base_url": f"{URL}/velt"}
sdk = AsyncVeltSDK.initialize({"database": DATABASE, "files": FILES, "users": {"source": users}})


def authorize(person, access):
    return person.organization == access.organizationId


app.include_router(velt_router(sdk, authenticate=Depends(signed_in), authorize=authorize, close_sdk=True))
# velt: end


@app.get("/", response_model=None)
def document(request: Request) -> Response:
    """The document, or the way to it."""
    if people.find(request.session.get("person")) is None:
        return RedirectResponse("/sign-in", 303)
    return page("document.html")


@app.get("/sign-in", response_model=None)
def sign_in_page() -> Response:
    return page("sign-in.html")


@app.post("/sign-in", status_code=204)
def sign_in(credentials: Credentials, request: Request) -> None:
    person = people.sign_in(credentials.username, credentials.password)
    if person is None:
        raise HTTPException(403, "this name and this password do not belong together")
    request.session.clear()
    request.session["person"] = person.id


@app.post("/sign-out", status_code=204)
def sign_out(request: Request) -> None:
    request.session.clear()


@app.get("/me")
def me(request: Request) -> Dict[str, Any]:
    """Who is signed in, for the page."""
    return signed_in(request).public()
