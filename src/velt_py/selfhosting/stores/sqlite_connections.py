"""The connections to one SQLite file. A connection belongs to one thread at a time, and none lives across a fork.

SQLite keeps the locks of a file in the memory of the process. A child that inherits an open connection believes it
holds locks which only the parent has, for every connection it opens itself too, and the parent may then take the
write-ahead log away under it. So before a fork the running operations are waited for and all connections closed.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from contextlib import contextmanager
from typing import Callable, Generator, List, Optional, Set, Tuple

__all__ = ["Connections", "FileConnection"]

KEPT = 8
"""Connections that stay open while nobody uses them."""

FORK_WAITS = 5.0
"""Seconds that a fork waits for running operations."""


class FileConnection(sqlite3.Connection):
    """A connection that knows which file it opened and how many kinds of tables were looked at."""

    identity: Optional[Tuple[int, int]] = None
    checked = 0


class Connections:
    """The connections to one file, opened as threads need them.

    Args:
        path: the file.
        timeout: seconds to wait for a lock on the file, for this process's other writers, and for `close`.
    """

    def __init__(self, path: str, timeout: float) -> None:
        self._path = path
        self._timeout = timeout
        self._keep = KEPT
        self._fresh()
        with _registry.lock:
            _registry.all.add(self)

    def _fresh(self) -> None:
        self._turn = threading.Condition()
        self._writer = threading.Lock()
        self._free: List[FileConnection] = []
        self._out: Set[FileConnection] = set()
        self._used = 0
        self._held = False
        self._pid = os.getpid()

    # Borrowing

    @contextmanager
    def borrow(self) -> Generator[FileConnection, None, None]:
        """A connection for this thread alone.

        Raises:
            TimeoutError: when the connections are being closed for longer than the timeout.
            sqlite3.Error: when the file cannot be opened.
        """
        if self._pid != os.getpid():
            self.leave_parent()
        connection = self._take()
        try:
            if connection is None:
                connection = self._connect()
                with self._turn:
                    self._out.add(connection)
            yield connection
        finally:
            self._give(connection)

    @contextmanager
    def borrow_writer(
        self, prepare: Callable[[FileConnection], None]
    ) -> Generator[FileConnection, None, None]:
        """A connection in an immediate transaction: committed at the end, rolled back on any error.

        Writers of this process queue here, which hands the file over at once; waiting inside SQLite is polling.

        Args:
            prepare: called with the connection before the transaction begins.
        """
        if self._pid != os.getpid():
            self.leave_parent()
        started = time.monotonic()
        if not self._writer.acquire(timeout=self._timeout):
            raise TimeoutError("locked by another writer of this process")
        try:
            with self.borrow() as connection:
                prepare(connection)
                left = self._timeout - (time.monotonic() - started)
                self._begin(connection, left)
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
        finally:
            self._writer.release()

    def _begin(self, connection: FileConnection, seconds: float) -> None:
        shortened = seconds < self._timeout * 0.9
        if shortened:
            connection.execute(f"PRAGMA busy_timeout = {max(0, round(seconds * 1000))}")
        try:
            connection.execute("BEGIN IMMEDIATE")
        finally:
            if shortened:
                connection.execute(f"PRAGMA busy_timeout = {round(self._timeout * 1000)}")

    def _take(self) -> Optional[FileConnection]:
        gone: List[FileConnection] = []
        with self._turn:
            if not self._turn.wait_for(lambda: not self._held, self._timeout):
                raise TimeoutError("the connections are being closed")
            self._used += 1
            identity = self._identity()
            while self._free and self._free[-1].identity != identity:
                # The file was deleted or replaced: what these would write, nobody would ever read.
                gone.append(self._free.pop())
            connection = self._free.pop() if self._free else None
            if connection is not None:
                self._out.add(connection)
        for each in gone:
            each.close()
        return connection

    def _give(self, connection: Optional[FileConnection]) -> None:
        with self._turn:
            kept = connection is not None and not self._held and len(self._free) < self._keep
        if connection is not None and not kept:
            connection.close()
        with self._turn:
            self._used -= 1
            if connection is not None:
                self._out.discard(connection)
                if kept:
                    self._free.append(connection)
            if self._held:
                self._turn.notify_all()

    def _identity(self) -> Optional[Tuple[int, int]]:
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _connect(self) -> FileConnection:
        connection = sqlite3.connect(
            self._path,
            timeout=self._timeout,
            isolation_level=None,
            check_same_thread=False,
            factory=FileConnection,
        )
        try:
            self._use_log(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.identity = self._identity()
        except BaseException:
            connection.close()
            raise
        return connection

    def _use_log(self, connection: FileConnection) -> None:
        # SQLite does not wait for a lock when it changes to the log; other processes may do the same right now.
        deadline = time.monotonic() + self._timeout
        while True:
            try:
                if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                    connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.005)
            else:
                return

    # Closing

    def close(self) -> None:
        """Close all connections once the running operations are through; the next borrower opens a new one."""
        if self._pid != os.getpid():
            self.leave_parent()
        self.hold(self._timeout)
        self.go_on()

    def retire(self) -> None:
        """Close, and keep no connection from now on."""
        self._keep = 0
        self.close()

    def hold(self, seconds: float) -> None:
        """Let no operation begin, wait for the running ones and close the connections."""
        deadline = time.monotonic() + seconds
        with self._turn:
            self._turn.wait_for(lambda: not self._held, seconds)
            self._held = True
            self._turn.wait_for(lambda: not self._used, max(0.0, deadline - time.monotonic()))
            free, self._free = self._free, []
        for connection in free:
            connection.close()

    def go_on(self) -> None:
        """Let operations begin again."""
        with self._turn:
            self._held = False
            self._turn.notify_all()

    def leave_parent(self) -> None:
        """In a forked child: begin anew. What is still the parent's is never closed here, for that would drop the
        parent's locks."""
        _registry.inherited.extend(self._free)
        _registry.inherited.extend(self._out)
        self._fresh()

    def __del__(self) -> None:
        for connection in getattr(self, "_free", ()):
            if self._pid == os.getpid():
                connection.close()
            else:
                _registry.inherited.append(connection)


class _Registry:
    """All connections of this process, for the moment of a fork."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.all: weakref.WeakSet[Connections] = weakref.WeakSet()
        self.inherited: List[FileConnection] = []
        self._held: List[Connections] = []

    def before_fork(self) -> None:
        self.lock.acquire()
        self._held = list(self.all)
        for connections in self._held:
            connections.hold(FORK_WAITS)

    def in_parent(self) -> None:
        for connections in self._held:
            connections.go_on()
        self._held = []
        self.lock.release()

    def in_child(self) -> None:
        self.lock = threading.Lock()
        self._held = []
        for connections in list(self.all):
            connections.leave_parent()


_registry = _Registry()

_at_fork: Optional[Callable[..., None]] = getattr(os, "register_at_fork", None)
if _at_fork is not None:
    _at_fork(
        before=_registry.before_fork,
        after_in_parent=_registry.in_parent,
        after_in_child=_registry.in_child,
    )
