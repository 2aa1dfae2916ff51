"""One operation on MongoDB, blocking or awaited: its time, the size of its batches, how often it is sent."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import Any, Dict, Generator, List, Optional

import pymongo

from velt_py.selfhosting.plans import Scan
from velt_py.selfhosting.records import Kind
from velt_py.selfhosting.stores.mongodb_clients import Document
from velt_py.selfhosting.stores.mongodb_documents import spelled
from velt_py.selfhosting.stores.mongodb_errors import DRIVER_ERRORS, translated
from velt_py.selfhosting.stores.mongodb_pipeline import dotted

__all__ = [
    "BATCH",
    "RETRIES",
    "WITHOUT_KEY",
    "Timed",
    "distinct_organizations",
    "organization_names",
    "piece_of",
]

BATCH = 1_000_000
"""Documents in one reply: as many as fit into its 16 MB, instead of the server's 101."""

WITHOUT_KEY = {"_id": 0}

RETRIES = 3
"""How often a deletion is sent again after the line broke. The driver does that for all else, but not for the deletion
of many documents."""


def distinct_organizations(kind: Kind) -> List[Dict[str, Any]]:
    """The aggregation that lists the organizations of a kind, out of the index alone."""
    path = dotted(kind.organization)
    return [{"$sort": {path: 1}}, {"$group": {"_id": f"${path}"}}]


def piece_of(plan: Scan) -> Dict[str, Any]:
    """The order and the size of a piece of a scan, for `find`."""
    return {"sort": [(dotted(plan.kind.id), 1)], "limit": plan.limit, "batch_size": BATCH}


def organization_names(found: List[Document]) -> List[str]:
    return sorted({name for name in (spelled(each["_id"]) for each in found) if name})


class Timed:
    """The time of one operation, what it waits for before it asks the server included.

    Args:
        limit: seconds; None leaves the limit to the caller's client.
    """

    def __init__(self, limit: Optional[float]) -> None:
        self._limit = limit
        self._started = time.monotonic()

    @contextmanager
    def driver(self, kind: Optional[Kind] = None) -> Generator[None, None, None]:
        """The driver at work: in the time that is left, and its errors leave as ours."""
        try:
            if self._limit is None:
                yield
            else:
                left = self._limit - (time.monotonic() - self._started)
                with pymongo.timeout(max(left, 0.001)):
                    yield
        except DRIVER_ERRORS as error:
            raise translated(error, kind) from None
