"""People out of Django's user model: whom an organization may see, which fields leave, and what it costs."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any, Dict, List

import pytest

from tests.django import project
from velt_py import AsyncVeltSDK, VeltSDK
from velt_py.exceptions import VeltConfigurationError

ROOT = Path(__file__).resolve().parents[2]


class Town:
    """Two companies with people of unique names."""

    def __init__(self) -> None:
        self.apps = project.start()
        user, profile = self.apps.get_model("auth", "User"), self.apps.get_model("people", "Profile")
        company = self.apps.get_model("people", "Company")
        self.tail = uuid.uuid4().hex[:8]
        self.one, self.two = (company.objects.create(name=f"{name}-{self.tail}") for name in ("one", "two"))
        self.group = self.apps.get_model("auth", "Group").objects.create(name=f"staff-{self.tail}")
        self.people: Dict[str, Any] = {}
        for name, home in (("ann", self.one), ("bob", self.one), ("eve", self.two), ("ida", None)):
            person = user.objects.create(
                username=f"{name}-{self.tail}",
                first_name=name.title() if name != "bob" else "",
                email=f"{name.title()}.{self.tail}@X.example",
                password="secret hash",
            )
            if name != "ida":
                avatar = "faces/ann.png" if name == "ann" else ""
                profile.objects.create(user=person, company=home, handle=f"{name}-{self.tail}", avatar=avatar)
            self.people[name] = person
        self.people["ann"].groups.add(self.group)

    def id(self, name: str) -> str:
        return str(self.people[name].pk)

    def ids(self, *names: str) -> List[str]:
        return [self.id(name) for name in names or self.people]


@pytest.fixture
def town(django_app: Any) -> Town:
    return Town()


def opened(**how: Any) -> VeltSDK:
    """An SDK whose users are those of the project."""
    from velt_py.contrib.django.users import ModelUsers

    users = {"source": ModelUsers(**how)}
    return VeltSDK.initialize({"database": {"type": "django"}, "users": users, "raiseOnError": True})


def seen(town: Town, organization: Any, **how: Any) -> Dict[str, Any]:
    """Whom an organization sees of everybody, by their short names."""
    with opened(**how) as sdk:
        data = sdk.selfHosting.users.getUsers(str(organization), town.ids())["data"]
    return {name: data[town.id(name)] for name in town.people if town.id(name) in data}


def test_nobody_is_visible_until_the_project_says_who_belongs_where(town: Town) -> None:
    assert seen(town, town.one.pk) == {}
    with opened() as sdk:
        email = town.people["ann"].email
        assert sdk.selfHosting.users.resolveUserIdsByEmail(str(town.one.pk), [email])["data"] == {}


def test_a_field_tells_the_organization(town: Town) -> None:
    for path in ("profile__company", "profile__company_id", "profile__company__id", "profile__company__pk"):
        assert set(seen(town, town.one.pk, organization_field=path)) == {"ann", "bob"}, path
    assert set(seen(town, town.two.name, organization_field="profile__company__name")) == {"eve"}
    assert set(seen(town, town.group.name, organization_field="groups__name")) == {"ann"}
    assert set(seen(town, town.group.pk, organization_field="groups")) == {"ann"}


@pytest.mark.parametrize(
    "organization",
    ["77777777", "no uuid", "", "\x00", "' OR 1=1 --", "9" * 400],
    ids=["unknown", "text", "empty", "nul", "quotes", "huge"],
)
@pytest.mark.parametrize("path", ["profile__company", "groups", "groups__name"])
def test_a_text_that_is_no_organization_sees_nobody(town: Town, path: str, organization: str) -> None:
    from velt_py.contrib.django.users import ModelUsers
    from velt_py.selfhosting.plans import FindUsers
    from velt_py.selfhosting.scope import Scope

    plan = FindUsers(Scope(organization), (("userId",),), tuple(town.ids()), (("organizationId",),))
    assert ModelUsers(organization_field=path).find(plan) == []


def test_an_organization_in_another_spelling_is_another_one(town: Town) -> None:
    assert seen(town, str(town.one.pk).upper(), organization_field="profile__company") == {}
    assert seen(town, town.one.name.upper(), organization_field="profile__company__name") == {}
    assert seen(town, f"0{town.group.pk}", organization_field="groups") == {}


def test_a_function_tells_who_belongs(town: Town) -> None:
    asked: List[Any] = []

    def membership(organization: str, ids: List[str]) -> Any:
        asked.append((organization, sorted(ids)))
        # Keys as the model has them are understood too, and strangers are not let in by it.
        return {town.people["ann"].pk, town.id("eve"), "12345678"}

    assert set(seen(town, "acme", membership=membership)) == {"ann", "eve"}
    assert asked == [("acme", sorted(town.ids()))]
    both = {"membership": membership, "organization_field": "profile__company"}
    assert set(seen(town, town.two.pk, **both)) == {"eve"}


def test_only_declared_fields_leave(town: Town) -> None:
    how: Dict[str, Any] = {"organization_field": "profile__company"}
    ann = {"userId": town.id("ann"), "name": "Ann", "email": town.people["ann"].email}
    assert seen(town, town.one.pk, **how)["ann"] == ann
    assert seen(town, town.one.pk, **how)["bob"]["name"] == town.people["bob"].username
    fields: Dict[str, Any] = {
        "name": "first_name",
        "photoUrl": "profile__avatar",
        "badge": "profile__badge",
        "company": "profile__company__name",
        "joined": lambda person: person.date_joined.date(),
    }
    assert seen(town, town.one.pk, fields=fields, **how)["ann"] == {
        "userId": town.id("ann"),
        "name": "Ann",
        "photoUrl": "/faces/ann.png",
        "badge": f"#ann-{town.tail}",
        "company": town.one.name,
        "joined": str(town.people["ann"].date_joined.date()),
    }
    assert set(seen(town, town.one.pk, fields=["name", "username"], **how)["ann"]) == {
        "userId",
        "name",
        "username",
    }


def test_another_field_can_be_the_id(town: Town) -> None:
    with opened(
        fields={"userId": "profile__handle", "name": "first_name"}, membership=lambda o, ids: ids
    ) as sdk:
        asked = [f"ann-{town.tail}", f"ANN-{town.tail}", "no slug!", town.id("bob")]
        found = sdk.selfHosting.users.getUsers("acme", asked)["data"]
    assert found == {f"ann-{town.tail}": {"userId": f"ann-{town.tail}", "name": "Ann"}}


@pytest.mark.parametrize("users", ["queryset", "function", "path"])
def test_the_people_can_be_chosen(town: Town, users: str) -> None:
    model = town.apps.get_model("auth", "User")
    chosen = {
        "queryset": model.objects.filter(groups=town.group),
        "function": lambda: model.objects.filter(groups=town.group),
        "path": f"{__name__}.nobody",
    }[users]
    expected = set() if users == "path" else {"ann"}
    assert set(seen(town, "acme", users=chosen, membership=lambda o, ids: ids)) == expected


def nobody() -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.none()


def everybody(organization: str, ids: List[str]) -> List[str]:
    return ids


def test_a_membership_can_be_named_by_its_path(town: Town) -> None:
    assert set(seen(town, "acme", membership=f"{__name__}.everybody")) == set(town.people)


def test_ids_that_the_model_cannot_have_select_nobody(town: Town) -> None:
    strange = ["abc", "0x1", "", "1e3", "9" * 30, f"0{town.id('ann')}", f" {town.id('ann')}", "\u0661"]
    with opened(membership=everybody) as sdk:
        found = sdk.selfHosting.users.getUsers("acme", [each for each in strange if each] + town.ids("ann"))
    assert set(found["data"]) == {town.id("ann")}


def test_addresses_are_looked_up_in_any_case_within_the_organization(town: Town) -> None:
    email = town.people["ann"].email
    asked = [email, email.lower(), email.upper(), town.people["eve"].email, "no@x.example"]
    with opened(organization_field="profile__company") as sdk:
        found = sdk.selfHosting.users.resolveUserIdsByEmail(str(town.one.pk), asked)["data"]
    assert found == dict.fromkeys(asked[:3], town.id("ann"))


@pytest.mark.parametrize("kept", ["Ärzte", "ÄRZTE", "ärzte"], ids=["mixed", "large", "small"])
def test_letters_beyond_ascii_are_folded_in_addresses_too(town: Town, kept: str) -> None:
    person = town.people["ann"]
    person.email = f"{kept}-{town.tail}@X.example"
    person.save()
    asked = [f"ärzte-{town.tail}@x.example", f"ÄRZTE-{town.tail}@x.EXAMPLE"]
    with opened(organization_field="profile__company") as sdk:
        found = sdk.selfHosting.users.resolveUserIdsByEmail(str(town.one.pk), asked)["data"]
    assert found == dict.fromkeys(asked, town.id("ann"))


def test_an_address_is_no_other_one_in_capitals(town: Town) -> None:
    person = town.people["ann"]
    person.email = f"strasse-{town.tail}@x.example"
    person.save()
    with opened(organization_field="profile__company") as sdk:
        asked = [f"straße-{town.tail}@x.example"]
        assert sdk.selfHosting.users.resolveUserIdsByEmail(str(town.one.pk), asked)["data"] == {}


def test_addresses_that_are_no_declared_field_are_not_looked_up(town: Town) -> None:
    with opened(fields=["name"], membership=everybody) as sdk:
        email = town.people["ann"].email
        assert sdk.selfHosting.users.resolveUserIdsByEmail("acme", [email])["data"] == {}


async def test_awaited_people_are_the_same(django_app: Any) -> None:
    from asgiref.sync import sync_to_async

    from velt_py.contrib.django.users import ModelUsers

    town = await sync_to_async(Town)()
    users = {"source": ModelUsers(organization_field="profile__company")}
    config = {"database": {"type": "django"}, "users": users, "raiseOnError": True}
    async with AsyncVeltSDK.initialize(config) as sdk:
        found = await sdk.selfHosting.users.getUsers(str(town.one.pk), town.ids())
    assert set(found["data"]) == set(town.ids("ann", "bob"))


def test_people_and_what_is_behind_relations_take_one_query(town: Town) -> None:
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    fields = {"name": "first_name", "company": "profile__company__name", "photoUrl": "profile__avatar"}
    with CaptureQueriesContext(connections["default"]) as captured:
        assert len(seen(town, town.one.pk, fields=fields, organization_field="profile__company")) == 2
    assert len(captured) == 1, [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        ({"fields": {"name": "nickname"}}, "nickname"),
        ({"fields": {"userId": "uid"}}, "uid"),
        ({"fields": {"userId": str}}, "userId"),
        ({"fields": {"photoUrl": "profile__face"}}, "profile__face"),
        ({"organization_field": "tenant"}, "tenant"),
        ({"organization_field": "profile__tenant__id"}, "tenant"),
    ],
    ids=str,
)
def test_fields_that_do_not_exist_are_told_before_and_at_the_first_use(
    town: Town, how: Dict[str, Any], problem: str
) -> None:
    from velt_py.contrib.django.users import ModelUsers

    (found,) = ModelUsers(**how).problems()
    assert problem in found
    if how != {"fields": {"userId": str}}:
        with pytest.raises(VeltConfigurationError, match=problem) as refused:
            seen(town, town.one.pk, **{"organization_field": "profile__company", **how})
        assert refused.value.field == "users.source"


def test_a_configuration_that_works_has_no_problems(town: Town) -> None:
    from velt_py.contrib.django.users import ModelUsers

    fields = {"name": "get_full_name", "badge": "profile__badge", "email": "email", "x": str}
    assert ModelUsers(fields=fields, organization_field="groups__name").problems() == []
    assert ModelUsers().problems() == []


def test_it_can_be_named_in_the_settings_file_itself(tmp_path: Path) -> None:
    (tmp_path / "early.py").write_text(
        "from velt_py.contrib.django.users import ModelUsers\n"
        "from tests.django.settings import *\n"
        "VELT_USERS = ModelUsers(organization_field='groups__name')\n"
    )
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT), str(tmp_path)])
    environment = {**os.environ, "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "early"}
    code = "import django; django.setup(); from django.conf import settings; print(settings.VELT_USERS.problems())"
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert ended.stdout.strip() == "[]", ended.stderr
