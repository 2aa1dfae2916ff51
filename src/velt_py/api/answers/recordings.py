"""Answers of `sdk.api.recordings`: what Velt sends, as types for type checkers."""

from __future__ import annotations

from typing import List, Optional, TypedDict

from velt_py.api.answers.shared import Failable

__all__ = [
    "GetRecordingsAnswer",
]


class _GetRecordingsData(TypedDict, total=False):
    type: str
    recordedTime: GetRecordingsDataRecordedTime
    displayName: str
    latestVersion: float


class GetRecordingsData(_GetRecordingsData):
    recordingType: str
    mode: str
    metadata: GetRecordingsDataMetadata
    annotationId: str
    attachments: List[GetRecordingsDataAttachments]


class GetRecordingsDataMetadata(TypedDict):
    apiKey: str
    documentId: str
    organizationId: str


class GetRecordingsDataRecordedTime(TypedDict):
    duration: float
    display: str


class GetRecordingsDataAttachments(TypedDict):
    attachmentId: float
    url: str
    mimeType: str
    name: str
    type: str
    size: float


class _GetRecordingsResult(TypedDict, total=False):
    pageToken: Optional[str]


class GetRecordingsResult(_GetRecordingsResult):
    status: str
    message: str
    data: List[GetRecordingsData]


class GetRecordingsAnswer(Failable):
    result: GetRecordingsResult
