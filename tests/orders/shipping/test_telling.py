"""Customers hear of a parcel when it leaves and of a late line before they ask: once for each fact."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders.domain.answers import LineAnswer, answer_purchase
from orders.domain.lateness import late_day
from orders.domain.shipping import Parcel, announce
from orders.domain.tracking import Scan, note_scans
from orders.jobs.shipments import shipment_sent, sweep_untold, watch_promises
from orders.models import Answer, Order, OrderLine, PurchaseOrder, PurchaseOrderLine, Shipment, ShipmentState
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from tests.factories.customers import CustomerFactory
from tests.factories.purchases import PurchaseFactory

pytestmark = pytest.mark.django_db
COLISSIMO = "6A12345678901"
BY = Actor.supplier("Nord")
DAY = date(2026, 12, 10)


def letters(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))


def accepted(*, quantity: int = 2, ship_on: date | None = None, **order: Any) -> PurchaseOrder:
    purchase = PurchaseFactory(quantity=quantity, **order)
    said = [LineAnswer(line.pk, Answer.ACCEPTED, ship_on=ship_on) for line in purchase.lines.all()]
    return answer_purchase(purchase.pk, said, by=BY)


def parcel(purchase: PurchaseOrder, quantity: int, number: str = COLISSIMO) -> Shipment:
    line = purchase.order.lines.get()
    return announce(purchase.order_id, Parcel({line.pk: quantity}, number), by=BY, purchase=purchase)[0]


def test_a_parcel_is_told_once_with_what_is_in_it_and_where_to_follow_it() -> None:
    purchase = accepted(quantity=3, customer=CustomerFactory(language="en", first_name="Camille"))
    shipment = parcel(purchase, 2)

    for _time in range(2):
        shipment_sent(shipment.pk)
    assert sweep_untold() == 0

    [letter] = letters("shipped")
    name = purchase.order.lines.get().ordered_name
    assert (letter.status, letter.subject) == (
        "approved",
        f"A parcel of your order {purchase.order.number} has left",
    )
    assert f"– 2 × {name}" in letter.text
    assert f"Colissimo tracking {COLISSIMO}: https://www.laposte.fr/" in letter.text


def test_each_parcel_of_an_order_is_told_of() -> None:
    purchase = accepted(quantity=3)

    for shipment in (parcel(purchase, 1), parcel(purchase, 2, "")):
        shipment_sent(shipment.pk)

    assert len(letters("shipped")) == 2
    assert "numéro de suivi" in letters("shipped")[1].text


def test_a_lost_event_is_made_up_for_and_old_parcels_are_no_news() -> None:
    new, old = parcel(accepted(), 2), parcel(accepted(), 2, "")
    Shipment.objects.filter(pk=new.pk).update(announced_at=timezone.now() - timedelta(minutes=5))
    Shipment.objects.filter(pk=old.pk).update(announced_at=timezone.now() - timedelta(days=3))

    assert [sweep_untold(), sweep_untold()] == [1, 0]
    assert len(letters("shipped")) == 1


def test_what_came_back_meanwhile_is_not_called_on_its_way() -> None:
    shipment = parcel(accepted(), 2)
    note_scans(shipment.pk, [Scan(timezone.now(), ShipmentState.RETURNED)], by=BY)

    shipment_sent(shipment.pk)

    assert letters("shipped") == []


@pytest.mark.parametrize(
    ("promised", "ships", "today", "told"),
    [
        (DAY, [], DAY - timedelta(days=1), None),
        (DAY, [], DAY, DAY),
        (DAY, [DAY - timedelta(days=1)], DAY - timedelta(days=3), None),
        (DAY, [DAY], DAY - timedelta(days=3), DAY + timedelta(days=1)),
        (DAY, [DAY - timedelta(days=4), DAY + timedelta(days=4)], DAY, DAY + timedelta(days=5)),
        # The day that he named has passed as well: all we know is the missed promise.
        (DAY, [DAY], DAY + timedelta(days=2), DAY),
        (None, [DAY], DAY, None),
    ],
)
def test_when_a_line_is_late(
    promised: date | None, ships: list[date], today: date, told: date | None
) -> None:
    assert late_day(promised, ships, today) == told


def promised_in(days: int, **given: Any) -> PurchaseOrder:
    purchase = accepted(**given)
    day = timezone.localdate() + timedelta(days=days)
    Order.objects.update(promised_on=day)
    OrderLine.objects.update(promised_on=day)
    return purchase


def test_a_missed_promise_is_told_once_and_claims_no_date() -> None:
    promised_in(0, customer=CustomerFactory(language="en"))

    assert [watch_promises(), watch_promises()] == [1, 0]

    [letter] = letters("late_line")
    assert "we have no new date" in letter.text
    assert HistoryEntry.objects.filter(kind="line.late").count() == 1


def test_a_later_day_is_told_at_once_and_each_new_day_once_more() -> None:
    first, second = (timezone.localdate() + timedelta(days=days) for days in (6, 9))
    purchase = promised_in(5, ship_on=first, customer=CustomerFactory(language="fr"))
    assert [watch_promises(), watch_promises()] == [1, 0]

    PurchaseOrderLine.objects.filter(purchase_order=purchase).update(ship_on=second)
    assert [watch_promises(), watch_promises()] == [1, 0]

    days = [letter.dedupe_key.rsplit(":", 1)[1] for letter in letters("late_line")]
    assert days == [(day + timedelta(days=1)).isoformat() for day in (first, second)]


def test_a_day_after_the_missed_promise_is_told_after_it() -> None:
    purchase = promised_in(0)
    watch_promises()
    later = timezone.localdate() + timedelta(days=4)
    PurchaseOrderLine.objects.filter(purchase_order=purchase).update(ship_on=later)

    assert [watch_promises(), watch_promises()] == [1, 0]
    assert len(letters("late_line")) == 2


@pytest.mark.parametrize("status", ["shipped", "delivered", "waiting", "refunded", "short", "cancelled"])
def test_what_is_sent_settled_or_in_a_case_is_not_warned_of(status: str) -> None:
    promised_in(-1)
    OrderLine.objects.update(status=status)

    assert (watch_promises(), letters("late_line")) == (0, [])


def test_who_is_in_time_hears_nothing() -> None:
    promised_in(5, ship_on=timezone.localdate() + timedelta(days=4))

    assert (watch_promises(), letters("late_line")) == (0, [])
