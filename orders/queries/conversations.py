"""The conversation about an order: what was written to whom, what was written to us, and what we noted, in order."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from orders.models import Order, PurchaseOrder
from stocke.core.incoming_queries import received_about
from stocke.core.models import HistoryEntry, IncomingMessage, IncomingStatus, Message

MOST = 40


@dataclass(frozen=True)
class Said:
    """One thing that was said: exactly one of the three is there."""

    at: datetime
    message: Message | None = None
    received: IncomingMessage | None = None
    note: HistoryEntry | None = None


@dataclass(frozen=True)
class Conversation:
    """Oldest first. `is_cut`: there is more before."""

    said: Sequence[Said]
    is_cut: bool

    @property
    def waiting(self) -> list[IncomingMessage]:
        """What waits for an answer, the oldest first."""
        return [
            one.received
            for one in self.said
            if one.received is not None and one.received.status == IncomingStatus.OPEN
        ]

    @property
    def received(self) -> list[IncomingMessage]:
        return [one.received for one in self.said if one.received is not None]


def conversation_of_order(order: Order) -> Conversation:
    """With its customer, and with the suppliers about it."""
    purchases = PurchaseOrder.objects.filter(order=order).values_list("pk", flat=True)
    threads = [f"order:{order.pk}", *(f"purchaseorder:{pk}" for pk in purchases)]
    notes = HistoryEntry.objects.filter(thread=threads[0], kind="order.noted").order_by("-pk")[:MOST]
    return joined(Message.objects.filter(thread__in=threads), threads, notes)


def conversation_of_purchase(purchase: PurchaseOrder) -> Conversation:
    """With its supplier: letters about it, letters about everything of its cut-off, and what he wrote."""
    key = f"purchase:{purchase.pk}"
    about = Q(dedupe_key=key) | Q(dedupe_key__startswith=f"{key}:")
    of_order = Q(thread=f"order:{purchase.order_id}") & about
    threads = [f"purchaseorder:{purchase.pk}"]
    if purchase.transmission is not None and purchase.transmission.is_group:
        threads.append(f"transmission:{purchase.transmission_id}")
    return joined(Message.objects.filter(of_order | Q(thread__in=threads)), threads, ())


def joined(
    messages: QuerySet[Message], threads: Collection[str], notes: Iterable[HistoryEntry]
) -> Conversation:
    """The newest of each kind, put in order."""
    letters = list(messages.defer("html", "attachments").order_by("-pk")[: MOST + 1])
    received = list(received_about(threads, MOST + 1))
    said = [
        *(Said(one.created_at, message=one) for one in letters),
        *(Said(one.received_at, received=one) for one in received),
        *(Said(one.at, note=one) for one in notes),
    ]
    said.sort(key=lambda one: one.at)
    return Conversation(said[-MOST:], len(said) > MOST)
