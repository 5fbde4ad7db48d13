"""Whoever settles a line dies between any two of his statements: nothing is half done, and once more it is done once.

What he had not committed is gone with him, and nothing here takes anything else back. `make hunt` tries every
statement; the other runs some of them, spread over the whole act. Processes that are really killed are in the files
beside this one.
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
from orders.domain.cancelling import answer_cancel, ask_to_cancel
from orders.domain.cause_decisions import decide_cause
from orders.domain.cause_undoing import undo_decision
from orders.domain.choices import choose, execute, settle_silence
from orders.domain.erasing import erase_customer
from orders.domain.returns.deciding import approve
from orders.domain.returns.money import owe, prices
from orders.domain.returns.moving import receive
from orders.jobs.cases import remind_customers, sweep_promises
from orders.jobs.decisions import carry_out_decision, take_decision_back
from orders.jobs.playbook import act_by_playbook
from orders.jobs.purchasing import chase_suppliers, sweep_unasked
from orders.jobs.questions import watch_questions
from orders.jobs.shipments import watch_promises
from orders.models import (
    Allocation,
    CancelAnswer,
    CauseDecision,
    Condition,
    DecisionAct,
    DecisionStatus,
    OptionKind,
    Order,
    OrderLine,
    Playbook,
    PlaybookAct,
    PlaybookRule,
    PurchaseOrder,
    Question,
    Receiver,
    Refund,
    Return,
    StockoutCase,
    VerificationPolicy,
    Voucher,
)
from orders.queries.decisions import unfinished_decisions
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from tests.factories.orders import AllocationFactory, OrderFactory
from tests.factories.purchases import PurchaseFactory
from tests.factories.questions import QuestionFactory, RequestFactory
from tests.factories.shipments import AcceptedFactory
from tests.factories.suppliers import OfferFactory
from tests.machine.world import Killed, dying_at
from tests.orders.cases.scenes import (
    CLOCK,
    CUSTOMER,
    agent,
    letters_leave,
    open_more,
    open_scene,
    rows,
    send,
    stock,
)
from tests.orders.returns.goods import ADDRESS, asked_back, delivered

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


def decision(act: DecisionAct, *options: str) -> CauseDecision:
    """About all customers of one cause, of whom the page showed the first; not gathered yet."""
    scene = open_scene()
    open_more(scene)
    person = Actor.person(agent())
    return decide_cause(scene.fresh, {scene.case.pk: 0}, act=act, options=options, by=person, rest_but=())


def go_on_with_decisions() -> None:
    """As the sweep has it done, until nothing is left."""
    while unfinished := unfinished_decisions():
        for pk, status, turn in unfinished:
            (take_decision_back if status == DecisionStatus.UNDOING else carry_out_decision)(pk, turn)


def common_decision(act: DecisionAct, *options: str) -> Callable[[], object]:
    decision(act, *options)
    return go_on_with_decisions


def common_decision_taken_back() -> Callable[[], object]:
    taken = decision(DecisionAct.OFFER, "refund")
    go_on_with_decisions()
    undo_decision(taken.pk, by=CLOCK)
    return go_on_with_decisions


def playbook(act: PlaybookAct) -> Callable[[], object]:
    Playbook.objects.create(acts_alone=True)
    PlaybookRule.objects.create(act=act, alone_after_hours=4, alike_percent=10, not_dearer=False)
    open_scene()
    StockoutCase.objects.update(opened_at=timezone.now() - timedelta(hours=5))
    return act_by_playbook


def reminder_to_a_silent_customer() -> Callable[[], object]:
    send(open_scene())
    letters_leave()
    Message.objects.update(created_at=timezone.now() - timedelta(days=5))
    StockoutCase.objects.update(deadline=timezone.now() + timedelta(hours=30))
    return remind_customers


def answer_to_a_cancel_request() -> Callable[[], object]:
    asked = ask_to_cancel(AcceptedFactory().pk, by=CLOCK)
    return lambda: answer_cancel(asked.pk, CancelAnswer.CANCELLED, by=CLOCK)


def approval_of_a_return() -> Callable[[], object]:
    returned = asked_back(delivered())
    return lambda: approve(returned.pk, address=ADDRESS, by=CLOCK)


def goods_that_came_back(condition: Condition) -> Callable[[], object]:
    returned = approve(asked_back(delivered()).pk, address=ADDRESS, by=CLOCK)
    return lambda: receive(returned.pk, receiver=Receiver.US, condition=condition, by=CLOCK)


def money_for_what_came_back() -> Callable[[], object]:
    goods_that_came_back(Condition.USED)()
    pk = Return.objects.get().pk
    # Read anew each time: a row that keeps what it has looked up would say less the second time.
    return lambda: owe(pk, prices(Return.objects.get(pk=pk)), by=CLOCK)


def warning_of_a_late_line() -> Callable[[], object]:
    AcceptedFactory()
    for model in (Order, OrderLine):
        model.objects.update(promised_on=timezone.localdate())
    return watch_promises


def forgetting_of_a_customer() -> Callable[[], object]:
    customer = delivered().order.customer
    Order.objects.update(status="done")
    Message.objects.update(status="sent")
    return lambda: erase_customer(customer.pk, by=CLOCK)


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
    "reminder": reminder_to_a_silent_customer,
    "common offer": lambda: common_decision(DecisionAct.OFFER, "refund"),
    "common refund": lambda: common_decision(DecisionAct.REFUND, "refund"),
    "common offer taken back": common_decision_taken_back,
    "playbook offers": lambda: playbook(PlaybookAct.SUBSTITUTE),
    "playbook refunds": lambda: playbook(PlaybookAct.REFUND),
    "cancel request": answer_to_a_cancel_request,
    "return approved": approval_of_a_return,
    "return received": lambda: goods_that_came_back(Condition.AS_NEW),
    "return paid back": money_for_what_came_back,
    "late line": warning_of_a_late_line,
    "erasure": forgetting_of_a_customer,
}
# They work case by case: who dies leaves some cases done, each of them whole.
CASE_BY_CASE = {"common offer", "common refund", "common offer taken back"}


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
        list(CauseDecision.objects.values_list("status", "cases__status")),
        list(Return.objects.values_list("status", "condition", "lines__refund__amount_cents")),
        list(OrderLine.objects.order_by("pk").values_list("told_late_for", "order__customer__email")),
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


def statements_of(
    act: Callable[[], object], outcome: Callable[[], list[Any]] = outcome
) -> tuple[int, list[Any]]:
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
            with pytest.raises(Killed), dying_at(place):
                act()
            assert name in CASE_BY_CASE or rows() == before
            act()
            assert outcome() == done
