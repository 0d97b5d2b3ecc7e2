"""A real browser before a real server: Chromium, driven by Playwright, and a database with real commits."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from playwright.sync_api import Error, sync_playwright
from pytest_django.live_server_helper import LiveServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, ViewportSize

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
STYLES = Path(__file__).resolve().parents[2] / "node_modules" / "dkfds"


@pytest.fixture
def server(own_database: str) -> Iterator[str]:
    """The site at an address of its own; what a test commits is there at once."""
    del own_database
    live = LiveServer("127.0.0.1:0")
    yield live.url
    live.stop()


@pytest.fixture
def chromium(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """The machine's Chromium, or the one that Playwright has fetched; without either the test is skipped.

    One for each test: while Playwright lives its event loop runs in this thread, where Django then refuses the
    database, and keeps another set of connections.
    """
    del server
    if not STYLES.is_dir():
        pytest.skip("the front-end packages are missing: run `make install`")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        except Error:
            pytest.skip("Chromium is missing: install Debian's chromium, or run `playwright install chromium`")
        yield browser
        browser.close()
        connections.close_all()


class Visit:
    """A page at an address, with everything that went wrong on the way."""

    def __init__(self, page: Page, server: str) -> None:
        self.page = page
        self.server = server
        self.complaints: list[str] = []
        page.on("console", self._heard)
        page.on("request", self._asked)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def to(self, path: str) -> Page:
        """Go to a page of the site."""
        self.page.goto(f"{self.server}{path}")
        return self.page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self.server):
            self.complaints.append(f"asked elsewhere: {request.url}")


@pytest.fixture
def visit(chromium: Browser, server: str) -> Iterator[Visit]:
    """A visitor with a desktop browser whose language is English: nothing may go wrong unseen."""
    context = chromium.new_context(viewport=DESKTOP, locale="en-US")
    visit = Visit(context.new_page(), server)
    yield visit
    context.close()
    assert visit.complaints == []


@pytest.fixture
def phone(chromium: Browser, server: str) -> Iterator[Visit]:
    """A visitor with a phone and no JavaScript."""
    context = chromium.new_context(viewport=PHONE, locale="da-DK", java_script_enabled=False, has_touch=True)
    visit = Visit(context.new_page(), server)
    yield visit
    context.close()
    assert visit.complaints == []
