"""The knowledge base of the memory: files in, their state by the clock, rules and texts out."""

from __future__ import annotations

import csv
import json
import time
from typing import Any, Callable, List

import pytest

from tests.emulator.knowledge import (
    GUIDELINES,
    ONCE,
    PDF,
    PROSE,
    XLSX,
    fetched,
    ingest,
    ingested,
    status,
    word,
)
from tests.emulator.memory import memory_of, raw
from velt_py import VeltJobFailed, VeltSDK
from velt_py.emulator import Emulator


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


def test_the_limit_of_the_process_on_cells_of_tables_stays(sdk: VeltSDK, emulator: Emulator) -> None:
    before = csv.field_size_limit()
    table = f"Area,Rule\nHeader,Must be {'blue' * before}\n"
    source = ingested(sdk, emulator, table, "text/csv", "a.csv")
    assert len(memory_of(sdk).listExtractedRules(sourceId=source)["result"]) == 1
    assert csv.field_size_limit() == before


def test_gaps_in_headings_and_long_paragraphs_are_read_in_bounded_time(
    sdk: VeltSDK, emulator: Emulator
) -> None:
    started = time.perf_counter()
    gap = " " * 50_000
    listed = ingested(sdk, emulator, f"# Tone{gap}of voice ##{gap}\n- Never shout.")
    rules = memory_of(sdk).listExtractedRules(sourceId=listed)["result"]
    assert [(rule["category"], rule["content"]) for rule in rules] == [(f"Tone{gap}of voice", "Never shout.")]
    words = "word " * 100_000
    ingested(sdk, emulator, words)
    assert time.perf_counter() - started < 20


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
