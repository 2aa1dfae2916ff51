"""The blocks of the self-hosting half: the database, its names, the users, the files."""

from __future__ import annotations

import difflib
import importlib.util
from dataclasses import fields
from typing import Any, Dict, Mapping, Optional, Tuple

from velt_py.config.values import block_of, fail, filled, kind_of, known_only, text_of, texts_of
from velt_py.exceptions import VeltDependencyError
from velt_py.settings import COLLECTIONS, ON_DEMAND, DatabaseSettings, FileSettings, database_in

__all__ = ["NO_DATABASE", "collections_of", "database_of", "files_of", "user_schema_of", "user_source_of"]

AWS = ("bucket_name", "region", "endpoint_url", "access_key_id", "secret_access_key")

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


def database_of(given: Any) -> DatabaseSettings:
    block = block_of("database", given)
    kind = block.get("type", "mongodb")
    if not isinstance(kind, str) or kind.lower() not in DATABASES:
        near = difflib.get_close_matches(str(kind).lower(), list(DATABASES), 1)
        hint = (
            f"did you mean {near[0]!r}?"
            if near
            else "known are mongodb, postgresql, sqlite, django and memory"
        )
        fail("database.type", f"there is no such store; {hint}")
    values: Dict[str, Any] = {**filled(DatabaseSettings, "database", block), "type": DATABASES[kind.lower()]}
    settings = DatabaseSettings(**values)
    if settings.type == "django":
        known_only("database", block, ["type", "alias"])
        need_driver("django")
        return settings
    if settings.pool_max_size < max(1, settings.pool_min_size):
        fail("database.pool_max_size", "it has to be at least 1 and at least `pool_min_size`")
    if settings.type in ("sqlite", "memory"):
        if settings.path == ":memory:":
            fail("database.path", 'SQLite in memory is one database per thread; use {"type": "memory"}')
        return settings
    if not settings.connection_string and not settings.host:
        fail("database.host", "the server is needed: give `connection_string`, or `host` and its companions")
    if not settings.database_name and not database_in(settings.connection_string):
        fail("database.database_name", "the name of the database is needed, here or in `connection_string`")
    if (
        not settings.connection_string
        and bool(settings.username) != bool(settings.password)
        and (settings.type == "mongodb")
    ):
        missing = "password" if settings.username else "username"
        fail(f"database.{missing}", "user name and password are needed together")
    need_driver(settings.type)
    return settings


def need_driver(kind: str, field: str = "database.type") -> None:
    modules, extra = DRIVERS[kind]
    if any(importlib.util.find_spec(module) is None for module in modules):
        raise VeltDependencyError(
            f'{kind} needs a library that is not installed; run: pip install "velt-py[{extra}]"',
            field=field,
        )


def collections_of(given: Any) -> Dict[str, str]:
    block = block_of("collections", given)
    known_only("collections", block, [*COLLECTIONS, *ON_DEMAND])
    names = dict(COLLECTIONS)
    for key, value in block.items():
        name = text_of(f"collections.{key}", value)
        if name is None or "\0" in name or name.startswith("system.") or "$" in name or len(name) > 60:
            fail(
                f"collections.{key}", "1 to 60 characters without NUL, '$' and a leading 'system.' are needed"
            )
        names[key] = name
    if len(set(names.values())) < len(names):
        fail("collections", "two kinds of record have the same collection; each needs one of its own")
    return names


def user_schema_of(given: Any) -> Dict[str, Tuple[str, ...]]:
    schema: Dict[str, Tuple[str, ...]] = {}
    for name, columns in block_of("user_schema", given).items():
        key = f"user_schema.{name}"
        if not isinstance(columns, str) and not isinstance(columns, (list, tuple)):
            fail(key, f"a column or a list of columns is needed, {kind_of(columns)} was given")
        schema[name] = texts_of(key, [columns] if isinstance(columns, str) else columns)
        for column in schema[name]:
            if any(not part or part.startswith("$") or "\0" in part for part in column.split(".")):
                fail(key, "a column's name has no empty parts between its dots, no NUL and no leading '$'")
    return schema


def user_source_of(given: Any) -> Any:
    if isinstance(given, str):
        if not all(part.isidentifier() for part in given.split(".")) or "." not in given:
            fail("users.source", "a path like 'package.module.name' is needed, or the source itself")
    elif given is not None and not callable(given) and not callable(getattr(given, "find", None)):
        fail(
            "users.source",
            f"a function or an object with a `find` method is needed, {kind_of(given)} was given",
        )
    return given


def aws_of(given: Any, environment: Mapping[str, str]) -> Dict[str, Any]:
    block = block_of("aws", given)
    if not block:
        return {}
    values = filled(FileSettings, "aws", block, AWS)
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
        fail("aws.bucket_name", "the bucket is needed, here or as AWS_S3_BUCKET_NAME")
    return values


def files_of(config: Mapping[str, Any], environment: Mapping[str, str]) -> Optional[FileSettings]:
    aws = aws_of(config["aws"], environment) if config.get("aws") is not None else {}
    names = [entry.name for entry in fields(FileSettings) if entry.name not in AWS]
    block = block_of("files", config["files"]) if config.get("files") is not None else {}
    values = filled(FileSettings, "files", block, names)
    if not aws and not block:
        return None
    values.setdefault("type", "s3" if aws else "folder")
    if values["type"] not in ("folder", "s3", "django"):
        fail("files.type", "there is no such file store; known are folder, s3 and django")
    if values["type"] == "s3" and not aws:
        fail("aws.bucket_name", "files in S3 need an `aws` block with the bucket")
    if values.get("urls", "route") not in ("route", "public"):
        fail("files.urls", "'route' for our own route or 'public' for the bucket's address is needed")
    if values.get("urls") == "public" and values["type"] != "s3":
        fail("files.urls", "only a bucket has a public address; use 'route'")
    if values["type"] == "django":
        need_driver("django", "files.type")
    if values["type"] == "s3":
        need_driver("s3", "files.type")
        values.update(aws)
    base = values.get("base_url")
    if base is not None and not base.startswith(("http://", "https://")):
        fail("files.base_url", "an address that starts with http:// or https:// is needed")
    return FileSettings(**values)
