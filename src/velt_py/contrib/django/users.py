"""People out of the application's own user model.

Who may be seen is decided here: only people of the organization that is asked about, and nobody as long as the
project has not said how to tell. Only declared fields leave.
"""

from __future__ import annotations

from typing import (
    Any,
    Callable,
    Collection,
    Dict,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Set,
    Tuple,
    Union,
)

from asgiref.sync import sync_to_async
from django.core.exceptions import FieldError
from django.db.models import F
from django.db.models.functions import Lower

from velt_py.contrib.django.portions import portions
from velt_py.contrib.django.untyped import get_user_model, import_string
from velt_py.contrib.django.user_fields import (
    Field,
    field_at,
    misconfigured,
    plain,
    reachable,
    read,
    related,
    takes,
)
from velt_py.selfhosting.plans import FindUsers
from velt_py.selfhosting.stores.django_errors import FOREIGN, translated
from velt_py.selfhosting.user_schema import FIELDS

__all__ = ["Membership", "ModelUsers"]

Membership = Callable[[str, List[str]], Collection[Any]]
Row = Dict[str, Any]

AT_ONCE = 400
"""Values of one query; SQLite takes 999."""


class ModelUsers:
    """The people of a Django project, for `{"users": {"source": ModelUsers(...)}}`.

    Args:
        users: a queryset, a function that returns one, or its dotted path; by default all of `get_user_model()`.
        fields: what Velt may know of a person: its names (`userId`, `name`, `email`, `photoUrl`, ... or others) with a
            field of the model (`profile__avatar` for one behind a relation), a method's name, or a function of the
            person. A list of names means fields of the same name. By default id, full name and e-mail address.
        membership: a function of the organization's id and a list of people's ids (texts), or its dotted path, that
            returns those who belong to the organization.
        organization_field: instead, or as well, the field that holds the organization's id, for example
            `groups__name` or `profile__company_id`. Without both nobody is found.

    E-mail addresses are looked up without regard to case; that needs a field of the model as `email`.
    """

    def __init__(
        self,
        users: Any = None,
        fields: Union[Mapping[str, Field], Sequence[str], None] = None,
        membership: Union[Membership, str, None] = None,
        organization_field: Optional[str] = None,
    ) -> None:
        self._users = users
        self._fields = fields
        self._membership = membership
        self._organization = organization_field

    @property
    def finds_nobody(self) -> bool:
        """Whether nothing says who belongs to an organization."""
        return self._membership is None and self._organization is None

    @property
    def public_fields(self) -> Tuple[str, ...]:
        """The names beside Velt's own."""
        return tuple(name for name in self._fields or () if name not in FIELDS)

    @property
    def fields(self) -> Dict[str, Field]:
        """Every name with where it comes from."""
        default: Dict[str, Field] = {"userId": "pk", "name": full_name}
        email = getattr(get_user_model(), "EMAIL_FIELD", None)
        if email:
            default["email"] = str(email)
        if self._fields is None:
            return default
        if isinstance(self._fields, Mapping):
            return {"userId": "pk", **self._fields}
        return {"userId": "pk", **{name: default.get(name, name) for name in self._fields}}

    def find(self, plan: FindUsers) -> List[Row]:
        """The people whom a plan asks for and its organization may see."""
        if self.finds_nobody:
            return []
        everybody = self._queryset()
        try:
            return self._find(plan, everybody)
        except FieldError as error:
            # The text names fields of the model, of which the first line is enough.
            raise misconfigured(str(error).split("Choices are")[0].strip()) from None
        except FOREIGN as error:
            raise translated(error, str(everybody.db)) from None

    async def find_async(self, plan: FindUsers) -> List[Row]:
        """The same for code that awaits; the queries run where Django wants them."""
        rows: List[Row] = await sync_to_async(self.find, thread_sensitive=True)(plan)
        return rows

    def problems(self) -> List[str]:
        """What of the configuration cannot work, one sentence each; asks the model and no database."""
        found: List[str] = []
        model = self._queryset().model
        for name, source in self.fields.items():
            if isinstance(source, str) and not reachable(model, source):
                found.append(f"{name}: {model.__name__} has no {source!r}")
        if self._organization is not None and field_at(model, self._organization) is None:
            found.append(f"organization_field: {model.__name__} has no {self._organization!r}")
        if not isinstance(self.fields["userId"], str):
            found.append("userId: the name of a field is needed, because people are looked up by it")
        return found

    # Queries

    def _queryset(self) -> Any:
        users: Any = import_string(self._users) if isinstance(self._users, str) else self._users
        if users is None:
            users = get_user_model()._default_manager
        # A queryset that was evaluated before is asked anew.
        return users.all() if hasattr(users, "filter") else users()

    def _find(self, plan: FindUsers, everybody: Any) -> List[Row]:
        fields = self.fields
        path = fields["userId"] if plan.by_id else fields.get("email")
        if not isinstance(path, str):
            return []
        relations = related(everybody.model, fields.values())
        if relations:
            # Without names Django would fetch everything that is related.
            everybody = everybody.select_related(*relations)
        people: Dict[str, Any] = {}
        for some in portions(plan.values, AT_ONCE):
            narrowed = by_id(everybody, path, some) if plan.by_id else by_email(everybody, path, some)
            for person in self._of(narrowed, plan.scope.organization):
                people[str(read(person, fields["userId"]))] = person
        members = self._members(plan.scope.organization, list(people))
        return [row_of(people[id], id, fields) for id in people if id in members]

    def _of(self, people: Any, organization: str) -> Iterator[Any]:
        if self._organization is None:
            yield from people
            return
        field = field_at(people.model, self._organization)
        if field is None:
            raise misconfigured(f"organization_field: there is no {self._organization!r}")
        if not takes(field, organization):
            return
        chosen = people.filter(**{self._organization: organization})
        for person in chosen.annotate(velt_organization=F(self._organization)):
            # Some engines take texts that differ in case or accents for the same.
            if str(person.velt_organization) == organization:
                yield person

    def _members(self, organization: str, ids: List[str]) -> Collection[str]:
        if self._membership is None:
            return ids
        ask: Any = import_string(self._membership) if isinstance(self._membership, str) else self._membership
        return frozenset(str(id) for id in ask(organization, ids)) if ids else ()


def full_name(person: Any) -> str:
    """The name for people, the one for signing in where there is no other."""
    spoken = person.get_full_name() if hasattr(person, "get_full_name") else ""
    return str(spoken).strip() or str(person.get_username())


def by_id(people: Any, path: str, ids: List[str]) -> Any:
    """The people with these ids; a text that is no id of the model selects nobody."""
    field = field_at(people.model, path)
    if field is None:
        raise misconfigured(f"userId: there is no {path!r}")
    return people.filter(**{f"{path}__in": [id for id in ids if takes(field, id)]})


def by_email(people: Any, path: str, emails: List[str]) -> Any:
    """The people with these addresses, in any case."""
    folded = people.annotate(velt_email=Lower(path))
    return folded.filter(velt_email__in=list({form for email in emails for form in lowered(email)}))


def lowered(email: str) -> Set[str]:
    """How an engine may spell an address in small letters: SQLite leaves all but those of ASCII as they are stored."""
    small, large = email.lower(), email.upper()
    forms = {email, small}
    # Letters like the sharp s become others in capitals, and so would be another address.
    for each in (email, large) if large.lower() == small else (email,):
        forms.add("".join([letter.lower() if letter.isascii() else letter for letter in each]))
    return forms


def row_of(person: Any, id: str, fields: Mapping[str, Field]) -> Row:
    row = {name: plain(read(person, source)) for name, source in fields.items()}
    row["userId"] = id
    return row
