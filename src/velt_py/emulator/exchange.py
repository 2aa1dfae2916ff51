"""A request to Velt's API on its way to an answer: what it says, and how the answer ends."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, List, Mapping, Optional, cast

from velt_py._nesting import check_nesting
from velt_py.emulator.call import Answer, Received
from velt_py.emulator.checking import check_depth
from velt_py.emulator.refusals import Refused, invalid
from velt_py.emulator.routes import Route, nearest

__all__ = ["Exchange", "ended", "fields_of", "unknown"]

UNWRAPPED = frozenset(["livestate.broadcastEvent"])


@dataclass
class Exchange:
    """A request to Velt's API on its way to an answer, and what is noticed on the way.

    Args:
        method, path: as received, the path without its query.
        route: the operation; None when there is none at that path.
        received: the rest of the request.
        data: its fields, once they are read.
        guesses: the assumptions that the answer rests on.
        word: which of Velt's words it is refused with.
        counted: whether it was counted among the calls of its minute.
    """

    method: str
    path: str
    route: Optional[Route]
    received: Received
    data: Any = None
    guesses: List[str] = field(default_factory=lambda: cast(List[str], []))
    word: Optional[str] = None
    counted: bool = False

    @property
    def operation(self) -> str:
        """Its name; empty when there is none."""
        return self.route.name if self.route is not None else ""

    def guess(self, assumptions: Iterable[str]) -> None:
        """Mark the answer as one that rests on assumptions."""
        self.guesses.extend(each for each in assumptions if each not in self.guesses)


def fields_of(route: Route, exchange: Exchange) -> Dict[str, Any]:
    """The fields of a request.

    Raises:
        Refused: the body does not hold them.
    """
    body = exchange.received.body
    try:
        check_nesting(body)
        parsed: Any = json.loads(body.decode("utf-8")) if body else {}
    except (ValueError, RecursionError):
        raise invalid("The body is no JSON.") from None
    if not isinstance(parsed, dict):
        raise invalid("The body must be a JSON object.")
    fields = cast(Dict[str, Any], parsed)
    check_depth(fields)
    if route.bare:
        return fields
    if route.name in UNWRAPPED and "organizationId" in fields:
        exchange.guess(["bare-body"])
        return fields
    inner = fields.get("data")
    if not isinstance(inner, dict):
        raise invalid('The fields must stand in {"data": {...}}.')
    return cast(Dict[str, Any], inner)


def ended(answer: Answer, route: Route, exchange: Exchange, seed: int) -> Answer:
    """An answer, which says null for the next page's token when there is none and the seed is odd: clients have to cope
    with both ways to end."""
    body = cast(Dict[str, Any], answer.body) if isinstance(answer.body, dict) else {}
    result = body.get("result")
    if route.token and seed % 2 and isinstance(result, dict) and route.token not in result:
        result[route.token] = None
        exchange.guess(["page-tokens"])
    return answer


def unknown(path: str, routes: Mapping[str, Route]) -> Refused:
    """What is said of a path that no operation has."""
    return Refused("UNIMPLEMENTED", f"{path} is no operation that is known here{nearest(path, routes)}.")
