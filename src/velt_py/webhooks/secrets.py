"""The secrets that webhooks are signed with. Pure."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Sequence, Tuple, Union, cast

from velt_py.exceptions import VeltConfigurationError

__all__ = ["SCHEMES", "SVIX", "Secrets", "SecretsGiven", "signing_key"]

SCHEMES = ("v1", "v2", "workflow")
"""Basic webhooks, advanced webhooks (Svix), and those of the workflow engine."""

SVIX = "whsec_"

OneOrMore = Union[str, Sequence[str]]
SecretsGiven = Union[str, Mapping[str, OneOrMore]]
"""One secret of advanced webhooks, or secrets by scheme: `{"v1": ..., "v2": ..., "workflow": ...}`, each a text or a
list of texts."""


@dataclass(frozen=True)
class Secrets:
    """What each scheme accepts; a scheme without a secret is refused whoever uses it.

    Args:
        v1: the tokens of basic webhooks.
        v2: the keys of advanced webhooks, decoded.
        workflow: the keys of the workflow engine's webhooks.
    """

    v1: Tuple[bytes, ...] = field(default=(), repr=False)
    v2: Tuple[bytes, ...] = field(default=(), repr=False)
    workflow: Tuple[bytes, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, given: SecretsGiven) -> Secrets:
        """Check the secrets of a configuration. Several secrets of one scheme are all accepted: so they are rotated.

        Raises:
            VeltConfigurationError: names the scheme at fault, never the secret.
        """
        if isinstance(given, str):
            given = {"v2": given}
        if not isinstance(cast(Any, given), Mapping) or not given:
            raise VeltConfigurationError(
                'secrets: give the secret that starts with whsec_, or secrets by scheme: {"v1": ..., "v2": ..., '
                '"workflow": ...}',
                field="secrets",
            )
        found: Dict[str, Tuple[bytes, ...]] = {}
        for scheme, secrets in given.items():
            if scheme not in SCHEMES:
                raise VeltConfigurationError(
                    "secrets: the schemes are " + ", ".join(SCHEMES), field="secrets"
                )
            found[scheme] = keys_of(scheme, secrets)
        return cls(**found)

    @property
    def schemes(self) -> Tuple[str, ...]:
        """The schemes that have a secret."""
        return tuple(scheme for scheme in SCHEMES if getattr(self, scheme))


def keys_of(scheme: str, given: Any) -> Tuple[bytes, ...]:
    several = isinstance(given, (list, tuple))
    secrets: List[Any] = list(cast("Sequence[Any]", given)) if several else [given]
    if not secrets or not all(isinstance(secret, str) and secret for secret in secrets):
        raise VeltConfigurationError(
            f"secrets.{scheme}: a text or a list of texts is needed, none of them empty",
            field=f"secrets.{scheme}",
        )
    if scheme == "v2":
        return tuple(signing_key(secret) for secret in secrets)
    return tuple(octets(scheme, secret) for secret in secrets)


def octets(scheme: str, secret: str) -> bytes:
    """The bytes of a secret that is compared or signed with as it is.

    Raises:
        VeltConfigurationError: when it can be none that Velt sends or signs with.
    """
    field = f"secrets.{scheme}"
    if scheme == "v1" and secret != secret.strip():
        # Headers come without it, so such a token would refuse every request and say nothing of why.
        raise VeltConfigurationError(
            f"{field}: it begins or ends with white space, perhaps the line end of a file", field=field
        )
    try:
        return secret.encode()
    except UnicodeEncodeError:
        raise VeltConfigurationError(f"{field}: the text cannot be written as UTF-8", field=field) from None


def signing_key(secret: str) -> bytes:
    """The key of a secret `whsec_<base64>`.

    Raises:
        VeltConfigurationError: when it has another form.
    """
    text = secret[len(SVIX) :] if secret.startswith(SVIX) else ""
    try:
        key = base64.b64decode(text.encode() + b"=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise VeltConfigurationError(
            "secrets.v2: a secret of advanced webhooks has the form whsec_ and base64, as the console shows it",
            field="secrets.v2",
        )
    return key
