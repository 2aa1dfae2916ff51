"""verifyToken: who is let in, and with which code everybody else is refused."""

from __future__ import annotations

import asyncio
import base64
import functools
import json
import sys
import threading
import time
from typing import Any, Callable, Dict, List, Optional

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from velt_py.models.resolver_auth import VerifyTokenResult
from velt_py.selfhosting.jwks import JwksCache, JwksError, keys_in
from velt_py.selfhosting.tokens import AsyncResolverAuthService, ResolverAuthService
from velt_py.settings import HttpSettings

SECRET = "an-hmac-secret-that-is-long-enough-for-hs512-and-more-than-64-bytes"
HS: Dict[str, Any] = {"algorithms": ["HS256"], "secret": SECRET}


def pem(key: Any) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return str(key.public_key().public_bytes(serialization.Encoding.PEM, form).decode())


RSA = rsa.generate_private_key(65537, 2048)
OTHER_RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()


def token(
    claims: Optional[Dict[str, Any]] = None,
    key: Any = SECRET,
    algorithm: str = "HS256",
    headers: Optional[Dict[str, Any]] = None,
) -> str:
    return jwt.encode(
        {"sub": "u-1", "exp": int(time.time()) + 600, **(claims or {})},
        key,
        algorithm=algorithm,
        headers=headers,
    )


def encoded(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


Verify = Callable[..., VerifyTokenResult]


@pytest.fixture(params=["sync", "async"])
def verify(request: pytest.FixtureRequest) -> Verify:
    """`verify(auth, headers=..., token=..., **overrides)` through either service."""

    def synchronous(auth: Any, headers: Any = None, token: Any = None, **overrides: Any) -> VerifyTokenResult:
        return ResolverAuthService(auth).verify_token(headers, token, **overrides)

    def awaited(auth: Any, headers: Any = None, token: Any = None, **overrides: Any) -> VerifyTokenResult:
        return asyncio.run(AsyncResolverAuthService(auth).verify_token(headers, token, **overrides))

    return synchronous if request.param == "sync" else awaited


def code(result: VerifyTokenResult) -> Optional[str]:
    """The code, after a check that a refusal says why and carries nothing else."""
    if result.verified:
        assert (result.error, result.errorCode) == (None, None)
    else:
        assert result.claims is None
        assert result.error
        assert result.errorCode
    return result.errorCode


# Who is let in


def test_a_good_token_is_verified_and_its_claims_are_returned(verify: Verify) -> None:
    result = verify({"jwt": HS}, token=token({"name": "Ann"}))
    assert result.verified
    assert result.claims is not None
    assert (result.claims["sub"], result.claims["name"]) == ("u-1", "Ann")


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [("RS256", RSA), ("PS384", RSA), ("ES256", EC), ("EdDSA", ED)],
    ids=lambda value: value if isinstance(value, str) else "key",
)
def test_a_token_signed_with_a_private_key_is_verified_with_the_public_one(
    verify: Verify, algorithm: str, key: Any
) -> None:
    auth = {"jwt": {"algorithms": [algorithm], "public_key": pem(key)}}
    assert verify(auth, token=token(key=key, algorithm=algorithm)).verified


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_a_token_signed_with_a_secret_is_verified_with_it(verify: Verify, algorithm: str) -> None:
    auth = {"jwt": {"algorithms": [algorithm], "secret": SECRET.encode()}}
    assert verify(auth, token=token(algorithm=algorithm)).verified


def test_claims_stay_out_of_repr_and_logs(verify: Verify, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    good, bad = token({"name": "Ann"}), token({"name": "Ann"}, key="x" * 64)
    results = [verify({"jwt": HS}, token=each) for each in (good, bad)]
    results.append(verify({"verify": lambda given, headers: 1 / 0}, token=good))
    everything = repr(results) + repr([record.__dict__ for record in caplog.records])
    assert not [secret for secret in ("Ann", good, bad, SECRET) if secret in everything]


# Where the token is


@pytest.mark.parametrize(
    "headers",
    [
        lambda t: {"Authorization": f"Bearer {t}"},
        lambda t: {"authorization": f"bearer {t}"},
        lambda t: {"AUTHORIZATION": f"  BEARER   {t} "},
        lambda t: {b"authorization": f"Bearer {t}".encode()},
        lambda t: [(b"host", b"x"), (b"authorization", f"Bearer {t}".encode())],
        lambda t: (["Authorization", f"Bearer {t}"],),
        lambda t: {"REQUEST_METHOD": "POST", "HTTP_AUTHORIZATION": f"Bearer {t}"},
        lambda t: [("Authorization", f"Bearer {t}"), ("authorization", f"Bearer {t}")],
    ],
)
def test_the_token_is_found_in_headers_of_any_kind(verify: Verify, headers: Any) -> None:
    assert verify({"jwt": HS}, headers(token())).verified


@pytest.mark.parametrize(
    "headers",
    [
        lambda t: None,
        lambda t: {},
        lambda t: [],
        lambda t: "Authorization",
        lambda t: 5,
        lambda t: [("Authorization",), 5, None, "xy", ("Authorization", None)],
        lambda t: {"Authorization": None},
        lambda t: {"Authorization": ""},
        lambda t: {"Authorization": "Bearer"},
        lambda t: {"Authorization": "Bearer "},
        lambda t: {"Authorization": t},
        lambda t: {"Authorization": f"Basic {t}"},
        lambda t: {"Authorization": f"Bearer\t{t}"},
        lambda t: {"Authorization": [f"Bearer {t}"]},
        lambda t: {"X-Authorization": f"Bearer {t}"},
        lambda t: {"HTTP_AUTHORIZATION": f"Bearer {t}"},
        lambda t: {"REQUEST_METHOD": "POST", "Authorization": f"Bearer {t}"},
        lambda t: [("Authorization", f"Bearer {t}"), ("authorization", "Bearer other")],
    ],
)
def test_a_request_without_a_token_is_refused(verify: Verify, headers: Any) -> None:
    assert code(verify({"jwt": HS}, headers(token()))) == "MISSING_TOKEN"


def test_the_token_itself_goes_before_the_headers(verify: Verify) -> None:
    assert verify({"jwt": HS}, {"Authorization": "Bearer bad"}, token()).verified
    assert verify({"jwt": HS}, {"Authorization": f"Bearer {token()}"}, "").verified


def test_header_and_scheme_can_be_named(verify: Verify) -> None:
    auth = {"jwt": HS, "header": "X-Token", "scheme": ""}
    assert verify(auth, {"x-token": token()}).verified
    assert code(verify(auth, {"Authorization": f"Bearer {token()}"})) == "MISSING_TOKEN"
    assert verify({"jwt": HS, "scheme": "JWT"}, {"Authorization": f"jwt {token()}"}).verified
    environment = {"REQUEST_METHOD": "GET", "HTTP_X_TOKEN": token()}
    assert verify(auth, environment).verified


# What is not configured


@pytest.mark.parametrize("auth", [None, {}, {"jwt": None}, {"jwt": "x"}, {"header": "X"}, 5, "x", []])
def test_without_configuration_nobody_is_let_in(verify: Verify, auth: Any) -> None:
    assert code(verify(auth, token=token())) == "NOT_CONFIGURED"


def test_without_token_and_configuration_the_token_is_missing(verify: Verify) -> None:
    assert code(verify(None)) == "MISSING_TOKEN"


# Algorithms


@pytest.mark.parametrize(
    "algorithms",
    [
        None,
        [],
        "HS256",
        5,
        {"HS256": 1},
        [None],
        ["none"],
        ["None", "HS256"],
        ["HS256", "none"],
        ["HS256", "RS256"],
        ["RS256", "HS256"],
        ["HS512"],
        ["hs256"],
        ["XX"],
    ],
    ids=str,
)
def test_an_algorithm_that_is_not_plainly_allowed_is_refused(verify: Verify, algorithms: Any) -> None:
    block = {"algorithms": algorithms, "secret": SECRET, "public_key": pem(RSA)}
    assert code(verify({"jwt": block}, token=token())) == "ALGORITHM_NOT_ALLOWED"


@pytest.mark.parametrize("spelled", ["none", "None", "NONE", "", None, 5, ["HS256"], {"a": 1}], ids=str)
@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_a_token_that_names_no_algorithm_is_refused(verify: Verify, spelled: Any, signature: str) -> None:
    forged = f"{encoded({'alg': spelled, 'typ': 'JWT'})}.{encoded({'sub': 'admin'})}.{signature}"
    for block in (HS, {"algorithms": ["RS256"], "public_key": pem(RSA)}):
        assert code(verify({"jwt": block}, token=forged)) in ("ALGORITHM_NOT_ALLOWED", "INVALID_SIGNATURE")


def test_a_public_key_is_no_secret(verify: Verify) -> None:
    # The forger signs with the public key, which everybody has, as if it were the secret.
    public = pem(RSA)
    import hashlib
    import hmac

    signed = f"{encoded({'alg': 'HS256', 'typ': 'JWT'})}.{encoded({'sub': 'admin'})}"
    signature = encoded(hmac.new(public.encode(), signed.encode(), hashlib.sha256).digest())
    forged = f"{signed}.{signature}"
    for block, expected in (
        ({"algorithms": ["RS256"], "public_key": public}, "ALGORITHM_NOT_ALLOWED"),
        ({"algorithms": ["RS256", "HS256"], "public_key": public}, "ALGORITHM_NOT_ALLOWED"),
        ({"algorithms": ["HS256"], "public_key": public}, "KEY_RESOLUTION_FAILED"),
        ({"algorithms": ["HS256"], "secret": public}, "KEY_RESOLUTION_FAILED"),
    ):
        assert code(verify({"jwt": block}, token=forged)) == expected


# Keys


@pytest.mark.parametrize(
    "block",
    [
        {"algorithms": ["HS256"]},
        {"algorithms": ["HS256"], "secret": ""},
        {"algorithms": ["HS256"], "secret": b""},
        {"algorithms": ["HS256"], "secret": 5},
        {"algorithms": ["HS256"], "secret": pem(RSA)},
        {"algorithms": ["HS256"], "secret": "\n " + pem(RSA)},
        {"algorithms": ["HS256"], "secret": "ssh-rsa AAAAB3NzaC1yc2E="},
        {"algorithms": ["HS256"], "jwks_url": "https://127.0.0.1:1/jwks"},
    ],
)
def test_a_secret_that_cannot_be_one_is_refused(verify: Verify, block: Any) -> None:
    assert code(verify({"jwt": block}, token=token())) == "KEY_RESOLUTION_FAILED"


@pytest.mark.parametrize(
    "key",
    [
        {},
        {"secret": SECRET},
        {"public_key": "junk"},
        {"public_key": pem(EC)},
        {"public_key": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"},
        {"public_key": 5},
        {"public_key": ["x"]},
        {"jwks_url": 5},
        {"jwks_url": "http://127.0.0.1:1/jwks"},
        {"jwks_url": "file:///etc/passwd"},
        {"jwks_url": "https://127.0.0.1:1/jwks"},
        {"jwks_url": "https://"},
        {"jwks_url": "https://[x/"},
    ],
)
def test_a_public_key_that_cannot_be_one_is_refused(verify: Verify, key: Any) -> None:
    signed = token(key=RSA, algorithm="RS256", headers={"kid": "k"})
    assert code(verify({"jwt": {"algorithms": ["RS256"], **key}}, token=signed)) == "KEY_RESOLUTION_FAILED"


# Signatures


@pytest.mark.parametrize(
    "hostile",
    [
        5,
        b"abc",
        [],
        [1],
        {"a": 1},
        object(),
        "abc",
        ".",
        "..",
        "a.b",
        "a.b.c",
        "....",
        "é.é.é",
        "\0",
        "\ud800.a.b",
        " " + token() + " ",
        "Bearer " + token(),
        token()[:-4],
        token() + "x",
        token().rpartition(".")[0],
        token().rpartition(".")[0] + ".",
        token(key="q" * 64),
        "x" * 10_000_000,
        token({"x": "y" * 100_000}),
        f"{encoded(b'[' * 30_000)}.{encoded({})}.AAAA",
        f"{encoded({'alg': 'HS256'})}.{encoded(b'[' * 30_000)}.AAAA",
        f"{encoded([])}.{encoded({})}.AAAA",
        f"{encoded(b'null')}.{encoded({})}.AAAA",
        f"{encoded(b'{')}.{encoded({})}.AAAA",
        f"{encoded(bytes([255, 254]))}.{encoded({})}.AAAA",
        f"{encoded({'alg': 'HS256', 'kid': 5})}.{encoded({})}.AAAA",
    ],
    ids=lambda given: (
        f"{type(given).__name__}-{len(str(given))}"
        if isinstance(given, (str, bytes))
        else type(given).__name__
    ),
)
def test_what_is_no_token_or_wrongly_signed_is_refused(verify: Verify, hostile: Any) -> None:
    expected = ("MISSING_TOKEN",) if not hostile else ("INVALID_SIGNATURE",)
    assert code(verify({"jwt": HS}, token=hostile)) in expected


@pytest.mark.parametrize("payload", [b"[1]", b"null", b'"x"', b"5", b"{", b"\xff", b"[" * 10_000])
def test_a_well_signed_token_without_claims_is_refused(verify: Verify, payload: bytes) -> None:
    assert code(verify({"jwt": HS}, token=jwt.api_jws.encode(payload, SECRET))) == "INVALID_SIGNATURE"


def test_a_token_of_another_private_key_is_refused(verify: Verify) -> None:
    auth = {"jwt": {"algorithms": ["RS256"], "public_key": pem(OTHER_RSA)}}
    assert code(verify(auth, token=token(key=RSA, algorithm="RS256"))) == "INVALID_SIGNATURE"


def test_changed_claims_are_refused(verify: Verify) -> None:
    head, _, signature = token().split(".")
    assert (
        code(verify({"jwt": HS}, token=f"{head}.{encoded({'sub': 'admin'})}.{signature}"))
        == "INVALID_SIGNATURE"
    )


@pytest.mark.parametrize(
    "headers", [{"crit": ["exp"], "exp": 1}, {"crit": []}, {"crit": ["b64"], "b64": False}]
)
def test_a_token_that_demands_an_extension_is_refused(verify: Verify, headers: Dict[str, Any]) -> None:
    head = {"alg": "HS256", **headers}
    import hashlib
    import hmac

    signed = f"{encoded(head)}.{encoded({'sub': 'u'})}"
    signature = encoded(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest())
    assert code(verify({"jwt": HS}, token=f"{signed}.{signature}")) == "INVALID_SIGNATURE"


# Claims


def test_an_expired_token_is_refused_after_its_leeway(verify: Verify) -> None:
    expired = token({"exp": int(time.time()) - 10})
    assert code(verify({"jwt": HS}, token=expired)) == "EXPIRED"
    assert verify({"jwt": {**HS, "leeway": 60}}, token=expired).verified
    assert code(verify({"jwt": {**HS, "leeway": 5}}, token=expired)) == "EXPIRED"


@pytest.mark.parametrize("leeway", ["60", float("inf"), float("nan"), True, [1]])
def test_a_leeway_that_is_no_number_of_seconds_lets_nobody_in(verify: Verify, leeway: Any) -> None:
    assert code(verify({"jwt": {**HS, "leeway": leeway}}, token=token())) == "VERIFICATION_FAILED"


def test_a_token_that_is_not_yet_valid_is_refused(verify: Verify) -> None:
    assert code(verify({"jwt": HS}, token=token({"nbf": int(time.time()) + 600}))) == "INVALID_SIGNATURE"


@pytest.mark.parametrize("exp", ["abc", [], {}, "9" * 5000])
def test_an_expiry_that_is_no_time_is_refused(verify: Verify, exp: Any) -> None:
    assert code(verify({"jwt": HS}, token=token({"exp": exp}))) == "INVALID_SIGNATURE"


@pytest.mark.parametrize(
    ("key", "claims", "expected"),
    [
        ({"issuer": "me"}, {"iss": "me"}, None),
        ({"issuer": ["you", "me"]}, {"iss": "me"}, None),
        ({"issuer": "me"}, {}, "CLAIM_MISMATCH"),
        ({"issuer": "me"}, {"iss": "you"}, "CLAIM_MISMATCH"),
        ({"issuer": "me"}, {"iss": "m"}, "CLAIM_MISMATCH"),
        ({"issuer": []}, {"iss": "me"}, "CLAIM_MISMATCH"),
        ({"issuer": ""}, {"iss": "me"}, "CLAIM_MISMATCH"),
        ({"audience": "me"}, {"aud": "me"}, None),
        ({"audience": "me"}, {"aud": ["x", "me"]}, None),
        ({"audience": ["a", "me"]}, {"aud": "me"}, None),
        ({"audience": "me"}, {}, "CLAIM_MISMATCH"),
        ({"audience": "me"}, {"aud": "you"}, "CLAIM_MISMATCH"),
        ({"audience": "me"}, {"aud": ["you"]}, "CLAIM_MISMATCH"),
        ({"audience": []}, {"aud": "me"}, "CLAIM_MISMATCH"),
        ({}, {"aud": "me", "iss": "x"}, None),
        ({"require": ["sub", "exp"]}, {}, None),
        ({"require": ["tenant"]}, {}, "CLAIM_MISMATCH"),
        ({"require": ["tenant"]}, {"tenant": None}, "CLAIM_MISMATCH"),
        ({"require": "sub"}, {}, "VERIFICATION_FAILED"),
    ],
)
def test_issuer_audience_and_required_claims_have_to_fit(
    verify: Verify, key: Any, claims: Any, expected: Optional[str]
) -> None:
    assert code(verify({"jwt": {**HS, **key}}, token=token(claims))) == expected


# The customer's own function


def test_the_verify_function_goes_before_the_jwt_and_sees_token_and_headers(verify: Verify) -> None:
    seen: List[Any] = []

    def check(given: str, headers: Any) -> Dict[str, Any]:
        seen.append((given, headers))
        return {"sub": "x"}

    headers = {"Authorization": "Bearer abc"}
    assert verify({"jwt": HS, "verify": check}, headers).claims == {"sub": "x"}
    assert verify({"verify": check}, token="t").claims == {"sub": "x"}
    assert seen == [("abc", headers), ("t", None)]


@pytest.mark.parametrize("outcome", [True, 1, "yes", [1], object()])
def test_a_true_outcome_without_claims_verifies(verify: Verify, outcome: Any) -> None:
    result = verify({"verify": lambda given, headers: outcome}, token="t")
    assert (result.verified, result.claims) == (True, None)


@pytest.mark.parametrize("outcome", [None, False, 0, "", [], {}])
def test_a_false_outcome_refuses(verify: Verify, outcome: Any) -> None:
    assert code(verify({"verify": lambda given, headers: outcome}, token="t")) == "VERIFICATION_FAILED"


@pytest.mark.parametrize("function", [lambda given, headers: 1 / 0, lambda: True, 5, "x", object()])
def test_a_function_that_fails_refuses(verify: Verify, function: Any) -> None:
    assert code(verify({"verify": function}, token="t")) == "VERIFICATION_FAILED"


def test_without_a_token_the_function_is_not_asked(verify: Verify) -> None:
    assert code(verify({"verify": lambda given, headers: True}, {})) == "MISSING_TOKEN"


async def agree(given: str, headers: Any) -> Dict[str, Any]:
    await asyncio.sleep(0)
    return {"sub": given}


async def refuse(given: str, headers: Any) -> bool:
    raise LookupError(given)


class Agreeing:
    async def __call__(self, given: str, headers: Any) -> Dict[str, Any]:
        return await agree(given, headers)


@pytest.mark.parametrize("function", [agree, functools.partial(agree), Agreeing(), lambda t, h: agree(t, h)])
async def test_an_async_function_is_awaited_by_the_async_sdk(function: Any) -> None:
    result = await AsyncResolverAuthService({"verify": function}).verify_token(token="t")
    assert result.claims == {"sub": "t"}


async def test_an_async_function_that_fails_refuses() -> None:
    assert (
        code(await AsyncResolverAuthService({"verify": refuse}).verify_token(token="t"))
        == "VERIFICATION_FAILED"
    )


@pytest.mark.filterwarnings("error")
def test_the_sync_sdk_does_not_take_an_async_functions_promise_for_a_yes() -> None:
    assert code(ResolverAuthService({"verify": agree}).verify_token(token="t")) == "VERIFICATION_FAILED"


async def test_a_function_that_blocks_does_not_hold_up_the_loop() -> None:
    threads: List[int] = []

    def check(given: str, headers: Any) -> bool:
        threads.append(threading.get_ident())
        return True

    assert (await AsyncResolverAuthService({"verify": check}).verify_token(token="t")).verified
    assert threads != [threading.get_ident()]


# Overrides, and what is missing


def test_overrides_replace_whole_blocks(verify: Verify) -> None:
    assert verify(None, token=token(), jwt=HS).verified
    assert code(verify({"jwt": HS}, token=token(), jwt={"secret": SECRET})) == "ALGORITHM_NOT_ALLOWED"
    assert verify({"jwt": HS}, {"X": token()}, header="X", scheme="").verified
    assert verify({"jwt": HS, "verify": lambda given, headers: False}, token=token(), verify=None).verified
    assert verify({"jwt": HS}, token=token(), verify=lambda given, headers: {"a": 1}).claims == {"a": 1}


def test_without_pyjwt_the_install_line_is_named(verify: Verify, monkeypatch: pytest.MonkeyPatch) -> None:
    signed = token()
    monkeypatch.setitem(sys.modules, "jwt", None)
    result = verify({"jwt": HS}, token=signed)
    assert code(result) == "DEPENDENCY_MISSING"
    assert 'pip install "velt-py[auth]"' in str(result.error)


def test_without_cryptography_the_install_line_is_named(
    verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jwt.algorithms.has_crypto", False)
    auth = {"jwt": {"algorithms": ["RS256"], "public_key": pem(RSA)}}
    result = verify(auth, token=token(key=RSA, algorithm="RS256"))
    assert code(result) == "DEPENDENCY_MISSING"
    assert 'pip install "velt-py[auth]"' in str(result.error)


# Published keys, as far as they can be judged without a network


@pytest.mark.parametrize(
    "body", [b"", b"x", b"[]", b"{}", b'{"keys": {}}', b'{"keys": 5}', b"\xff", b"[" * 99_999]
)
def test_what_is_no_jwks_is_refused(body: bytes) -> None:
    with pytest.raises(JwksError):
        keys_in(body)


def test_only_keys_that_may_check_signatures_are_kept() -> None:
    keys = [
        {"kid": "a", "kty": "RSA"},
        {"kid": "b", "kty": "RSA", "use": "sig"},
        {"kid": "c", "kty": "RSA", "use": "enc"},
        {"kid": "d", "kty": "oct", "k": "AAAA"},
        {"kid": 5, "kty": "RSA"},
        {"kid": "x" * 2000, "kty": "RSA"},
        {"kty": "RSA"},
        5,
        None,
    ]
    assert sorted(keys_in(json.dumps({"keys": keys}).encode())) == ["a", "b"]


def test_addresses_of_keys_do_not_pile_up() -> None:
    cache = JwksCache(HttpSettings())
    for number in range(1000):
        assert cache.known(f"https://x.example/{number}", "k") is None
    assert len(cache._addresses) <= 64
