"""The page that describes the API, in a real browser under our content security policy."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_api_page_works_without_anything_from_elsewhere(page: Page) -> None:
    foreign: list[str] = []
    page.on(
        "request",
        lambda sent: (
            foreign.append(sent.url) if "127.0.0.1" not in sent.url and "localhost" not in sent.url else None
        ),
    )

    page.goto("/api/docs")

    expect(page.get_by_text("Hand over an order")).to_be_visible()
    page.get_by_text("Hand over an order").click()
    expect(page.get_by_text("external_id").first).to_be_visible()
    assert [url for url in foreign if not url.startswith("data:")] == []
