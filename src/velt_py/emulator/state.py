"""What the emulator remembers: JSON documents in SQLite, each under an api key, a kind and ids."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import threading
import uuid
from operator import itemgetter
from typing import Any, Dict, Generator, Iterable, List, Optional, Tuple, Union, cast

from velt_py.emulator.refusals import invalid
from velt_py.exceptions import VeltConfigurationError

__all__ = ["AGENDA", "Records", "Row", "State"]

SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, doc TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS records_by_id ON records (owner, kind, id);
CREATE TABLE IF NOT EXISTS snapshots (owner TEXT, name TEXT NOT NULL, records TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS records_of_agenda ON records (seq) WHERE kind = 'agenda';
"""
AGENDA = "agenda"
"""The kind of records that say what has to be done when, over all api keys."""
BETWEEN, BEHIND = "\x1f", "\x20"
"""Between the ids of a record, and the sign after it: all ids that begin with `a` lie between `a\\x1f` and `a\\x20`."""

NOT_IN_IDS = re.compile("[\x00\x1f\ud800-\udfff]")
"""What parts ids, ends texts, or cannot be written as UTF-8."""

Document = Dict[str, Any]


class Row:
    """A record.

    Args:
        seq: its place in the order of creation.
        ids: its ids.
        doc: what it holds; as JSON it is parsed when it is looked at, and most lists look at ids only.
    """

    __slots__ = ("_doc", "ids", "seq")

    def __init__(self, seq: int, ids: Tuple[str, ...], doc: Union[Document, str]) -> None:
        self.seq = seq
        self.ids = ids
        self._doc = doc

    @property
    def doc(self) -> Document:
        """What it holds."""
        if isinstance(self._doc, str):
            self._doc = cast(Document, json.loads(self._doc))
        return self._doc

    def __repr__(self) -> str:
        return f"<Row {self.seq} {self.ids}>"


class State:
    """The records of all api keys. One writer at a time; what a call wrote is committed before it is answered.

    Args:
        folder: where to keep them; None keeps them in memory.

    Raises:
        VeltConfigurationError: the folder cannot be used.
    """

    def __init__(self, folder: Optional[str] = None) -> None:
        self._lock = threading.RLock()
        self._open = False
        self._name, self._changes = uuid.uuid4().hex[:12], 0
        self.scheduled = False
        """Whether something was put on the agenda since this was last set to False."""
        self.closed = False
        """Whether it was closed; only looked at inside `call`."""
        try:
            if folder is not None:
                os.makedirs(folder, exist_ok=True)
            path = ":memory:" if folder is None else os.path.join(folder, "emulator.db")
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            if folder is not None:
                # A commit is in the log before the call is answered, so a killed process loses nothing.
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise VeltConfigurationError(
                f"--data {folder}: {getattr(error, 'strerror', None) or error}", field="--data"
            ) from error

    @contextlib.contextmanager
    def call(self) -> Generator[None, None, None]:
        """One call: alone, and whole or not at all."""
        with self._lock:
            try:
                yield
            except BaseException:
                self._end("ROLLBACK")
                raise
            self._end("COMMIT")

    def commit(self) -> None:
        """Keep what the call has written so far, although it ends in an error."""
        self._end("COMMIT")

    def _end(self, how: str) -> None:
        if self._open:
            self._changes += 1
            self._db.execute(how)
            self._open = False

    @property
    def version(self) -> str:
        """What changes with every call that wrote something, and that no other state has."""
        with self._lock:
            return f"{self._name}-{self._changes}"

    def _write(self, sql: str, values: Tuple[Any, ...]) -> int:
        if not self._open:
            self._db.execute("BEGIN IMMEDIATE")
            self._open = True
        return self._db.execute(sql, values).rowcount

    def of(self, owner: str) -> Records:
        """The records of an api key."""
        return Records(self, owner)

    def agenda(self) -> List[Tuple[str, Row]]:
        """What has to be done for which api key, in the order of creation. Only used inside `call`."""
        rows = self._db.execute(
            "SELECT owner, seq, id, doc FROM records WHERE kind = 'agenda' ORDER BY seq"
        ).fetchall()
        return [(owner, row_of(*record)) for owner, *record in rows]

    def owners(self, kind: str) -> List[str]:
        """The api keys that have records of a kind. Only used inside `call`."""
        rows = self._db.execute("SELECT DISTINCT owner FROM records WHERE kind = ?", (kind,)).fetchall()
        return [row[0] for row in rows]

    def dump(self, owner: Optional[str] = None) -> List[Document]:
        """All records as JSON objects, in the order of their creation."""
        with self._lock:
            rows = self._db.execute(
                "SELECT owner, kind, id, doc FROM records WHERE ?1 IS NULL OR owner = ?1 ORDER BY seq",
                (owner,),
            ).fetchall()
        return [
            {"owner": row[0], "kind": row[1], "ids": row[2].split(BETWEEN), "doc": json.loads(row[3])}
            for row in rows
        ]

    def load(self, records: List[Document]) -> None:
        """Store the records of a dump beside, or over, those that are there."""
        with self.call():
            self._put_all(records)

    def _put_all(self, records: List[Document]) -> None:
        for each in records:
            Records(self, str(each["owner"])).put(str(each["kind"]), *map(str, each["ids"]), doc=each["doc"])

    def keep_snapshot(self, owner: Optional[str], name: str) -> None:
        """Keep what an api key has, or everything, under a name."""
        with self.call():
            text = json.dumps(self.dump(owner), separators=(",", ":"))
            self._write("DELETE FROM snapshots WHERE owner IS ? AND name = ?", (owner, name))
            self._write("INSERT INTO snapshots (owner, name, records) VALUES (?, ?, ?)", (owner, name, text))

    def restore_snapshot(self, owner: Optional[str], name: str) -> bool:
        """Put back what is kept under a name; False when there is nothing."""
        with self.call():
            row = self._db.execute(
                "SELECT records FROM snapshots WHERE owner IS ? AND name = ?", (owner, name)
            ).fetchone()
            if row is None:
                return False
            self._write("DELETE FROM records WHERE ?1 IS NULL OR owner = ?1", (owner,))
            self._put_all(json.loads(row[0]))
            return True

    def snapshots(self, owner: Optional[str]) -> List[str]:
        """The names of an api key's snapshots, or of those of everything."""
        with self._lock:
            rows = self._db.execute(
                "SELECT name FROM snapshots WHERE owner IS ? ORDER BY rowid", (owner,)
            ).fetchall()
        return [row[0] for row in rows]

    def forget(self, owner: Optional[str] = None) -> None:
        """Delete what an api key has, or everything."""
        with self.call():
            self._write("DELETE FROM records WHERE ?1 IS NULL OR owner = ?1", (owner,))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self.closed = True
            self._db.close()

    def __repr__(self) -> str:
        return "<State>"


class Records:
    """The records of one api key. Only used inside `State.call`."""

    def __init__(self, state: State, owner: str) -> None:
        self._state = state
        self.owner = owner

    def beside(self, owner: str) -> Records:
        """The records of another api key."""
        return Records(self._state, owner)

    def get(self, kind: str, *ids: str) -> Optional[Document]:
        """What a record holds; None when there is none."""
        row = self._state._db.execute(
            "SELECT doc FROM records WHERE owner = ? AND kind = ? AND id = ?", (self.owner, kind, joined(ids))
        ).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, kind: str, *ids: str, doc: Document) -> None:
        """Store a record; one that is there keeps its place in the order."""
        text = json.dumps(doc, separators=(",", ":"))
        place = (self.owner, kind, joined(ids))
        if kind == AGENDA:
            self._state.scheduled = True
        changed = self._state._write(
            "UPDATE records SET doc = ? WHERE owner = ? AND kind = ? AND id = ?", (text, *place)
        )
        if not changed:
            self._state._write(
                "INSERT INTO records (owner, kind, id, doc) VALUES (?, ?, ?, ?)", (*place, text)
            )

    def delete(self, kind: str, *ids: str) -> bool:
        """Delete a record; False when there was none."""
        return bool(
            self._state._write(
                "DELETE FROM records WHERE owner = ? AND kind = ? AND id = ?", (self.owner, kind, joined(ids))
            )
        )

    def under(self, kind: str, *ids: str) -> List[Row]:
        """The records whose ids begin with these, in the order of their creation."""
        rows = self._state._db.execute(
            "SELECT seq, id, doc FROM records WHERE owner = ? AND kind = ? AND id >= ? AND id < ?",
            (self.owner, kind, *span(ids)),
        ).fetchall()
        rows.sort(key=itemgetter(0))  # SQLite would build a table to sort even nothing
        return [row_of(*row) for row in rows]

    def among(self, names: Iterable[str], kind: str, *ids: str) -> List[Row]:
        """The records of these names right below these ids, in the order of their creation; less work than `under`."""
        found: List[Row] = []
        for name in set(names):
            row = self._state._db.execute(
                "SELECT seq, id, doc FROM records WHERE owner = ? AND kind = ? AND id = ?",
                (self.owner, kind, joined((*ids, name))),
            ).fetchone()
            if row is not None:
                found.append(row_of(*row))
        return sorted(found, key=lambda row: row.seq)

    def everything(self) -> List[Tuple[str, Row]]:
        """All records with their kinds, in the order of their creation."""
        rows = self._state._db.execute(
            "SELECT kind, seq, id, doc FROM records WHERE owner = ? ORDER BY seq", (self.owner,)
        ).fetchall()
        return [(kind, row_of(*record)) for kind, *record in rows]

    def delete_under(self, kind: str, *ids: str) -> int:
        """Delete the records whose ids begin with these; how many there were."""
        return self._state._write(
            "DELETE FROM records WHERE owner = ? AND kind = ? AND id >= ? AND id < ?",
            (self.owner, kind, *span(ids)),
        )

    def next_number(self, name: str) -> int:
        """1, 2, 3, ... for each name."""
        last = self.get("counter", name) or {"value": 0}
        self.put("counter", name, doc={"value": last["value"] + 1})
        return int(last["value"]) + 1


def row_of(seq: int, id: str, doc: str) -> Row:
    """A record as the database has it."""
    return Row(seq, tuple(id.split(BETWEEN)), doc)


def joined(ids: Tuple[str, ...]) -> str:
    """The ids as one text.

    Raises:
        Refused: an id holds a control character.
    """
    for each in ids:
        if NOT_IN_IDS.search(each):
            raise invalid("An id holds a control character or half a surrogate pair.")
    return BETWEEN.join(ids)


def span(ids: Tuple[str, ...]) -> Tuple[str, str]:
    """Between which texts the ids that begin with these lie."""
    if not ids:
        return "", "\U0010ffff"
    start = joined(ids)
    return start + BETWEEN, start + BEHIND
