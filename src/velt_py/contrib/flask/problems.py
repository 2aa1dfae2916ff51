"""What is wrong with the extension in an application, so far as it can be told before anybody asks for something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, NamedTuple

from velt_py.exceptions import VeltSDKError
from velt_py.web.access import everybody, no_questions

if TYPE_CHECKING:
    from velt_py.contrib.flask.extension import State

__all__ = ["Problem", "problems_of"]


class Problem(NamedTuple):
    """Something that is wrong.

    Args:
        level: `error` or `warning`.
        id: what it is about.
        message: what is wrong, and what to do.
    """

    level: str
    id: str
    message: str


def problems_of(state: State, debug: bool) -> Iterator[Problem]:
    """What is wrong.

    Args:
        state: what the extension made for the application.
        debug: whether the application is being developed.
    """
    site = state.handler.site
    if site.missing is not None:
        yield Problem(
            "error", site.missing, f"every request is refused: give Velt(...) a function `{site.missing}`"
        )
    if not debug:
        hooks = (("authenticate", site.authenticate, everybody), ("authorize", site.authorize, no_questions))
        for name, hook, open_to_all in hooks:
            if hook is open_to_all:
                yield Problem("error", name, f"{open_to_all.__name__} is for development, and DEBUG is off")
    files = site.settings.files
    if files is not None and files.urls == "route" and not files.base_url:
        yield Problem(
            "warning",
            "files",
            "no file can be stored before it is known where browsers reach the routes: set files.base_url, for "
            "example https://app.example/velt",
        )
    yield from store_problems(state, debug)


def store_problems(state: State, debug: bool) -> Iterator[Problem]:
    database = state.handler.site.settings.database
    if database is None:
        yield Problem("error", "store", 'there is no `database` in app.config["VELT"]')
        return
    if database.type == "memory" and not debug:
        yield Problem("warning", "store", "the store is forgotten when the process ends, and DEBUG is off")
    try:
        store = state.sdk._runner.store
        store.ping()
        # Other stores make what they miss at the first use, unless they were told not to.
        missing = [] if database.manage_schema else list(store.missing_schema())
    except VeltSDKError as error:
        yield Problem("error", "store", error.message)
        return
    for line in missing:
        yield Problem("error", "schema", line)
