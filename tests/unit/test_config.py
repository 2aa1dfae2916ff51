"""The configuration: every key, the environment, and refusals that name the key and the nearest right one."""

from __future__ import annotations

import functools
from typing import Any, Dict

import pytest

from velt_py import VeltSDKError
from velt_py.config import Config, load_settings
from velt_py.exceptions import VeltConfigurationError, VeltDatabaseError, VeltDependencyError
from velt_py.settings import COLLECTIONS, Settings

MONGODB = {
    "host": "db:27018",
    "username": "us er",
    "password": "p@ss/word",
    "auth_database": "admin",
    "database_name": "velt",
}


@pytest.fixture(autouse=True)
def drivers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drivers count as installed, so that this file says the same with and without them."""
    if "missing_driver" not in request.node.name:
        monkeypatch.setattr("velt_py.config.stores.need_driver", lambda *names: None)


def load(config: Dict[str, Any], **environment: str) -> Settings:
    return load_settings(config, environment)


def refused(config: Any, key: str, **environment: str) -> str:
    with pytest.raises(VeltConfigurationError) as error:
        load_settings(config, environment)
    assert isinstance(error.value, VeltSDKError)
    assert error.value.field == key
    assert repr(key) in str(error.value)
    return str(error.value)


def test_nothing_is_needed_for_the_rest_api_alone() -> None:
    settings = load({})
    assert settings.database is None
    assert settings.files is None
    assert (settings.apiKey, settings.authToken, settings.raiseOnError) == (None, None, False)
    with pytest.raises(VeltDatabaseError, match="`database` block"):
        Config({}).get_database_type()


@pytest.mark.parametrize(
    ("type", "expected"),
    [
        (None, "mongodb"),
        ("MongoDB", "mongodb"),
        ("postgresql", "postgresql"),
        ("Postgres", "postgresql"),
        ("SQLite", "sqlite"),
        ("memory", "memory"),
    ],
)
def test_the_type_of_the_store(type: Any, expected: str) -> None:
    block = dict(MONGODB) if type is None else {**MONGODB, "type": type}
    database = load({"database": block}).database
    assert database is not None
    assert database.type == expected


def test_the_defaults_of_the_database_block() -> None:
    database = load({"database": {"type": "sqlite"}}).database
    assert database is not None
    assert (database.path, database.timeout, database.manage_schema) == ("velt.db", 10.0, True)
    assert (database.pool_min_size, database.pool_max_size) == (1, 5)
    assert (database.connect_timeout, database.pool_timeout) == (10.0, 10.0)
    assert (database.schema, database.sslmode, database.sslrootcert) == ("public", "prefer", None)
    assert (database.use_srv, dict(database.connection_options)) == (False, {})
    assert database.application_name.startswith("velt-py/")


def test_every_key_of_the_database_block_is_taken() -> None:
    block = {
        **MONGODB,
        "type": "postgresql",
        "port": "6000",
        "use_srv": True,
        "pool_min_size": 2,
        "pool_max_size": 9,
        "schema": "velt",
        "sslmode": "require",
        "sslrootcert": "/ca.pem",
        "connect_timeout": 3,
        "pool_timeout": 4.5,
        "timeout": 5,
        "application_name": "mine",
        "manage_schema": False,
        "connection_options": {"options": "-c x=1"},
    }
    database = load({"database": block}).database
    assert database is not None
    for key, value in {**block, "port": 6000}.items():
        assert getattr(database, key) == value, key


@pytest.mark.parametrize(
    ("block", "uri"),
    [
        (MONGODB, "mongodb://us+er:p%40ss%2Fword@db:27018/?authSource=admin"),
        (
            {**MONGODB, "host": "x.mongodb.net"},
            "mongodb+srv://us+er:p%40ss%2Fword@x.mongodb.net/?authSource=admin",
        ),
        ({**MONGODB, "use_srv": True, "host": "h"}, "mongodb+srv://us+er:p%40ss%2Fword@h/?authSource=admin"),
        ({"host": "h", "port": 5, "database_name": "d"}, "mongodb://h:5/"),
        ({"host": "mongodb://h:1", "database_name": "d"}, "mongodb://h:1/"),
        ({"connection_string": "mongodb://u:p@h/d?x=1"}, "mongodb://u:p@h/d?x=1"),
    ],
    ids=str,
)
def test_the_address_of_mongodb(block: Dict[str, Any], uri: str) -> None:
    assert Config({"database": block}).get_mongodb_uri() == uri


@pytest.mark.parametrize(
    ("block", "name"),
    [
        ({"connection_string": "mongodb://a,b,c/velt?x=1"}, "velt"),
        ({"connection_string": "mongodb://a/from_uri", "database_name": "explicit"}, "explicit"),
        ({"type": "postgres", "connection_string": "postgresql://u:p@h/my%20db"}, "my db"),
        ({"type": "postgres", "connection_string": "host=h dbname='velt' user=u"}, "velt"),
    ],
    ids=str,
)
def test_a_connection_string_alone_is_enough_when_it_names_the_database(
    block: Dict[str, Any], name: str
) -> None:
    assert Config({"database": block}).get_database_name() == name


@pytest.mark.parametrize(
    ("block", "key"),
    [
        ({}, "database.host"),
        ({"host": "h"}, "database.database_name"),
        ({"connection_string": "mongodb://h"}, "database.database_name"),
        ({"host": "h", "database_name": "d", "username": "u"}, "database.password"),
        ({"host": "h", "database_name": "d", "password": "p"}, "database.username"),
        ({"type": "sqlite", "path": ":memory:"}, "database.path"),
        ({"type": "memory", "pool_min_size": 6}, "database.pool_max_size"),
    ],
    ids=str,
)
def test_what_is_missing_is_named(block: Dict[str, Any], key: str) -> None:
    refused({"database": block}, key)


@pytest.mark.parametrize(
    ("config", "key", "nearest"),
    [
        ({"databse": {}}, "databse", "database"),
        ({"apikey": "k"}, "apikey", "apiKey"),
        ({"api_key": "k"}, "api_key", "apiKey"),
        ({"raise_on_error": True}, "raise_on_error", "raiseOnError"),
        ({"database": {"type": "sqlit"}}, "database.type", "sqlite"),
        (
            {"database": {"type": "memory", "conection_string": "x"}},
            "database.conection_string",
            "connection_string",
        ),
        ({"collections": {"comment": "x"}}, "collections.comment", "comments"),
        ({"aws": {"bucket": "b"}}, "aws.bucket", "bucket_name"),
        ({"files": {"baseurl": "b"}}, "files.baseurl", "base_url"),
        ({"limits": {"max_id": 5}}, "limits.max_id", "max_ids"),
        ({"resolver_auth": {"jwks": {}}}, "resolver_auth.jwks", "jwt"),
        ({"resolver_auth": {"jwt": {"algorithm": "HS256"}}}, "resolver_auth.jwt.algorithm", "algorithms"),
        ({"users": {"field": []}}, "users.field", "fields"),
    ],
    ids=str,
)
def test_an_unknown_key_is_refused_with_the_nearest_right_one(config: Any, key: str, nearest: str) -> None:
    assert f"did you mean {nearest!r}" in refused(config, key)


@pytest.mark.parametrize(
    ("config", "key"),
    [
        ({"database": "sqlite"}, "database"),
        ({"database": {"type": 5}}, "database.type"),
        ({"database": {"type": "memory", "timeout": "long"}}, "database.timeout"),
        ({"database": {"type": "memory", "timeout": 0}}, "database.timeout"),
        ({"database": {"type": "memory", "timeout": float("inf")}}, "database.timeout"),
        ({"database": {"type": "memory", "timeout": True}}, "database.timeout"),
        ({"database": {"type": "memory", "pool_max_size": -1}}, "database.pool_max_size"),
        ({"database": {"type": "memory", "pool_max_size": 1.5}}, "database.pool_max_size"),
        ({"database": {"type": "memory", "manage_schema": "yes"}}, "database.manage_schema"),
        ({"database": {"type": "sqlite", "path": 5}}, "database.path"),
        ({"database": {"type": "memory", "connection_options": []}}, "database.connection_options"),
        ({"database": {"type": "memory", "host": ["h"]}}, "database.host"),
        ({"apiKey": 5}, "apiKey"),
        ({"authToken": {}}, "authToken"),
        ({"collections": []}, "collections"),
        ({"collections": {"comments": 5}}, "collections.comments"),
        ({"collections": {"comments": "a$b"}}, "collections.comments"),
        ({"collections": {"comments": "system.x"}}, "collections.comments"),
        ({"collections": {"comments": "x" * 61}}, "collections.comments"),
        ({"collections": {"comments": "same", "reactions": "same"}}, "collections"),
        ({"user_schema": "id"}, "user_schema"),
        ({"user_schema": {"userId": 5}}, "user_schema.userId"),
        ({"user_schema": {"userId": [5]}}, "user_schema.userId"),
        ({"user_schema": {"userId": "a..b"}}, "user_schema.userId"),
        ({"user_schema": {"userId": "$a"}}, "user_schema.userId"),
        ({"user_schema": {"userId": ["a", ""]}}, "user_schema.userId"),
        ({"users": {"fields": "a"}}, "users.fields"),
        ({"limits": {"max_ids": "many"}}, "limits.max_ids"),
        ({"raiseOnError": "yes"}, "raiseOnError"),
        ({"resolver_auth": {"verify": "not callable"}}, "resolver_auth.verify"),
        ({"files": {"type": "ftp"}}, "files.type"),
        ({"files": {"type": "s3"}}, "aws.bucket_name"),
        ({"files": {"base_url": "app.example"}}, "files.base_url"),
        ({"files": {"urls": "public"}}, "files.urls"),
        ({"aws": {"region": "x"}}, "aws.bucket_name"),
    ],
    ids=str,
)
def test_a_value_of_the_wrong_kind_is_refused_by_its_key(config: Any, key: str) -> None:
    refused(config, key)


def listen(event: Any) -> None: ...


async def wait(event: Any) -> None: ...


class Waiting:
    async def __call__(self, event: Any) -> None: ...


def test_hooks_are_plain_functions_or_absent() -> None:
    hooks = load({"hooks": {"on_retry": listen, "on_error": print, "on_request": None}}).hooks
    assert hooks is not None
    assert (hooks.on_request, hooks.on_response, hooks.on_retry, hooks.on_error) == (
        None,
        None,
        listen,
        print,
    )
    assert load({}).hooks is None
    assert load({"hooks": None}).hooks is None
    assert load({"hooks": {"on_error": None}}).hooks is None


@pytest.mark.parametrize("name", ["on_request", "on_response", "on_retry", "on_error"])
def test_a_hook_that_nobody_could_call_or_await_is_refused_by_its_key(name: str) -> None:
    for value in (5, "print", [listen], {}):
        assert "a function that takes one event" in refused({"hooks": {name: value}}, f"hooks.{name}")
    for waiting in (wait, Waiting(), functools.partial(wait), Waiting().__call__):
        assert "a plain function" in refused({"hooks": {name: waiting}}, f"hooks.{name}")


def test_an_unknown_hook_is_refused_with_the_nearest_right_one() -> None:
    assert "did you mean 'on_response'" in refused({"hooks": {"onResponse": listen}}, "hooks.onResponse")
    assert "did you mean 'hooks'" in refused({"hook": {}}, "hook")
    assert "a dict is needed" in refused({"hooks": listen}, "hooks")


def test_hooks_do_not_show_what_they_were_made_with() -> None:
    hook = functools.partial(lambda token, event: None, "s3cr3t")
    assert "s3cr3t" not in repr(load({"hooks": {"on_error": hook}}))


CREDENTIALS = {
    "apiKey": "VELT_API_KEY",
    "authToken": "VELT_AUTH_TOKEN",
    "workspaceId": "VELT_WORKSPACE_ID",
    "workspaceAuthToken": "VELT_WORKSPACE_AUTH_TOKEN",
}


@pytest.mark.parametrize(("key", "variable"), CREDENTIALS.items())
def test_credentials_come_from_the_environment_unless_they_are_given_even_as_none(
    key: str, variable: str
) -> None:
    assert getattr(load({}, **{variable: "env"}), key) == "env"
    assert getattr(load({key: "given"}, **{variable: "env"}), key) == "given"
    assert getattr(load({key: None}, **{variable: "env"}), key) is None
    assert getattr(load({}), key) is None


def test_s3_comes_from_the_environment_only_when_there_is_a_block() -> None:
    environment = {
        "AWS_S3_BUCKET_NAME": "bucket",
        "AWS_ACCESS_KEY_ID": "id",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "eu-west-1",
        "AWS_S3_ENDPOINT_URL": "http://s3",
    }
    for config in ({}, {"aws": None}, {"aws": {}}):
        assert load(config, **environment).files is None
    files = load({"aws": {"access_key_id": "own"}}, **environment).files
    assert files is not None
    assert (files.type, files.bucket_name, files.region) == ("s3", "bucket", "eu-west-1")
    assert (files.access_key_id, files.secret_access_key, files.endpoint_url) == (
        "own",
        "secret",
        "http://s3",
    )
    alone = load({"aws": {"bucket_name": "b"}}).files
    assert alone is not None
    assert alone.region == "us-east-1"


def test_collections_have_their_published_names_unless_others_are_given() -> None:
    assert load({}).collections == COLLECTIONS
    config = Config({"collections": {"comments": "mine"}})
    assert config.get_collection_name("comments") == "mine"
    assert config.get_collection_name("reactions") == "reaction_annotations"
    assert config.get_collection_name("unheard") == "unheard"


def test_secrets_are_in_no_repr_and_no_message() -> None:
    secret = "hunter2"
    config = {
        "authToken": secret,
        "workspaceAuthToken": secret,
        "database": {"connection_string": f"mongodb://u:{secret}@h/d", "username": "u", "password": secret},
        "aws": {"bucket_name": "b", "access_key_id": secret, "secret_access_key": secret},
        "resolver_auth": {"jwt": {"algorithms": ["HS256"], "secret": secret}},
    }
    assert secret not in repr(load(config))
    assert secret not in repr(Config(config))
    for wrong in (
        {"database": {"password": [secret]}},
        {"database": {"connection_string": f"mongodb://u:{secret}@h"}},
        {"database": {"type": secret}},
        {"authToken": [secret]},
        {"aws": {"bucket_name": "b", "secret_access_key": [secret]}},
    ):
        with pytest.raises(VeltConfigurationError) as error:
            load(wrong)
        assert secret not in str(error.value)


def test_settings_are_frozen_and_the_given_dict_is_not_kept() -> None:
    given: Dict[str, Any] = {"database": {"type": "memory"}, "collections": {"comments": "a"}}
    settings = load(given)
    given["collections"]["comments"] = "b"
    given["database"]["type"] = "sqlite"
    assert settings.collections["comments"] == "a"
    assert settings.database is not None
    assert settings.database.type == "memory"
    with pytest.raises(AttributeError):
        settings.apiKey = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("config", "line"),
    [
        ({"database": {"connection_string": "mongodb://h/d"}}, 'pip install "velt-py[mongodb]"'),
        (
            {"database": {"type": "postgres", "connection_string": "postgresql://h/d"}},
            'pip install "velt-py[postgres]"',
        ),
        ({"aws": {"bucket_name": "b"}}, 'pip install "velt-py[s3]"'),
    ],
    ids=["mongodb", "postgres", "s3"],
)
def test_a_missing_driver_is_told_with_its_install_line(
    config: Dict[str, Any], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(VeltDependencyError) as error:
        load(config)
    assert line in str(error.value)


# Django


def test_a_django_block_takes_an_alias_and_nothing_else() -> None:
    assert load({"database": {"type": "django"}}).database.alias == "default"  # type: ignore[union-attr]
    settings = load({"database": {"type": "Django", "alias": "other"}}).database
    assert settings is not None
    assert (settings.type, settings.alias) == ("django", "other")
    refused({"database": {"type": "django", "host": "db"}}, "database.host")


def test_the_tables_of_the_django_app_are_not_renamed() -> None:
    config = {"database": {"type": "django"}, "collections": {"comments": "mine"}}
    assert "names of their own" in refused(config, "collections")


def test_files_of_a_django_storage_have_no_public_address() -> None:
    files = load({"files": {"type": "django", "storage": "velt"}}).files
    assert files is not None
    assert (files.type, files.storage) == ("django", "velt")
    refused({"files": {"type": "django", "urls": "public"}}, "files.urls")


@pytest.mark.parametrize("source", [5, "nodots", "a.b-c", ".a", ["a.b"]], ids=str)
def test_a_source_of_users_is_a_path_or_a_function_or_has_find(source: Any) -> None:
    refused({"users": {"source": source}}, "users.source")
    assert load({"users": {"source": "app.people.find"}}).user_source == "app.people.find"
    assert load({"users": {"source": len}}).user_source is len
