"""Purchasing and its rules in a real browser: the answer from the phone, the link, the reminder, the trial."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from orders.models import VerificationPolicy
from stocke.core.models import User
from tests.factories.people import person
from tests.factories.purchases import PurchaseFactory
from tests.journeys.house import empty_queues

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def administrator(sign_in: Callable[[User], None]) -> None:
    empty_queues()
    sign_in(person())


def test_a_part_is_keyed_from_the_phone(page: Page, axe: Callable[[Page], None]) -> None:
    purchase = PurchaseFactory(quantity=4)
    page.goto("/purchasing/")
    axe(page)
    page.get_by_role("link", name=purchase.number).click()
    page.get_by_text("Line by line").click()
    axe(page)

    page.get_by_role("button", name="Record the answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Answer yes, in part or no.")
    axe(page)
    page.get_by_label("Answer", exact=True).select_option("accepted in part")
    page.get_by_label("How many, if in part?").fill("3")
    page.get_by_role("button", name="Record the answer").click()

    expect(page.locator("#notices")).to_contain_text("recorded")
    expect(page.get_by_text("3 of 4").first).to_be_visible()
    axe(page)
    assert purchase.lines.get().accepted_quantity == 3


def test_the_link_is_copied_and_the_supplier_reminded(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    purchase = PurchaseFactory()
    page.goto(f"/purchasing/{purchase.number}/")

    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    assert "/p/" in page.evaluate("navigator.clipboard.readText()")

    page.keyboard.press("r")
    expect(page.locator("#notices")).to_contain_text("is on its way")
    expect(page.get_by_role("button", name="Remind the supplier")).to_have_count(0)


def test_rules_are_tried_before_they_are_saved(page: Page, axe: Callable[[Page], None]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.goto("/verification/rules/")
    axe(page)

    page.get_by_label("in the last").fill("0")
    page.get_by_role("button", name="Save the rules").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing is saved")
    axe(page)
    page.get_by_label("in the last").fill("6")
    page.get_by_role("button", name="Try on past orders").click()
    expect(page.get_by_role("heading", name="What these rules would have done")).to_be_visible()
    assert VerificationPolicy.current().fresh_hours == 24
    page.get_by_role("button", name="Save the rules").click()

    expect(page.locator("#notices")).to_contain_text("Rules saved")
    axe(page)
    assert VerificationPolicy.current().fresh_hours == 6
    assert page.evaluate("document.documentElement.scrollWidth") == 390
