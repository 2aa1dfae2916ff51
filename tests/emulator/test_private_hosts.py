"""Which hosts are private: one judgement, for the webhooks of an api key and for what workflows call."""

from __future__ import annotations

import pytest

from velt_py.emulator.urls import production_fault
from velt_py.emulator.workflow.urls import wrong_url

HERE = ["localhost", "app.localhost", "127.0.0.1", "127.1", "0x7f.0.0.1", "0177.0.0.1", "2130706433", "[::1]"]
HERE += ["LOCALHOST.", "[::ffff:127.0.0.1]"]
INSIDE = [
    "10.0.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "[fe80::1]",
    "[::]",
]
INSIDE += [
    "[::ffff:10.0.0.1]",
    "metadata",
    "metadata.google.internal",
    "db.internal",
    "app",
    "nas.local",
    "a.1",
]
INSIDE += ["1.2.3.4.5", "256.1.1.1", "08.1.1.1"]
OUTSIDE = [
    "acme.example",
    "8.8.8.8",
    "0x8.0x8.2056",
    "[2001:4860:4860::8888]",
    "localhost.example",
    "internal.example",
]


@pytest.mark.parametrize("host", [*HERE, *INSIDE])
def test_a_private_host_is_refused_to_both(host: str) -> None:
    url = f"https://{host}/hook"
    assert "private network" in str(production_fault(url))
    assert "private" in str(wrong_url("url", url, production=True))


@pytest.mark.parametrize("host", OUTSIDE)
def test_a_public_host_is_open_to_both(host: str) -> None:
    url = f"https://{host}/hook"
    assert production_fault(url) is None
    assert wrong_url("url", url, production=True) is None


def test_a_workflow_may_call_this_machine_and_no_other_private_host_without_the_rules_of_production() -> None:
    assert [wrong_url("url", f"http://{host}:8000/") for host in HERE] == [None] * len(HERE)
    assert all("private" in str(wrong_url("url", f"https://{host}/")) for host in INSIDE)
