"""The configuration: a dictionary and the environment become one frozen `Settings`.

Every configuration message of the package is written here. Nothing is opened or imported: a wrong key is found when
the SDK is made, a missing driver too, a database that is down at the first operation.
"""

from __future__ import annotations

import difflib
import importlib.util
import inspect
import os
from dataclasses import fields
from typing import Any, Callable, Dict, List, Mapping, NoReturn, Optional, Sequence, Tuple, Union, cast
from urllib.parse import urlsplit

from velt_py.exceptions import VeltConfigurationError, VeltDatabaseError, VeltDependencyError
from velt_py.settings import (
    API_BASE_URL,
    COLLECTIONS,
    ON_DEMAND,
    DatabaseSettings,
    FileSettings,
    Hooks,
    HttpSettings,
    Limits,
    Settings,
    database_in,
)

__all__ = [
    "Config",
    "DatabaseSettings",
    "FileSettings",
    "Hooks",
    "HttpSettings",
    "Limits",
    "NO_DATABASE",
    "Settings",
    "api_base_url",
    "http_settings",
    "load_settings",
]

# What a key takes


def _fail(key: str, problem: str) -> NoReturn:
    raise VeltConfigurationError(f"configuration key {key!r}: {problem}", field=key)


def _kind(value: Any) -> str:
    names = {"NoneType": "None", "str": "a text", "bool": "a boolean"}
    name = str(type(value).__name__)
    return names.get(name, f"a {name}")


def _text(key: str, value: Any) -> Optional[str]:
    if value is not None and not isinstance(value, str):
        _fail(key, f"a text is needed, {_kind(value)} was given")
    return value or None


def _path(key: str, value: Any) -> str:
    if not isinstance(value, (str, os.PathLike)):
        _fail(key, f"a path is needed, {_kind(value)} was given")
    return os.fspath(cast("Union[str, os.PathLike[str]]", value))


def _flag(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        _fail(key, f"True or False is needed, {_kind(value)} was given")
    return value


def _count(key: str, value: Any) -> int:
    if isinstance(value, str) and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        _fail(key, f"a whole number from 0 on is needed, {_kind(value)} was given")
    return value


def _seconds(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        _fail(key, f"a number of seconds above 0 is needed, {_kind(value)} was given")
    return float(value)


def _texts(key: str, value: Any) -> Tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        _fail(key, f"a list of texts is needed, {_kind(value)} was given")
    entries = cast(List[Any], value)
    if any(not isinstance(entry, str) or not entry for entry in entries):
        _fail(key, "every entry of the list has to be a text that is not empty")
    return tuple(entries)


def _block(key: str, value: Any) -> Dict[str, Any]:
    if not isinstance(value, Mapping):
        _fail(key, f"a dict is needed, {_kind(value)} was given")
    return dict(cast(Mapping[str, Any], value))


Take = Callable[[str, Any], Any]

_BY_TYPE: Mapping[str, Take] = {
    "str": _text,
    "Optional[str]": _text,
    "bool": _flag,
    "int": _count,
    "Optional[int]": _count,
    "float": _seconds,
    "Optional[Tuple[str, ...]]": _texts,
    "Mapping[str, Any]": _block,
}

AWS = ("bucket_name", "region", "endpoint_url", "access_key_id", "secret_access_key")
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
HTTP: Sequence[str] = [
    "connect_timeout",
    "read_timeout",
    "retries",
    "max_retry_seconds",
    "proxy",
    "no_proxy",
    "ca_bundle",
    "client_cert",
    "client_key",
    "retry_if",
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
NO_DATABASE = (
    "self-hosting needs a store: add a `database` block to the configuration, "
    'for example {"database": {"type": "sqlite", "path": "velt.db"}}'
)
DATABASES: Mapping[str, str] = {
    "mongodb": "mongodb",
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "sqlite": "sqlite",
    "django": "django",
    "memory": "memory",
}
DRIVERS: Mapping[str, Tuple[Tuple[str, ...], str]] = {
    "mongodb": (("pymongo",), "mongodb"),
    "postgresql": (("psycopg", "psycopg_pool"), "postgres"),
    "s3": (("boto3",), "s3"),
    "django": (("django",), "django"),
}


def _known(block: str, given: Mapping[str, Any], names: Sequence[str]) -> None:
    for key in given:
        if key in names:
            continue
        full = f"{block}.{key}" if block else str(key)
        near = difflib.get_close_matches(str(key).lower(), [name.lower() for name in names], 1, 0.5)
        right = next((name for name in names if near and name.lower() == near[0]), None)
        hint = f"did you mean {right!r}?" if right else "known are " + ", ".join(names)
        _fail(full, f"there is no such key; {hint}")


def _filled(
    cls: Any, block: str, given: Mapping[str, Any], only: Optional[Sequence[str]] = None
) -> Dict[str, Any]:
    """The checked values of a block's keys; None counts as not given."""
    kinds = {entry.name: str(entry.type) for entry in fields(cls)}
    _known(block, given, only if only is not None else list(kinds))
    values: Dict[str, Any] = {}
    for key, value in given.items():
        if value is not None and value != "":
            take = _path if key == "path" else _BY_TYPE[kinds[key]]
            values[key] = take(f"{block}.{key}", value)
    return values


# The blocks


def _database(given: Any) -> DatabaseSettings:
    block = _block("database", given)
    kind = block.get("type", "mongodb")
    if not isinstance(kind, str) or kind.lower() not in DATABASES:
        near = difflib.get_close_matches(str(kind).lower(), list(DATABASES), 1)
        hint = (
            f"did you mean {near[0]!r}?"
            if near
            else "known are mongodb, postgresql, sqlite, django and memory"
        )
        _fail("database.type", f"there is no such store; {hint}")
    values: Dict[str, Any] = {**_filled(DatabaseSettings, "database", block), "type": DATABASES[kind.lower()]}
    settings = DatabaseSettings(**values)
    if settings.type == "django":
        _known("database", block, ["type", "alias"])
        _need_driver("django")
        return settings
    if settings.pool_max_size < max(1, settings.pool_min_size):
        _fail("database.pool_max_size", "it has to be at least 1 and at least `pool_min_size`")
    if settings.type in ("sqlite", "memory"):
        if settings.path == ":memory:":
            _fail("database.path", 'SQLite in memory is one database per thread; use {"type": "memory"}')
        return settings
    if not settings.connection_string and not settings.host:
        _fail("database.host", "the server is needed: give `connection_string`, or `host` and its companions")
    if not settings.database_name and not database_in(settings.connection_string):
        _fail("database.database_name", "the name of the database is needed, here or in `connection_string`")
    if (
        not settings.connection_string
        and bool(settings.username) != bool(settings.password)
        and (settings.type == "mongodb")
    ):
        missing = "password" if settings.username else "username"
        _fail(f"database.{missing}", "user name and password are needed together")
    _need_driver(settings.type)
    return settings


def _need_driver(kind: str, field: str = "database.type") -> None:
    modules, extra = DRIVERS[kind]
    if any(importlib.util.find_spec(module) is None for module in modules):
        raise VeltDependencyError(
            f'{kind} needs a library that is not installed; run: pip install "velt-py[{extra}]"',
            field=field,
        )


def _collections(given: Any) -> Dict[str, str]:
    block = _block("collections", given)
    _known("collections", block, [*COLLECTIONS, *ON_DEMAND])
    names = dict(COLLECTIONS)
    for key, value in block.items():
        name = _text(f"collections.{key}", value)
        if name is None or "\0" in name or name.startswith("system.") or "$" in name or len(name) > 60:
            _fail(
                f"collections.{key}", "1 to 60 characters without NUL, '$' and a leading 'system.' are needed"
            )
        names[key] = name
    if len(set(names.values())) < len(names):
        _fail("collections", "two kinds of record have the same collection; each needs one of its own")
    return names


def _user_schema(given: Any) -> Dict[str, Tuple[str, ...]]:
    schema: Dict[str, Tuple[str, ...]] = {}
    for name, columns in _block("user_schema", given).items():
        key = f"user_schema.{name}"
        if not isinstance(columns, str) and not isinstance(columns, (list, tuple)):
            _fail(key, f"a column or a list of columns is needed, {_kind(columns)} was given")
        schema[name] = _texts(key, [columns] if isinstance(columns, str) else columns)
        for column in schema[name]:
            if any(not part or part.startswith("$") or "\0" in part for part in column.split(".")):
                _fail(key, "a column's name has no empty parts between its dots, no NUL and no leading '$'")
    return schema


def _user_source(given: Any) -> Any:
    if isinstance(given, str):
        if not all(part.isidentifier() for part in given.split(".")) or "." not in given:
            _fail("users.source", "a path like 'package.module.name' is needed, or the source itself")
    elif given is not None and not callable(given) and not callable(getattr(given, "find", None)):
        _fail(
            "users.source",
            f"a function or an object with a `find` method is needed, {_kind(given)} was given",
        )
    return given


def _aws(given: Any, environment: Mapping[str, str]) -> Dict[str, Any]:
    block = _block("aws", given)
    if not block:
        return {}
    values = _filled(FileSettings, "aws", block, AWS)
    for key, variable in (
        ("bucket_name", "AWS_S3_BUCKET_NAME"),
        ("access_key_id", "AWS_ACCESS_KEY_ID"),
        ("secret_access_key", "AWS_SECRET_ACCESS_KEY"),
        ("region", "AWS_REGION"),
        ("endpoint_url", "AWS_S3_ENDPOINT_URL"),
    ):
        if key not in values and environment.get(variable):
            values[key] = environment[variable]
    if "bucket_name" not in values:
        _fail("aws.bucket_name", "the bucket is needed, here or as AWS_S3_BUCKET_NAME")
    return values


def _files(config: Mapping[str, Any], environment: Mapping[str, str]) -> Optional[FileSettings]:
    aws = _aws(config["aws"], environment) if config.get("aws") is not None else {}
    names = [entry.name for entry in fields(FileSettings) if entry.name not in AWS]
    block = _block("files", config["files"]) if config.get("files") is not None else {}
    values = _filled(FileSettings, "files", block, names)
    if not aws and not block:
        return None
    values.setdefault("type", "s3" if aws else "folder")
    if values["type"] not in ("folder", "s3", "django"):
        _fail("files.type", "there is no such file store; known are folder, s3 and django")
    if values["type"] == "s3" and not aws:
        _fail("aws.bucket_name", "files in S3 need an `aws` block with the bucket")
    if values.get("urls", "route") not in ("route", "public"):
        _fail("files.urls", "'route' for our own route or 'public' for the bucket's address is needed")
    if values.get("urls") == "public" and values["type"] != "s3":
        _fail("files.urls", "only a bucket has a public address; use 'route'")
    if values["type"] == "django":
        _need_driver("django", "files.type")
    if values["type"] == "s3":
        _need_driver("s3", "files.type")
        values.update(aws)
    base = values.get("base_url")
    if base is not None and not base.startswith(("http://", "https://")):
        _fail("files.base_url", "an address that starts with http:// or https:// is needed")
    return FileSettings(**values)


def _resolver_auth(given: Any) -> Dict[str, Any]:
    block = _block("resolver_auth", given)
    _known("resolver_auth", block, RESOLVER_AUTH)
    if block.get("jwt") is not None:
        _known("resolver_auth.jwt", _block("resolver_auth.jwt", block["jwt"]), JWT)
    if block.get("verify") is not None and not callable(block["verify"]):
        _fail("resolver_auth.verify", f"a function is needed, {_kind(block['verify'])} was given")
    for key in ("header", "scheme"):
        if block.get(key) is not None and not isinstance(block[key], str):
            _fail(f"resolver_auth.{key}", f"a text is needed, {_kind(block[key])} was given")
    return block


def api_base_url(given: Any, environment: Mapping[str, str]) -> str:
    """Where Velt's REST API is: the key, the environment, else the public host; without a slash at the end."""
    address = _text("apiBaseUrl", given)
    for variable in ("VELT_API_BASE_URL", "VELT_API_URL"):
        address = address or environment.get(variable)
    if address is None:
        return API_BASE_URL
    if not _is_address(address) or "?" in address or "#" in address:
        _fail("apiBaseUrl", "an address like https://api.velt.dev is needed, without query and fragment")
    if "@" in address:
        _fail("apiBaseUrl", "an address without user name and password is needed")
    return address.rstrip("/")


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def http_settings(given: Any, environment: Mapping[str, str]) -> HttpSettings:
    """The block `http`, and what the environment says where the block is silent.

    Args:
        given: the block, or None.
        environment: HTTPS_PROXY, HTTP_PROXY, NO_PROXY (or in small letters), SSL_CERT_FILE, REQUESTS_CA_BUNDLE.

    Raises:
        VeltConfigurationError: names the key at fault.
    """
    block = _block("http", given) if given is not None else {}
    _known("http", block, HTTP)
    proxy, no_proxy = block.pop("proxy", None), block.pop("no_proxy", None)
    retry_if = block.pop("retry_if", None)
    values = _filled(HttpSettings, "http", block, HTTP)
    values["retry_if"] = _functions("http.retry_if", retry_if)
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        if not values.get("ca_bundle") and environment.get(variable):
            values["ca_bundle"] = environment[variable]
    if values.get("client_key") and not values.get("client_cert"):
        _fail("http.client_cert", "the certificate that belongs to `client_key` is needed")
    values["proxies"] = _proxies(proxy, environment)
    if no_proxy is None:
        no_proxy = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    listed = no_proxy.split(",") if isinstance(no_proxy, str) else _texts("http.no_proxy", no_proxy)
    values["no_proxy"] = tuple([entry.strip().lower() for entry in listed if entry.strip()])
    return HttpSettings(**values)


def _functions(key: str, given: Any) -> Tuple[Callable[..., Any], ...]:
    """One function or a list of them."""
    listed: Sequence[Any] = () if given is None else (given,)
    if isinstance(given, (list, tuple)):
        listed = cast(Sequence[Any], given)
    for each in listed:
        if not callable(each) or _is_awaited(each):
            _fail(
                key, "a plain function is needed, or a list of them; it is called while a call is under way"
            )
    return tuple(listed)


def _proxies(given: Any, environment: Mapping[str, str]) -> Dict[str, str]:
    if given is not None:
        # An empty text switches the environment's proxies off.
        proxy = _text("http.proxy", given)
        if proxy is None:
            return {}
        if not _is_address(proxy):
            _fail("http.proxy", "an address that starts with http:// or https:// is needed")
        return {"http": proxy, "https": proxy}
    https = environment.get("https_proxy") or environment.get("HTTPS_PROXY")
    plain = environment.get("http_proxy")
    if not plain and "REQUEST_METHOD" not in environment:
        # Under CGI a client's header `Proxy` appears as HTTP_PROXY.
        plain = environment.get("HTTP_PROXY")
    return {scheme: proxy for scheme, proxy in (("https", https), ("http", plain)) if proxy}


def _is_awaited(function: Any) -> bool:
    """Whether calling it makes a coroutine, for objects with an `async def __call__` too."""
    own = getattr(cast(object, type(function)), "__call__", None)  # noqa: B004 - what is called, not whether it can be
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(own)


def _hooks(given: Any) -> Optional[Hooks]:
    block = _block("hooks", given)
    _known("hooks", block, [entry.name for entry in fields(Hooks)])
    hooks = {name: _hook(f"hooks.{name}", value) for name, value in block.items() if value is not None}
    return Hooks(**hooks) if hooks else None


def _hook(key: str, value: Any) -> Callable[[Any], object]:
    if not callable(value):
        _fail(key, f"a function that takes one event is needed, {_kind(value)} was given")
    if _is_awaited(value):
        _fail(key, "a plain function is needed, also for an AsyncVeltSDK: nobody awaits an `async def`")
    return cast("Callable[[Any], object]", value)


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
        raise VeltConfigurationError(f"the configuration has to be a dict, {_kind(config)} was given")
    env = os.environ if environment is None else environment
    _known("", config, TOP)
    values: Dict[str, Any] = {}
    for key, variable in (
        ("apiKey", "VELT_API_KEY"),
        ("authToken", "VELT_AUTH_TOKEN"),
        ("workspaceId", "VELT_WORKSPACE_ID"),
        ("workspaceAuthToken", "VELT_WORKSPACE_AUTH_TOKEN"),
    ):
        # A key that is there, even as None, goes before the environment.
        values[key] = _text(key, config[key]) if key in config else (env.get(variable) or None)
    for key, take in (
        ("database", _database),
        ("collections", _collections),
        ("user_schema", _user_schema),
        ("resolver_auth", _resolver_auth),
        ("hooks", _hooks),
    ):
        if config.get(key) is not None:
            values[key] = take(config[key])
    if config.get("users") is not None:
        users = _block("users", config["users"])
        _known("users", users, ["fields", "source"])
        source = values["user_source"] = _user_source(users.get("source"))
        declared: Any = getattr(source, "public_fields", ())
        values["user_fields"] = (*_texts("users.fields", users.get("fields", ())), *declared)
    if config.get("collections") and "database" in values and values["database"].type == "django":
        _fail("collections", "the tables of the Django app have names of their own; leave this out")
    if config.get("limits") is not None:
        values["limits"] = Limits(**_filled(Limits, "limits", _block("limits", config["limits"])))
    if config.get("raiseOnError") is not None:
        values["raiseOnError"] = _flag("raiseOnError", config["raiseOnError"])
    values["apiBaseUrl"] = api_base_url(config.get("apiBaseUrl"), env)
    values["http"] = http_settings(config.get("http"), env)
    return Settings(files=_files(config, env), **values)


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
        return self.settings.apiKey

    def get_auth_token(self) -> Optional[str]:
        return self.settings.authToken

    def get_workspace_id(self) -> Optional[str]:
        return self.settings.workspaceId

    def get_workspace_auth_token(self) -> Optional[str]:
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
