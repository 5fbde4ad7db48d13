"""Staff cancels an order or some of its lines: what ends at once, what is asked of suppliers, what is refused."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orders.domain.allocations import prove_counters
from orders.domain.amendments import state_of
from orders.domain.answers import LineAnswer, answer_purchase
from orders.domain.cancelling import answer_cancel
from orders.domain.cancelling_lines import CannotCancel, Fate, cancel_lines, cancellables, fate_of
from orders.domain.cases import open_case
from orders.domain.purchase_messages import LINK_PURPOSE
from orders.domain.purchasing import order_purchases
from orders.domain.shipping import Parcel, announce
from orders.models import (
    Answer,
    CancelAnswer,
    CaseCause,
    Order,
    OrderLine,
    PurchaseOrder,
    Refund,
    StockoutCase,
)
from orders.queries.orders import orders_in_full
from stocke.core.actors import Actor
from stocke.core.domain.links import sign
from stocke.core.models import HistoryEntry, Message
from suppliers.models import OfferStock
from tests.factories.orders import AllocationFactory, OrderFactory
from tests.factories.people import person
from tests.factories.products import ProductFactory
from tests.factories.purchases import ConfirmedOrderFactory, PurchaseFactory
from tests.factories.shipments import AcceptedFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db
LEA, NORTH = Actor.job("test"), Actor.supplier("Nord")


def fates(order: Order) -> dict[int, str]:
    found = cancellables(orders_in_full().get(pk=order.pk))
    return {one.line.pk: str(one.fate) for one in found if one.fate in {Fate.NOW, Fate.ASKED}}


def cancel_all(order: Order, **given: Any) -> None:
    cancel_lines(order.pk, fates(order), by=LEA, **given)


def as_it_stands(order: Order) -> tuple[str, list[str], list[tuple[int, str]]]:
    """The status of the order, those of its lines, and the ledger behind them."""
    status = Order.objects.values_list("status", flat=True).get(pk=order.pk)
    lines = OrderLine.objects.filter(order=order).order_by("position")
    promises = lines.filter(allocations__isnull=False).order_by("allocations__pk")
    return (
        status,
        list(lines.values_list("status", flat=True)),
        list(promises.values_list("allocations__quantity", "allocations__status")),
    )


def kinds(order: Order) -> list[str]:
    entries = HistoryEntry.objects.filter(thread=f"order:{order.pk}").order_by("pk")
    return list(entries.values_list("kind", flat=True))


def letters() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("kind", "status"))


def two_accepted_lines() -> PurchaseOrder:
    """One supplier who accepted two lines of one order, of two units each."""
    nord = SupplierFactory(name="Nord")
    order = ConfirmedOrderFactory(OfferFactory(supplier=nord), OfferFactory(supplier=nord))
    [purchase] = order_purchases(order.pk, by=LEA)
    lines = purchase.lines.all()
    answer_purchase(purchase.pk, [LineAnswer(line.pk, Answer.ACCEPTED) for line in lines], by=NORTH)
    return PurchaseOrder.objects.select_related("order").get(pk=purchase.pk)


@pytest.mark.parametrize(
    ("status", "is_sent", "purchases", "fate"),
    [
        ("new", False, [], Fate.NOW),
        ("short", False, [], Fate.NOW),
        ("waiting", False, [], Fate.NOW),
        ("ordered", False, [], Fate.NOW),
        ("accepted", False, [PurchaseOrder()], Fate.ASKED),
        ("accepted", False, [PurchaseOrder(cancel_asked_at="now")], Fate.ASKING),
        ("accepted", False, [PurchaseOrder(cancel_asked_at="now", cancel_answer="too_late")], Fate.TOO_LATE),
        ("accepted", True, [PurchaseOrder()], Fate.SENT),
        ("shipped", True, [], Fate.ENDED),
        ("cancelled", False, [], Fate.ENDED),
    ],
)
def test_what_becomes_of_a_line(
    status: str, is_sent: bool, purchases: list[PurchaseOrder], fate: Fate
) -> None:
    assert fate_of(status, is_sent=is_sent, purchases=purchases) == fate


def test_an_order_that_nobody_has_accepted_ends_at_once_and_its_money_is_owed() -> None:
    order = PurchaseFactory(shipping_cents=490).order
    price = order.lines.get().unit_price_cents

    cancel_all(order, why="asked on the phone")

    assert as_it_stands(order) == ("cancelled", ["cancelled"], [(2, "released")])
    assert list(OfferStock.objects.values_list("reserved", flat=True)) == [0]
    assert list(Refund.objects.filter(case=None).values_list("amount_cents", "reason")) == [
        (2 * price + 490, "cancelled")
    ]
    assert [kind for kind in kinds(order) if "message" not in kind][-4:] == [
        "line.released",
        "refund.due",
        "order.lines_cancelled",
        "order.cancelled",
    ]
    assert HistoryEntry.objects.get(kind="order.lines_cancelled").why == "asked on the phone"
    assert PurchaseOrder.objects.get().status == "cancelled"
    assert letters() == [
        ("purchase_order", "cancelled"),
        ("order_confirmed", "cancelled"),
        ("order_cancelled", "approved"),
    ]


def test_a_supplier_whose_letter_has_left_is_told_not_to_ship() -> None:
    order = PurchaseFactory().order
    Message.objects.filter(kind="purchase_order").update(status="sent")

    cancel_all(order)

    assert letters() == [
        ("purchase_order", "sent"),
        ("order_confirmed", "cancelled"),
        ("order_cancelled", "approved"),
        ("purchase_withdrawn", "approved"),
    ]


def test_what_a_supplier_accepted_stands_until_he_has_answered() -> None:
    purchase = AcceptedFactory()
    order = purchase.order

    cancel_all(order)

    assert as_it_stands(order) == ("confirmed", ["accepted"], [(2, "accepted")])
    assert order.lines.get().state == ("waiting", "Annulation demandée")
    assert Message.objects.filter(kind="purchase_cancel").count() == 1
    assert not Refund.objects.exists()

    answer_cancel(purchase.pk, CancelAnswer.CANCELLED, by=NORTH)

    assert as_it_stands(order) == ("cancelled", ["cancelled"], [(2, "released")])
    assert Refund.objects.get().amount_cents == order.lines.get().total_cents
    assert Message.objects.filter(kind="order_cancelled").count() == 1
    assert prove_counters() == []


def test_a_supplier_who_says_too_late_keeps_the_line_in_the_order() -> None:
    purchase = AcceptedFactory()
    cancel_all(purchase.order)

    answer_cancel(purchase.pk, CancelAnswer.TOO_LATE, by=NORTH)

    assert as_it_stands(purchase.order) == ("confirmed", ["accepted"], [(2, "accepted")])
    assert purchase.order.lines.get().is_cancelling is False
    assert fates(purchase.order) == {}


def test_one_of_two_accepted_lines_is_asked_for_alone_and_the_other_one_may_follow(client: Client) -> None:
    purchase = two_accepted_lines()
    order, [first, second] = purchase.order, purchase.order.lines.order_by("position")
    page = reverse("orders:answer", args=[sign(LINK_PURPOSE, purchase.pk)]) + "?lang=en"

    cancel_lines(order.pk, {first.pk: "asked"}, by=LEA)
    asked = client.get(page).content.decode()
    client.post(page, {"cancel": "cancelled"})

    assert "We no longer need this product" in asked
    assert as_it_stands(order)[:2] == ("confirmed", ["cancelled", "accepted"])
    assert fates(order) == {second.pk: "asked"}

    cancel_all(order)
    client.post(page, {"cancel": "cancelled"})

    assert as_it_stands(order)[:2] == ("cancelled", ["cancelled", "cancelled"])
    assert Message.objects.filter(kind="purchase_cancel").count() == 2
    assert list(Refund.objects.order_by("pk").values_list("line", flat=True)) == [first.pk, second.pk]


def test_units_that_nobody_accepted_end_at_once_while_the_accepted_ones_wait_for_the_answer() -> None:
    lamp = ProductFactory()
    [nord, sud] = [OfferFactory(product=lamp, quantity=9) for _ in range(2)]
    order = ConfirmedOrderFactory(nord, quantity=2)
    line = order.lines.get()
    OrderLine.objects.filter(pk=line.pk).update(quantity=5)
    AllocationFactory(line=line, offer=sud, quantity=3)
    [asked, other] = sorted(order_purchases(order.pk, by=LEA), key=lambda one: one.supplier_id)
    answer_purchase(asked.pk, [LineAnswer(asked.lines.get().pk, Answer.ACCEPTED)], by=NORTH)

    cancel_all(order)

    lines = OrderLine.objects.filter(order=order).order_by("position")
    assert list(lines.values_list("quantity", "status")) == [(2, "accepted"), (3, "cancelled")]
    other.refresh_from_db()
    assert (other.status, PurchaseOrder.objects.get(pk=asked.pk).is_cancelling) == ("cancelled", True)
    assert prove_counters() == []


def test_an_open_case_is_closed_with_its_line() -> None:
    order = OrderFactory(lines=[{}, {}], status="confirmed")
    [short, _other] = order.lines.order_by("position")
    case = open_case(short, cause=CaseCause.OVERSOLD, facts={}, by=LEA)

    cancel_lines(order.pk, {short.pk: "now"}, by=LEA)

    assert StockoutCase.objects.get(pk=case.pk).status == "cancelled"
    assert OrderLine.objects.get(pk=short.pk).status == "cancelled"


def test_the_rest_of_an_order_goes_on_and_keeps_its_shipping_charge() -> None:
    order = ConfirmedOrderFactory(OfferFactory(), OfferFactory(), shipping_cents=490)
    [first, second] = order.lines.order_by("position")

    cancel_lines(order.pk, {first.pk: "now"}, by=LEA)

    assert as_it_stands(order)[:2] == ("confirmed", ["cancelled", "confirmed"])
    assert Refund.objects.get().amount_cents == first.total_cents
    assert OfferStock.objects.get(offer__allocations__line=second).reserved == second.quantity


def test_what_has_left_or_ended_is_not_cancelled_and_nothing_is_changed() -> None:
    sent = AcceptedFactory()
    line = sent.order.lines.get()
    announce(sent.order_id, Parcel({line.pk: 1}, "A1"), by=NORTH, purchase=sent)
    done = OrderFactory(status="done", lines=[{"status": "delivered"}])
    before = (as_it_stands(sent.order), as_it_stands(done), HistoryEntry.objects.count())

    codes = []
    for order, seen in (
        (sent.order, {line.pk: "asked"}),
        (done, {done.lines.get().pk: "now"}),
        (sent.order, {}),
    ):
        with pytest.raises(CannotCancel) as refused:
            cancel_lines(order.pk, seen, by=LEA)
        codes.append(refused.value.code)

    assert codes == ["moved", "ended", "nothing"]
    assert (as_it_stands(sent.order), as_it_stands(done), HistoryEntry.objects.count()) == before


def test_a_line_that_was_accepted_since_it_was_shown_is_not_cancelled() -> None:
    purchase = PurchaseFactory()
    shown = fates(purchase.order)
    answer_purchase(purchase.pk, [LineAnswer(purchase.lines.get().pk, Answer.ACCEPTED)], by=NORTH)
    before = as_it_stands(purchase.order)

    with pytest.raises(CannotCancel):
        cancel_lines(purchase.order_id, shown, by=LEA)

    assert as_it_stands(purchase.order) == before


def test_a_line_that_we_cancelled_is_known_when_the_shop_sends_the_order_again() -> None:
    order = ConfirmedOrderFactory(OfferFactory(), OfferFactory())
    [ours, theirs] = order.lines.order_by("position")
    cancel_lines(order.pk, {ours.pk: "now"}, by=LEA)
    OrderLine.objects.filter(pk=theirs.pk).update(status="cancelled")

    assert [line.line_id for line in state_of(Order.objects.get(pk=order.pk)).lines] == [ours.pk]


def test_staff_tick_lines_in_a_dialog_that_says_what_follows(client: Client) -> None:
    client.force_login(person("customer_service", language="en"))
    purchase = PurchaseFactory()
    order, line = purchase.order, purchase.order.lines.get()
    page, url = reverse("orders:order", args=[order.number]), reverse("orders:cancel", args=[order.number])

    shown = client.get(page).content.decode()
    none = client.post(url, follow=True).content.decode()
    done = client.post(url, {"lines": f"{line.pk}-now"}, follow=True).content.decode()
    again = client.post(url, {"lines": f"{line.pk}-now"}, follow=True).content.decode()

    assert f'value="{line.pk}-now"' in shown
    assert f"2 units promised by {purchase.supplier.name} come free." in shown
    assert f"Purchase order {purchase.number}: {purchase.supplier.name} is told not to ship." in shown
    assert "No line was ticked. Nothing was changed." in none
    assert "1 line cancelled" in done
    assert f"Cancelled: {line.ordered_sku} × 2" in done
    assert 'id="cancel"' not in done
    assert "This order is done or cancelled already. Nothing was changed." in again


def test_who_may_only_look_sees_no_way_to_cancel(client: Client) -> None:
    client.force_login(person("viewer"))
    order = PurchaseFactory().order

    shown = client.get(reverse("orders:order", args=[order.number])).content.decode()
    refused = client.post(reverse("orders:cancel", args=[order.number]))

    assert 'id="cancel"' not in shown
    assert refused.status_code == 403
    assert as_it_stands(order) == ("confirmed", ["ordered"], [(2, "held")])
