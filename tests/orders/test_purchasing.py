"""Purchase orders and the letters that go with them."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from orders.domain.answers import LineAnswer, answer_purchase
from orders.domain.confirmation import confirm_order
from orders.domain.purchase_messages import remind_supplier
from orders.domain.purchasing import order_purchases
from orders.domain.verification import verify_order
from orders.models import Answer, Order, PurchaseOrder, PurchaseOrderLine
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from suppliers.models import OfferStock
from tests.factories.customers import CustomerFactory
from tests.factories.orders import OrderFactory
from tests.factories.purchases import ConfirmedOrderFactory, PurchaseFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db
BY = Actor.job("purchasing")


def test_each_supplier_of_the_order_gets_one_purchase_order() -> None:
    north, south = SupplierFactory(name="Nord"), SupplierFactory(name="Sud", ack_hours=6)
    offers = [OfferFactory(supplier=north), OfferFactory(supplier=south), OfferFactory(supplier=north)]
    order = ConfirmedOrderFactory(*offers)

    order_purchases(order.pk, by=BY)

    purchases = PurchaseOrder.objects.order_by("supplier__name")
    assert [(p.supplier.name, p.status, p.lines.count()) for p in purchases] == [
        ("Nord", "waiting", 2),
        ("Sud", "waiting", 1),
    ]
    assert set(order.lines.values_list("status", flat=True)) == {"ordered"}
    assert purchases[1].answer_due_at - purchases[1].created_at < timedelta(hours=6, minutes=1)
    assert HistoryEntry.objects.filter(thread=f"order:{order.pk}", kind="purchase.created").count() == 2


def test_nobody_is_asked_twice() -> None:
    order = ConfirmedOrderFactory(OfferFactory())

    first, second = order_purchases(order.pk, by=BY), order_purchases(order.pk, by=BY)

    assert (len(first), second) == (1, [])
    assert (PurchaseOrderLine.objects.count(), Message.objects.count()) == (1, 2)


def test_the_letter_names_what_is_asked_and_waits_for_the_undo_window() -> None:
    supplier = SupplierFactory(name="Nord", contact_name="Lou", language="fr")
    offer = OfferFactory(supplier=supplier, supplier_sku="N-7", name="Lampe Alba", cost_cents=3920)
    order = ConfirmedOrderFactory(offer)

    started = timezone.now()
    [purchase] = order_purchases(order.pk, by=BY)
    ended = timezone.now()

    letter = Message.objects.get(kind="purchase_order")
    assert (letter.status, letter.recipient, letter.thread) == (
        "approved",
        supplier.email,
        f"order:{order.pk}",
    )
    assert "2 × Lampe Alba, votre réf. N-7, 39,20\u00a0€ pièce" in letter.text
    assert "12 rue de la Démo\n59000 Lille" in letter.text
    assert f"{settings.PUBLIC_URL}/p/" in letter.text
    assert purchase.number in letter.subject
    assert letter.not_before is not None
    window = timedelta(seconds=settings.UNDO_SECONDS)
    assert started + window <= letter.not_before <= ended + window


def test_the_customer_is_told_once_in_his_language() -> None:
    order = ConfirmedOrderFactory(OfferFactory(), customer=CustomerFactory(language="en"))

    order_purchases(order.pk, by=BY)
    order_purchases(order.pk, by=BY)

    letter = Message.objects.get(kind="order_confirmed")
    assert letter.subject == f"Your order {order.number} is confirmed"
    assert "It should reach you by" in letter.text


def test_an_order_that_was_back_on_the_desk_is_confirmed_to_its_customer_once() -> None:
    purchase = PurchaseFactory(backups=1)
    OfferStock.objects.filter(offer__rank=2).update(as_of=timezone.now() - timedelta(days=9))
    Message.objects.update(status="sent", sent_at=timezone.now())
    no = LineAnswer(purchase.lines.get().pk, Answer.REJECTED, reason="no_stock")
    answer_purchase(purchase.pk, [no], by=BY)
    verify_order(purchase.order_id, by=BY)
    confirm_order(purchase.order_id, by=BY)

    order_purchases(purchase.order_id, by=BY)

    assert list(PurchaseOrder.objects.order_by("pk").values_list("status", flat=True)) == [
        "answered",
        "waiting",
    ]
    assert [one.status for one in Message.objects.filter(kind="order_confirmed")] == ["sent"]


def test_an_address_that_is_missing_holds_the_letter() -> None:
    order = ConfirmedOrderFactory(OfferFactory(), ship_to={})

    order_purchases(order.pk, by=BY)

    letter = Message.objects.get(kind="purchase_order")
    assert (letter.status, letter.error) == ("draft", "missing: ship_to")


def test_a_supplier_without_an_address_is_asked_by_a_person() -> None:
    offer = OfferFactory(supplier=SupplierFactory(email=""))
    order = ConfirmedOrderFactory(offer)

    order_purchases(order.pk, by=BY)

    assert PurchaseOrder.objects.get().status == "waiting"
    assert not Message.objects.filter(kind="purchase_order").exists()
    assert (
        HistoryEntry.objects.filter(thread=f"order:{order.pk}").get(kind="purchase.created").data["by_mail"]
        is False
    )


def test_what_is_not_confirmed_is_not_ordered() -> None:
    order = OrderFactory(status="to_verify", lines=[{"status": "safe"}, {"status": "short"}])

    assert order_purchases(order.pk, by=BY) == []
    assert (PurchaseOrder.objects.count(), Message.objects.count()) == (0, 0)


def test_a_cancelled_order_buys_nothing() -> None:
    order = ConfirmedOrderFactory(OfferFactory())
    Order.objects.update(status="cancelled")

    assert order_purchases(order.pk, by=BY) == []
    assert PurchaseOrder.objects.count() == 0


def test_a_reminder_is_sent_once_a_day() -> None:
    purchase = PurchaseFactory()

    remind_supplier(purchase, by=BY)
    remind_supplier(purchase, by=BY)

    assert Message.objects.filter(kind="purchase_reminder").count() == 1
