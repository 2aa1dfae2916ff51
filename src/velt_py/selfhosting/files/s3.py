"""Files in an S3 bucket, or in a store that speaks S3."""

from __future__ import annotations

import io
import os
import threading
from contextlib import contextmanager
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, Dict, Generator, List, Optional

from velt_py.exceptions import VeltDependencyError
from velt_py.selfhosting.files.base import FileStore, StoredFile, storage_failure
from velt_py.selfhosting.files.disposition import content_disposition
from velt_py.selfhosting.files.plans import (
    ClearLeftovers,
    FileFacts,
    ListFiles,
    OpenFile,
    PutFile,
    RemoveFile,
    SignFile,
    StatFile,
)
from velt_py.selfhosting.files.s3_upload import upload
from velt_py.settings import FileSettings

__all__ = ["S3Store"]

CONNECT_SECONDS = 5
READ_SECONDS = 60
ATTEMPTS = 3

GONE = ("404", "NoSuchKey", "NotFound")
NO_BUCKET = "the bucket of `aws.bucket_name` does not exist; make it, or correct name, region or endpoint"
HINTS = {
    "NoSuchBucket": NO_BUCKET,
    "404": NO_BUCKET,  # of a look at the bucket alone; a file that is gone comes no further than its step
    "AccessDenied": "S3 refused access; the credentials need s3:GetObject, PutObject, DeleteObject, ListBucket",
    "403": "S3 refused access; check the credentials and the bucket's policy",
    "InvalidAccessKeyId": "S3 does not know `aws.access_key_id`; correct it",
    "SignatureDoesNotMatch": "S3 refused the signature; correct `aws.secret_access_key`",
    "ExpiredToken": "the S3 credentials have expired; renew them",
    "PermanentRedirect": "the bucket lies in another region; correct `aws.region`",
    "NoCredentialsError": "no S3 credentials were found; set `aws.access_key_id` and `aws.secret_access_key`",
    "PartialCredentialsError": "half of the S3 credentials is missing; set `aws.secret_access_key` as well",
    "EndpointConnectionError": "S3 cannot be reached; check `aws.endpoint_url`, `aws.region` and the network",
    "ConnectTimeoutError": "S3 did not answer in time; check `aws.endpoint_url` and the network, then try again",
    "ReadTimeoutError": "S3 did not answer in time; try again",
}


class S3Store(FileStore):
    """Files in one bucket. Connections are made at the first step, and again after a fork.

    Args:
        files: bucket, region, endpoint and, when they are not left to boto3's own chain, credentials.

    Raises:
        VeltDependencyError: at the first step, when boto3 is not installed.
    """

    def __init__(self, files: FileSettings) -> None:
        self._files = files
        self._bucket = str(files.bucket_name)
        self._lock = threading.Lock()
        self._made: Optional[Any] = None
        self._pid = 0

    # The client

    @property
    def _client(self) -> Any:
        if self._pid != os.getpid():
            self._lock, self._made, self._pid = threading.Lock(), None, os.getpid()
        with self._lock:
            if self._made is None:
                self._made = self._connect()
            return self._made

    def _connect(self) -> Any:
        try:
            from boto3.session import Session
        except ImportError:
            raise VeltDependencyError(
                'files in S3 need a library that is not installed; run: pip install "velt-py[s3]"',
                field="files.type",
            ) from None
        files = self._files
        keys: Dict[str, Any] = {}
        if files.access_key_id and files.secret_access_key:
            keys = {
                "aws_access_key_id": files.access_key_id,
                "aws_secret_access_key": files.secret_access_key,
            }
        # A session of its own: boto3's default one is shared by the whole process and not safe under threads.
        session: Any = Session()
        return session.client(
            "s3",
            region_name=files.region,
            endpoint_url=files.endpoint_url,
            config=client_config(files),
            **keys,
        )

    @contextmanager
    def _library(self, code: Optional[str] = None) -> Generator[Any, None, None]:
        """The client; the library's errors leave as ours."""
        client = self._client
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield client
        except (BotoCoreError, ClientError) as error:
            word = error_word(error)
            problem = HINTS.get(word, "S3 could not carry out the operation")
            raise storage_failure(error, problem, reason=str(error), code=code) from None

    # Steps

    def put(self, step: PutFile) -> int:
        headers = {
            "ContentType": step.mime_type,
            "ContentDisposition": content_disposition(step.name, step.mime_type),
        }
        with self._library("S3_UPLOAD_ERROR") as client:
            return upload(client, self._bucket, step.key, step.content, step.max_bytes, headers)

    def open(self, step: OpenFile) -> Optional[StoredFile]:
        asked: Dict[str, Any] = {}
        if step.start or step.end is not None:
            if step.end is not None and step.end <= step.start:
                return self._nothing(step.key)
            asked["Range"] = f"bytes={step.start}-" + ("" if step.end is None else str(step.end - 1))
        with self._library() as client:
            try:
                found = client.get_object(Bucket=self._bucket, Key=step.key, **asked)
            except client.exceptions.ClientError as error:
                word = error_word(error)
                if word in GONE:
                    return None
                if word in ("InvalidRange", "416"):
                    return self._nothing(step.key)
                raise
        spanned = str(found.get("ContentRange", "")).rpartition("/")[2]
        size = int(spanned) if spanned.isdigit() else int(found["ContentLength"])
        return StoredFile(io.BufferedReader(Download(found["Body"], self), 65536), size)

    def _nothing(self, key: str) -> Optional[StoredFile]:
        """The empty part of a file beyond its end."""
        facts = self.stat(StatFile(key))
        return None if facts is None else StoredFile(io.BytesIO(), facts.size)

    def stat(self, step: StatFile) -> Optional[FileFacts]:
        with self._library() as client:
            try:
                found = client.head_object(Bucket=self._bucket, Key=step.key)
            except client.exceptions.ClientError as error:
                if error_word(error) in GONE:
                    return None
                raise
        return FileFacts(step.key, int(found["ContentLength"]), seconds_since(found["LastModified"], found))

    def sign(self, step: SignFile) -> Optional[str]:
        with self._library() as client:
            return str(
                client.generate_presigned_url(
                    "get_object",
                    Params={
                        "Bucket": self._bucket,
                        "Key": step.key,
                        "ResponseContentType": step.mime_type,
                        "ResponseContentDisposition": content_disposition(step.name, step.mime_type),
                    },
                    ExpiresIn=step.seconds,
                )
            )

    def remove(self, step: RemoveFile) -> bool:
        # S3 answers a delete the same whether there was something or not.
        there = self.stat(StatFile(step.key)) is not None
        if there:
            with self._library() as client:
                client.delete_object(Bucket=self._bucket, Key=step.key)
        return there

    def list(self, step: ListFiles) -> List[FileFacts]:
        found: List[FileFacts] = []
        with self._library() as client:
            pages = client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=step.prefix)
            for page in pages:
                found += [
                    FileFacts(entry["Key"], int(entry["Size"]), seconds_since(entry["LastModified"], page))
                    for entry in page.get("Contents", ())
                ]
        return found

    def clear_leftovers(self, step: ClearLeftovers) -> int:
        count = 0
        with self._library() as client:
            pages = client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._bucket, Prefix=step.prefix
            )
            for page in pages:
                for entry in page.get("Uploads", ()):
                    if seconds_since(entry["Initiated"], page) <= step.seconds:
                        continue
                    count += 1
                    if step.apply:
                        client.abort_multipart_upload(
                            Bucket=self._bucket, Key=entry["Key"], UploadId=entry["UploadId"]
                        )
        return count

    def ping(self) -> None:
        with self._library() as client:
            client.head_bucket(Bucket=self._bucket)

    def close(self) -> None:
        made, self._made = self._made, None
        if made is not None and self._pid == os.getpid():
            made.close()


class Download(io.RawIOBase):
    """The body of an object; what fails while it is read leaves as our error."""

    def __init__(self, body: Any, store: S3Store) -> None:
        super().__init__()
        self._body = body
        self._store = store

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with self._store._library():
            piece: bytes = self._body.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._body.close()
        super().close()


def client_config(files: FileSettings) -> Any:
    """Bounded waiting, few attempts, and for other stores than Amazon's what they commonly understand."""
    from botocore.config import Config

    options: Dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": READ_SECONDS,
        "retries": {"mode": "standard", "total_max_attempts": ATTEMPTS},
        "signature_version": "s3v4",
        "max_pool_connections": 16,
    }
    if files.endpoint_url:
        options["s3"] = {"addressing_style": "path"}
    try:
        # Newer versions add checksums that many stores refuse; older ones do not know the options.
        return Config(
            **options,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
    except TypeError:
        return Config(**options)


def error_word(error: BaseException) -> str:
    """S3's word for an error, or the class of one that never reached S3."""
    response: Any = getattr(error, "response", None)
    if isinstance(response, dict):
        return str(response.get("Error", {}).get("Code", ""))  # pyright: ignore
    return type(error).__name__


def seconds_since(moment: datetime, answer: Any) -> float:
    """How long ago something was, by the clock of the server that answered: ours may differ from it."""
    headers: Dict[str, str] = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    try:
        now = parsedate_to_datetime(headers["date"])
    except (KeyError, TypeError, ValueError):
        now = datetime.now(timezone.utc)
    if now.tzinfo is None:
        now = now.replace(tzinfo=timezone.utc)
    return (now - moment).total_seconds()
