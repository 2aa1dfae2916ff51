"""One call of an operation, as the rules of the areas see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Mapping, Optional, cast

from velt_py.emulator.assumptions import ASSUMPTIONS
from velt_py.emulator.choices import choice_of
from velt_py.emulator.clock import Clock
from velt_py.emulator.identity import digest
from velt_py.emulator.paging import LARGEST, Page, page_of, walk_of
from velt_py.emulator.recorded import Recorded
from velt_py.emulator.refusals import invalid
from velt_py.emulator.state import Records, Row

__all__ = ["Answer", "Call", "Document", "Received", "Rule", "id_in", "objects", "success", "texts"]

Document = Dict[str, Any]


@dataclass
class Answer:
    """What an operation answers.

    Args:
        body: the whole body.
        status: the HTTP status.
    """

    body: Any
    status: int = 200


@dataclass(frozen=True)
class Received:
    """A request as it came, for the few operations that look at more than their fields.

    Args:
        headers: their names in lower case.
        query: behind the path, without the question mark.
        body: the bytes.
    """

    headers: Mapping[str, str] = field(default_factory=lambda: cast(Dict[str, str], {}), repr=False)
    query: str = field(default="", repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass
class Call:
    """One call.

    Args:
        operation: its name.
        key: the api key.
        data: the request's fields, checked against the facts.
        records: those of the api key.
        shared: those of no api key: workspaces, and the api keys themselves.
        workspace: the id of the workspace that signed the call, where one did.
        received: the request as it came.
        strict_urls: refuse addresses that Velt's servers would not send to.
        decisions: what the application's permission provider said, by person; None when it was not asked.
        platform: `sdk` when a browser is played, else empty.
        actor: whose browser that is.
        seed: of the secrets that are made.
        choices: the alternatives of assumptions that were chosen, by their ids.
        recorded: the calls that came in before.
    """

    operation: str
    key: str
    data: Document
    records: Records
    shared: Records
    clock: Clock
    workspace: str = ""
    guesses: List[str] = field(default_factory=lambda: cast(List[str], []))
    now: int = 0
    received: Received = Received()
    strict_urls: bool = False
    decisions: Optional[Mapping[str, Document]] = None
    platform: str = ""
    actor: Optional[Document] = None
    seed: int = 0
    choices: Mapping[str, str] = field(default_factory=lambda: cast(Dict[str, str], {}))
    recorded: Recorded = field(default_factory=Recorded, repr=False)

    def __post_init__(self) -> None:
        self.now = self.clock.milliseconds()

    def text(self, name: str) -> str:
        """A field that is a text; empty when it is absent."""
        return cast(str, self.data.get(name) or "")

    def texts(self, name: str) -> List[str]:
        """A field that is a list of texts; empty when it is absent."""
        return cast(List[str], self.data.get(name) or [])

    def objects(self, name: str) -> List[Document]:
        """A field that is a list of objects; empty when it is absent."""
        return cast(List[Document], self.data.get(name) or [])

    def object(self, name: str) -> Document:
        """A field that is an object; empty when it is absent."""
        return cast(Document, self.data.get(name) or {})

    def flag(self, name: str) -> bool:
        """Whether a field is true."""
        return self.data.get(name) is True

    def guess(self, assumption: str) -> None:
        """Mark the answer as one that rests on an assumption."""
        assert assumption in ASSUMPTIONS, assumption
        if assumption not in self.guesses:
            self.guesses.append(assumption)

    def secret(self) -> bytes:
        """32 bytes for a token or a secret, other ones each time. The same run with the same seed makes the same."""
        return digest("secret", self.seed, self.key, self.workspace, self.shared.next_number("secret"))

    def chosen(self, assumption: str) -> str:
        """Which of its alternatives an assumption stands at. Marks the answer."""
        self.guess(assumption)
        return choice_of(self.choices, assumption)

    def page(
        self,
        rows: List[Row],
        *,
        size: int = LARGEST,
        by: Optional[Callable[[Row], float]] = None,
        descending: bool = False,
    ) -> Page:
        """The page that was asked for."""
        wanted = self.data.get("pageSize")
        if self.data.get("pageToken") or (isinstance(wanted, (int, float)) and wanted > LARGEST):
            self.guess("page-tokens")
        if by is None and len(rows) > 1:
            self.guess("document-order")
        if by is not None:
            return walk_of(
                self.records, self.operation, rows, self.data, by=by, descending=descending, size=size
            )
        return page_of(self.operation, rows, self.data, size=size)


Rule = Callable[[Call], Answer]
"""What answers an operation."""


def success(message: str, data: Any = None, **beside: Any) -> Answer:
    """The envelope of most answers. Of what stands beside the data, what is None is left out."""
    result: Document = {"status": "success", "message": message, "data": data}
    result.update((name, value) for name, value in beside.items() if value is not None)
    return Answer({"result": result})


def texts(entry: Mapping[str, Any], name: str) -> List[str]:
    """A list of texts inside an entry.

    Raises:
        Refused: it is something else.
    """
    found = entry.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(each, str) for each in cast(List[Any], found)):
        raise invalid(f"{name} must be of type string[].")
    return cast(List[str], found)


def objects(entry: Mapping[str, Any], name: str) -> List[Document]:
    """A list of objects inside an entry.

    Raises:
        Refused: it is something else.
    """
    found = entry.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in cast(List[Any], found)):
        raise invalid(f"{name} must be of type object[].")
    return cast(List[Document], found)


def id_in(entry: Mapping[str, Any], name: str) -> str:
    """The id in an entry.

    Raises:
        Refused: there is none, or it is no text.
    """
    found = entry.get(name)
    if not isinstance(found, str) or not found:
        raise invalid(f"{name} is required.")
    return found
