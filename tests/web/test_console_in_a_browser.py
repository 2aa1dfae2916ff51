"""The console in Chromium: by keyboard, on a phone, in the dark, live, and with texts that would take it over."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Iterator
from urllib.parse import quote

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser import Page, browser, complaints
from tests.servers import ROOT
from tests.web.console_filling import HOSTILE, TALK, fill, play, thread_of
from tests.webserver import Client, velt_server
from velt_py import VeltSDK
from velt_py.cli.emulator import KEY, TOKEN
from velt_py.console.feature import Console
from velt_py.web.access import Access, everybody, no_questions
from velt_py.web.messages import Request

pytestmark = pytest.mark.xdist_group("console in a browser")

UNUSABLE = """
    const least = arguments[0];
    return [...document.querySelectorAll("a, button, input, summary")]
        .filter((each) => each.offsetParent !== null && !each.matches(".skip"))
        .filter((each) => each.offsetHeight < least || !(each.innerText || each.ariaLabel || each.labels?.length))
        .map((each) => each.outerHTML);
"""
"""What can be used and has no name for who hears the page, or is too low for a finger (pixels)."""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Dict[str, Any]:
    folder = tmp_path_factory.mktemp("console")
    return {
        "database": {"type": "sqlite", "path": str(folder / "velt.db")},
        "files": {"type": "folder", "path": str(folder / "files"), "base_url": "https://app.example/velt"},
    }


@pytest.fixture(scope="module")
def sdk(config: Dict[str, Any]) -> Iterator[VeltSDK]:
    with VeltSDK.initialize(config) as running:
        fill(running)
        yield running


@pytest.fixture(scope="module")
def client(config: Dict[str, Any], sdk: VeltSDK) -> Iterator[Client]:
    hooks: Dict[str, Any] = {"authenticate": everybody, "authorize": no_questions}
    with velt_server("asgi", config, features=[Console()], **hooks) as running:
        attachment = {"attachmentId": 7, "name": "draft.png", "mimeType": "image/png", "base64Data": "AAAA"}
        metadata = {"organizationId": "acme", "documentId": "website"}
        running.post("/attachments/save", {"attachment": attachment, "metadata": metadata})
        running.post("/comments/get", {"organizationId": "acme"})
        running.post("/comments/get", {})
        yield running


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with browser(tmp_path_factory.mktemp("downloads")) as running:
        yield running


@pytest.fixture
def page(driver: Any, client: Client) -> Page:
    found = Page(driver, f"http://127.0.0.1:{client.port}/console/")
    found.look("light", False)
    found.open()
    complaints(driver)
    return found


def test_a_person_reads_a_thread_by_keyboard_alone(page: Page) -> None:
    page.shows("#list [data-row] .name", "acme", "globex")
    page.press("j", Keys.ENTER)
    page.shows("#list [data-row] .name", "website", "price list")
    page.press("j", Keys.ENTER)
    page.shows("#title", "website")
    page.shows(".thread .badge", "Open", "Resolved")
    assert page.texts("#list > :first-child .who strong") == ["Ana Ruiz", "Ben Okafor", "Mia Lindqvist"]
    assert page.texts("#list > :first-child .text") == [text for _, text in TALK]
    chips = page.texts("#list > :first-child .chips li")
    assert chips[0].endswith("Ben Okafor")
    assert "Mia Lindqvist" in chips[1]
    assert chips[2].startswith("draft.png")
    page.press("j", "j", "k")
    assert page.focused() == "t1"
    outline = "return getComputedStyle(document.activeElement).outlineStyle"
    assert page.driver.execute_script(outline) == "solid"
    page.press("/")
    page.press("shorter", Keys.ENTER)
    page.shows("#title", "“shorter”")
    page.until(lambda: len(page.texts("#list mark")) == 3, "what was found is marked")
    page.press(Keys.ESCAPE, "j", Keys.ENTER)
    page.shows(".thread .text", *[text for _, text in TALK])
    page.driver.back()
    page.until(lambda: page.focused().startswith("comment/"), "the hit that was left, again")
    page.press("u")
    page.shows("#title", "acme")
    page.press("u")
    page.shows("#title", "Organizations")
    page.press("?")
    page.until(lambda: page.texts("dialog[open] h2") == ["Keys"], "the list of keys")
    page.press(Keys.ESCAPE)
    assert complaints(page.driver) == []


def test_the_first_tab_skips_to_the_content(page: Page) -> None:
    page.shows("#title", "Organizations")
    page.press(Keys.TAB)
    assert page.driver.switch_to.active_element.get_attribute("class") == "skip"
    assert page.driver.switch_to.active_element.location["x"] >= 0
    page.press(Keys.ENTER)
    assert page.driver.switch_to.active_element.get_attribute("id") == "main"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_every_view_fits_the_screen(page: Page, scheme: str, device: str) -> None:
    page.look(scheme, device == "phone")
    views = {
        "organizations": ("#/", "acme"),
        "documents": ("#/o/acme/documents", "price list"),
        "threads": ("#/o/acme/threads/website", "Ana Ruiz"),
        "files": ("#/o/acme/files", "draft.png"),
        "activity": ("#/o/acme/activity", "Mia Lindqvist"),
        "notifications": ("#/o/acme/notifications", "Ana Ruiz shared the website"),
        "people": ("#/o/acme/people", "Ben Okafor"),
        "thread": ("#/o/acme/threads/website/t2", "Resolved"),
        "search": ("#/o/acme/search/heading", "Ana Ruiz"),
        "requests": ("#/requests", "POST comments.get"),
    }
    papers = {"light": "rgb(246, 246, 249)", "dark": "rgb(19, 19, 24)"}
    for name, (hash, expected) in views.items():
        page.open(hash)
        page.until(lambda expected=expected: expected in "".join(page.texts("#list")), f"{name}: {expected}")
        page.picture(f"{name}-{device}-{scheme}")
        wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.driver.execute_script(wide) <= 0, name
        assert page.driver.execute_script(UNUSABLE, 32 if device == "phone" else 0) == [], name
        paper = page.driver.execute_script("return getComputedStyle(document.body).backgroundColor")
        assert paper == papers[scheme]
    assert complaints(page.driver) == []


def test_what_others_write_appears_by_itself_and_leaves_the_focus_where_it_was(
    page: Page, sdk: VeltSDK
) -> None:
    page.open("#/o/acme/threads/price%20list")
    page.shows(".thread .text", TALK[0][1])
    page.press("j")
    assert page.focused() == "t3"
    sdk.selfHosting.comments.saveComments("acme", {"t3": thread_of("t3", 2)}, documentId="price list")
    page.shows(".thread .text", TALK[0][1], TALK[1][1])
    assert page.focused() == "t3"
    assert "changed" in page.texts("#live")[0]
    sdk.selfHosting.comments.saveComments("acme", {"t9": thread_of("t9", 3)}, documentId="price list")
    page.until(lambda: len(page.texts(".thread")) == 2, "the new thread")
    assert page.focused() == "t3"
    sdk.selfHosting.comments.deleteComment("acme", "t9")
    page.until(lambda: len(page.texts(".thread")) == 1, "one thread after the deletion")


def test_what_changes_beyond_the_first_page_appears_too(page: Page, sdk: VeltSDK) -> None:
    comments = sdk.selfHosting.comments
    threads = {f"l{number:02}": thread_of(f"l{number:02}", 1) for number in range(30)}
    comments.saveComments("longest", threads, documentId="list")
    page.open("#/o/longest/threads/list")
    page.shows("#status", "25 of 30 threads")
    page.click(By.ID, "more")
    page.shows("#status", "30 threads")
    assert page.focused() == "l04", "who goes on by keys goes on behind what was there"
    comments.deleteComment("longest", "l02")
    page.shows("#status", "29 threads")
    assert page.focused() == "l04"


def test_texts_names_and_ids_that_are_marks_are_shown_as_texts(
    page: Page, sdk: VeltSDK, client: Client
) -> None:
    served = sdk.selfHosting
    organization = "hostile " + HOSTILE
    person = {"userId": HOSTILE, "name": HOSTILE}
    comment = {
        "commentId": 1,
        "commentText": HOSTILE,
        "from": person,
        "attachments": {"1": {"attachmentId": "javascript:alert(1)", "name": HOSTILE}},
        "reactionAnnotationIds": [HOSTILE],
    }
    thread = {
        "annotationId": HOSTILE,
        "comments": {"1": comment},
        "targetTextRange": {"text": HOSTILE},
        "status": {"name": HOSTILE},
        "priority": HOSTILE,
        "assignedTo": person,
    }
    served.comments.saveComments(organization, {HOSTILE: thread}, documentId=HOSTILE)
    reaction = {"annotationId": HOSTILE, "icon": HOSTILE, "from": person}
    served.reactions.saveReactions(organization, {HOSTILE: reaction}, documentId=HOSTILE)
    loose = {"annotationId": "loose", "icon": "constructor", "from": person}
    served.reactions.saveReactions(organization, {"loose": loose}, documentId=HOSTILE)
    changes = {HOSTILE: {"from": HOSTILE, "to": HOSTILE}}
    metadata = {"organizationId": organization, "documentId": HOSTILE}
    activity = {"id": HOSTILE, "changes": changes, "actionType": HOSTILE, "metadata": metadata}
    served.activities.saveActivities(organization, {HOSTILE: activity})
    notification = {
        "displayHeadlineMessageTemplate": HOSTILE,
        "displayBodyMessage": HOSTILE,
        "actionUser": person,
    }
    served.notifications.saveNotifications(
        organization, {HOSTILE: {"notificationId": HOSTILE, **notification}}
    )
    served.users.saveUser(organization, {**person, "email": HOSTILE})
    attachment = {"attachmentId": 9, "name": f"{HOSTILE}.png", "mimeType": "image/png", "base64Data": "AAAA"}
    body: Dict[str, Any] = {"attachment": attachment, "metadata": metadata}
    assert client.post("/attachments/save", body).status == 200
    page.open("#/")
    page.until(lambda: organization in page.texts("#list .name"), "the organization")
    page.click(By.XPATH, "//*[@id='list']//a[contains(., 'hostile')]")
    page.shows("#list .name", HOSTILE)
    page.press("j", Keys.ENTER)
    page.shows(".thread .text", HOSTILE)
    assert page.texts(".thread .who strong") == [HOSTILE]
    assert page.texts("blockquote") == [HOSTILE]
    page.picture("hostile")
    for tab in ("Activity", "Files", "Notifications", "People", "Documents"):
        page.click(By.LINK_TEXT, tab)
        page.until(lambda: "taken over" in "".join(page.texts("#list .name")), tab)
    page.press("/")
    page.press("taken over", Keys.ENTER)
    kinds = ["document", "comment", "file", "notification", "activity", "person"]
    page.until(lambda: page.texts("#list .badge") == kinds, "what was found")
    assert len(page.texts("#list mark")) == len(kinds)
    strangers = "return document.querySelectorAll('main img, main script, #trail img, main [onerror]').length"
    assert page.driver.execute_script(strangers) == 0
    hrefs = page.driver.execute_script("return [...document.links].map(each => each.protocol)")
    assert set(hrefs) == {"http:"}
    assert "taken over'" not in page.driver.title
    assert complaints(page.driver) == []


def test_addresses_that_are_none_say_so(page: Page) -> None:
    for hash in ("#/nothing", "#/o", "#/o/acme/threads", "#/o/%E0%A4%A", "#/inbox"):
        page.open(hash)
        page.shows("#list .refused", "There is nothing at this address.")


def test_a_stranger_can_sign_in_with_a_token(config: Dict[str, Any], sdk: VeltSDK, driver: Any) -> None:
    def authenticate(request: Request) -> Any:
        return "ana" if request.headers.get("authorization") == "Bearer good" else None

    def authorize(principal: Any, access: Access) -> bool:
        return access.organizationId == "acme"

    hooks: Dict[str, Any] = {"authenticate": authenticate, "authorize": authorize}
    with velt_server("wsgi", config, features=[Console()], **hooks) as client:
        page = Page(driver, f"http://127.0.0.1:{client.port}/console/")
        page.open()
        page.until(lambda: page.texts(".sign-in label") == ["Token"], "the form for a token")
        page.picture("sign-in")
        page.driver.find_element(By.CSS_SELECTOR, ".sign-in input").send_keys("good", Keys.ENTER)
        page.shows("#list .name", "acme")
        assert page.texts("#views a") == ["Organizations"]
        page.driver.get(page.url + "#/o/globex/documents")
        page.shows("#list .refused", "console.documents: this is not allowed.")


@contextlib.contextmanager
def emulator_process(folder: Path, port: int) -> Iterator[str]:
    """`velt emulator` in a process of its own, which ends with the block; its address."""
    command = [
        sys.executable,
        "-m",
        "velt_py",
        "emulator",
        "--json",
        "--data",
        str(folder),
        "--port",
        str(port),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.kill()


def test_the_emulator_s_console_lives_through_a_restart_and_asks_nothing_while_nobody_looks(
    driver: Any, tmp_path: Path
) -> None:
    complaints(driver)  # those of earlier tests
    owner = quote(json.dumps([KEY, "acme"]))
    with emulator_process(tmp_path, 0) as url:
        page = Page(driver, f"{url}/__velt/console/")
        page.look("light", False)
        page.open("#/requests")
        page.shows("#list .empty", "No request came in since this process started.")
        settings = {"apiKey": KEY, "authToken": TOKEN, "apiBaseUrl": url}
        with VeltSDK.initialize(settings) as sdk:
            play(sdk.api, "acme")
        page.until(lambda: "notifications.add" in "".join(page.texts("#list .name")), "the requests")
        views = {
            "runs": ("#/runs", "Spell Check"),
            "mails": ("#/mails", "Ana Ruiz commented"),
            "notifications": (f"#/o/{owner}/notifications", "for Ben Okafor"),
            "people": (f"#/o/{owner}/people", "ana@acme.example"),
            "threads": (f"#/o/{owner}/threads/plan", HOSTILE),
        }
        for name, (hash, expected) in views.items():
            page.open(hash)
            page.until(
                lambda expected=expected: expected in "".join(page.texts("#list")), f"{name}: {expected}"
            )
            page.picture(f"emulator-{name}")
        assert page.texts("#title") == ["The plan"]
        assert complaints(driver) == []
    page.until(lambda: "does not answer" in page.texts("#status")[0], "that the server is gone")
    assert page.texts(".thread .text") == [HOSTILE], "what was read stays"
    with emulator_process(tmp_path, int(url.rpartition(":")[2])):
        page.shows("#status", "1 thread")
        driver.execute_script("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
        before = page.asked()
        driver.execute_async_script("setTimeout(arguments[0], 2500)")
        assert page.asked() - before <= 1, "one may have been on its way"
        with VeltSDK.initialize(settings) as sdk:
            renamed = {"documentId": "plan", "documentName": "Moved"}
            sdk.api.documents.updateDocuments(organizationId="acme", documents=[renamed])
        driver.execute_script("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
        page.shows("#title", "Moved")
