"""Answers of `sdk.api.crdt`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, TypedDict, Union

from velt_py.api.answers.shared import Failable

__all__ = [
    "AddCrdtDataAnswer",
    "DeleteCrdtDataAnswer",
    "GetCrdtDataAnswer",
    "UpdateCrdtDataAnswer",
]


class AddCrdtDataResult(TypedDict):
    status: str
    message: str
    data: Any


class AddCrdtDataAnswer(Failable):
    result: AddCrdtDataResult


class GetCrdtDataData(TypedDict):
    id: str
    data: Union[str, Dict[str, Any], List[Any]]
    lastUpdate: str
    lastUpdatedBy: str
    sessionId: Optional[str]


class GetCrdtDataResult(TypedDict):
    status: str
    message: str
    data: List[GetCrdtDataData]


class GetCrdtDataAnswer(Failable):
    result: GetCrdtDataResult


class UpdateCrdtDataResult(TypedDict):
    status: str
    message: str
    data: Any


class UpdateCrdtDataAnswer(Failable):
    result: UpdateCrdtDataResult


class DeleteCrdtDataResult(TypedDict):
    status: str
    message: str
    data: Dict[str, Any]


class DeleteCrdtDataAnswer(Failable):
    result: DeleteCrdtDataResult
