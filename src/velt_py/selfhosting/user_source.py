"""Users out of the application itself instead of the store: the setting `users.source`."""

from __future__ import annotations

import functools
import importlib
import inspect
from typing import Any, Callable, Dict, List, Union, cast

from velt_py._threads import in_thread
from velt_py.exceptions import VeltConfigurationError, VeltSDKError, VeltValidationError
from velt_py.selfhosting.plans import FindUsers, SaveUser
from velt_py.selfhosting.stores.base import failure

__all__ = ["UserSource", "source_of"]

Found = List[Dict[str, Any]]
UserStep = Union[FindUsers, SaveUser]


class UserSource:
    """Carries out the plans that concern users.

    Args:
        given: what answers `FindUsers`: an object with `find(plan)` and perhaps `find_async(plan)`, or a function of
            the plan. Either may be awaitable, for the async SDK. It answers with dicts of the published field names,
            of people whom the plan's organization may see.
    """

    def __init__(self, given: Any) -> None:
        self._find: Callable[[FindUsers], Any] = getattr(given, "find", given)
        self._find_async: Any = getattr(given, "find_async", None)

    def run(self, plan: UserStep) -> Any:
        """The outcome, blocking."""
        asked = asked_of(plan)
        if not asked.values:
            return []
        try:
            found = self._find(asked)
        except VeltSDKError:
            raise
        except Exception as error:  # noqa: BLE001 - the application's code, with errors of its own
            raise failed(error) from None
        if inspect.isawaitable(found):
            close = getattr(found, "close", None)
            if close is not None:
                close()
            raise VeltConfigurationError(
                "users.source is awaited, which the blocking SDK cannot do; use AsyncVeltSDK",
                field="users.source",
            )
        return rows_of(found)

    async def run_async(self, plan: UserStep) -> Any:
        """The outcome, awaited; what blocks runs in a thread."""
        asked = asked_of(plan)
        if not asked.values:
            return []
        try:
            if self._find_async is not None:
                found: Any = self._find_async(asked)
            elif inspect.iscoroutinefunction(self._find):
                found = self._find(asked)
            else:
                found = await in_thread(functools.partial(self._find, asked))
            if inspect.isawaitable(found):
                found = await found
        except VeltSDKError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            raise failed(error) from None
        return rows_of(found)


def source_of(given: Any) -> UserSource:
    """The source that the setting names.

    Raises:
        VeltConfigurationError: a path that leads nowhere, or to something that cannot be asked.
    """
    if isinstance(given, str):
        module, _, name = given.rpartition(".")
        try:
            given = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError):
            raise VeltConfigurationError(
                f"users.source: there is no {given!r}", field="users.source"
            ) from None
    if inspect.isclass(given):
        given = given()
    if not callable(getattr(given, "find", given)):
        raise VeltConfigurationError(
            "users.source: a function or an object with a `find` method is needed", field="users.source"
        )
    return UserSource(given)


def asked_of(plan: UserStep) -> FindUsers:
    if isinstance(plan, SaveUser):
        raise VeltValidationError(
            "user: users come from the application (`users.source`), so they are changed there and not saved here",
            field="user",
        )
    return plan


def rows_of(found: Any) -> Found:
    rows: List[Any] = list(cast("List[Any]", found)) if isinstance(found, (list, tuple)) else [None]
    if any(not isinstance(row, dict) for row in rows):
        raise VeltConfigurationError(
            "users.source has to answer with a list of dicts, one for each person", field="users.source"
        )
    return cast(Found, rows)


def failed(error: Exception) -> VeltSDKError:
    return failure(error, "the application's own source of users (`users.source`) failed")
