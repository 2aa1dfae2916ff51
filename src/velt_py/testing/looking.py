"""What a test moves and looks at beside its calls: time, mails, webhooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, List, Optional, cast

from velt_py.emulator import Emulator
from velt_py.emulator.controls import outbox, webhooks
from velt_py.emulator.effects.mails import outbox as outbox_of
from velt_py.testing.entries import OutboxMail, WebhookDelivery
from velt_py.testing.tenant import Tenant

if TYPE_CHECKING:
    from velt_py.webhooks import WebhookEvent

__all__ = ["EmulatorClock", "Outbox", "WebhookLog"]


class EmulatorClock:
    """The emulator's time: that of the machine until a test moves it. All that Velt does after a while goes by it.

    Args:
        emulator: whose clock it is.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def seconds(self) -> float:
        """Seconds since 1970."""
        return self._emulator.clock.seconds()

    def tick(self, seconds: float) -> None:
        """Move on by so many seconds."""
        self._emulator.clock.tick(seconds)
        self._emulator.courier.wake()

    def stop_at(self, seconds: float) -> None:
        """Stand still at this time, in seconds since 1970; `tick` still moves it."""
        self._emulator.clock.stop_at(seconds)
        self._emulator.courier.wake()

    def run(self) -> None:
        """Run with the machine's clock again."""
        self._emulator.clock.run()


class Outbox:
    """The mails that Velt would have sent for a test, the oldest first: those of its api key, and login links that were
    asked for without one since it began.

    Args:
        emulator: where they are.
        tenant: whose they are.
    """

    def __init__(self, emulator: Emulator, tenant: Tenant) -> None:
        self._emulator = emulator
        self._given = {"apiKey": tenant.api_key}
        self._before = {mail["id"] for mail in self._of_no_key()}

    def _of_no_key(self) -> List[OutboxMail]:
        """The mails that calls without an api key have sent, links to log in."""
        with self._emulator.state.call():
            return cast(List[OutboxMail], outbox_of(self._emulator.state.of("")))

    def mails(self, to: Optional[str] = None) -> List[OutboxMail]:
        """The mails, or those to one address: `to`, `subject`, `text`, `event` and more."""
        given = {**self._given, "to": to} if to else self._given
        own: List[OutboxMail] = outbox.look(self._emulator, given)["mails"]
        links: List[OutboxMail] = [
            mail
            for mail in self._of_no_key()
            if mail["id"] not in self._before and (not to or mail["to"] == to)
        ]
        return sorted([*own, *links], key=lambda mail: mail["at"])

    def clear(self) -> None:
        """Forget them."""
        outbox.clear(self._emulator, self._given)
        self._before = {mail["id"] for mail in self._of_no_key()}

    def __len__(self) -> int:
        return len(self.mails())

    def __iter__(self) -> Iterator[OutboxMail]:
        return iter(self.mails())

    def __getitem__(self, index: int) -> OutboxMail:
        return self.mails()[index]


class WebhookLog:
    """The webhooks of a test: what waits, what left, and what became of it, the oldest first.

    They leave by themselves once the test calls over a port or has asked for the emulator's address; before that,
    `deliver` sends what is due.

    Args:
        emulator: where they are.
        tenant: whose they are.
    """

    def __init__(self, emulator: Emulator, tenant: Tenant) -> None:
        self._emulator = emulator
        self._given = {"apiKey": tenant.api_key}

    def log(self, event: Optional[str] = None, state: Optional[str] = None) -> List[WebhookDelivery]:
        """The deliveries, or those of one event or state: `event`, `url`, `body`, `state`, `attempts` and more."""
        beside = {name: value for name, value in (("event", event), ("state", state)) if value}
        found: List[WebhookDelivery] = webhooks.log(self._emulator, {**self._given, **beside})["webhooks"]
        return found

    def events(self, name: Optional[str] = None) -> List[WebhookEvent]:
        """What the webhooks tell, as an application that receives them gets it: `name`, `data`, `annotationId`, ...

        Args:
            name: only events of this name, for example `comment.add`.
        """
        from velt_py.emulator.sealing import SCHEMES
        from velt_py.webhooks.events import event_of
        from velt_py.webhooks.verify import Verified

        schemes = ((each, SCHEMES[each["scheme"]]) for each in self.log())
        told = [
            event_of(Verified(scheme, None if scheme == "v1" else each["eventId"]), each["body"])
            for each, scheme in schemes
        ]
        return [event for event in told if name is None or event.name == name]

    def deliver(self) -> int:
        """Make one attempt for each webhook that is due by the emulator's clock; how many there were. Over a port those
        that left by themselves are not among them, but they have arrived, or failed, when this returns."""
        return self._emulator.courier.deliver_now(self._given["apiKey"])

    def resend(self, id: str) -> None:
        """Make a delivery due again, with the same ids.

        Raises:
            VeltValidationError: there is none of that id.
        """
        webhooks.send_again(self._emulator, {**self._given, "id": id})

    def clear(self) -> None:
        """Forget the log, and what was still to be sent."""
        webhooks.clear(self._emulator, self._given)

    def __len__(self) -> int:
        return len(self.log())

    def __iter__(self) -> Iterator[WebhookDelivery]:
        return iter(self.log())

    def __getitem__(self, index: int) -> WebhookDelivery:
        return self.log()[index]
