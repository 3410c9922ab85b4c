"""A real Chromium without a window, and what it shows of a report."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scanner.model import Report
from scanner.report import render

REQUIRED = "PHASEGATE_TESTS_NEED_CHROMIUM"
"""The variable of the environment that makes a missing Chromium a failure: no build passes because nothing was tried."""
_MISSING = "there is no Chromium here: apt-get install chromium chromium-driver (Debian), pip install selenium"
_FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)


class Browser:
    """Shows reports, and answers what a user sees of them. `driver` is Selenium's."""

    def __init__(self, driver: Any, folder: Path) -> None:
        self.driver = driver
        self.folder = folder
        self.pages = 0

    def show(self, sample: Report, fragment: str = "", *, width: int = 1400, height: int = 900) -> None:
        """Open the report from a file, in a window of this size."""
        self.pages += 1
        page = self.folder / f"{self.pages}.html"
        page.write_text(render(sample, "html"), encoding="utf-8")
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.driver.get(page.as_uri() + fragment)

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script in the page returns."""
        return self.driver.execute_script(script, *arguments)

    def settled(self) -> None:
        """Wait until the page has drawn what it was told."""
        self.driver.execute_async_script("const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()))")

    def texts(self, selector: str) -> list[str]:
        """What is to be seen of the elements that fit, in the order of the page."""
        found: list[str] = self.run("return [...document.querySelectorAll(arguments[0])].map((each) => each.innerText.trim())", selector)
        return [" ".join(text.split()) for text in found]

    def text(self, selector: str) -> str:
        """What is to be seen of the one element that fits."""
        (found,) = self.texts(selector)
        return found

    def click(self, selector: str, place: int = 0) -> None:
        """Click on an element where it is on the screen, as a mouse would."""
        element = self.driver.find_elements("css selector", selector)[place]
        self.run("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()
        self.settled()

    def type(self, selector: str, *keys: str) -> None:
        """Give an element the focus and press keys."""
        self.driver.find_element("css selector", selector).send_keys(*keys)
        self.settled()

    def press(self, *keys: str) -> None:
        """Press keys where the focus is."""
        self.driver.switch_to.active_element.send_keys(*keys)
        self.settled()

    def choose(self, name: str, value: str) -> None:
        """Choose the option of this value."""
        from selenium.webdriver.support.select import Select

        self.run("document.getElementById(arguments[0]).focus()", name)
        Select(self.driver.find_element("id", name)).select_by_value(value)
        self.settled()

    def contents(self, selector: str) -> list[str]:
        """The texts of the elements that fit, whether they are to be seen or not."""
        found: list[str] = self.run("return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)", selector)
        return found

    def visible(self, selector: str) -> bool:
        """Whether any of the elements that fit is to be seen."""
        return bool(self.run("return [...document.querySelectorAll(arguments[0])].some((each) => each.checkVisibility())", selector))

    @property
    def focus(self) -> str:
        """What is to be seen of the element that has the focus."""
        return str(self.run("return document.activeElement.innerText")).strip()

    @property
    def fragment(self) -> str:
        """The part of the address behind `#`."""
        return str(self.run("return location.hash"))

    @property
    def complaints(self) -> list[str]:
        """What the browser has logged since this was asked last: errors of the script, violations of the page's own policy."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    @property
    def requests(self) -> list[str]:
        """The addresses that pages of ours have asked for since this was asked last, their own included."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return [each["request"]["url"] for each in asked if each["documentURL"].startswith(self.folder.as_uri())]


@contextmanager
def started(folder: Path) -> Iterator[Browser]:
    """A browser that ends with the block. The test is skipped where there is none, unless the environment demands one."""
    chromium, helper = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or helper is None:
        assert REQUIRED not in os.environ, _MISSING
        pytest.skip(_MISSING)
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*_FLAGS, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(helper))
    try:
        yield Browser(driver, folder)
    finally:
        driver.quit()
