"""Writes docs/reference/api.md from the table of operations; `--check` says whether it is up to date."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Iterator, List

from velt_py.api.backend import SERVICES, service_class
from velt_py.api.operation import operations_of
from velt_py.models.request import Fact, facts_of

PAGE = Path(__file__).resolve().parent / "reference" / "api.md"


def reference() -> str:
    """The whole page."""
    return "\n".join(lines()) + "\n"


def lines() -> Iterator[str]:
    yield "# Velt's REST API: every operation"
    yield ""
    yield "Made from the table of operations by `python docs/make_reference.py`; do not edit. Fields are those of"
    yield "the request class, in its order. Repeatable calls are sent again after a passing failure. All are POST."
    for name in SERVICES:
        service = service_class(name)
        yield ""
        yield f"## `sdk.api.{name}`"
        yield ""
        yield (service.__doc__ or "").strip()
        for operation in operations_of(service):
            yield from entry(operation)


def entry(operation: Any) -> Iterator[str]:
    yield ""
    yield f"### `{operation.name}`"
    yield ""
    request = f"{operation.request.__module__}.{operation.request.__name__}"
    yield f"`{operation.path}` · `{request}` · {traits(operation)}"
    yield ""
    facts = facts_of(operation.request)
    if facts:
        yield "| field | type | |"
        yield "|---|---|---|"
        for name, fact in facts.items():
            yield f"| `{name}` | {fact.type.replace('|', ' or ')} | {'; '.join(remarks(fact))} |"
    else:
        yield "No fields."
    if operation.docs:
        yield ""
        yield f"[Velt's page]({operation.docs})"


def traits(operation: Any) -> str:
    found: List[str] = [f"answers `{operation.answer}`"]
    found.append("repeatable" if operation.repeatable else "not repeatable")
    if operation.workspace:
        found.append("signed with the workspace's token")
    if operation.bare:
        found.append("the fields are the body")
    if operation.paged is not None:
        found.append(f"paged by `{operation.paged.token}`")
    if operation.batched is not None:
        cap = facts_of(operation.request)[operation.batched].most
        found.append(f"`.batched()` by `{operation.batched}`, {cap} at once")
    if operation.job is not None:
        found.append(f"can be waited for: `.wait()`, {waited(operation.job)}")
    if operation.known is not None:
        found.append("takes `filter_unknown_fields`")
    return ", ".join(found)


def waited(job: Any) -> str:
    failed = f", raises for {words(job.failed)}" if job.failed else ""
    return f"until {words(job.done)}{failed}, for {job.pace.deadline:g} seconds unless `deadline` is given"


def words(found: Any) -> str:
    return " or ".join(f"`{word}`" for word in found)


def remarks(fact: Fact) -> Iterator[str]:
    if fact.required:
        yield "required"
    if fact.most is not None:
        yield f"at most {fact.most}"
    if fact.one_of:
        yield "one of " + ", ".join(f"`{value}`" for value in fact.one_of)
    if fact.docs_only:
        yield "not in velt-py"
    if not fact.sent:
        yield "accepted and not sent"


def main() -> int:
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.exists() and PAGE.read_text() == reference() else 1
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(reference())
    return 0


if __name__ == "__main__":
    sys.exit(main())
