"""The blocks of the calls to Velt: their address, how they leave this process, who is told of them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Callable, Dict, Mapping, Optional, Sequence, Tuple, cast
from urllib.parse import urlsplit

from velt_py._functions import is_async
from velt_py.config.values import block_of, fail, filled, kind_of, known_only, text_of, texts_of
from velt_py.settings import API_BASE_URL, Hooks, HttpSettings

__all__ = ["HTTP", "api_base_url", "hooks_of", "http_settings"]

HTTP: Sequence[str] = [
    "connect_timeout",
    "read_timeout",
    "retries",
    "max_retry_seconds",
    "proxy",
    "no_proxy",
    "ca_bundle",
    "client_cert",
    "client_key",
    "retry_if",
]


def api_base_url(given: Any, environment: Mapping[str, str]) -> str:
    """Where Velt's REST API is: the key, the environment, else the public host; without a slash at the end."""
    address = text_of("apiBaseUrl", given)
    for variable in ("VELT_API_BASE_URL", "VELT_API_URL"):
        address = address or environment.get(variable)
    if address is None:
        return API_BASE_URL
    if not is_address(address) or "?" in address or "#" in address:
        fail("apiBaseUrl", "an address like https://api.velt.dev is needed, without query and fragment")
    if "@" in address:
        fail("apiBaseUrl", "an address without user name and password is needed")
    return address.rstrip("/")


def is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def http_settings(given: Any, environment: Mapping[str, str]) -> HttpSettings:
    """The block `http`, and what the environment says where the block is silent.

    Args:
        given: the block, or None.
        environment: HTTPS_PROXY, HTTP_PROXY, NO_PROXY (or in small letters), SSL_CERT_FILE, REQUESTS_CA_BUNDLE.

    Raises:
        VeltConfigurationError: names the key at fault.
    """
    block = block_of("http", given) if given is not None else {}
    known_only("http", block, HTTP)
    proxy, no_proxy = block.pop("proxy", None), block.pop("no_proxy", None)
    retry_if = block.pop("retry_if", None)
    values = filled(HttpSettings, "http", block, HTTP)
    values["retry_if"] = functions_of("http.retry_if", retry_if)
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        if not values.get("ca_bundle") and environment.get(variable):
            values["ca_bundle"] = environment[variable]
    if values.get("client_key") and not values.get("client_cert"):
        fail("http.client_cert", "the certificate that belongs to `client_key` is needed")
    values["proxies"] = proxies_of(proxy, environment)
    if no_proxy is None:
        no_proxy = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    listed = no_proxy.split(",") if isinstance(no_proxy, str) else texts_of("http.no_proxy", no_proxy)
    values["no_proxy"] = tuple([entry.strip().lower() for entry in listed if entry.strip()])
    return HttpSettings(**values)


def functions_of(key: str, given: Any) -> Tuple[Callable[..., Any], ...]:
    """One function or a list of them."""
    listed: Sequence[Any] = () if given is None else (given,)
    if isinstance(given, (list, tuple)):
        listed = cast(Sequence[Any], given)
    for each in listed:
        if not callable(each) or is_async(each):
            fail(key, "a plain function is needed, or a list of them; it is called while a call is under way")
    return tuple(listed)


def proxies_of(given: Any, environment: Mapping[str, str]) -> Dict[str, str]:
    if given is not None:
        # An empty text switches the environment's proxies off.
        proxy = text_of("http.proxy", given)
        if proxy is None:
            return {}
        if not is_address(proxy):
            fail("http.proxy", "an address that starts with http:// or https:// is needed")
        return {"http": proxy, "https": proxy}
    https = environment.get("https_proxy") or environment.get("HTTPS_PROXY")
    plain = environment.get("http_proxy")
    if not plain and "REQUEST_METHOD" not in environment:
        # Under CGI a client's header `Proxy` appears as HTTP_PROXY.
        plain = environment.get("HTTP_PROXY")
    return {scheme: proxy for scheme, proxy in (("https", https), ("http", plain)) if proxy}


def hooks_of(given: Any) -> Optional[Hooks]:
    block = block_of("hooks", given)
    known_only("hooks", block, [entry.name for entry in fields(Hooks)])
    hooks = {name: hook_of(f"hooks.{name}", value) for name, value in block.items() if value is not None}
    return Hooks(**hooks) if hooks else None


def hook_of(key: str, value: Any) -> Callable[[Any], object]:
    if not callable(value):
        fail(key, f"a function that takes one event is needed, {kind_of(value)} was given")
    if is_async(value):
        fail(key, "a plain function is needed, also for an AsyncVeltSDK: nobody awaits an `async def`")
    return cast("Callable[[Any], object]", value)
