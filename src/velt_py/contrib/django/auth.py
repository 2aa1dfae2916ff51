"""Ready hooks for the settings `AUTHENTICATE` and `AUTHORIZE`. Settings modules may import this one."""

# Django has no types of its own.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false

from __future__ import annotations

import copy
import importlib.util
from typing import Any, Dict, List, Mapping, Optional, Set, Tuple, Type, Union, cast

from velt_py.contrib.django.portions import portions
from velt_py.exceptions import VeltConfigurationError, VeltDependencyError
from velt_py.web.access import Access, claims_of
from velt_py.web.messages import Request

__all__ = ["ModelAuthorizer", "drf", "drf_token", "jwt", "session_user"]

TOKEN = "rest_framework.authentication.TokenAuthentication"
TOGETHER = 500
"""Documents that are looked up in one statement."""
WITHOUT_DOCUMENT = ("notifications.", "users.")
"""Areas whose records belong to no document."""


# Who is asking


def session_user(request: Request) -> Any:
    """Whoever is signed in to the project: an active user, or None.

    Requests that were signed in by cookie are checked against forgery, see the setting `COOKIE_AUTH`.
    """
    user = getattr(request.native, "user", None)
    if user is None or not user.is_authenticated or not getattr(user, "is_active", True):
        return None
    return user


def jwt(request: Request) -> Optional[Dict[str, Any]]:
    """The claims of the bearer's token, checked as the setting `RESOLVER_AUTH` says; None when it does not hold."""
    from velt_py.contrib.django.process import get_sdk

    return cast(
        "Optional[Dict[str, Any]]", claims_of(get_sdk().selfHosting.verifyToken(headers=request.headers))
    )


class drf:
    """Whoever Django REST framework's own authentication lets in.

    Args:
        classes: authentication classes, or their dotted paths, asked in this order.
    """

    def __init__(self, *classes: Union[str, Type[Any]]) -> None:
        if not classes:
            raise VeltConfigurationError(
                f"drf: name an authentication class, for example {TOKEN!r}", field="AUTHENTICATE"
            )
        self._named = classes
        self._classes: Optional[Tuple[Any, ...]] = None

    def __call__(self, request: Request) -> Any:
        require_drf()
        from rest_framework.exceptions import APIException
        from rest_framework.request import Request as DrfRequest

        # None of these classes needs the body, and one that looks for a field in that of a POST would take it away.
        twin = copy.copy(request.native)
        twin.method = "GET" if request.method in ("GET", "HEAD") else "PUT"
        asking: Any = DrfRequest(twin)
        for authentication in self.classes():
            try:
                found = authentication().authenticate(asking)
            except APIException:
                return None
            if found is not None:
                return session_user(Request("GET", "/", native=_Signed(found[0])))
        return None

    def classes(self) -> Tuple[Any, ...]:
        if self._classes is None:
            from django.utils.module_loading import import_string

            loaded: List[Any] = [
                import_string(each) if isinstance(each, str) else each for each in self._named
            ]
            self._classes = tuple(loaded)
        return self._classes

    def __repr__(self) -> str:
        return f"<drf {len(self._named)} classes>"


class _Signed:
    """Stands for a request of which only the user is known."""

    def __init__(self, user: Any) -> None:
        self.user = user


def require_drf() -> None:
    if importlib.util.find_spec("rest_framework") is None:
        raise VeltDependencyError(
            "drf needs a library that is not installed; run: pip install djangorestframework",
            field="AUTHENTICATE",
        )


drf_token = drf(TOKEN)
"""Whoever sends a token of DRF's `authtoken` in `Authorization: Token ...`."""


# What they may


class ModelAuthorizer:
    """Allows what a row of a model says: this user, in this organization, and perhaps on this document.

    Args:
        model: a model, or `app_label.ModelName`: the memberships of the application.
        organization_field: the field, or the path of one, that holds the organization's id.
        user_field: the field that refers to the user, or holds what `claim` of a token holds.
        document_field: the field that holds the document's id. When it is given every document that is touched
            needs a row, and a request for all documents of an organization is denied. Users and notifications
            belong to no document; for them any row in the organization is enough.
        claim: which claim of a token is the user, for principals that are claims.
        filters: what else a row has to fulfil, for example `{"active": True}`.
        database: the alias of the database to ask; that of the model unless given.
    """

    def __init__(
        self,
        model: Any,
        *,
        organization_field: str = "organization_id",
        user_field: str = "user",
        document_field: Optional[str] = None,
        claim: str = "userId",
        filters: Optional[Mapping[str, Any]] = None,
        database: Optional[str] = None,
    ) -> None:
        self._model = model
        self._organization = organization_field
        self._user = user_field
        self._document = document_field
        self._claim = claim
        self._filters = dict(filters or {})
        self._database = database

    def __call__(self, principal: Any, access: Access) -> bool:
        user = self.user_of(principal)
        if user is None:
            return False
        from django.core.exceptions import ValidationError

        try:
            return self.allows(user, access)
        except (TypeError, ValueError, ValidationError):
            return False  # an id that cannot be in such a field is in no row

    def user_of(self, principal: Any) -> Any:
        """What the user's field holds for this principal."""
        if isinstance(principal, Mapping):
            return cast(Mapping[str, Any], principal).get(self._claim)
        return principal

    def allows(self, user: Any, access: Access) -> bool:
        """Whether the user has the rows that the access needs: one of the organization, or one of each document."""
        rows = self.rows().filter(
            **{self._user: user, self._organization: access.organizationId, **self._filters}
        )
        if self._document is None or access.operation.startswith(WITHOUT_DOCUMENT):
            found = rows.values_list(self._organization, flat=True)[:10]
            return any(str(organization) == access.organizationId for organization in found)
        if access.documentIds is None:
            return False
        return set(access.documentIds) <= self.documents(rows, access)

    def documents(self, rows: Any, access: Access) -> Set[str]:
        """Those documents of the access that have a row. Their ids are compared as texts: `01` is not `1`."""
        assert self._document is not None
        found: Set[str] = set()
        for part in portions(access.documentIds or (), TOGETHER):
            listed = rows.filter(**{f"{self._document}__in": part})
            for organization, document in listed.values_list(self._organization, self._document):
                if str(organization) == access.organizationId:
                    found.add(str(document))
        return found

    def rows(self) -> Any:
        """The model's rows, in the order of its default manager."""
        model = self._model
        if isinstance(model, str):
            from django.apps import apps

            model = apps.get_model(model)
        rows = model._default_manager.all()
        return rows.using(self._database) if self._database else rows

    def __repr__(self) -> str:
        name = self._model if isinstance(self._model, str) else getattr(self._model, "__name__", "?")
        return f"<ModelAuthorizer {name}>"
