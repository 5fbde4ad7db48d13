"""The list of orders, the page of one, and the API's own page."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.domain.intake import take_in
from orders.domain.problems import AmendmentRefused
from orders.domain.purchasing import order_purchases
from orders.domain.verification import verify_order
from orders.models import Order
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from tests.core.listpage_checks import assert_same_queries, queries_of
from tests.factories.customers import CustomerFactory
from tests.factories.incoming import incoming, line
from tests.factories.orders import OrderFactory
from tests.factories.people import client_as
from tests.factories.products import ProductFactory
from tests.factories.purchases import ConfirmedOrderFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db
LIST = reverse("orders:orders")
SHOP = Actor.channel("demo")


@pytest.fixture
def agent() -> Client:
    return client_as("customer_service")


def shown(client: Client, **query: str) -> list[Order]:
    return [row.record for row in client.get(LIST, query).context["listing"].table.rows]


def page(order: Order) -> str:
    return reverse("orders:order", args=[order.number])


def test_orders_are_listed_newest_first(agent: Client) -> None:
    old = OrderFactory(placed_at=timezone.now() - timedelta(days=3))
    new = OrderFactory()

    assert shown(agent) == [new, old]


@pytest.mark.parametrize(
    "words", ["90777", "9077", "W-55", "camille.dupont", "Zélie", "zélie dup", "ALB-1", "alb-1"]
)
def test_an_order_is_found_by_number_customer_address_or_sku(agent: Client, words: str) -> None:
    customer = CustomerFactory(
        email="camille.dupont@customer.example", first_name="Zélie", last_name="Dupont"
    )
    lamp = ProductFactory(sku="ALB-1")
    wanted = OrderFactory(number="90777", external_id="W-55", customer=customer, lines=[{"product": lamp}])
    OrderFactory(lines=[{}])

    assert shown(agent, q=words) == [wanted]


def test_late_orders_are_a_view(agent: Client) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    late = OrderFactory(status="confirmed", promised_on=yesterday)
    OrderFactory(status="done", promised_on=yesterday)
    OrderFactory(status="confirmed")

    assert shown(agent, promise="late") == [late]
    assert "Late" in agent.get(LIST, {"promise": "late"}).content.decode()


def test_orders_are_narrowed_by_state_and_channel(agent: Client) -> None:
    wanted = OrderFactory(status="confirmed", channel="market")
    OrderFactory(status="confirmed")
    OrderFactory(channel="market")

    assert shown(agent, status="confirmed", channel="market") == [wanted]


def test_the_list_is_exported_with_harmless_cells(agent: Client) -> None:
    OrderFactory(customer=CustomerFactory(first_name="=HYPERLINK(1)", last_name=""))

    text = b"".join(agent.get(LIST, {"export": "csv"})).decode()

    assert "'=HYPERLINK(1)" in text


def test_the_list_costs_the_same_for_one_row_and_three(agent: Client) -> None:
    assert_same_queries(agent, LIST, lambda: OrderFactory(lines=[{}, {}]))


def test_the_page_shows_what_was_bought_from_where_and_why(agent: Client) -> None:
    nord = SupplierFactory(name="Grossiste Nord")
    order = ConfirmedOrderFactory(OfferFactory(supplier=nord), ship_to={"name": "Camille", "city": "Lille"})
    order_purchases(order.pk, by=Actor.job("purchasing"))

    text = agent.get(page(order)).content.decode()

    assert "Grossiste Nord" in text
    assert "CF-" in text
    assert "Camille<br>Lille" in text
    assert "Ordered from the supplier" in text


def test_a_replaced_line_shows_what_was_bought_too(agent: Client) -> None:
    order = OrderFactory(lines=[{"ordered_name": "Suspension Galet", "ordered_sku": "GAL-1"}])

    assert "Bought: Suspension Galet (GAL-1)" in agent.get(page(order)).content.decode()


def test_everything_that_happened_stands_in_one_timeline(agent: Client) -> None:
    for sku in ("A-1", "B-2"):
        OfferFactory(product=ProductFactory(sku=sku, price_cents=4900))
    order = take_in(incoming("A-1"), by=SHOP).order
    verify_order(order.pk, by=Actor.job("verification"))
    take_in(incoming(lines=(line("A-1", 3), line("B-2"))), by=SHOP)
    order.lines.update(status="ordered")
    with pytest.raises(AmendmentRefused):
        take_in(incoming("B-2"), by=SHOP)

    text = agent.get(page(order)).content.decode()

    for words in (
        "Order received",
        "Verified: 1 safe line",
        "Order confirmed",
        "A-1 × 1: promise taken back, the shop changed the line",
        "Changed by the shop: B-2 × 1 added, A-1: 1 became 3",
        "A change by the shop was refused: A-1",
    ):
        assert words in text


def test_a_note_joins_the_timeline(agent: Client) -> None:
    order = OrderFactory(lines=[{}])

    answer = agent.post(reverse("orders:note", args=[order.number]), {"text": " Rappeler <demain> "})

    assert (answer.status_code, answer["Location"]) == (303, page(order))
    entry = HistoryEntry.objects.get()
    assert (entry.kind, entry.why, entry.actor_kind) == ("order.noted", "Rappeler <demain>", "person")
    assert "Rappeler &lt;demain&gt;" in agent.get(page(order)).content.decode()


def test_an_empty_note_is_refused(agent: Client) -> None:
    order = OrderFactory(lines=[{}])

    answer = agent.post(reverse("orders:note", args=[order.number]), {"text": "  "})

    assert (answer.status_code, HistoryEntry.objects.count()) == (422, 0)


def test_a_viewer_reads_and_writes_no_note() -> None:
    order, viewer = OrderFactory(lines=[{}]), client_as("viewer")

    assert viewer.get(page(order)).status_code == 200
    assert viewer.post(reverse("orders:note", args=[order.number]), {"text": "x"}).status_code == 403
    assert HistoryEntry.objects.count() == 0


def test_the_page_costs_the_same_for_one_line_and_for_three(agent: Client) -> None:
    def order_of(lines: int) -> Order:
        order = ConfirmedOrderFactory(*(OfferFactory() for _ in range(lines)))
        order_purchases(order.pk, by=Actor.job("purchasing"))
        return order

    one, three = order_of(1), order_of(3)
    agent.get(page(one))

    assert len(queries_of(agent, page(three))) == len(queries_of(agent, page(one)))


def test_an_unknown_order_is_not_found(agent: Client) -> None:
    assert agent.get(reverse("orders:order", args=["none"])).status_code == 404


def test_orders_are_found_from_anywhere(agent: Client) -> None:
    order = OrderFactory(number="90778", customer=CustomerFactory(first_name="Zélie"))

    found: Any = agent.get(reverse("core:search"), {"q": "zélie"}).content.decode()

    assert page(order) in found
