"""`user_schema`: which columns become which fields, which never leave, and what `saveUser` writes where."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import pytest

from velt_py.config import load_settings
from velt_py.exceptions import VeltValidationError
from velt_py.selfhosting.plans import FindUsers, SaveUser
from velt_py.selfhosting.services.users import email_steps, get_steps, save_plan
from velt_py.selfhosting.user_schema import organization_columns, public_user, row_of
from velt_py.settings import Settings


def configured(schema: Optional[Dict[str, Any]] = None, fields: Optional[List[str]] = None) -> Settings:
    config: Dict[str, Any] = {"database": {"type": "memory"}}
    if schema is not None:
        config["user_schema"] = schema
    if fields is not None:
        config["users"] = {"fields": fields}
    return load_settings(config, {})


def public(
    row: Dict[str, Any], schema: Optional[Dict[str, Any]] = None, fields: Optional[List[str]] = None
) -> Any:
    return public_user(row, configured(schema, fields))


def test_without_a_schema_only_the_published_fields_leave() -> None:
    row = {
        "_id": 1,
        "userId": "u",
        "name": "Ann",
        "photoUrl": "p",
        "email": "e",
        "color": "c",
        "textColor": "t",
        "isAdmin": True,
        "initial": "A",
        "organizationId": "one",
        "passwordHash": "secret",
    }
    left = {
        name: value for name, value in row.items() if name not in ("_id", "organizationId", "passwordHash")
    }
    assert public(row) == left


def test_mapped_columns_go_before_the_fields_own_names() -> None:
    schema = {"userId": "id", "name": ["display", "login"], "email": "contact.mail"}
    row = {"id": 5, "login": "ann", "contact": {"mail": "a@x"}, "color": "red", "name": "own"}
    assert public(row, schema) == {"userId": 5, "name": "ann", "email": "a@x", "color": "red"}
    assert public({"userId": "u", "name": "own"}, schema) == {"userId": "u", "name": "own"}


def test_a_present_column_wins_even_when_null_and_a_nested_one_only_when_not() -> None:
    schema = {"name": ["first", "second"], "email": ["a.mail", "b.mail"]}
    assert public({"userId": "u", "first": None, "second": "x"}, schema)["name"] is None
    row = {"userId": "u", "a": {"mail": None}, "b": {"mail": "b@x"}}
    assert public(row, schema)["email"] == "b@x"
    assert "email" not in public({"userId": "u", "a": {"mail": None}, "b": 5}, schema)


def test_custom_fields_leave_under_their_key_and_other_columns_stay() -> None:
    schema = {"team": "org.team", "userId": "id"}
    assert public({"id": "u", "org": {"team": "red", "pay": 1}, "other": 2}, schema) == {
        "userId": "u",
        "team": "red",
    }
    assert public({"userId": "u", "department": "d", "other": 2}, fields=["department"]) == {
        "userId": "u",
        "department": "d",
    }


def test_the_organization_never_leaves_even_when_it_is_mapped() -> None:
    row = {"userId": "u", "tenant": "one", "organizationId": "one"}
    assert public(row, {"organizationId": "tenant"}) == {"userId": "u"}
    assert organization_columns(configured({"organizationId": ["tenant", "t.id"]})) == (
        ("tenant",),
        ("t", "id"),
    )


@pytest.mark.parametrize("id", [None, "", True, 1.5, {"$gt": ""}, ["u"]])
def test_rows_without_a_user_id_are_skipped(id: Any) -> None:
    assert public({"userId": id, "name": "x"}) is None
    assert public({"name": "x"}) is None


def answer(steps: Any, rows: List[Dict[str, Any]]) -> Any:
    plan = next(steps)
    assert isinstance(plan, FindUsers)
    try:
        steps.send(rows)
    except StopIteration as end:
        return end.value.data
    raise AssertionError("one plan is enough")


def get(rows: List[Dict[str, Any]], *ids: Any, schema: Optional[Dict[str, Any]] = None) -> Any:
    return answer(get_steps({"organizationId": "one", "userIds": list(ids)}, configured(schema)), rows)


def resolve(rows: List[Dict[str, Any]], *emails: Any, schema: Optional[Dict[str, Any]] = None) -> Any:
    return answer(email_steps({"organizationId": "one", "emails": list(emails)}, configured(schema)), rows)


def test_users_are_keyed_by_their_id_as_text_and_keep_it_as_stored() -> None:
    assert get([{"userId": 7, "name": "Ann"}], 7) == {"7": {"userId": 7, "name": "Ann"}}


def test_a_row_of_the_organization_goes_before_one_that_names_none() -> None:
    own, shared = {"userId": "u", "name": "own", "organizationId": "one"}, {"userId": "u", "name": "shared"}
    for rows in ([own, shared], [shared, own]):
        assert get(rows, "u")["u"]["name"] == "own"


def test_a_row_that_was_found_by_another_column_is_not_the_one_asked_for() -> None:
    row = {"uid": "x", "userId": "y", "name": "Ann"}
    assert get([row], "y", schema={"userId": "uid"}) == {}
    assert get([row], "x", schema={"userId": "uid"}) == {"x": {"userId": "x", "name": "Ann"}}


def test_addresses_are_matched_exactly_against_what_leaves() -> None:
    rows = [{"userId": "u", "mail": "a@x", "email": "hidden@x"}]
    schema = {"email": "mail"}
    assert resolve(rows, "a@x", "A@x", "unknown@x", schema=schema) == {"a@x": "u"}
    assert resolve(rows, "hidden@x", schema=schema) == {}


def test_of_two_users_with_one_address_the_same_wins_in_any_order() -> None:
    rows = [{"userId": "b", "email": "a@x"}, {"userId": "a", "email": "a@x"}]
    assert resolve(rows, "a@x") == resolve(rows[::-1], "a@x") == {"a@x": "a"}


def test_empty_addresses_and_repetitions_are_dropped() -> None:
    body = {"organizationId": "one", "emails": ["", None, "a@x", "a@x"]}
    plan = next(email_steps(body, configured()))
    assert isinstance(plan, FindUsers)
    assert plan.values == ("a@x",)
    assert plan.by_id is False


@pytest.mark.parametrize("wrong", [None, "u1", {"u": 1}, 5])
def test_a_list_is_needed(wrong: Any) -> None:
    for steps, field in ((get_steps, "userIds"), (email_steps, "emails")):
        with pytest.raises(VeltValidationError) as error:
            next(steps({"organizationId": "one", field: wrong}, configured()))
        assert error.value.field == field


# The other way round


def saved(user: Dict[str, Any], schema: Optional[Dict[str, Any]] = None) -> SaveUser:
    return save_plan({"organizationId": "one", "user": user}, configured(schema))


def test_fields_are_written_into_their_mapped_columns() -> None:
    schema = {
        "userId": "id",
        "name": ["display", "login"],
        "email": "contact.mail",
        "organizationId": ["tenant.id", "x"],
        "team": "work.team",
    }
    user = {"userId": 5, "name": "Ann", "email": None, "team": "red", "nick": "a", "organizationId": "one"}
    plan = saved(user, schema)
    row = {"id": 5, "display": "Ann", "contact": {"mail": None}, "work": {"team": "red"}, "nick": "a"}
    assert plan.change.document == row
    assert plan.initial.document == {**row, "tenant": {"id": "one"}}
    assert (plan.change.id, plan.column) == ("5", ("id",))
    assert plan.organization == (("tenant", "id"), ("x",))
    assert {rule.field: rule.deep for rule in plan.merges} == {"contact": True, "work": True}


def test_what_is_not_mapped_keeps_its_name_dots_and_all() -> None:
    assert row_of({"userId": "u", "a.b": 1, "$set": 2}, configured()) == {"userId": "u", "a.b": 1, "$set": 2}


@pytest.mark.parametrize(
    ("schema", "field"),
    [
        ({"organizationId": "tenant"}, "tenant"),
        ({"organizationId": "tenant.id"}, "tenant"),
        ({"organizationId": "tenant.id", "team": "tenant.id"}, "team"),
        ({"organizationId": "tenant", "team": "tenant.team"}, "team"),
        ({"organizationId": "tenant.id", "team": "tenant.id.deep"}, "team"),
        ({"organizationId": ["a", "b"]}, "b"),
        ({"team": "organizationId"}, "team"),
        ({"team": "organizationId.x"}, "team"),
        (None, "_id"),
    ],
)
def test_no_field_is_written_into_over_or_beneath_the_organization(schema: Any, field: str) -> None:
    with pytest.raises(VeltValidationError) as error:
        saved({"userId": "u", field: "two"}, schema)
    assert error.value.field == f"user.{field}"


def test_a_neighbour_of_the_organization_may_be_written() -> None:
    plan = saved({"userId": "u", "team": "red"}, {"organizationId": "tenant.id", "team": "tenant.team"})
    assert plan.change.document == {"userId": "u", "tenant": {"team": "red"}}
    assert plan.initial.document == {"userId": "u", "tenant": {"team": "red", "id": "one"}}


@pytest.mark.parametrize(
    ("user", "field"),
    [
        (None, "user"),
        ([], "user"),
        ({}, "user.userId"),
        ({"userId": None}, "user.userId"),
        ({"userId": ""}, "user.userId"),
        ({"userId": {"$gt": ""}}, "user.userId"),
        ({"userId": True}, "user.userId"),
        ({"userId": "u", "organizationId": "two"}, "user.organizationId"),
        ({"userId": "u", "name": "a\0"}, "user.name"),
        ({"userId": "u", "\ud800": 1}, "user: a key"),
    ],
)
def test_bad_users_are_refused_by_name(user: Any, field: str) -> None:
    with pytest.raises(VeltValidationError) as error:
        save_plan({"organizationId": "one", "user": user}, configured())
    assert error.value.field == field
    assert error.value.statusCode == 400


def test_columns_that_go_too_deep_to_be_written_are_refused() -> None:
    with pytest.raises(VeltValidationError, match="at most 3 names"):
        saved({"userId": "u", "name": "x"}, {"name": "a.b.c.d"})
