"""A promise taken back before the supplier answered: he is not asked any more, by no letter either."""

import pytest

from orders.domain.allocations import release_line
from orders.domain.answers import LineAnswer, answer_purchase
from orders.domain.confirmation import TooLate, unconfirm_order
from orders.domain.purchasing import order_purchases
from orders.models import Answer, Order, OrderLine
from stocke.core.actors import Actor
from stocke.core.models import Message
from tests.factories.purchases import ConfirmedOrderFactory, PurchaseFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db
BY = Actor.job("test")


def letters() -> list[tuple[str, str]]:
    return list(Message.objects.filter(kind="purchase_order").order_by("pk").values_list("kind", "status"))


def test_a_letter_still_in_the_house_is_cancelled() -> None:
    purchase = PurchaseFactory()

    release_line(OrderLine.objects.get(order=purchase.order), reason="feed_fell", by=BY)

    purchase.refresh_from_db()
    assert (purchase.status, letters()) == ("cancelled", [("purchase_order", "cancelled")])


def test_a_letter_that_has_left_stays_sent() -> None:
    purchase = PurchaseFactory()
    Message.objects.filter(kind="purchase_order").update(status="sent")

    release_line(OrderLine.objects.get(order=purchase.order), reason="feed_fell", by=BY)

    assert letters() == [("purchase_order", "sent")]


def test_a_letter_about_other_lines_too_still_leaves() -> None:
    nord = SupplierFactory()
    order = ConfirmedOrderFactory(OfferFactory(supplier=nord), OfferFactory(supplier=nord))
    order_purchases(order.pk, by=BY)

    release_line(order.lines.get(position=1), reason="feed_fell", by=BY)

    assert letters() == [("purchase_order", "approved")]


def test_a_confirmation_that_a_supplier_has_answered_is_not_taken_back() -> None:
    offer = OfferFactory(supplier=SupplierFactory(email=""))
    order = ConfirmedOrderFactory(offer)
    [purchase] = order_purchases(order.pk, by=BY)
    answer_purchase(purchase.pk, [LineAnswer(purchase.lines.get().pk, Answer.ACCEPTED)], by=BY)

    with pytest.raises(TooLate):
        unconfirm_order(order.pk, by=BY)

    assert Order.objects.get().status == "confirmed"
    assert OrderLine.objects.get().status == "accepted"
