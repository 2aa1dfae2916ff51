"""The clients that the REST benchmark compares: each makes one call, blocking or awaited.

All of them post the same fields with the same headers and parse the answer, but for Liveblocks' client, which lists
as many rooms. Each client's library is imported by its own class only: they live in several environments.
"""

from __future__ import annotations

import json
import ssl
import threading
from typing import Any, Callable, Dict
from urllib.parse import urlsplit

__all__ = ["AWAITED", "CLIENTS", "count"]

PATH = "/v2/organizations/documents/get"
FIELDS: Dict[str, Any] = {
    "organizationId": "organization",
    "documentIds": [f"document-{number}" for number in range(5)],
    "pageSize": 50,
}
HEADERS = {
    "User-Agent": "bare/1.0",
    "Accept-Encoding": "gzip, deflate",
    "Content-Type": "application/json",
    "x-velt-api-key": "key-of-the-benchmark",
    "x-velt-auth-token": "token-of-the-benchmark",
}
CREDENTIALS = {"apiKey": HEADERS["x-velt-api-key"], "authToken": HEADERS["x-velt-auth-token"]}


def body() -> bytes:
    return json.dumps({"data": FIELDS}).encode()


def count(answer: Any) -> int:
    """Documents in an answer."""
    return len(answer["result"]["data"])


class Ours:
    """`VeltSDK`."""

    def __init__(self, url: str, bundle: str, workers: int) -> None:
        from velt_py import VeltSDK
        from velt_py.models.document import GetDocumentsRequest

        config = {**CREDENTIALS, "apiBaseUrl": url, "http": {"ca_bundle": bundle}}
        self.sdk = VeltSDK.initialize(config)
        self.request = GetDocumentsRequest

    def call(self) -> int:
        return count(self.sdk.api.documents.getDocuments(self.request(**FIELDS)))


class OursAsync:
    """`AsyncVeltSDK`."""

    def __init__(self, url: str, bundle: str, workers: int) -> None:
        from velt_py import AsyncVeltSDK
        from velt_py.models.document import GetDocumentsRequest

        config = {**CREDENTIALS, "apiBaseUrl": url, "http": {"ca_bundle": bundle}}
        self.sdk = AsyncVeltSDK.initialize(config)
        self.request = GetDocumentsRequest

    async def call(self) -> int:
        return count(await self.sdk.api.documents.getDocuments(self.request(**FIELDS)))

    async def close(self) -> None:
        await self.sdk.close()


class Published:
    """velt-py 0.3.0, which takes its host from a constant and its certificates from the environment."""

    def __init__(self, url: str, bundle: str, workers: int) -> None:
        from velt_py import VeltSDK
        from velt_py.models.document import GetDocumentsRequest
        from velt_py.services.api.base_api_service import BaseApiService

        service: Any = BaseApiService
        service.VELT_API_BASE_URL = url
        self.sdk: Any = VeltSDK.initialize(CREDENTIALS)
        self.request: Any = GetDocumentsRequest

    def call(self) -> int:
        return count(self.sdk.api.documents.getDocuments(self.request(**FIELDS)))


class HttpClient:
    """`http.client`: one kept connection for each thread."""

    def __init__(self, url: str, bundle: str, workers: int) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port
        self.tls = ssl.create_default_context(cafile=bundle) if parts.scheme == "https" else None
        self.own = threading.local()

    def call(self) -> int:
        import http.client

        connection = getattr(self.own, "connection", None)
        if connection is None:
            if self.tls is None:
                connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
            else:
                connection = http.client.HTTPSConnection(self.host, self.port, timeout=30, context=self.tls)
            self.own.connection = connection
        connection.request("POST", PATH, body(), HEADERS)
        return count(json.loads(connection.getresponse().read()))


class Urllib3:
    """A pool of urllib3."""

    def __init__(self, url: str, bundle: str, workers: int) -> None:
        import urllib3

        parts = urlsplit(url)
        options: Dict[str, Any] = {"maxsize": workers, "block": True}
        options["timeout"] = urllib3.Timeout(connect=5, read=30)
        kind: Any = urllib3.HTTPConnectionPool
        if parts.scheme == "https":
            kind = urllib3.HTTPSConnectionPool
            options["ssl_context"] = ssl.create_default_context(cafile=bundle)
        self.pool = kind(parts.hostname, parts.port, **options)

    def call(self) -> int:
        answer = self.pool.request("POST", PATH, body=body(), headers=HEADERS, retries=False)
        return count(json.loads(answer.data))


class Aiohttp:
    """A session of aiohttp."""

    def __init__(self, url: str, bundle: str, workers: int) -> None:
        self.url = url + PATH
        self.workers = workers
        self.tls: Any = ssl.create_default_context(cafile=bundle) if url.startswith("https") else True
        self.session: Any = None

    async def call(self) -> int:
        import aiohttp

        if self.session is None:
            self.session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=max(1, self.workers), ssl=self.tls),
                timeout=aiohttp.ClientTimeout(total=35, sock_connect=5, sock_read=30),
            )
        async with self.session.post(self.url, data=body(), headers=HEADERS) as answer:
            return count(json.loads(await answer.read()))

    async def close(self) -> None:
        await self.session.close()


class Liveblocks:
    """Liveblocks' client for its own API."""

    def __init__(self, url: str, bundle: str, workers: int) -> None:
        from liveblocks import Liveblocks as Client

        self.client: Any = Client(secret="sk_benchmark", base_url=url)

    def call(self) -> int:
        return len(self.client.get_rooms().data)


CLIENTS: Dict[str, Callable[[str, str, int], Any]] = {
    "ours": Ours,
    "ours-async": OursAsync,
    "published": Published,
    "http.client": HttpClient,
    "urllib3": Urllib3,
    "aiohttp": Aiohttp,
    "liveblocks": Liveblocks,
}

AWAITED = ("ours-async", "aiohttp")
