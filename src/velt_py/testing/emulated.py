"""Velt as one test sees it: an api key of its own in an emulator, the calls that it made, the faults that it wants."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Any, Dict, List, Mapping, Optional, Type, Union

from velt_py.emulator import AsyncInProcessTransport, Emulator, InProcessTransport
from velt_py.emulator.controls.loading import checked
from velt_py.emulator.faults import Fault
from velt_py.emulator.limits import KEY, of_workspace, set_limits
from velt_py.exceptions import VeltConfigurationError, VeltValidationError
from velt_py.sdk import AsyncVeltSDK, VeltSDK
from velt_py.testing.calls import Recording, complaint, operation_of, outline, unknown
from velt_py.testing.looking import EmulatorClock, Outbox, WebhookLog
from velt_py.testing.running import RunningEmulator
from velt_py.testing.tenant import Tenant, fresh_tenant, seed_for

__all__ = ["IN_PROCESS", "PORT", "VeltEmulator"]

IN_PROCESS, PORT = "in-process", "port"


class VeltEmulator:
    """Velt for one test. A context manager, and what the fixture `velt_emulator` gives.

    Args:
        running: an emulator that several tests share, which stays open; one of its own unless given.
        transport: `in-process` carries the calls of its SDKs without a socket, `port` over HTTP on this machine.
        api_key: the api key; a fresh one unless given. What an emulator already knows of a given one is forgotten.
        auth_token: the token of that key; a fresh one unless given.
        config: of its SDKs, beside the credentials.

    Raises:
        VeltConfigurationError: there is no such transport.
    """

    def __init__(
        self,
        running: Optional[RunningEmulator] = None,
        *,
        transport: str = IN_PROCESS,
        api_key: Optional[str] = None,
        auth_token: Optional[str] = None,
        config: Optional[Mapping[str, Any]] = None,
    ) -> None:
        if transport not in (IN_PROCESS, PORT):
            raise VeltConfigurationError(
                f"transport: {transport!r} is neither {IN_PROCESS!r} nor {PORT!r}", field="transport"
            )
        self._owned = running is None
        self._running = running or RunningEmulator()
        self._transport = transport
        self._by_hand = transport == IN_PROCESS and not self._running.automatic
        self._config = dict(config or {})
        self._tenants: List[Tenant] = []
        self._faults: List[Fault] = []
        self._sdks: List[VeltSDK] = []
        self.tenant = self.new_tenant(api_key, auth_token)
        """The api key of the test."""
        self._since = self.emulator.recorded.latest
        self.clock = EmulatorClock(self.emulator)
        self.outbox = Outbox(self.emulator, self.tenant)
        self.webhooks = WebhookLog(self.emulator, self.tenant)

    @property
    def emulator(self) -> Emulator:
        """The emulator itself."""
        return self._running.emulator

    @property
    def url(self) -> str:
        """The emulator's address on this machine. It listens from the first time that this is asked for, and the
        webhooks of this test leave by themselves from then on."""
        self._by_hand = False
        self.emulator.courier.let_go(tenant.api_key for tenant in self._tenants)
        return self._running.listen()

    @property
    def environment(self) -> Dict[str, str]:
        """The environment variables that lead an application to this emulator, over its port."""
        return {"VELT_API_BASE_URL": self.url, **self.tenant.environment}

    def new_tenant(self, api_key: Optional[str] = None, auth_token: Optional[str] = None) -> Tenant:
        """One more api key, for tests of what two of them see. It is forgotten with the test.

        Args:
            api_key: the key; a fresh one unless given. What it holds is forgotten first.
            auth_token: its token; a fresh one unless given.
        """
        tenant = fresh_tenant(api_key, auth_token)
        self.emulator.reset(tenant.api_key)
        if self._by_hand:  # whether webhooks wait must not depend on what other tests asked for
            self.emulator.courier.hold(tenant.api_key)
        self.emulator.tenant(tenant.api_key, tenant.auth_token)
        self._tenants.append(tenant)
        return tenant

    def sdk(self, tenant: Optional[Tenant] = None, **config: Any) -> VeltSDK:
        """An SDK over this emulator, closed with the test.

        Args:
            tenant: who calls; the tenant of the test unless given.
            config: more keys of the SDK's configuration.

        Raises:
            VeltConfigurationError: a key of the configuration is wrong.
        """
        carrier = InProcessTransport(self.emulator) if self._transport == IN_PROCESS else None
        sdk = VeltSDK.initialize(self._settings(tenant, config), transport=carrier)
        self._sdks.append(sdk)
        return sdk

    def async_sdk(self, tenant: Optional[Tenant] = None, **config: Any) -> AsyncVeltSDK:
        """As `sdk`, awaited, with the same arguments. With the transport `port` its connections are to be closed in the
        loop that opened them: `async with velt.async_sdk() as sdk`."""
        carrier = AsyncInProcessTransport(self.emulator) if self._transport == IN_PROCESS else None
        return AsyncVeltSDK.initialize(self._settings(tenant, config), transport=carrier)

    def _settings(self, tenant: Optional[Tenant], config: Mapping[str, Any]) -> Dict[str, Any]:
        address = {"apiBaseUrl": self.url} if self._transport == PORT else {}
        return {**(tenant or self.tenant).config, **address, **self._config, **config}

    def fault(self, match: str = "*", **facts: Any) -> Fault:
        """Let calls fail until the test ends.

        Args:
            match: which ones: a path or an operation's name, with wildcards or not, such as `users/add` or `users.*`.
            facts: `status`, `body`, `headers`, `delay` in seconds, `drop`, `nth`, `times`, `probability`.

        Returns:
            The rule; its `struck` counts the calls that it hit.

        Raises:
            VeltValidationError: a name or a value is none of a fault, or there is no such operation.
        """
        fault = self.emulator.faults.add(match=match, **facts)
        self._faults.append(fault)
        if not any(fault.meets(path, name) for path, name in self._names().items()):
            raise VeltValidationError(f"fault: match: {unknown(match, self._names())}", field="match")
        return fault

    def limit(self, tenant: Optional[Tenant] = None, **limits: Any) -> None:
        """Limit what a tenant and its workspace may use, until the test ends; see `docs/emulator.md`.

        Args:
            tenant: whom; the tenant of the test unless given.
            limits: `rateLimit` in calls a minute, `credits` and `agents` in numbers, `plan` as `free` or `paid`,
                `productionKeys` in a number. None takes one away.

        Raises:
            VeltValidationError: there is no such limit, or it cannot be that.
        """
        limited = tenant or self.tenant
        with self.emulator.state.call():
            set_limits(self.emulator.state.of(limited.api_key), KEY, limits)
            set_limits(self.emulator.state.of(""), of_workspace(limited.workspace_id), limits)

    def load(self, seed: Union[str, Path, List[Dict[str, Any]]]) -> None:
        """Put records into the tenant of the test; nothing follows from it, neither webhooks nor mails.

        Args:
            seed: a file that `GET /__velt/state` gave, or its records. They become the tenant's.

        Raises:
            VeltConfigurationError: the file cannot be read, or it is no state; a record with which the emulator could
                not work is named.
        """
        records: Any = seed
        if not isinstance(seed, list):
            try:
                records = json.loads(Path(seed).read_text(encoding="utf-8"))["records"]
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise VeltConfigurationError(
                    f"seed: {seed} is no file as GET /__velt/state gives it", field="seed"
                ) from error
        try:
            self.emulator.state.load(seed_for(self.tenant, checked(records)))
        except VeltValidationError as error:
            raise VeltConfigurationError(f"seed: {error.message}", field="seed") from None

    def calls(self, operation: Optional[str] = None) -> List[Recording]:
        """The calls of the test, the oldest first: `operation`, `path`, `data`, `status` and more.

        Args:
            operation: only one, by its path such as `users/add` or its name such as `users.addUsers`.

        Raises:
            VeltValidationError: there is no such operation.
        """
        name = None if operation is None else self._named(operation)
        keys = {tenant.api_key for tenant in self._tenants} | {""}
        return [call for call in self._recorded(name) if call["apiKey"] in keys]

    def assert_called(
        self, operation: str, *, times: Optional[int] = None, data: Optional[Mapping[str, Any]] = None
    ) -> None:
        """Fail unless the test called an operation.

        Args:
            operation: its path such as `users/add`, or its name such as `users.addUsers`.
            times: how often exactly; None for at least once.
            data: what the fields of a call hold that counts; they may hold more.

        Raises:
            AssertionError: it did not; the message shows the nearest call and all others.
            VeltValidationError: there is no such operation.
        """
        __tracebackhide__ = True
        name, calls = self._named(operation), self.calls()
        foreign = len(self._recorded(name)) - len(self.calls(name))
        found = complaint(operation, calls, name, times=times, data=data, foreign=foreign)
        if found is not None:
            raise AssertionError(found)

    def assert_not_called(self, operation: str, *, data: Optional[Mapping[str, Any]] = None) -> None:
        """Fail if the test called an operation, with such `data`; arguments and errors as for `assert_called`."""
        __tracebackhide__ = True
        self.assert_called(operation, times=0, data=data)

    def told(self) -> str:
        """The calls of the test in lines of text: operation, answer, names of the fields, never what they hold."""
        return outline(self.calls())

    def _named(self, operation: str) -> str:
        return operation_of(operation, self._names())

    def _names(self) -> Dict[str, str]:
        return {path: route.name for path, route in self.emulator.routes.items()}

    def _recorded(self, name: Optional[str]) -> List[Recording]:
        listed = self.emulator.recorded.listed(operation=name)
        return [call for call in listed if call["number"] > self._since]

    def close(self) -> None:
        """End the faults, let the clock run again, close the SDKs and forget the tenants of the test."""
        for fault in self._faults:
            self.emulator.faults.remove(fault)
        self.clock.run()
        for sdk in self._sdks:
            sdk.close()
        if self._owned:
            self._running.close()
            return
        for tenant in self._tenants:
            self.emulator.forget_tenant(tenant.api_key, tenant.workspace_id)
        self.emulator.courier.let_go(tenant.api_key for tenant in self._tenants)

    def __enter__(self) -> VeltEmulator:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<VeltEmulator {self.tenant.api_key}>"
