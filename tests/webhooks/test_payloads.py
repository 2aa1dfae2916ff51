"""Encoded and encrypted events, one of them made with the openssl command line."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from velt_py.exceptions import VeltConfigurationError, VeltSDKError, VeltWebhookError
from velt_py.webhooks.decrypt import load_keys
from velt_py.webhooks.payloads import payload_in
from velt_py.webhooks.signing import encrypt_for_tests

EVENT = {"event": "comment.add", "data": {"targetComment": {"commentText": "héllo 🎉"}}, "webhookId": "w"}
RAW = json.dumps(EVENT).encode()


def openssl(*arguments: str, data: bytes = b"") -> bytes:
    return subprocess.run(
        ["openssl", *arguments], input=data, capture_output=True, check=True, timeout=60
    ).stdout


class Pair:
    """A key pair in every form that people have."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "private.pem"
        self.pem = openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
        self.path.write_bytes(self.pem)
        self.public_path = folder / "public.pem"
        self.public_path.write_bytes(openssl("pkey", "-in", str(self.path), "-pubout"))
        self.der = openssl("pkey", "-in", str(self.path), "-outform", "DER")
        self.bare = base64.b64encode(self.der).decode()
        self.bare_public = base64.b64encode(
            openssl("pkey", "-in", str(self.path), "-pubout", "-outform", "DER")
        ).decode()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return Pair(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return Pair(tmp_path_factory.mktemp("others"))


def encrypted_by_openssl(pair: Pair, raw: bytes) -> Dict[str, str]:
    key, iv = os.urandom(32), os.urandom(16)
    data = openssl("enc", "-aes-256-cbc", "-K", key.hex(), "-iv", iv.hex(), data=raw)
    wrapped = openssl(
        "pkeyutl", "-encrypt", "-pubin", "-inkey", str(pair.public_path), "-pkeyopt", "rsa_padding_mode:oaep",
        "-pkeyopt", "rsa_oaep_md:sha256", "-pkeyopt", "rsa_mgf1_md:sha256", data=key,
    )  # fmt: skip
    return {
        "encryptedData": base64.b64encode(data).decode(),
        "encryptedKey": base64.b64encode(wrapped).decode(),
        "iv": base64.b64encode(iv).decode(),
    }


def test_plain_and_encoded_events_are_read() -> None:
    assert payload_in(RAW, ()) == EVENT
    encoded = json.dumps({"encodedPayload": base64.b64encode(RAW).decode()}).encode()
    assert payload_in(encoded, ()) == EVENT


def test_an_event_that_openssl_encrypted_is_read(pair: Pair) -> None:
    assert payload_in(json.dumps(encrypted_by_openssl(pair, RAW)).encode(), load_keys(pair.pem)) == EVENT


def test_openssl_decrypts_what_we_encrypt_for_tests(pair: Pair) -> None:
    parts = json.loads(encrypt_for_tests(EVENT, pair.bare_public))
    key = openssl(
        "pkeyutl", "-decrypt", "-inkey", str(pair.path), "-pkeyopt", "rsa_padding_mode:oaep",
        "-pkeyopt", "rsa_oaep_md:sha256", "-pkeyopt", "rsa_mgf1_md:sha256",
        data=base64.b64decode(parts["encryptedKey"]),
    )  # fmt: skip
    iv = base64.b64decode(parts["iv"]).hex()
    raw = openssl(
        "enc", "-d", "-aes-256-cbc", "-K", key.hex(), "-iv", iv, data=base64.b64decode(parts["encryptedData"])
    )
    assert json.loads(raw) == EVENT


@pytest.mark.parametrize(
    "form",
    [
        "pem",
        "pem text",
        "der",
        "bare",
        "bare in lines",
        "path",
        "path text",
        "bytes",
        "pkcs1 pem",
        "pkcs1 der",
        "pkcs1 bare",
    ],
)
def test_a_private_key_is_taken_in_every_form(pair: Pair, form: str) -> None:
    lines = "\n".join(pair.bare[at : at + 64] for at in range(0, len(pair.bare), 64))
    pkcs1 = openssl("rsa", "-in", str(pair.path), "-traditional")
    assert b"BEGIN RSA PRIVATE KEY" in pkcs1
    pkcs1_der = openssl("rsa", "-in", str(pair.path), "-traditional", "-outform", "DER")
    forms: Dict[str, Any] = {
        "pem": pair.pem,
        "pem text": pair.pem.decode(),
        "der": pair.der,
        "bare": pair.bare,
        "bare in lines": lines,
        "path": pair.path,
        "path text": str(pair.path),
        "bytes": pair.bare.encode(),
        "pkcs1 pem": pkcs1,
        "pkcs1 der": pkcs1_der,
        "pkcs1 bare": base64.b64encode(pkcs1_der).decode(),
    }
    assert payload_in(encrypt_for_tests(EVENT, pair.bare_public), load_keys(forms[form])) == EVENT


def test_keys_are_rotated_by_having_two(pair: Pair, other: Pair) -> None:
    body = encrypt_for_tests(EVENT, pair.public_path)
    assert payload_in(body, load_keys([other.pem, pair.pem])) == EVENT
    assert payload_in(body, load_keys([pair.pem, other.pem])) == EVENT
    with pytest.raises(VeltWebhookError):
        payload_in(body, load_keys(other.pem))


def test_encoded_and_encrypted_is_read_in_either_order(pair: Pair) -> None:
    keys = load_keys(pair.pem)
    encoded = json.dumps({"encodedPayload": base64.b64encode(RAW).decode()}).encode()
    assert payload_in(encrypt_for_tests(encoded, pair.bare_public), keys) == EVENT
    encrypted = encrypt_for_tests(EVENT, pair.bare_public)
    both = json.dumps({"encodedPayload": base64.b64encode(encrypted).decode()}).encode()
    assert payload_in(both, keys) == EVENT


def broken(pair: Pair) -> List[Tuple[str, Dict[str, Any]]]:
    good = json.loads(encrypt_for_tests(EVENT, pair.bare_public))
    data = base64.b64decode(good["encryptedData"])

    def with_(name: str, raw: bytes) -> Dict[str, Any]:
        return {**good, name: base64.b64encode(raw).decode()}

    return [
        ("no key", {name: value for name, value in good.items() if name != "encryptedKey"}),
        ("no data", {**good, "encryptedData": ""}),
        ("key is a number", {**good, "encryptedKey": 7}),
        ("data is a list", {**good, "encryptedData": ["x"]}),
        ("iv is null", {**good, "iv": None}),
        ("wrong base64", {**good, "encryptedData": "@@@"}),
        ("base64 is cut", {**good, "encryptedData": good["encryptedData"][:-3]}),
        ("beyond ascii", {**good, "iv": "é" * 16}),
        ("half a block", with_("encryptedData", data[:-5])),
        ("a block is missing", with_("encryptedData", data[:-16])),
        ("last block altered", with_("encryptedData", data[:-1] + bytes([data[-1] ^ 1]))),
        ("first block altered", with_("encryptedData", bytes([data[0] ^ 1]) + data[1:])),
        ("other iv", with_("iv", bytes(16))),
        ("long iv", with_("iv", bytes(32))),
        ("key is cut", with_("encryptedKey", base64.b64decode(good["encryptedKey"])[:-1])),
        ("key is noise", with_("encryptedKey", bytes(256))),
        ("wrapped key is too short", {**good, "encryptedKey": short_key(pair)}),
        ("no JSON inside", json.loads(encrypt_for_tests(b"plain text", pair.bare_public))),
        ("a list inside", json.loads(encrypt_for_tests(b"[1]", pair.bare_public))),
        ("no text inside", json.loads(encrypt_for_tests(b"\xff\xfe", pair.bare_public))),
    ]


def short_key(pair: Pair) -> str:
    wrapped = openssl(
        "pkeyutl", "-encrypt", "-pubin", "-inkey", str(pair.public_path), "-pkeyopt", "rsa_padding_mode:oaep",
        "-pkeyopt", "rsa_oaep_md:sha256", data=b"sixteen byte key",
    )  # fmt: skip
    return base64.b64encode(wrapped).decode()


def test_everything_that_is_wrong_with_a_ciphertext_is_the_same_error(pair: Pair) -> None:
    keys = load_keys(pair.pem)
    told = set()
    for name, body in broken(pair):
        with pytest.raises(VeltWebhookError) as caught:
            payload_in(json.dumps(body).encode(), keys)
        told.add((str(caught.value), caught.value.code, caught.value.statusCode, caught.value.field))
        assert caught.value.__cause__ is None, name
    assert len(told) == 1
    assert told.pop()[2] == 400


def test_an_encrypted_event_without_a_key_asks_for_one(pair: Pair) -> None:
    with pytest.raises(VeltConfigurationError, match="private_keys"):
        payload_in(encrypt_for_tests(EVENT, pair.bare_public), ())


@pytest.mark.parametrize(
    "body",
    [b"", b"x", b"[]", b"7", b"null", b'"x"', b"\xff", b'{"a":', b'{"a":NaN}', b'{"a":1,"a":2}',
     b'{"encodedPayload": 7}', b'{"encodedPayload": "@"}', b'{"encodedPayload": "eA=="}',
     b'{"encodedPayload": null}', b"[" * 100_000, b'{"a":' * 50_000, b'{"a":' * 200 + b"1" + b"}" * 200,
     b'{"a":' + b"9" * 5000 + b"}", b'{"a":1e400}', b'{"a":[{"b":-1e400}]}'],
    ids=lambda body: str(body[:24]),
)  # fmt: skip
def test_a_body_that_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(VeltWebhookError) as caught:
        payload_in(body, ())
    assert caught.value.statusCode == 400


ENCODED = st.binary(max_size=64).map(lambda raw: base64.b64encode(raw).decode())


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.one_of(st.text(max_size=40), ENCODED, st.integers(), st.none())
            for name in ("encryptedData", "encryptedKey", "iv", "encodedPayload")
        },
    )
)  # fmt: skip
def test_no_payload_ends_in_a_traceback(pair: Pair, body: Dict[str, Any]) -> None:
    try:
        payload_in(json.dumps(body).encode(), load_keys(pair.pem))
    except VeltSDKError as error:
        refused = error
    else:
        return
    assert refused.statusCode == 400


@pytest.mark.parametrize(
    "given_", ["", "nonsense", b"nonsense", "/no/such/file", 7, [None], "A" * 200], ids=repr
)
def test_a_wrong_private_key_is_told_without_being_quoted(given_: Any) -> None:
    with pytest.raises(VeltConfigurationError) as caught:
        load_keys(given_ if given_ != 7 else [7])  # type: ignore[list-item]
    assert caught.value.field == "private_keys"
    assert str(given_)[:40] not in str(caught.value) or given_ == ""


def test_a_locked_key_and_one_of_another_kind_are_refused(pair: Pair, tmp_path: Path) -> None:
    locked = openssl("pkey", "-in", str(pair.path), "-aes256", "-passout", "pass:x")
    curve = openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")
    for key in (locked, curve, pair.public_path.read_bytes()):
        with pytest.raises(VeltConfigurationError, match="RSA"):
            load_keys(key)


def test_without_cryptography_the_install_line_is_told_and_plain_events_are_read() -> None:
    script = (
        "import sys; sys.modules['cryptography'] = None\n"
        "from velt_py.exceptions import VeltDependencyError\n"
        "from velt_py.webhooks import Webhooks, sign_for_tests\n"
        'body = b\'{"event": "ping"}\'\n'
        "assert Webhooks('whsec_eHh4').read(sign_for_tests(body, 'whsec_eHh4'), body).name == 'ping'\n"
        "try: Webhooks('whsec_eHh4', private_keys='x')\n"
        "except VeltDependencyError as error: assert 'pip install \"velt-py[webhooks]\"' in str(error)\n"
        "else: raise SystemExit('nothing was told')\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
