"""The page that describes the API, in a real browser under our content security policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_api_page_is_read_by_everybody_and_loads_nothing_from_elsewhere(
    page: Page, axe: Callable[[Page], None]
) -> None:
    foreign: list[str] = []
    page.on(
        "request",
        lambda sent: (
            foreign.append(sent.url) if "127.0.0.1" not in sent.url and "localhost" not in sent.url else None
        ),
    )
    page.set_viewport_size({"width": 320, "height": 640})

    page.goto("/api/docs")

    handing_over = page.get_by_role("region", name="Hand over an order", exact=True)
    expect(handing_over.get_by_role("heading", level=2)).to_be_visible()
    handing_over.get_by_text("Tout ce qu’elle accepte").click()
    expect(handing_over.get_by_text("lines[].unit_price_cents", exact=True)).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert [url for url in foreign if not url.startswith("data:")] == []
