"""What a test that counts its calls gets to read."""

from __future__ import annotations

from typing import Any, Iterator

import pytest

from velt_py import VeltSDK
from velt_py.exceptions import VeltValidationError
from velt_py.testing import VeltEmulator


@pytest.fixture
def velt() -> Iterator[VeltEmulator]:
    with VeltEmulator() as found:
        yield found


@pytest.fixture
def sdk(velt: VeltEmulator) -> VeltSDK:
    return velt.sdk()


def add(sdk: VeltSDK, *organizations: str) -> Any:
    return sdk.api.organizations.addOrganizations(
        organizations=[{"organizationId": each, "organizationName": each.title()} for each in organizations]
    )


def said(velt: VeltEmulator, *arguments: Any, **more: Any) -> str:
    with pytest.raises(AssertionError) as caught:
        velt.assert_called(*arguments, **more)
    return str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["organizations/add", "/organizations/add", "/v2/organizations/add", "organizations.addOrganizations"],
)
def test_an_operation_is_named_by_its_path_or_its_name(velt: VeltEmulator, sdk: VeltSDK, name: str) -> None:
    velt.assert_not_called(name)
    add(sdk, "acme")
    velt.assert_called(name)
    velt.assert_called(name, times=1)
    assert [call["status"] for call in velt.calls(name)] == [200]


@pytest.mark.parametrize("name", ["organisations/add", "organizations.addOrganization", "", "/"])
def test_a_misspelt_operation_is_no_operation_that_was_never_called(velt: VeltEmulator, name: str) -> None:
    with pytest.raises(VeltValidationError) as caught:
        velt.assert_not_called(name)
    assert "is no operation" in str(caught.value)
    if name.strip("/"):
        assert "; the nearest is organizations" in str(caught.value)


def test_no_call_at_all(velt: VeltEmulator) -> None:
    assert said(velt, "users/add") == "users/add was called never, expected at least once\nNo call came in."


def test_the_message_lists_the_calls_that_came_in(velt: VeltEmulator, sdk: VeltSDK) -> None:
    add(sdk, "acme")
    sdk.api.users.getUsers(organizationId="acme")
    assert said(velt, "organizations/add", times=2).splitlines() == [
        "organizations/add was called once, expected 2 times",
        "2 calls came in, the oldest first:",
        "  1. organizations.addOrganizations -> 200  "
        '{"organizations": [{"organizationId": "acme", "organizationName": "Acme"}]}',
        '  2. users.getUsers -> 200  {"organizationId": "acme"}',
    ]


def test_the_message_shows_how_the_nearest_call_differs_in_what_was_asked(
    velt: VeltEmulator, sdk: VeltSDK
) -> None:
    add(sdk, "another", "two")
    add(sdk, "acme")
    wanted = {"organizations": [{"organizationId": "acme", "organizationName": "ACME"}]}
    text = said(velt, "organizations/add", data=wanted)
    assert "The nearest of 2 (- expected, + found):" in text
    assert '-       "organizationName": "ACME"' in text
    assert '+       "organizationName": "Acme"' in text
    assert '        "organizationId": "acme",' in text.partition("nearest")[2]


def test_only_calls_whose_fields_hold_what_was_asked_count(velt: VeltEmulator, sdk: VeltSDK) -> None:
    add(sdk, "acme")
    add(sdk, "brix", "corp")
    velt.assert_called("organizations/add", data={"organizations": [{"organizationId": "acme"}]}, times=1)
    velt.assert_called("organizations/add", data={"organizations": [{}, {"organizationId": "corp"}]}, times=1)
    velt.assert_not_called("organizations/add", data={"organizations": [{"organizationId": "brix"}]})
    velt.assert_not_called("organizations/add", data={"organization": None})


def test_a_long_list_and_long_fields_are_cut(velt: VeltEmulator, sdk: VeltSDK) -> None:
    for _ in range(25):
        add(sdk, *[f"organization-{number}" for number in range(30)])
    lines = said(velt, "users/add").splitlines()
    assert lines[-1] == "  and 5 more"
    assert max(map(len, lines)) < 250
    assert len(lines) < 25


def test_calls_with_other_api_keys_do_not_count_and_are_told(velt: VeltEmulator) -> None:
    with VeltEmulator(velt._running) as other:
        add(other.sdk(), "acme")
        text = said(velt, "organizations/add")
        other.assert_called("organizations/add", times=1)
    assert "1 call came with other api keys" in text


def test_a_call_that_is_no_json_and_an_unknown_path_are_listed(velt: VeltEmulator) -> None:
    headers = {"x-velt-api-key": velt.tenant.api_key, "x-velt-auth-token": velt.tenant.auth_token}
    velt.emulator.handle("POST", "/v2/users/add", headers, b"{")
    velt.emulator.handle("POST", "/v2/nothing", headers, b"{}")
    text = said(velt, "users/add", data={"organizationId": "acme"})
    assert "users.addUsers -> 400 INVALID_ARGUMENT  null" in text
    assert "/v2/nothing -> 501 UNIMPLEMENTED  null" in text


def test_no_token_stands_in_what_is_printed(velt: VeltEmulator, sdk: VeltSDK) -> None:
    add(sdk, "acme")
    text = said(velt, "users/add") + repr(velt) + repr(velt.tenant)
    assert velt.tenant.auth_token not in text
    assert velt.tenant.workspace_auth_token not in text
