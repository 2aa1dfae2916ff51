"""The setting `VELT`: one dictionary, checked as a whole, read again when it changes.

Nothing is opened or imported from the project before the setting is asked for, so settings modules may import the ready
hooks of `velt_py.contrib.django.auth`.
"""

# Django has no types of its own.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

from __future__ import annotations

import difflib
import inspect
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Mapping, NoReturn, Optional, Sequence, Tuple, Union, cast

from velt_py.config import load_settings
from velt_py.exceptions import VeltConfigurationError
from velt_py.settings import Settings
from velt_py.web.cors import CrossOrigin
from velt_py.web.permissions import PermissionRoute
from velt_py.web.tokens import TokenRoute
from velt_py.webhooks.receiver import Webhooks
from velt_py.webhooks.secrets import SVIX

__all__ = ["COOKIE_RULES", "KEYS", "PARTS", "Options", "given_setting", "options_of", "unknown_keys"]

SESSION_USER = "velt_py.contrib.django.auth.session_user"
JWT = "velt_py.contrib.django.auth.jwt"

CONFIG_KEYS: Mapping[str, str] = {
    "API_KEY": "apiKey",
    "AUTH_TOKEN": "authToken",
    "WORKSPACE_ID": "workspaceId",
    "WORKSPACE_AUTH_TOKEN": "workspaceAuthToken",
    "DATABASE": "database",
    "STORAGE": "files",
    "LIMITS": "limits",
    "RESOLVER_AUTH": "resolver_auth",
    "RAISE_ON_ERROR": "raiseOnError",
}
"""Keys of `VELT` that are keys of the SDK's configuration under another name."""

KEYS: Tuple[str, ...] = (
    *CONFIG_KEYS,
    "USERS",
    "URL",
    "AUTHENTICATE",
    "AUTHORIZE",
    "ORIGINS",
    "ALLOW_HEADERS",
    "COOKIE_AUTH",
    "TOKENS",
    "PERMISSIONS",
    "FEATURES",
    "WEBHOOKS",
    "CONFIG",
)
MODEL_USERS = ("users", "fields", "membership", "organization_field")
PERMISSION_KEYS = ("can", "can_all", "auth_tokens", "seconds", "at_once", "signed")
COOKIE_RULES: Tuple[Any, ...] = ("csrf", "header", False)
"""What a request that signs in by cookie needs beside it: Django's CSRF token, a header that no form can send, or
another way to sign in."""

Given = Mapping[str, Any]


def fail(key: str, problem: str) -> NoReturn:
    raise VeltConfigurationError(f"VELT[{key!r}]: {problem}", field=key)


def given_setting() -> Dict[str, Any]:
    """`settings.VELT` as it stands.

    Raises:
        VeltConfigurationError: when it is no dictionary.
    """
    from django.conf import settings

    given: Any = getattr(settings, "VELT", {})
    if not isinstance(given, Mapping):
        raise VeltConfigurationError("VELT: the setting has to be a dict", field="VELT")
    return dict(cast(Given, given))


def unknown_keys(given: Given) -> Dict[str, str]:
    """What is wrong with each key that does not exist, by the key."""
    return {key: f"VELT[{key!r}]: there is no such key; {hint}" for key, hint in hints(given, KEYS).items()}


def hints(given: Given, known: Sequence[str]) -> Dict[str, str]:
    """What was perhaps meant by each key that is not known."""
    found: Dict[str, str] = {}
    by_case = {name.lower(): name for name in known}
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(str(key).lower(), list(by_case), 1, 0.5)
            found[str(key)] = (
                f"did you mean {by_case[near[0]]!r}?" if near else "known are " + ", ".join(known)
            )
    return found


# The parts of the setting; each takes the whole of it, and complains about its own keys only


def settings_of(given: Given) -> Settings:
    """The configuration of the SDK."""
    config: Any = given.get("CONFIG", {})
    if not isinstance(config, Mapping):
        fail("CONFIG", "a dict is needed, as VeltSDK.initialize takes it")
    merged: Dict[str, Any] = dict(cast(Given, config))
    for key, name in CONFIG_KEYS.items():
        if key in given:
            if name in merged:
                twice(key, name)
            merged[name] = given[key]
    database = merged.get("database", "default")
    merged["database"] = {"type": "django", "alias": database} if isinstance(database, str) else database
    if isinstance(merged.get("files"), str):
        merged["files"] = {"type": "django", "storage": merged["files"]}
    if given.get("USERS") is not None:
        if "users" in merged:
            twice("USERS", "users")
        merged["users"] = {"source": user_source_of(given["USERS"])}
    return load_settings(with_url(merged, address_of(given)))


def twice(key: str, name: str) -> NoReturn:
    fail(key, f"it stands in VELT['CONFIG'][{name!r}] too; keep one of them")


def user_source_of(value: Any) -> Any:
    """Where people come from: the keywords of `ModelUsers` for the project's user model, or any other source."""
    if not isinstance(value, Mapping):
        return value
    from velt_py.contrib.django.users import ModelUsers

    keywords: Dict[str, Any] = dict(cast(Given, value))
    for key, hint in hints(keywords, MODEL_USERS).items():
        fail("USERS", f"there is no key {key!r}; {hint}")
    return ModelUsers(**keywords)


def with_url(config: Dict[str, Any], url: Optional[str]) -> Dict[str, Any]:
    """The configuration with the address of the routes in its block `files`, unless that names one."""
    files: Any = config.get("files")
    if url is None or not (isinstance(files, Mapping) or config.get("aws")):
        return config
    return {**config, "files": {"base_url": url, **cast(Given, files or {})}}


def address_of(given: Given) -> Optional[str]:
    """Where browsers reach the routes."""
    url: Any = given.get("URL")
    if url is None or url == "":
        return None
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        fail("URL", "an address that starts with http:// or https:// is needed, as far as the mounted routes")
    return url.rstrip("/")


def authenticate_of(given: Given) -> Tuple[Callable[..., Any], ...]:
    """The hooks that say who is asking, in the order in which they are asked."""
    named: Any = given.get("AUTHENTICATE")
    if named is None:
        resolver_auth = given.get("RESOLVER_AUTH") or cast(Given, given.get("CONFIG") or {}).get(
            "resolver_auth"
        )
        named = JWT if resolver_auth else SESSION_USER
    listed: List[Any] = list(cast(Any, named)) if isinstance(named, (list, tuple)) else [named]
    if not listed:
        fail("AUTHENTICATE", "the list is empty; name a hook")
    return tuple([loaded("AUTHENTICATE", each) for each in listed])


def authorize_of(given: Given) -> Optional[Callable[..., Any]]:
    """The hook that says what they may; None when there is none, and then nobody may do anything."""
    named = given.get("AUTHORIZE")
    return None if named is None else loaded("AUTHORIZE", named)


def loaded(key: str, named: Any) -> Callable[..., Any]:
    """A hook, given as a function or as the dotted path of one."""
    found = imported(key, named)
    if inspect.isclass(found):
        fail(key, f"a function is needed, the class {found.__name__} was given: make an object of it")
    if not callable(found):
        fail(key, "a function or the dotted path of one is needed")
    return cast("Callable[..., Any]", found)


def imported(key: str, named: Any) -> Any:
    if not isinstance(named, str):
        return named
    from django.utils.module_loading import import_string

    try:
        return import_string(named)
    except ImportError as error:
        fail(key, f"{named!r} cannot be imported ({error})")


def origins_of(given: Given) -> Tuple[str, ...]:
    origins = texts(given, "ORIGINS")
    CrossOrigin(origins)
    return origins


def headers_of(given: Given) -> Tuple[str, ...]:
    names = texts(given, "ALLOW_HEADERS")
    CrossOrigin((), names)
    return names


def texts(given: Given, key: str) -> Tuple[str, ...]:
    value: Any = given.get(key, ())
    if not isinstance(value, (list, tuple)) or any(
        not isinstance(each, str) for each in cast(List[Any], value)
    ):
        fail(key, "a list of texts is needed")
    return tuple(cast(List[str], value))


def cookie_rule_of(given: Given) -> Any:
    value: Any = given.get("COOKIE_AUTH", "csrf")
    value = "csrf" if value is True else value
    if value not in COOKIE_RULES:
        fail("COOKIE_AUTH", "'csrf', 'header' or False is needed")
    return value


def features_of(given: Given) -> Tuple[Any, ...]:
    """What brings routes of its own: what the setting lists, and the routes of tokens and permissions."""
    value: Any = given.get("FEATURES", ())
    if not isinstance(value, (list, tuple)):
        fail("FEATURES", "a list of features, or of their dotted paths, is needed")
    features = [imported("FEATURES", each) for each in cast(List[Any], value)]
    if given.get("TOKENS") is not None:
        features.append(TokenRoute(loaded("TOKENS", given["TOKENS"])))
    if given.get("PERMISSIONS") is not None:
        features.append(permission_route_of(given["PERMISSIONS"]))
    return tuple(features)


def permission_route_of(value: Any) -> PermissionRoute:
    """The route of the permission provider: the keywords of `PermissionRoute`, functions by their dotted paths too."""
    if not isinstance(value, Mapping):
        fail("PERMISSIONS", "a dict with `can` (or `can_all`) and `auth_tokens` is needed")
    keywords: Dict[str, Any] = dict(cast(Given, value))
    for key, hint in hints(keywords, PERMISSION_KEYS).items():
        fail("PERMISSIONS", f"there is no key {key!r}; {hint}")
    for key in ("can", "can_all"):
        if keywords.get(key) is not None:
            keywords[key] = loaded("PERMISSIONS", keywords[key])
    return PermissionRoute(**keywords)


def webhooks_of(given: Given) -> Optional[Webhooks]:
    """What receives webhooks: made of secrets, or the project's own `Webhooks`. No message quotes what may be a
    secret."""
    value: Any = given.get("WEBHOOKS")
    if value is None:
        return None
    if isinstance(value, str) and not value.startswith(SVIX):
        value = named_webhooks(value)
    elif isinstance(value, (str, Mapping)):
        value = made_webhooks(cast(Any, value))
    if not isinstance(value, Webhooks):
        fail("WEBHOOKS", "secrets are needed, or a velt_py.webhooks.Webhooks or the dotted path of one")
    return value


def named_webhooks(named: str) -> Any:
    from django.utils.module_loading import import_string

    try:
        return import_string(named)
    except ImportError:
        fail(
            "WEBHOOKS",
            f"a secret of advanced webhooks starts with {SVIX}, and what is given is no dotted path either "
            "that can be imported",
        )


def made_webhooks(value: Union[str, Given]) -> Webhooks:
    keywords: Dict[str, Any] = {"secrets": value}
    if isinstance(value, Mapping) and "secrets" in value:
        keywords = dict(value)
    for key, hint in hints(keywords, list(inspect.signature(Webhooks).parameters)).items():
        fail("WEBHOOKS", f"there is no key {key!r}; {hint}")
    try:
        return Webhooks(**keywords)
    except VeltConfigurationError as error:
        fail("WEBHOOKS", error.message)


@dataclass(frozen=True)
class Options:
    """The setting `VELT`, checked.

    Args:
        settings: the configuration of the SDK.
        url: where browsers reach the routes, without a slash at the end; None when the setting does not say so.
        authenticate: the hooks that say who is asking, in the order in which they are asked.
        authorize: the hook that says what they may; None denies everything.
        origins, allow_headers: as for `asgi_app`.
        cookie_rule: one of `COOKIE_RULES`.
        features: what brings routes of its own.
        webhooks: receives webhooks; None when nothing does.
    """

    settings: Settings
    url: Optional[str] = None
    authenticate: Tuple[Callable[..., Any], ...] = field(default=(), repr=False)
    authorize: Optional[Callable[..., Any]] = field(default=None, repr=False)
    origins: Tuple[str, ...] = ()
    allow_headers: Tuple[str, ...] = ()
    cookie_rule: Any = "csrf"
    features: Tuple[Any, ...] = field(default=(), repr=False)
    webhooks: Optional[Webhooks] = field(default=None, repr=False)

    @property
    def alias(self) -> Optional[str]:
        """The alias of the project's database that holds the data; None when another store does."""
        database: Any = self.settings.database
        return database.alias if database is not None and database.type == "django" else None


PARTS: Mapping[str, Callable[[Given], Any]] = {
    "url": address_of,  # before the settings, which hold it too: the first complaint counts
    "settings": settings_of,
    "authenticate": authenticate_of,
    "authorize": authorize_of,
    "origins": origins_of,
    "allow_headers": headers_of,
    "cookie_rule": cookie_rule_of,
    "features": features_of,
    "webhooks": webhooks_of,
}
"""What reads each part of the options out of the setting."""


def options_of(given: Given) -> Options:
    """The options that a dictionary says.

    Raises:
        VeltConfigurationError: names the key at fault, and the nearest right one where a key is unknown.
        VeltDependencyError: a library that the configuration needs is missing; holds the install line.
    """
    for key, problem in unknown_keys(given).items():
        raise VeltConfigurationError(problem, field=key)
    values: Dict[str, Any] = {name: part(given) for name, part in PARTS.items()}
    return Options(**values)
