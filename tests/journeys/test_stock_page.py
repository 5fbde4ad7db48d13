"""On a phone: a supplier without a system says by link what he has."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Page, ViewportSize, expect

from orders.domain.stock_links import send_link
from stocke.core.actors import Actor
from stocke.core.models import Message
from stocke.products.models import Level
from suppliers.models import OfferStock, Supplier
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory
from tests.journeys.house import empty_queues, work

pytestmark = pytest.mark.django_db(transaction=True)
CLOCK = Actor.job("clock")
PHONE = ViewportSize(width=390, height=844)


@pytest.fixture(autouse=True)
def fresh_queues() -> Iterator[None]:
    empty_queues()
    yield
    empty_queues()


@pytest.fixture
def supplier() -> Supplier:
    supplier = SupplierFactory(name="Atelier Témoin", email="atelier@supplier.example", contact_name="Inge")
    for sku, name, quantity in (
        ("AT-01", "Bougeoir Onde", 12),
        ("AT-02", "Plat Brume, grès émaillé à la main", 3),
        ("AT-03", "Théière Brume", 0),
    ):
        product = ProductFactory(sku=sku, name=name)
        OfferFactory(supplier=supplier, product=product, supplier_sku=sku, name=name, quantity=quantity)
    return supplier


def test_a_supplier_edits_his_stock_by_link_on_his_phone(
    page: Page, supplier: Supplier, axe_by_day_and_night: Callable[[Page], None]
) -> None:
    page.set_viewport_size(PHONE)
    send_link(supplier, by=CLOCK)
    (address,) = re.findall(rf"{settings.PUBLIC_URL}(/s/\S+)", Message.objects.get().text)

    page.goto(address)
    expect(page.get_by_role("heading", name="Qu’avez-vous en stock")).to_be_visible()
    axe_by_day_and_night(page)

    page.get_by_role("group", name="Bougeoir Onde").get_by_label("Combien").fill("9")
    page.get_by_role("group", name="Plat Brume").get_by_text("Aucun").click()
    page.get_by_role("group", name="Théière Brume").get_by_text("Je ne sais pas").click()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("3 quantités sont enregistrées")).to_be_visible()
    axe_by_day_and_night(page)
    work(("default", "suppliers.jobs.levels.recompute_dirty_levels"))

    facts = OfferStock.objects.values_list("offer__supplier_sku", "kind", "quantity")
    assert sorted(facts) == [("AT-01", "exact", 9), ("AT-02", "exact", 0), ("AT-03", "unknown", None)]
    assert dict(Level.objects.values_list("product__sku", "light")) == {
        "AT-01": "in_stock",
        "AT-02": "out",
        "AT-03": "unknown",
    }
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
