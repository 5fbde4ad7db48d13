"""Returns from the request to the money: what comes back, whom it concerns, and that nothing is paid twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders.domain.returns.deciding import ReturnMoved, approve, decline, refuse
from orders.domain.returns.money import Settled, TooMuch, let_be, note_credit, owe, prices
from orders.domain.returns.moving import note_sent, receive
from orders.domain.returns.requesting import NotReturnable, Wanted, parted, request_return, returnable
from orders.domain.settlements import RefundDone, detail_of, mark_done
from orders.domain.shipping import Parcel, announce
from orders.models import (
    Condition,
    Order,
    OrderLine,
    PurchaseOrder,
    Receiver,
    Refund,
    Return,
    ReturnLine,
    ReturnReason,
    Shipment,
)
from orders.queries.returns import differences
from stocke.core.models import HistoryEntry, Message
from tests.factories.shipments import AcceptedFactory, line_of
from tests.orders.returns.goods import ADDRESS, BY, CUSTOMER, asked_back, delivered, wanted

pytestmark = pytest.mark.django_db
AS_NEW = Condition.AS_NEW


def tables() -> list[Any]:
    models = (Order, OrderLine, Return, ReturnLine, Refund, Message, HistoryEntry)
    return [list(model.objects.order_by("pk").values()) for model in models]


def kinds() -> list[str]:
    """Letters about returns and refunds, in the order in which they were written."""
    found = Message.objects.filter(kind__regex="return|refund").order_by("pk")
    return list(found.values_list("kind", flat=True))


def back(purchase: PurchaseOrder, condition: Condition = AS_NEW, quantity: int = 1) -> Return:
    """Asked for, approved, and received by the supplier."""
    returned = approve(asked_back(purchase, quantity).pk, address=ADDRESS, by=BY)
    receive(returned.pk, receiver=Receiver.SUPPLIER, condition=condition, by=BY)
    return Return.objects.get(pk=returned.pk)


def test_a_request_asks_the_supplier_and_confirms_day_and_hour_to_the_customer() -> None:
    purchase = delivered()

    returned = asked_back(purchase, 2, "late")

    assert (returned.status, returned.purchase_order, returnable(purchase.order_id)) == (
        "requested", purchase, {}
    )  # fmt: skip
    assert kinds() == ["return_request", "return_requested"]
    confirmed = Message.objects.get(kind="return_requested")
    assert f"{timezone.localtime(returned.requested_at):%H:%M}" in confirmed.text
    [entry] = returned.lines.all()
    assert (entry.is_of_stock, entry.cost_cents, entry.refund) == (True, 2000, None)


@pytest.mark.parametrize(
    ("reason", "is_of_stock"),
    [
        ("withdrawal", False),
        ("damaged", False),
        ("substitute", True),
        ("other_article", True),
        ("late", True),
    ],
)
def test_reasons_of_stock_are_told_apart(reason: str, is_of_stock: bool) -> None:
    assert asked_back(delivered(), reason=reason).lines.get().is_of_stock is is_of_stock


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda one: [], "empty"),
        (lambda one: wanted(one, 3), "quantity"),
        (lambda one: wanted(one, 0), "quantity"),
        (lambda one: wanted(one) * 2, "line"),
        (lambda one: [Wanted(0, 1, ReturnReason.LATE)], "line"),
    ],
)
def test_more_than_was_delivered_is_refused_with_nothing_changed(
    ask: Callable[[PurchaseOrder], list[Wanted]], code: str
) -> None:
    purchase = delivered()
    before = tables()

    with pytest.raises(NotReturnable) as refused:
        request_return(purchase.order_id, ask(purchase), by=CUSTOMER)

    assert refused.value.code == code
    assert tables() == before


def test_what_is_coming_back_already_does_not_come_back_twice() -> None:
    purchase = delivered()
    asked_back(purchase, 2)

    with pytest.raises(NotReturnable):
        asked_back(purchase)

    decline(Return.objects.get().pk, reason="Porté", by=BY)
    assert returnable(purchase.order_id) == {line_of(purchase).pk: 2}


def test_what_was_not_sent_cannot_come_back() -> None:
    purchase = AcceptedFactory()

    with pytest.raises(NotReturnable):
        asked_back(purchase)


def test_each_supplier_gets_back_what_he_sent() -> None:
    ask = [Wanted(1, 3, ReturnReason.LATE), Wanted(2, 1, ReturnReason.LATE)]

    parts = parted(ask, {(1, 7): 2, (1, 9): 4, (2, 9): 1}, [1, 2])

    assert parts == {
        7: [Wanted(1, 2, ReturnReason.LATE)],
        9: [Wanted(1, 1, ReturnReason.LATE), Wanted(2, 1, ReturnReason.LATE)],
    }


def test_an_approval_tells_the_customer_where_to_send_it_and_what_is_owed_by_the_supplier() -> None:
    returned = approve(asked_back(delivered(), 2).pk, address=ADDRESS, supplier_number="ND-88", by=BY)

    assert (returned.status, returned.credit_expected_cents) == ("approved", 4000)
    letter = Message.objects.get(kind="return_approved")
    assert "3 quai de l’Essai" in letter.text
    assert f"{returned.number} / ND-88" in letter.text


def test_a_supplier_who_refuses_leaves_the_decision_to_a_person_who_may_have_it_sent_to_us() -> None:
    returned = refuse(asked_back(delivered()).pk, reason="Emballage ouvert", by=BY)
    assert kinds() == ["return_request", "return_requested"]

    approved = approve(returned.pk, address="Chez nous", by=BY, with_credit=False)

    assert (approved.status, approved.credit_expected_cents) == ("approved", None)


def test_a_customer_who_is_declined_hears_why() -> None:
    returned = decline(asked_back(delivered()).pk, reason="Le produit a été monté", by=BY)

    assert returned.status == "declined"
    assert "Le produit a été monté" in Message.objects.get(kind="return_declined").text


@pytest.mark.parametrize(
    "act",
    [
        lambda one: approve(one.pk, address="Ailleurs", by=BY),
        lambda one: refuse(one.pk, reason="Non", by=BY),
        lambda one: decline(one.pk, reason="Non", by=BY),
    ],
)
def test_what_was_decided_is_not_decided_again(act: Callable[[Return], object]) -> None:
    returned = approve(asked_back(delivered()).pk, address=ADDRESS, by=BY)
    before = tables()

    with pytest.raises(ReturnMoved):
        act(returned)

    assert tables() == before


def test_the_first_tracking_number_stands() -> None:
    returned = approve(asked_back(delivered()).pk, address=ADDRESS, by=BY)

    note_sent(returned.pk, tracking_number="6a 123", by=CUSTOMER)
    again = note_sent(returned.pk, tracking_number="other", by=CUSTOMER)

    assert (again.status, again.tracking_number) == ("sent", "6A123")
    assert HistoryEntry.objects.filter(kind="return.sent").count() == 2


def test_as_new_its_price_is_owed_at_once_with_the_shipping_charge_when_all_is_back() -> None:
    purchase = delivered()
    Order.objects.update(shipping_cents=590)

    part = back(purchase, quantity=1)
    rest = back(purchase, quantity=1)

    line = line_of(purchase)
    assert list(Refund.objects.order_by("pk").values_list("amount_cents", "reason")) == [
        (line.unit_price_cents, "returned"), (line.unit_price_cents + 590, "returned")
    ]  # fmt: skip
    assert part.lines.get().refund != rest.lines.get().refund
    assert "remboursons" in Message.objects.filter(kind="return_received").latest("pk").text


def test_a_return_that_was_only_asked_for_is_not_back_and_the_shipping_charge_waits_for_it() -> None:
    purchase = delivered()
    Order.objects.update(shipping_cents=590)
    price = line_of(purchase).unit_price_cents
    first, second = asked_back(purchase), asked_back(purchase)

    for one in (first, second):
        approve(one.pk, address=ADDRESS, by=BY)
        receive(one.pk, receiver=Receiver.SUPPLIER, condition=AS_NEW, by=BY)

    owed = list(Refund.objects.order_by("pk").values_list("amount_cents", flat=True))
    assert owed == [price, price + 590]


def test_where_the_rest_is_declined_the_shipping_charge_is_not_paid_back() -> None:
    purchase = delivered()
    Order.objects.update(shipping_cents=590)
    declined = decline(asked_back(purchase).pk, reason="Porté", by=BY)

    back(purchase)

    owed = list(Refund.objects.values_list("amount_cents", flat=True))
    assert (declined.status, owed) == ("declined", [line_of(purchase).unit_price_cents])


def test_otherwise_a_person_decides_how_much() -> None:
    returned = back(delivered(), Condition.DAMAGED)
    [entry] = returned.lines.all()
    assert (Refund.objects.count(), "Nous l’examinons" in Message.objects.get(kind="return_received").text) == (
        0, True
    )  # fmt: skip

    owe(returned.pk, {entry.pk: 1000}, by=BY)

    refund = Refund.objects.get()
    assert (refund.amount_cents, refund.due_on >= timezone.localdate()) == (1000, True)
    assert detail_of(refund)
    with pytest.raises(Settled):
        owe(returned.pk, {entry.pk: 1000}, by=BY)


def test_no_more_than_was_paid_is_owed() -> None:
    returned = back(delivered(), Condition.USED)
    [entry] = returned.lines.all()
    before = tables()

    with pytest.raises(TooMuch):
        owe(returned.pk, {entry.pk: entry.line.unit_price_cents + 1}, by=BY)

    assert tables() == before


def test_what_was_paid_back_for_the_line_before_is_not_paid_back_again() -> None:
    """Money is conserved: goodwill for the line, or a case, comes off what a return is worth."""
    purchase = delivered()
    line = line_of(purchase)
    due_on = timezone.localdate()
    Refund.objects.create(line=line, amount_cents=line.unit_price_cents + 500, reason="line", due_on=due_on)

    returned = back(purchase, quantity=2)

    owed = sum(Refund.objects.filter(line=line).values_list("amount_cents", flat=True))
    assert owed == line.total_cents
    assert prices(returned) == {}


def test_a_refund_of_a_return_is_done_once_and_told_once() -> None:
    back(delivered())
    refund = Refund.objects.get()
    mark_done(refund.pk, reference="R1", method="carte", bank_days=3, by=BY)

    with pytest.raises(RefundDone):
        mark_done(refund.pk, reference="R2", method="carte", bank_days=3, by=BY)

    assert kinds().count("refund_done") == 1
    assert "les produits que vous avez renvoyés" in Message.objects.get(kind="refund_done").text


def test_the_supplier_credits_once() -> None:
    returned = back(delivered())
    note_credit(returned.pk, cents=2000, reference="AV-1", by=BY)

    with pytest.raises(Settled):
        note_credit(returned.pk, cents=2000, reference="AV-1", by=BY)

    assert Return.objects.get().credit_cents == 2000


def test_differences_are_listed_until_they_are_gone_or_let_be() -> None:
    long_ago = timezone.now() - timedelta(days=20)
    uncredited, credited, less, fresh = (back(delivered()) for _n in range(4))
    Return.objects.exclude(pk=fresh.pk).update(received_at=long_ago)
    note_credit(credited.pk, cents=2000, reference="", by=BY)
    note_credit(less.pk, cents=1500, reference="", by=BY)

    assert list(differences(14)) == [uncredited, less]
    assert list(differences(30)) == [less]

    let_be(less.pk, why="Frais de remise en stock", by=BY)
    note_credit(uncredited.pk, cents=2000, reference="", by=BY)
    assert list(differences(14)) == []
    with pytest.raises(Settled):
        let_be(less.pk, why="Encore", by=BY)


def test_goods_that_are_back_or_credited_without_a_refund_are_a_difference() -> None:
    damaged, credited = back(delivered(), Condition.DAMAGED), back(delivered(), Condition.DAMAGED)
    note_credit(credited.pk, cents=2000, reference="", by=BY)
    Return.objects.filter(pk=damaged.pk).update(received_at=timezone.now() - timedelta(days=20))

    assert list(differences(14)) == [damaged, credited]


def test_goods_that_were_sent_back_with_proof_and_are_not_paid_back_are_a_difference() -> None:
    returned = approve(asked_back(delivered()).pk, address=ADDRESS, by=BY)
    note_sent(returned.pk, tracking_number="6A1", by=CUSTOMER)
    assert list(differences(14)) == []

    Return.objects.update(sent_at=timezone.now() - timedelta(days=20))

    assert list(differences(14)) == [returned]


def test_what_we_sent_ourselves_waits_for_a_person() -> None:
    purchase = AcceptedFactory()
    line = line_of(purchase)
    announce(purchase.order_id, Parcel({line.pk: 1}, "1Z1"), by=BY)

    returned = asked_back(purchase)

    assert (returned.purchase_order, kinds()) == (None, ["return_requested"])
    assert Shipment.objects.get().purchase_order is None
