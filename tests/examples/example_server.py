"""The examples as a person starts them: the commands of their READMEs, on a free port, with their data in a folder."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Iterator, List

import httpx

from tests import guides
from tests.servers import ROOT, answers, free_port, until

EXAMPLES = ROOT / "examples"
NAMES = ("django", "fastapi", "flask")
PASSWORD = "of the examples' tests"


@dataclass
class Example:
    """A running example."""

    name: str
    url: str
    _people: Dict[str, Person] = field(default_factory=dict)

    def browser_of(self, person: str) -> httpx.Client:
        """The browser of somebody who has just signed in."""
        client = httpx.Client(base_url=self.url, timeout=30, trust_env=False)
        if self.name == "django":
            client.get("/sign-in").raise_for_status()
            token = client.cookies["csrftoken"]
            form = {"username": person, "password": PASSWORD, "csrfmiddlewaretoken": token}
            assert client.post("/sign-in", data=form).status_code == 302
            client.get("/").raise_for_status()
            client.headers["X-CSRFToken"] = client.cookies["csrftoken"]
        else:
            credentials = {"username": person, "password": PASSWORD}
            assert client.post("/sign-in", json=credentials).status_code == 204
        return client

    def person(self, name: str) -> Person:
        """Somebody who signed in at the first call."""
        if name not in self._people:
            client = self.browser_of(name)
            about = client.get("/me").json()
            self._people[name] = Person(client, about["userId"], about["organizationId"])
        return self._people[name]

    def clear(self) -> None:
        """Delete everybody's threads and reactions."""
        for name in ("ana", "zoe"):
            person = self.person(name)
            for kind, key in (
                ("comments", "commentAnnotationId"),
                ("reactions", "reactionAnnotationId"),
            ):
                for id in person.found(kind):
                    person.data(f"/{kind}/delete", {key: id, "metadata": person.metadata})


@dataclass
class Person:
    """Somebody who is signed in, and posts what the Velt frontend would post."""

    client: httpx.Client
    id: str
    organization: str
    document: str = "spring-plan"

    @property
    def metadata(self) -> Dict[str, Any]:
        return {"organizationId": self.organization, "documentId": self.document}

    def post(self, path: str, body: Dict[str, Any]) -> httpx.Response:
        return self.client.post("/velt" + path, json=body)

    def data(self, path: str, body: Dict[str, Any]) -> Any:
        answer = self.post(path, body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["success"] is True
        return answer.json().get("data")

    def found(self, kind: str) -> Any:
        """What the document has of a kind, by id."""
        body = {"organizationId": self.organization, "documentIds": [self.document]}
        return self.data(f"/{kind}/get", body)

    def save(self, id: str, event: str, comment: Any = None, **fields: Any) -> None:
        comments = {str(comment["commentId"]): comment} if comment else {}
        thread = {"annotationId": id, "metadata": self.metadata, "comments": comments, **fields}
        body: Dict[str, Any] = {
            "commentAnnotation": {id: thread},
            "metadata": self.metadata,
            "event": event,
        }
        if comment:
            body["commentId"] = str(comment["commentId"])
        self.data("/comments/save", body)


def commands_of(name: str) -> List[List[str]]:
    """The commands of an example's README, without the one that installs."""
    [(_, sample)] = guides.samples_of(EXAMPLES / name / "README.md", "console")
    lines = [line for line, _ in guides.commands_of(sample)]
    assert lines[0].startswith("pip install"), lines
    return [shlex.split(line, comments=True) for line in lines[1:]]


@contextlib.contextmanager
def running(name: str, folder: Path) -> Iterator[Example]:
    """Start an example, give it, and end it with all of its processes."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    paths = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("DJANGO_", "FLASK_"))},
        "PYTHONPATH": paths,
        "EXAMPLE_DATA": str(folder / "data"),
        "EXAMPLE_PASSWORD": PASSWORD,
        "EXAMPLE_URL": url,
    }
    *preparing, serving = [
        [sys.executable if word == "python" else word.replace("8000", str(port)) for word in command]
        for command in commands_of(name)
    ]
    for command in preparing:
        done = subprocess.run(
            command, cwd=str(ROOT), env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
    log = folder / "log"
    with log.open("wb") as output:
        # A session of its own: Django's server has a second process, which has to end with it.
        server = subprocess.Popen(
            serving,
            cwd=str(ROOT),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        until(lambda: answers(url + "/sign-in"), server, log)
        yield Example(name, url)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(10)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()
