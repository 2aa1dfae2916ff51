"""A document page with comments: Flask, people and Velt's data in SQLite, Flask's session for who is signed in."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from flask import Flask, abort, redirect, request, session

from examples import people
from examples.people import DATA, URL, Person
from velt_py.contrib.flask import Velt  # velt

FRONTEND = Path(__file__).resolve().parent.parent / "frontend"
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)

app = Flask(__name__, static_folder=str(FRONTEND), static_url_path="/static")
app.config.update(
    SECRET_KEY=people.session_key(),
    SESSION_COOKIE_SAMESITE="Lax",
    SESSION_COOKIE_SECURE=URL.startswith("https://"),
)


def signed_in() -> Optional[Person]:
    """Who is signed in."""
    return people.find(session.get("person"))


# velt: begin
def users(plan):
    return [person.public() for person in people.members(plan.scope.organization, plan.values)]


DATABASE = {"type": "sqlite", "path": str(DATA / "velt.db")}
FILES = {"type": "folder", "path": str(DATA / "files"), "base_url": f"{URL}/velt"}
app.config["VELT"] = {"database": DATABASE, "files": FILES, "users": {"source": users}}


def authorize(person, access):
    return person.organization == access.organizationId


velt = Velt(app, authenticate=lambda request: signed_in(), authorize=authorize)
# velt: end


@app.after_request
def policy(response: Any) -> Any:
    """Only scripts and styles of our own; the routes of Velt have a policy for files already."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    return response


@app.get("/")
def document() -> Any:
    """The document, or the way to it."""
    if signed_in() is None:
        return redirect("/sign-in", 303)
    return app.send_static_file("document.html")


@app.get("/sign-in")
def sign_in_page() -> Any:
    return app.send_static_file("sign-in.html")


@app.post("/sign-in")
def sign_in() -> Any:
    given = request.get_json()
    if not isinstance(given, dict):
        abort(400)
    person = people.sign_in(str(given.get("username")), str(given.get("password")))
    if person is None:
        abort(403)
    session.clear()
    session["person"] = person.id
    return "", 204


@app.post("/sign-out")
def sign_out() -> Any:
    session.clear()
    return "", 204


@app.get("/me")
def me() -> Any:
    """Who is signed in, for the page."""
    person = signed_in()
    if person is None:
        abort(401)
    return person.public()
