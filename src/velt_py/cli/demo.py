"""`velt demo`, both halves: an emulator of Velt's REST API with calls to it; the resolver server on a SQLite file and a
folder, with a conversation posted to it and what each step changes in the store; then the consoles to look at both."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sqlite3
import sys
import threading
import time
from pathlib import Path
from typing import Any, Dict, Generator, Iterator, List, NamedTuple, Sequence, Tuple

from velt_py.cli.conversation import ORGANIZATION, Browser, Conversation
from velt_py.cli.demo_api import emulated, play_calls
from velt_py.cli.demo_lines import change_lines
from velt_py.cli.emulator import console_of
from velt_py.cli.serve import listening, require_uvicorn
from velt_py.console.feature import Console
from velt_py.exceptions import VeltConfigurationError
from velt_py.sdk import AsyncVeltSDK, VeltSDK
from velt_py.settings import COLLECTIONS
from velt_py.web.access import everybody, no_questions
from velt_py.web.asgi import asgi_app
from velt_py.web.frontend import frontend_block
from velt_py.web.multipart import require_multipart

__all__ = ["run_demo"]

CONSOLE = Console()
START_WITHIN = 20.0
"""Seconds."""
MARK = ".velt-demo"
"""A file in the folder of a demo: only what lies beside one may be removed."""

SERVING = "Serving until Ctrl-C. Everybody on this machine is let in. To look at both halves:"
ENDING = "It ends here. On a terminal and without ONCE=1 it goes on serving, to look at both halves:"


class Played(NamedTuple):
    """A step of the conversation.

    Args:
        title: what happened.
        records: those that it touched, as they are stored then: table, id and what the row holds.
        stored: how many records each table holds then.
    """

    title: str
    records: List[Tuple[str, str, Any]]
    stored: Dict[str, int]


def run_demo(folder: str, port: int, once: bool, as_json: bool) -> int:
    """Play the conversation.

    Args:
        folder: where the SQLite file and the attachments go; what an earlier run left there is removed, in a folder
            that is no demo's nothing is.
        port: the port on the loopback interface, 0 for a free one.
        once: end after the conversation instead of serving on.
        as_json: print one object at the end of the conversation instead of telling it.

    Returns:
        The exit code.

    Raises:
        VeltConfigurationError: the port is taken, or the folder is somebody else's.
        VeltDependencyError: a library to serve with is not installed.
    """
    require_uvicorn()
    require_multipart()
    # What an earlier run left is removed once the port is ours: a demo that still serves there keeps its file.
    with listening("127.0.0.1", port) as (listener, base_url):
        database, files = _fresh(Path(folder))
        config: Dict[str, Any] = {
            "database": {"type": "sqlite", "path": str(database)},
            "files": {"type": "folder", "path": str(files), "base_url": base_url},
        }
        with emulated() as emulator_url, _served(config, listener):
            steps = _play(config, base_url, database)
            if as_json:
                _say(json.dumps(_as_object(emulator_url, base_url, steps), ensure_ascii=False))
            else:
                _tell_calls(emulator_url)
                _tell_conversation(base_url, database, files, steps)
                _tell_addresses(emulator_url, base_url, once)
            if not once:
                with contextlib.suppress(KeyboardInterrupt):
                    threading.Event().wait()
    return 0


def _tell_calls(emulator_url: str) -> None:
    _say("sdk.api calls Velt's REST API.")
    _say(f"An emulator answers here in the place of Velt: {emulator_url}\n")
    for call, answer in play_calls(emulator_url):
        _say(f"   {call}\n      {json.dumps(answer, ensure_ascii=False)}")


def _tell_conversation(base_url: str, database: Path, files: Path, steps: Iterator[Played]) -> None:
    _say("\nsdk.selfHosting keeps in your own store what people write in the Velt frontend.")
    _say(f"The resolver server is up: {base_url}")
    _say(f"  records {_shown(database)}   attachments {_shown(files)}{os.sep}")
    _say("Two browsers post to it. Below each step: what it changed in the store (+ new, - gone).")
    told: Dict[Tuple[str, str], Any] = {}
    for number, step in enumerate(steps, 1):
        _say(f"\n{number}. {step.title}")
        for table, id, document in step.records:
            _say(f"   {table} {id}")
            for line in change_lines(told.get((table, id), {}), document):
                _say(f"     {line}")
            told[table, id] = document
        _say("   stored in all: " + ", ".join(f"{count} {table}" for table, count in step.stored.items()))


def _tell_addresses(emulator_url: str, base_url: str, once: bool) -> None:
    _say(f"\nPoint a Velt frontend at it:\n\n{frontend_block(base_url)}\n")
    _say(ENDING if once else SERVING)
    _say(f"The console of the emulator: {console_of(emulator_url)}")
    _say(f"The console of what is stored: {base_url}{CONSOLE.path}/")


def _as_object(emulator_url: str, base_url: str, steps: Iterator[Played]) -> Dict[str, Any]:
    return {
        "emulator": {"url": emulator_url, "console": console_of(emulator_url)},
        "calls": [{"call": call, "answer": answer} for call, answer in play_calls(emulator_url)],
        "resolvers": {"url": base_url, "console": f"{base_url}{CONSOLE.path}/"},
        "steps": [
            {
                "title": step.title,
                "records": [
                    {"table": table, "id": id, "data": document} for table, id, document in step.records
                ],
                "stored": step.stored,
            }
            for step in steps
        ],
    }


def _play(config: Dict[str, Any], base_url: str, database: Path) -> Iterator[Played]:
    """Play the conversation; what is told of a step is read before the next one."""
    with VeltSDK.initialize(config) as sdk:

        def join(user: Dict[str, Any]) -> None:
            sdk.selfHosting.users.saveUser(ORGANIZATION, user)

        conversation = Conversation(lambda user: Browser(base_url, user), join)
        for title, touched in conversation.steps():
            yield Played(title, list(_stored(database, touched)), _counts(database))


def _stored(database: Path, touched: Sequence[Tuple[str, str]]) -> Iterator[Tuple[str, str, Any]]:
    """What the SQLite file holds of the records, read beside the SDK."""
    with contextlib.closing(
        sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
    ) as connection:
        for kind, id in touched:
            table = COLLECTIONS[kind]
            rows: List[Tuple[str]] = connection.execute(
                f'SELECT data FROM "{table}" WHERE organization = ? AND id = ?',  # noqa: S608 - our own names
                (ORGANIZATION, id),
            ).fetchall()
            for (text,) in rows:
                yield table, id, json.loads(text)


def _counts(database: Path) -> Dict[str, int]:
    with contextlib.closing(
        sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
    ) as connection:
        counts: Dict[str, int] = {}
        for table in COLLECTIONS.values():
            (count,) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608 - our own names
            if count:
                counts[table] = count
    return counts


def _fresh(folder: Path) -> Tuple[Path, Path]:
    """
    Raises:
        VeltConfigurationError: there are other things in the folder, or it cannot be written.
    """
    database, files = folder / "velt.db", folder / "files"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not (folder / MARK).exists():
            raise VeltConfigurationError(
                f"--folder {folder}: what lies there is not marked as a demo's, and stays; remove it, or name another",
                field="--folder",
            )
        (folder / MARK).touch()
        for left in (database, folder / "velt.db-wal", folder / "velt.db-shm"):
            if left.exists():
                left.unlink()
        if files.exists():
            shutil.rmtree(files)
        files.mkdir()
    except OSError as error:
        raise VeltConfigurationError(f"--folder {folder}: {error.strerror}", field="--folder") from None
    return database, files


def _shown(path: Path) -> str:
    return os.path.relpath(str(path))


@contextlib.contextmanager
def _served(config: Dict[str, Any], listener: socket.socket) -> Generator[None, None, None]:
    """The server in a thread of its own, up when this returns and down when it ends."""
    import uvicorn

    app = asgi_app(
        AsyncVeltSDK.initialize(config),
        authenticate=everybody,
        authorize=no_questions,
        features=[CONSOLE],
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_WITHIN
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the resolver server did not start; its reason stands above")
        time.sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(START_WITHIN)


def _say(text: str) -> None:
    print(text)
    sys.stdout.flush()
