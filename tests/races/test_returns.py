"""Two people with one return: approved once, asked for once, and paid back once whatever else pays for the line."""

import pytest
from django.db import transaction

from orders.domain.cases import CaseClosed, lock_open_case, open_case
from orders.domain.execution import carry_out
from orders.domain.returns.deciding import ReturnMoved, approve
from orders.domain.returns.moving import receive
from orders.domain.returns.requesting import NotReturnable, request_return
from orders.domain.shipping import Parcel, announce
from orders.models import CaseCause, CaseOption, Condition, Receiver, Refund, Return
from stocke.core.models import Message
from tests.factories.shipments import AcceptedFactory, line_of
from tests.orders.returns.goods import ADDRESS, BY, CUSTOMER, asked_back, delivered, wanted
from tests.races.threads import at_once, times

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_approvals_at_once_are_one() -> None:
    returned = asked_back(delivered())

    def say() -> str:
        try:
            return approve(returned.pk, address=ADDRESS, by=BY).status
        except ReturnMoved:
            return "moved"

    assert sorted(at_once(*times(4, say))) == ["approved", "moved", "moved", "moved"]
    assert Message.objects.filter(kind="return_approved").count() == 1


def test_units_asked_back_at_once_come_back_once() -> None:
    purchase = delivered(quantity=2)

    def ask() -> str:
        try:
            request_return(purchase.order_id, wanted(purchase, 2), by=CUSTOMER)
        except NotReturnable as refused:
            return refused.code
        return "asked"

    assert sorted(at_once(*times(4, ask))) == ["asked", "quantity", "quantity", "quantity"]
    assert Return.objects.count() == 1


def test_a_return_and_a_refund_case_of_one_line_at_once_pay_back_what_was_paid() -> None:
    """One of two units arrived and comes back, the other one never came."""
    purchase = AcceptedFactory(quantity=2)
    line = line_of(purchase)
    paid = line.total_cents
    announce(purchase.order_id, Parcel({line.pk: 1}, "1Z1"), by=BY, purchase=purchase)
    returned = approve(asked_back(purchase).pk, address=ADDRESS, by=BY)
    case = open_case(line, cause=CaseCause.OVERSOLD, facts={}, by=BY, quantity=1)
    choice = CaseOption.objects.create(case=case, version=0, position=1, kind="refund")

    def send_back() -> str:
        try:
            receive(returned.pk, receiver=Receiver.US, condition=Condition.AS_NEW, by=BY)
        except ReturnMoved:
            return "moved"
        return "received"

    def settle() -> str:
        try:
            with transaction.atomic():
                carry_out(lock_open_case(case.pk), choice, by=BY)
        except CaseClosed:
            return "closed"
        return "settled"

    outcomes = at_once(send_back, settle, send_back, settle)

    assert sorted(outcomes) == ["closed", "moved", "received", "settled"]
    owed = dict(Refund.objects.values_list("reason", "amount_cents"))
    assert owed == {"returned": paid // 2, "line": paid // 2}
