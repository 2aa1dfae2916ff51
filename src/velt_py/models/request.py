"""What the requests of the REST half share: dataclasses whose fields carry the facts of Velt's documentation."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Dict, ItemsView, List, Mapping, Optional, Tuple, cast

__all__ = ["ApiRequest", "BaseApiRequest", "Fact", "fact", "facts_of", "plain"]


@dataclass(frozen=True)
class Fact:
    """What is known of one field of a request.

    Args:
        type: its JSON type as documented, for example `string[]`.
        required: whether the documentation asks for it. Nothing is refused here: the server decides.
        most: entries of a list at most.
        one_of: the values it takes.
        docs_only: it is documented, and the published package does not know it.
        sent: False for a field that is accepted and never sent.
    """

    type: str
    required: bool = False
    most: Optional[int] = None
    one_of: Optional[Tuple[str, ...]] = None
    docs_only: bool = False
    sent: bool = True


def fact(
    type: str,
    *,
    required: bool = False,
    most: Optional[int] = None,
    one_of: Optional[Tuple[str, ...]] = None,
    docs_only: bool = False,
    sent: bool = True,
) -> Any:
    """A field that is absent unless given, with its `Fact`."""
    return field(default=None, metadata={"fact": Fact(type, required, most, one_of, docs_only, sent)})


_names: Dict[type, List[Tuple[str, str]]] = {}


def _wire_names(cls: type) -> List[Tuple[str, str]]:
    """The fields that are sent, in order: attribute and name on the wire."""
    known = _names.get(cls)
    if known is None:
        known = []
        for each in fields(cast(Any, cls)):
            about = each.metadata.get("fact")
            if about is None or about.sent:
                known.append((each.name, each.name[:-1] if each.name.endswith("_") else each.name))
        _names[cls] = known
    return known


class ApiRequest:
    """Base of the requests. A field that is None is not sent; None deeper down is sent as null."""

    def to_dict(self) -> Dict[str, Any]:
        """The fields as JSON objects, without those that are None. Nested dataclasses become objects."""
        return {name: plain(value) for name, value in self.items()}

    def items(self) -> ItemsView[str, Any]:
        """Names on the wire and values as given, without those that are None."""
        found: Dict[str, Any] = {}
        for attribute, name in _wire_names(type(self)):
            value = getattr(self, attribute)
            if value is not None:
                found[name] = value
        return found.items()


BaseApiRequest = ApiRequest
"""The published name."""


def facts_of(request: type) -> Dict[str, Fact]:
    """The facts of a request's fields by their names on the wire, in order."""
    found: Dict[str, Fact] = {}
    for each in fields(cast(Any, request)):
        name = each.name[:-1] if each.name.endswith("_") else each.name
        found[name] = each.metadata.get("fact", Fact("any"))
    return found


def plain(value: Any) -> Any:
    """A value as JSON knows it: dataclasses become objects, at every level."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        given = {each.name: getattr(value, each.name) for each in fields(cast(Any, value))}
        if given.get("extra_fields", 0) is None:
            del given["extra_fields"]  # our own field for unknown names; the wire does not know it
        return {name: plain(entry) for name, entry in given.items()}
    if isinstance(value, Mapping):
        return {key: plain(entry) for key, entry in cast(Mapping[Any, Any], value).items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in cast(List[Any], value)]
    return value
