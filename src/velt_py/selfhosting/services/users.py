"""Users out of the customer's own store."""

from __future__ import annotations

import copy
from typing import Any, Dict, List, Mapping, Optional, Tuple

from velt_py.config import Settings
from velt_py.models.user import GetUserResolverRequest, ResolveUserIdsByEmailRequest, SaveUserRequest
from velt_py.selfhosting.answers import Result
from velt_py.selfhosting.operation import Body, Resolver, ResolverOperation, S, Steps, single
from velt_py.selfhosting.plans import Change, FindUsers, MapMerge, SaveUser
from velt_py.selfhosting.records import value_at
from velt_py.selfhosting.requests import compact, scope_of, wire
from velt_py.selfhosting.user_schema import (
    column_of,
    columns_of,
    organization_columns,
    place,
    public_user,
    row_of,
)
from velt_py.selfhosting.users import names, spelled_id
from velt_py.selfhosting.validation import identifier, identifiers, mapping, refuse, storable

__all__ = ["UserService"]


def get_keywords(organizationId: str, userIds: List[str]) -> Body:
    return {"organizationId": organizationId, "userIds": userIds}


def email_keywords(
    organizationId: str, emails: List[str], documentId: Optional[str] = None, folderId: Optional[str] = None
) -> Body:
    return compact(organizationId=organizationId, emails=emails, documentId=documentId, folderId=folderId)


def save_keywords(organizationId: str, user: Mapping[str, Any]) -> Body:
    return {"organizationId": organizationId, "user": user}


def wanted_of(body: Body, field: str, settings: Settings) -> Tuple[str, ...]:
    wanted = identifiers(body.get(field), field, settings.limits)
    if wanted is None:
        refuse(field, "a list is needed; an empty one selects nothing")
    return wanted


def get_steps(body: Body, settings: Settings) -> Steps:
    scope = scope_of(body, settings)
    wanted = wanted_of(body, "userIds", settings)
    organization = organization_columns(settings)
    rows: List[Dict[str, Any]] = yield FindUsers(scope, columns_of("userId", settings), wanted, organization)
    users: Dict[str, Any] = {}
    selected = frozenset(wanted)
    for row in own_last(rows, scope.organization, settings):
        user = public_user(row, settings)
        # A row may have been found by a column that its user id does not come from.
        if user is not None and spelled_id(user["userId"]) in selected:
            users[spelled_id(user["userId"])] = user
    return Result(data=users)


def email_steps(body: Body, settings: Settings) -> Steps:
    scope = scope_of(body, settings)
    if not isinstance(body.get("emails"), (list, tuple)):
        refuse("emails", "a list is needed; an empty one selects nothing")
    given = compact(emails=[email for email in body["emails"] if email not in (None, "")])
    wanted = wanted_of(given, "emails", settings)
    columns = columns_of("email", settings)
    rows: List[Dict[str, Any]] = yield FindUsers(
        scope, columns, wanted, organization_columns(settings), by_id=False
    )
    found: Dict[str, Any] = {}
    for row in own_last(rows, scope.organization, settings):
        user = public_user(row, settings)
        email = spelled_id(user.get("email")) if user is not None else ""
        if user is not None and email:
            found[email] = user["userId"]
    if settings.user_source is None:
        return Result(data={email: found[email] for email in wanted if email in found})
    # The application's own people: in any case, but the very address goes first.
    folded = {email.casefold(): id for email, id in found.items()}
    ids = {email: found.get(email, folded.get(email.casefold())) for email in wanted}
    return Result(data={email: id for email, id in ids.items() if id is not None})


def own_last(rows: List[Dict[str, Any]], organization: str, settings: Settings) -> List[Dict[str, Any]]:
    """Rows that name the organization come after those that name none, and so win; among equals the smallest id
    wins, so that the answer does not depend on the order of the store."""
    columns = organization_columns(settings)

    def rank(row: Dict[str, Any]) -> Tuple[bool, str]:
        id = next((value_at(row, column) for column in columns_of("userId", settings)), None)
        return not names(row, organization, columns), spelled_id(id)

    return sorted(rows, key=rank, reverse=True)


def save_plan(body: Body, settings: Settings) -> SaveUser:
    scope = scope_of(body, settings)
    if body.get("user") is None:
        refuse("user", "the user to save is needed")
    user = mapping(wire(body["user"], "user"), "user")
    if user.get("userId") is None:
        refuse("user.userId", "the id of the user is needed")
    id = identifier(user["userId"], "user.userId", settings.limits)
    if user.get("organizationId") not in (None, scope.organization):
        refuse("user.organizationId", "this is another organization than that of the request")
    row = row_of(user, settings)
    initial = copy.deepcopy(row)
    organization = organization_columns(settings)
    place(initial, organization[0], scope.organization)
    merges = tuple(MapMerge(name, deep=True) for name in nested_columns(row, settings))
    return SaveUser(
        scope,
        column_of("userId", settings),
        organization,
        Change(id, row, storable(row, "user", settings.limits)),
        Change(id, initial, storable(initial, "user", settings.limits)),
        merges,
    )


def nested_columns(row: Mapping[str, Any], settings: Settings) -> List[str]:
    """Top-level columns that a mapped path goes through: they hold more than what is saved now."""
    fields = settings.user_schema or {}
    through = {column_of(field, settings)[0] for field in fields if len(column_of(field, settings)) > 1}
    return sorted(through & row.keys())


def user_saved(plan: SaveUser, added: int) -> Result:
    return Result()


class UserService(Resolver[S]):
    """Users: `sdk.selfHosting.users`. Call forms and answers as for comments.

    The rows may be the customer's own: `user_schema` says which column holds what, and only the published fields
    and the fields it names ever leave. Rows of other organizations stay; rows without an organization belong to all.

    https://docs.velt.dev/self-host-data/users
    """

    getUsers = ResolverOperation("users.get", GetUserResolverRequest, get_keywords, get_steps)
    """Get users by id.

    Args:
        organizationId: the organization.
        userIds: whom to get; an empty list selects nobody.

    Returns:
        `data` maps the user's id (as text) to the user; unknown ids are absent.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `DATABASE_ERROR` (500).
    """

    resolveUserIdsByEmail = ResolverOperation(
        "users.resolve", ResolveUserIdsByEmailRequest, email_keywords, email_steps
    )
    """Find the ids of users by e-mail address, compared exactly; those of `users.source` without regard to case.

    Args:
        organizationId: the organization.
        emails: the addresses; empty ones and repetitions are dropped.

    Returns:
        `data` maps the address to the user's id; unknown addresses are absent.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `DATABASE_ERROR` (500).
    """

    saveUser = ResolverOperation("users.save", SaveUserRequest, save_keywords, single(save_plan, user_saved))
    """Save one user: a new row that names the organization, or a change of the one that is there.

    Fields go to the columns that `user_schema` names (of a list the first; dots lead into nested objects), the
    others under their own name. What is absent stays, null clears.

    Args:
        organizationId: the organization.
        user: the user; `userId` is needed.

    With `users.source` users are the application's own, and saving one is refused.

    Errors: `INVALID_INPUT`, `VALIDATION_ERROR` (400), `CONFLICT` (409), `DATABASE_ERROR` (500).
    """
