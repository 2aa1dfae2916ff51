"""How far a migration has come, in a file that is whole at any moment."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import Any, Callable, Dict, Generic, NamedTuple, Optional, Tuple, TypeVar, cast

from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.migration.report import Report
from velt_py.selfhosting.migration.selection import Selection
from velt_py.selfhosting.migration.whole_file import whole_file

__all__ = ["Checkpoint", "LinePosition", "Position"]

VERSION = 1


class Position(NamedTuple):
    """The last record that the target has.

    Args:
        kind, organization: whose it is.
        after: its id.
    """

    kind: str
    organization: str
    after: str


class LinePosition(NamedTuple):
    """The last line of a file whose record the target has.

    Args:
        line: its number, from 1.
    """

    line: int


P = TypeVar("P", Position, LinePosition)


class Checkpoint(Generic[P]):
    """The checkpoint of one migration.

    Args:
        path: the file.
        source, target: what names both stores, without credentials; or a file and its content.
        selection: what is moved.
        position: how a place in the source is told.
    """

    def __init__(
        self, path: str, source: str, target: str, selection: Selection, position: Callable[..., P]
    ) -> None:
        self._path = path
        self._position: Callable[..., P] = position
        self._migration: Dict[str, Any] = {
            "version": VERSION,
            "from": source,
            "to": target,
            "kinds": [kind.name for kind in selection.kinds],
            "organizations": list(selection.organizations) if selection.organizations is not None else None,
        }

    def load(self) -> Optional[Tuple[P, Report]]:
        """Where to go on, and what was done so far; None at the beginning.

        Raises:
            VeltConfigurationError: the file is damaged, or belongs to another migration.
        """
        try:
            with open(self._path, encoding="utf-8") as file:
                found: Any = json.load(file)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise self._unusable(getattr(error, "strerror", None) or "this is no checkpoint") from None
        if not isinstance(found, dict):
            raise self._unusable("this is no checkpoint")
        given = cast("Dict[str, Any]", found)
        for name, value in self._migration.items():
            if given.get(name) != value:
                raise self._unusable(f"it belongs to a migration with another `{name}`")
        try:
            return self._position(**given["at"]), Report.from_dict(given["report"])
        except (KeyError, TypeError, AttributeError):
            raise self._unusable("this is no checkpoint") from None

    def _unusable(self, problem: str) -> VeltConfigurationError:
        return VeltConfigurationError(
            f"--checkpoint {self._path}: {problem}; name another file, or remove it to begin anew",
            field="--checkpoint",
        )

    def store(self, position: P, report: Report) -> None:
        """Everything up to this record is in the target.

        Raises:
            VeltStorageError: the file cannot be written.
        """
        whole = {**self._migration, "at": position._asdict(), "report": report.to_dict()}
        with whole_file(self._path) as file:
            file.write(json.dumps(whole, ensure_ascii=False))

    def clear(self) -> None:
        """All is copied: the next run begins anew, and so finds what was written meanwhile."""
        with suppress(FileNotFoundError):
            os.remove(self._path)
