"""Fixtures for tests that open pages in a real Chromium, and the accessibility judge.

Where no Chromium is found those tests are skipped, and the summary says so in capitals; with
STOCKE_REQUIRE_BROWSER=1 they fail instead, so that a build server cannot lose them quietly.
"""

import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from stocke.core.models import User
from tests.chromium import find_chromium, launch

ROOT = Path(__file__).resolve().parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# No rule of these reads style sheets, which would be fetched and parsed once more for every page.
AXE_PRELOAD = {"assets": ["media"]}
NO_BROWSER = "no Chromium on this machine"
NO_AXE = "axe-core is not installed: run `make assets`"
DESKTOP = ViewportSize(width=1440, height=900)
# Long enough for a machine that does other things as well; a passing test never waits for it.
WAIT_MS = 60_000

type Finding = tuple[str, str, list[str]]


def missing(what: str) -> None:
    """Skip this test, or fail it where a browser is required."""
    if os.environ.get("STOCKE_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{what}, and STOCKE_REQUIRE_BROWSER=1", pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session")
def playwright() -> Generator[Playwright]:
    """Playwright runs an event loop in this thread, which Django would take for asynchronous code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Generator[Browser]:
    if find_chromium(playwright) is None:
        missing(NO_BROWSER)
    started = launch(playwright)
    yield started
    started.close()


@pytest.fixture
def context(browser: Browser, live_server: LiveServer) -> Generator[BrowserContext]:
    opened = browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=DESKTOP)
    opened.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Generator[Page]:
    """A blank tab; `page.goto("/orders/")` opens the live server. Errors in its console fail the test."""
    errors: list[str] = []
    tab = context.new_page()
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield tab
    assert [error for error in errors if "Failed to load resource" not in error] == []


@pytest.fixture
def sign_in(context: BrowserContext, live_server: LiveServer) -> Callable[[User], None]:
    """`sign_in(user)` gives every tab of this test the session of that user, without the login page."""

    def with_session(user: User) -> None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])

    return with_session


@pytest.fixture(scope="session")
def axe_findings() -> Callable[[Page], list[Finding]]:
    """`axe_findings(page)` tells which rules of WCAG 2.2 level A or AA the page as it stands breaks, and where."""
    if not AXE.exists():
        missing(NO_AXE)
    source = AXE.read_text()

    def find(page: Page) -> list[Finding]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(source)
        found = page.evaluate(
            "([tags, preload]) => axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload})",
            [AXE_TAGS, AXE_PRELOAD],
        )
        return [_summary(violation) for violation in found["violations"]]

    return find


@pytest.fixture(scope="session")
def axe(axe_findings: Callable[[Page], list[Finding]]) -> Callable[[Page], None]:
    """`axe(page)` asserts that the page as it stands breaks no rule of WCAG 2.2 level A or AA."""

    def judge(page: Page) -> None:
        assert axe_findings(page) == []

    return judge


@pytest.fixture(scope="session")
def axe_by_day_and_night(axe: Callable[[Page], None]) -> Callable[[Page], None]:
    """The same in both colour schemes, without a second journey to the page. A colour on its way to another is none."""

    def judge(page: Page) -> None:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        axe(page)
        page.emulate_media(color_scheme="dark")
        axe(page)

    return judge


def _summary(violation: dict[str, Any]) -> Finding:
    return violation["id"], violation["help"], [str(node["target"]) for node in violation["nodes"]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for a browser is a browser test; nobody has to remember the marker."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reason in (NO_BROWSER, NO_AXE):
        count = sum(reason in str(report.longrepr) for report in terminalreporter.stats.get("skipped", []))
        if count:
            terminalreporter.section("BROWSER TESTS DID NOT RUN", sep="!", red=True, bold=True)
            terminalreporter.write_line(f"{count} skipped: {reason}. Nothing is known about those pages.")
