"""A sourcing policy written in sentences, previewed on past orders and saved, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from orders.domain.verification import verify_order
from orders.models import SourcingPolicy
from stocke.core.actors import Actor
from stocke.core.models import User
from tests.factories.orders import OrderFactory
from tests.factories.people import person
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory
from tests.journeys.house import empty_queues, told, work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BY = Actor.job("test")


def parted_order() -> str:
    """A lamp and a chair from two suppliers, where a third has both."""
    both = SupplierFactory(name="Comptoir Exemple")
    lines = []
    for name, first in (("Lampe Alba", "Nordique Démo"), ("Chaise Brume", "Grossiste Témoin")):
        product = ProductFactory(name=name, price_cents=6900)
        OfferFactory(product=product, supplier=SupplierFactory(name=first), cost_cents=3920)
        OfferFactory(product=product, supplier=both, rank=2, cost_cents=4130)
        lines.append({"product": product})
    order = OrderFactory(lines=lines)
    verify_order(order.pk, by=BY)
    return order.number


def test_a_policy_is_previewed_and_then_saved(
    page: Page, sign_in: Callable[[User], None], axe: Callable[[Page], None]
) -> None:
    empty_queues()
    number = parted_order()
    sign_in(person(first_name="Léa", last_name="Démo", language="fr"))
    page.goto("/sourcing/")

    page.get_by_role("link", name="Écrire une politique").click()
    page.get_by_label("La politique s’appelle").fill("Un seul colis")
    page.get_by_role("button", name="Descendre").first.click()
    expect(page.get_by_text("Préférer le délai le plus court")).to_be_visible()
    page.get_by_label("Une commande arrive").select_option("preferred")
    axe(page)
    page.get_by_role("button", name="Essayer sur").click()
    expect(page.get_by_role("heading", name="Aperçu de Un seul colis")).to_be_visible()
    work()

    expect(page.get_by_role("heading", name="1 commande serait servie autrement")).to_be_visible()
    expect(page.get_by_role("row", name=number)).to_contain_text("Comptoir Exemple")
    axe(page)
    assert SourcingPolicy.objects.count() == 0
    page.get_by_role("button", name="Enregistrer cette politique").click()
    expect(told(page, "Un seul colis : version 1 enregistrée")).to_be_visible()
    kept = SourcingPolicy.objects.get()
    assert (kept.rules["priorities"], kept.rules["parcels"]) == (["lead", "cost"], "preferred")
