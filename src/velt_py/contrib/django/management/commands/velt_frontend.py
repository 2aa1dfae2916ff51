"""`manage.py velt_frontend`: the JavaScript that points a Velt frontend at the routes of this project."""

# Django has no types of its own.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.urls import NoReverseMatch, reverse

from velt_py.contrib.django import auth
from velt_py.contrib.django.management.output import USAGE, VeltCommand
from velt_py.contrib.django.process import get_options
from velt_py.web.frontend import BEARER, frontend_block

__all__ = ["Command"]

CSRF_HEADERS = """\
// Sent with every request; Django's CSRF token signs the posts that the session's cookie lets in.
const headers = async () => ({ HEADER: document.cookie.match(/(?:^|; )COOKIE=([^;]*)/)?.[1] ?? "" });"""
SESSION_CSRF_HEADERS = """\
// Sent with every request; Django's CSRF token, from {% csrf_token %} in the page, as it is kept in the session.
const headers = async () => ({ HEADER: document.querySelector("[name=csrfmiddlewaretoken]").value });"""
PROOF_HEADERS = """\
// Sent with every request; a form of another page cannot send it.
const headers = async () => ({ "X-Requested-With": "velt" });"""


class Command(VeltCommand):
    """Prints the block; exit code 2 when the routes are not mounted."""

    help = "Prints the JavaScript that makes a Velt frontend use the routes of this project."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--base-url",
            metavar="URL",
            help="where browsers reach the routes (VELT['URL'], else their path on the page's own host)",
        )

    def run(self, **options: Any) -> str:
        given = get_options()
        try:
            path = reverse("velt:root")
        except NoReverseMatch:
            raise CommandError(
                'the routes are not mounted: add path("velt/", include("velt_py.contrib.django.urls"))',
                returncode=USAGE,
            ) from None
        url = options["base_url"] or given.url or path
        block = frontend_block(url, headers_of(given))
        self.show([block], {"url": url.rstrip("/"), "javascript": block}, options["json"])
        return ""


def headers_of(given: Any) -> str:
    """What the page has to send with each request."""
    if auth.session_user not in given.authenticate or given.cookie_rule is False:
        return BEARER
    if given.cookie_rule == "header":
        return PROOF_HEADERS
    header = settings.CSRF_HEADER_NAME[len("HTTP_") :].replace("_", "-").title()
    if settings.CSRF_USE_SESSIONS or settings.CSRF_COOKIE_HTTPONLY:
        return SESSION_CSRF_HEADERS.replace("HEADER", f'"{header}"')
    return CSRF_HEADERS.replace("HEADER", f'"{header}"').replace("COOKIE", settings.CSRF_COOKIE_NAME)
