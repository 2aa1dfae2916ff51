"""System checks: permanent ids for what is wrong with the setting."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

import pytest

from tests.django.project import start
from velt_py.web.access import everybody, no_questions

start()

from django.core import checks  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import override_settings  # noqa: E402

Change = Callable[..., None]


def found() -> List[str]:
    return sorted(str(each.id) for each in checks.run_checks(tags=["velt"]))


def test_a_right_setting_has_no_findings(velt: Dict[str, Any]) -> None:
    assert found() == []
    call_command("check", tags=["velt"], fail_level="WARNING")


@pytest.mark.parametrize(
    ("keys", "ids"),
    [
        ({"AUTHORISE": 1}, ["velt.E001"]),
        ({"AUTHORISE": 1, "ORIGINS": ["*"], "AUTHORIZE": "no.such"}, ["velt.E001", "velt.E004", "velt.E006"]),
        ({"DATABASE": {"type": "sqlit"}}, ["velt.E002"]),
        ({"LIMITS": {"max_id": 1}}, ["velt.E002"]),
        ({"AUTHORIZE": None}, ["velt.E003"]),
        ({"AUTHORIZE": "no.such.hook"}, ["velt.E004"]),
        ({"AUTHENTICATE": "no.such.hook"}, ["velt.E004"]),
        ({"AUTHENTICATE": 5}, ["velt.E004"]),
        ({"DATABASE": "no such alias"}, ["velt.E005"]),
        ({"STORAGE": "no such alias"}, ["velt.E005"]),
        ({"ORIGINS": ["*"]}, ["velt.E006"]),
        ({"ALLOW_HEADERS": ["a b"]}, ["velt.E006"]),
        ({"COOKIE_AUTH": "maybe"}, ["velt.E006"]),
        ({"URL": "app.example"}, ["velt.E006"]),
        ({"FEATURES": "one"}, ["velt.E006"]),
        ({"AUTHENTICATE": everybody, "AUTHORIZE": no_questions}, ["velt.E007", "velt.E007"]),
        ({"USERS": {"organization_field": "no_such"}}, ["velt.E008"]),
        ({"USERS": {"fields": ["email"]}}, ["velt.E008"]),
        ({"USERS": {"organisation_field": "groups__name"}}, ["velt.E002"]),
        ({"USERS": {"organization_field": "groups__name", "fields": ["no_such"]}}, ["velt.E008"]),
        ({"USERS": {"organization_field": "groups__name", "fields": ["email"]}}, []),
        ({"WEBHOOKS": "plJ3nmyCDGBKInavdOK15jsl"}, ["velt.E009"]),
        ({"WEBHOOKS": "no.such.receiver"}, ["velt.E009"]),
        ({"WEBHOOKS": "whsec_plJ3nmyCDGBKInavdOK15jsl"}, []),
        ({"ORIGINS": ["https://pages.example"]}, ["velt.W002"]),
        ({"ORIGINS": ["https://pages.example"], "COOKIE_AUTH": "header"}, []),
        ({"URL": None}, ["velt.W004"]),
        ({"DATABASE": {"type": "memory"}}, ["velt.W005"]),
    ],
    ids=lambda value: "-".join(value),
)
def test_each_mistake_has_its_id(changed: Change, keys: Dict[str, Any], ids: List[str]) -> None:
    changed(**keys)
    assert found() == ids


def test_what_is_for_development_is_fine_in_development(changed: Change) -> None:
    changed(AUTHENTICATE=everybody, AUTHORIZE=no_questions, DATABASE={"type": "memory"})
    with override_settings(DEBUG=True):
        assert found() == []


@pytest.mark.parametrize(
    ("settings", "ids"),
    [
        ({"VELT": 5}, ["velt.E001"]),
        ({"MIDDLEWARE": []}, ["velt.W001"]),
        ({"ROOT_URLCONF": "tests.django.hooks"}, []),
        ({"ROOT_URLCONF": "django.contrib.auth.urls"}, ["velt.W003"]),
        ({"ROOT_URLCONF": "no.such.module"}, []),
        ({"CSRF_TRUSTED_ORIGINS": ["https://pages.example"]}, []),
    ],
    ids=["no-dict", "no-sessions", "no-urls", "not-mounted", "broken-urls", "trusted"],
)
def test_settings_beside_it_are_looked_at(changed: Change, settings: Dict[str, Any], ids: List[str]) -> None:
    if "CSRF_TRUSTED_ORIGINS" in settings:
        changed(ORIGINS=["https://pages.example"])
    with override_settings(**settings):
        assert found() == ids


def test_a_finding_tells_no_secret(changed: Change) -> None:
    changed(AUTH_TOKEN="secret-word", DATABASE={"type": "mongodb", "password": "secret-word"})
    messages = [f"{each.msg} {each.hint}" for each in checks.run_checks(tags=["velt"])]
    assert messages
    assert not any("secret-word" in message for message in messages)
