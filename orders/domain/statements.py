"""What a supplier says of his own stock, on his page: his figures and our promises move together."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from orders.domain.reservations import end_accepted
from orders.events import StockStated
from stocke.core.actors import Actor
from stocke.core.events import publish
from suppliers.domain.observing import Outcome, Wish, observe_many
from suppliers.models import Supplier


@transaction.atomic
def take_statement(supplier: Supplier, wishes: Sequence[Wish], *, by: Actor) -> Outcome:
    """Let what the supplier states count. What he had accepted before is in his figures already (rule 4)."""
    now = timezone.now()
    outcome = observe_many(supplier.pk, wishes, source="portal", by=by)
    for offer_id in outcome.stated:
        end_accepted(offer_id, before=now, by=by)
    if outcome.stated:
        publish(StockStated(supplier.pk, outcome.stated))
    return outcome
