"""Attachments through the SDK, with real stores: call forms, answers, rules, isolation."""

from __future__ import annotations

import base64
import dataclasses
import io
import json
import os
import re
import threading
from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest

from velt_py.exceptions import VeltValidationError
from velt_py.models.attachment import (
    AttachmentResolverMetadata,
    DeleteAttachmentResolverRequest,
    ResolverAttachment,
    SaveAttachmentResolverRequest,
)
from velt_py.models.base import ResolverDeleteMetadata
from velt_py.sdk import AsyncVeltSDK, VeltSDK
from velt_py.selfhosting.files.keys import folder_of
from velt_py.selfhosting.files.plans import ListFiles, OpenFile, PutFile, Upload
from velt_py.selfhosting.files.reconcile import reconcile
from velt_py.selfhosting.plans import Change, Save
from velt_py.selfhosting.records import ATTACHMENTS
from velt_py.selfhosting.scope import Scope
from velt_py.settings import FileSettings, Settings

ORGANIZATION = "org 1/ä"
ID = 742199
URL = "https://app.example/velt/files/742199?organizationId=org%201%2F%C3%A4"


def served(sdk: VeltSDK, organization: str = ORGANIZATION, id: Any = ID) -> Optional[bytes]:
    """The bytes that the route would serve, or None."""
    found = sdk.selfHosting.attachments.getFile(organization, id)
    if not found["success"]:
        assert found["errorCode"] == "NOT_FOUND"
        return None
    stored = sdk._runner.run(OpenFile(found["data"]["key"]))
    return b"".join(stored.pieces())


def listed(sdk: VeltSDK, organization: str = ORGANIZATION) -> List[str]:
    return [facts.key for facts in sdk._runner.run(ListFiles(folder_of(organization, "key-1")))]


def request(id: Any = ID, file: Any = "", organization: str = ORGANIZATION) -> SaveAttachmentResolverRequest:
    metadata = AttachmentResolverMetadata(
        organizationId=organization, documentId="doc", commentAnnotationId="c1"
    )
    return SaveAttachmentResolverRequest(
        ResolverAttachment(id, file, name="a.png", mimeType="image/png"), metadata, "attachment.add"
    )


RAW: Dict[str, Any] = {
    "attachment": {"attachmentId": ID, "name": "a.png", "mimeType": "image/png"},
    "metadata": {"organizationId": ORGANIZATION, "documentId": "doc"},
}
README: Dict[str, Any] = {"attachmentId": ID, "name": "a.png", "mimeType": "image/png"}
ENCODED = base64.b64encode(b"hello").decode()

FORMS: Dict[str, Any] = {
    "typed": lambda save: save(request(), b"hello"),
    "typed, all by position": lambda save: save(request(), b"hello", "a.png", "image/png"),
    "typed, by name": lambda save: save(request=request(), file_data=b"hello", file_name="a.png"),
    "typed, a file object": lambda save: save(request(), io.BytesIO(b"hello")),
    "raw": lambda save: save(RAW, file_data=b"hello"),
    "raw, as the HTTP edge has it": lambda save: save(
        {**RAW, "upload": Upload(io.BytesIO(b"hello"), "blob")}
    ),
    "raw, Base64": lambda save: save({**RAW, "attachment": {**README, "base64Data": ENCODED}}),
    "README, Base64": lambda save: save(ORGANIZATION, {**README, "base64Data": ENCODED}, "doc"),
    "README, data address": lambda save: save(
        organizationId=ORGANIZATION,
        attachment={"attachmentId": ID, "name": "a.png", "base64Data": f"data:image/png;base64,{ENCODED}"},
        documentId="doc",
    ),
    "README, bytes": lambda save: save(ORGANIZATION, {**README, "file": b"hello"}, documentId="doc"),
    "README, a file object": lambda save: save(ORGANIZATION, {**README, "file": io.BytesIO(b"hello")}, "doc"),
    "README, file beside": lambda save: save(ORGANIZATION, README, "doc", file_data=bytearray(b"hello")),
    "README, digits as text": lambda save: save(
        ORGANIZATION, {**README, "attachmentId": "742199", "file": b"hello"}, "doc"
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_call_form_stores_the_same_row_and_bytes(sdk: VeltSDK, form: str) -> None:
    answer = FORMS[form](sdk.selfHosting.attachments.saveAttachment)
    assert answer == {"success": True, "statusCode": 200, "data": {"url": URL}}
    row = sdk.selfHosting.attachments.getAttachment(ORGANIZATION, ID)["data"]
    assert row["attachmentId"] == ID
    assert isinstance(row["attachmentId"], int)
    assert (row["file"], row["name"], row["mimeType"], row["size"]) == (URL, "a.png", "image/png", 5)
    assert row["metadata"] == {"organizationId": ORGANIZATION, "documentId": "doc", "apiKey": "key-1"}
    assert row["state"] == "stored"
    assert "base64Data" not in row
    assert served(sdk) == b"hello"
    assert listed(sdk) == [row["fileKey"]]


@pytest.mark.parametrize("form", FORMS)
async def test_every_call_form_can_be_awaited(settings: Settings, form: str) -> None:
    async with AsyncVeltSDK(settings) as sdk:
        attachments = sdk.selfHosting.attachments
        assert (await FORMS[form](attachments.saveAttachment))["data"] == {"url": URL}
        found = await attachments.getFile(ORGANIZATION, ID)
        stored = await sdk._runner.run(OpenFile(found["data"]["key"], 1, 4))
        assert b"".join([piece async for piece in sdk._runner.files.pieces(stored)]) == b"ell"
        assert (await attachments.getAttachment(ORGANIZATION, ID))["success"]
        assert await attachments.deleteAttachment(ORGANIZATION, ID) == {"success": True, "statusCode": 200}
        assert (await attachments.getAttachment(ORGANIZATION, ID))["errorCode"] == "NOT_FOUND"


@pytest.mark.parametrize(
    "delete",
    [
        lambda call: call(
            DeleteAttachmentResolverRequest(ID, ResolverDeleteMetadata(organizationId=ORGANIZATION))
        ),
        lambda call: call({"attachmentId": ID, "metadata": {"organizationId": ORGANIZATION}}),
        lambda call: call(ORGANIZATION, ID),
        lambda call: call(organizationId=ORGANIZATION, attachmentId="742199"),
    ],
)
def test_a_delete_in_every_form_removes_row_and_bytes_and_a_second_one_says_not_found(
    sdk: VeltSDK, delete: Any
) -> None:
    sdk.selfHosting.attachments.saveAttachment(request(), b"hello")
    assert delete(sdk.selfHosting.attachments.deleteAttachment) == {"success": True, "statusCode": 200}
    assert listed(sdk) == []
    assert served(sdk) is None
    again = delete(sdk.selfHosting.attachments.deleteAttachment)
    assert (again["statusCode"], again["errorCode"]) == (404, "NOT_FOUND")


def test_request_and_keywords_together_are_refused(sdk: VeltSDK) -> None:
    save: Any = sdk.selfHosting.attachments.saveAttachment
    mixed = save(request(), attachment=README)
    assert (mixed["statusCode"], mixed["errorCode"]) == (400, "INVALID_INPUT")
    with pytest.raises(TypeError):
        save(request(), b"x", nonsense=1)
    with pytest.raises(TypeError):
        save(ORGANIZATION, README, nonsense=1)


def test_an_address_is_stored_as_it_is_without_touching_the_file_store(sdk: VeltSDK) -> None:
    answer = sdk.selfHosting.attachments.saveAttachment(
        ORGANIZATION,
        {"attachmentId": 7, "url": "https://cdn.example/x.png", "size": 9, "extra": {"a": [None]}},
    )
    assert answer["data"] == {"url": "https://cdn.example/x.png"}
    row = sdk.selfHosting.attachments.getAttachment(ORGANIZATION, 7)["data"]
    assert row == {
        "attachmentId": 7,
        "file": "https://cdn.example/x.png",
        "size": 9,
        "extra": {"a": [None]},
        "fileKey": None,
        "metadata": {"organizationId": ORGANIZATION, "apiKey": "key-1"},
    }
    assert served(sdk, id=7) is None
    assert sdk.selfHosting.attachments.deleteAttachment(ORGANIZATION, 7)["success"]


def test_an_address_needs_no_file_store(settings: Settings) -> None:
    with VeltSDK(dataclasses.replace(settings, files=None)) as sdk:
        attachments = sdk.selfHosting.attachments
        assert attachments.saveAttachment(request(file="http://cdn.example/x"))["success"]
        assert attachments.getAttachment(ORGANIZATION, ID)["success"]
        refused = attachments.saveAttachment(request(), b"x")
        assert (refused["errorCode"], refused["statusCode"]) == ("CONFIGURATION_ERROR", 500)
        assert '"files"' in refused["error"]
        assert attachments.deleteAttachment(ORGANIZATION, ID)["success"]


def test_without_a_base_url_an_upload_names_the_setting(
    settings: Settings, file_settings: FileSettings
) -> None:
    files = dataclasses.replace(file_settings, base_url=None)
    with VeltSDK(dataclasses.replace(settings, files=files)) as sdk:
        refused = sdk.selfHosting.attachments.saveAttachment(request(), b"x")
        assert refused["errorCode"] == "CONFIGURATION_ERROR"
        assert "files.base_url" in refused["error"]
        assert listed(sdk) == []


BAD: Dict[str, Any] = {
    "attachment.attachmentId": [
        {"attachment": {"name": "x", "file": b"x"}},
        {"attachment": {"attachmentId": None, "file": b"x"}},
        {"attachment": {"attachmentId": {"$gt": 0}, "file": b"x"}},
        {"attachment": {"attachmentId": True, "file": b"x"}},
        {"attachment": {"attachmentId": 1.5, "file": b"x"}},
        {"attachment": {"attachmentId": 2**64, "file": b"x"}},
        {"attachment": {"attachmentId": "a\0", "file": b"x"}},
    ],
    "attachment": [{}, {"attachment": None}, {"attachment": []}, {"attachment": "text"}],
    "attachment.file": [
        {"attachment": README},
        {"attachment": {**README, "file": "ftp://x"}},
        {"attachment": {**README, "file": "javascript:alert(1)"}},
        {"attachment": {**README, "file": 5}},
        {"attachment": {**README, "file": ["http://x"]}},
    ],
    "attachment.base64Data": [
        {"attachment": {**README, "base64Data": value}}
        for value in (
            5,
            b"aGVsbG8=",
            "aGVsbG8",
            "aGVs bG8=",
            "aGVsbG8=\n",
            "_-_-",
            "ä",
            "data:x",
            "data:a/b,hello",
        )
    ],
    "attachment.name": [
        {"attachment": {**README, "name": "a" * 256, "file": b"x"}},
        {"attachment": {**README, "name": "a\0.png", "file": b"x"}},
        {"attachment": {**README, "name": 5, "file": b"x"}},
    ],
    "attachment.mimeType": [
        {"attachment": {**README, "mimeType": "image", "file": b"x"}},
        {"attachment": {**README, "mimeType": "image/png\r\nX: y", "file": b"x"}},
    ],
    "upload": [{"attachment": README, "upload": {"content": "x"}}, {"attachment": README, "upload": "x"}],
    "metadata.organizationId": [
        {"attachment": {**README, "file": b"x"}, "metadata": {"organizationId": value}}
        for value in ("", {"$ne": ""}, [], True)
    ],
    "attachment.deep": [{"attachment": {**README, "file": b"x", "deep": object()}}],
}


@pytest.mark.parametrize(
    ("field", "body"), [(field, body) for field, bodies in BAD.items() for body in bodies]
)
def test_bad_input_is_answered_with_the_field_and_stores_nothing(sdk: VeltSDK, field: str, body: Any) -> None:
    answer = sdk.selfHosting.attachments.saveAttachment(
        {"metadata": {"organizationId": ORGANIZATION}, **body}
    )
    assert (answer["success"], answer["statusCode"]) == (False, 400)
    assert answer["error"].startswith(field + ":")
    assert answer["errorCode"] in ("INVALID_INPUT", "VALIDATION_ERROR")
    assert listed(sdk) == []
    assert sdk.selfHosting.attachments.getAttachment(ORGANIZATION, ID)["errorCode"] == "NOT_FOUND"


@pytest.mark.parametrize("call", ["getAttachment", "getFile", "deleteAttachment"])
def test_a_missing_id_or_organization_is_named(sdk: VeltSDK, call: str) -> None:
    operation: Any = getattr(sdk.selfHosting.attachments, call)
    missing = operation({"organizationId": ORGANIZATION})
    assert (missing["statusCode"], missing["error"].split(":")[0]) == (400, "attachmentId")
    assert operation({"attachmentId": ID})["statusCode"] == 400
    assert operation({"attachmentId": {"$ne": 1}, "organizationId": ORGANIZATION})["statusCode"] == 400


def limited(settings: Settings, **files: Any) -> Settings:
    assert settings.files is not None
    return dataclasses.replace(settings, files=dataclasses.replace(settings.files, **files))


@pytest.mark.parametrize("how", ["bytes", "Base64", "one way"])
def test_a_file_that_is_too_large_leaves_neither_row_nor_file(settings: Settings, how: str) -> None:
    class OneWay(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *args: Any) -> int:
            raise io.UnsupportedOperation

    content = bytes(101)
    sources: Dict[str, Any] = {"bytes": content, "one way": OneWay(content)}
    attachment: Dict[str, Any] = {**README}
    if how == "Base64":
        attachment["base64Data"] = base64.b64encode(content).decode()
    with VeltSDK(limited(settings, max_bytes=100)) as sdk:
        answer = sdk.selfHosting.attachments.saveAttachment(
            ORGANIZATION, attachment, file_data=sources.get(how)
        )
        assert (answer["statusCode"], answer["errorCode"]) == (413, "INVALID_INPUT")
        assert "files.max_bytes" in answer["error"]
        assert listed(sdk) == []
        assert sdk.selfHosting.attachments.deleteAttachment(ORGANIZATION, ID)["statusCode"] == 404
        assert sdk.selfHosting.attachments.saveAttachment(ORGANIZATION, README, file_data=content[:100])[
            "success"
        ]


@pytest.mark.parametrize(
    ("mime_type", "allowed"),
    [
        ("image/png", True),
        ("IMAGE/PNG; charset=x", True),
        ("application/pdf", True),
        ("text/html", False),
        (None, False),
    ],
)
def test_only_allowed_types_are_stored(settings: Settings, mime_type: Optional[str], allowed: bool) -> None:
    with VeltSDK(limited(settings, allowed_types=("image/*", "application/pdf"))) as sdk:
        attachment = {"attachmentId": ID, "mimeType": mime_type, "file": b"x"}
        answer = sdk.selfHosting.attachments.saveAttachment(ORGANIZATION, attachment)
        assert answer["success"] is allowed
        if not allowed:
            assert (answer["statusCode"], answer["error"].split(":")[0]) == (415, "attachment.mimeType")
            assert listed(sdk) == []


def test_a_stream_that_fails_midway_leaves_neither_row_nor_file(sdk: VeltSDK) -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise ConnectionResetError

    answer = sdk.selfHosting.attachments.saveAttachment(request(), Broken())  # type: ignore[arg-type]
    assert answer["statusCode"] == 400
    assert listed(sdk) == []
    assert sdk.selfHosting.attachments.deleteAttachment(ORGANIZATION, ID)["statusCode"] == 404


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..",
        ".",
        "a/b\\c.png",
        "x.p\\ng",
        ".htaccess",
        "ä€😀.ö",
        "a" * 250 + ".png",
        "CON",
        "%2e%2e/",
    ],
)
def test_a_hostile_name_is_kept_for_people_and_harmless_everywhere_else(sdk: VeltSDK, name: str) -> None:
    save = sdk.selfHosting.attachments.saveAttachment
    assert save(ORGANIZATION, {"attachmentId": ID, "name": name, "file": b"x"})["success"]
    row = sdk.selfHosting.attachments.getAttachment(ORGANIZATION, ID)["data"]
    assert row["name"] == name
    key = r"attachments/key-1/[0-9a-f]{32}/742199-[0-9a-f]{32}\.[a-z0-9]{1,10}"
    assert re.fullmatch(key, row["fileKey"])
    assert served(sdk) == b"x"
    header = sdk.selfHosting.attachments.getFile(ORGANIZATION, ID)["data"]["disposition"]
    assert header.isascii()
    assert not any(char in header.split("filename*=")[0] for char in "/\\\r\n")


@pytest.mark.parametrize(
    "id", ["a/../../b", "ä", "x" * 400, "007", "99999999999999999999", "-5", -5, 0, "Abc"]
)
def test_any_id_is_kept_as_it_is_and_has_a_file_of_its_own(sdk: VeltSDK, id: Any) -> None:
    attachments = sdk.selfHosting.attachments
    assert attachments.saveAttachment(ORGANIZATION, {"attachmentId": id, "file": b"mine"})["success"]
    assert attachments.saveAttachment(ORGANIZATION, {"attachmentId": 5, "file": b"mine"})["success"]
    row = attachments.getAttachment(ORGANIZATION, id)["data"]
    assert str(row["attachmentId"]) == str(id)
    assert isinstance(row["attachmentId"], int) == (id in ("-5", -5, 0))
    assert len(listed(sdk)) == 2
    assert attachments.deleteAttachment(ORGANIZATION, 5)["success"]
    assert served(sdk, id=id) == b"mine"


def test_the_same_save_repeated_leaves_one_file_and_the_same_key(sdk: VeltSDK) -> None:
    keys = set()
    for _ in range(3):
        sdk.selfHosting.attachments.saveAttachment(request(), b"hello")
        keys.add(sdk.selfHosting.attachments.getAttachment(ORGANIZATION, ID)["data"]["fileKey"])
    assert len(keys) == 1
    assert listed(sdk) == list(keys)


def test_other_bytes_under_the_same_id_replace_the_old_ones(sdk: VeltSDK) -> None:
    sdk.selfHosting.attachments.saveAttachment(request(), b"old")
    sdk.selfHosting.attachments.saveAttachment(request(), b"new!", "b.gif", "image/gif")
    row = sdk.selfHosting.attachments.getAttachment(ORGANIZATION, ID)["data"]
    assert (row["name"], row["mimeType"], row["size"], row["file"]) == ("b.gif", "image/gif", 4, URL)
    assert served(sdk) == b"new!"
    assert listed(sdk) == [row["fileKey"]]
    sdk.selfHosting.attachments.saveAttachment(request(), b"old")
    assert served(sdk) == b"old"
    assert len(listed(sdk)) == 1


def test_saving_a_row_that_was_read_keeps_its_file(sdk: VeltSDK) -> None:
    sdk.selfHosting.attachments.saveAttachment(request(), b"hello")
    row = sdk.selfHosting.attachments.getAttachment(ORGANIZATION, ID)["data"]
    assert sdk.selfHosting.attachments.saveAttachment(ORGANIZATION, {**row, "name": "renamed.png"})["success"]
    assert served(sdk) == b"hello"
    assert sdk.selfHosting.attachments.getAttachment(ORGANIZATION, ID)["data"] == {
        **row,
        "name": "renamed.png",
    }


def test_an_address_in_place_of_a_file_removes_the_file(sdk: VeltSDK) -> None:
    sdk.selfHosting.attachments.saveAttachment(request(), b"hello")
    sdk.selfHosting.attachments.saveAttachment(request(file="https://cdn.example/elsewhere"))
    row = sdk.selfHosting.attachments.getAttachment(ORGANIZATION, ID)["data"]
    assert (row["file"], row["fileKey"]) == ("https://cdn.example/elsewhere", None)
    assert listed(sdk) == []
    assert served(sdk) is None


def test_the_same_id_in_two_organizations_is_two_files(sdk: VeltSDK) -> None:
    attachments = sdk.selfHosting.attachments
    attachments.saveAttachment(request(organization="one"), b"of one")
    attachments.saveAttachment(request(organization="two"), b"of two")
    attachments.saveAttachment(request(id=8, organization="one"), b"of one too")
    assert (served(sdk, "one"), served(sdk, "two")) == (b"of one", b"of two")
    assert served(sdk, "two", 8) is None
    assert attachments.deleteAttachment("two", 8)["errorCode"] == "NOT_FOUND"
    assert attachments.deleteAttachment("two", ID)["success"]
    assert served(sdk, "one") == b"of one"
    assert served(sdk, "one", 8) == b"of one too"


def test_no_request_can_name_a_file_of_another_organization(sdk: VeltSDK) -> None:
    attachments = sdk.selfHosting.attachments
    attachments.saveAttachment(request(organization="victim"), b"secret")
    victim = attachments.getAttachment("victim", ID)["data"]
    for sent in ({"fileKey": victim["fileKey"]}, {"previousKey": victim["fileKey"]}, {"state": "deleting"}):
        body = {"attachmentId": 1, "file": "https://x.example", **sent}
        assert attachments.saveAttachment("thief", body)["success"]
        row = attachments.getAttachment("thief", 1)["data"]
        assert row["fileKey"] is None
        assert "previousKey" not in row
        assert served(sdk, "thief", 1) is None
        assert attachments.deleteAttachment("thief", 1)["success"]
    # Even a row that was changed in the database names nothing outside of its own organization.
    forged = {
        "attachmentId": 2,
        "fileKey": victim["fileKey"],
        "previousKey": victim["fileKey"],
        "metadata": {"organizationId": "thief"},
    }
    sdk._runner.run(Save(ATTACHMENTS, Scope("thief"), (Change("2", forged, json.dumps(forged)),)))
    assert served(sdk, "thief", 2) is None
    assert attachments.deleteAttachment("thief", 2)["success"]
    assert served(sdk, "victim") == b"secret"


def test_concurrent_uploads_of_one_id_leave_one_row_whose_bytes_are_its_own(
    sdk: VeltSDK, settings: Settings
) -> None:
    contents = [bytes([65 + number]) * (100_000 + number) for number in range(6)]
    answers: List[Any] = []

    def upload(number: int) -> None:
        answers.append(
            sdk.selfHosting.attachments.saveAttachment(
                {**RAW, "attachment": {**README, "name": f"{number}.png"}}, contents[number]
            )
        )

    threads = [threading.Thread(target=upload, args=(number,)) for number in range(len(contents))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer["success"] for answer in answers] == [True] * len(contents)
    row = sdk.selfHosting.attachments.getAttachment(ORGANIZATION, ID)["data"]
    number = int(row["name"].split(".")[0])
    assert row["size"] == len(contents[number])
    assert served(sdk) == contents[number]
    reconcile(sdk._runner, settings, apply=True, grace_seconds=-10)
    assert listed(sdk) == [row["fileKey"]]
    assert served(sdk) == contents[number]


def test_uploads_and_deletes_at_the_same_time_end_with_both_or_neither(
    sdk: VeltSDK, settings: Settings
) -> None:
    for round in range(10):
        threads = [
            threading.Thread(target=sdk.selfHosting.attachments.saveAttachment, args=(request(), b"bytes")),
            threading.Thread(target=sdk.selfHosting.attachments.deleteAttachment, args=(ORGANIZATION, ID)),
        ]
        for thread in threads[:: 1 if round % 2 else -1]:
            thread.start()
        for thread in threads:
            thread.join()
        report = reconcile(sdk._runner, settings, [ORGANIZATION], apply=True, grace_seconds=-10)
        assert report.missing == []
        assert served(sdk) in (None, b"bytes")
        assert len(listed(sdk)) == (0 if served(sdk) is None else 1)


def test_errors_are_raised_when_the_configuration_says_so(settings: Settings) -> None:
    with VeltSDK(dataclasses.replace(settings, raiseOnError=True)) as sdk:
        with pytest.raises(VeltValidationError) as raised:
            sdk.selfHosting.attachments.saveAttachment(ORGANIZATION, {"file": b"x"})
        assert raised.value.field == "attachment.attachmentId"


def test_a_file_object_stays_open_and_is_read_from_where_it_stands(sdk: VeltSDK, tmp_path: Path) -> None:
    path = tmp_path / "upload.bin"
    path.write_bytes(b"header" + os.urandom(300_000))
    with path.open("rb") as file:
        file.seek(6)
        assert sdk.selfHosting.attachments.saveAttachment(ORGANIZATION, README, file_data=file)["success"]
        assert not file.closed
    assert served(sdk) == path.read_bytes()[6:]


# S3


def legacy_row(sdk: VeltSDK, url: str, id: int = ID) -> None:
    """A row as the published package writes it."""
    row = {"attachmentId": id, "file": url, "name": "a.png", "metadata": {"organizationId": ORGANIZATION}}
    sdk._runner.run(Save(ATTACHMENTS, Scope(ORGANIZATION), (Change(str(id), row, json.dumps(row)),)))


def in_bucket(sdk: VeltSDK, key: str) -> None:
    sdk._runner.run(PutFile(key, io.BytesIO(b"legacy"), "a.png", "image/png", 100))


@pytest.fixture
def s3_sdk(bucket_settings: Any, tmp_path: Path) -> Any:
    from velt_py.settings import DatabaseSettings

    database = DatabaseSettings(type="sqlite", path=os.fspath(tmp_path / "rows.db"))
    with VeltSDK(Settings(database=database, files=bucket_settings(urls="public"), apiKey="key-1")) as opened:
        yield opened


def files_of(sdk: VeltSDK) -> FileSettings:
    assert sdk._settings.files is not None
    return sdk._settings.files


def test_public_addresses_have_the_published_form(s3_sdk: VeltSDK) -> None:
    files = files_of(s3_sdk)
    url = s3_sdk.selfHosting.attachments.saveAttachment(request(), b"x")["data"]["url"]
    row = s3_sdk.selfHosting.attachments.getAttachment(ORGANIZATION, ID)["data"]
    assert url == row["file"] == f"{files.endpoint_url}/{files.bucket_name}/{row['fileKey']}"
    assert row["fileKey"].startswith("attachments/key-1/")


def test_a_row_of_the_published_package_is_served_replaced_and_deleted_with_its_file(s3_sdk: VeltSDK) -> None:
    files = files_of(s3_sdk)
    key = "attachments/key-1/6b4c0a52-7c9f-4a2e-9a39-0d6c8d0d3c11.png"
    url = f"{files.endpoint_url}/{files.bucket_name}/{key}"
    in_bucket(s3_sdk, key)
    legacy_row(s3_sdk, url)
    found = s3_sdk.selfHosting.attachments.getFile(ORGANIZATION, ID)["data"]
    assert found["key"] == key
    assert "X-Amz-Signature" in found["url"]
    assert s3_sdk.selfHosting.attachments.saveAttachment(request(), b"new")["success"]
    assert s3_sdk._runner.run(OpenFile(key)) is None
    in_bucket(s3_sdk, key)
    legacy_row(s3_sdk, url, 9)
    assert s3_sdk.selfHosting.attachments.deleteAttachment(ORGANIZATION, 9)["success"]
    assert s3_sdk._runner.run(OpenFile(key)) is None


@pytest.mark.parametrize(
    "address",
    [
        "{endpoint}/{bucket}x/attachments/k/1.png",
        "{endpoint}/{bucket}/other/1.png",
        "{endpoint}/{bucket}/attachments/../other/1.png",
        "https://evil.example/{bucket}/attachments/k/1.png",
        "{endpoint}/{bucket}/attachments/k/1.png?versionId=1",
    ],
)
def test_a_delete_touches_nothing_outside_of_our_bucket_and_folder(s3_sdk: VeltSDK, address: str) -> None:
    files = files_of(s3_sdk)
    for key in ("other/1.png", "attachments/k/1.png"):
        in_bucket(s3_sdk, key)
    legacy_row(s3_sdk, address.format(endpoint=files.endpoint_url, bucket=files.bucket_name))
    assert s3_sdk.selfHosting.attachments.deleteAttachment(ORGANIZATION, ID)["success"]
    for key in ("other/1.png", "attachments/k/1.png"):
        assert s3_sdk._runner.run(OpenFile(key)) is not None


def test_an_address_in_our_bucket_that_a_caller_names_is_not_ours_to_remove_or_serve(s3_sdk: VeltSDK) -> None:
    files = files_of(s3_sdk)
    s3_sdk.selfHosting.attachments.saveAttachment(request(organization="victim"), b"secret")
    victim = s3_sdk.selfHosting.attachments.getAttachment("victim", ID)["data"]
    legacy = "attachments/key-1/of-somebody.png"
    in_bucket(s3_sdk, legacy)
    for url in (victim["file"], f"{files.endpoint_url}/{files.bucket_name}/{legacy}"):
        assert s3_sdk.selfHosting.attachments.saveAttachment(request(file=url, organization="thief"))[
            "success"
        ]
        assert s3_sdk.selfHosting.attachments.getFile("thief", ID)["errorCode"] == "NOT_FOUND"
        assert s3_sdk.selfHosting.attachments.deleteAttachment("thief", ID)["success"]
    assert s3_sdk._runner.run(OpenFile(victim["fileKey"])) is not None
    assert s3_sdk._runner.run(OpenFile(legacy)) is not None
