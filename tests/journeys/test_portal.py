"""A supplier edits his stock by link on a phone-sized screen."""

from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, ViewportSize, expect

from stocke.core.actors import Actor
from suppliers.domain.portal import open_portal
from suppliers.models import OfferStock
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = ViewportSize(width=390, height=844)


def test_a_supplier_states_his_stock_on_his_phone(page: Page, axe: Callable[[Page], None]) -> None:
    supplier = SupplierFactory(name="Atelier Démo", language="fr")
    lamp = OfferFactory(supplier=supplier, name="Suspension Galet Ø 40, verre fumé", quantity=6)
    vase = OfferFactory(supplier=supplier, name="Vase Osier", kind="flag", quantity=None)
    page.set_viewport_size(PHONE)
    page.goto(open_portal(supplier, by=Actor.job("test")).removeprefix(settings.PUBLIC_URL))
    axe(page)

    page.get_by_role("group", name="Suspension Galet").get_by_label("En stock").fill("2")
    page.get_by_role("group", name="Vase Osier").get_by_label("Je ne sais pas").check()
    page.get_by_role("button", name="Enregistrer").click()

    expect(page.get_by_role("status").first).to_contain_text("2 quantités enregistrées.")
    axe(page)
    stated = OfferStock.objects.order_by("offer").values_list("offer", "kind", "quantity")
    assert list(stated) == [(lamp.pk, "exact", 2), (vase.pk, "unknown", None)]
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
