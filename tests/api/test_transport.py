"""Both transports against real servers on the loopback interface."""

from __future__ import annotations

import asyncio
import gzip
import multiprocessing
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, List, Sequence, Union

import pytest

from tests.certificates import Authority
from tests.loopback import Action, Close, Loopback, Proxy, Request, reply
from velt_py.api.messages import Prepared, Reply
from velt_py.api.transport import AiohttpTransport, Urllib3Transport
from velt_py.config import http_settings
from velt_py.exceptions import VeltConfigurationError, VeltNetworkError
from velt_py.settings import HttpSettings

SECRET = "s3cr3t-token"
Ended = Union[Reply, VeltNetworkError]

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(params=["urllib3", "aiohttp"])
def kind(request: Any) -> str:
    return str(request.param)


def call(url: str, path: str = "/v2/x", **more: Any) -> Prepared:
    headers = {"Content-Type": "application/json", "x-velt-auth-token": SECRET}
    return Prepared("test.call", url + path, headers, b'{"data": {}}', **more)


def exchange(kind: str, settings: HttpSettings, calls: Sequence[Prepared]) -> List[Ended]:
    """Send the calls one after the other over one transport."""

    async def awaited() -> List[Ended]:
        transport = AiohttpTransport(settings)
        ended: List[Ended] = []
        for each in calls:
            try:
                ended.append(await transport.send(each))
            except VeltNetworkError as error:
                ended.append(error)
        await transport.close()
        return ended

    if kind == "aiohttp":
        return asyncio.run(awaited())
    transport, ended = Urllib3Transport(settings), []
    for each in calls:
        try:
            ended.append(transport.send(each))
        except VeltNetworkError as error:
            ended.append(error)
    transport.close()
    return ended


def one(kind: str, settings: HttpSettings, prepared: Prepared) -> Reply:
    [ended] = exchange(kind, settings, [prepared])
    assert isinstance(ended, Reply), ended
    return ended


def failure(kind: str, settings: HttpSettings, prepared: Prepared) -> VeltNetworkError:
    [ended] = exchange(kind, settings, [prepared])
    assert isinstance(ended, VeltNetworkError)
    assert SECRET not in f"{ended} {ended!r} {ended.__cause__!r}"
    return ended


def fine(_: Request) -> List[Action]:
    return reply(200, {"result": {"status": "success"}})


def test_a_call_arrives_with_its_path_headers_and_body(kind: str) -> None:
    with Loopback(lambda _: reply(200, {"a": 1}, X_Request_Id="r-1")) as server:
        answer = one(kind, HttpSettings(), call(server.url, "/v2/x/y?z=1"))
    [request] = server.requests
    assert (request.method, request.target, request.body) == ("POST", "/v2/x/y?z=1", b'{"data": {}}')
    assert request.headers["x-velt-auth-token"] == SECRET
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"].startswith("velt-py/")
    assert (answer.status, answer.parsed(), answer.headers["x-request-id"]) == (200, {"a": 1}, "r-1")


def test_calls_one_after_the_other_share_one_connection(kind: str) -> None:
    with Loopback(fine) as server:
        exchange(kind, HttpSettings(), [call(server.url)] * 20)
        assert (len(server.requests), server.connections) == (20, 1)


def test_threads_share_a_bounded_pool() -> None:
    with Loopback(lambda _: [0.002, *reply(200, {})]) as server:
        transport = Urllib3Transport(HttpSettings())
        with ThreadPoolExecutor(100) as threads:
            answers = list(threads.map(lambda _: transport.send(call(server.url)).status, range(1000)))
        transport.close()
        assert answers == [200] * 1000
        assert server.connections <= 64


async def test_calls_in_flight_at_the_same_time_share_a_bounded_pool() -> None:
    with Loopback(lambda _: [0.002, *reply(200, {})]) as server:
        transport = AiohttpTransport(HttpSettings())
        answers = await asyncio.gather(*[transport.send(call(server.url)) for _ in range(500)])
        await transport.close()
        assert [answer.status for answer in answers] == [200] * 500
        assert server.connections <= 256


@pytest.mark.parametrize("status", [200, 201, 301, 307, 400, 401, 404, 429, 500, 502, 503])
def test_any_status_is_a_reply_and_no_redirect_is_followed(kind: str, status: int) -> None:
    with Loopback(fine) as other, Loopback(
        lambda _: reply(status, {}, Location=f"{other.url}/v2/x")
    ) as server:
        assert one(kind, HttpSettings(), call(server.url)).status == status
        assert other.requests == []
        assert len(server.requests) == 1


def test_a_compressed_answer_is_read(kind: str) -> None:
    packed = gzip.compress(b'{"a": "' + b"x" * 10_000 + b'"}')
    with Loopback(lambda _: reply(200, packed, Content_Encoding="gzip")) as server:
        assert len(one(kind, HttpSettings(), call(server.url)).parsed()["a"]) == 10_000


def test_a_chunked_answer_is_read(kind: str) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with Loopback(lambda _: [head, b"3\r\n{}\n\r\n", 0.01, b"1\r\n \r\n0\r\n\r\n"]) as server:
        assert one(kind, HttpSettings(), call(server.url)).parsed() == {}
        assert server.connections == 1


def test_nobody_listening_is_named_and_nothing_was_sent(kind: str) -> None:
    with Loopback(fine) as server:
        url = server.url
    error = failure(kind, HttpSettings(), call(url))
    assert not error.sent
    assert str(error) == f"{url}: Connection refused"


def test_an_unknown_host_is_named_and_nothing_was_sent(kind: str) -> None:
    error = failure(kind, HttpSettings(), call("http://nowhere.invalid"))
    assert not error.sent
    assert str(error).startswith("http://nowhere.invalid: ")


def slow(*actions: Action) -> Any:
    return lambda _: list(actions)


DRIP = [
    action for byte in b"X-Slow: 1234567890123456789012345678901234567890" for action in (bytes([byte]), 0.1)
]

SLOW: Dict[str, List[Action]] = {
    "silence": [30.0],
    "headers that drip": [b"HTTP/1.1 200 OK\r\n", *DRIP],
    "a body that drips": [b"HTTP/1.1 200 OK\r\nContent-Length: 48\r\n\r\n", *DRIP],
    "chunks that drip": [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        *[b"1\r\nx\r\n", 0.1] * 40,
    ],
    "a body that stops": [b"HTTP/1.1 200 OK\r\nContent-Length: 48\r\n\r\n{", 30.0],
}


@pytest.mark.parametrize("actions", SLOW.values(), ids=SLOW.keys())
def test_a_slow_answer_ends_when_its_time_is_over(kind: str, actions: List[Action]) -> None:
    settings = HttpSettings(connect_timeout=0.3, read_timeout=0.4)
    with Loopback(slow(*actions)) as server:
        began = time.monotonic()
        error = failure(kind, settings, call(server.url))
        assert time.monotonic() - began < 1.5
    assert error.sent
    assert "timed out" in str(error)


def test_an_attempt_ends_with_its_own_timeout(kind: str) -> None:
    with Loopback(slow(30.0)) as server:
        began = time.monotonic()
        failure(kind, HttpSettings(), call(server.url, timeout=0.3))
        assert time.monotonic() - began < 1.5


def test_a_host_that_does_not_answer_the_handshake_times_out_before_anything_is_sent(kind: str) -> None:
    # The listener speaks no TLS: the client's greeting is left without an answer.
    with Loopback(slow(30.0)) as server:
        url = server.url.replace("http:", "https:")
        error = failure(kind, HttpSettings(connect_timeout=0.3, read_timeout=5), call(url))
    assert "timed out" in str(error)
    if kind == "urllib3":
        assert not error.sent


BROKEN: Dict[str, List[Action]] = {
    "nothing": [Close],
    "half a status line": [b"HTTP/1.1 2", Close],
    "half the headers": [b"HTTP/1.1 200 OK\r\nContent-Len", Close],
    "half the body": [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", Close],
    "half a chunk": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{", Close],
    "garbage": [b"\x16\x03\x01 what is this\r\n\r\n", Close],
    "bad compression": reply(200, b"not gzip at all", Content_Encoding="gzip"),
}


@pytest.mark.parametrize("actions", BROKEN.values(), ids=BROKEN.keys())
def test_an_answer_that_breaks_off_is_an_error_after_sending(kind: str, actions: List[Action]) -> None:
    with Loopback(slow(*actions)) as server:
        error = failure(kind, HttpSettings(), call(server.url))
        assert len(server.requests) == 1
    assert error.sent
    assert str(error).startswith(f"{server.url}: ")


def test_a_failed_call_does_not_spoil_the_next_one(kind: str) -> None:
    answers = iter([[b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", Close], reply(200, {})])
    with Loopback(lambda _: next(answers)) as server:
        first, second = exchange(kind, HttpSettings(), [call(server.url)] * 2)
    assert isinstance(first, VeltNetworkError)
    assert isinstance(second, Reply)


def test_a_connection_that_the_server_closed_meanwhile_is_not_used_again(kind: str) -> None:
    with Loopback(lambda _: [*reply(200, {}), Close]) as server:

        async def awaited() -> List[int]:
            transport = AiohttpTransport(HttpSettings())
            statuses: List[int] = []
            for _ in range(3):
                statuses.append((await transport.send(call(server.url))).status)
                await asyncio.sleep(0.1)
            await transport.close()
            return statuses

        if kind == "aiohttp":
            assert asyncio.run(awaited()) == [200] * 3
        else:
            transport = Urllib3Transport(HttpSettings())
            for _ in range(3):
                assert transport.send(call(server.url)).status == 200
                time.sleep(0.1)
        assert server.connections == 3


def test_a_closed_transport_opens_again(kind: str) -> None:
    with Loopback(fine) as server:

        async def awaited() -> None:
            transport = AiohttpTransport(HttpSettings())
            await transport.close()
            for _ in range(2):
                assert (await transport.send(call(server.url))).status == 200
                await transport.close()

        if kind == "aiohttp":
            asyncio.run(awaited())
        else:
            transport = Urllib3Transport(HttpSettings())
            transport.close()
            for _ in range(2):
                assert transport.send(call(server.url)).status == 200
                transport.close()
        assert server.connections == 2


def test_another_event_loop_gets_connections_of_its_own() -> None:
    with Loopback(fine) as server:
        transport = AiohttpTransport(HttpSettings())

        async def awaited() -> int:
            answer = await transport.send(call(server.url))
            await transport.close()
            return answer.status

        assert [asyncio.run(awaited()), asyncio.run(awaited())] == [200, 200]


# Trusted certificates


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def test_a_private_authority_is_trusted_when_the_configuration_names_it(
    kind: str, authority: Authority
) -> None:
    with Loopback(fine, authority.server()) as server:
        settings = HttpSettings(ca_bundle=str(authority.file))
        ended = exchange(kind, settings, [call(server.url)] * 5)
        assert [each.status for each in ended if isinstance(each, Reply)] == [200] * 5
        assert server.connections == 1


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_a_private_authority_is_trusted_when_the_environment_names_it(
    kind: str, authority: Authority, variable: str
) -> None:
    with Loopback(fine, authority.server()) as server:
        assert one(kind, http_settings(None, {variable: str(authority.file)}), call(server.url)).status == 200


def test_an_unknown_authority_is_refused_before_anything_is_sent(kind: str, authority: Authority) -> None:
    with Loopback(fine, authority.server()) as server:
        error = failure(kind, HttpSettings(), call(server.url))
        assert server.requests == []
    assert not error.sent
    assert "the certificate is not trusted" in str(error)


def test_a_certificate_of_another_host_is_refused(kind: str, authority: Authority) -> None:
    with Loopback(fine, authority.server(address="127.0.0.9")) as server:
        error = failure(kind, HttpSettings(ca_bundle=str(authority.file)), call(server.url))
        assert server.requests == []
    assert "the certificate is not trusted" in str(error)


def test_the_client_certificate_is_shown(kind: str, authority: Authority) -> None:
    certificate, key = authority.issue("client")
    settings = HttpSettings(ca_bundle=str(authority.file), client_cert=str(certificate), client_key=str(key))
    with Loopback(fine, authority.server(clients=True)) as server:
        assert one(kind, settings, call(server.url)).status == 200
        peer = server.requests[0].peer
    assert peer is not None
    assert peer["subject"] == ((("commonName", "client"),),)


def test_without_the_client_certificate_nothing_is_sent(kind: str, authority: Authority) -> None:
    with Loopback(fine, authority.server(clients=True)) as server:
        failure(kind, HttpSettings(ca_bundle=str(authority.file)), call(server.url))
        assert server.requests == []


@pytest.mark.parametrize("key", ["ca_bundle", "client_cert"])
def test_a_missing_certificate_file_is_a_configuration_error(kind: str, key: str, tmp_path: Path) -> None:
    settings = HttpSettings(**{key: str(tmp_path / "none.pem")})
    with pytest.raises(VeltConfigurationError, match=f"http.{key}") as caught:
        exchange(kind, settings, [call("https://127.0.0.1:1")])
    assert caught.value.field == f"http.{key}"


# Proxies


def through(proxy: str, **more: Any) -> HttpSettings:
    return HttpSettings(proxies={"http": proxy, "https": proxy}, **more)


def test_plain_http_goes_through_the_proxy(kind: str) -> None:
    with Loopback(fine) as server, Proxy() as proxy:
        assert one(kind, through(proxy.url), call(server.url, "/v2/x?y=1")).status == 200
    assert [(each.method, each.target) for each in proxy.seen] == [("POST", f"{server.url}/v2/x?y=1")]
    assert server.requests[0].target == "/v2/x?y=1"


def test_https_goes_through_a_tunnel_which_sees_no_credentials(kind: str, authority: Authority) -> None:
    settings = HttpSettings(ca_bundle=str(authority.file))
    with Loopback(fine, authority.server()) as server, Proxy() as proxy:
        settings = through(proxy.url, ca_bundle=str(authority.file))
        ended = exchange(kind, settings, [call(server.url)] * 3)
        assert [isinstance(each, Reply) for each in ended] == [True] * 3
    assert [(each.method, each.target) for each in proxy.seen] == [("CONNECT", f"127.0.0.1:{server.port}")]
    assert "x-velt-auth-token" not in proxy.seen[0].headers
    assert len(server.requests) == 3


def test_the_proxy_gets_its_own_user_and_password(kind: str, authority: Authority) -> None:
    with Loopback(fine, authority.server()) as server, Proxy() as proxy:
        settings = through(f"http://me:p%40ss@127.0.0.1:{proxy.port}", ca_bundle=str(authority.file))
        assert one(kind, settings, call(server.url)).status == 200
        assert "p%40ss" not in repr(settings)
    assert proxy.seen[0].headers["proxy-authorization"] == "Basic bWU6cEBzcw=="
    assert "proxy-authorization" not in server.requests[0].headers


def test_a_proxy_that_refuses_is_named_and_nothing_was_sent(kind: str, authority: Authority) -> None:
    with Loopback(fine, authority.server()) as server, Proxy(refuse=407) as proxy:
        settings = through(f"http://me:hidden@127.0.0.1:{proxy.port}", ca_bundle=str(authority.file))
        error = failure(kind, settings, call(server.url))
        assert server.requests == []
    assert not error.sent
    assert str(error) == f"{server.url}: the proxy refused the connection"


def test_a_proxy_that_is_down_is_an_error_before_sending(kind: str) -> None:
    with Loopback(fine) as server:
        error = failure(kind, through("http://127.0.0.1:1"), call(server.url))
        assert server.requests == []
    assert not error.sent


def test_a_host_of_no_proxy_is_called_directly(kind: str) -> None:
    with Loopback(fine) as server, Proxy() as proxy:
        assert one(kind, through(proxy.url, no_proxy=("127.0.0.0/8",)), call(server.url)).status == 200
    assert proxy.seen == []


def test_proxies_of_the_environment_are_used(kind: str) -> None:
    with Loopback(fine) as server, Proxy() as proxy:
        assert one(kind, http_settings(None, {"HTTP_PROXY": proxy.url}), call(server.url)).status == 200
        assert len(proxy.seen) == 1
        spared = {"HTTP_PROXY": proxy.url, "NO_PROXY": "localhost,127.0.0.1"}
        assert one(kind, http_settings(None, spared), call(server.url)).status == 200
        assert len(proxy.seen) == 1


# Processes


def _statuses(transport: Urllib3Transport, url: str, results: Any) -> None:
    results.put([transport.send(call(url)).status for _ in range(3)])


def test_a_forked_child_gets_connections_of_its_own_and_leaves_the_parents_alone() -> None:
    with Loopback(fine) as server:
        transport = Urllib3Transport(HttpSettings())
        transport.send(call(server.url))
        context: Any = multiprocessing.get_context("fork")
        results = context.Queue()
        children = [
            context.Process(target=_statuses, args=(transport, server.url, results)) for _ in range(2)
        ]
        for child in children:
            child.start()
        assert [results.get(timeout=20) for _ in children] == [[200] * 3] * 2
        for child in children:
            child.join(20)
        assert transport.send(call(server.url)).status == 200
        assert server.connections == 3
        assert [request.connection for request in server.requests if request.connection == 0] == [0, 0]


def test_a_fork_while_another_thread_opens_the_pool_does_not_hang() -> None:
    with Loopback(fine) as server:
        transport = Urllib3Transport(HttpSettings())
        context: Any = multiprocessing.get_context("fork")
        results = context.Queue()
        held, release = threading.Event(), threading.Event()

        def hold() -> None:
            with transport._opened.lock:
                held.set()
                release.wait(20)

        thread = threading.Thread(target=hold)
        thread.start()
        held.wait(5)
        child = context.Process(target=_statuses, args=(transport, server.url, results))
        child.start()
        assert results.get(timeout=20) == [200] * 3
        child.join(20)
        release.set()
        thread.join()
