"""The verification desk and the supplier's page in a real browser."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from orders.domain.purchase_messages import answer_link
from orders.domain.purchasing import order_purchases
from orders.domain.verification import verify_order
from orders.models import Allocation, Order, PurchaseOrder, StockoutCase
from stocke.core.actors import Actor
from stocke.core.models import User
from suppliers.models import Supplier
from tests.factories.customers import CustomerFactory
from tests.factories.orders import OrderFactory
from tests.factories.people import person
from tests.factories.products import ProductFactory
from tests.factories.purchases import SHIP_TO, ConfirmedOrderFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory
from tests.journeys.house import told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BY = Actor.job("test")

type SignIn = Callable[[User], None]
type Axe = Callable[[Page], None]


@pytest.fixture
def agent(sign_in: SignIn) -> User:
    user = person("operations", first_name="Léa", last_name="Démo", language="fr")
    sign_in(user)
    return user


def supplier(name: str) -> Supplier:
    return SupplierFactory(name=name)


def waiting_orders() -> list[Order]:
    """Two orders of one lamp whose figures are old, at three suppliers; one unknown."""
    old = timezone.now() - timedelta(hours=26)
    lamp = ProductFactory(sku="ALB-LAI-01", name="Lampe de bureau Alba, laiton", price_cents=6900)
    kettle = ProductFactory(sku="OND-BOU-17", name="Bouilloire Onde 1,7 L", price_cents=3900)
    OfferFactory(
        product=lamp, supplier=supplier("Nordique Démo"), as_of=old, quantity=14, reserved=0, cost_cents=3920
    )
    OfferFactory(
        product=lamp, supplier=supplier("Comptoir Exemple"), as_of=old, rank=2, quantity=5, cost_cents=4130
    )
    OfferFactory(product=lamp, supplier=supplier("Import Fictif"), rank=3, kind="unknown", cost_cents=3650)
    OfferFactory(product=kettle, supplier=supplier("Grossiste Témoin"), cost_cents=2200)
    orders = []
    for days, name in ((5, "Camille"), (6, "Marc")):
        order = OrderFactory(
            lines=[{"product": lamp, "quantity": 2}, {"product": kettle}],
            customer=CustomerFactory(first_name=name, last_name="Exemple"),
            promised_on=timezone.localdate() + timedelta(days=days),
            ship_to=SHIP_TO,
        )
        verify_order(order.pk, by=BY)
        orders.append(order)
    return orders


def test_an_order_is_confirmed_by_keys_with_another_source_and_taken_back(page: Page, agent: User) -> None:
    first, second = waiting_orders()
    page.goto("/verification/")
    expect(page.get_by_role("heading", name=f"Commande {first.number}")).to_be_visible()

    page.keyboard.press("s")
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name="Livrer depuis Comptoir Exemple")).to_be_checked()
    page.keyboard.press("c")

    expect(page.get_by_role("heading", name=f"Commande {second.number}")).to_be_focused()
    expect(page).to_have_url(re.compile(f"/verification/{second.number}/$"))
    first.refresh_from_db()
    assert first.status == "confirmed"
    assert Allocation.objects.filter(offer__supplier__name="Comptoir Exemple", status="held").count() == 1

    page.keyboard.press("z")
    expect(page.get_by_role("heading", name=f"Commande {first.number}")).to_be_visible()
    first.refresh_from_db()
    assert first.status == "to_verify"


def test_a_doubtful_line_becomes_a_case_by_one_key(page: Page, agent: User) -> None:
    first, _second = waiting_orders()
    page.goto("/verification/")

    page.keyboard.press("r")

    expect(told(page, "ouvert pour Lampe de bureau Alba")).to_be_visible()
    assert StockoutCase.objects.get().line.order == first


def test_j_and_k_walk_the_queue(page: Page, agent: User) -> None:
    first, second = waiting_orders()
    page.goto("/verification/")

    page.keyboard.press("j")
    expect(page.get_by_role("heading", name=f"Commande {second.number}")).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name=f"Commande {first.number}")).to_be_visible()


def test_desk_order_and_list_are_accessible(page: Page, agent: User, axe_by_day_and_night: Axe) -> None:
    first, _second = waiting_orders()

    for address in ("/verification/", f"/orders/{first.number}/", "/orders/"):
        page.goto(address)
        axe_by_day_and_night(page)


def test_a_supplier_answers_line_by_line_without_javascript(browser: object, live_server: object) -> None:
    nord = SupplierFactory(name="Nord", language="fr")
    offers = [
        OfferFactory(supplier=nord, product=ProductFactory(name=name))
        for name in ("Lampe", "Chaise", "Table")
    ]
    order = ConfirmedOrderFactory(*offers, quantity=4)
    [purchase] = order_purchases(order.pk, by=BY)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(answer_link(purchase).replace(settings.PUBLIC_URL, live_server.url))  # type: ignore[attr-defined]

    page.get_by_role("group", name="Lampe").get_by_text("Oui", exact=True).click()
    chair = page.get_by_role("group", name="Chaise")
    chair.get_by_text("En partie").click()
    chair.get_by_label("Combien pouvez-vous").fill("3")
    table = page.get_by_role("group", name="Table")
    table.get_by_text("Non", exact=True).click()
    table.get_by_label("Pourquoi").select_option("discontinued")
    page.get_by_role("button", name="Envoyer ma réponse").click()

    expect(page.get_by_role("heading", name="Votre réponse est enregistrée")).to_be_visible()
    context.close()
    purchase.refresh_from_db()
    assert purchase.status == "answered"
    assert list(purchase.lines.order_by("pk").values_list("answer", "accepted_quantity")) == [
        ("accepted", 4),
        ("part", 3),
        ("rejected", 0),
    ]


def test_the_suppliers_page_is_accessible_in_every_state(page: Page, axe: Axe) -> None:
    order = ConfirmedOrderFactory(OfferFactory(), OfferFactory())
    order_purchases(order.pk, by=BY)
    waiting, answered = PurchaseOrder.objects.order_by("pk")
    paths = [answer_link(one).removeprefix(settings.PUBLIC_URL) for one in (waiting, answered)]

    page.goto(paths[0])
    axe(page)
    page.get_by_role("button", name="Envoyer ma réponse").click()
    axe(page)
    page.goto(paths[1])
    page.get_by_role("button", name="Oui à tout").click()
    expect(page.get_by_role("heading", name="Votre réponse est enregistrée")).to_be_visible()
    axe(page)
