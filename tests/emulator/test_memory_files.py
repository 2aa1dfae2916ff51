"""What the knowledge base takes and refuses: types and sizes of files, uploads, fields, calls a minute."""

from __future__ import annotations

import base64
from typing import Any, Callable, Dict, List
from urllib.request import Request, urlopen

import pytest

from tests.emulator.knowledge import (
    GUIDELINES,
    MEGABYTES_5,
    MEGABYTES_30,
    ONCE,
    PDF,
    XLSX,
    ingest,
    put,
    status,
    word,
)
from tests.emulator.memory import memory_of, raw
from velt_py import VeltSDK
from velt_py.emulator import Emulator, EmulatorServer


def test_a_file_of_5_mb_is_taken_inline_and_one_byte_more_refused(sdk: VeltSDK, emulator: Emulator) -> None:
    assert "result" in ingest(sdk, b"a" * MEGABYTES_5)
    more = {
        "base64": base64.b64encode(b"a" * (MEGABYTES_5 + 1)).decode(),
        "mimeType": "text/plain",
        "fileName": "a",
    }
    for size in (MEGABYTES_5 + 1, MEGABYTES_5):
        _, answer = raw(
            emulator, "knowledge/ingest", {"source": "inline", "file": {**more, "fileSize": size}}
        )
        assert word(answer) == "INVALID_ARGUMENT"
        assert answer["error"]["details"]["issues"][0]["path"][0] == "file"


@pytest.mark.parametrize(
    ("mime", "content"),
    [
        (PDF, b"plain"),
        (XLSX, b"%PDF-"),
        ("text/plain", b"\xff\xfe"),
        ("text/csv", b"%PDF-"),
        ("image/png", b"x"),
    ],
    ids=["pdf", "xlsx", "utf8", "csv", "png"],
)
def test_a_file_of_another_type_than_it_says_is_refused(
    emulator: Emulator, mime: str, content: bytes
) -> None:
    file = {
        "base64": base64.b64encode(content).decode(),
        "mimeType": mime,
        "fileName": "a",
        "fileSize": len(content),
    }
    _, answer = raw(emulator, "knowledge/ingest", {"source": "inline", "file": file})
    assert word(answer) == "INVALID_ARGUMENT"
    assert answer["error"]["details"]["issues"][0]["path"] == ["file", "mimeType"]


@pytest.mark.parametrize(
    ("path", "data", "field"),
    [
        ("knowledge/ingest", {"source": "inline", "bas64": 1}, "bas64"),
        ("knowledge/ingest", {"source": "inline", "fileRef": "gs://x"}, "fileRef"),
        ("knowledge/upload-url", {"mimeType": PDF, "fileSize": 1, "filename": "a"}, "filename"),
        ("knowledge/ingest-status", {"sourceId": "s", "id": "s"}, "id"),
        ("knowledge/delete", {"sourceId": "s", "force": True}, "force"),
        ("knowledge/search", {"query": "q", "organizationId": "o"}, "organizationId"),
    ],
)
def test_a_field_that_is_not_known_is_refused_by_its_name(
    emulator: Emulator, path: str, data: Any, field: str
) -> None:
    code, answer = raw(emulator, path, data)
    issues = answer["error"]["details"]["issues"]
    assert (code, word(answer)) == (400, "INVALID_ARGUMENT")
    assert any(each["code"] == "unrecognized_keys" and f"'{field}'" in each["message"] for each in issues)


@pytest.mark.parametrize(
    ("path", "data", "field"),
    [
        ("knowledge/ingest", {}, ["source"]),
        ("knowledge/ingest", {"source": "url"}, ["source"]),
        ("knowledge/ingest", {"source": "inline"}, ["file"]),
        ("knowledge/ingest", {"source": "fileRef", "mimeType": PDF}, ["fileRef"]),
        ("knowledge/ingest", {"source": "fileRef", "fileRef": "gs://x"}, ["mimeType"]),
        ("knowledge/upload-url", {"mimeType": PDF, "fileSize": 1, "documentId": "d"}, ["documentId"]),
        ("knowledge/upload-url", {"mimeType": PDF, "fileSize": MEGABYTES_30 + 1}, ["fileSize"]),
        ("knowledge/upload-url", {"mimeType": PDF, "fileSize": 1, "fileName": "a" * 256}, ["fileName"]),
        ("knowledge/update", {"sourceId": "s", "newContent": ""}, ["newContent"]),
        ("knowledge/download", {}, ["sourceId"]),
        ("knowledge/rules", {"sourceId": 1}, ["sourceId"]),
        ("knowledge/search", {"query": "q", "limit": 0}, ["limit"]),
        ("knowledge/search", {"query": "q", "limit": 51}, ["limit"]),
        ("knowledge/search", {"query": "q", "includeRules": "true"}, ["includeRules"]),
        ("knowledge/search", {"query": "q", "sourceId": ["s"]}, ["sourceId"]),
        ("knowledge/search", {"query": "q", "sourceId": ["s"] * 31}, ["sourceId"]),
    ],
)
def test_a_request_over_an_edge_is_refused_and_names_the_field(
    emulator: Emulator, path: str, data: Any, field: Any
) -> None:
    _, answer = raw(emulator, path, data)
    assert word(answer) == "INVALID_ARGUMENT"
    assert [each["path"] for each in answer["error"]["details"]["issues"]] == [field]


def uploaded(sdk: VeltSDK, emulator: Emulator, content: bytes, mime: str = "text/plain", **more: Any) -> Any:
    made = memory_of(sdk).getUploadUrl(mimeType=mime, fileSize=len(content), **more)["result"]
    assert put(emulator, made["uploadUrl"], content, mime) == (200, b"")
    return made


def by_reference(sdk: VeltSDK, made: Any, mime: str = "text/plain", **more: Any) -> Any:
    return memory_of(sdk).ingestKnowledge(source="fileRef", fileRef=made["fileRef"], mimeType=mime, **more)


def test_a_file_is_put_at_its_address_and_ingested_once(sdk: VeltSDK, emulator: Emulator) -> None:
    made = uploaded(sdk, emulator, GUIDELINES.encode(), fileName="g.txt")
    assert made["expiresAt"] == emulator.clock.milliseconds() + 15 * 60_000
    source = by_reference(sdk, made)["result"]["sourceId"]
    emulator.clock.tick(2)
    assert status(sdk, source)["extractedRulesCount"] == 3
    assert memory_of(sdk).listKnowledgeSources()["result"][0]["fileName"] == "g.txt"
    assert word(by_reference(sdk, made)) == "FAILED_PRECONDITION"
    assert put(emulator, made["uploadUrl"], b"x", "text/plain")[0] == 403


def test_an_upload_with_another_content_type_is_refused(sdk: VeltSDK, emulator: Emulator) -> None:
    made = memory_of(sdk).getUploadUrl(mimeType=PDF, fileSize=1)["result"]
    assert put(emulator, made["uploadUrl"], b"x", "text/plain")[0] == 403
    assert put(emulator, made["uploadUrl"], b"x", PDF, method="GET")[0] == 403
    assert word(by_reference(sdk, made, PDF)) == "FAILED_PRECONDITION"


def test_an_upload_expires_with_its_address(sdk: VeltSDK, emulator: Emulator) -> None:
    made = uploaded(sdk, emulator, b"text")
    emulator.clock.tick(15 * 60)
    assert put(emulator, made["uploadUrl"], b"text", "text/plain")[0] == 403
    assert word(by_reference(sdk, made)) == "FAILED_PRECONDITION"


def test_a_reference_of_another_place_or_api_key_is_denied(
    sdk: VeltSDK, sdk_of: Callable[[str], VeltSDK], emulator: Emulator
) -> None:
    made = uploaded(sdk, emulator, b"text", organizationId="o", documentId="d")
    places: List[Dict[str, str]] = [{}, {"organizationId": "o"}, {"organizationId": "o", "documentId": "e"}]
    for wrong in places:
        assert word(by_reference(sdk, made, **wrong)) == "PERMISSION_DENIED"
    place = {"organizationId": "o", "documentId": "d"}
    assert word(by_reference(sdk_of("other"), made, **place)) == "PERMISSION_DENIED"
    assert "result" in by_reference(sdk, made, **place)


def test_an_uploaded_file_of_30_mb_is_taken_and_one_byte_more_refused(
    sdk: VeltSDK, emulator: Emulator
) -> None:
    whole = uploaded(sdk, emulator, b"%PDF-" + b"\x00" * (MEGABYTES_30 - 5), PDF)
    assert "result" in by_reference(sdk, whole, PDF)
    made = memory_of(sdk).getUploadUrl(mimeType=PDF, fileSize=MEGABYTES_30)["result"]
    put(emulator, made["uploadUrl"], b"%PDF-" + b"\x00" * (MEGABYTES_30 - 4), PDF)
    assert word(by_reference(sdk, made, PDF)) == "INVALID_ARGUMENT"


def test_an_uploaded_file_of_another_type_fails_in_its_ingestion(sdk: VeltSDK, emulator: Emulator) -> None:
    source = by_reference(sdk, uploaded(sdk, emulator, b"plain", PDF), PDF)["result"]["sourceId"]
    emulator.clock.tick(2)
    assert status(sdk, source)["failureReason"] == "unsupported-mime-detected-post-validation"


def test_fifty_upload_urls_can_wait_and_ingesting_one_frees_its_slot(
    sdk: VeltSDK, emulator: Emulator
) -> None:
    first = uploaded(sdk, emulator, b"text")

    def another() -> Any:
        return memory_of(sdk).getUploadUrl(mimeType="text/plain", fileSize=4, options=ONCE)

    for _ in range(49):
        assert "result" in another()
    assert word(another()) == "RESOURCE_EXHAUSTED"
    assert "result" in by_reference(sdk, first)
    assert "result" in another()
    assert word(another()) == "RESOURCE_EXHAUSTED"


@pytest.mark.parametrize(
    ("path", "data", "most"),
    [
        ("knowledge/ingest", {}, 30),
        ("knowledge/delete", {"sourceId": "s"}, 30),
        ("knowledge/upload-url", {}, 100),
        ("knowledge/search", {"query": "q"}, 120),
        ("knowledge/ingest-status", {"sourceId": "s"}, 600),
    ],
)
def test_a_minute_takes_so_many_calls_and_the_next_one_again(
    emulator: Emulator, path: str, data: Any, most: int
) -> None:
    for _ in range(most):
        assert raw(emulator, path, data)[0] != 429
    code, answer = raw(emulator, path, data)
    assert (code, word(answer)) == (429, "RESOURCE_EXHAUSTED")
    assert raw(emulator, path, data, key="other")[0] != 429
    emulator.clock.tick(60)
    assert raw(emulator, path, data)[0] != 429


def test_an_emulator_behind_a_port_serves_its_own_addresses(emulator: Emulator) -> None:
    with EmulatorServer(emulator, port=0) as server:
        sdk = VeltSDK.initialize({"apiKey": "key", "authToken": "token-of-key", "apiBaseUrl": server.url})
        made = memory_of(sdk).getUploadUrl(mimeType="text/plain", fileSize=len(GUIDELINES))["result"]
        assert made["uploadUrl"].startswith(server.url + "/")
        request = Request(
            made["uploadUrl"], GUIDELINES.encode(), {"Content-Type": "text/plain"}, method="PUT"
        )
        with urlopen(request, timeout=10) as answer:
            assert answer.status == 200
        source = by_reference(sdk, made)["result"]["sourceId"]
        emulator.clock.tick(2)
        with urlopen(status(sdk, source)["originalDownloadUrl"], timeout=10) as answer:
            assert answer.read().decode() == GUIDELINES
