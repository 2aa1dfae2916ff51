"""Public keys from a real https address: fetched, kept, and never in a storm."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.certificates import Authority
from tests.loopback import Action, Close, Loopback, Proxy, Request, reply
from velt_py.sdk import AsyncVeltSDK, VeltSDK
from velt_py.selfhosting import jwks
from velt_py.selfhosting.tokens import ResolverAuthService
from velt_py.settings import HttpSettings

RSA = rsa.generate_private_key(65537, 2048)
OTHER = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())


def jwk(key: Any, kid: Any, **more: Any) -> Dict[str, Any]:
    algorithm: Any = jwt.algorithms.ECAlgorithm if key is EC else jwt.algorithms.RSAAlgorithm
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid, **more}


def signed(kid: Optional[str] = "a", key: Any = RSA, algorithm: str = "RS256") -> str:
    headers = None if kid is None else {"kid": kid}
    return jwt.encode({"sub": "u"}, key, algorithm=algorithm, headers=headers)


class Provider(Loopback):
    """An identity provider that publishes `keys`, or answers as told."""

    def __init__(self, authority: Authority) -> None:
        self.keys: List[Any] = [jwk(RSA, "a")]
        self.instead: Optional[List[Action]] = None
        super().__init__(self._answer, authority.server())

    def _answer(self, _: Request) -> List[Action]:
        return self.instead if self.instead is not None else reply(200, {"keys": self.keys})

    @property
    def jwks_url(self) -> str:
        return f"{self.url}/.well-known/jwks.json"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def provider(authority: Authority) -> Iterator[Provider]:
    with Provider(authority) as started:
        assert isinstance(started, Provider)
        yield started


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def service(provider: Provider, authority: Authority) -> ResolverAuthService:
    auth = {"jwt": {"algorithms": ["RS256", "ES256"], "jwks_url": provider.jwks_url}}
    service = ResolverAuthService(auth, HttpSettings(ca_bundle=str(authority.file)))
    service._keys._clock = Clock()
    return service


def after(service: ResolverAuthService, seconds: float) -> None:
    clock: Any = service._keys._clock
    clock.now += seconds


def test_a_published_key_verifies_and_is_fetched_once(
    service: ResolverAuthService, provider: Provider
) -> None:
    for _ in range(10):
        assert service.verify_token(token=signed()).claims == {"sub": "u"}
    [request] = provider.requests
    assert (request.method, request.target) == ("GET", "/.well-known/jwks.json")


def test_keys_of_several_kinds_are_told_apart(service: ResolverAuthService, provider: Provider) -> None:
    provider.keys.append(jwk(EC, "e", alg="ES256"))
    assert service.verify_token(token=signed("e", EC, "ES256")).verified
    assert service.verify_token(token=signed("a")).verified
    assert service.verify_token(token=signed("e")).errorCode == "KEY_RESOLUTION_FAILED"
    assert service.verify_token(token=signed("a", EC, "ES256")).errorCode == "KEY_RESOLUTION_FAILED"


def test_a_key_for_another_algorithm_is_not_used(service: ResolverAuthService, provider: Provider) -> None:
    provider.keys = [jwk(RSA, "a", alg="PS256")]
    assert service.verify_token(token=signed()).errorCode == "KEY_RESOLUTION_FAILED"


def test_a_token_signed_with_another_key_is_refused(service: ResolverAuthService) -> None:
    assert service.verify_token(token=signed("a", OTHER)).errorCode == "INVALID_SIGNATURE"


@pytest.mark.parametrize("kid", [None, "", "x" * 2000])
def test_a_token_that_names_no_key_asks_nobody(
    service: ResolverAuthService, provider: Provider, kid: Optional[str]
) -> None:
    assert service.verify_token(token=signed(kid)).errorCode == "KEY_RESOLUTION_FAILED"
    assert provider.requests == []


def test_a_new_key_is_found_when_the_provider_rotates(
    service: ResolverAuthService, provider: Provider
) -> None:
    assert service.verify_token(token=signed()).verified
    provider.keys = [jwk(OTHER, "b")]
    after(service, jwks.REFETCH_AFTER)
    assert service.verify_token(token=signed("b", OTHER)).verified
    assert service.verify_token(token=signed("a")).errorCode == "KEY_RESOLUTION_FAILED"


def test_hostile_kids_start_no_storm(service: ResolverAuthService, provider: Provider) -> None:
    assert service.verify_token(token=signed()).verified
    for round in range(3):
        for number in range(100):
            hostile = signed(f"hostile-{round}-{number}", OTHER)
            assert service.verify_token(token=hostile).errorCode == "KEY_RESOLUTION_FAILED"
        assert service.verify_token(token=signed()).verified
        after(service, jwks.REFETCH_AFTER)
    assert len(provider.requests) <= 3


def test_threads_wait_for_one_fetch(service: ResolverAuthService, provider: Provider) -> None:
    provider.instead = [0.2, *reply(200, {"keys": provider.keys})]
    with ThreadPoolExecutor(20) as threads:
        results = list(threads.map(lambda _: service.verify_token(token=signed()).verified, range(20)))
    assert results == [True] * 20
    assert len(provider.requests) == 1


def test_keys_are_fetched_anew_after_a_while(service: ResolverAuthService, provider: Provider) -> None:
    assert service.verify_token(token=signed()).verified
    after(service, jwks.FRESH_FOR + 1)
    provider.keys = []
    assert service.verify_token(token=signed()).errorCode == "KEY_RESOLUTION_FAILED"
    assert len(provider.requests) == 2


def test_keys_outlive_an_outage_of_the_provider_but_not_for_long(
    service: ResolverAuthService, provider: Provider
) -> None:
    assert service.verify_token(token=signed()).verified
    provider.instead = reply(503)
    after(service, jwks.FRESH_FOR + 1)
    assert service.verify_token(token=signed()).verified
    assert service.verify_token(token=signed()).verified
    assert len(provider.requests) == 2
    after(service, jwks.USED_FOR)
    assert service.verify_token(token=signed()).errorCode == "KEY_RESOLUTION_FAILED"
    provider.instead = None
    after(service, jwks.REFETCH_AFTER)
    assert service.verify_token(token=signed()).verified


BAD: Dict[str, List[Action]] = {
    "an error": reply(500, {}),
    "not found": reply(404, {}),
    "no content": reply(204),
    "no JSON": reply(200, b"<html>"),
    "no keys": reply(200, {}),
    "too large": reply(200, b'{"keys": []}' + b" " * jwks.MAX_BYTES),
    "an endless body": [b"HTTP/1.1 200 OK\r\n\r\n", *[b" " * 65536] * 64],
    "broken off": [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", Close],
    "nothing": [Close],
    "a damaged key": reply(200, {"keys": [{"kid": "a", "kty": "RSA", "n": "!", "e": "AQAB"}]}),
    "half a key": reply(200, {"keys": [{"kid": "a", "kty": "RSA"}]}),
    "a secret": reply(200, {"keys": [{"kid": "a", "kty": "oct", "k": "AAAA"}]}),
}


@pytest.mark.parametrize("actions", BAD.values(), ids=BAD.keys())
def test_a_bad_answer_of_the_provider_lets_nobody_in(
    service: ResolverAuthService, provider: Provider, actions: List[Action]
) -> None:
    provider.instead = actions
    result = service.verify_token(token=signed())
    assert (result.verified, result.errorCode) == (False, "KEY_RESOLUTION_FAILED")
    assert service.verify_token(token=signed()).errorCode == "KEY_RESOLUTION_FAILED"
    assert len(provider.requests) == 1


def test_a_redirect_of_the_provider_is_not_followed(
    service: ResolverAuthService, provider: Provider, authority: Authority
) -> None:
    with Provider(authority) as other:
        provider.instead = reply(302, {}, Location=f"{other.url}/jwks")
        assert service.verify_token(token=signed()).errorCode == "KEY_RESOLUTION_FAILED"
        assert other.requests == []


def test_a_provider_that_drips_ends_in_bounded_time(
    service: ResolverAuthService, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jwks, "FETCH_SECONDS", 0.4)
    provider.instead = [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", *[b" ", 0.1] * 60]
    began = time.monotonic()
    assert service.verify_token(token=signed()).errorCode == "KEY_RESOLUTION_FAILED"
    assert time.monotonic() - began < 2


def test_plain_http_is_refused_and_asks_nobody(authority: Authority) -> None:
    with Loopback(lambda _: reply(200, {"keys": [jwk(RSA, "a")]})) as plain:
        auth = {"jwt": {"algorithms": ["RS256"], "jwks_url": f"{plain.url}/jwks"}}
        assert ResolverAuthService(auth).verify_token(token=signed()).errorCode == "KEY_RESOLUTION_FAILED"
        assert plain.requests == []


def test_a_provider_with_an_unknown_certificate_is_not_trusted(provider: Provider) -> None:
    auth = {"jwt": {"algorithms": ["RS256"], "jwks_url": provider.jwks_url}}
    result = ResolverAuthService(auth, HttpSettings()).verify_token(token=signed())
    assert result.errorCode == "KEY_RESOLUTION_FAILED"
    assert "certificate is not trusted" in str(result.error)
    assert provider.requests == []


def test_keys_are_fetched_through_the_proxy(provider: Provider, authority: Authority) -> None:
    auth = {"jwt": {"algorithms": ["RS256"], "jwks_url": provider.jwks_url}}
    with Proxy() as proxy:
        settings = HttpSettings(ca_bundle=str(authority.file), proxies={"https": proxy.url})
        assert ResolverAuthService(auth, settings).verify_token(token=signed()).verified
        assert [each.method for each in proxy.seen] == ["CONNECT"]


def test_what_is_logged_names_the_host_and_no_token(
    service: ResolverAuthService, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "velt_py")
    provider.instead = reply(500, {})
    token = signed()
    service.verify_token(token=token)
    assert "velt.jwks.failed" in [record.message for record in caplog.records]
    assert token not in repr([record.__dict__ for record in caplog.records])


def config(provider: Provider, authority: Authority) -> Dict[str, Any]:
    return {
        "resolver_auth": {"jwt": {"algorithms": ["RS256"], "jwks_url": provider.jwks_url}},
        "http": {"ca_bundle": str(authority.file)},
    }


def test_the_sync_sdk_verifies_without_a_database(provider: Provider, authority: Authority) -> None:
    with VeltSDK.initialize(config(provider, authority)) as sdk:
        result = sdk.selfHosting.verifyToken({"Authorization": f"Bearer {signed()}"})
        assert (result.verified, result.claims) == (True, {"sub": "u"})
        assert sdk.selfHosting.verifyToken().errorCode == "MISSING_TOKEN"


async def test_the_async_sdk_fetches_keys_beside_the_loop(provider: Provider, authority: Authority) -> None:
    provider.instead = [0.3, *reply(200, {"keys": provider.keys})]
    async with AsyncVeltSDK.initialize(config(provider, authority)) as sdk:
        verdict = asyncio.ensure_future(sdk.selfHosting.verifyToken(token=signed()))
        beats = 0
        while not verdict.done():
            await asyncio.sleep(0.01)
            beats += 1
        assert verdict.result().claims == {"sub": "u"}
        assert beats >= 10
        # With the key at hand no thread is needed.
        before = threading.active_count()
        assert (await sdk.selfHosting.verifyToken(token=signed())).verified
        assert threading.active_count() <= before
