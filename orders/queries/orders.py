"""Questions about orders."""

from django.db.models import QuerySet

from orders.models import Order


def orders_of_channel(channel: str, *, after: int = 0, external_id: str = "") -> QuerySet[Order]:
    """A channel's orders, oldest first, beyond the one with id `after`."""
    orders = Order.objects.filter(channel=channel, pk__gt=after).order_by("pk")
    return orders.filter(external_id=external_id) if external_id else orders


def order_of_channel(channel: str, number: str) -> Order:
    """One order with its lines. Raises Order.DoesNotExist, also for another channel's order."""
    return Order.objects.prefetch_related("lines__product").get(channel=channel, number=number)
