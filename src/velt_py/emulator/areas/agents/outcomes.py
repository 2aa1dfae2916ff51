"""What a run of an agent finds: what a script says, by its findings or by its rules over texts.

The script of `agents.runAgentExecution` is an object, all of it may be absent:

- `findings`: those of the first page, each with `title`, `description`, `severity` and so on.
- `pages`: the further pages that the run reads, each with its `url`, and `findings`, `text` or `error`.
- `text`: what stands on the first page. `rules`: objects with a `pattern` (a regular expression) and a `finding`; each
  place of a text that matches is one, with the place as its `targetText`.
- `status`: `skipped`, or `error` with `error`: nothing is read.
- `afterMs`: how long the run takes, in milliseconds.
- `llmModel`, `tokenUsage`: what the run says of itself. `output`: what the step of a workflow shows beside the usual.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Tuple, cast

from velt_py.emulator.patterns import pattern_fault, spans_of
from velt_py.emulator.refusals import invalid

__all__ = ["SEVERITIES", "duration_of", "ended", "output_of", "pages_of", "usage_of"]

Document = Dict[str, Any]

SEVERITIES = ("critical", "high", "medium", "low", "info")
NOTHING: Document = {
    "title": "Finding",
    "description": "",
    "severity": "medium",
    "targetText": "",
    "occurrence": 1,
    "suggestion": "",
    "htmlSelector": "",
    "targetElementXpath": "",
    "issueType": "",
    "confidence": 100,
    "source": "instructions",
}
LONGEST = 10**12
MOST = 1000
"""Findings of a page."""
TAG = re.compile(r"<[^<>]*>")
COUNTS = ("promptTokens", "completionTokens", "thoughtsTokens")


def pages_of(script: Any, url: str, most: int, guarded: bool) -> List[Document]:
    """The pages of a run, each with `url`, `findings` and `error`.

    Args:
        script: the payload of a script; None when there is none.
        url: of the first page.
        most: pages at most.
        guarded: whether findings are made clean, and each is kept once.

    Raises:
        Refused: the script makes no sense.
    """
    told = _object(script, "the script")
    rules = _rules(told)
    given = [{**told, "url": url}]
    given.extend(_object(each, "pages[]") for each in _list(told, "pages"))
    pages: List[Document] = []
    for entry in given[:most]:
        address = entry.get("url")
        if not isinstance(address, str) or not address:
            raise _wrong("pages[].url must be a text")
        if any(page["url"] == address for page in pages):
            continue
        findings = [_finding(each, address) for each in _list(entry, "findings")]
        findings.extend(_matches(rules, str(entry.get("text") or ""), address))
        fault = entry.get("error") if entry is not given[0] else None
        kept = _once([_clean(each) for each in findings]) if guarded else findings
        for number, each in enumerate(kept[:MOST], 1):
            each.setdefault("id", f"finding-{number}")
        pages.append(
            {"url": address, "findings": kept[:MOST], "error": None if fault is None else str(fault)}
        )
    return pages


def ended(script: Any) -> Tuple[str, str]:
    """How a script says that a run ends without reading anything, and why; twice empty when it does not.

    Raises:
        Refused: the script makes no sense.
    """
    told = _object(script, "the script")
    status = told.get("status")
    if status not in (None, "skipped", "error"):
        raise _wrong("status can be skipped or error; the others follow from the findings")
    return (status or "", str(told.get("error") or "The run failed, as the script says."))


def duration_of(script: Any, usual: int) -> int:
    """How long a run takes, in milliseconds, as a script says.

    Args:
        script: the payload of a script; None when there is none.
        usual: the milliseconds when it does not.

    Raises:
        Refused: the script makes no sense.
    """
    wanted = _object(script, "the script").get("afterMs", usual)
    if isinstance(wanted, bool) or not isinstance(wanted, int) or not 0 <= wanted <= LONGEST:
        raise _wrong(f"afterMs must be a whole number of milliseconds from 0 to {LONGEST}")
    return wanted


def output_of(script: Any) -> Document:
    """What the step of a workflow shows beside the usual, as a script says.

    Raises:
        Refused: the script makes no sense.
    """
    return _object(_object(script, "the script").get("output"), "output")


def usage_of(script: Any) -> Document:
    """The tokens of a run, as a script says; none when it does not.

    Raises:
        Refused: the script makes no sense.
    """
    told = _object(_object(script, "the script").get("tokenUsage"), "tokenUsage")
    counts = {name: told.get(name, 0) for name in COUNTS}
    if any(isinstance(each, bool) or not isinstance(each, int) or each < 0 for each in counts.values()):
        raise _wrong(f"tokenUsage has whole numbers: {', '.join(COUNTS)}")
    return {**counts, "totalTokens": sum(counts.values())}


def _rules(told: Mapping[str, Any]) -> List[Tuple[str, Document]]:
    rules: List[Tuple[str, Document]] = []
    for each in _list(told, "rules"):
        rule = _object(each, "rules[]")
        fault = pattern_fault(rule.get("pattern"))
        if fault:
            raise _wrong(f"rules[].pattern must be a regular expression: {fault}")
        rules.append((rule["pattern"], _object(rule.get("finding"), "rules[].finding")))
    return rules


def _matches(rules: List[Tuple[str, Document]], text: str, url: str) -> List[Document]:
    found: List[Document] = []
    for pattern, finding in rules:
        seen: Dict[str, int] = {}
        for start, end in spans_of(pattern, text, MOST):
            place = text[start:end]
            if place and len(found) < MOST:
                seen[place] = seen.get(place, 0) + 1
                found.append(_finding({**finding, "targetText": place, "occurrence": seen[place]}, url))
    return found


def _finding(given: Any, url: str) -> Document:
    entry = _object(given, "findings[]")
    finding: Document = {**NOTHING, "sourceUrl": url, **entry}
    for name, usual in NOTHING.items():
        if isinstance(usual, str) and not isinstance(finding[name], str):
            raise _wrong(f"findings[].{name} must be a text")
    finding.setdefault("isPageLevel", not finding["targetText"])
    if finding["severity"] not in SEVERITIES:
        raise _wrong(f"findings[].severity must be one of: {', '.join(SEVERITIES)}")
    confidence = finding["confidence"]
    if isinstance(confidence, bool) or not isinstance(confidence, int) or not 0 <= confidence <= 100:
        raise _wrong("findings[].confidence must be a whole number from 0 to 100")
    return finding


def _clean(finding: Document) -> Document:
    return {name: TAG.sub("", each) if isinstance(each, str) else each for name, each in finding.items()}


def _once(findings: List[Document]) -> List[Document]:
    """Findings of the same place and kind are one, as the page of guardrails says."""
    kept: Dict[str, Document] = {}
    for each in findings:
        same = [each[name] for name in ("sourceUrl", "targetText", "occurrence", "issueType")]
        kept.setdefault(repr(same), each)
    return list(kept.values())


def _list(entry: Mapping[str, Any], name: str) -> List[Any]:
    found = entry.get(name)
    if found is not None and not isinstance(found, list):
        raise _wrong(f"{name} must be a list")
    return cast(List[Any], found or [])


def _object(found: Any, name: str) -> Document:
    if found is not None and not isinstance(found, dict):
        raise _wrong(f"{name} must be an object")
    return cast(Document, found or {})


def _wrong(what: str) -> Exception:
    return invalid(f"The script of agents.runAgentExecution makes no sense: {what}.")
