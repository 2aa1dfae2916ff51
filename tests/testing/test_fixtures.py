"""What the fixtures and the marker of the pytest plugin give to a test."""

from __future__ import annotations

from typing import Callable

import pytest

pytest_plugins = ["pytester"]

Run = Callable[..., pytest.RunResult]


def test_the_sdks_of_a_test_share_one_fresh_api_key(run: Run) -> None:
    done = run("""
        import asyncio
        import pytest

        KEYS = set()

        @pytest.mark.parametrize("number", range(3))
        def test_it(number, velt_sdk, velt_async_sdk, velt_tenant):
            KEYS.add(velt_tenant.api_key)
            assert len(KEYS) == number + 1
            assert velt_sdk.api.organizations.getOrganizations()["result"]["data"] == []
            velt_sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "acme"}])

            async def look():
                return await velt_async_sdk.api.organizations.getOrganizations()

            assert [each["id"] for each in asyncio.run(look())["result"]["data"]] == ["acme"]
        """)
    done.assert_outcomes(passed=3)


def test_two_tenants_of_a_test_do_not_see_each_other(run: Run) -> None:
    done = run("""
        def test_it(velt_emulator, velt_sdk):
            other = velt_emulator.sdk(velt_emulator.new_tenant())
            velt_sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "acme"}])
            assert other.api.organizations.getOrganizations()["result"]["data"] == []
            velt_emulator.assert_called("organizations/get", times=1)
        """)
    done.assert_outcomes(passed=1)


def test_a_fault_strikes_in_its_test_only(run: Run) -> None:
    done = run("""
        import pytest

        @pytest.mark.velt(faults={"match": "*/organizations/get", "status": 400, "body": {"error": {"status": "X"}}})
        def test_with(velt_sdk):
            assert velt_sdk.api.organizations.getOrganizations()["error"] == {"status": "X"}

        def test_without(velt_sdk):
            assert "result" in velt_sdk.api.organizations.getOrganizations()

        def test_by_hand(velt_emulator, velt_sdk):
            fault = velt_emulator.fault("organizations.*", drop=True)
            with pytest.raises(Exception, match="ended the connection"):
                velt_sdk.api.organizations.addOrganizations(organizations=[])
            assert fault.struck == 1

        def test_without_again(velt_sdk, velt_emulator):
            assert "result" in velt_sdk.api.organizations.getOrganizations()
            assert velt_emulator.emulator.faults.listed() == []
        """)
    done.assert_outcomes(passed=4)


def test_faults_of_a_class_and_of_a_test_add_up(run: Run) -> None:
    done = run("""
        import pytest

        @pytest.mark.velt(faults=[{"match": "users.getUsers", "status": 401, "body": {}}])
        class TestIt:
            @pytest.mark.velt(faults=[{"match": "users.addUsers", "status": 403, "body": {}}])
            def test_it(self, velt_sdk, velt_emulator):
                velt_sdk.api.users.getUsers(organizationId="o")
                velt_sdk.api.users.addUsers(organizationId="o", users=[])
                assert [call["status"] for call in velt_emulator.calls()] == [401, 403]
        """)
    done.assert_outcomes(passed=1)


def test_a_fault_that_no_call_met_fails_the_test(run: Run) -> None:
    done = run("""
        import pytest

        @pytest.mark.velt(faults=[{"match": "users.getUsers", "status": 500}])
        def test_it():
            pass
        """)
    done.assert_outcomes(passed=1, errors=1)
    done.stdout.fnmatch_lines(
        ["*@pytest.mark.velt: no call met the fault for users.getUsers*", "No call came in."]
    )


def test_a_test_that_failed_tells_its_calls_without_what_they_said(run: Run) -> None:
    done = run("""
        import pytest

        @pytest.mark.velt(faults={"match": "users/get", "status": 500})
        def test_it(velt_sdk):
            velt_sdk.api.organizations.addOrganizations(
                organizations=[{"organizationId": "acme", "organizationName": "".join(["Con", "fidential"])}]
            )
            velt_sdk.api.documents.getDocuments(organizationId="")
            assert False

        def test_no_call(velt_emulator):
            assert False

        def test_that_does_not_fail(velt_sdk):
            velt_sdk.api.organizations.getOrganizations()
        """)
    done.assert_outcomes(failed=2, passed=1)  # that no call met the fault of the first is not told beside it
    done.stdout.fnmatch_lines(
        [
            *("*- Calls of Velt's API -*", "2 calls came in, the oldest first:"),
            "  1. organizations.addOrganizations -> 200  organizations",
            "  2. documents.getDocuments -> 400 INVALID_ARGUMENT  organizationId",
            *("*- Calls of Velt's API -*", "No call came in."),
        ]
    )
    done.stdout.no_fnmatch_line("*Confidential*")
    done.stdout.no_fnmatch_line("*getOrganizations ->*")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("fault=1", "*takes api_key, auth_token, config, faults, seed, transport; fault is none of them*"),
        ("'users.*'", "*takes api_key, *; there is none without a name*"),
        ("transport='socket'", "*transport: 'socket' is neither 'in-process' nor 'port'*"),
        ("faults=[{'status': 99}]", "*status must be a whole number from 200 to 599*"),
        ("faults=[{'verb': 'GET'}]", "*fault: verb is none of *"),
        ("seed='none.json'", "*none.json is no file as GET /__velt/state gives it*"),
        ("seed=[1]", "*seed: records?0? must be an object with owner, kind, ids and doc*"),
        ("config={'apikey': 'k'}", "*apikey*apiKey*"),
        (
            "faults='users.*'",
            "*@pytest.mark.velt: faults must be a dict such as *, or a list of them, not str",
        ),
        ("faults=[3]", "*@pytest.mark.velt: faults must be a dict such as *"),
        ("faults={'match': 'users.*', 'body': {}}", "*fault: body needs a status beside it*"),
        ("faults={'match': 'users.*'}", "*nothing says what happens: give status, headers, delay or drop*"),
        ("faults={'match': 'user.get', 'drop': True}", "*user.get is no operation; the nearest is users*"),
        ("config=5", "*@pytest.mark.velt: config must be a dict of configuration, not int"),
        ("api_key=''", "*@pytest.mark.velt: api_key must be a text that is not empty*"),
        ("seed=5", "*@pytest.mark.velt: seed must be a file, or a list of records, not int"),
    ],
    ids=[
        *("name", "position", "transport", "status", "fact", "file", "records", "config", "text", "number"),
        *("body", "nothing", "misspelt", "no-config", "empty", "no-seed"),
    ],
)
def test_a_wrong_marker_says_what_is_wrong(run: Run, given: str, told: str) -> None:
    done = run(f"""
        import pytest

        @pytest.mark.velt({given})
        def test_it(velt_sdk):
            pass
        """)
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines([told])
    if "@pytest.mark.velt:" in told:
        done.stdout.no_fnmatch_line("*Traceback*")
        assert len(done.outlines) < 15


def test_the_marker_gives_the_application_its_own_api_key_and_an_empty_state_each_time(run: Run) -> None:
    done = run("""
        import pytest
        from velt_py import VeltSDK

        pytestmark = pytest.mark.velt(api_key="app-key", auth_token="app-token", transport="port")

        @pytest.mark.parametrize("number", range(2))
        def test_it(number, velt_emulator):
            app = VeltSDK.initialize(
                {"apiKey": "app-key", "authToken": "app-token", "apiBaseUrl": velt_emulator.url}
            )
            with app:
                assert app.api.organizations.getOrganizations()["result"]["data"] == []
                app.api.organizations.addOrganizations(organizations=[{"organizationId": "acme"}])
            velt_emulator.assert_called("organizations/add", times=1)
        """)
    done.assert_outcomes(passed=2)


def test_an_application_finds_the_emulator_by_its_environment(run: Run) -> None:
    done = run("""
        import os
        from velt_py import VeltSDK

        def test_with(velt_environment, velt_emulator):
            with VeltSDK.initialize({}) as app:
                assert "result" in app.api.organizations.getOrganizations()
                assert "result" in app.api.workspace.getWorkspace()
            velt_emulator.assert_called("organizations.getOrganizations", times=1)

        def test_without():
            assert "VELT_API_URL" not in os.environ and "VELT_API_KEY" not in os.environ
        """)
    done.assert_outcomes(passed=2)


@pytest.mark.parametrize("where", ["ini", "marker"])
def test_calls_go_over_a_port_where_that_is_asked_for(run: Run, project: pytest.Pytester, where: str) -> None:
    if where == "ini":
        project.makeini("[pytest]\nvelt_transport = port")
    mark = '@pytest.mark.velt(transport="port")' if where == "marker" else ""
    done = run(f"""
        import asyncio
        import pytest

        {mark}
        def test_it(velt_sdk, velt_async_sdk, velt_emulator):
            assert velt_emulator.url in repr(velt_sdk._settings)
            velt_sdk.api.organizations.addOrganizations(organizations=[{{"organizationId": "acme"}}])

            async def look():
                async with velt_async_sdk as sdk:
                    return await sdk.api.organizations.getOrganizations()

            assert len(asyncio.run(look())["result"]["data"]) == 1
        """)
    done.assert_outcomes(passed=1)


def test_a_wrong_transport_in_the_ini_file_is_refused_at_the_start(
    run: Run, project: pytest.Pytester
) -> None:
    project.makeini("[pytest]\nvelt_transport = socket")
    done = run("def test_it(): pass")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*velt_transport must be one of: in-process, port*"])


def test_the_clock_moves_for_one_test(run: Run) -> None:
    done = run("""
        import time

        def test_moved(velt_clock, velt_sdk):
            velt_clock.stop_at(1_800_000_000)
            velt_clock.tick(48 * 3600)
            assert velt_clock.seconds() == 1_800_172_800
            velt_sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "acme"}])

        def test_runs_again(velt_clock):
            assert abs(velt_clock.seconds() - time.time()) < 600
        """)
    done.assert_outcomes(passed=2)


def test_mails_and_webhooks_of_a_test_are_its_own_whatever_address_another_asked_for(run: Run) -> None:
    done = run("""
        import pytest

        def test_the_emulator_listens_from_here_on(velt_environment):
            pass

        ALICE = {"userId": "alice", "name": "Alice", "email": "alice@example.com"}
        BOB = {"userId": "bob", "name": "Bob", "email": "bob@example.com"}

        def comment(velt_sdk):
            velt_sdk.api.workspace.updateWebhookConfig(
                useWebhookService=True,
                webhookServiceConfig={"authToken": "t", "rawNotificationUrl": "http://127.0.0.1:9/hook"},
            )
            comment = {"commentText": "Hello", "from": ALICE, "triggerNotification": True, "taggedUserContacts": [
                {"userId": "bob", "contact": BOB, "text": "@Bob"}]}
            velt_sdk.api.commentAnnotations.addCommentAnnotations(
                organizationId="o", documentId="d", createOrganization=True, createDocument=True,
                commentAnnotations=[{"annotationId": "a", "commentData": [comment]}],
            )

        @pytest.mark.parametrize("number", range(2))
        def test_it(number, velt_emulator, velt_sdk, velt_outbox, velt_webhooks):
            comment(velt_sdk)
            assert [mail["to"] for mail in velt_outbox.mails(to="bob@example.com")] == ["bob@example.com"]
            assert len(velt_outbox) == len(list(velt_outbox)) and velt_outbox[0]["event"]
            url = "https://console.velt.dev/"
            velt_sdk.api.workspace.sendLoginLink(email="owner@example.com", continueUrl=url)
            nobody = velt_emulator.sdk(apiKey="", authToken="").api.workspace
            nobody.sendLoginLink(email="owner@example.com", continueUrl=f"{url}in")
            links = [mail["text"] for mail in velt_outbox.mails(to="owner@example.com")]
            assert links == [url, f"{url}in"]
            velt_outbox.clear()
            assert len(velt_outbox) == 0
            waiting = velt_webhooks.log(state="waiting")
            assert waiting and len(velt_webhooks) == len(list(velt_webhooks)) == len(waiting)
            first = velt_webhooks.events()[0]
            assert (first.name, first.scheme, first.annotationId) == ("comment_annotation.add", "v1", "a")
            assert [event.name for event in velt_webhooks.events("comment.add")] == []
            assert velt_webhooks.deliver() == len(waiting)
            assert {each["state"] for each in velt_webhooks} == {"failed"}
            velt_webhooks.resend(velt_webhooks[0]["id"])
            assert len(velt_webhooks.log(state="waiting")) == 1
            velt_webhooks.clear()
            assert len(velt_webhooks) == 0

        @pytest.mark.velt(transport="port")
        def test_over_a_port_all_have_left_when_they_were_delivered(velt_sdk, velt_webhooks):
            comment(velt_sdk)
            velt_webhooks.deliver()
            assert {(each["state"], len(each["attempts"])) for each in velt_webhooks} == {("failed", 1)}
        """)
    done.assert_outcomes(passed=4)


def test_a_seed_becomes_the_state_of_the_test(run: Run, project: pytest.Pytester) -> None:
    done = run("""
        import json
        import pytest

        def test_write(velt_sdk, velt_emulator, pytestconfig):
            velt_sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "acme"}])
            _, _, state = velt_emulator.emulator.handle("GET", "/__velt/state", {}, b"")
            (pytestconfig.rootpath / "seed.json").write_bytes(state)

        @pytest.mark.velt(seed="seed.json")
        def test_read(velt_sdk, velt_emulator):
            assert [each["id"] for each in velt_sdk.api.organizations.getOrganizations()["result"]["data"]] == ["acme"]
            state = json.dumps(velt_emulator.emulator.state.dump(velt_emulator.tenant.api_key))
            assert state.count(velt_emulator.tenant.api_key) == state.count("test_key_")
        """)
    done.assert_outcomes(passed=2)


def test_configuration_comes_from_the_fixture_and_the_marker(run: Run, project: pytest.Pytester) -> None:
    project.makeconftest("""
        import pytest

        @pytest.fixture
        def velt_config():
            return {"raiseOnError": True, "database": {"type": "memory"}}
        """)
    done = run("""
        import pytest
        from velt_py import VeltInvalidArgumentError

        def test_fixture(velt_sdk):
            assert velt_sdk.selfHosting.comments.getComments(organizationId="o")["success"]
            with pytest.raises(VeltInvalidArgumentError):
                velt_sdk.api.users.getUsers(organizationId="")

        @pytest.mark.velt(config={"raiseOnError": False})
        def test_marker(velt_sdk):
            assert "error" in velt_sdk.api.users.getUsers(organizationId="")
        """)
    done.assert_outcomes(passed=2)


def test_nothing_of_a_test_is_left_in_the_emulator(run: Run) -> None:
    done = run("""
        def test_write(velt_sdk):
            velt_sdk.api.organizations.addOrganizations(organizations=[{"organizationId": "acme"}])

        def test_look(velt_running):
            assert velt_running.emulator.state.dump() == []
            assert velt_running.emulator.recorded.listed() == []
        """)
    done.assert_outcomes(passed=2)
