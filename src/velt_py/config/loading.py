"""The configuration as a whole: a dictionary and the environment become one frozen `Settings`."""

from __future__ import annotations

import os
from typing import Any, Dict, Mapping, Optional, Sequence, Union, cast

from velt_py.config.calls import api_base_url, hooks_of, http_settings
from velt_py.config.stores import (
    NO_DATABASE,
    collections_of,
    database_of,
    files_of,
    user_schema_of,
    user_source_of,
)
from velt_py.config.values import block_of, fail, filled, flag_of, kind_of, known_only, text_of, texts_of
from velt_py.exceptions import VeltConfigurationError, VeltDatabaseError
from velt_py.settings import DatabaseSettings, Limits, Settings

__all__ = ["TOP", "Config", "load_settings"]

TOP: Sequence[str] = [
    "database",
    "collections",
    "user_schema",
    "users",
    "aws",
    "files",
    "limits",
    "apiKey",
    "authToken",
    "workspaceId",
    "workspaceAuthToken",
    "resolver_auth",
    "raiseOnError",
    "apiBaseUrl",
    "http",
    "hooks",
]

RESOLVER_AUTH: Sequence[str] = ("jwt", "verify", "header", "scheme")

JWT: Sequence[str] = [
    "algorithms",
    "secret",
    "public_key",
    "jwks_url",
    "issuer",
    "audience",
    "leeway",
    "require",
]


def resolver_auth_of(given: Any) -> Dict[str, Any]:
    block = block_of("resolver_auth", given)
    known_only("resolver_auth", block, RESOLVER_AUTH)
    if block.get("jwt") is not None:
        known_only("resolver_auth.jwt", block_of("resolver_auth.jwt", block["jwt"]), JWT)
    if block.get("verify") is not None and not callable(block["verify"]):
        fail("resolver_auth.verify", f"a function is needed, {kind_of(block['verify'])} was given")
    for key in ("header", "scheme"):
        if block.get(key) is not None and not isinstance(block[key], str):
            fail(f"resolver_auth.{key}", f"a text is needed, {kind_of(block[key])} was given")
    return block


def load_settings(
    config: Union[Mapping[str, Any], Settings], environment: Optional[Mapping[str, str]] = None
) -> Settings:
    """Check a configuration.

    Args:
        config: the configuration as a dictionary; every key is described in docs/configuration.md.
        environment: the environment; `os.environ` unless given.

    Raises:
        VeltConfigurationError: names the key at fault, and the nearest right one where a key is unknown.
        VeltDependencyError: a library that the configured store needs is missing; holds the install line.
    """
    if isinstance(config, Settings):
        return config
    if not isinstance(cast(object, config), Mapping):
        raise VeltConfigurationError(f"the configuration has to be a dict, {kind_of(config)} was given")
    env = os.environ if environment is None else environment
    known_only("", config, TOP)
    values: Dict[str, Any] = {}
    for key, variable in (
        ("apiKey", "VELT_API_KEY"),
        ("authToken", "VELT_AUTH_TOKEN"),
        ("workspaceId", "VELT_WORKSPACE_ID"),
        ("workspaceAuthToken", "VELT_WORKSPACE_AUTH_TOKEN"),
    ):
        # A key that is there, even as None, goes before the environment.
        values[key] = text_of(key, config[key]) if key in config else (env.get(variable) or None)
    for key, take in (
        ("database", database_of),
        ("collections", collections_of),
        ("user_schema", user_schema_of),
        ("resolver_auth", resolver_auth_of),
        ("hooks", hooks_of),
    ):
        if config.get(key) is not None:
            values[key] = take(config[key])
    if config.get("users") is not None:
        users = block_of("users", config["users"])
        known_only("users", users, ["fields", "source"])
        source = values["user_source"] = user_source_of(users.get("source"))
        declared: Any = getattr(source, "public_fields", ())
        values["user_fields"] = (*texts_of("users.fields", users.get("fields", ())), *declared)
    if config.get("collections") and "database" in values and values["database"].type == "django":
        fail("collections", "the tables of the Django app have names of their own; leave this out")
    if config.get("limits") is not None:
        values["limits"] = Limits(**filled(Limits, "limits", block_of("limits", config["limits"])))
    if config.get("raiseOnError") is not None:
        values["raiseOnError"] = flag_of("raiseOnError", config["raiseOnError"])
    values["apiBaseUrl"] = api_base_url(config.get("apiBaseUrl"), env)
    values["http"] = http_settings(config.get("http"), env)
    return Settings(files=files_of(config, env), **values)


class Config:
    """The published door to the configuration: what `VeltSDK.initialize` makes of its argument.

    Args:
        config: the configuration as a dictionary.

    Raises:
        VeltConfigurationError: as `load_settings`.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.settings = load_settings(config)

    @property
    def _database(self) -> DatabaseSettings:
        if self.settings.database is None:
            raise VeltDatabaseError(NO_DATABASE, code="CONFIGURATION_ERROR", field="database")
        return self.settings.database

    def get_mongodb_uri(self) -> str:
        """The MongoDB URI, credentials included."""
        return self._database.mongodb_uri()

    def get_database_name(self) -> str:
        """The name of the MongoDB database."""
        return self._database.mongodb_database()

    def get_database_type(self) -> str:
        """`mongodb`, `postgresql`, `sqlite`, `django` or `memory`."""
        return self._database.type

    def get_pool_sizes(self) -> Dict[str, int]:
        """The least and the most connections of the pool."""
        return {"pool_min_size": self._database.pool_min_size, "pool_max_size": self._database.pool_max_size}

    def get_api_key(self) -> Optional[str]:
        """Velt's api key, or None."""
        return self.settings.apiKey

    def get_auth_token(self) -> Optional[str]:
        """The secret beside the api key, or None."""
        return self.settings.authToken

    def get_workspace_id(self) -> Optional[str]:
        """The workspace's id, or None."""
        return self.settings.workspaceId

    def get_workspace_auth_token(self) -> Optional[str]:
        """The secret beside the workspace's id, or None."""
        return self.settings.workspaceAuthToken

    def get_user_schema(self) -> Optional[Dict[str, Any]]:
        """The columns by field, or None."""
        schema = self.settings.user_schema
        return None if schema is None else {name: list(columns) for name, columns in schema.items()}

    def get_resolver_auth(self) -> Optional[Dict[str, Any]]:
        """The block `resolver_auth`, or None."""
        return dict(self.settings.resolver_auth) if self.settings.resolver_auth is not None else None

    def get_collection_name(self, collection_type: str) -> str:
        """The collection's name; a type that is not listed maps to itself."""
        return self.settings.collections.get(collection_type, collection_type)

    def is_s3_enabled(self) -> bool:
        """Whether files go to S3."""
        return self.settings.files is not None and self.settings.files.type == "s3"

    def __repr__(self) -> str:
        return "<Config>"
