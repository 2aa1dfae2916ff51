"""The resolver routes of an application, as a page configures them, and the calls that a browser makes to them."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, cast

from velt_py.api.messages import Reply
from velt_py.emulator.frontend.patience import Patience
from velt_py.emulator.frontend.stripping import Rules
from velt_py.emulator.outgoing import Outgoing
from velt_py.emulator.refusals import Refused
from velt_py.emulator.urls import is_web
from velt_py.exceptions import VeltApiError, VeltConfigurationError, VeltNetworkError, VeltValidationError

__all__ = ["Resolvers"]

Document = Dict[str, Any]

PATHS: Mapping[str, str] = {
    "comment": "/comments/",
    "reaction": "/reactions/",
    "recorder": "/recordings/",
    "recorder.storage": "/recordings/files/",
    "attachment": "/attachments/",
    "user": "/users/",
    "notification": "/notifications/",
    "activity": "/activities/",
}
"""Where `velt serve` has the routes of each provider, below its address."""
PROVIDERS: Tuple[str, ...] = tuple(PATHS)
OPERATIONS = ("get", "save", "delete")


@dataclass(frozen=True)
class Resolvers:
    """What a page configured.

    Args:
        base: the address below which the routes are, where they have no address of their own.
        headers: sent with every request; not shown, they may hold a token.
        urls: addresses by provider and operation, for example `comment.save`.
        providers: which are registered.
        moved, copied: `fieldsToRemove` and `additionalFields` by provider.
        events: events of comments that the application wants beside those that change texts.
        patience: timeouts and retries by provider.
    """

    base: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: cast(Dict[str, str], {}), repr=False)
    urls: Mapping[str, str] = field(default_factory=lambda: cast(Dict[str, str], {}))
    providers: Sequence[str] = PROVIDERS
    moved: Mapping[str, Sequence[str]] = field(default_factory=lambda: cast(Dict[str, Sequence[str]], {}))
    copied: Mapping[str, Sequence[str]] = field(default_factory=lambda: cast(Dict[str, Sequence[str]], {}))
    events: Sequence[str] = ()
    patience: Mapping[str, Patience] = field(default_factory=lambda: cast(Dict[str, Patience], {}))

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Resolvers:
        """Check a configuration.

        Raises:
            VeltValidationError: names the field at fault.
        """
        base, providers = given.get("baseUrl", ""), given.get("providers", list(PROVIDERS))
        if base != "" and not is_web(base):
            raise VeltValidationError("baseUrl must be an address that starts with http://", field="baseUrl")
        _check_names("providers", providers, PROVIDERS)
        known = [f"{provider}.{operation}" for provider in PROVIDERS for operation in OPERATIONS]
        for name in ("headers", "urls"):
            _check_texts(name, given.get(name, {}), known if name == "urls" else None)
        for name in ("fieldsToRemove", "additionalFields"):
            found = given.get(name, {})
            if not isinstance(found, dict):
                raise VeltValidationError(f"{name} must be an object of lists by provider", field=name)
            for provider, fields in cast(Dict[str, Any], found).items():
                _check_names(name, [provider], PROVIDERS)
                _check_names(name, fields, None)
        _check_names("events", given.get("events", []), None)
        config = given.get("config", {})
        if not isinstance(config, dict):
            raise VeltValidationError("config must be an object by provider", field="config")
        _check_names("config", list(cast(Document, config)), PROVIDERS)
        return cls(
            base.rstrip("/"),
            given.get("headers", {}),
            given.get("urls", {}),
            providers,
            given.get("fieldsToRemove", {}),
            given.get("additionalFields", {}),
            given.get("events", []),
            {provider: Patience.of(each) for provider, each in cast(Document, config).items()},
        )

    def has(self, provider: str) -> bool:
        """Whether a provider is registered."""
        return provider in self.providers and bool(
            self.base or any(name.startswith(f"{provider}.") for name in self.urls)
        )

    def rules(self, provider: str) -> Rules:
        """What is kept from Velt for a provider."""
        return Rules(
            self.has("user"),
            self.has("attachment"),
            self.moved.get(provider, ()),
            self.copied.get(provider, ()),
        )

    def call(self, outgoing: Outgoing, provider: str, operation: str, body: Mapping[str, Any]) -> Any:
        """What a resolver answers, its `data`; it is asked again as often as the page is configured to.

        Raises:
            Refused: it does not answer, or not with a success.
        """
        raw = json.dumps(body).encode()
        return self._call(outgoing, provider, operation, raw, "application/json")

    def upload(
        self,
        outgoing: Outgoing,
        provider: str,
        request: Mapping[str, Any],
        name: str,
        type: str,
        content: bytes,
    ) -> Any:
        """Post a file as a browser does; what the resolver answers, its `data`."""
        boundary = uuid.uuid4().hex
        quoted = name.replace("\\", "\\\\").replace('"', '\\"').replace("\r", " ").replace("\n", " ")
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\n'
        parts = [
            f"{head}Content-Type: {type}\r\n\r\n".encode(),
            content,
            f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="request"\r\n\r\n'.encode(),
            json.dumps(request).encode(),
            f"\r\n--{boundary}--\r\n".encode(),
        ]
        return self._call(
            outgoing, provider, "save", b"".join(parts), f"multipart/form-data; boundary={boundary}"
        )

    def _call(self, outgoing: Outgoing, provider: str, operation: str, raw: bytes, kind: str) -> Any:
        name = f"{provider}.{operation}"
        url = self.urls.get(name) or (self.base and self.base + PATHS[provider] + operation)
        if not url:
            raise Refused("FAILED_PRECONDITION", f"The resolver {name} has no address.")
        patience = self.patience.get(provider, Patience())
        again = patience.again(operation)
        headers = {**self.headers, "Content-Type": kind}
        for _ in range(again.count):
            try:
                return _asked(outgoing, name, url, raw, headers, patience.seconds(operation))
            except Refused:
                # The machine's time, not the emulator's: what is waited for is the application.
                time.sleep(again.delay / 1000)
        return _asked(outgoing, name, url, raw, headers, patience.seconds(operation))


def _asked(
    outgoing: Outgoing, name: str, url: str, raw: bytes, headers: Mapping[str, str], seconds: float
) -> Any:
    """What one attempt answers."""
    try:
        reply = outgoing.post(f"resolver.{name}", url, raw, headers, seconds)
    except (VeltNetworkError, VeltConfigurationError) as error:
        raise Refused("UNAVAILABLE", f"The resolver {name} did not answer: {error.message}") from None
    return _data(name, reply)


def _data(name: str, reply: Reply) -> Any:
    try:
        parsed: Any = reply.parsed()
    except VeltApiError:
        parsed = None
    answer = cast(Dict[str, Any], parsed) if isinstance(parsed, dict) else {}
    good = 200 <= reply.status < 300 and answer.get("success") is True and answer.get("statusCode") == 200
    if not good:
        details = {"status": reply.status, "error": answer.get("error"), "errorCode": answer.get("errorCode")}
        raise Refused(
            "UNAVAILABLE",
            f"The resolver {name} did not answer with a success; nothing was stored.",
            details=details,
        )
    return answer.get("data")


def _check_names(field: str, found: Any, known: Optional[Sequence[str]]) -> None:
    if not isinstance(found, list) or not all(isinstance(each, str) for each in cast(List[Any], found)):
        raise VeltValidationError(f"{field} must be a list of texts", field=field)
    unknown = [each for each in cast(List[str], found) if known is not None and each not in known]
    if unknown:
        raise VeltValidationError(f"{field}: there are {', '.join(known or ())}", field=field)


def _check_texts(field: str, found: Any, known: Optional[Sequence[str]]) -> None:
    if not isinstance(found, dict) or not all(
        isinstance(each, str) for each in cast(Document, found).values()
    ):
        raise VeltValidationError(f"{field} must be an object of texts", field=field)
    _check_names(field, list(cast(Document, found)), known)
