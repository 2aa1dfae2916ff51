"""Functions of the application that the routes call: what can be called, and what has to be awaited. Pure."""

from __future__ import annotations

from typing import Any

from velt_py._functions import is_async
from velt_py.exceptions import VeltConfigurationError

__all__ = ["cannot_await", "check_hook"]


def check_hook(setting: str, hook: Any, awaits: bool) -> None:
    """Refuse what cannot be called here.

    Args:
        setting: the name of the hook, for messages.
        hook: the hook, or None.
        awaits: whether the handler can await.

    Raises:
        VeltConfigurationError: for a hook that is no function, or has to be awaited where nothing awaits.
    """
    if hook is None:
        return
    if not callable(hook):
        raise VeltConfigurationError(f"{setting}: a function is needed", field=setting)
    if not awaits and is_async(hook):
        raise cannot_await(setting)


def cannot_await(setting: str) -> VeltConfigurationError:
    """The refusal of a hook that has to be awaited."""
    return VeltConfigurationError(
        f"{setting}: this handler cannot await; give it a plain function", field=setting
    )
