"""The Django example in Chromium: two people who are signed in at once, and the pages of the admin."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, Iterator

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser import artefacts, browser, complaints, steady
from tests.examples.example_server import PASSWORD, Example, running

pytestmark = pytest.mark.xdist_group("examples")

WITHIN = 30.0
"""Seconds until a page has to show what somebody else has done."""
PHONE = {"width": 375, "height": 812, "deviceScaleFactor": 1, "mobile": True}
FOREIGN = """
    const inline = [...document.querySelectorAll("script:not([src]), style, [style], [onclick], [onsubmit]")]
      .filter((each) => each.tagName !== "SCRIPT" || !/json/.test(each.type));
    const nameless = [...document.querySelectorAll("main input, main textarea, main select, main button")]
      .filter((each) => each.type !== "hidden" && !each.labels?.length && !each.ariaLabel && !each.textContent.trim()
        && !["submit", "button", "checkbox"].includes(each.type));
    const elsewhere = performance.getEntriesByType("resource").map((each) => each.name)
      .filter((name) => new URL(name).origin !== location.origin && !name.startsWith("data:"));
    return [...inline, ...nameless].map((each) => each.outerHTML).concat(elsewhere);
"""
SCRIPT = "<img src=x onerror=\"document.title='taken over'\"><script>document.title='taken over'</script>"


@dataclass
class Window:
    """Somebody's browser."""

    driver: Any
    url: str

    def open(self, path: str) -> None:
        self.driver.get(self.url + path)

    def all(self, selector: str) -> Any:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> Any:
        return steady(lambda: [each.text for each in self.all(selector)])

    def one(self, selector: str) -> Any:
        found: Any = []

        def alone() -> bool:
            # What was found is kept: the page may be another one by the next look.
            found[:] = self.all(selector)
            return len(found) == 1

        self.until(alone, f"one {selector}")
        return found[0]

    def write(self, selector: str, text: str) -> None:
        steady(lambda: self.one(selector).send_keys(text))

    def choose(self, selector: str, value: str) -> None:
        self.click(f"{selector} option[value={value}]")

    def click(self, selector: str) -> None:
        steady(lambda: self.one(selector).click())

    def until(self, condition: Callable[[], Any], wanted: str) -> None:
        deadline = time.monotonic() + WITHIN
        while not steady(condition):
            assert time.monotonic() < deadline, (
                f"{wanted} did not come: {self.texts('body')}, {complaints(self.driver)}"
            )
            time.sleep(0.03)

    def shows(self, selector: str, *texts: str) -> None:
        """Wait until the elements have exactly these texts."""
        self.until(lambda: self.texts(selector) == list(texts), f"{selector}: {texts}")

    def picture(self, name: str) -> None:
        """Keep what the page looks like on a desk and on a phone, where nothing may be cut off at its side."""
        try:
            for suffix, size in (("", None), ("-phone", PHONE)):
                if size:
                    self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
                assert self.driver.save_screenshot(str(artefacts() / f"{name}{suffix}.png"))
                page = "const page = document.documentElement; return page.scrollWidth - page.clientWidth"
                assert self.driver.execute_script(page) <= 0, f"{name}{suffix} is wider than the window"
        finally:
            self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def keys(self, *keys: str) -> None:
        """Press keys where the keyboard is."""
        steady(lambda: self.driver.switch_to.active_element.send_keys(*keys))

    def is_clean(self, **facts: Any) -> None:
        """No error was noted, nothing came from elsewhere, nothing stands inline, every field has a name.

        Args:
            facts: what the page is, for the message.
        """
        assert complaints(self.driver) == [], facts
        found = self.driver.execute_script(FOREIGN)
        assert found == [], (facts, found)

    def sign_in(self, person: str) -> None:
        self.open("/")
        self.write("[name=username]", person)
        self.write("[name=password]", PASSWORD)
        self.click("#sign-in button")


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def windows(django_example: Example, downloads: Path) -> Iterator[Callable[[str], Window]]:
    """Gives people's browsers, each with a profile of its own, in which they are signed in."""
    opened: Dict[str, Window] = {}
    with contextlib.ExitStack() as stack:

        def window(person: str) -> Window:
            if person not in opened:
                found = Window(stack.enter_context(browser(downloads)), django_example.url)
                found.sign_in(person)
                found.one("#me")
                opened[person] = found
            return opened[person]

        yield window


@pytest.fixture
def window(django_example: Example, windows: Callable[[str], Window]) -> Callable[[str], Window]:
    """The same, on a document of which nobody has said anything yet."""
    django_example.clear()

    def fresh(person: str) -> Window:
        found = windows(person)
        found.open("/")
        complaints(found.driver)
        return found

    return fresh


def test_two_people_talk_about_a_document_at_the_same_time(
    window: Callable[[str], Window], downloads: Path
) -> None:
    ana, ben = window("ana"), window("ben")
    ana.shows("#me", "Ana Ruiz")
    ben.shows("#me", "Ben Okafor")

    ana.write("#new-thread textarea", "The launch moves to May.")
    ana.click("#new-thread button")
    ben.shows(".thread .text", "The launch moves to May.")
    ben.shows(".thread .author", "Ana Ruiz")

    # What somebody is writing stays when the thread changes under it.
    ana.write(".reply-text", "Half a sentence")
    ben.write(".reply-text", SCRIPT)
    ben.click(".reply-send")
    ana.shows(".thread .text", "The launch moves to May.", SCRIPT)
    ana.shows(".thread .author", "Ana Ruiz", "Ben Okafor")
    assert steady(lambda: ana.one(".reply-text").get_property("value")) == "Half a sentence"

    ben.click(".react")
    ana.shows(".react", "Like (1)")

    plan = downloads / "the plan.txt"
    plan.write_text("in May")
    ana.write(".reply-file", str(plan))
    ana.click(".reply-send")
    ben.shows(".attachment", "the plan.txt")
    plan.unlink()
    ben.click(".attachment")
    ben.until(plan.exists, "the file")
    assert plan.read_text() == "in May"

    ben.click(".resolve")
    ana.shows(".status", "Resolved by Ben Okafor")
    ana.picture("django-two-people-ana")
    ben.picture("django-two-people-ben")

    ben.click(".delete-comment")
    ana.shows(".thread .text", "The launch moves to May.", "Half a sentence")
    address = steady(lambda: ana.one(".attachment").get_attribute("href"))
    ana.click(".delete-thread")
    for person in (ana, ben):
        person.shows(".thread")
        assert person.driver.title == "Spring plan"
        assert not person.one("#problem").is_displayed()
        person.is_clean()
    status = "return fetch(arguments[0]).then((answer) => answer.status)"
    assert ana.driver.execute_script(status, address) == 404


def test_somebody_of_another_organization_sees_nothing_of_it(window: Callable[[str], Window]) -> None:
    ana, zoe = window("ana"), window("zoe")
    ana.write("#new-thread textarea", "Only for acme.")
    ana.click("#new-thread button")
    ana.shows(".thread .text", "Only for acme.")
    zoe.shows("#me", "Zoe Lindt")
    zoe.write("#new-thread textarea", "Only for globex.")
    zoe.click("#new-thread button")
    zoe.shows(".thread .text", "Only for globex.")
    ask = """
        const token = document.cookie.match(/csrftoken=([^;]*)/)[1];
        const body = JSON.stringify({ organizationId: "acme", documentIds: ["spring-plan"] });
        const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
        return fetch("/velt/comments/get", { method: "POST", headers, body }).then((answer) => answer.status);
    """
    assert zoe.driver.execute_script(ask) == 403
    assert ana.texts(".thread .text") == ["Only for acme."]


def test_the_admin_finds_a_thread_by_its_words_and_shows_it(window: Callable[[str], Window]) -> None:
    ben = window("ben")
    ben.write("#new-thread textarea", "Zeppelins over the harbour.")
    ben.click("#new-thread button")
    ben.shows(".thread .text", "Zeppelins over the harbour.")

    admin = window("admin")
    admin.shows("#problem", "You belong to no organization, so there are no comments for you.")
    admin.open("/admin/velt/commentannotation/")
    admin.one("#result_list")
    admin.write("#searchbar", "zeppelins")
    admin.click("#changelist-search [type=submit]")
    admin.until(lambda: len(admin.all("#result_list tbody tr")) == 1, "one thread")
    admin.picture("django-admin-search")
    admin.click("#result_list tbody th a")
    admin.until(lambda: "Zeppelins over the harbour." in admin.one("#content").text, "the thread")
    admin.picture("django-admin-thread")
    admin.is_clean()
    assert not admin.all("#content textarea, #content input[type=text]"), "it can be edited"
    for path in (
        "/admin/",
        "/admin/velt/user/",
        "/admin/velt/attachment/",
        "/admin/velt/reactionannotation/",
    ):
        admin.open(path)
        admin.one("#content")
        admin.is_clean(path=path)


def test_the_admin_redacts_a_thread_and_erases_a_person_after_being_asked(
    window: Callable[[str], Window],
) -> None:
    ben, admin = window("ben"), window("admin")
    ben.write("#new-thread textarea", "My telephone is 555-0139.")
    ben.click("#new-thread button")
    ben.shows(".thread .text", "My telephone is 555-0139.")
    admin.open("/admin/velt/commentannotation/")
    admin.click("#result_list tbody [type=checkbox]")
    admin.choose("[name=action]", "redact_threads")
    admin.click("#changelist-form [name=index]")
    admin.until(lambda: "My telephone is 555-0139." in admin.one("#content").text, "what is redacted")
    admin.picture("django-admin-redact")
    admin.is_clean()
    admin.click("#content [type=submit]")
    admin.shows("#result_list tbody th", "[redacted]")
    ben.shows(".thread .text", "[redacted]")

    id = ben.driver.execute_script(
        "return fetch('/me').then((answer) => answer.json()).then((me) => me.userId)"
    )
    admin.open("/admin/velt/user/erase/")
    admin.picture("django-admin-erase")
    admin.is_clean()
    admin.write("#people", id)
    admin.click("#content [type=submit]")
    admin.until(lambda: "This would be erased:" in admin.one("#content").text, "what would be erased")
    admin.picture("django-admin-erase-asks")
    admin.click("#content [type=submit]")
    admin.until(lambda: "a search found nothing left" in admin.one("#content").text, "the report")
    admin.picture("django-admin-erased")
    admin.is_clean()


def test_everything_is_done_by_keyboard_and_the_keyboard_stays_where_it_is(
    window: Callable[[str], Window],
) -> None:
    ana = window("ana")
    ana.click("#new-thread textarea")
    ana.keys("By keyboard.", Keys.TAB)
    ana.keys(Keys.ENTER)
    ana.shows(".thread .text", "By keyboard.")
    for name, after in (("react", "Like (1)"), ("resolve", "Reopen")):
        ana.driver.execute_script("document.querySelector(arguments[0]).focus()", f".{name}")
        ana.keys(Keys.ENTER)
        ana.shows(f".{name}", after)
        assert ana.driver.execute_script("return document.activeElement.innerText") == after
    assert steady(lambda: ana.one(".react").get_attribute("aria-pressed")) == "true"
    ana.keys(Keys.TAB)
    ana.keys(Keys.ENTER)
    ana.shows(".thread")
    assert ana.driver.switch_to.active_element.get_attribute("name") == "text"
    ana.is_clean()


def test_who_is_not_signed_in_any_more_is_asked_to(window: Callable[[str], Window]) -> None:
    zoe = window("zoe")
    zoe.driver.delete_cookie("sessionid")
    zoe.one("#sign-in")
    zoe.write("[name=username]", "zoe")
    zoe.write("[name=password]", "not this one")
    zoe.click("#sign-in button")
    zoe.shows("#problem", "This name and this password do not belong together.")
    zoe.picture("django-sign-in")
    zoe.sign_in("zoe")
    zoe.shows("#me", "Zoe Lindt")


@pytest.mark.parametrize("name", ["fastapi", "flask"])
def test_the_page_works_with_the_other_frameworks(
    name: str, downloads: Path, tmp_path: Path, windows: Callable[[str], Window]
) -> None:
    with running(name, tmp_path) as example:
        ana = Window(windows("ana").driver, example.url)
        ana.driver.delete_all_cookies()
        complaints(ana.driver)
        ana.sign_in("ana")
        ana.shows("#me", "Ana Ruiz")
        ana.write("#new-thread textarea", "The launch moves to May.")
        ana.click("#new-thread button")
        ana.shows(".thread .text", "The launch moves to May.")
        notes = downloads / f"{name}.txt"
        notes.write_text("notes")
        ana.write(".reply-text", SCRIPT)
        ana.write(".reply-file", str(notes))
        ana.click(".reply-send")
        ana.shows(".attachment", notes.name)
        ana.click(".react")
        ana.shows(".react", "Like (1)")
        ana.click(".resolve")
        ana.shows(".status", "Resolved by Ana Ruiz")
        ana.picture(name)
        ana.click(".delete-thread")
        ana.shows(".thread")
        ana.is_clean()
        ana.click("#sign-out")
        ana.one("#sign-in")
