"""What a store is, and how a driver's error becomes ours."""

from __future__ import annotations

import logging
import os
import time
import uuid
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Callable, Dict, FrozenSet, Generator, List, Sequence, Type, TypeVar

from velt_py.exceptions import (
    VeltConfigurationError,
    VeltDatabaseError,
    VeltDatabaseOperationError,
    VeltDatabaseUnavailableError,
    VeltSchemaError,
)
from velt_py.selfhosting.plans import (
    Delete,
    FindUsers,
    Organizations,
    Plan,
    Read,
    Record,
    Replace,
    Save,
    SaveUser,
    Scan,
)
from velt_py.selfhosting.records import Kind

__all__ = ["AsyncStore", "NoTable", "Store", "ThreadedStore", "absent_tables", "failure", "readable"]

logger = logging.getLogger("velt_py.selfhosting.stores")

T = TypeVar("T")

NOTHING: FrozenSet[str] = frozenset()

_absent_tables: ContextVar[bool] = ContextVar("velt_absent_tables", default=False)


class NoTable(VeltSchemaError):
    """There is no table. Whoever only reads may take that for an empty one."""


@contextmanager
def absent_tables() -> Generator[None, None, None]:
    """Within it a `NoTable` of this thread is an answer that its caller looks for, so it is logged as no error."""
    token = _absent_tables.set(True)
    try:
        yield
    finally:
        _absent_tables.reset(token)


class Store(ABC):
    """A store that blocks. Safe to use from several threads, and after a fork from the child as well.

    Nothing is opened before the first plan. Every method raises `VeltDatabaseError` or one of its kinds and no
    error of a driver.
    """

    def run(self, plan: Plan) -> Any:
        """Execute any plan; see the plans for what they answer."""
        if plan.kind.on_demand and not isinstance(plan, Organizations):
            self.take_up(plan.kind)
        if isinstance(plan, Read):
            return [] if plan.selects_nothing else self.read(plan)
        if isinstance(plan, Save):
            return self.save(plan) if plan.changes else 0
        if isinstance(plan, Delete):
            return self.delete(plan) if plan.ids else 0
        if isinstance(plan, FindUsers):
            return self.find_users(plan) if plan.values else []
        if isinstance(plan, Organizations):
            return self.organizations(plan)
        if isinstance(plan, Scan):
            return self.scan(plan)
        if isinstance(plan, Replace):
            return self.replace(plan) if plan.swaps else NOTHING
        return self.save_user(plan)

    def take_up(self, kind: Kind) -> None:
        """Keep records of a kind that not everybody uses, from now on. Opens nothing."""
        raise VeltConfigurationError(f"{type(self).__name__}: this store keeps no {kind.name}")

    @abstractmethod
    def read(self, plan: Read) -> List[Record]: ...
    @abstractmethod
    def save(self, plan: Save) -> int: ...
    @abstractmethod
    def delete(self, plan: Delete) -> int: ...
    @abstractmethod
    def find_users(self, plan: FindUsers) -> List[Dict[str, Any]]: ...
    @abstractmethod
    def save_user(self, plan: SaveUser) -> int: ...
    @abstractmethod
    def organizations(self, plan: Organizations) -> List[str]: ...
    @abstractmethod
    def scan(self, plan: Scan) -> List[Record]: ...
    @abstractmethod
    def replace(self, plan: Replace) -> FrozenSet[str]: ...

    @abstractmethod
    def ping(self) -> None:
        """Return when the database answers, raise `VeltDatabaseUnavailableError` when it does not in time."""

    @abstractmethod
    def close(self) -> None:
        """Give back what this store opened. A later plan opens it again."""

    def schema(self) -> Sequence[str]:
        """The statements that make what the SDK needs, as a person would type them. Opens nothing."""
        return ()

    def missing_schema(self) -> Sequence[str]:
        """What is missing or in the way in the database, one line each; empty when all is well."""
        return ()

    def apply_schema(self) -> Sequence[str]:
        """Make what is missing and take away what is in the way; returns the statements carried out."""
        return ()


class AsyncStore(ABC):
    """A store that is awaited. Same promises as `Store`; it never blocks the event loop."""

    async def run(self, plan: Plan) -> Any:
        """Execute any plan; see the plans for what they answer."""
        if plan.kind.on_demand and not isinstance(plan, Organizations):
            self.take_up(plan.kind)
        if isinstance(plan, Read):
            return [] if plan.selects_nothing else await self.read(plan)
        if isinstance(plan, Save):
            return await self.save(plan) if plan.changes else 0
        if isinstance(plan, Delete):
            return await self.delete(plan) if plan.ids else 0
        if isinstance(plan, FindUsers):
            return await self.find_users(plan) if plan.values else []
        if isinstance(plan, Organizations):
            return await self.organizations(plan)
        if isinstance(plan, Scan):
            return await self.scan(plan)
        if isinstance(plan, Replace):
            return await self.replace(plan) if plan.swaps else NOTHING
        return await self.save_user(plan)

    def take_up(self, kind: Kind) -> None:
        """Keep records of a kind that not everybody uses, from now on. Opens nothing."""
        raise VeltConfigurationError(f"{type(self).__name__}: this store keeps no {kind.name}")

    @abstractmethod
    async def read(self, plan: Read) -> List[Record]: ...
    @abstractmethod
    async def save(self, plan: Save) -> int: ...
    @abstractmethod
    async def delete(self, plan: Delete) -> int: ...
    @abstractmethod
    async def find_users(self, plan: FindUsers) -> List[Dict[str, Any]]: ...
    @abstractmethod
    async def save_user(self, plan: SaveUser) -> int: ...
    @abstractmethod
    async def organizations(self, plan: Organizations) -> List[str]: ...
    @abstractmethod
    async def scan(self, plan: Scan) -> List[Record]: ...
    @abstractmethod
    async def replace(self, plan: Replace) -> FrozenSet[str]: ...
    @abstractmethod
    async def ping(self) -> None: ...
    @abstractmethod
    async def close(self) -> None: ...


class ThreadedStore(AsyncStore):
    """An async store over a blocking one whose database has no async driver: plans run in threads of its own.

    Writes have one thread, because such a database lets in one writer at a time; so they never keep reads waiting.

    Args:
        store: the blocking store; closed together with this one.
        threads: how many reads run at the same time.
        timeout: seconds that a plan may wait for a thread before `VeltDatabaseUnavailableError`.
    """

    def __init__(self, store: Store, threads: int = 4, timeout: float = 10.0) -> None:
        self.store = store
        self._threads = threads
        self._timeout = timeout
        self._executors: Dict[str, ThreadPoolExecutor] = {}
        self._pid = os.getpid()

    def _executor(self, name: str, threads: int) -> ThreadPoolExecutor:
        if self._pid != os.getpid():
            # A forked child has the objects of the parent's threads, but not the threads.
            self._executors, self._pid = {}, os.getpid()
        if name not in self._executors:
            self._executors[name] = ThreadPoolExecutor(threads, thread_name_prefix=f"velt-{name}")
        return self._executors[name]

    async def _in_thread(self, executor: ThreadPoolExecutor, work: Callable[..., T], *arguments: Any) -> T:
        asked = time.monotonic()

        def begin() -> T:
            if time.monotonic() - asked > self._timeout:
                problem = f"the database was busy for more than {self._timeout:g} seconds; try again"
                raise failure(TimeoutError(), problem, reason="queue", kind=VeltDatabaseUnavailableError)
            return work(*arguments)

        import asyncio  # code that blocks does not pay for it

        return await asyncio.get_running_loop().run_in_executor(executor, begin)

    async def _read(self, work: Callable[..., T], *arguments: Any) -> T:
        return await self._in_thread(self._executor("reads", self._threads), work, *arguments)

    async def _write(self, work: Callable[..., T], *arguments: Any) -> T:
        return await self._in_thread(self._executor("writes", 1), work, *arguments)

    def take_up(self, kind: Kind) -> None:
        self.store.take_up(kind)

    async def read(self, plan: Read) -> List[Record]:
        return await self._read(self.store.read, plan)

    async def save(self, plan: Save) -> int:
        return await self._write(self.store.save, plan)

    async def delete(self, plan: Delete) -> int:
        return await self._write(self.store.delete, plan)

    async def find_users(self, plan: FindUsers) -> List[Dict[str, Any]]:
        return await self._read(self.store.find_users, plan)

    async def save_user(self, plan: SaveUser) -> int:
        return await self._write(self.store.save_user, plan)

    async def organizations(self, plan: Organizations) -> List[str]:
        return await self._read(self.store.organizations, plan)

    async def scan(self, plan: Scan) -> List[Record]:
        return await self._read(self.store.scan, plan)

    async def replace(self, plan: Replace) -> FrozenSet[str]:
        return await self._write(self.store.replace, plan)

    async def ping(self) -> None:
        await self._read(self.store.ping)

    async def close(self) -> None:
        await self._read(self.store.close)
        executors, self._executors = self._executors, {}
        for executor in executors.values():
            executor.shutdown(wait=False)


def failure(
    cause: BaseException,
    problem: str = "the database could not carry out the operation",
    *,
    reason: str = "",
    kind: Type[VeltDatabaseError] = VeltDatabaseOperationError,
) -> VeltDatabaseError:
    """The error to raise `from None` for a driver's one, after it was logged under an id that the answer carries.

    A driver's text may quote a row, so it is not handed on as a whole, neither to the caller nor to the log.

    Args:
        cause: the driver's error; its class is logged.
        problem: what to tell the caller, with what to do where that is known.
        reason: the part of the driver's text that holds no data (a code, a primary message), for the log.
        kind: the class of the error.
    """
    correlation = uuid.uuid4().hex[:16]
    awaited = issubclass(kind, NoTable) and _absent_tables.get()
    logger.log(
        logging.DEBUG if awaited else logging.ERROR,
        "velt.store.failed",
        extra={"velt_correlation": correlation, "velt_error": type(cause).__name__, "velt_reason": reason},
    )
    return kind(f"{problem} (correlation {correlation})", correlation=correlation)


def readable(id: str, kind: Kind) -> str:
    """The id of a scanned record.

    Raises:
        VeltDatabaseOperationError: it was no text in UTF-8, and stands here with surrogates.
    """
    try:
        id.encode()
    except UnicodeEncodeError as error:
        shown = id.encode(errors="backslashreplace").decode()
        logger.error("velt.record.unreadable", extra={"velt_kind": kind.name, "velt_record": shown})
        problem = f"{kind.name}: the id of a stored record is no text in UTF-8; repair or delete that record"
        raise failure(error, problem, reason="id") from None
    return id
