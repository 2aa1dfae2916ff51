"""A configuration that is named in one word: a JSON file, or the URL of a database."""

from __future__ import annotations

import json
from typing import Any, Dict, Mapping, Optional, cast
from urllib.parse import unquote

from velt_py.config import load_settings
from velt_py.exceptions import VeltConfigurationError
from velt_py.settings import Settings, database_in

__all__ = ["config_of_url", "named_settings", "read_json"]


def config_of_url(named: str, option: str) -> Optional[Dict[str, Any]]:
    """The configuration that a database's URL stands for, or None when this is none.

    Args:
        named: `sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://...` or `mongodb://.../database`.
        option: what it was given for, for messages.

    Raises:
        VeltConfigurationError: it names no database.
    """
    scheme, found, rest = named.partition("://")
    if not found:
        return None
    if scheme == "sqlite":
        path = unquote(rest[1:]) if rest.startswith("/") else ""
        if not path:
            raise VeltConfigurationError(
                f"{option}: write it as sqlite:///velt.db, or sqlite:////var/lib/velt.db for a path from the root",
                field=option,
            )
        return {"database": {"type": "sqlite", "path": path}}
    if scheme in ("postgresql", "postgres"):
        return {"database": {"type": "postgresql", "connection_string": named}}
    if scheme in ("mongodb", "mongodb+srv"):
        if not database_in(named):
            raise VeltConfigurationError(
                f"{option}: the URL has to name the database: {scheme}://host/database", field=option
            )
        return {"database": {"type": "mongodb", "connection_string": named}}
    raise VeltConfigurationError(
        f"{option}: {scheme}:// is not known; there are sqlite, postgresql, mongodb and mongodb+srv",
        field=option,
    )


def named_settings(named: str, option: str) -> Settings:
    """The settings of a JSON file or a database's URL.

    Raises:
        VeltConfigurationError: there is no such file, or the configuration is wrong.
    """
    config = config_of_url(named, option)
    given: Any = read_json(named, option) if config is None else config
    if not isinstance(given, Mapping):
        raise VeltConfigurationError(f"{option} {named}: a dict is needed", field=option)
    return load_settings(cast("Mapping[str, Any]", given))


def read_json(path: str, option: str) -> Any:
    """What a JSON file holds."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except OSError as error:
        raise VeltConfigurationError(f"{option} {path}: {error.strerror or error}", field=option) from None
    except ValueError as error:
        raise VeltConfigurationError(f"{option} {path}: this is no JSON: {error}", field=option) from None
