"""Encrypted events: AES-256-CBC over the JSON, its key wrapped with RSA-OAEP (SHA-256). Pure.

Whatever is wrong with a ciphertext ends in one error, and takes the way to the end: who sends altered ones learns
nothing from them. The libraries are imported when a key is loaded.
"""

from __future__ import annotations

import base64
import binascii
import os
from typing import Any, List, Mapping, Sequence, Tuple, Union, cast

from velt_py.exceptions import VeltConfigurationError, VeltDependencyError, VeltWebhookError

__all__ = ["KeyGiven", "KeysGiven", "decrypted", "load_keys", "load_public_key", "unreadable"]

INSTALL = 'encrypted webhooks need cryptography; run: pip install "velt-py[webhooks]"'

KeyGiven = Union[str, bytes, "os.PathLike[str]"]
"""A private key: PEM, DER, or base64 without the PEM lines, as text or bytes; or the path of a file with one."""

KeysGiven = Union[KeyGiven, Sequence[KeyGiven]]

AES_KEY = 32
BLOCK = 16
FORM = "an RSA key is needed as PEM, as base64 without the PEM lines, or as a file that holds one"


def load_keys(given: KeysGiven) -> Tuple[Any, ...]:
    """The private keys; several are all tried: so they are rotated.

    Raises:
        VeltConfigurationError: when one cannot be read. Nothing of the key is quoted.
        VeltDependencyError: when cryptography is not installed; holds the install line.
    """
    keys: List[KeyGiven] = [given] if isinstance(given, (str, bytes, os.PathLike)) else list(given)
    return tuple(load_private_key(key) for key in keys)


def load_private_key(given: KeyGiven) -> Any:
    serialization = library("serialization")
    data = key_bytes(given)
    pem = data.lstrip().startswith(b"-----")
    load = serialization.load_pem_private_key if pem else serialization.load_der_private_key
    return checked_key(load, data if pem else der_of(data), "private", {"password": None})


def load_public_key(given: KeyGiven) -> Any:
    """The public key to encrypt with, in the same forms."""
    serialization = library("serialization")
    data = key_bytes(given)
    pem = data.lstrip().startswith(b"-----")
    load = serialization.load_pem_public_key if pem else serialization.load_der_public_key
    return checked_key(load, data if pem else der_of(data), "public", {})


def library(name: str) -> Any:
    try:
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import padding, rsa
        from cryptography.hazmat.primitives.ciphers import algorithms, modes
        from cryptography.hazmat.primitives.ciphers import base as ciphers
    except ImportError:
        raise VeltDependencyError(INSTALL, field="cryptography") from None
    found: Mapping[str, Any] = {
        "hashes": hashes,
        "serialization": serialization,
        "padding": padding,
        "rsa": rsa,
        "algorithms": algorithms,
        "modes": modes,
        "ciphers": ciphers,
    }
    return found[name]


def key_bytes(given: KeyGiven) -> bytes:
    """The bytes of a key, out of its file when a file is named."""
    if isinstance(given, bytes):
        return given
    if isinstance(given, str):
        text = given.strip()
        # A path of a hundred characters of base64 alone is rarer than a key without its PEM lines.
        if text.startswith("-----") or (len(text) > 100 and der_of(text.encode()) != text.encode()):
            return text.encode()
    try:
        # os.fspath refuses numbers, which open would take for files that are open already.
        with open(os.fspath(given), "rb") as file:
            return file.read()
    except (OSError, ValueError, TypeError):
        raise VeltConfigurationError(f"private_keys: {FORM}", field="private_keys") from None


def der_of(data: bytes) -> bytes:
    """DER out of base64; other bytes as they are."""
    try:
        return base64.b64decode(b"".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return data


def checked_key(load: Any, data: bytes, kind: str, more: Mapping[str, Any]) -> Any:
    try:
        key = load(data, **more)
    # TypeError: the key is locked with a password. UnsupportedAlgorithm is an Exception of its own.
    except (ValueError, TypeError, library_error()):
        key = None
    rsa = library("rsa")
    wanted = rsa.RSAPrivateKey if kind == "private" else rsa.RSAPublicKey
    if not isinstance(key, wanted):
        raise VeltConfigurationError(
            f"{kind}_keys: {FORM}, without a password", field=f"{kind}_keys"
        ) from None
    return key


def library_error() -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm

    return UnsupportedAlgorithm


def unreadable() -> VeltWebhookError:
    """The one error for everything that can be wrong with an encrypted event."""
    return VeltWebhookError(
        "the event cannot be decrypted with any of the configured private keys", code="WEBHOOK_UNREADABLE"
    )


def decrypted(body: Mapping[str, Any], keys: Sequence[Any]) -> bytes:
    """The bytes of an encrypted event.

    Args:
        body: `{"encryptedData", "encryptedKey", "iv"}`, each base64.
        keys: of `load_keys`.

    Raises:
        VeltWebhookError: when that is not possible, whatever the reason.
    """
    parts: List[bytes] = []
    for name in ("encryptedData", "encryptedKey", "iv"):
        try:
            parts.append(base64.b64decode(body.get(name) or "", validate=True))
        except (binascii.Error, ValueError, TypeError):
            raise unreadable() from None
    data, wrapped, iv = parts
    if len(iv) != BLOCK or not data or len(data) % BLOCK:
        raise unreadable()
    return unpadded(deciphered(data, unwrapped(wrapped, keys), iv))


def unwrapped(wrapped: bytes, keys: Sequence[Any]) -> bytes:
    """The AES key. When none of the keys opens it, one that fits nothing: the error comes at the end, as for data
    that was altered."""
    padding, hashes = library("padding"), library("hashes")
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    found = os.urandom(AES_KEY)
    for key in keys:
        try:
            opened = key.decrypt(wrapped, oaep)
        except ValueError:
            continue
        if len(opened) == AES_KEY:
            found = opened
    return found


def deciphered(data: bytes, key: bytes, iv: bytes) -> bytes:
    cipher = library("ciphers").Cipher(library("algorithms").AES(key), library("modes").CBC(iv))
    decryptor = cipher.decryptor()
    return cast(bytes, decryptor.update(data) + decryptor.finalize())


def unpadded(padded: bytes) -> bytes:
    """The text without its padding, looked at as a whole whatever stands in it."""
    size = padded[-1]
    wrong = int(not 1 <= size <= BLOCK)
    for at in range(1, BLOCK + 1):
        wrong |= int(at <= size) & int(padded[-at] != size)
    if wrong:
        raise unreadable()
    return padded[:-size]
