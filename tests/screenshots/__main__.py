"""`make screenshots`: pictures of the running demonstration, light and dark, on a desk and on a phone.

Follows the navigation; of each list it opens the first row too. Further addresses may be named as arguments.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.chromium import launch

ROOT = Path(__file__).resolve().parents[2]
SCREENS = {"": ViewportSize(width=1440, height=900), "-phone": ViewportSize(width=390, height=844)}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NAVIGATION, FIRST_ROW = ".se-side a.se-nav[href^='/']", ".se-table tbody a[href^='/']"


def main() -> int:
    options = _options()
    demo = ROOT / ".local" / "demo.json"
    if not demo.exists():
        print(
            "The demonstration does not run: start it with `make demo`, then take the pictures.",
            file=sys.stderr,
        )
        return 1
    options.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for name, page in shots(browser, json.loads(demo.read_text()), options.paths):
            if not name.endswith("-phone"):
                unroll(page)
            page.screenshot(path=options.to / f"{name}.png")
            print(name, flush=True)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument(
        "paths", nargs="*", help="addresses instead of the whole navigation, such as /orders/"
    )
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "screenshots")
    return parser.parse_args()


def shots(browser: Browser, demo: dict[str, Any], paths: list[str]) -> Iterator[tuple[str, Page]]:
    """Each page as it should be pictured, with the name of its picture."""
    for theme in THEMES:
        for suffix, size in SCREENS.items():
            context = browser.new_context(
                base_url=demo["url"],
                viewport=size,
                color_scheme=theme,
                locale="fr-FR",
                reduced_motion="reduce",
            )
            page = context.new_page()
            sign_in(page, demo["logins"][0])
            paths = paths or places(page)
            for path in paths:
                page.set_viewport_size(size)
                page.goto(path, wait_until="networkidle")
                yield f"{slug(path)}-{theme}{suffix}", page
            context.close()


def unroll(page: Page) -> None:
    """A window as high as the page: on a picture longer than its window a bar at the bottom stands in the middle."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": SCREENS[""]["width"], "height": height})


def sign_in(page: Page, login: dict[str, str]) -> None:
    page.goto("/login/")
    page.locator("input[type=email], input[name=username]").first.fill(login["email"])
    page.locator("input[type=password]").fill(login["password"])
    page.locator("main button[type=submit], main form button").first.click()
    page.wait_for_url(lambda url: "/login/" not in url)


def places(page: Page) -> list[str]:
    """The navigation's addresses, each followed by that of its first row."""
    found: list[str] = []
    for path in addresses(page, NAVIGATION):
        page.goto(path)
        found += [path, *addresses(page, FIRST_ROW)[:1]]
    return list(dict.fromkeys(found))


def addresses(page: Page, selector: str) -> list[str]:
    return [str(link.get_attribute("href")) for link in page.locator(selector).all()]


def slug(path: str) -> str:
    """Without numbers, which differ from one demonstration to the next."""
    return re.sub(r"\W+", "-", re.sub(r"\d+", "one", path)).strip("-").lower() or "home"


if __name__ == "__main__":
    sys.exit(main())
