"""Whoever settles a line dies between any two of his statements: nothing is half done, and once more it is done once.

`make hunt` tries every statement; the other runs some of them, spread over the whole act. Processes that are really
killed are in the files beside this one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import settings

from orders.domain.allocations import prove_counters
from orders.domain.choices import choose, execute, settle_silence
from orders.jobs.cases import sweep_promises
from orders.jobs.purchasing import chase_suppliers, sweep_unasked
from orders.jobs.questions import watch_questions
from orders.models import (
    Allocation,
    OptionKind,
    OrderLine,
    PurchaseOrder,
    Question,
    Refund,
    StockoutCase,
    VerificationPolicy,
    Voucher,
)
from stocke.core.models import HistoryEntry, Message
from tests.factories.orders import AllocationFactory, OrderFactory
from tests.factories.purchases import PurchaseFactory
from tests.factories.questions import QuestionFactory, RequestFactory
from tests.factories.suppliers import OfferFactory
from tests.machine.world import Killed, dying_at
from tests.orders.cases.scenes import CLOCK, CUSTOMER, open_scene, rows, send, stock

pytestmark = pytest.mark.django_db
DEATHS = 3


def silence_of_a_supplier() -> Callable[[], object]:
    VerificationPolicy.objects.create(silence_is_no=True)
    PurchaseFactory(backups=1)
    PurchaseOrder.objects.update(answer_due_at=timezone.now() - timedelta(hours=1), chased="90")
    return chase_suppliers


def silence_to_a_question() -> Callable[[], object]:
    VerificationPolicy.objects.create(silence_is_no=True)
    RequestFactory(QuestionFactory(backups=1))
    Question.objects.update(answer_due_at=timezone.now() - timedelta(hours=1))
    return watch_questions


def a_figure_that_fell() -> Callable[[], object]:
    offer = OfferFactory(quantity=3)
    order = OrderFactory(lines=[{"product": offer.product, "status": "safe"}])
    AllocationFactory(line=order.lines.get(), offer=offer)
    stock(offer, 0)
    return sweep_promises


def purchase_after_a_confirmation() -> Callable[[], object]:
    purchase = PurchaseFactory()
    OrderLine.objects.update(status="confirmed")
    purchase.lines.all().delete()
    purchase.delete()
    Message.objects.all().delete()
    return sweep_unasked


def chosen(kind: OptionKind, **given: Any) -> Callable[[], object]:
    scene = open_scene(**given)
    scene.lamp_offer.lead_days = 21
    scene.lamp_offer.save()
    if kind == OptionKind.PARTIAL:
        stock(scene.lamp_offer, 1)
    send(scene)
    option = scene.fresh.options.filter(kind=kind).first()
    assert option
    choose(scene.case.pk, option.pk, version=1, by=CUSTOMER)
    return lambda: execute(scene.case.pk, by=CLOCK)


def silence_of_a_customer() -> Callable[[], object]:
    scene = open_scene()
    send(scene)
    Message.objects.update(status="sent", sent_at=timezone.now())
    StockoutCase.objects.update(deadline=timezone.now() - timedelta(minutes=1))
    return lambda: settle_silence(scene.case.pk, by=CLOCK)


ACTS: dict[str, Callable[[], Callable[[], object]]] = {
    "silence of a supplier": silence_of_a_supplier,
    "silence to a question": silence_to_a_question,
    "a figure that fell": a_figure_that_fell,
    "purchase": purchase_after_a_confirmation,
    "substitute": lambda: chosen(OptionKind.SUBSTITUTE),
    "wait": lambda: chosen(OptionKind.WAIT),
    "refund": lambda: chosen(OptionKind.REFUND),
    "voucher": lambda: chosen(OptionKind.VOUCHER),
    "part of it": lambda: chosen(OptionKind.PARTIAL, quantity=3),
    "silence of a customer": silence_of_a_customer,
}


def outcome() -> list[Any]:
    """What came of it, without names and numbers that are new each time."""
    return [
        list(
            OrderLine.objects.order_by("position").values_list(
                "order__status", "status", "quantity", "product"
            )
        ),
        list(Allocation.objects.order_by("pk").values_list("offer", "quantity", "status")),
        list(PurchaseOrder.objects.order_by("pk").values_list("supplier", "status")),
        list(Question.objects.order_by("pk").values_list("supplier", "said")),
        list(StockoutCase.objects.order_by("pk").values_list("status", "quantity", "cost_cents")),
        list(Refund.objects.order_by("pk").values_list("amount_cents", "reason")),
        list(Voucher.objects.values_list("amount_cents")),
        sorted(Message.objects.values_list("kind", "status")),
        sorted(HistoryEntry.objects.values_list("kind")),
        prove_counters(),
    ]


@contextmanager
def as_if_it_had_not_been() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def statements_of(act: Callable[[], object]) -> tuple[int, list[Any]]:
    """How many there are, and what comes of it when nobody dies."""
    said = 0

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal said
        said += "SAVEPOINT" not in sql
        return execute(sql, *rest)

    with as_if_it_had_not_been():
        with connection.execute_wrapper(count):
            act()
        return said, outcome()


@pytest.mark.parametrize("name", ACTS)
def test_who_dies_between_two_statements_leaves_nothing_half_done(name: str) -> None:
    act = ACTS[name]()
    before, undisturbed = rows(), outcome()
    said, done = statements_of(act)
    assert done != undisturbed
    is_hunt = settings.get_current_profile_name() == "hunt"

    for place in range(1, said + 1, 1 if is_hunt else -(-said // DEATHS)):
        with as_if_it_had_not_been():
            with pytest.raises(Killed), dying_at(place), transaction.atomic():
                act()
            assert rows() == before
            act()
            assert outcome() == done
