"""What the command line names: a configuration, a function of the application."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from typing import Any, Mapping, Optional, cast

from velt_py.config import load_settings
from velt_py.exceptions import VeltConfigurationError, VeltSDKError
from velt_py.selfhosting.naming import named_settings
from velt_py.settings import Settings

__all__ = ["config_or_environment", "load_config", "load_name"]


def load_config(named: str, option: str = "--config") -> Settings:
    """The settings of `FILE.json`, `package.module:NAME` or the URL of a database.

    Args:
        named: one of these.
        option: what it was given for, for messages.

    Raises:
        VeltConfigurationError: when there is no such file or name, or the configuration is wrong.
    """
    path, colon, name = named.rpartition(":")
    if "://" in named or not colon or os.path.exists(named) or "/" in name or os.sep in path:
        return named_settings(named, option)
    config = load_name(named, option)
    if callable(config):
        try:
            config = config()
        except VeltSDKError:
            raise
        except Exception as error:  # noqa: BLE001 - the application's code
            raise VeltConfigurationError(
                f"{option} {named}: the function failed: {told(error)}", field=option
            ) from None
    if not isinstance(config, (Mapping, Settings)):
        raise VeltConfigurationError(f"{option} {named}: a dict is needed", field=option)
    return load_settings(cast(Mapping[str, Any], config))


def config_or_environment(named: Optional[str]) -> Settings:
    """The settings of what `--config` names, those of the environment without it.

    Raises:
        VeltConfigurationError: as `load_config`.
    """
    return load_config(named) if named else load_settings({})


def load_name(named: str, option: str) -> Any:
    """What `package.module:NAME` names; the working directory is looked in first.

    Raises:
        VeltConfigurationError: when there is no such module or name, or the module cannot be imported.
    """
    module_name, colon, name = named.partition(":")
    if not colon or not name or not all(module_name.split(".")):
        raise VeltConfigurationError(f"{option} {named}: write it as package.module:NAME", field=option)
    if os.getcwd() not in sys.path and "" not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise VeltConfigurationError(
            f"{option} {named}: there is no module {error.name}", field=option
        ) from None
    except VeltSDKError:
        raise
    except Exception as error:  # noqa: BLE001 - the application's code
        raise VeltConfigurationError(
            f"{option} {named}: the module cannot be imported: {told(error)}", field=option
        ) from None
    try:
        for part in name.split("."):
            found = getattr(found, part)
    except AttributeError:
        raise VeltConfigurationError(f"{option} {named}: the module has no such name", field=option) from None
    return found


def told(error: Exception) -> str:
    """What sort of error the application's code raised, and where. Not its text, which may quote a secret."""
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__} in {error.filename}, line {error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} in {frames[-1].filename}, line {frames[-1].lineno}"
