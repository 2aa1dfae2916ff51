"""Writes the pages of docs/reference that are made from the table; `--check` says whether they are up to date."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List

from own_store_calls import OWN_STORE_CALLS

from velt_py.api.backend import SERVICES, service_class
from velt_py.api.operation import operations_of
from velt_py.api.services.token import TokenService
from velt_py.models.request import Fact, facts_of

FOLDER = Path(__file__).resolve().parent / "reference"
MADE = "<!-- Made from the table of operations by python docs/make_reference.py; do not edit. -->"
TOKEN_TYPES = {
    "organizationId": "string",
    "userId": "string",
    "email": "string",
    "isAdmin": "boolean",
    "name": "string",
    "permissions": "object",
}
OURS_ONLY = ("locations.updateLocation", "locations.deleteDataByLocation", "workflow.triggerInboundWebhook")
"""Operations that velt-py 0.3.0 does not have."""


def pages() -> Dict[str, str]:
    """The text of each page by its name."""
    made = {"api.md": reference(), "differences.md": differences()}
    return {name: "\n".join(lines) + "\n" for name, lines in made.items()}


def reference() -> Iterator[str]:
    yield from ["# Velt's REST API: every operation", "", MADE, ""]
    yield "Paths, fields, limits, pages and answers of all operations. Fields are those of the request class, in its"
    yield "order. Repeatable calls are sent again after a passing failure. All are POST."
    for name in SERVICES:
        service = service_class(name)
        yield ""
        yield f"## `sdk.api.{name}`"
        yield ""
        yield (service.__doc__ or "").strip()
        for operation in operations_of(service):
            yield from entry(operation)
    yield from token_entry()


def token_entry() -> Iterator[str]:
    """`getToken`, which has arguments instead of a request class."""
    yield from [
        "",
        "## `sdk.selfHosting.token`, also `sdk.api.tokens`",
        "",
        "Tokens with which browsers identify.",
        "",
    ]
    yield from ["### `token.getToken`", ""]
    yield "`/v2/auth/token/get` · arguments, no request class · answers an envelope, repeatable"
    yield from ["", "| field | type | remarks |", "|---|---|---|"]
    for name, parameter in inspect.signature(TokenService.getToken).parameters.items():
        if name != "self":
            wanted = "required" if parameter.default is parameter.empty else ""
            yield f"| `{name}` | {TOKEN_TYPES[name]} | {wanted} |"
    yield ""
    yield f"[Velt's page]({service_class('accessControl').generateToken.docs})"


def differences() -> Iterator[str]:
    yield from [
        "# Differences from velt-py, call by call",
        "",
        MADE,
        "",
        "What a call of velt-py 0.3.0 meets here. What holds for all calls (typed keywords, time limits, `.raw()`,",
        "errors on demand) stands in [Differences from velt-py](../differences.md).",
        "",
        "No method, path, header or field has another name, and answers are the same JSON:",
        "`tests/compat/test_published_api.py` makes each call that velt-py has with both packages.",
        "What can differ all the same:",
        "",
        "| column | what it says |",
        "|---|---|",
        "| sends | *same* path, headers and body; fields that velt-py does not know; or *new*, it lacks the call |",
        "| besides | sent *once*, as by velt-py, or *again* after a passing failure (`http.retries`); abilities |",
        "| answers | the type that the answer has for type checkers |",
    ]
    for name in SERVICES:
        heads = ["call", "sends", "besides", "answers"]
        yield from ["", f"## `sdk.api.{name}`", "", f"| {' | '.join(heads)} |", "|---|---|---|---|"]
        for operation in operations_of(service_class(name)):
            link = f"[`{operation.method}`](api.md#{operation.name.replace('.', '').lower()})"
            yield f"| {link} | {sent(operation)} | {abilities(operation)} | `{operation.answer}` |"
    yield from own_store_differences()


def own_store_differences() -> Iterator[str]:
    yield from ["", "## `sdk.selfHosting`", ""]
    yield "Either package reads, changes and deletes what the other stored, as `tests/compat/test_published_mongodb.py`"
    yield "and `tests/compat/test_published_postgresql.py` hold. Every call also takes the posted body, and keywords."
    yield "A database that is down is an envelope with 500, a wrong `organizationId` one with 400."
    yield from ["", "| call | what differs |", "|---|---|"]
    for name, found in OWN_STORE_CALLS.items():
        yield f"| `{name}` | {'; '.join(found) or 'same'} |"
    yield "| `token.getToken` | is sent again after a passing failure; `TokenCache` keeps and renews tokens |"


def sent(operation: Any) -> str:
    if operation.name in OURS_ONLY:
        return "new"
    more = [f"`{name}`" for name, fact in facts_of(operation.request).items() if fact.docs_only]
    return f"same, and {', '.join(more)}" if more else "same"


def abilities(operation: Any) -> str:
    found = ["again" if operation.repeatable else "once"]
    if operation.paged is not None:
        found.append("`.items()`, `.pages()`")
    if operation.batched is not None:
        found.append("`.batched()`")
    if operation.job is not None:
        found.append("`.wait()`")
    return ", ".join(found)


def entry(operation: Any) -> Iterator[str]:
    yield ""
    yield f"### `{operation.name}`"
    yield ""
    request = f"{operation.request.__module__}.{operation.request.__name__}"
    yield f"`{operation.path}` · `{request}` · {traits(operation)}"
    yield ""
    facts = facts_of(operation.request)
    if facts:
        yield "| field | type | remarks |"
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
    made = pages()
    if "--check" in sys.argv[1:]:
        return 0 if all(written(name) == text for name, text in made.items()) else 1
    FOLDER.mkdir(exist_ok=True)
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


def written(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8") if (FOLDER / name).exists() else ""


if __name__ == "__main__":
    sys.exit(main())
