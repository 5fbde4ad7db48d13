"""One reminder before a customer's silence decides: what he may still choose, and what happens otherwise."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from customers.domain.apologies import apologise
from orders.domain.case_letters import choice_link, silence_sentence
from orders.domain.cases import lock_case
from orders.domain.proposals import was_told, wrote_lately
from orders.domain.ways_out import stake_of
from orders.models import CaseStatus, StockoutCase
from stocke.core.actors import Actor
from stocke.core.domain.history import record, thread_of
from stocke.core.models import Message
from stocke.core.web.formats import long_day

# How long before the customer's last day ends he is reminded.
AHEAD = timedelta(hours=48)


@transaction.atomic
def remind(case_id: int, *, by: Actor) -> Message | None:
    """Remind the customer once for each proposal. None when he has answered, was reminded, or was written to lately.

    Whom no letter has reached is not reminded of it: a person is asked when his time is over.
    """
    case, now = lock_case(case_id), timezone.now()
    if case.status != CaseStatus.WITH_CUSTOMER or case.deadline is None or case.reminded_at is not None:
        return None
    if not now < case.deadline <= now + AHEAD or wrote_lately(case) or not was_told(case):
        return None
    StockoutCase.objects.filter(pk=case.pk).update(reminded_at=now)
    record(case.line.order, "case.reminded", by=by, case=case.number, product=case.line.ordered_name)
    return _write(case, by=by)


def _write(case: StockoutCase, *, by: Actor) -> Message:
    order = case.line.order
    with override(order.customer.language):
        facts = {
            "order.number": order.number,
            "line.product": case.line.ordered_name,
            "choice_link": choice_link(case, case.version),
            "deadline": long_day(case.deadline) if case.deadline else "",
            "silence_sentence": silence_sentence(stake_of(case), case.deadline) if case.deadline else "",
        }
    return apologise(
        order.customer,
        kind="choice_reminder",
        about=thread_of(order),
        key=f"case:{case.pk}:reminder:{case.version}",
        facts=facts,
        by=by,
    )
