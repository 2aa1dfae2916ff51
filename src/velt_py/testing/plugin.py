"""The pytest plugin: fixtures and a marker for tests of code that calls Velt.

It is loaded in every run of everybody who has this package installed. So it imports pytest and the standard library
only, and everything else when a fixture is used; none is used unless a test asks for it.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Dict, Generator, Iterator, List, cast

import pytest

if TYPE_CHECKING:
    from velt_py.sdk import AsyncVeltSDK, VeltSDK
    from velt_py.testing.emulated import VeltEmulator
    from velt_py.testing.looking import EmulatorClock, Outbox, WebhookLog
    from velt_py.testing.running import RunningEmulator
    from velt_py.testing.tenant import Tenant

TRANSPORTS = ("in-process", "port")
MARKER = (
    "velt(faults, transport, api_key, auth_token, seed, config): what the Velt emulator of a test is like: "
    "faults are dicts such as {'match': 'users/add', 'status': 503, 'times': 1}, transport is 'in-process' "
    "or 'port', seed is a file of its state"
)

FAILED = "_velt_failed"
"""The name under which a test keeps that it failed: what else is wrong with it then is noise."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The setting `velt_transport`."""
    parser.addini(
        "velt_transport", "how velt_sdk calls the Velt emulator: in-process or port", default=TRANSPORTS[0]
    )


def pytest_configure(config: pytest.Config) -> None:
    """The marker `velt`, and a look at the setting."""
    config.addinivalue_line("markers", MARKER)
    if config.getini("velt_transport") not in TRANSPORTS:
        raise pytest.UsageError(f"velt_transport must be one of: {', '.join(TRANSPORTS)}")


def pytest_itemcollected(item: pytest.Item) -> None:
    """A test with the marker has an emulator, also when it asks for no fixture."""
    names: List[str] = getattr(item, "fixturenames", [])
    if item.get_closest_marker("velt") is not None and "velt_emulator" not in names:
        names.append("velt_emulator")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """The report of a test that failed tells which calls it made, without what they said."""
    outcome = yield
    report: pytest.TestReport = outcome.get_result()
    velt = getattr(item, "funcargs", {}).get("velt_emulator")
    if report.failed and report.when == "call" and velt is not None:
        setattr(item, FAILED, True)
        report.sections.append(("Calls of Velt's API", velt.told()))


@pytest.fixture(scope="session")
def velt_running() -> Iterator[RunningEmulator]:
    """The emulator of this process, for fixtures that live longer than a test; `url` is its address."""
    from velt_py.testing.running import RunningEmulator

    with RunningEmulator() as running:
        yield running


@pytest.fixture
def velt_config() -> Dict[str, Any]:
    """Configuration of `velt_sdk` and `velt_async_sdk`, beside the credentials. Override it in a conftest.py."""
    return {}


@pytest.fixture
def velt_emulator(
    request: pytest.FixtureRequest, velt_running: RunningEmulator, velt_config: Dict[str, Any]
) -> Iterator[VeltEmulator]:
    """Velt for this test: a fresh api key in the emulator of this process, faults, assertions."""
    from velt_py.exceptions import VeltSDKError
    from velt_py.testing.emulated import VeltEmulator
    from velt_py.testing.marking import read_markers

    test = cast(pytest.Item, request.node)
    with contextlib.ExitStack() as stack:
        try:
            marked = read_markers(reversed(list(test.iter_markers("velt"))))
            options = {"transport": request.config.getini("velt_transport"), **marked.options}
            options["config"] = {**velt_config, **options.get("config", {})}
            seed = options.pop("seed", None)
            velt = stack.enter_context(VeltEmulator(velt_running, **options))
            if seed is not None:
                velt.load(request.config.rootpath / seed if isinstance(seed, str) else seed)
            faults = [velt.fault(**fault) for fault in marked.faults]
        except VeltSDKError as error:
            raise pytest.fail.Exception(f"@pytest.mark.velt: {error.message}", pytrace=False) from None
        yield velt
        idle = [fault.match for fault in faults if not fault.struck and fault.probability >= 1]
        if idle and not getattr(test, FAILED, False):
            pytest.fail(
                f"@pytest.mark.velt: no call met the fault for {', '.join(idle)}\n{velt.told()}",
                pytrace=False,
            )


@pytest.fixture
def velt_tenant(velt_emulator: VeltEmulator) -> Tenant:
    """The api key of this test: `api_key`, `auth_token`, `config`, `environment`."""
    return velt_emulator.tenant


@pytest.fixture
def velt_sdk(velt_emulator: VeltEmulator) -> VeltSDK:
    """A `VeltSDK` over the emulator, with the api key of this test."""
    return velt_emulator.sdk()


@pytest.fixture
def velt_async_sdk(velt_emulator: VeltEmulator) -> AsyncVeltSDK:
    """An `AsyncVeltSDK` over the emulator, with the api key of this test."""
    return velt_emulator.async_sdk()


@pytest.fixture
def velt_clock(velt_emulator: VeltEmulator) -> EmulatorClock:
    """The emulator's time; it runs with the machine's again after the test."""
    return velt_emulator.clock


@pytest.fixture
def velt_outbox(velt_emulator: VeltEmulator) -> Outbox:
    """The mails that Velt would have sent for this test."""
    return velt_emulator.outbox


@pytest.fixture
def velt_webhooks(velt_emulator: VeltEmulator) -> WebhookLog:
    """The webhooks of this test."""
    return velt_emulator.webhooks


@pytest.fixture
def velt_environment(velt_emulator: VeltEmulator, monkeypatch: pytest.MonkeyPatch) -> Dict[str, str]:
    """The environment variables that lead an application here over a port; they are set for this test."""
    environment = velt_emulator.environment
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment
