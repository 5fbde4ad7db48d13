"""A supplier who clicks twice, an order that is confirmed twice, a person who takes back what is being sent."""

import pytest

from orders.domain.allocations import OfferExhausted, prove_counters
from orders.domain.answers import AnswerImpossible, LineAnswer, answer_purchase
from orders.domain.cancelling_lines import CannotCancel, cancel_lines
from orders.domain.confirmation import NotConfirmable, confirm_order
from orders.domain.purchasing import order_purchases
from orders.domain.verification import verify_order
from orders.models import Answer, Order, OrderLine, PurchaseOrder, Refund, VerificationPolicy
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from suppliers.models import OfferStock
from tests.factories.orders import OrderFactory
from tests.factories.products import ProductFactory
from tests.factories.purchases import ConfirmedOrderFactory, PurchaseFactory
from tests.factories.suppliers import OfferFactory
from tests.races.threads import at_once, times

pytestmark = pytest.mark.django_db(transaction=True)
BY = Actor.job("test")


def test_yes_and_no_at_the_same_moment_are_one_answer() -> None:
    purchase = PurchaseFactory(backups=1)
    line = purchase.lines.get()

    def say(answer: Answer) -> str:
        try:
            answer_purchase(purchase.pk, [LineAnswer(line.pk, answer)], by=BY)
        except AnswerImpossible as refused:
            return refused.code
        return answer.value

    outcomes = at_once(*[lambda: say(Answer.ACCEPTED), lambda: say(Answer.REJECTED)] * 3)

    assert sorted(outcomes)[1:] != ["answered"] * 6
    assert outcomes.count("answered") == 5
    assert HistoryEntry.objects.filter(thread__startswith="order:", kind="purchase.answered").count() == 1
    assert prove_counters() == []


def test_purchases_written_by_many_workers_are_written_once() -> None:
    order = ConfirmedOrderFactory(OfferFactory(), OfferFactory())

    written = at_once(*times(6, lambda: len(order_purchases(order.pk, by=BY))))

    assert sorted(written) == [0, 0, 0, 0, 0, 2]
    assert (PurchaseOrder.objects.count(), Message.objects.count()) == (2, 3)


def test_two_people_confirming_one_order_confirm_it_once() -> None:
    VerificationPolicy.objects.create(confirms_itself=False)
    order = OrderFactory(lines=[{"product": OfferFactory().product}])
    verify_order(order.pk, by=BY)

    def confirm() -> str:
        try:
            confirm_order(order.pk, by=BY)
        except NotConfirmable as refused:
            return refused.code
        return "done"

    assert sorted(at_once(*times(4, confirm))) == ["done", "status", "status", "status"]
    assert HistoryEntry.objects.filter(kind="order.confirmed").count() == 1


@pytest.mark.parametrize("_again", range(3))
def test_cancelling_while_the_order_is_confirmed_leaves_no_promise(_again: int) -> None:
    VerificationPolicy.objects.create(confirms_itself=False)
    order = OrderFactory(lines=[{"product": OfferFactory().product}])
    verify_order(order.pk, by=BY)
    line = order.lines.get()

    def confirm() -> str:
        try:
            confirm_order(order.pk, by=BY)
            order_purchases(order.pk, by=BY)
        except NotConfirmable as refused:
            return refused.code
        return "confirmed"

    def cancel() -> str:
        try:
            cancel_lines(order.pk, {line.pk: "now"}, by=BY)
        except CannotCancel as refused:
            return refused.code
        return "cancelled"

    outcomes = at_once(confirm, cancel, confirm, cancel)

    assert outcomes.count("cancelled") == 1
    order.refresh_from_db()
    assert (order.status, order.lines.get().status) == ("cancelled", "cancelled")
    assert (OfferStock.objects.get().reserved, prove_counters()) == (0, [])
    assert Refund.objects.count() == 1
    assert not PurchaseOrder.objects.filter(status="waiting").exists()


def test_people_confirming_doubtful_orders_over_the_last_units_sell_none_twice() -> None:
    lamp = ProductFactory()
    OfferFactory(product=lamp, quantity=3, as_of=None)
    orders = [OrderFactory(lines=[{"product": lamp}]) for _ in range(8)]
    for order in orders:
        verify_order(order.pk, by=BY)

    def confirm(pk: int) -> bool:
        try:
            confirm_order(pk, by=BY)
        except OfferExhausted:
            return False
        return True

    outcomes = at_once(*(lambda pk=order.pk: confirm(pk) for order in orders))

    assert outcomes.count(True) == 3
    assert Order.objects.filter(status="confirmed").count() == 3
    assert OfferStock.objects.get().reserved == 3
    assert OrderLine.objects.filter(status="doubtful").count() == 5
