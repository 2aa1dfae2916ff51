"""System checks, `manage.py check --tag velt`. Their ids are permanent; none of them opens anything.

| id | what is wrong |
|---|---|
| velt.E001 | `VELT` is no dict, or has a key that does not exist |
| velt.E002 | the configuration of the SDK: database, storage, limits, a library that is missing |
| velt.E003 | there is no `AUTHORIZE`, so every request is refused |
| velt.E004 | `AUTHENTICATE` or `AUTHORIZE` cannot be used |
| velt.E005 | the alias in `DATABASE` or `STORAGE` is not configured |
| velt.E006 | `ORIGINS`, `ALLOW_HEADERS`, `COOKIE_AUTH`, `URL`, `TOKENS`, `PERMISSIONS` or `FEATURES` cannot be used |
| velt.E007 | everybody is let in, or may do everything, although `DEBUG` is off |
| velt.E008 | `USERS` does not fit the user model, or says of nobody to which organization they belong |
| velt.E009 | `WEBHOOKS` cannot be used: a secret lacks `whsec_`, a name cannot be imported, a setting is wrong |
| velt.W001 | `session_user` without Django's sessions |
| velt.W002 | an origin that posts with cookies is not among `CSRF_TRUSTED_ORIGINS` |
| velt.W003 | the routes are not mounted |
| velt.W004 | files without `URL`: no file can be stored |
| velt.W005 | the store is forgotten when the process ends, although `DEBUG` is off |
"""

# Django has no types of its own.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Dict, Iterator, List, Mapping, Optional

from django.core.checks import CheckMessage, Error, Warning
from django.core.checks import register as register_check

from velt_py.contrib.django.conf import PARTS, SESSION_USER, Options, given_setting, unknown_keys
from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.jwt import INSTALL

__all__ = ["check", "register"]

TAG = "velt"
IDS: Mapping[str, str] = {
    "settings": "velt.E002",
    "authenticate": "velt.E004",
    "authorize": "velt.E004",
    "url": "velt.E006",
    "origins": "velt.E006",
    "allow_headers": "velt.E006",
    "cookie_rule": "velt.E006",
    "features": "velt.E006",
    "webhooks": "velt.E009",
}
FOR_DEVELOPMENT = ("everybody", "no_questions")


def register() -> None:
    """Register the checks."""
    register_check(check, TAG)


def check(app_configs: Any = None, **_: Any) -> List[CheckMessage]:
    """What is wrong with the setting `VELT`."""
    try:
        given = given_setting()
    except VeltConfigurationError as error:
        return [Error(error.message, id="velt.E001")]
    found: List[CheckMessage] = [Error(problem, id="velt.E001") for problem in unknown_keys(given).values()]
    values: Dict[str, Any] = {}
    for name, part in PARTS.items():
        try:
            values[name] = part(given)
        except VeltConfigurationError as error:
            # One wrong value may be in the way of two parts.
            if all(error.message != each.msg for each in found):
                found.append(Error(error.message, id=IDS[name]))
    if "authorize" in values and values["authorize"] is None:
        found.append(
            Error(
                "VELT has no AUTHORIZE: every request is refused",
                hint="Name a function(principal, access) -> bool, or velt_py.contrib.django.auth.ModelAuthorizer.",
                id="velt.E003",
            )
        )
    if len(values) < len(PARTS):
        return found
    options = Options(**values)
    return [
        *found,
        *libraries(options),
        *aliases(options),
        *users(options),
        *production(options),
        *sessions(options),
        *mounting(options),
    ]


def libraries(options: Options) -> Iterator[CheckMessage]:
    """What is missed only when the first token comes: then it is an answer to the browser, which nobody reads."""
    given: Any = options.settings.resolver_auth or {}
    if given.get("jwt") and not given.get("verify") and find_spec("jwt") is None:
        yield Error(f"VELT['RESOLVER_AUTH']: {INSTALL}", id="velt.E002")


def aliases(options: Options) -> Iterator[CheckMessage]:
    from django.conf import settings
    from django.db import connections

    if options.alias is not None and options.alias not in connections:
        yield Error(
            f"VELT['DATABASE']: there is no database {options.alias!r} in DATABASES",
            hint="Known are " + ", ".join(sorted(connections)),
            id="velt.E005",
        )
    storages: Mapping[str, Any] = getattr(settings, "STORAGES", {})
    files: Any = options.settings.files
    if files is not None and files.type == "django" and files.storage not in storages:
        yield Error(
            f"VELT['STORAGE']: there is no storage {files.storage!r} in STORAGES",
            hint="Known are " + ", ".join(sorted(storages)),
            id="velt.E005",
        )
    if files is not None and files.urls == "route" and not files.base_url:
        yield Warning(
            "VELT has files but no URL: no file can be stored before it is known where browsers reach the routes",
            hint="For example 'URL': 'https://app.example/velt'.",
            id="velt.W004",
        )


def users(options: Options) -> Iterator[CheckMessage]:
    source: Any = options.settings.user_source
    for problem in source.problems() if hasattr(source, "problems") else ():
        yield Error(f"VELT['USERS']: {problem}", id="velt.E008")
    if getattr(source, "finds_nobody", False):
        yield Error(
            "VELT['USERS'] does not say who belongs to an organization, so nobody is found",
            hint="Add 'organization_field' or 'membership'.",
            id="velt.E008",
        )


def production(options: Options) -> Iterator[CheckMessage]:
    from django.conf import settings

    if settings.DEBUG:
        return
    for hook in (*options.authenticate, options.authorize):
        name: Optional[str] = getattr(hook, "__name__", None)
        if getattr(hook, "__module__", "") == "velt_py.web.access" and name in FOR_DEVELOPMENT:
            yield Error(f"velt_py.web.access.{name} is for development, and DEBUG is off", id="velt.E007")
    database = options.settings.database
    if database is not None and database.type == "memory":
        yield Warning(
            "VELT['DATABASE'] is in memory: everything is lost when the process ends", id="velt.W005"
        )


def sessions(options: Options) -> Iterator[CheckMessage]:
    from django.conf import settings
    from django.utils.module_loading import import_string

    if import_string(SESSION_USER) not in options.authenticate:
        return
    if not any("AuthenticationMiddleware" in name for name in settings.MIDDLEWARE):
        yield Warning(
            "VELT authenticates by session, and MIDDLEWARE has no AuthenticationMiddleware: nobody is let in",
            id="velt.W001",
        )
    if options.cookie_rule != "csrf":
        return
    for origin in options.origins:
        if origin not in settings.CSRF_TRUSTED_ORIGINS:
            yield Warning(
                f"{origin} may call the routes, and its posts that sign in by cookie will fail the CSRF check",
                hint="Add it to CSRF_TRUSTED_ORIGINS, or set VELT['COOKIE_AUTH'] to 'header'.",
                id="velt.W002",
            )


def mounting(options: Options) -> Iterator[CheckMessage]:
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.urls import NoReverseMatch, reverse

    if not getattr(settings, "ROOT_URLCONF", None):
        return
    try:
        reverse("velt:root")
    except NoReverseMatch:
        yield Warning(
            "the routes are not mounted",
            hint='Add path("velt/", include("velt_py.contrib.django.urls")) to the urls.',
            id="velt.W003",
        )
    except (ImportError, ImproperlyConfigured):
        return  # urls that cannot be loaded are the business of Django's own check
