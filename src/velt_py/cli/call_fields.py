"""The fields of an operation on the command line: which options there are, and what their texts mean. Pure but for
values that name a file."""

from __future__ import annotations

import argparse
import json
from typing import Any, Dict, Mapping

from velt_py.exceptions import VeltValidationError
from velt_py.models.request import Fact

__all__ = ["OPTIONS", "add_fields", "described", "option_of", "read_fields", "read_json"]

OPTIONS = ("config", "data", "all", "dry-run", "yes", "json")
"""The command's own options; a field of such a name is given as `--field-NAME`."""

BOOLEANS = {"true": True, "false": False}


def add_fields(parser: argparse.ArgumentParser, facts: Mapping[str, Fact]) -> None:
    """An option for each field. A list of texts may be repeated; objects and other lists are JSON or `@FILE`."""
    for name, fact in facts.items():
        many = fact.type == "string[]"
        parser.add_argument(
            option_of(name),
            dest=f"field_{name}",
            action="append" if many else "store",
            metavar=_metavar(fact),
            help=described(fact),
        )


def option_of(name: str) -> str:
    """How a field is given."""
    return f"--field-{name}" if name in OPTIONS else f"--{name}"


def described(fact: Fact) -> str:
    """What is known of a field, in a few words."""
    words = [fact.type]
    if fact.required:
        words.append("required")
    if fact.most is not None:
        words.append(f"at most {fact.most}")
    if fact.one_of is not None:
        words.append("one of " + ", ".join(map(str, fact.one_of)))
    if fact.type == "string[]":
        words.append("may be repeated")
    return "; ".join(words).replace("%", "%%")


def _metavar(fact: Fact) -> str:
    if fact.type in ("string", "string[]"):
        return "TEXT"
    if fact.type in ("integer", "number"):
        return "NUMBER"
    return "true|false" if fact.type == "boolean" else "JSON|@FILE"


def read_fields(given: argparse.Namespace, facts: Mapping[str, Fact]) -> Dict[str, Any]:
    """The fields that were given, as the types of the table.

    Raises:
        VeltValidationError: a text does not mean a value of the field's type.
    """
    found: Dict[str, Any] = {}
    for name, fact in facts.items():
        text = getattr(given, f"field_{name}")
        if text is not None:
            found[name] = text if isinstance(text, list) else _value(name, str(text), fact)
    return found


def _value(name: str, text: str, fact: Fact) -> Any:
    types = fact.type.split("|")
    if types == ["string"]:
        return text
    if types == ["boolean"]:
        if text not in BOOLEANS:
            raise VeltValidationError(f"{option_of(name)}: write true or false", field=name)
        return BOOLEANS[text]
    if len(types) == 1 and types[0] in ("integer", "number"):
        try:
            return int(text) if types[0] == "integer" else json.loads(text)
        except ValueError:
            raise VeltValidationError(f"{option_of(name)}: a number is needed", field=name) from None
    if "string" in types and not text.startswith(("{", "[", "@", '"')):
        return text
    return read_json(option_of(name), text)


def read_json(option: str, text: str) -> Any:
    """The value of a JSON text, of a file named by `@FILE`.

    Raises:
        VeltValidationError: the file cannot be read, or this is no JSON.
    """
    source = text
    if text.startswith("@"):
        try:
            with open(text[1:], encoding="utf-8") as file:
                source = file.read()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
            raise VeltValidationError(f"{option} {text}: {reason}", field=option) from None
    try:
        return json.loads(source)
    except (ValueError, RecursionError):
        raise VeltValidationError(f"{option}: JSON is needed, or @FILE with it in", field=option) from None
