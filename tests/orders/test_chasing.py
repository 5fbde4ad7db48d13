"""A supplier who does not answer is reminded twice; then silence is a refusal, or waits for a person."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from orders.domain.chasing import Step, chase, step_due
from orders.domain.policy import change_policy
from orders.domain.purchasing import order_purchases
from orders.jobs.purchasing import chase_suppliers
from orders.models import OrderLine, PurchaseOrder, PurchaseOrderLine, Transmission
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from suppliers.domain.calendars import answer_due_at
from tests.factories.purchases import PurchaseFactory

pytestmark = pytest.mark.django_db
BY = Actor.job("chasing")
ASKED = datetime(2026, 11, 23, 8, tzinfo=UTC)


def aged(share: float, *, backups: int = 0) -> PurchaseOrder:
    """A purchase order of whose time this share has passed."""
    purchase = PurchaseFactory(backups=backups)
    whole, now = timedelta(hours=10), timezone.now()
    asked = now - whole * share
    PurchaseOrder.objects.filter(pk=purchase.pk).update(created_at=asked, answer_due_at=asked + whole)
    return PurchaseOrder.objects.get(pk=purchase.pk)


def reminders() -> list[str]:
    kept = Message.objects.filter(kind="purchase_reminder").order_by("pk")
    return [message.dedupe_key.rsplit(":", 1)[1] for message in kept]


@pytest.mark.parametrize(
    ("hours", "step"),
    [(0, None), (4.9, None), (5, "half"), (8.9, "half"), (9, "most"), (10, "over"), (99, "over")],
)
def test_the_steps_are_shares_of_his_own_time(hours: float, step: str | None) -> None:
    assert step_due(ASKED, ASKED + timedelta(hours=10), ASKED + timedelta(hours=hours)) == step


def test_no_time_at_all_is_over() -> None:
    assert step_due(ASKED, ASKED, ASKED) == Step.OVER


def test_he_is_reminded_once_at_each_step_and_not_before() -> None:
    for share in (0.4, 0.6, 0.95):
        aged(share)

    done = [chase_suppliers() for _time in range(2)]

    assert done == [2, 0]
    assert sorted(reminders()) == ["half", "most"]


def test_after_a_pause_of_ours_only_the_newest_step_is_taken() -> None:
    purchase = aged(0.95)

    chase(purchase.pk, by=BY)

    assert reminders() == ["most"]


def test_silence_counts_as_a_refusal_and_the_next_source_is_asked() -> None:
    purchase = aged(1.5, backups=1)

    chase_suppliers()
    order_purchases(purchase.order_id, by=BY)

    first, second = PurchaseOrderLine.objects.order_by("pk")
    assert (first.answer, first.reason) == ("rejected", "no_answer")
    assert (second.answer, second.allocation.offer.rank) == ("", 2)
    assert OrderLine.objects.get().status == "ordered"
    kinds = HistoryEntry.objects.filter(thread=f"order:{purchase.order_id}").values_list("kind", flat=True)
    assert list(kinds).count("purchase.overdue") == 1


def test_where_the_policy_says_so_a_person_decides_on_silence() -> None:
    change_policy(by=BY, silence_is_no=False)
    purchase = aged(1.5, backups=1)

    assert [chase_suppliers(), chase_suppliers()] == [1, 0]

    purchase.refresh_from_db()
    assert (purchase.status, purchase.chased) == ("waiting", "over")
    assert PurchaseOrderLine.objects.get().answer == ""


@pytest.mark.parametrize("became", ["draft", "failed", "bounced", "unsure", "cancelled", "approved"])
def test_the_silence_of_whom_our_mail_has_not_reached_decides_nothing(became: str) -> None:
    purchase = aged(1.5, backups=1)
    # One that is still approved was tried before: the mail server does not take it.
    Message.objects.filter(kind="purchase_order").update(status=became, attempts=1)

    assert [chase_suppliers(), chase_suppliers()] == [1, 0]

    purchase.refresh_from_db()
    assert (purchase.status, purchase.chased, reminders()) == ("waiting", "", [])
    assert purchase.asked_at is not None
    assert purchase.answer_due_at == answer_due_at(purchase.supplier, purchase.asked_at)
    assert PurchaseOrderLine.objects.get().answer == ""


def test_once_it_has_reached_him_his_time_runs_from_then() -> None:
    purchase, left = aged(1.5, backups=1), timezone.now() - timedelta(minutes=1)
    letters = Message.objects.filter(kind="purchase_order")
    letters.update(status="sent", created_at=left - timedelta(hours=15), sent_at=left)

    assert [chase(purchase.pk, by=BY), chase(purchase.pk, by=BY)] == [None, None]

    purchase.refresh_from_db()
    assert (purchase.asked_at, purchase.answer_due_at) == (left, answer_due_at(purchase.supplier, left))
    assert HistoryEntry.objects.filter(kind="purchase.begun_anew").count() == 1
    assert chase(purchase.pk, by=BY, now=purchase.answer_due_at) == Step.OVER


def test_who_has_no_address_and_was_not_called_yet_is_not_silent() -> None:
    purchase = aged(1.5, backups=1)
    Transmission.objects.update(status="held", hold="no_address", message=None)

    assert chase(purchase.pk, by=BY) is None

    Transmission.objects.update(status="sent")
    assert chase(purchase.pk, by=BY, now=timezone.now() + timedelta(days=30)) == Step.OVER


def test_who_has_answered_is_left_alone() -> None:
    purchase = aged(0.95)
    PurchaseOrder.objects.update(status="answered")

    assert chase(purchase.pk, by=BY) is None
    assert (chase_suppliers(), reminders()) == (0, [])
