"""The configuration of HTTP calls, and which proxy a call goes through."""

from __future__ import annotations

from typing import Any, Dict, Optional

import pytest

from velt_py.config import load_settings
from velt_py.exceptions import VeltConfigurationError
from velt_py.net.proxies import bypassed, proxy_for
from velt_py.settings import HttpSettings, Settings


def settings(config: Optional[Dict[str, Any]] = None, **environment: str) -> Settings:
    return load_settings(config or {}, environment)


def test_the_defaults() -> None:
    found = settings()
    assert found.apiBaseUrl == "https://api.velt.dev"
    http = found.http
    assert (http.connect_timeout, http.read_timeout, http.retries, http.max_retry_seconds) == (
        5.0,
        30.0,
        2,
        60.0,
    )
    assert (http.proxies, http.no_proxy, http.ca_bundle, http.client_cert) == ({}, (), None, None)


def test_the_configuration_goes_before_the_environment() -> None:
    environment = {
        "VELT_API_BASE_URL": "https://a.example",
        "VELT_API_URL": "https://b.example",
        "SSL_CERT_FILE": "/e",
    }
    assert settings(**environment).apiBaseUrl == "https://a.example"
    assert settings(VELT_API_URL="https://b.example/x/").apiBaseUrl == "https://b.example/x"
    found = settings({"apiBaseUrl": "http://127.0.0.1:8080/", "http": {"ca_bundle": "/c"}}, **environment)
    assert (found.apiBaseUrl, found.http.ca_bundle) == ("http://127.0.0.1:8080", "/c")


def test_certificates_of_the_environment_are_used_in_order() -> None:
    assert settings(SSL_CERT_FILE="/a", REQUESTS_CA_BUNDLE="/b").http.ca_bundle == "/a"
    assert settings(REQUESTS_CA_BUNDLE="/b").http.ca_bundle == "/b"


@pytest.mark.parametrize(
    ("block", "key"),
    [
        ({"conect_timeout": 1}, "http.conect_timeout"),
        ({"connect_timeout": "1"}, "http.connect_timeout"),
        ({"connect_timeout": 0}, "http.connect_timeout"),
        ({"read_timeout": float("inf")}, "http.read_timeout"),
        ({"read_timeout": True}, "http.read_timeout"),
        ({"retries": -1}, "http.retries"),
        ({"retries": 1.5}, "http.retries"),
        ({"max_retry_seconds": -1}, "http.max_retry_seconds"),
        ({"proxy": 5}, "http.proxy"),
        ({"proxy": "socks5://x:1"}, "http.proxy"),
        ({"proxy": "http://"}, "http.proxy"),
        ({"proxy": "http://[::1"}, "http.proxy"),
        ({"proxy": "http://x:port"}, "http.proxy"),
        ({"no_proxy": 5}, "http.no_proxy"),
        ({"no_proxy": [5]}, "http.no_proxy"),
        ({"ca_bundle": 5}, "http.ca_bundle"),
        ({"client_key": "k.pem"}, "http.client_cert"),
        ("x", "http"),
    ],
)
def test_a_wrong_http_key_is_refused_by_name(block: Any, key: str) -> None:
    with pytest.raises(VeltConfigurationError) as caught:
        settings({"http": block})
    assert caught.value.field == key


def test_an_unknown_http_key_names_the_nearest_right_one() -> None:
    with pytest.raises(VeltConfigurationError, match="did you mean 'read_timeout'"):
        settings({"http": {"readTimeout": 1}})
    with pytest.raises(VeltConfigurationError, match="did you mean 'apiBaseUrl'"):
        settings({"apiBaseURL": "https://x"})


@pytest.mark.parametrize(
    "address",
    [
        "api.velt.dev",
        "ftp://x",
        "https://",
        "https://x?y",
        "https://x#y",
        "https://me:pw@x",
        "http://[x",
        "http://x:99999",
        5,
    ],
)
def test_a_base_url_that_is_no_address_is_refused(address: Any) -> None:
    with pytest.raises(VeltConfigurationError) as caught:
        settings({"apiBaseUrl": address})
    assert caught.value.field == "apiBaseUrl"
    assert "pw" not in str(caught.value)


def test_passwords_of_proxies_stay_out_of_repr_and_messages() -> None:
    found = settings({"http": {"proxy": "http://me:hidden@proxy:3128"}})
    assert "hidden" not in repr(found)
    with pytest.raises(VeltConfigurationError) as caught:
        settings({"http": {"proxy": "socks5://me:hidden@proxy"}})
    assert "hidden" not in str(caught.value)


def test_proxies_are_chosen_by_the_scheme_of_the_address() -> None:
    http = settings(HTTPS_PROXY="http://secure:1", http_proxy="plain:2").http
    assert proxy_for("https://api.example/x", http) == "http://secure:1"
    assert proxy_for("http://api.example/x", http) == "http://plain:2"


def test_small_letters_go_before_capitals_in_the_environment() -> None:
    http = settings(HTTPS_PROXY="http://a:1", https_proxy="http://b:1", NO_PROXY="x", no_proxy="y").http
    assert (http.proxies["https"], http.no_proxy) == ("http://b:1", ("y",))


def test_an_empty_text_switches_the_environments_proxies_off() -> None:
    assert settings({"http": {"proxy": ""}}, HTTPS_PROXY="http://a:1").http.proxies == {}


def test_a_clients_header_cannot_set_a_proxy_under_cgi() -> None:
    assert settings(HTTP_PROXY="http://evil:1", REQUEST_METHOD="POST").http.proxies == {}


def test_a_proxy_of_the_environment_that_is_no_http_proxy_fails_when_it_is_needed() -> None:
    http = settings(HTTPS_PROXY="socks5://me:hidden@x:1").http
    assert proxy_for("http://api.example", http) is None
    with pytest.raises(VeltConfigurationError, match="socks5") as caught:
        proxy_for("https://api.example", http)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "port", "no_proxy", "expected"),
    [
        ("api.example", None, "api.example", True),
        ("API.Example.", None, "api.example", True),
        ("a.api.example", None, "api.example", True),
        ("a.api.example", None, ".api.example", True),
        ("api.example", None, ".api.example", True),
        ("myapi.example", None, "api.example", False),
        ("api.example.org", None, "api.example", False),
        ("api.example", None, "*", True),
        ("api.example", 8080, "api.example:8080", True),
        ("api.example", 8081, "api.example:8080", False),
        ("api.example", None, "api.example:8080", False),
        ("10.1.2.3", None, "10.0.0.0/8", True),
        ("11.1.2.3", None, "10.0.0.0/8", False),
        ("127.0.0.1", 80, "127.0.0.1", True),
        ("::1", None, "::1", True),
        ("::1", None, "[::1]", True),
        ("fe80::1", None, "fe80::/10", True),
        ("api.example", None, "other, api.example", True),
        ("api.example", None, "", False),
        ("api.example", None, ",.,:80", False),
    ],
)
def test_hosts_of_no_proxy(host: str, port: Optional[int], no_proxy: str, expected: bool) -> None:
    listed = settings({"http": {"no_proxy": no_proxy}}).http.no_proxy
    assert bypassed(host, port, listed) is expected


def test_no_proxy_may_be_a_list() -> None:
    assert settings({"http": {"no_proxy": ["A.example", "10.0.0.0/8"]}}).http == HttpSettings(
        no_proxy=("a.example", "10.0.0.0/8")
    )


def test_functions_that_decide_on_retries_are_one_or_a_list() -> None:
    def decide(failure: Any) -> Optional[bool]:
        return None

    assert settings({"http": {"retry_if": decide}}).http.retry_if == (decide,)
    assert settings({"http": {"retry_if": [decide, decide]}}).http.retry_if == (decide, decide)


def test_a_decision_that_is_no_plain_function_is_refused() -> None:
    async def awaited(failure: Any) -> Optional[bool]:
        return None

    for wrong in ("always", [None], awaited):
        with pytest.raises(VeltConfigurationError, match=r"http\.retry_if"):
            settings({"http": {"retry_if": wrong}})
