"""The knowledge base of the memory: files in, their state by the clock, rules and texts out."""

from __future__ import annotations

import base64
import json
from typing import Any, Callable, Dict, List, Tuple
from urllib.parse import urlsplit

import pytest

from velt_py import VeltJobFailed, VeltSDK
from velt_py.emulator import Emulator

GUIDELINES = """# Claims

- Medical claims must cite a source.
- Never promise a cure.

# Pictures

1. Pictures must be WEBP.
"""
PROSE = "Our readers buy for enterprises.\n\nThey like short sentences about databases."
ONCE = {"retries": 0}
MEGABYTES_5, MEGABYTES_30 = 5 * 1024 * 1024, 30 * 1024 * 1024
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def memory_of(sdk: VeltSDK) -> Any:
    """Untyped: the tests send what the signatures refuse."""
    return sdk.api.memory


def ingest(sdk: VeltSDK, content: Any, mime: str = "text/plain", name: str = "a.txt", **more: Any) -> Any:
    held = content.encode() if isinstance(content, str) else content
    file = {
        "base64": base64.b64encode(held).decode(),
        "mimeType": mime,
        "fileName": name,
        "fileSize": len(held),
    }
    return memory_of(sdk).ingestKnowledge(source="inline", file=file, **more)


def ingested(sdk: VeltSDK, emulator: Emulator, content: Any, *args: Any, **more: Any) -> str:
    answer = ingest(sdk, content, *args, **more)
    assert "result" in answer, answer
    emulator.clock.tick(2)
    return str(answer["result"]["sourceId"])


def status(sdk: VeltSDK, source: str) -> Any:
    return memory_of(sdk).getIngestStatus(sourceId=source)["result"]


def raw(emulator: Emulator, path: str, data: Any, key: str = "key") -> Any:
    """A request as the SDK would not send it."""
    headers = {"x-velt-api-key": key, "x-velt-auth-token": f"token-of-{key}"}
    body = json.dumps({"data": data}).encode()
    code, _, answer = emulator.handle("POST", f"/v2/memory/{path}", headers, body)
    return code, json.loads(answer)


def put(emulator: Emulator, url: str, content: bytes, mime: str, method: str = "PUT") -> Tuple[int, bytes]:
    parts = urlsplit(url)
    code, _, answer = emulator.handle(method, f"{parts.path}?{parts.query}", {"Content-Type": mime}, content)
    return code, answer


def fetched(emulator: Emulator, url: str) -> Tuple[int, Dict[str, str], bytes]:
    parts = urlsplit(url)
    return emulator.handle("GET", f"{parts.path}?{parts.query}", {}, b"")


def word(answer: Any) -> Any:
    return answer["error"]["status"]


def test_a_source_is_added_got_updated_got_deleted_and_gone(sdk: VeltSDK, emulator: Emulator) -> None:
    memory = memory_of(sdk)
    answer = ingest(sdk, GUIDELINES)["result"]
    source = answer.pop("sourceId")
    assert answer == {"status": "processing", "message": "Knowledge ingestion task enqueued."}
    assert status(sdk, source)["status"] == "processing"
    emulator.clock.tick(2)
    assert [rule["content"] for rule in memory.listExtractedRules(sourceId=source)["result"]] == [
        "Medical claims must cite a source.",
        "Never promise a cure.",
        "Pictures must be WEBP.",
    ]
    changed = memory.updateKnowledge(
        sourceId=source, newContent="- Never promise a cure.\n- Pictures must be AVIF."
    )
    assert changed["result"] == {
        "diff": {
            "added": ["Pictures must be AVIF."],
            "removed": ["Medical claims must cite a source.", "Pictures must be WEBP."],
            "unchanged": 1,
        },
        "newVersion": 2,
    }
    assert memory.downloadCanonicalMarkdown(sourceId=source)["result"].startswith("- Never")
    assert [each["id"] for each in memory.listKnowledgeSources()["result"]] == [source]
    assert memory.deleteKnowledge(sourceId=source)["result"] == {
        "status": "deleted",
        "sourceId": source,
        "deletedChunks": 0,
        "deletedRules": 2,
    }
    for ask in (memory.getIngestStatus, memory.listExtractedRules, memory.deleteKnowledge):
        assert word(ask(sourceId=source)) == "NOT_FOUND"
    assert memory.downloadCanonicalMarkdown(sourceId=source)["result"] is None
    assert memory.listKnowledgeSources()["result"] == []


def test_the_sdk_waits_until_the_clock_has_passed_the_ingestion(sdk: VeltSDK, emulator: Emulator) -> None:
    source = ingest(sdk, PROSE)["result"]["sourceId"]
    seen: List[str] = []
    handle = emulator.handle

    def moved(method: str, path: str, headers: Any, body: bytes) -> Any:
        answer = handle(method, path, headers, body)
        seen.append(json.loads(answer[2])["result"]["status"])
        emulator.clock.tick(1)
        return answer

    emulator.handle = moved  # type: ignore[method-assign]
    done = memory_of(sdk).getIngestStatus.wait(
        sourceId=source, options={"first_wait": 0.001, "max_wait": 0.001}
    )
    assert seen == ["processing", "processing", "completed"]
    assert (done["result"]["chunkCount"], done["result"]["extractedRulesCount"]) == (1, 0)


@pytest.mark.parametrize(
    ("mime", "content", "reason"),
    [(PDF, b"%PDF-1.7 /Encrypt 5 0 R", "pdf-llm-conversion-failed")],
    ids=["encrypted"],
)
def test_a_file_that_cannot_be_read_fails_and_the_wait_says_so(
    sdk: VeltSDK, emulator: Emulator, mime: str, content: bytes, reason: str
) -> None:
    source = ingested(sdk, emulator, content, mime, "a.pdf")
    found = status(sdk, source)
    assert (found["status"], found["failureReason"]) == ("failed", reason)
    assert not {"chunkCount", "originalDownloadUrl"} & set(found)
    with pytest.raises(VeltJobFailed):
        memory_of(sdk).getIngestStatus.wait(sourceId=source)
    assert memory_of(sdk).downloadCanonicalMarkdown(sourceId=source)["result"] is None


def test_rules_stand_under_their_headings(sdk: VeltSDK, emulator: Emulator) -> None:
    source = ingested(sdk, emulator, GUIDELINES)
    rules = memory_of(sdk).listExtractedRules(sourceId=source)["result"]
    assert [(rule["category"], rule["index"]) for rule in rules] == [
        ("Claims", 0),
        ("Claims", 1),
        ("Pictures", 2),
    ]
    assert len({rule["id"] for rule in rules}) == 3


def test_prose_has_chunks_and_no_versions(sdk: VeltSDK, emulator: Emulator) -> None:
    source = ingested(sdk, emulator, PROSE)
    answer: Any = memory_of(sdk).updateKnowledge(sourceId=source, newContent="x")
    assert answer["error"] == {
        "message": "Version diff is only supported for rule-based knowledge sources.",
        "status": "FAILED_PRECONDITION",
    }
    deleted = memory_of(sdk).deleteKnowledge(sourceId=source)["result"]
    assert (deleted["deletedChunks"], deleted["deletedRules"]) == (1, 0)


def test_a_table_becomes_rules_that_name_their_columns(sdk: VeltSDK, emulator: Emulator) -> None:
    table = "Area,Rule\nHeader,Must be blue\nFooter,Never animate\n"
    source = ingested(sdk, emulator, table, "text/csv", "a.csv")
    assert [rule["content"] for rule in memory_of(sdk).listExtractedRules(sourceId=source)["result"]] == [
        "Area: Header; Rule: Must be blue",
        "Area: Footer; Rule: Never animate",
    ]


@pytest.mark.parametrize(
    ("mime", "start"), [(PDF, b"%PDF-1.7\n"), (XLSX, b"PK\x03\x04\n")], ids=["pdf", "xlsx"]
)
def test_what_is_readable_in_other_files_is_found_and_flagged(
    sdk: VeltSDK, emulator: Emulator, mime: str, start: bytes
) -> None:
    source = ingested(sdk, emulator, start + b"\xff\x00(Zebra crossing) Tj\x00", mime, "a.bin")
    found = status(sdk, source)
    assert (found["metadata"], found["chunkCount"]) == ({"usedRawFallback": True}, 1)
    assert memory_of(sdk).searchKnowledge(query="zebra")["result"]["recordsSearched"] == 1


def test_files_and_texts_are_got_for_fifteen_minutes(sdk: VeltSDK, emulator: Emulator) -> None:
    found = status(sdk, ingested(sdk, emulator, GUIDELINES))
    for name, mime in (("originalDownloadUrl", "text/plain"), ("canonicalMdDownloadUrl", "text/markdown")):
        code, headers, body = fetched(emulator, found[name])
        assert (code, headers["Content-Type"].partition(";")[0], body.decode()) == (200, mime, GUIDELINES)
        assert fetched(emulator, found[name].replace("signature=", "signature=0"))[0] == 403
        assert fetched(emulator, found[name].replace("/key/", "/other/"))[0] == 403
    emulator.clock.tick(15 * 60)
    assert fetched(emulator, found["originalDownloadUrl"])[0] == 403


def test_a_duplicate_shows_the_first_source_and_holds_it(sdk: VeltSDK, emulator: Emulator) -> None:
    memory = memory_of(sdk)
    first = ingested(sdk, emulator, GUIDELINES)
    second = ingest(sdk, GUIDELINES)["result"]["sourceId"]
    found = status(sdk, second)
    assert (found["dedupOf"], found["status"], found["extractedRulesCount"]) == (first, "completed", 3)
    held: Any = memory.deleteKnowledge(sourceId=first, options=ONCE)
    assert (word(held), held["error"]["details"]) == ("ABORTED", {"dependentCount": 1})
    gone = memory.deleteKnowledge(sourceId=second)["result"]
    assert (gone["deletedRules"], gone["deletedChunks"]) == (0, 0)
    assert memory.deleteKnowledge(sourceId=first)["result"]["deletedRules"] == 3


def test_a_source_that_is_processing_cannot_be_deleted(sdk: VeltSDK, emulator: Emulator) -> None:
    source = ingest(sdk, PROSE)["result"]["sourceId"]
    code, answer = raw(emulator, "knowledge/delete", {"sourceId": source})
    assert (code, word(answer)) == (409, "ABORTED")


def test_the_last_hundred_sources_are_listed_the_newest_first(sdk: VeltSDK, emulator: Emulator) -> None:
    sources: List[str] = []
    for number in range(101):
        sources.append(ingest(sdk, f"Text {number}")["result"]["sourceId"])
        emulator.clock.tick(3)
    listed = memory_of(sdk).listKnowledgeSources()["result"]
    assert [each["id"] for each in listed] == sources[:0:-1]
    assert "markdown" not in listed[0]


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


def test_chunks_are_searched_and_rules_too_when_asked(sdk: VeltSDK, emulator: Emulator) -> None:
    rules, prose = (
        ingested(sdk, emulator, GUIDELINES),
        ingested(sdk, emulator, PROSE + "\n\nNo cure for noise."),
    )
    search = memory_of(sdk).searchKnowledge
    plain = search(query="promise a cure")["result"]
    assert [set(each) for each in plain["results"]] == [{"sourceId", "text", "score"}]
    found = search(query="promise a cure", includeRules=True)["result"]["results"]
    assert [(each["kind"], each["sourceId"]) for each in found] == [("rule", rules), ("chunk", prose)]
    assert found[0]["score"] < found[1]["score"]
    assert found[0]["category"] == "Claims"
    known = memory_of(sdk).listExtractedRules(sourceId=rules)["result"]
    assert found[0]["ruleId"] == known[1]["id"]
    only = search(query="promise a cure", includeRules=True, sourceId=prose)["result"]["results"]
    assert [each["sourceId"] for each in only] == [prose]
    both = search(query="promise a cure", includeRules=True, sourceId=[rules, prose], limit=1)["result"]
    assert (both["recordsSearched"], both["results"][0]["sourceId"]) == (1, rules)


def test_what_shares_no_word_or_is_not_known_is_not_found(sdk: VeltSDK, emulator: Emulator) -> None:
    ingested(sdk, emulator, PROSE)
    for asked in ({"query": "zebra"}, {"query": "sentences", "sourceId": "src_none"}):
        found = memory_of(sdk).searchKnowledge(**asked)["result"]
        assert found == {"results": [], "recordsSearched": 0}


def test_a_question_without_words_gives_the_last_texts_without_scores(
    sdk: VeltSDK, emulator: Emulator
) -> None:
    for text in ("Older text.", "Newer text."):
        ingested(sdk, emulator, text)
    found = memory_of(sdk).searchKnowledge(query="?!")["result"]["results"]
    assert [each["text"] for each in found] == ["Newer text.", "Older text."]
    assert not any("score" in each for each in found)


def test_two_api_keys_never_see_the_knowledge_of_each_other(
    sdk: VeltSDK, sdk_of: Callable[[str], VeltSDK], emulator: Emulator
) -> None:
    source, other = ingested(sdk, emulator, PROSE), memory_of(sdk_of("other"))
    assert other.listKnowledgeSources()["result"] == []
    assert other.searchKnowledge(query="sentences", sourceId=source)["result"]["results"] == []
    assert other.downloadCanonicalMarkdown(sourceId=source)["result"] is None
    assert word(other.deleteKnowledge(sourceId=source)) == "NOT_FOUND"
    emulator.reset("other")
    assert status(sdk, source)["status"] == "completed"
