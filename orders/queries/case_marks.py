"""What else waits around a case: an unanswered question, a message that came, a supplier who is asked."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from enum import StrEnum

from django.db.models import BigIntegerField, CharField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast

from orders.models import Question, Said
from stocke.core.models import IncomingMessage, IncomingStatus, Via

# The order that a message is about.
ORDER = Cast(
    Func(F("thread"), Value("^order:([0-9]{1,18})$"), function="substring", output_field=CharField()),
    BigIntegerField(),
)


class Mark(StrEnum):
    """`asked`: the customer asked on his page. `written`: a mail came. `supplier`: his word is awaited."""

    ASKED = "asked"
    WRITTEN = "written"
    SUPPLIER = "supplier"


VIA: Mapping[Mark, Via] = {Mark.ASKED: Via.PAGE, Mark.WRITTEN: Via.MAIL}


def marked(mark: Mark) -> Q:
    """Cases whose order has this mark. What waits is little: the search begins there, not with the cases."""
    if mark == Mark.SUPPLIER:
        return Q(line__order__in=Question.objects.filter(said=Said.NONE).values("line__order"))
    return Q(line__order__in=_open_messages().filter(via=VIA[mark]).annotate(order=ORDER).values("order"))


def marks_of(order_ids: Collection[int]) -> Mapping[int, Collection[Mark]]:
    """The marks of each of these orders, in the order of `Mark`. Two statements, however many there are."""
    threads = [f"order:{pk}" for pk in order_ids]
    found = defaultdict(set)
    messages = _open_messages().filter(thread__in=threads).annotate(order=ORDER)
    for order, via in messages.values_list("order", "via"):
        found[order].add(Mark.ASKED if via == Via.PAGE else Mark.WRITTEN)
    asked = Question.objects.filter(said=Said.NONE, line__order__in=order_ids)
    for order in asked.values_list("line__order", flat=True):
        found[order].add(Mark.SUPPLIER)
    return {order: sorted(marks, key=list(Mark).index) for order, marks in found.items()}


def _open_messages() -> QuerySet[IncomingMessage]:
    """What was written about orders and waits for a person."""
    return IncomingMessage.objects.filter(status=IncomingStatus.OPEN, thread__startswith="order:")
