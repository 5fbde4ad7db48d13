"""Questions that customers ask on their page: a message received, in the conversation of their order."""

from orders.models import StockoutCase
from stocke.core.actors import Actor
from stocke.core.domain.history import thread_of
from stocke.core.domain.incoming import Arrival, take_in
from stocke.core.models import IncomingMessage, IncomingStatus, MatchedBy, Via


def ask_question(case: StockoutCase, text: str, *, key: str, by: Actor) -> tuple[IncomingMessage, bool]:
    """Put what a customer asks into the conversation, where it waits for a person; and whether it is new.

    `key` is that of the form which was sent: the same form twice is one question.
    """
    customer = case.line.order.customer
    asked = Arrival(
        key=f"case:{case.pk}:{key}"[:80],
        sender=customer.email,
        sender_name=customer.full_name,
        subject=case.line.ordered_name,
        text=text.strip(),
        facts={"case": case.number},
    )
    return take_in(
        asked,
        by=by,
        via=Via.PAGE,
        thread=thread_of(case.line.order),
        matched_by=MatchedBy.PAGE,
        status=IncomingStatus.OPEN,
    )
