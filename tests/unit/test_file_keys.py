"""Keys, names, headers: pure."""

from __future__ import annotations

import re
from typing import Any, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from velt_py.exceptions import VeltValidationError
from velt_py.selfhosting.files.disposition import content_disposition
from velt_py.selfhosting.files.keys import (
    attachment_of,
    bucket_url,
    etag_of,
    extension,
    file_key,
    folder_of,
    is_own,
    legacy_key,
)
from velt_py.selfhosting.files.plans import Upload
from velt_py.selfhosting.files.rules import check_type, normal_type
from velt_py.settings import FileSettings

DIGEST = "0123456789abcdef0123456789abcdef"
TEXT = st.text(min_size=1, max_size=60)
BUCKET = FileSettings(type="s3", bucket_name="my.bucket", region="eu-central-1")


@given(organization=TEXT, attachment=TEXT, name=st.none() | st.text(max_size=300), api_key=st.none() | TEXT)
def test_any_names_make_a_harmless_key_that_names_its_organization(
    organization: str, attachment: str, name: Optional[str], api_key: Optional[str]
) -> None:
    key = file_key(organization, attachment, DIGEST, name, api_key)
    assert re.fullmatch(r"attachments/([A-Za-z0-9_-]+/)?[0-9a-f]{32}/[a-z0-9_-]+\.[a-z0-9]{1,10}", key)
    assert len(key) < 250
    assert key.startswith(folder_of(organization, api_key))
    assert is_own(key, organization)
    assert not is_own(key, organization + "x")
    assert key == file_key(organization, attachment, DIGEST, name, api_key)
    assert attachment_of(key) in (attachment, None)
    assert etag_of(key) == f'"{DIGEST}"'


@given(first=st.tuples(TEXT, TEXT), second=st.tuples(TEXT, TEXT))
def test_two_attachments_never_share_a_key(first: Any, second: Any) -> None:
    keys = [file_key(organization, id, DIGEST, "a.png", None).lower() for organization, id in (first, second)]
    assert (keys[0] == keys[1]) == (first == second)


def test_a_digest_never_equals_a_plain_id() -> None:
    digested = attachment_of(file_key("o", "ä", DIGEST, None, None))
    assert digested is None
    hidden = file_key("o", "ä", DIGEST, None, None).rpartition("/")[2].split("-")[0]
    assert file_key("o", hidden, DIGEST, None, None) != file_key("o", "ä", DIGEST, None, None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.PNG", "png"),
        ("a.tar.gz", "gz"),
        ("a", "bin"),
        ("", "bin"),
        (None, "bin"),
        ("a.", "bin"),
        ("a.p/g", "bin"),
        ("a.\0", "bin"),
        ("a.öl", "bin"),
        ("a." + "x" * 11, "bin"),
        ("a.png\n", "bin"),
    ],
)
def test_an_extension_is_short_and_plain(name: Optional[str], expected: str) -> None:
    assert extension(name) == expected


def test_a_public_address_has_the_published_form() -> None:
    assert bucket_url("attachments/k/1.png", BUCKET) == (
        "https://my.bucket.s3.eu-central-1.amazonaws.com/attachments/k/1.png"
    )


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://my.bucket.s3.eu-central-1.amazonaws.com/attachments/k/1.png", True),
        ("https://my.bucket.s3.eu-central-1.amazonaws.com/attachments/1", True),
        ("http://my.bucket.s3.eu-central-1.amazonaws.com/attachments/k/1.png", False),
        ("https://my.bucket.s3.us-east-1.amazonaws.com/attachments/k/1.png", False),
        ("https://my.bucket.s3.eu-central-1.amazonaws.com.evil.example/attachments/k/1.png", False),
        ("https://my.bucket.s3.eu-central-1.amazonaws.com/other/1.png", False),
        ("https://my.bucket.s3.eu-central-1.amazonaws.com/attachments/../1.png", False),
        ("https://my.bucket.s3.eu-central-1.amazonaws.com/attachments//1.png", False),
        ("https://my.bucket.s3.eu-central-1.amazonaws.com/attachments/", False),
        ("https://my.bucket.s3.eu-central-1.amazonaws.com/attachments/1.png?x", False),
        (
            "https://my.bucket.s3.eu-central-1.amazonaws.com/" + file_key("o", "1", DIGEST, "a.png", "k"),
            False,
        ),
    ],
)
def test_only_exactly_our_bucket_below_attachments_is_ours(url: str, ours: bool) -> None:
    assert (legacy_key(url, BUCKET) is not None) == ours


def test_a_folder_has_no_addresses_of_the_published_package() -> None:
    assert (
        legacy_key("https://None.s3.us-east-1.amazonaws.com/attachments/1", FileSettings(type="folder"))
        is None
    )


@pytest.mark.parametrize(
    "mime_type", ["text/html", "image/svg+xml", "application/xml", "application/pdf", "video/x"]
)
def test_what_can_run_in_a_browser_is_never_shown_in_place(mime_type: str) -> None:
    assert content_disposition("a", mime_type).startswith("attachment;")


@given(st.text(max_size=300))
def test_any_name_makes_a_header_that_is_one_line_of_ascii(name: str) -> None:
    header = content_disposition(name, "image/png")
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') in (0, 2)
    assert header.startswith("inline")


@pytest.mark.parametrize(
    ("given_type", "expected"),
    [
        ("Image/PNG", "image/png"),
        (" video/webm; codecs=vp9", "video/webm"),
        (None, "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_a_type_is_normalised(given_type: Any, expected: str) -> None:
    assert normal_type(given_type, "x") == expected


def test_families_and_single_types_are_allowed() -> None:
    files = FileSettings(type="folder", allowed_types=("image/*", "Application/PDF"))
    check_type("image/webp", files)
    check_type("application/pdf", files)
    for refused in ("imagex/png", "text/html"):
        with pytest.raises(VeltValidationError):
            check_type(refused, files)


def test_an_upload_shows_no_content_and_no_name() -> None:
    import io

    shown = repr(Upload(io.BytesIO(b"secret"), "salary.pdf", "application/pdf"))
    assert shown == "Upload(mime_type='application/pdf')"
