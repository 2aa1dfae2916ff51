"""What is to be moved: kinds and organizations. Pure."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

from velt_py.exceptions import VeltConfigurationError
from velt_py.selfhosting.records import KINDS, ON_DEMAND, USERS, Kind
from velt_py.selfhosting.user_schema import column_of, organization_columns
from velt_py.selfhosting.validation import organization as checked_organization
from velt_py.settings import Settings

__all__ = ["PIECE", "Selection", "select"]

PIECE = 200
"""Records that are read and written at once. All of them are in memory."""


@dataclass(frozen=True)
class Selection:
    """What is moved.

    Args:
        kinds: in this order.
        organizations: None for all.
        piece: records at once.
    """

    kinds: Tuple[Kind, ...]
    organizations: Optional[Tuple[str, ...]] = None
    piece: int = PIECE


def select(
    settings: Sequence[Settings],
    kinds: Sequence[str] = (),
    organizations: Sequence[str] = (),
    users: bool = False,
    piece: int = PIECE,
) -> Selection:
    """Check what was asked for.

    Args:
        settings: of all stores that take part; their `user_schema` has to be the same when users are moved.
        kinds: names as in the `collections` setting; all but the users and received webhook events unless given.
        organizations: all unless given.
        users: the users as well.
        piece: records at once.

    Raises:
        VeltConfigurationError, VeltValidationError: one of them cannot be.
    """
    known = [kind.name for kind in (*KINDS, *ON_DEMAND)]
    for name in kinds:
        if name not in known:
            raise VeltConfigurationError(
                f"--kind {name}: there is no such kind; the kinds are {', '.join(known)}", field="--kind"
            )
    if not 1 <= piece <= 10_000:
        raise VeltConfigurationError("--piece: a number from 1 to 10000 is needed", field="--piece")
    chosen: List[Kind] = [
        kind
        for kind in (*KINDS, *ON_DEMAND)
        if kind.name in kinds or (users and kind.shared) or not (kinds or kind.shared or kind.on_demand)
    ]
    limits = settings[0].limits
    names = tuple(sorted({checked_organization(each, "--organization", limits) for each in organizations}))
    made = tuple([users_of(settings) if kind.shared else kind for kind in chosen])
    return Selection(made, names or None, piece)


def users_of(settings: Sequence[Settings]) -> Kind:
    """The kind of the users' rows, by the columns that the configuration names."""
    first = settings[0]
    for each in settings:
        if each.user_source is not None:
            raise VeltConfigurationError(
                "--users: a configuration takes its users from `users.source`, so they are in no store; "
                "leave --users out",
                field="users.source",
            )
        if each.user_schema != first.user_schema:
            raise VeltConfigurationError(
                "--users: rows are copied as they are, so both configurations need the same `user_schema`",
                field="user_schema",
            )
    id, organization = column_of("userId", first), organization_columns(first)[0]
    if len(id) > 1:
        raise VeltConfigurationError(
            "--users: the column of the user's id lies inside another one; such rows cannot be walked",
            field="user_schema",
        )
    return dataclasses.replace(USERS, id=id, organization=organization)
