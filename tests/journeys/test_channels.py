"""In a browser: connect a shop, match what it sells, and see what it is told and why."""

from collections.abc import Callable, Generator
from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser
from playwright.sync_api import Page, expect

from stocke.channels.models import Channel
from tests.channels.conftest import stocked
from tests.factories.people import person
from tests.fakes.woocommerce import KEY, SECRET, Shop, running_shop
from tests.journeys.house import empty_queues, told, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
SignIn = Callable[[AbstractBaseUser], None]


@pytest.fixture
def shop(settings: Any) -> Generator[Shop]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    empty_queues()
    with running_shop() as started:
        yield started
    empty_queues()


def connect(page: Page, url: str, secret: str) -> None:
    page.get_by_label("Adresse de la boutique").fill(url)
    page.get_by_label("Clé client (ck_…)").fill(KEY)
    page.get_by_label("Secret client (cs_…)").fill(secret)
    page.get_by_role("button", name="Connecter la boutique").click()


def test_a_shop_is_connected_matched_and_told(page: Page, sign_in: SignIn, shop: Shop) -> None:
    mug, strange = shop.add_product("MUG-1", 2), shop.add_product("AUTRE", 0)
    stocked("MUG-1", 7)
    stocked("BOL-9", 3)
    sign_in(person("operations", language="fr"))

    # A wrong key is said to be one, and nothing is kept.
    page.goto("/channels/new/")
    connect(page, shop.url, "wrong")
    expect(page.get_by_text("La boutique ne reconnaît pas cette clé.").first).to_be_visible()
    assert Channel.objects.count() == 0

    connect(page, shop.url, SECRET)
    expect(told(page, "Demo shop est connectée.")).to_be_visible()
    work()
    assert mug["stock_quantity"] == 7

    # One listing is matched by hand, with a rule of its own.
    page.reload()
    page.get_by_role("link", name="Canaux").first.click()
    page.get_by_role("link", name="Demo shop").click()
    page.locator("main").get_by_role("link", name="2", exact=True).click()
    page.get_by_role("link", name="Article AUTRE").click()
    page.get_by_label("SKU de notre produit").fill("bol-9")
    page.get_by_role("button", name="Rapprocher").click()
    page.get_by_label("Plafond").fill("2")
    page.get_by_role("button", name="Enregistrer les règles").click()
    expect(page.get_by_text("Plafond de cette annonce : 2")).to_be_visible()
    work(("default", "stocke.channels.jobs.tending.tend_due"))
    assert strange["stock_quantity"] == 2

    # What it was told, and why.
    page.reload()
    expect(page.get_by_text("La boutique affiche 2 depuis")).to_be_visible()
    page.get_by_role("heading", name="Diffusions passées").scroll_into_view_if_needed()
    page.locator("section", has_text="Diffusions passées").get_by_role("link").click()
    page.get_by_text("–").first.click()
    expect(page.get_by_text("Ce que nous pouvons promettre").first).to_be_visible()
