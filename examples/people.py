"""The people of the examples with FastAPI and Flask: a table in SQLite, passwords, and who belongs to what."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Optional

DATA = Path(os.environ.get("EXAMPLE_DATA", "example-data"))
"""The folder of the databases and the files."""
URL = os.environ.get("EXAMPLE_URL", "http://127.0.0.1:8000")
"""Where browsers reach the application."""

TABLE = """CREATE TABLE IF NOT EXISTS people (
    id TEXT PRIMARY KEY, name TEXT, email TEXT, organization TEXT, salt BLOB, password BLOB)"""
SOME = (
    ("ana", "Ana Ruiz", "ana@acme.example", "acme"),
    ("ben", "Ben Okafor", "ben@acme.example", "acme"),
    ("zoe", "Zoe Lindt", "zoe@globex.example", "globex"),
)


@dataclass(frozen=True)
class Person:
    """Somebody who may sign in."""

    id: str
    name: str
    email: str
    organization: str

    def public(self) -> Dict[str, Any]:
        """What a page may know."""
        return {
            "userId": self.id,
            "name": self.name,
            "email": self.email,
            "organizationId": self.organization,
        }


@contextlib.contextmanager
def database() -> Iterator[sqlite3.Connection]:
    DATA.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(str(DATA / "people.db"))
    try:
        with connection:
            connection.execute(TABLE)
            yield connection
    finally:
        connection.close()


def hashed(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)


def find(id: Any) -> Optional[Person]:
    """The person with this id, None when there is nobody."""
    with database() as connection:
        row = connection.execute(
            "SELECT id, name, email, organization FROM people WHERE id = ?", (str(id),)
        ).fetchone()
    return Person(*row) if row else None


def sign_in(username: str, password: str) -> Optional[Person]:
    """The person whom this name and this password belong to."""
    with database() as connection:
        row = connection.execute("SELECT salt, password FROM people WHERE id = ?", (username,)).fetchone()
    salt, expected = row or (b"nobody has this", b"")
    # Counted for unknown names as well: the time must not tell who exists.
    fits = hmac.compare_digest(hashed(password, salt), expected)
    return find(username) if fits else None


def members(organization: str, wanted: Iterable[str]) -> List[Person]:
    """Those of an organization's people who have one of these ids or e-mail addresses, in any case."""
    with database() as connection:
        rows = connection.execute(
            "SELECT id, name, email, organization FROM people WHERE organization = ?",
            (organization,),
        ).fetchall()
    keys = {key.lower() for key in wanted}
    return [person for person in (Person(*row) for row in rows) if keys & {person.id, person.email}]


def session_key() -> str:
    """The secret that signs the cookies, made once."""
    DATA.mkdir(parents=True, exist_ok=True)
    path = DATA / "session-key"
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(str(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text()


def add_some(password: str) -> None:
    """Add three people: Ana and Ben of acme, Zoe of globex."""
    with database() as connection:
        for person in SOME:
            salt = secrets.token_bytes(16)
            connection.execute(
                "INSERT OR REPLACE INTO people VALUES (?, ?, ?, ?, ?, ?)",
                (*person, salt, hashed(password, salt)),
            )


if __name__ == "__main__":
    chosen = os.environ.get("EXAMPLE_PASSWORD") or secrets.token_urlsafe(9)
    add_some(chosen)
    names = ", ".join(person[0] for person in SOME)
    sys.stdout.write(f"{names} may sign in with the password {chosen}\n")
