"""A file of orders in a real browser: checked, corrected, taken in; a large one while somebody watches."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from orders.models import Order
from orders.views import order_files
from stocke.core.models import User
from tests.factories.people import person
from tests.factories.products import ProductFactory
from tests.journeys.house import empty_queues, work
from tests.orders.order_files.files import csv_of, file_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("media"),
]


@pytest.fixture(autouse=True)
def agent(sign_in: Callable[[User], None]) -> None:
    empty_queues()
    ProductFactory(sku="A-1", name="Lamp")
    sign_in(person("customer_service"))


def hand_in(page: Page, file: Path) -> None:
    page.goto("/orders/import/")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Check the file").click()


def test_a_file_is_checked_corrected_and_taken_in(
    page: Page, tmp_path: Path, axe: Callable[[Page], None]
) -> None:
    hand_in(page, file_of(tmp_path, "order;sku\nE-1;A-1\n"))
    expect(page.get_by_role("alert")).to_contain_text("These columns are missing")
    axe(page)

    hand_in(page, file_of(tmp_path, csv_of({}, {"order": "E-2", "quantity": "-1"})))
    expect(page.get_by_text("1 refused order stays out.")).to_be_visible()
    expect(page.get_by_role("region", name="What is wrong")).to_contain_text("“-1” is not a whole number")
    axe(page)
    assert Order.objects.count() == 0

    page.get_by_role("button", name="Take in 1 order").click()

    expect(page.locator("#notices")).to_contain_text("1 order taken in, 1 refused")
    axe(page)
    assert list(Order.objects.values_list("external_id", flat=True)) == ["E-1"]


def test_the_pages_fit_a_phone_in_the_dark(page: Page, tmp_path: Path, axe: Callable[[Page], None]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")

    page.goto("/orders/import/")
    axe(page)
    hand_in(page, file_of(tmp_path, csv_of({"first name": "Camille"}, {"order": "E-2", "sku": "Z-9"})))

    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_large_file_is_watched_until_it_is_in(
    page: Page, tmp_path: Path, axe: Callable[[Page], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_files, "AT_ONCE", 1)
    hand_in(page, file_of(tmp_path, csv_of({}, {"order": "E-2"})))
    page.get_by_role("button", name="Take in 2 orders").click()
    expect(page.get_by_text("0 of 2")).to_be_visible()
    axe(page)

    work()

    expect(page.get_by_text("2 orders taken in")).to_be_visible()
    assert Order.objects.count() == 2
