"""How long a page waits for a resolver, and how often it asks again: `ResolverConfig`. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, cast

from velt_py.exceptions import VeltValidationError

__all__ = ["Patience"]

TIMEOUT = 60_000
"""`resolveTimeout` in milliseconds unless it is set, as documented."""
RETRIES = ("get", "save", "delete")
MOST: Mapping[str, int] = {"retryCount": 20, "retryDelay": 60_000, "resolveTimeout": 600_000}
LEAST: Mapping[str, int] = {"retryCount": 0, "retryDelay": 0, "resolveTimeout": 1}
NAMES = ("resolveTimeout", *(f"{name}RetryConfig" for name in RETRIES))
OF_RETRIES = ("retryCount", "retryDelay", "revertOnFailure")


@dataclass(frozen=True)
class Again:
    """`RetryConfig`: how often more, and how many milliseconds between."""

    count: int = 0
    delay: int = 0


@dataclass(frozen=True)
class Patience:
    """What a page configured for a provider.

    Args:
        timeout: milliseconds for a read.
        retries: by operation: get, save, delete.
    """

    timeout: int = TIMEOUT
    retries: Mapping[str, Again] = field(default_factory=lambda: cast(Dict[str, Again], {}))

    @classmethod
    def of(cls, given: Any) -> Patience:
        """Check a provider's `config`.

        Raises:
            VeltValidationError: names the field at fault.
        """
        config = _fields("config", given, NAMES)
        found: Dict[str, Again] = {}
        for name in RETRIES:
            field_name = f"{name}RetryConfig"
            retry = _fields(field_name, config.get(field_name) or {}, OF_RETRIES)
            reverts = retry.get("revertOnFailure")
            if reverts is not None and not isinstance(reverts, bool):
                raise VeltValidationError("revertOnFailure must be true or false", field="revertOnFailure")
            found[name] = Again(_number(retry, "retryCount", 0), _number(retry, "retryDelay", 0))
        return cls(_number(config, "resolveTimeout", TIMEOUT), found)

    def seconds(self, operation: str) -> float:
        """How long an attempt may take; the timeout is one for reads."""
        return (self.timeout if operation == "get" else TIMEOUT) / 1000

    def again(self, operation: str) -> Again:
        """How often an operation is tried again."""
        return self.retries.get(operation, Again())


def _fields(name: str, found: Any, known: Any) -> Dict[str, Any]:
    if not isinstance(found, dict):
        raise VeltValidationError(f"{name} must be an object", field=name)
    unknown = [each for each in cast(Dict[str, Any], found) if each not in known]
    if unknown:
        raise VeltValidationError(f"{name}: there are {', '.join(known)}", field=name)
    return cast(Dict[str, Any], found)


def _number(given: Mapping[str, Any], name: str, default: int) -> int:
    found = given.get(name)
    if found is None:
        return default
    if isinstance(found, bool) or not isinstance(found, int) or not LEAST[name] <= found <= MOST[name]:
        said = f"a whole number from {LEAST[name]} to {MOST[name]}"
        raise VeltValidationError(f"{name} must be {said}", field=name)
    return found
