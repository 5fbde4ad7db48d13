"""What shops should know and nobody has owed them yet: whatever event was lost, the rows say so."""

from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from orders.models import Order, OrderStatus, Refund, Shipment
from stocke.channels.models import Channel, Report, ShopOrder, ShopOrderState, Standing

# The shop has given the money back itself, or no longer has the order.
NOT_REPORTED = ["refunded", "gone", "trash"]


def shop_slugs() -> QuerySet[Channel, str]:
    return Channel.objects.filter(active=True).values_list("slug", flat=True)


def owed(prefix: str) -> Exists:
    """Whether a report with the key of this row exists."""
    key = Concat(Value(f"{prefix}:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    return Exists(Report.objects.filter(key=key))


def unreported_parcels(since: datetime, *, limit: int = 500) -> list[int]:
    sent = Shipment.objects.filter(announced_at__gte=since, order__channel__in=shop_slugs())
    return list(sent.exclude(owed("parcel")).order_by("pk").values_list("pk", flat=True)[:limit])


def unreported_refunds(since: datetime, *, limit: int = 500) -> list[Refund]:
    """Money that we have given back, and the shop has not."""
    done = Refund.objects.filter(status=Refund.Status.DONE, done_at__gte=since)
    done = done.filter(line__order__channel__in=shop_slugs()).exclude(reference="shop")
    return list(done.exclude(owed("refund")).select_related("line__order").order_by("pk")[:limit])


def unreported_cancellations(*, limit: int = 500) -> list[Order]:
    """Orders that ended with us, and not in their shop."""
    alive = ShopOrder.objects.filter(
        channel__slug=OuterRef("channel"),
        remote_id=OuterRef("external_id"),
        state=ShopOrderState.TAKEN,
        standing=Standing.PAID,
    )
    ended = Order.objects.filter(status=OrderStatus.CANCELLED, channel__in=shop_slugs())
    return list(ended.filter(Exists(alive)).exclude(owed("cancellation")).order_by("pk")[:limit])
