"""A person confirms an order, and takes it back."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders.domain.allocations import OfferExhausted, prove_counters
from orders.domain.confirmation import NotConfirmable, TooLate, confirm_order, unconfirm_order
from orders.domain.purchasing import order_purchases
from orders.domain.verification import verify_order
from orders.models import Allocation, Order, OrderLine, PurchaseOrder
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from stocke.products.models import Product
from suppliers.models import Offer, OfferStock
from tests.factories.orders import OrderFactory
from tests.factories.products import ProductFactory
from tests.factories.purchases import SHIP_TO
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db
BY = Actor.job("test")


def stale_offer(product: Product | None = None, **given: Any) -> Offer:
    old = timezone.now() - timedelta(hours=30)
    return OfferFactory(product=product or ProductFactory(), as_of=old, **given)


def on_the_desk(*offers: Offer, **given: Any) -> Order:
    order = OrderFactory(lines=[{"product": offer.product} for offer in offers], ship_to=SHIP_TO, **given)
    verify_order(order.pk, by=BY)
    order.refresh_from_db()
    assert order.status == "to_verify"
    return order


def state() -> list[Any]:
    tables = (Order, OrderLine, Allocation, OfferStock, HistoryEntry, PurchaseOrder, Message)
    return [list(model.objects.order_by("pk").values()) for model in tables]


def held() -> dict[int, int]:
    return dict(OfferStock.objects.filter(reserved__gt=0).values_list("offer_id", "reserved"))


def test_a_doubtful_order_is_confirmed_with_its_proposed_source() -> None:
    offer, fresh = stale_offer(), OfferFactory()
    order = on_the_desk(offer, fresh)

    confirm_order(order.pk, by=BY)

    order.refresh_from_db()
    assert (order.status, set(order.lines.values_list("status", flat=True))) == ("confirmed", {"confirmed"})
    assert held() == {offer.pk: 1, fresh.pk: 1}
    entry = HistoryEntry.objects.get(kind="order.confirmed")
    doubtful = order.lines.get(position=1)
    assert (entry.before, entry.after) == ({"status": "to_verify"}, {"status": "confirmed"})
    assert entry.data == {"promised": [[doubtful.pk, offer.pk, 1]], "doubtful": [doubtful.ordered_sku]}
    assert prove_counters() == []


def test_another_source_may_be_chosen_for_a_doubtful_and_for_a_safe_line() -> None:
    lamp, chair = ProductFactory(), ProductFactory()
    stale_offer(lamp), OfferFactory(product=chair)
    other_lamp, other_chair = stale_offer(lamp, rank=2), OfferFactory(product=chair, rank=2)
    order = OrderFactory(lines=[{"product": lamp}, {"product": chair}])
    verify_order(order.pk, by=BY)
    first, second = order.lines.order_by("position")

    confirm_order(order.pk, by=BY, choices={first.pk: other_lamp.pk, second.pk: other_chair.pk})

    assert held() == {other_lamp.pk: 1, other_chair.pk: 1}
    assert prove_counters() == []


def test_a_source_that_was_not_shown_is_refused_and_changes_nothing() -> None:
    order, foreign = on_the_desk(stale_offer()), OfferFactory()
    before = state()

    with pytest.raises(NotConfirmable) as refused:
        confirm_order(order.pk, by=BY, choices={order.lines.get().pk: foreign.pk})

    assert refused.value.code == "source"
    assert state() == before


def test_a_source_that_sold_out_meanwhile_is_refused_and_changes_nothing() -> None:
    fine, gone = stale_offer(), stale_offer()
    order = on_the_desk(fine, gone)
    OfferStock.objects.filter(offer=gone).update(quantity=0, promisable=0)
    before = state()

    with pytest.raises(OfferExhausted) as refused:
        confirm_order(order.pk, by=BY)

    assert refused.value.offer_ids == {gone.pk}
    assert state() == before


@pytest.mark.parametrize("status", ["received", "confirmed", "done", "cancelled"])
def test_an_order_that_does_not_wait_is_not_confirmed(status: str) -> None:
    order = OrderFactory(status=status, lines=[{"status": "safe"}])
    before = state()

    with pytest.raises(NotConfirmable) as refused:
        confirm_order(order.pk, by=BY)

    assert refused.value.code == "status"
    assert state() == before


@pytest.mark.parametrize(
    ("line", "code"), [("new", "unverified"), ("short", "nothing"), ("waiting", "nothing")]
)
def test_an_order_without_a_decidable_line_is_not_confirmed(line: str, code: str) -> None:
    order = OrderFactory(status="to_verify", lines=[{"status": line}])
    before = state()

    with pytest.raises(NotConfirmable) as refused:
        confirm_order(order.pk, by=BY)

    assert refused.value.code == code
    assert state() == before


def test_a_line_in_a_case_stays_with_its_case() -> None:
    order = on_the_desk(stale_offer(), OfferFactory(quantity=0))

    confirm_order(order.pk, by=BY)

    order.refresh_from_db()
    assert order.status == "confirmed"
    assert list(order.lines.order_by("position").values_list("status", flat=True)) == ["confirmed", "short"]


def test_a_confirmation_is_taken_back_while_its_letters_are_in_the_house() -> None:
    offer = stale_offer()
    order = on_the_desk(offer)
    confirm_order(order.pk, by=BY)
    order_purchases(order.pk, by=BY)

    unconfirm_order(order.pk, by=BY)

    order.refresh_from_db()
    assert (order.status, order.lines.get().status) == ("to_verify", "doubtful")
    assert held() == {}
    assert PurchaseOrder.objects.get().status == "cancelled"
    assert set(Message.objects.values_list("kind", "status")) == {
        ("purchase_order", "cancelled"),
        ("order_confirmed", "cancelled"),
    }
    assert prove_counters() == []


def test_what_was_taken_back_can_be_confirmed_again_with_new_letters() -> None:
    order = on_the_desk(stale_offer())
    confirm_order(order.pk, by=BY)
    order_purchases(order.pk, by=BY)
    unconfirm_order(order.pk, by=BY)

    confirm_order(order.pk, by=BY)
    order_purchases(order.pk, by=BY)

    assert sorted(PurchaseOrder.objects.values_list("status", flat=True)) == ["cancelled", "waiting"]
    assert sorted(Message.objects.filter(status="approved").values_list("kind", flat=True)) == [
        "order_confirmed",
        "purchase_order",
    ]
    assert prove_counters() == []


def test_a_confirmation_is_taken_back_before_anybody_was_asked() -> None:
    order = on_the_desk(stale_offer(), OfferFactory())
    confirm_order(order.pk, by=BY)

    unconfirm_order(order.pk, by=BY)

    order.refresh_from_db()
    assert order.status == "to_verify"
    assert list(order.lines.order_by("position").values_list("status", flat=True)) == ["doubtful", "safe"]
    assert len(held()) == 1


@pytest.mark.parametrize("status", ["sending", "sent", "unsure", "bounced"])
def test_a_letter_that_left_cannot_be_taken_back(status: str) -> None:
    order = on_the_desk(stale_offer())
    confirm_order(order.pk, by=BY)
    order_purchases(order.pk, by=BY)
    Message.objects.filter(kind="purchase_order").update(status=status)
    before = state()

    with pytest.raises(TooLate):
        unconfirm_order(order.pk, by=BY)

    assert state() == before
