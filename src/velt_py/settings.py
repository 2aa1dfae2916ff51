"""The frozen settings that the whole package reads; `velt_py.config` makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Mapping, Optional, Tuple
from urllib.parse import quote_plus, unquote, urlsplit

from velt_py._version import __version__

__all__ = [
    "API_BASE_URL",
    "COLLECTIONS",
    "DatabaseSettings",
    "FileSettings",
    "Hooks",
    "HttpSettings",
    "ON_DEMAND",
    "Limits",
    "Settings",
    "database_in",
]

COLLECTIONS: Mapping[str, str] = {
    "comments": "comment_annotations",
    "reactions": "reaction_annotations",
    "recorder_annotations": "recorder_annotations",
    "notifications": "notifications",
    "activities": "activities",
    "attachments": "attachments",
    "users": "users",
}
"""The collection's or table's name of each kind of record, unless `collections` names another."""

ON_DEMAND = ("webhooks",)
"""Kinds that have a collection only once they are used or named in `collections`."""

API_BASE_URL = "https://api.velt.dev"
"""Velt's public host; the block key `apiBaseUrl` names another."""

MEGABYTE = 1024 * 1024


def _nothing() -> Dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Limits:
    """How much one request may ask for; the block `limits`.

    Args:
        max_body_bytes: bytes of a JSON body over HTTP.
        max_id_bytes: bytes of an id in UTF-8. 400 fits the index entries of every store.
        max_ids: ids in one list.
        max_records: records in one save.
        max_record_bytes: bytes of one record as JSON. MongoDB takes 16 MB including what is stored already.
        max_depth: levels of nesting of one record.
    """

    max_body_bytes: int = 16 * MEGABYTE
    max_id_bytes: int = 400
    max_ids: int = 10_000
    max_records: int = 1_000
    max_record_bytes: int = 4 * MEGABYTE
    max_depth: int = 64


@dataclass(frozen=True)
class DatabaseSettings:
    """The block `database`, checked. Texts that are secrets stay out of `repr`.

    Args:
        type: `mongodb`, `postgresql`, `sqlite`, `django` or `memory`.
        path: the file of SQLite.
        alias: the entry of Django's `DATABASES`.
        partitions: PostgreSQL's tables are split by organization into so many parts; 0 for the published layout.
        timeout: seconds that one operation may take, SQLite's wait for another writer included.
        connect_timeout, pool_timeout: seconds.
    """

    type: str
    path: str = "velt.db"
    alias: str = "default"
    connection_string: Optional[str] = field(default=None, repr=False)
    host: Optional[str] = None
    port: Optional[int] = None
    username: Optional[str] = field(default=None, repr=False)
    password: Optional[str] = field(default=None, repr=False)
    auth_database: Optional[str] = None
    database_name: Optional[str] = None
    use_srv: bool = False
    pool_min_size: int = 1
    pool_max_size: int = 5
    schema: str = "public"
    partitions: int = 0
    sslmode: str = "prefer"
    sslrootcert: Optional[str] = None
    connect_timeout: float = 10.0
    pool_timeout: float = 10.0
    timeout: float = 10.0
    application_name: str = f"velt-py/{__version__}"
    manage_schema: bool = True
    connection_options: Mapping[str, Any] = field(default_factory=_nothing, repr=False)

    def mongodb_uri(self) -> str:
        """The URI of the MongoDB server, with the credentials in it."""
        if self.connection_string:
            return self.connection_string
        host = self.host or "localhost"
        scheme, found, rest = host.partition("://")
        if not found:
            srv = self.use_srv or host.split(":")[0].rstrip(".").endswith(".mongodb.net")
            scheme, rest = ("mongodb+srv" if srv else "mongodb"), host
        rest = rest.rstrip("/")
        if self.port and scheme == "mongodb" and ":" not in rest.rpartition("]")[2] and "," not in rest:
            rest = f"{rest}:{self.port}"
        login = ""
        if self.username:
            login = quote_plus(self.username)
            if self.password:
                login += ":" + quote_plus(self.password)
            login += "@"
        source = (
            f"?authSource={quote_plus(self.auth_database)}" if self.auth_database and self.username else ""
        )
        return f"{scheme}://{login}{rest}/{source}"

    def mongodb_database(self) -> str:
        """The name of the MongoDB database; the explicit key goes before the URI's path."""
        return self.database_name or database_in(self.connection_string) or ""

    def postgresql_parameters(self) -> Dict[str, Any]:
        """What libpq needs beside `connection_string`; an explicit key of the block goes before the defaults only,
        the connection string before both."""
        host, port = self.host, self.port
        if host and not self.connection_string and host.count(":") == 1 and not host.startswith("/"):
            host, _, text = host.partition(":")
            port = int(text) if text.isdigit() else port
        return {
            "host": host,
            "port": port or (None if self.connection_string else 5432),
            "user": self.username,
            "password": self.password,
            "dbname": self.database_name,
            "sslmode": self.sslmode,
            "sslrootcert": self.sslrootcert,
            "connect_timeout": max(1, round(self.connect_timeout)),
            "application_name": self.application_name,
            **self.connection_options,
        }


@dataclass(frozen=True)
class FileSettings:
    """Where the bytes of attachments and recordings lie; the blocks `files` and `aws`.

    Args:
        type: `folder`, `s3` or `django`.
        path: the folder.
        storage: the entry of Django's `STORAGES`.
        bucket_name, region, endpoint_url, access_key_id, secret_access_key: S3; without keys boto3 looks for them.
        urls: `route` for URLs of our own route, which checks access; `public` for the bucket's address, as the
            published package makes them.
        base_url: where our HTTP routes are reached, for example `https://app.example/velt`.
        signed_seconds: how long a signed URL is good for.
        max_bytes: the largest file.
        allowed_types: content types that are accepted, `image/*` for a family; None for all.
    """

    type: str
    path: str = "velt-files"
    storage: str = "default"
    bucket_name: Optional[str] = None
    region: str = "us-east-1"
    endpoint_url: Optional[str] = None
    access_key_id: Optional[str] = field(default=None, repr=False)
    secret_access_key: Optional[str] = field(default=None, repr=False)
    urls: str = "route"
    base_url: Optional[str] = None
    signed_seconds: int = 300
    max_bytes: int = 200 * MEGABYTE
    allowed_types: Optional[Tuple[str, ...]] = None


def _no_proxies() -> Dict[str, str]:
    return {}


@dataclass(frozen=True)
class HttpSettings:
    """How HTTP calls leave this process; the block `http` and the environment.

    Args:
        connect_timeout: seconds until a connection stands, TLS included.
        read_timeout: seconds from the last byte sent until the whole answer is here.
        retries: how often a call that may be repeated is sent again.
        max_retry_seconds: seconds after the start of a call at which its retries end, whatever state they are in.
        proxies: the proxy's URL by the scheme of the address called. Kept out of `repr`: it may hold a password.
        no_proxy: hosts called without the proxy: a name and what is below it, an address, a network, `*`.
        ca_bundle: file or folder of the trusted certificates; certifi's unless given.
        client_cert, client_key: files of the certificate shown to the server and of its key.
        retry_if: functions that decide whether a call is sent again, asked before the built-in rule.
    """

    connect_timeout: float = 5.0
    read_timeout: float = 30.0
    retries: int = 2
    max_retry_seconds: float = 60.0
    proxies: Mapping[str, str] = field(default_factory=_no_proxies, repr=False)
    no_proxy: Tuple[str, ...] = ()
    ca_bundle: Optional[str] = None
    client_cert: Optional[str] = None
    client_key: Optional[str] = None
    retry_if: Tuple[Callable[[Any], Optional[bool]], ...] = ()


Hook = Callable[[Any], object]


@dataclass(frozen=True)
class Hooks:
    """Functions that are told what a call to Velt's API does; the block `hooks`. Each gets one `CallEvent`.

    Args:
        on_request: before each attempt.
        on_response: after each answer, whatever its status.
        on_retry: before the wait that comes before another attempt.
        on_error: when the call ends without an answer.
    """

    on_request: Optional[Hook] = None
    on_response: Optional[Hook] = None
    on_retry: Optional[Hook] = None
    on_error: Optional[Hook] = None


@dataclass(frozen=True)
class Settings:
    """The whole configuration, checked. Secrets stay out of `repr`.

    Args:
        database: None when there is no `database` block: REST only.
        user_schema: columns by field, each a list tried in order.
        user_fields: columns that may leave beside the published fields, from `users.fields`.
        user_source: where users come from instead of the store, from `users.source`; see `selfhosting.user_source`.
        files: None when no file store is configured.
        raiseOnError: raise errors of the SDK instead of answering them.
        apiBaseUrl: where Velt's REST API is, without a slash at the end.
        hooks: None when no hook is set. Kept out of `repr`: a function may show what it was made with.
    """

    database: Optional[DatabaseSettings] = None
    collections: Mapping[str, str] = field(default_factory=lambda: dict(COLLECTIONS))
    user_schema: Optional[Mapping[str, Tuple[str, ...]]] = None
    user_fields: Tuple[str, ...] = ()
    user_source: Any = field(default=None, repr=False)
    files: Optional[FileSettings] = None
    limits: Limits = Limits()
    apiKey: Optional[str] = None
    authToken: Optional[str] = field(default=None, repr=False)
    workspaceId: Optional[str] = None
    workspaceAuthToken: Optional[str] = field(default=None, repr=False)
    resolver_auth: Optional[Mapping[str, Any]] = field(default=None, repr=False)
    raiseOnError: bool = False
    apiBaseUrl: str = API_BASE_URL
    http: HttpSettings = HttpSettings()
    hooks: Optional[Hooks] = field(default=None, repr=False)


def database_in(connection_string: Optional[str]) -> Optional[str]:
    """The database that a connection string names: the URI's path, or `dbname` of a libpq string."""
    if not connection_string:
        return None
    if "://" in connection_string:
        # urlsplit trips over several hosts, so only what follows them is looked at.
        path = connection_string.split("://", 1)[1].partition("/")[2]
        query = urlsplit("//x/" + path).query
        named = [part[7:] for part in query.split("&") if part.startswith("dbname=")]
        return unquote(path.partition("?")[0]) or (unquote(named[0]) if named else None)
    for part in connection_string.split():
        name, found, value = part.partition("=")
        if found and name == "dbname":
            return value.strip("'") or None
    return None
