"""Headless Chromium for the tests: a person's browser, with a profile of its own.

Debian's packages are installed at first use where we may; a browser that cannot be had fails the run, it is never
skipped.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any, Callable, Iterator, List, TypeVar

from tests.servers import ROOT, TOOLS, scratch

CHROMIUM = Path("/usr/bin/chromium")
DRIVER = Path("/usr/bin/chromedriver")
PACKAGES = ("chromium", "chromium-driver", "fonts-noto-color-emoji")
WITHIN = 30.0
"""Seconds until a page has to show something."""
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1200,900",
)


def artefacts() -> Path:
    """The folder for screenshots."""
    folder = Path(os.environ.get("VELT_ARTEFACTS") or ROOT / "artefacts")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def install() -> None:
    """Install Chromium and its driver unless they are there; one process at a time.

    Raises:
        RuntimeError: they cannot be installed here.
    """
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if there():
            return
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise RuntimeError(f"install Chromium and its driver, as {CHROMIUM} and {DRIVER}")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (
            ["update", "-qq"],
            ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES],
        ):
            done = subprocess.run(
                ["apt-get", *arguments], env=environment, capture_output=True, text=True, timeout=600
            )
            if done.returncode != 0:
                raise RuntimeError(f"Chromium cannot be installed: {done.stderr[-1000:]}")
        if not there():
            raise RuntimeError(f"Chromium was installed, and is neither {CHROMIUM} nor has it {DRIVER}")


def there() -> bool:
    return CHROMIUM.exists() and DRIVER.exists()


@contextlib.contextmanager
def browser(downloads: Path) -> Iterator[Any]:
    """A browser with a fresh profile, as Selenium drives it; it ends with the block.

    Args:
        downloads: the folder for what is downloaded.
    """
    install()
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    with scratch("profile") as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = str(CHROMIUM)
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        service = Service(str(DRIVER))
        try:
            driver = webdriver.Chrome(options=options, service=service)
            try:
                yield driver
            finally:
                driver.quit()
        finally:
            service.stop()


def complaints(driver: Any) -> List[str]:
    """What the browser noted since it was asked last: scripts that failed, what the page's policy forbade."""
    return [
        entry["message"] for entry in driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")
    ]


Found = TypeVar("Found")


def steady(act: Callable[[], Found]) -> Found:
    """What comes of an action on elements that it finds itself. A page that shows what others write puts new elements
    in the place of those that were just found; then it is done again."""
    from selenium.common.exceptions import StaleElementReferenceException, WebDriverException

    deadline = time.monotonic() + WITHIN
    while True:
        try:
            return act()
        except WebDriverException as error:
            # Chromium's own words, where its driver has none yet for a page that is just being exchanged.
            exchanged = isinstance(error, StaleElementReferenceException) or "belong to the document" in str(
                error
            )
            if not exchanged or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


class Page:
    """A browser that looks at the page of an address: a console.

    Args:
        driver: the browser.
        url: of the page, without what comes after `#`.
    """

    def __init__(self, driver: Any, url: str) -> None:
        self.driver = driver
        self.url = url

    def open(self, hash: str = "#/") -> None:
        self.driver.get("about:blank")
        self.driver.get(self.url + hash)

    def texts(self, selector: str) -> List[str]:
        script = "return [...document.querySelectorAll(arguments[0])].map(each => each.innerText)"
        return list(self.driver.execute_script(script, selector))

    def until(self, condition: Callable[[], Any], wanted: str) -> None:
        deadline = time.monotonic() + WITHIN
        while not condition():
            assert time.monotonic() < deadline, (wanted, self.texts("body"), complaints(self.driver))
            time.sleep(0.02)

    def shows(self, selector: str, *texts: str) -> None:
        self.until(lambda: self.texts(selector) == list(texts), f"{selector}: {texts}")

    def press(self, *keys: str) -> None:
        for key in keys:
            steady(lambda key=key: self.driver.switch_to.active_element.send_keys(key))

    def click(self, by: str, what: str) -> None:
        steady(lambda: self.driver.find_element(by, what).click())

    def focused(self) -> str:
        return str(self.driver.execute_script("return document.activeElement.dataset.row || ''"))

    def look(self, scheme: str, phone: bool) -> None:
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        size = {"width": 375, "height": 760} if phone else {"width": 1200, "height": 900}
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {**size, "deviceScaleFactor": 1, "mobile": phone}
        )

    def picture(self, name: str) -> None:
        assert self.driver.save_screenshot(str(artefacts() / f"console-{name}.png"))

    def asked(self) -> int:
        """How often the page has asked its server for something to show."""
        script = "return performance.getEntriesByType('resource').filter(each => each.name.includes('/api/')).length"
        return int(self.driver.execute_script(script))
