"""Every page about stockouts, judged by axe, at the widths of a desk and of a small phone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from orders.domain.choices import choose, execute
from orders.models import OptionKind, Refund
from stocke.core.models import User
from tests.orders.cases.scenes import CLOCK, CUSTOMER, agent, open_scene, send, stock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 320, "height": 640}


@pytest.fixture
def look(page: Page, axe: Callable[[Page], None]) -> Callable[[str], None]:
    """Open a page on a desk and on a phone, dark and light: no violation, and nothing scrolls sideways."""

    def at(url: str) -> None:
        for size, theme in [(DESK, "light"), (PHONE, "dark")]:
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.goto(url)
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]

    return at


def test_the_customers_page_in_each_of_its_states(look: Callable[[str], None], settings: Any) -> None:
    scene = open_scene()
    send(scene)
    link = scene.link()
    stock(scene.smaller_offer, 0)
    look(link)
    choose(scene.case.pk, scene.option(OptionKind.SUBSTITUTE, scene.dune).pk, version=1, by=CUSTOMER)
    look(link)
    stock(scene.dune_offer, 0)
    execute(scene.case.pk, by=CLOCK)
    look(link)
    choose(scene.case.pk, scene.option(OptionKind.VOUCHER).pk, version=1, by=CUSTOMER)
    execute(scene.case.pk, by=CLOCK)
    look(link)
    look("/c/rubbish/")


def test_the_desk_at_each_stage_the_lists_and_a_refund(
    look: Callable[[str], None], sign_in: Callable[[User], None]
) -> None:
    sign_in(agent())
    look("/stockouts/")
    scene = open_scene(quantity=2, missing=1)
    look(f"/stockouts/{scene.case.number}/?q=Galet")
    send(scene)
    look(f"/stockouts/{scene.case.number}/")
    choose(scene.case.pk, scene.option(OptionKind.REFUND).pk, version=1, by=CUSTOMER)
    look(f"/stockouts/{scene.case.number}/")
    execute(scene.case.pk, by=CLOCK)
    look(f"/stockouts/{scene.case.number}/")
    look(reverse("orders:stockout_list"))
    look(reverse("orders:refunds"))
    look(reverse("orders:refund_done", args=[Refund.objects.get().pk]))


def test_the_head_of_the_desk_counts_anew_after_a_letter(page: Page, sign_in: Callable[[User], None]) -> None:
    sign_in(agent())
    open_scene()
    open_scene()
    page.goto("/stockouts/")
    expect(page.locator("#desk-count")).to_have_text("2 dossiers à proposer")

    page.keyboard.press("t")
    expect(page.get_by_text("Vous avez pris ce dossier.")).to_be_visible()
    page.keyboard.press("Control+Enter")

    expect(page.locator("#desk-count")).to_have_text("1 dossier à proposer")
    expect(page.locator("#desk-tabs .se-count")).to_have_text(["1", "1"])
