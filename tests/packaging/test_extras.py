"""Without the library of an extra, what needs it says which line installs it; nothing else is in the way."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import Tuple

import pytest

WITHOUT = """
import sys

class Without:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {missing!r}:
            return None
        return self.finder.find_spec(name, path, target)

sys.meta_path[:] = [Without(finder) for finder in sys.meta_path]
try:
{statements}
except Exception as error:
    print(type(error).__name__, str(error))
else:
    print("nothing is missing")
"""

CASES = {
    "mongodb": (
        ("pymongo", "bson"),
        "from velt_py import VeltSDK\n"
        "VeltSDK.initialize({'database': {'connection_string': 'mongodb://127.0.0.1:9/d'}})",
    ),
    "postgres": (
        ("psycopg", "psycopg_pool"),
        "from velt_py import VeltSDK\n"
        "VeltSDK.initialize({'database': {'type': 'postgresql', 'connection_string': 'postgresql://127.0.0.1:9/d'}})",
    ),
    "s3": (
        ("boto3", "botocore"),
        "from velt_py import VeltSDK\nVeltSDK.initialize({'aws': {'bucket_name': 'b'}})",
    ),
    "async": (
        ("aiohttp",),
        "import asyncio\n"
        "from velt_py import AsyncVeltSDK\n"
        "async def call():\n"
        "    await AsyncVeltSDK.initialize({}).api.organizations.getOrganizations()\n"
        "asyncio.run(call())",
    ),
    "web": (
        ("multipart",),
        "from velt_py.web.multipart import require_multipart\nrequire_multipart()",
    ),
    "webhooks": (
        ("cryptography",),
        "from velt_py.webhooks import Webhooks\n"
        "Webhooks('whsec_plJ3nmyCDGBKInavdOK15jsl', private_keys='AAAA')",
    ),
    "serve": (("uvicorn",), "from velt_py.cli.serve import require_uvicorn\nrequire_uvicorn()"),
    "fastapi": (("fastapi", "starlette"), "import velt_py.contrib.fastapi"),
    "flask": (("flask", "werkzeug"), "import velt_py.contrib.flask"),
}


def outcome(missing: Tuple[str, ...], statements: str) -> str:
    code = WITHOUT.format(missing=set(missing), statements=textwrap.indent(statements, "    "))
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


@pytest.mark.parametrize("extra", sorted(CASES))
def test_a_missing_extra_gives_its_install_line(extra: str) -> None:
    told = outcome(*CASES[extra])
    assert told.startswith("VeltDependencyError ")
    assert f'pip install "velt-py[{extra}]"' in told


@pytest.mark.parametrize("extra", sorted(CASES))
def test_with_the_library_the_same_goes_further(extra: str) -> None:
    _, statements = CASES[extra]
    assert "velt-py[" not in outcome((), statements)


def test_tokens_are_refused_with_the_install_line_of_what_checks_them() -> None:
    statements = (
        "from velt_py import VeltSDK\n"
        "keys = {'algorithms': ['HS256'], 'secret': 'a secret of at least thirty-two bytes'}\n"
        "sdk = VeltSDK.initialize({'resolver_auth': {'jwt': keys}})\n"
        "checked = sdk.selfHosting.verifyToken(headers={'Authorization': 'Bearer a.b.c'})\n"
        "assert not checked.verified\n"
        "raise ValueError(checked.error)"
    )
    assert 'pip install "velt-py[auth]"' in outcome(("jwt",), statements)
    assert "velt-py[" not in outcome((), statements)


EVERYTHING = (
    *("pymongo", "bson", "psycopg", "psycopg_pool", "boto3", "botocore", "aiohttp", "jwt", "cryptography"),
    *(
        "multipart",
        "uvicorn",
        "django",
        "fastapi",
        "starlette",
        "flask",
        "werkzeug",
        "opentelemetry",
        "orjson",
    ),
)


def test_without_any_extra_the_embedded_store_works() -> None:
    statements = (
        "from velt_py import VeltSDK\n"
        "sdk = VeltSDK.initialize({'database': {'type': 'memory'}})\n"
        "saved = sdk.selfHosting.comments.saveComments(\n"
        "    organizationId='acme', commentAnnotation={'t': {'comments': {}}})\n"
        "assert saved['success'], saved"
    )
    assert outcome(EVERYTHING, statements) == "nothing is missing"


def test_a_django_project_without_django_is_told_so() -> None:
    told = outcome(("django",), "from velt_py.contrib.django import get_sdk\nget_sdk()")
    assert 'pip install "velt-py[django]"' in told


PROJECT = """\
import django
from django.conf import settings
settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "velt_py.contrib.django"],
    DATABASES={{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}},
    SECRET_KEY="k",
    VELT={{"AUTHORIZE": "velt_py.web.access.no_questions", **{keys}}},
)
django.setup()
from velt_py.contrib.django.checks import check
for found in check():
    print(found.id, found.msg)
"""
PROJECTS = {
    "mongodb": (("pymongo", "bson"), {"DATABASE": {"connection_string": "mongodb://127.0.0.1:9/d"}}),
    "postgres": (
        ("psycopg", "psycopg_pool"),
        {"DATABASE": {"type": "postgresql", "connection_string": "postgresql://127.0.0.1:9/d"}},
    ),
    "s3": (("boto3", "botocore"), {"CONFIG": {"aws": {"bucket_name": "b"}}}),
    "auth": (("jwt",), {"RESOLVER_AUTH": {"jwt": {"secret": "s" * 40, "algorithms": ["HS256"]}}}),
    "webhooks": (
        ("cryptography",),
        {"WEBHOOKS": {"secrets": "whsec_plJ3nmyCDGBKInavdOK15jsl", "private_keys": "A" * 400}},
    ),
}


@pytest.mark.parametrize("extra", sorted(PROJECTS))
def test_the_check_of_a_django_project_says_which_extra_is_missing(extra: str) -> None:
    missing, keys = PROJECTS[extra]
    statements = PROJECT.format(keys=repr(keys))
    assert f'pip install "velt-py[{extra}]"' in outcome(missing, statements)
    assert "velt-py[" not in outcome((), statements)


def test_a_django_project_needs_no_other_extra() -> None:
    others = tuple(name for name in EVERYTHING if name != "django")
    told = outcome(others, PROJECT.format(keys="{}"))
    assert "velt-py[" not in told
    assert "velt.E002" not in told
