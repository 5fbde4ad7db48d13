"""What the product did of its own accord meanwhile: its own record, in its own words."""

from collections.abc import Sequence

from django.db.models import Max
from django.utils.translation import override

from orders.models import Order
from stocke.core.models import HistoryEntry
from stocke.core.web.timeline import sentence_for

# What somebody who watches should not miss; the rest is on the pages.
TOLD = (
    *("case.opened", "line.sourced", "purchase.overdue", "purchase.late_yes", "purchase.cancel_asked"),
    *("purchase.priced", "question.asked", "run.held", "refund.due", "voucher.issued", "restock.wave"),
)
AT_ONCE = 20


class News:
    """Each call tells what has happened since the last one, the oldest first."""

    def __init__(self) -> None:
        self.last = HistoryEntry.objects.aggregate(last=Max("pk"))["last"] or 0

    def __call__(self) -> Sequence[str]:
        news = HistoryEntry.objects.filter(pk__gt=self.last, kind__in=TOLD)
        # What a supplier does stands in the history of the order as well as in that of the purchase order.
        found = list(news.exclude(thread__startswith="purchaseorder:").order_by("pk")[:AT_ONCE])
        if found:
            self.last = found[-1].pk
        numbers = numbers_of(found)
        with override("en"):
            return [
                f"Stock e: {sentence_for(one.kind).say(one)}{numbers.get(one.thread, '')}" for one in found
            ]


def numbers_of(entries: Sequence[HistoryEntry]) -> dict[str, str]:
    """By thread, of which order it is, where it is of one."""
    keys = [one.thread.removeprefix("order:") for one in entries if one.thread.startswith("order:")]
    orders = Order.objects.filter(pk__in=keys).values_list("pk", "number")
    return {f"order:{pk}": f" (order {number})" for pk, number in orders}
