"""What the console shows of a store: pages, searches, names, what is damaged."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path
from typing import Any, Dict, Iterator, List

from tests.web.test_console import SECRET, config_of, look, said, save
from tests.webserver import Client, velt_server
from velt_py import VeltSDK
from velt_py.console.feature import Console
from velt_py.selfhosting.plans import FindUsers
from velt_py.web.access import everybody, no_questions
from velt_py.webhooks import Webhooks, sign_for_tests


@contextlib.contextmanager
def open_server(folder: Path, **more: Any) -> Iterator[Client]:
    """Lets everybody see everything."""
    with velt_server(
        "wsgi", config_of(folder), authenticate=everybody, authorize=no_questions, features=[Console(**more)]
    ) as client:
        yield client


def walked(client: Client, view: str, between: Any = None, **query: str) -> List[str]:
    """The ids of all pages."""
    found: List[str] = []
    after = ""
    for _ in range(100):
        page = look(client, view, {}, **query, after=after).json
        found.extend(each["id"] for each in page["items"])
        if page["next"] is None:
            return found
        after = page["next"]
        if between is not None:
            between()
    raise AssertionError("the pages do not end")


def test_the_threads_of_a_document_come_exactly_once_whatever_is_written_meanwhile(tmp_path: Path) -> None:
    with open_server(tmp_path) as client:
        for number in range(60):
            save(
                client, "acme", "plan", f"t{number}", said(1, "x", createdAt=1_700_000_000_000 + number // 3)
            )
        numbers = iter(range(100))

        def between() -> None:
            # The newest come first: what is new stands before the cursor.
            save(client, "acme", "plan", f"new{next(numbers)}", said(1, "x", createdAt=1_800_000_000_000))

        found = walked(client, "threads", between, organizationId="acme", documentId="plan")
        assert sorted(found) == sorted(f"t{number}" for number in range(60))


def test_organizations_and_files_come_in_pages(tmp_path: Path) -> None:
    with open_server(tmp_path) as client:
        for number in range(120):
            save(client, f"o{number:03}", "plan", "t", said(1, "x"))
        assert len(look(client, "organizations", {}).json["items"]) == 50
        assert walked(client, "organizations") == [f"o{number:03}" for number in range(120)]
        for number in range(110):
            metadata = {"organizationId": "o000", "documentId": "plan"}
            attachment = {"attachmentId": number, "name": "n", "url": "https://files.example/n"}
            body = {"attachment": attachment, "metadata": metadata}
            assert client.post("/attachments/save", body).status == 200
        found = walked(client, "files", organizationId="o000")
        assert sorted(map(int, found)) == list(range(110))


def test_a_search_looks_into_comments_then_into_file_names_whatever_the_case(tmp_path: Path) -> None:
    with open_server(tmp_path) as client:
        save(client, "acme", "plan", "t1", said(1, "Die STRASSE nach Rom"), said(2, "nothing"))
        save(client, "acme", "plan", "t2", {"commentId": 3, "commentHtml": "<b>straße</b> &amp; <i>rom</i>"})
        body = {
            "attachment": {"attachmentId": 9, "name": "Strasse.png", "url": "https://files.example/n"},
            "metadata": {"organizationId": "acme", "documentId": "other"},
        }
        assert client.post("/attachments/save", body).status == 200
        assert walked(client, "search", organizationId="acme", text="strasse") == [
            "comment/t1/0",
            "comment/t2/0",
            "file/9",
        ]
        assert walked(client, "search", organizationId="acme", text="<b>") == []
        assert walked(client, "search", organizationId="globex", text="strasse") == []


def test_ids_of_any_kind_lead_to_their_threads(tmp_path: Path) -> None:
    with open_server(tmp_path) as client:
        for id in ("a/b", "../x", "é 文 🚀", "a?b#c&d=e%2F", "<script>", "\u202eabc", "."):
            save(client, id, id, id, said(1, id))
            page = look(client, "threads", {}, organizationId=id, documentId=id).json
            assert [each["id"] for each in page["items"]] == [id]
            assert [
                each["id"] for each in look(client, "documents", {}, organizationId=id).json["items"]
            ] == [id]


def test_people_are_named_by_the_users_table(tmp_path: Path) -> None:
    with open_server(tmp_path) as client, VeltSDK.initialize(config_of(tmp_path)) as sdk:
        sdk.selfHosting.users.saveUser("acme", {"userId": "ana", "name": "Ana Ruiz"})
        sdk.selfHosting.users.saveUser("globex", {"userId": "zoe", "name": "Zoe"})
        save(client, "acme", "plan", "t1", said(1, "x"), said(2, "y", "zoe"), said(3, "z", "nobody"))
        (thread,) = look(client, "threads", {}, organizationId="acme", documentId="plan").json["items"]
        assert [each["author"]["name"] for each in thread["comments"]] == ["Ana Ruiz", "", ""]


def test_the_inbox_shows_received_webhooks_and_not_what_they_carry(tmp_path: Path) -> None:
    webhooks = Webhooks(SECRET, in_process=False)
    with velt_server(
        "wsgi",
        config_of(tmp_path),
        authenticate=everybody,
        authorize=no_questions,
        features=[webhooks, Console()],
    ) as client:
        event = {"event": "comment.add", "data": {"comment": "private words"}, "id": "evt_1"}
        headers = sign_for_tests(event, SECRET)
        assert client.request("POST", webhooks.path, json.dumps(event).encode(), headers).status == 200
        answer = look(client, "inbox", {})
        (row,) = answer.json["items"]
        assert (row["state"], row["attempts"]) == ("pending", 0)
        assert b"private words" not in answer.body


def test_what_is_damaged_is_named_and_hides_nothing(tmp_path: Path) -> None:
    with open_server(tmp_path) as client:
        for id in ("t1", "t2", "t3"):
            save(client, "acme", "plan", id, said(1, "a word"))
        with contextlib.closing(sqlite3.connect(tmp_path / "velt.db")) as database, database:
            database.execute("PRAGMA ignore_check_constraints = 1")
            database.execute("UPDATE comment_annotations SET data = '{' WHERE id = 't2'")
        page = look(client, "documents", {}, organizationId="acme").json
        assert [(each["id"], each["threads"]) for each in page["items"]] == [("plan", 2)]
        assert page["unreadable"] == ["t2"]
        page = look(client, "search", {}, organizationId="acme", text="a word").json
        assert [each["id"] for each in page["items"]] == ["comment/t1/0", "comment/t3/0"]
        assert page["unreadable"] == ["t2"]
        page = look(client, "threads", {}, organizationId="acme", documentId="plan").json
        assert [each["id"] for each in page["items"]] == ["t3", "t1"]


def test_people_of_an_application_s_own_are_named_and_never_walked(tmp_path: Path) -> None:
    def find(plan: FindUsers) -> List[Dict[str, Any]]:
        assert plan.values == ("ana",), "only those who are mentioned are asked for"
        return [{"userId": "ana", "name": "Ana Ruiz"}]

    config = {**config_of(tmp_path), "users": {"source": find}}
    with velt_server(
        "wsgi", config, authenticate=everybody, authorize=no_questions, features=[Console()]
    ) as client:
        save(client, "acme", "plan", "t1", said(1, "a word"))
        assert "people" not in look(client, "start", {}).json["views"]
        assert look(client, "people", {}, organizationId="acme").status == 404
        (hit,) = look(client, "search", {}, organizationId="acme", text="word").json["items"]
        assert hit["author"]["name"] == "Ana Ruiz"
