"""The routes inside a Django project, for the suite that every adapter has to pass."""

from __future__ import annotations

import contextlib
from typing import Any, Dict, Iterator, Mapping

from tests.django.project import start

__all__ = ["django_application"]


@contextlib.contextmanager
def django_application(kind: str, config: Mapping[str, Any], hooks: Mapping[str, Any]) -> Iterator[Any]:
    """A Django project that serves nothing but the routes, over a configuration.

    Args:
        kind: `django_asgi` or `django_wsgi`.
        config: the configuration of the SDK.
        hooks: arguments as for `asgi_app`.
    """
    start()
    from django.core.handlers.asgi import ASGIHandler
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import override_settings

    setting: Dict[str, Any] = {"CONFIG": config, "COOKIE_AUTH": "header"}
    setting.update({name.upper(): value for name, value in hooks.items()})
    with override_settings(VELT=setting, ROOT_URLCONF="tests.django.bare_urls", ALLOWED_HOSTS=["*"]):
        yield ASGIHandler() if kind == "django_asgi" else WSGIHandler()
