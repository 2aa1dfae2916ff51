"""Under which key a file lies. Pure.

    attachments/<api key>/<digest of the organization>/<attachment>-<digest of the content>.<extension>

Every part is made of harmless characters, so that a key is the same in a folder and in S3. The same upload repeated
has the same key, so a retry leaves no second file. A replaced file has another key, so that bytes under a key never
change: whoever reads the old file, or uploads at the same time, never mixes two.
"""

from __future__ import annotations

import hashlib
import re
from typing import List, Optional, Pattern
from urllib.parse import urlsplit

from velt_py.exceptions import VeltStorageError
from velt_py.settings import FileSettings

__all__ = [
    "attachment_of",
    "bucket_url",
    "etag_of",
    "extension",
    "file_key",
    "folder_of",
    "is_own",
    "key_parts",
    "legacy_key",
]

ROOT = "attachments/"
PLAIN_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z")
PLAIN_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")
"""Without capitals: some file systems do not tell them from small letters, and two ids must never share a file."""
OWN_NAME = re.compile(r"([a-z0-9_-]+)-([0-9a-f]{32})\.[a-z0-9]{1,10}\Z")
OWN_FOLDER = re.compile(r"attachments/(?:[A-Za-z0-9_-]+/)?([0-9a-f]{32})/\Z")
PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}\Z")
DIGESTED = "x_"
"""What a digest that stands for an unsafe id starts with, so that it never equals a plain id of another attachment."""


def key_parts(key: str) -> List[str]:
    """The parts of a key between its slashes, each harmless as the name of a file.

    Raises:
        VeltStorageError: this is no key of any file: it might lead elsewhere.
    """
    parts = key.split("/")
    if not all(PART.match(part) for part in parts):
        raise VeltStorageError("this is no key that a file was ever stored under", field="key")
    return parts


def digest_of(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def safe_part(text: str, plain: Pattern[str]) -> str:
    """A text as one harmless part of a key: itself where it is plain, a digest otherwise."""
    return text if plain.match(text) and not text.startswith(DIGESTED) else DIGESTED + digest_of(text)


def extension(name: Optional[str]) -> str:
    """The harmless extension of a file's name: 1 to 10 lower-case letters and digits, `bin` without any."""
    _, dot, after = (name or "").rpartition(".")
    return after.lower() if dot and re.match(r"[A-Za-z0-9]{1,10}\Z", after) else "bin"


def folder_of(organization: str, api_key: Optional[str]) -> str:
    """Below what the keys of an organization lie; ends with a slash."""
    return ROOT + (safe_part(api_key, PLAIN_KEY) + "/" if api_key else "") + digest_of(organization) + "/"


def file_key(
    organization: str, attachment: str, content_digest: str, name: Optional[str], api_key: Optional[str]
) -> str:
    """The key of a file.

    Args:
        organization, attachment: whose file it is; any texts.
        content_digest: of its bytes, 32 hexadecimal digits.
        name: its name for people; only the extension counts.
        api_key: of the configuration.
    """
    folder = folder_of(organization, api_key)
    return f"{folder}{safe_part(attachment, PLAIN_ID)}-{content_digest}.{extension(name)}"


def is_own(key: str, organization: str) -> bool:
    """Whether `key` was made here for a file of this organization."""
    return owner_of(key) == digest_of(organization)


def owner_of(key: str) -> Optional[str]:
    """The digest of the organization that a key made here belongs to; None for other keys."""
    folder, slash, name = key.rpartition("/")
    match = OWN_FOLDER.match(folder + slash)
    return match.group(1) if match and OWN_NAME.match(name) else None


def attachment_of(key: str) -> Optional[str]:
    """The id of the attachment whose file a key of ours names, where it can be told."""
    match = OWN_NAME.match(key.rpartition("/")[2])
    return match.group(1) if match and not match.group(1).startswith(DIGESTED) else None


def etag_of(key: str) -> str:
    """The ETag of the bytes under a key; bytes under a key of ours never change."""
    match = OWN_NAME.match(key.rpartition("/")[2])
    return f'"{match.group(2) if match else digest_of(key)}"'


def bucket_url(key: str, files: FileSettings) -> str:
    """The address of a file in the bucket, as the published package makes it."""
    return bucket_address(files) + key


def bucket_address(files: FileSettings) -> str:
    if files.endpoint_url:
        return f"{files.endpoint_url.rstrip('/')}/{files.bucket_name}/"
    return f"https://{files.bucket_name}.s3.{files.region}.amazonaws.com/"


def legacy_key(url: str, files: FileSettings) -> Optional[str]:
    """The key of a file that the published package stored: a URL of its form in exactly our bucket, below
    `attachments/`. None for others, keys made here included: those belong to the organization that they name, and a
    URL in a row proves nothing.
    """
    address = bucket_address(files)
    if files.type != "s3" or not url.startswith(address + ROOT) or urlsplit(url).fragment:
        return None
    key = url[len(address) :]
    if "?" in key or any(part in ("", ".", "..") for part in key.split("/")):
        return None
    if owner_of(key) is not None:
        return None
    return key
