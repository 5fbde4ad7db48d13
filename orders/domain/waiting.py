"""Lines whose customers agreed to wait: served when the product is back, asked again when the date passes."""

from django.db import transaction
from django.utils import timezone

from orders.domain.cases import open_case
from orders.domain.choices import CAME_BACK
from orders.domain.execution import carry_on
from orders.domain.resourcing import hold_offers, source_again
from orders.domain.shortfalls import lock_line
from orders.domain.sourcing import Verdict
from orders.models import CaseCause, LineStatus, StockoutCase
from stocke.core.actors import Actor
from stocke.core.domain.history import record


@transaction.atomic
def serve(line_id: int, *, by: Actor) -> bool:
    """Promise a waiting line from the source that has its product again, and let the order go on. Idempotent."""
    line = lock_line(line_id)
    if line.status != LineStatus.WAITING:
        return False
    hold_offers(line)
    if source_again(line, by=by, accept_doubts=True, restocked=True) == Verdict.SHORT:
        return False
    record(line.order, "line.back", by=by, line=line.pk, product=line.ordered_name, quantity=line.quantity)
    carry_on(line.order, by=by)
    return True


@transaction.atomic
def reopen(line_id: int, *, by: Actor) -> StockoutCase | None:
    """The agreed date has passed without the product: a new case, because the customer chooses again.

    It keeps the cause of the old one and says until when he waited. None when nobody waits any more.
    """
    line = lock_line(line_id)
    if line.status != LineStatus.WAITING or line.promised_on is None:
        return None
    if line.promised_on >= timezone.localdate():
        return None
    last = StockoutCase.objects.filter(line=line).order_by("-id").first()
    facts = {key: value for key, value in last.facts.items() if key not in CAME_BACK} if last else {}
    facts["waited_until"] = line.promised_on.isoformat()
    return open_case(
        line,
        cause=CaseCause(last.cause) if last else CaseCause.OVERSOLD,
        facts=facts,
        by=by,
    )
