"""What all models share: from the wire's JSON to a dataclass and back, led by the annotations of the fields.

Nothing that was sent gets lost on the way. Names that a model does not know come back from `to_dict` unchanged, and
so does a null, which clears what is stored, while an absent name leaves it: a null for a known name is listed in
`extra_fields` until the field gets a value.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from enum import Enum
from functools import partial
from typing import (
    Any,
    Callable,
    ClassVar,
    Dict,
    List,
    Mapping,
    NamedTuple,
    NoReturn,
    Optional,
    Tuple,
    Type,
    TypeVar,
    Union,
    cast,
    get_type_hints,
)

from velt_py.exceptions import VeltValidationError
from velt_py.models.request import BaseApiRequest

__all__ = [
    "UNSET",
    "BaseApiRequest",
    "BaseMetadata",
    "Model",
    "Request",
    "ResolverDeleteMetadata",
    "ResolverResponse",
]

M = TypeVar("M", bound="Model")


class _Unset:
    """The type of `UNSET`: a field that was not given, where None has a meaning of its own."""

    _instance: ClassVar[Optional[_Unset]] = None

    def __new__(cls) -> _Unset:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "<UNSET>"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return "UNSET"  # copies and pickles are this very object


UNSET = _Unset()


class Model:
    """Base of the models. Each is a dataclass; its annotations say how its JSON looks.

    A field that ends in an underscore (`from_`) has the name without it on the wire.
    """

    _extra: ClassVar[str] = "extra_fields"
    """The field for names that the model does not know."""
    _id: ClassVar[str] = ""
    """The name that the key of a map supplies to an entry which lacks it."""
    _keeps_null: ClassVar[bool] = True
    """Whether a null says something that absence does not."""

    @classmethod
    def from_dict(cls: Type[M], data: Mapping[str, Any]) -> M:
        """The model for parsed JSON.

        Args:
            data: an object as the browser sends it.

        Raises:
            VeltValidationError: names the field where an object, a list or a plain value is not what it has to be.
                Values (ids, texts) are checked when the model is used.
        """
        return cls._read(data, "")

    @classmethod
    def _read(cls: Type[M], data: Any, where: str) -> M:
        if not isinstance(data, Mapping):
            _refuse(where or cls.__name__, "an object", cast(object, data))
        given = cast(Mapping[str, Any], data)
        values: Dict[str, Any] = {}
        table = _table(cls)
        extra = {name: value for name, value in given.items() if name not in table}
        for name, field in table.items():
            value = given.get(name, UNSET)
            if value is UNSET:
                values[field.name] = field.missing()
            elif value is None:
                values[field.name] = field.null()
                if field.clearable and cls._keeps_null:
                    extra[name] = None
            else:
                values[field.name] = field.shape.read(value, f"{where}.{name}" if where else name)
        if extra and cls._extra:
            values[cls._extra] = extra
        return cls(**values)

    def to_dict(self) -> Dict[str, Any]:
        """The model as JSON objects, with the names of the wire; what was not given is left out."""
        result: Dict[str, Any] = {}
        for name, field in _table(type(self)).items():
            value = getattr(self, field.name)
            if value is UNSET or (not field.always and (value is None or value == field.default)):
                continue
            result[name] = None if value is None else field.shape.write(value)
        extra = getattr(self, self._extra, None)
        for name, value in cast(Dict[str, Any], extra or {}).items():
            if value is not None or name not in result:
                result[name] = value
        return result


class Request(Model):
    """Base of the requests: of their own fields a null says the same as absence."""

    _keeps_null: ClassVar[bool] = False


# Shapes: how a value of a field is read and written


def _nothing() -> Any:
    return None


class Shape(NamedTuple):
    """How a value that is not None is read from the wire, given its place, and written to it."""

    read: Callable[[Any, str], Any]
    write: Callable[[Any], Any]
    empty: Callable[[], Any] = _nothing
    """What a required field holds when nothing was sent."""


class Field(NamedTuple):
    """One field of a model.

    Args:
        missing, null: make the value for a name that was not sent, and for a null.
        clearable: whether a null has to be remembered because None means absent.
        always: whether the field is written even when it holds None or its default.
    """

    name: str
    shape: Shape
    default: Any
    missing: Callable[[], Any]
    null: Callable[[], Any]
    clearable: bool
    always: bool


_SPELLED: Dict[Any, str] = {
    str: "a text",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}


def _refuse(where: str, needed: str, found: Any) -> NoReturn:
    kind = _SPELLED.get(type(found), f"a {type(found).__name__}")
    where = where if len(where) <= 200 else where[:200] + "..."
    raise VeltValidationError(f"{where}: {needed} is needed, {kind} was sent", field=where)


def _same(value: Any) -> Any:
    return value


def _anything(value: Any, where: str) -> Any:
    return value


def _plain(value: Any, where: str) -> Any:
    if isinstance(value, (Mapping, list, tuple)):
        _refuse(where, "a plain value", cast(object, value))
    return value


def _object(value: Any, where: str) -> Any:
    if not isinstance(value, Mapping):
        _refuse(where, "an object", value)
    return cast(Any, value)


def _list(value: Any, where: str) -> Any:
    if not isinstance(value, (list, tuple)):
        _refuse(where, "a list", value)
    return cast(Any, value)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Model)


def _written(value: Any) -> Any:
    return value.to_dict() if isinstance(value, Model) else value


def _of_model(model: Type[Model]) -> Shape:
    def read(value: Any, where: str) -> Any:
        return value if isinstance(value, model) else model._read(value, where)

    return Shape(read, _written)


def _of_map(key: Any, entry: Any) -> Shape:
    if not _is_model(entry):
        return Shape(_object, _same, dict)
    of_entry, id = _of_model(entry), entry._id

    def key_of(name: Any) -> Any:
        # A key that int would spell differently ("007") stays a text, so that it comes back as it was.
        return int(name) if isinstance(name, str) and name.isdecimal() and str(int(name)) == name else name

    def read(value: Any, where: str) -> Any:
        result: Dict[Any, Any] = {}
        for name, sent in _object(value, where).items():
            if sent is not None:
                if id and isinstance(sent, Mapping) and id not in sent:
                    sent = {id: name, **cast(Mapping[str, Any], sent)}
                sent = of_entry.read(sent, f"{where}.{name}")
            result[key_of(name) if key is int else name] = sent
        return result

    def write(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value  # the service that gets it says what is wrong
        return {
            str(name) if key is int else name: _written(sent)
            for name, sent in cast("Mapping[Any, Any]", value).items()
        }

    return Shape(read, write, dict)


def _of_list(entry: Any) -> Shape:
    if not _is_model(entry):
        return Shape(_list, _same, list)
    of_entry = _of_model(entry)

    def read(value: Any, where: str) -> Any:
        entries = enumerate(_list(value, where))
        return [None if sent is None else of_entry.read(sent, f"{where}[{at}]") for at, sent in entries]

    def write(value: Any) -> Any:
        return (
            [_written(sent) for sent in cast(List[Any], value)] if isinstance(value, (list, tuple)) else value
        )

    return Shape(read, write, list)


def _of_enum(enums: Tuple[Type[Enum], ...]) -> Shape:
    members: Dict[Any, Enum] = {member.value: member for enum in reversed(enums) for member in enum}

    def read(value: Any, where: str) -> Any:
        return members.get(_plain(value, where), value)  # what nobody knows yet stays a text

    def write(value: Any) -> Any:
        return value.value if isinstance(value, Enum) else value

    return Shape(read, write)


def _shape(annotation: Any) -> Shape:
    origin: Any = getattr(annotation, "__origin__", None)
    arguments: Tuple[Any, ...] = getattr(annotation, "__args__", ())
    if origin is Union:
        kinds = tuple(kind for kind in arguments if kind is not type(None))
        enums = tuple(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum))
        if enums:
            return _of_enum(enums)
        return _shape(kinds[0]) if len(kinds) == 1 else Shape(_plain, _same)
    if origin is dict:
        return _of_map(*arguments)
    if origin is list:
        return _of_list(arguments[0])
    if annotation is Any:
        return Shape(_anything, _same)
    if _is_model(annotation):
        return _of_model(annotation)
    return Shape(_plain, _same, cast(Callable[[], Any], annotation))


_TABLES: Dict[Any, Dict[str, Field]] = {}


def _table(model: Type[Model]) -> Dict[str, Field]:
    """The fields of a model by their names on the wire."""
    made = _TABLES.get(model)
    if made is None:
        made = _TABLES[model] = _make_table(model)
    return made


def _make_table(model: Type[Model]) -> Dict[str, Field]:
    hints = get_type_hints(model)
    table: Dict[str, Field] = {}
    for each in fields(cast(Any, model)):
        if each.name == model._extra:
            continue
        shape = _shape(hints[each.name])
        required = each.default is MISSING
        default: Any = None if required else each.default
        table[each.name.rstrip("_")] = Field(
            name=each.name,
            shape=shape,
            default=default,
            missing=shape.empty if required else partial(_same, default),
            null=dict if required and shape.empty is dict else _nothing,
            clearable=not required and default is None,
            always=required or (default is not None and not issubclass(model, Request)),
        )
    return table


@dataclass
class BaseMetadata(Model):
    """Where a record belongs: organization, document, folder. The ids are the customer's own.

    Args:
        apiKey: the Velt API key.
        documentId, clientDocumentId: the document.
        organizationId, clientOrganizationId: the organization.
        folderId, veltFolderId: the folder.
        documentMetadata: what the page says about the document; passed through.
        sdkVersion: the version of the Velt frontend.
        extra_fields: other names that were sent.
    """

    apiKey: Optional[str] = None
    documentId: Optional[str] = None
    clientDocumentId: Optional[str] = None
    organizationId: Optional[str] = None
    clientOrganizationId: Optional[str] = None
    folderId: Optional[str] = None
    veltFolderId: Optional[str] = None
    documentMetadata: Optional[Dict[str, Any]] = None
    sdkVersion: Optional[str] = None
    extra_fields: Optional[Dict[str, Any]] = None


@dataclass
class ResolverDeleteMetadata(Model):
    """Where a record that is to be deleted belongs.

    Args:
        apiKey: the Velt API key.
        documentId, organizationId, folderId: the customer's ids.
        extra_fields: other names that were sent.
    """

    apiKey: Optional[str] = None
    documentId: Optional[str] = None
    organizationId: Optional[str] = None
    folderId: Optional[str] = None
    extra_fields: Optional[Dict[str, Any]] = None

    @classmethod
    def from_any(
        cls, metadata: Union[None, Mapping[str, Any], BaseMetadata, ResolverDeleteMetadata]
    ) -> ResolverDeleteMetadata:
        """Metadata of any of the accepted kinds; None is none at all."""
        if isinstance(metadata, ResolverDeleteMetadata):
            return metadata
        if isinstance(metadata, BaseMetadata):
            return cls(metadata.apiKey, metadata.documentId, metadata.organizationId, metadata.folderId)
        return cls() if metadata is None else cls.from_dict(metadata)


@dataclass
class ResolverResponse(Model):
    """The envelope that the Velt frontend expects.

    Args:
        data: what was asked for, by id.
        success: whether it went well.
        statusCode: 200, or what went wrong as an HTTP status.
        extra_fields: other names, for example `error` and `errorCode`.
    """

    data: Dict[str, Any]
    success: bool = True
    statusCode: int = 200
    extra_fields: Optional[Dict[str, Any]] = None


def organization_of(metadata: Any) -> Optional[str]:
    """The organization that a request's metadata names, whether it is a model or a dictionary."""
    if isinstance(metadata, Mapping):
        return cast(Mapping[str, Any], metadata).get("organizationId")
    return cast(Optional[str], getattr(metadata, "organizationId", None))
