"""Answers of `sdk.api.gdpr`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import Any, List, Optional, TypedDict

from velt_py.api.answers.shared import Failable

__all__ = [
    "DeleteAllUserDataAnswer",
    "GetAllUserDataAnswer",
    "GetDeleteUserDataStatusAnswer",
]


class DeleteAllUserDataData(TypedDict):
    jobId: str
    tasksCount: float


class DeleteAllUserDataAnswer(Failable):
    status: str
    message: str
    data: DeleteAllUserDataData
    statusCode: int


class GetAllUserDataData(TypedDict):
    comments: List[Any]
    reactions: List[Any]
    recordings: List[Any]
    notifications: List[Any]


class _GetAllUserDataResult(TypedDict, total=False):
    nextPageToken: Optional[str]


class GetAllUserDataResult(_GetAllUserDataResult):
    status: str
    message: str
    data: GetAllUserDataData


class GetAllUserDataAnswer(Failable):
    result: GetAllUserDataResult


class _GetDeleteUserDataStatusData(TypedDict, total=False):
    lastTaskCompletedTime: float


class GetDeleteUserDataStatusData(_GetDeleteUserDataStatusData):
    isDeleteCompleted: bool
    tasksLeft: float


class GetDeleteUserDataStatusResult(TypedDict):
    status: str
    message: str
    data: GetDeleteUserDataStatusData


class GetDeleteUserDataStatusAnswer(Failable):
    result: GetDeleteUserDataStatusResult
