"""The facts of Velt's API beside the code: what each operation posts where, and requests made from them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional

from velt_py.api.backend import service_class

TABLE = Path(__file__).with_name("operations.json")

UNSENT = {"loops"}
"""Accepted, and never sent."""

CREDENTIALS = {
    "apiKey": "the-api-key",
    "authToken": "the-auth-token",
    "workspaceId": "the-workspace",
    "workspaceAuthToken": "the-workspace-token",
}


@dataclass(frozen=True)
class Paging:
    """The request's field for the cursor, and where the next one stands (None: not documented)."""

    token: str
    at: Optional[str]


@dataclass(frozen=True)
class Fact:
    """One operation as documented.

    Args:
        fields: JSON types by name, in order; `!` at the end of a type means required.
        auth: `apiKey`; `workspace` for the workspace's token; `bare` for no token and no `{"data": ...}`.
        published: whether velt-py 0.3.0 has it.
    """

    service: str
    method: str
    request: str
    http: str
    path: str
    auth: str
    fields: Dict[str, str]
    repeatable: bool
    paging: Optional[Paging]
    published: bool

    @property
    def name(self) -> str:
        return f"{self.service}.{self.method}"

    @property
    def operation(self) -> Any:
        """The line of the code's table."""
        return getattr(service_class(self.service), self.method)

    def headers(self) -> Dict[str, str]:
        """What the API must see of the credentials."""
        expected = {
            "content-type": "application/json",
            "x-velt-api-key": CREDENTIALS["apiKey"],
            "x-velt-auth-token": CREDENTIALS["authToken"],
        }
        if self.service == "workspace":
            expected["x-velt-workspace-id"] = CREDENTIALS["workspaceId"]
        if self.auth == "workspace":
            expected["x-velt-auth-token"] = CREDENTIALS["workspaceAuthToken"]
        if self.auth == "bare":
            del expected["x-velt-auth-token"]
        return expected

    def body(self, given: Dict[str, Any]) -> Dict[str, Any]:
        """The body for these fields: in the order of the table, without those that are None."""
        sent = {
            name: given[name] for name in self.fields if given.get(name) is not None and name not in UNSENT
        }
        return sent if self.auth == "bare" else {"data": sent}


def read_table() -> List[Fact]:
    lines: List[Dict[str, Any]] = json.loads(TABLE.read_text())
    return [
        Fact(**{**line, "paging": Paging(**line["paging"]) if line["paging"] else None}) for line in lines
    ]


def sample(name: str, kind: str) -> Any:
    """A value of a documented type."""
    kind = kind.rstrip("!").split("|")[0]
    if kind.endswith("[]"):
        return [sample(name, kind[:-2]), sample(name, kind[:-2])]
    if kind == "string":
        return f"{name} of one"
    if kind == "boolean":
        return True
    if kind in ("number", "integer"):
        return 17
    return {"id": f"{name}-1", "deep": {"flag": False, "list": [1, {"x": "y"}]}}


def required(fact: Fact) -> Dict[str, Any]:
    return {name: sample(name, kind) for name, kind in fact.fields.items() if kind.endswith("!")}


def everything(fact: Fact) -> Dict[str, Any]:
    return {name: sample(name, kind) for name, kind in fact.fields.items()}


def falsy(fact: Fact) -> Dict[str, Any]:
    """Every value that is false and yet a value, turn by turn."""
    values: List[Any] = [0, False, "", [], {}, 0.0]
    return {name: values[at % len(values)] for at, name in enumerate(fact.fields)}


def nulls(fact: Fact) -> Dict[str, Any]:
    """None deeper down, and None itself for every second field."""
    deep = {"none": None, "list": [None, {"none": None, "": []}]}
    return {name: None if at % 2 else deep for at, name in enumerate(fact.fields)}


def foreign(fact: Fact) -> Dict[str, Any]:
    """Letters beyond ASCII and beyond 16 bits, quotes and control characters."""
    text = 'Ünïcødé 漢字 🙂 "quoted" \\ \u2028 \x00 \n </script>'
    return {
        name: [{text: text}] if kind.rstrip("!").endswith("[]") else text
        for name, kind in fact.fields.items()
    }


CASES = [required, everything, falsy, nulls, foreign]
