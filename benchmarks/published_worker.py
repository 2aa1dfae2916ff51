"""The published package as a contender. Runs with the interpreter of its own environment, never with ours.

python published_worker.py postgresql|mongodb ADDRESS DATABASE [AWS]    (JSON of the configuration's block)
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Dict

from contender import Body, Contender, serve

from velt_py import (
    GetCommentResolverRequest,
    SaveAttachmentResolverRequest,
    SaveCommentResolverRequest,
    VeltSDK,
)


class Published(Contender):
    """velt-py with one database, and S3 where `aws` names a bucket."""

    def __init__(self, store: str, address: str, database: str, aws: str = "{}") -> None:
        config = {"type": store, "connection_string": address, "database_name": database}
        self.sdk: Any = VeltSDK.initialize({"database": config, "aws": json.loads(aws)})

    def save(self, body: Body) -> None:
        answer = self.sdk.selfHosting.comments.saveComments(SaveCommentResolverRequest.from_dict(body))
        if not answer["success"]:
            raise RuntimeError(answer)

    def get(self, body: Body) -> Dict[str, Any]:
        return dict(self.answer(body)["data"])

    def get_json(self, body: Body) -> bytes:
        return json.dumps(self.answer(body)).encode()

    def answer(self, body: Body) -> Dict[str, Any]:
        answer = self.sdk.selfHosting.comments.getComments(GetCommentResolverRequest.from_dict(body))
        if not answer["success"]:
            raise RuntimeError(answer)
        return dict(answer)

    def attach(self, id: int, path: str) -> None:
        request = SaveAttachmentResolverRequest.from_dict(
            {
                "attachment": {
                    "attachmentId": id,
                    "name": "clip.bin",
                    "mimeType": "application/octet-stream",
                },
                "metadata": {"organizationId": "files", "documentId": "document"},
                "event": "attachment.add",
            }
        )
        answer = self.sdk.selfHosting.attachments.saveAttachment(
            request,
            file_data=Path(path).read_bytes(),
            file_name="clip.bin",
            mime_type="application/octet-stream",
        )
        if not answer["success"]:
            raise RuntimeError(answer)

    def close(self) -> None:
        self.sdk.close()


if __name__ == "__main__":
    serve(lambda: Published(*sys.argv[1:]))
