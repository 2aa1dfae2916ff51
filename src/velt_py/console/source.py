"""What the console can show: its views, and what a source of them is. Pure."""

from __future__ import annotations

from typing import Any, Callable, Dict, Generator, List, Mapping, NamedTuple, Optional, Protocol, Tuple

from velt_py.settings import Limits
from velt_py.web.steps import WebStep

__all__ = ["DOCUMENT", "ORGANIZATION", "TEXT", "THREAD", "VIEWS", "Look", "Page", "Source", "View", "Where"]


class Where(NamedTuple):
    """What is looked at.

    Args:
        organization: the organization, as the source names it; empty for what belongs to none.
        document: the document; empty when the view is not restricted to one.
        text: what is searched for.
        after: where the page before ended; empty for the first page.
        thread: the one thread that is asked for; empty for all.
    """

    organization: str = ""
    document: str = ""
    text: str = ""
    after: str = ""
    thread: str = ""


class Page(NamedTuple):
    """A part of what there is to see.

    Args:
        items: objects that JSON can hold, each with an `id`.
        next: where the next page begins; None after the last one.
        facts: what else the page says.
    """

    items: List[Dict[str, Any]]
    next: Optional[str] = None
    facts: Mapping[str, Any] = {}


Look = Generator[WebStep, Any, Page]
"""A view of a source: it yields what it needs done, as the flows of the routes do."""


class View(NamedTuple):
    """One view.

    Args:
        needs: the parameters that a request has to give.
        takes: those that it may give.
    """

    needs: Tuple[str, ...] = ()
    takes: Tuple[str, ...] = ()


ORGANIZATION, DOCUMENT, THREAD, TEXT = "organizationId", "documentId", "threadId", "text"

VIEWS: Mapping[str, View] = {
    "organizations": View(),
    "documents": View((ORGANIZATION,)),
    "threads": View((ORGANIZATION, DOCUMENT), (THREAD,)),
    "activity": View((ORGANIZATION,), (DOCUMENT,)),
    "files": View((ORGANIZATION,)),
    "notifications": View((ORGANIZATION,)),
    "people": View((ORGANIZATION,)),
    "search": View((ORGANIZATION, TEXT)),
    "inbox": View(),
    "deliveries": View(),
    "mails": View(),
    "runs": View(),
    "requests": View(),
}
"""The views, in the order in which the page offers them. A source has some of them."""


class Source(Protocol):
    """Something to look at.

    Attributes:
        title: what it is, in a few words.
        limits: of the ids in requests.
        views: what it shows, by the names of `VIEWS`.
    """

    @property
    def title(self) -> str: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def views(self) -> Mapping[str, Callable[[Where], Look]]: ...
    def version(self, view: str) -> str:
        """What changes whenever a view may have changed, whatever it is asked about; empty when that is not known."""
        ...
