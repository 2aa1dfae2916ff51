"""Judgments that tests put into the memory, and how they ask for them."""

from __future__ import annotations

from typing import Any, Dict, List

from tests.emulator.controlling import control
from velt_py import VeltSDK
from velt_py.emulator import Emulator

DAY = 24 * 3600
SARAH = {"userId": "u_sarah", "name": "Sarah Lee", "email": "sarah@example.com"}
CLAIM = "Claim 'clinically proven' lacks a citation."


def judge(emulator: Emulator, *entries: Dict[str, Any], key: str = "key") -> List[str]:
    held = [{"organizationId": "o", "actionUser": SARAH, **entry} for entry in entries]
    return list(control(emulator, "POST", "memory/judgments", apiKey=key, judgments=held)["judgments"])


def comment(sdk: VeltSDK, text: str, annotation: str = "a", **more: Any) -> None:
    answer: Any = sdk.api.commentAnnotations.addCommentAnnotations(
        organizationId="o",
        documentId="d",
        createOrganization=True,
        createDocument=True,
        commentAnnotations=[
            {"annotationId": annotation, "commentData": [{"commentText": text, "from": SARAH}], **more}
        ],
    )
    assert "result" in answer, answer


def texts(answer: Any) -> List[str]:
    return [each["reasoning"] for each in answer["result"]["results"]]
