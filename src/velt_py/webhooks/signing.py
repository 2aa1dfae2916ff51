"""Webhooks as Velt would send them, for tests and trials. Pure but for the clock."""

from __future__ import annotations

import base64
import json
import os
import time
import uuid
from typing import Any, Dict, Mapping, Optional, Union

from velt_py.exceptions import VeltConfigurationError
from velt_py.webhooks.decrypt import KeyGiven, library, load_public_key
from velt_py.webhooks.secrets import SCHEMES, signing_key
from velt_py.webhooks.verify import signature_v2, signature_workflow

__all__ = ["body_of", "encrypt_for_tests", "sign_for_tests"]

Body = Union[bytes, str, Mapping[str, Any]]


def sign_for_tests(
    body: Body,
    secret: str,
    *,
    scheme: Optional[str] = None,
    id: Optional[str] = None,
    timestamp: Optional[float] = None,
    attempt: int = 0,
) -> Dict[str, str]:
    """The headers with which Velt would send `body`.

    Args:
        body: the bytes to post; a mapping stands for the bytes of `body_of`.
        secret: of the receiver.
        scheme: `v1`, `v2` or `workflow`; v2 when the secret starts with `whsec_`, else v1.
        id: of the event; a new one unless given. The scheme v1 has none.
        timestamp: seconds since 1970; now unless given. Only the scheme v2 has one.
        attempt: counted from 0. Only the scheme workflow has one.

    Raises:
        VeltConfigurationError: for another scheme, or a secret that is none of the scheme v2.
    """
    scheme = scheme or ("v2" if secret.startswith("whsec_") else "v1")
    if scheme not in SCHEMES:
        raise VeltConfigurationError("scheme: one of " + ", ".join(SCHEMES), field="scheme")
    raw = body_of(body)
    headers = {"Content-Type": "application/json"}
    if scheme == "v1":
        return {**headers, "Authorization": f"Basic {secret}"}
    if scheme == "workflow":
        return {
            **headers,
            "x-velt-signature": "sha256=" + signature_workflow(secret.encode(), raw).hex(),
            "x-velt-event-id": id or uuid.uuid4().hex,
            "x-velt-attempt": str(attempt),
        }
    id = id or f"msg_{uuid.uuid4().hex}"
    seconds = str(int(time.time() if timestamp is None else timestamp))
    signature = base64.b64encode(signature_v2(signing_key(secret), id, seconds, raw)).decode()
    return {
        **headers,
        "webhook-id": id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature}",
    }


def body_of(body: Body) -> bytes:
    """The bytes to sign and to post."""
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, (bytes, bytearray)) else json.dumps(body).encode()


def encrypt_for_tests(body: Body, public_key: KeyGiven) -> bytes:
    """The body as Velt would encrypt it.

    Args:
        body: the event.
        public_key: as it is given to Velt: base64 without the PEM lines; PEM, DER or a file are taken too.

    Raises:
        VeltConfigurationError: when the key cannot be read.
        VeltDependencyError: when cryptography is not installed; holds the install line.
    """
    key, iv = os.urandom(32), os.urandom(16)
    padding, hashes = library("padding"), library("hashes")
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    wrapped = load_public_key(public_key).encrypt(key, oaep)
    raw = body_of(body)
    left = 16 - len(raw) % 16
    cipher = library("ciphers").Cipher(library("algorithms").AES(key), library("modes").CBC(iv))
    encryptor = cipher.encryptor()
    data = encryptor.update(raw + bytes([left]) * left) + encryptor.finalize()
    parts = {"encryptedData": data, "encryptedKey": wrapped, "iv": iv}
    return body_of({name: base64.b64encode(part).decode() for name, part in parts.items()})
