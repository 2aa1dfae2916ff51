"""The indexes of the MongoDB store. Pure.

Each starts with the organization, so that a collection can be sharded by it. The users' collection is the
customer's and gets none.
"""

from __future__ import annotations

import json
from typing import Any, List, Mapping, NamedTuple, Sequence, Tuple

from velt_py.selfhosting.records import Kind, kinds_of
from velt_py.selfhosting.stores.mongodb_pipeline import dotted

__all__ = ["Index", "indexes", "lacking", "obstacles", "own_kinds", "statements"]


def own_kinds(collections: Mapping[str, str]) -> List[Kind]:
    """The kinds whose collections are ours."""
    return [kind for kind in kinds_of(collections) if not kind.shared]


class Index(NamedTuple):
    """An ascending index.

    Args:
        keys: the paths, dotted.
        unique: whether it holds each combination once.
    """

    keys: Tuple[str, ...]
    unique: bool = False

    @property
    def name(self) -> str:
        """The name that every driver gives to such an index; the published package's equal ones carry it too."""
        return "_".join([f"{key}_1" for key in self.keys])

    @property
    def pattern(self) -> str:
        """The keys as a person would type them."""
        return json.dumps(dict.fromkeys(self.keys, 1))

    def is_like(self, found: Mapping[str, Any]) -> bool:
        """Whether an index of the database, as `listIndexes` shows it, does what this one does."""
        same = [(key, float(order)) for key, order in found["key"].items() if isinstance(order, (int, float))]
        return (
            same == [(key, 1.0) for key in self.keys]
            and (bool(found.get("unique")) or not self.unique)
            and not found.get("sparse")
            and "partialFilterExpression" not in found
            and "collation" not in found
        )


def indexes(kind: Kind) -> List[Index]:
    """The indexes that a kind needs."""
    organization = dotted(kind.organization)
    needed = [Index((organization, dotted(kind.id)), unique=True)]
    needed += [
        Index((organization, dotted(path))) for path in (kind.document, kind.folder) if path is not None
    ]
    return needed


def lacking(kind: Kind, found: Sequence[Mapping[str, Any]]) -> List[Index]:
    """The indexes that a kind needs and that are not among the found ones."""
    return [index for index in indexes(kind) if not any(map(index.is_like, found))]


def obstacles(kind: Kind, found: Sequence[Mapping[str, Any]]) -> List[str]:
    """The names of found indexes that are in the way: the published package's, which allows an id once over all
    organizations."""
    published = Index((dotted(kind.id),), unique=True)
    return [str(index["name"]) for index in found if published.is_like(index)]


def create_statement(collection: str, index: Index) -> str:
    """The mongosh statement that makes an index."""
    options = ', {"unique": true}' if index.unique else ""
    return f"db.getCollection({json.dumps(collection)}).createIndex({index.pattern}{options})"


def drop_statement(collection: str, name: str) -> str:
    """The mongosh statement that takes an index away."""
    return f"db.getCollection({json.dumps(collection)}).dropIndex({json.dumps(name)})"


def statements(collections: Mapping[str, str]) -> List[str]:
    """The mongosh statements that make all indexes."""
    return [
        create_statement(collections[kind.name], index)
        for kind in own_kinds(collections)
        for index in indexes(kind)
    ]
