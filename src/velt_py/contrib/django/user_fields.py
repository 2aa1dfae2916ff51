"""Fields of the application's user model by their path, `profile__avatar`: what they take, and what they hold."""

from __future__ import annotations

from typing import Any, Callable, Collection, List, Union

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.db.models.fields.files import FieldFile

from velt_py.exceptions import VeltConfigurationError

__all__ = ["Field", "field_at", "misconfigured", "plain", "reachable", "read", "related", "takes"]

LARGEST = 1 << 63
"""What a column for numbers holds at most; some drivers stumble over more."""

Field = Union[str, Callable[[Any], Any]]
"""The path of a field, property or method, or a function of the person."""


def misconfigured(problem: str) -> VeltConfigurationError:
    return VeltConfigurationError(f"the users of the Django project: {problem}", field="users.source")


def field_at(model: Any, path: str) -> Any:
    """The field at the end of a path over relations, None when there is none."""
    field: Any = None
    for name in path.split("__"):
        if model is None:
            return None
        try:
            field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        except FieldDoesNotExist:
            if not name.endswith("_id"):
                return None
            # `company_id` is the column of the field `company`.
            field = next((each for each in model._meta.fields if each.attname == name), None)
            if field is None:
                return None
        model = field.related_model
    while field is not None and field.is_relation:
        # To compare with a relation is to compare with the key at its other end.
        to_one = field.concrete and not field.many_to_many
        field = field.target_field if to_one else pk_of(field.related_model)
    return field


def pk_of(model: Any) -> Any:
    """The primary key; None for a generic relation, which has no model."""
    return model._meta.pk if model is not None else None


def takes(field: Any, text: str) -> bool:
    """Whether a text is a value of a field, spelled as the field spells it."""
    try:
        value = field.to_python(text)
        field.run_validators(value)
    except (ValidationError, AttributeError):
        return False
    if isinstance(value, int) and not -LARGEST <= value < LARGEST:
        return False
    return str(value) == text and "\0" not in text


def reachable(model: Any, path: str) -> bool:
    """Whether a field, a property or a method is there."""
    if field_at(model, path) is not None:
        return True
    head, _, name = path.rpartition("__")
    end = getattr(field_at_relation(model, head), "related_model", None) if head else model
    return end is not None and hasattr(end, name)


def field_at_relation(model: Any, path: str) -> Any:
    field: Any = None
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        model = field.related_model
    return field


def related(model: Any, sources: Collection[Field]) -> List[str]:
    """The relations to fetch in the same query: those that lead to one row."""
    found: List[str] = []
    for source in sources:
        names = source.split("__")[:-1] if isinstance(source, str) else []
        inner: Any = model
        path: List[str] = []
        for name in names:
            try:
                field = inner._meta.get_field(name)
            except FieldDoesNotExist:
                break
            if not (field.many_to_one or field.one_to_one):
                break
            path.append(name)
            inner = field.related_model
        if path:
            found.append("__".join(path))
    return found


def read(person: Any, source: Field) -> Any:
    """The value of a field."""
    if callable(source):
        return source(person)
    value = person
    for name in source.split("__"):
        try:
            value = getattr(value, name)
        except ObjectDoesNotExist:
            return None
        except AttributeError:
            raise misconfigured(f"there is no {source!r}") from None
        if callable(value):
            value = value()
        if value is None:
            return None
    return value


def plain(value: Any) -> Any:
    """The value as JSON has it."""
    if value is None or isinstance(value, (bool, int, float)) or type(value) is str:
        return value
    if isinstance(value, FieldFile):
        file: Any = value
        return str(file.url) if file else None
    return str(value)
