"""The emulator in test cases of unittest and Django, and as a context manager."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

from tests.testing.conftest import SOURCE
from velt_py.emulator import EmulatorServer
from velt_py.exceptions import VeltConfigurationError
from velt_py.testing import RunningEmulator, VeltEmulator

CASES = """
import unittest
from velt_py.testing import VeltEmulatorMixin
{head}

class Organizations(VeltEmulatorMixin, {base}):
    velt_config = {{"raiseOnError": True}}
    keys = set()

    def add(self):
        self.velt_sdk.api.organizations.addOrganizations(organizations=[{{"organizationId": "acme"}}])
        self.velt_emulator.assert_called("organizations/add", times=1)
        self.keys.add(self.velt_emulator.tenant.api_key)

    def test_first(self):
        self.add()

    def test_second(self):
        self.add()
        self.assertEqual(len(self.keys), 2)

    def test_wrong(self):
        self.velt_emulator.fault("users.*", status=500, body={{}})
        with self.assertRaises(AssertionError):
            self.velt_emulator.assert_called("users/add")


class Application(VeltEmulatorMixin, {base}):
    velt_api_key = "app"
    velt_transport = "port"

    def test_it(self):
        from velt_py import VeltSDK
        config = {{**self.velt_emulator.tenant.config, "apiBaseUrl": self.velt_emulator.url}}
        self.assertEqual(config["apiKey"], "app")
        with VeltSDK.initialize(config) as app:
            self.assertIn("result", app.api.organizations.getOrganizations())
        self.velt_emulator.assert_called("organizations/get")
"""

DJANGO = """
import sys

import django
from django.conf import settings
from django.test.utils import get_runner

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}, USE_TZ=True
)
django.setup()
sys.exit(get_runner(settings)(verbosity=1).run_tests(["cases"]))
"""


def ran(folder: Path, source: str, arguments: List[str], code: int = 0) -> str:
    (folder / "cases.py").write_text(source)
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", *arguments],
        cwd=str(folder),
        env={"PYTHONPATH": str(SOURCE), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stderr


def test_a_case_of_unittest_has_an_emulator_and_each_of_its_tests_a_key(tmp_path: Path) -> None:
    told = ran(tmp_path, CASES.format(head="", base="unittest.TestCase"), ["-m", "unittest", "cases"])
    assert "Ran 4 tests" in told
    assert "ResourceWarning" not in told


FAILING = """
import unittest
from velt_py.testing import VeltEmulatorMixin


class Failing(VeltEmulatorMixin, unittest.TestCase):
    def setUp(self):
        super().setUp()
        named = {"organizationId": "acme", "organizationName": "".join(["Con", "fidential"])}
        self.velt_sdk.api.organizations.addOrganizations(organizations=[named])

    def test_assertion(self):
        self.assertEqual(1, 2)

    def test_error(self):
        raise KeyError("x")

    def test_parts(self):
        with self.subTest(part=1):
            self.fail()

    def test_passes(self):
        self.velt_sdk.api.users.getUsers()
"""


def test_a_failure_of_unittest_tells_its_calls_without_what_they_said(tmp_path: Path) -> None:
    told = ran(tmp_path, FAILING, ["-m", "unittest", "cases"], 1)
    assert "failures=2, errors=1" in told
    called = (
        "Calls of Velt's API: 1 call came in, the oldest first:\n  1. organizations.addOrganizations -> 200"
    )
    assert told.count(called) == 3
    assert "users.getUsers" not in told
    assert "Confidential" not in told


def test_a_case_of_django_has_one_too(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text(DJANGO)
    head = "from django.test import TestCase"
    told = ran(tmp_path, CASES.format(head=head, base="TestCase"), ["run.py"])
    assert "Ran 4 tests" in told
    assert "ResourceWarning" not in told


def test_the_context_manager_opens_a_port_when_its_address_is_asked_for_and_closes_it() -> None:
    with VeltEmulator(transport="port") as velt:
        port = int(velt.url.rpartition(":")[2])
        assert velt.url == velt.url
        assert "result" in velt.sdk().api.organizations.getOrganizations()
        assert velt.environment["VELT_API_BASE_URL"] == velt.url
    EmulatorServer(velt.emulator, port=port).stop()


def test_an_emulator_that_is_shared_stays_open_and_keeps_what_is_another_tests() -> None:
    with RunningEmulator() as running:
        with VeltEmulator(running) as other:
            other.sdk().api.organizations.addOrganizations(organizations=[{"organizationId": "acme"}])
            with VeltEmulator(running) as velt:
                velt.sdk().api.organizations.addOrganizations(organizations=[{"organizationId": "acme"}])
                key = velt.tenant.api_key
            assert running.emulator.state.dump(key) == []
            assert len(other.calls()) == 1
            assert running.emulator.state.dump(other.tenant.api_key)
        assert running.emulator.state.dump() == []


def test_a_transport_that_there_is_none_of_is_refused_before_anything_is_opened() -> None:
    with pytest.raises(VeltConfigurationError) as caught:
        VeltEmulator(transport="socket")
    assert caught.value.field == "transport"
