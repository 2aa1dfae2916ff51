"""Records in the database of a Django project, through its ORM: any engine that Django knows.

Plans run over the application's own connection. Inside `transaction.atomic` of the application they are part of its
transaction: what it rolls back was never stored.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, FrozenSet, List, Mapping, Sequence, Tuple, TypeVar

from asgiref.sync import sync_to_async
from django.db import IntegrityError
from django.utils import timezone

from velt_py.selfhosting.answers import dumps_checked
from velt_py.selfhosting.merge import merged
from velt_py.selfhosting.plans import (
    DAMAGED,
    Delete,
    FindUsers,
    Organizations,
    Read,
    Record,
    Replace,
    Save,
    SaveUser,
    Scan,
)
from velt_py.selfhosting.records import KINDS, ON_DEMAND, Kind
from velt_py.selfhosting.stores.base import Store, ThreadedStore
from velt_py.selfhosting.stores.django_connections import APP, MOST, Place
from velt_py.selfhosting.stores.django_errors import conflict, migrate_command
from velt_py.selfhosting.stores.django_rows import Rows, as_text, fitting
from velt_py.selfhosting.stores.django_untyped import MigrationExecutor, atomic, call_command
from velt_py.selfhosting.stores.texts import NOBODY, Changed, changed_rows, stored_document, user_row
from velt_py.selfhosting.users import chosen, selected

__all__ = ["AsyncDjangoStore", "DjangoStore"]

T = TypeVar("T")


class DjangoStore(Store):
    """Records in the tables of the app `velt_py.contrib.django`.

    Args:
        alias: the entry of `DATABASES`.

    Raises:
        VeltConfigurationError: Django is not set up, has no such entry, or the app is not installed.
    """

    def __init__(self, alias: str = "default") -> None:
        self._place = Place(alias)

    def _rows(self, kind: Kind) -> Rows:
        return Rows(self._place, kind)

    def _write(self, rows: Rows, work: Callable[[], T], repeatable: bool = True) -> T:
        """Do some work in a transaction. One that another writer was quicker with, at the first save of a record,
        begins again and finds the record there; in a transaction of the application it is a savepoint of that.
        """

        def attempt() -> T:
            with atomic(using=self._place.alias):
                rows.lock_file()
                return work()

        def attempts() -> T:
            for _ in range(MOST - 1):
                try:
                    return attempt()
                except IntegrityError:
                    continue
            try:
                return attempt()
            except IntegrityError as error:
                raise conflict(error) from None

        return self._place.carry_out(attempts, repeatable)

    # Plans

    def take_up(self, kind: Kind) -> None:
        """Nothing: `migrate` makes the tables of every kind."""

    def read(self, plan: Read) -> List[Record]:
        rows = self._rows(plan.kind)
        return [Record(id, body) for id, body in self._place.carry_out(lambda: rows.read(plan))]

    def save(self, plan: Save) -> int:
        organization = fitting(plan.scope.organization, "organizationId") or ""
        changes = tuple({change.id: change for change in plan.changes}.values())
        for change in changes:
            fitting(change.id, "id")
        rows = self._rows(plan.kind)

        def work() -> int:
            stored = rows.locked(organization, [change.id for change in changes])
            now = timezone.now()
            new: List[Changed] = []
            for row in changed_rows(changes, stored, plan.merges, plan.kind, respelled=True):
                if row.id in stored:
                    rows.update(organization, row, now)
                else:
                    new.append(row)
            rows.insert(organization, new)
            return len(new)

        return self._write(rows, work)

    def delete(self, plan: Delete) -> int:
        rows = self._rows(plan.kind)

        def work() -> int:
            mine = rows.of(plan.scope.organization)
            return sum(mine.filter(record_id__in=ids).delete()[0] for ids in rows.portions(plan.ids))

        return self._write(rows, work, repeatable=False)

    def find_users(self, plan: FindUsers) -> List[Dict[str, Any]]:
        rows = self._rows(plan.kind)
        found = [user_row(*each) for each in self._place.carry_out(lambda: rows.candidates(plan))]
        return selected([row for row in found if row is not None], plan)

    def save_user(self, plan: SaveUser) -> int:
        fitting(plan.scope.organization, "organizationId")
        rows = self._rows(plan.kind)
        return self._write(rows, lambda: self._save_user(rows, plan))

    def _save_user(self, rows: Rows, plan: SaveUser) -> int:
        organization, id = plan.scope.organization, fitting(plan.change.id, "userId") or ""
        owned: List[Tuple[str, Dict[str, Any]]] = [
            (owner, stored_document(text, plan.kind)) for owner, text in rows.owned(organization, id)
        ]
        row = chosen([document for _, document in owned], plan)
        document: Mapping[str, Any]
        if row is not None:
            owner = next(owner for owner, each in owned if each is row)
            document = merged(row, plan.change.document, plan.merges)
        else:
            owner, document = organization, plan.initial.document
            # A row of ours with another column for the id, from before `user_schema` was changed.
            for row in [each for owner, each in owned if owner == organization]:
                document = merged(row, document, plan.merges)
        changed = Changed(id, document, dumps_checked(document))
        if row is None:
            rows.insert(owner, [changed])
            return 1
        rows.update(owner, changed, timezone.now())
        return 0

    def organizations(self, plan: Organizations) -> List[str]:
        rows = self._rows(plan.kind)
        names: List[str] = self._place.carry_out(
            lambda: list(rows.all.order_by().values_list("organization_id", flat=True).distinct())
        )
        return sorted(name for name in names if name != NOBODY)

    # Life

    def scan(self, plan: Scan) -> List[Record]:
        rows = self._rows(plan.kind)
        return [
            Record(id, DAMAGED if body is None else body)
            for id, body in self._place.carry_out(lambda: rows.piece(plan))
        ]

    def replace(self, plan: Replace) -> FrozenSet[str]:
        organization, rows = plan.scope.organization, self._rows(plan.kind)

        def work() -> FrozenSet[str]:
            stored = rows.locked(organization, [before.id for before, _ in plan.swaps])
            now = timezone.now()
            replaced: List[str] = []
            for before, after in plan.swaps:
                if stored.get(before.id) != as_text(before.body):
                    continue
                replaced.append(before.id)
                if after is None:
                    rows.of(organization).filter(record_id=before.id).delete()
                else:
                    rows.update(organization, Changed(before.id, after, dumps_checked(after)), now)
            return frozenset(replaced)

        return self._write(rows, work, repeatable=False)

    def ping(self) -> None:
        def work() -> None:
            connection = self._place.connection
            closed = connection.connection is None
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            if closed and not connection.in_atomic_block:
                # Whoever asks how we are does so in a thread of its own, where nobody would close it.
                connection.close()

        self._place.carry_out(work)

    def close(self) -> None:
        """Nothing: the connections are the application's."""

    def schema(self) -> Sequence[str]:
        return [migrate_command(self._place.alias)]

    def missing_schema(self) -> Sequence[str]:
        def work() -> List[str]:
            connection = self._place.connection
            there = set(connection.introspection.table_names())
            tables = [str(self._rows(kind).model._meta.db_table) for kind in (*KINDS, *ON_DEMAND)]
            executor = MigrationExecutor(connection)
            ends = executor.loader.graph.leaf_nodes(APP)
            steps = [f"migration velt.{step[0].name}" for step in executor.migration_plan(ends)]
            return [f"missing: {name}" for name in [each for each in tables if each not in there] + steps]

        return self._place.carry_out(work)

    def apply_schema(self) -> Sequence[str]:
        if not self.missing_schema():
            return []
        self._place.carry_out(
            lambda: call_command("migrate", APP, database=self._place.alias, verbosity=0, interactive=False)
        )
        return self.schema()


class AsyncDjangoStore(ThreadedStore):
    """The same for the async SDK. Plans run in the thread that Django keeps for blocking code, of the request where
    there is one, so that they use the connection that the application's own queries use.

    Args:
        store: the blocking store.
    """

    def __init__(self, store: DjangoStore) -> None:
        super().__init__(store)

    async def _read(self, work: Callable[..., T], *arguments: Any) -> T:
        outcome: T = await sync_to_async(work, thread_sensitive=True)(*arguments)
        return outcome

    async def _write(self, work: Callable[..., T], *arguments: Any) -> T:
        return await self._read(work, *arguments)
