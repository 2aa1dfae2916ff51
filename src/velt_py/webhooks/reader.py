"""From headers and bytes to an event. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Tuple

from velt_py.exceptions import VeltConfigurationError, VeltWebhookError
from velt_py.webhooks.decrypt import KeysGiven, load_keys
from velt_py.webhooks.events import WebhookEvent, event_of
from velt_py.webhooks.payloads import payload_in
from velt_py.webhooks.secrets import Secrets, SecretsGiven
from velt_py.webhooks.verify import TOLERANCE, verified

__all__ = ["LARGEST", "Reader"]

LARGEST = 4 * 1024 * 1024
"""Bytes of a body. Escaped it still fits into a record of every store."""


@dataclass(frozen=True)
class Reader:
    """Reads the webhooks of one configuration.

    Args:
        secrets: what they are signed with.
        keys: what they are encrypted for.
        tolerance: seconds that a signed time may differ from now, both ways.
    """

    secrets: Secrets
    keys: Tuple[Any, ...] = field(default=(), repr=False)
    tolerance: float = TOLERANCE

    @classmethod
    def of(cls, secrets: SecretsGiven, private_keys: KeysGiven = (), tolerance: float = TOLERANCE) -> Reader:
        """Check a configuration.

        Raises:
            VeltConfigurationError: names the argument at fault.
        """
        number: Any = tolerance
        if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 < number < 10**9:
            raise VeltConfigurationError("tolerance: seconds are needed, more than 0", field="tolerance")
        return cls(Secrets.of(secrets), load_keys(private_keys), float(number))

    def read(self, headers: Any, body: bytes, now: float) -> WebhookEvent:
        """The event that was posted.

        Args:
            headers: a mapping, whatever the case; a WSGI environment; or pairs, as in an ASGI scope.
            body: the raw bytes; text that was decoded and encoded again has another signature.
            now: seconds since 1970.

        Raises:
            VeltWebhookError: when this is nothing that Velt sent, or cannot be read.
        """
        given: Any = body
        if not isinstance(given, (bytes, bytearray, memoryview)):
            raise VeltWebhookError(
                "the body is needed as the bytes that came, before anything parsed them", field="body"
            )
        raw = bytes(given)  # pyright: ignore[reportUnknownArgumentType]
        if len(raw) > LARGEST:
            raise VeltWebhookError(f"the body has more than {LARGEST} bytes", statusCode=413, field="body")
        checked = verified(self.secrets, headers, raw, now, self.tolerance)
        return event_of(checked, payload_in(raw, self.keys))
