"""Questions about orders."""

from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from customers.models import Customer
from customers.queries.customers import search_customers
from orders.models import Allocation, Order, OrderLine
from orders.models.order import OPEN_ORDERS
from stocke.products.models import Product

SEARCHED = 1000


def orders_of_channel(channel: str, *, after: int = 0, external_id: str = "") -> QuerySet[Order]:
    """A channel's orders, oldest first, beyond the one with id `after`."""
    orders = Order.objects.filter(channel=channel, pk__gt=after).order_by("pk")
    return orders.filter(external_id=external_id) if external_id else orders


def order_of_channel(channel: str, number: str) -> Order:
    """One order with its lines. Raises Order.DoesNotExist, also for another channel's order."""
    return Order.objects.prefetch_related("lines__product").get(channel=channel, number=number)


def orders_for_list() -> QuerySet[Order]:
    """Every order with what a row says of it."""
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
    # A join with GROUP BY would count the lines of all orders before the page is cut out.
    line_count = Subquery(lines.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return Order.objects.select_related("customer").annotate(line_count=line_count)


def search_orders(orders: QuerySet[Order], words: str) -> QuerySet[Order]:
    """Orders of this number (ours from its beginning, the shop's whole), SKU, or customer's name or address.

    Customers and products are looked up first, by their own indexes and up to a bound: joined by OR, each of these
    questions would read the whole table.
    """
    words = words.strip()
    customers = search_customers(Customer.objects.all(), words).values_list("pk", flat=True)[:SEARCHED]
    products = Product.objects.filter(sku__iexact=words).values_list("pk", flat=True)[:SEARCHED]
    of_product = OrderLine.objects.filter(product__in=list(products)).values("order")
    return orders.filter(
        Q(number__startswith=words)
        | Q(external_id=words)
        | Q(customer__in=list(customers))
        | Q(pk__in=of_product)
    )


def late(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Open orders whose promised day has passed."""
    return orders.filter(status__in=OPEN_ORDERS, promised_on__lt=timezone.localdate())


# One step per channel along the index: DISTINCT would read an entry for every order.
CHANNELS = """
WITH RECURSIVE named AS (
    (SELECT channel FROM orders_order ORDER BY channel LIMIT 1)
    UNION ALL
    SELECT (SELECT channel FROM orders_order WHERE channel > named.channel ORDER BY channel LIMIT 1)
    FROM named WHERE named.channel IS NOT NULL
) SELECT channel FROM named WHERE channel IS NOT NULL
"""


def channels_in_use() -> list[str]:
    """The channels that have brought orders."""
    with connection.cursor() as cursor:
        cursor.execute(CHANNELS)
        return [row[0] for row in cursor.fetchall()]


def order_for_page(number: str) -> Order | None:
    """One order with everything that its page says of lines, promises, cases and purchases."""
    return orders_in_full().filter(number=number).first()


def orders_in_full() -> QuerySet[Order]:
    """Orders with their customer, and their lines with promises, purchases, cases and refunds."""
    promises = Allocation.objects.select_related("offer__supplier", "purchase_line__purchase_order").order_by(
        "pk"
    )
    lines = OrderLine.objects.select_related("product").order_by("position")
    return Order.objects.select_related("customer").prefetch_related(
        Prefetch("lines", lines),
        Prefetch("lines__allocations", promises),
        "lines__cases",
        "lines__refunds",
    )


def count_orders_of(customer_id: int) -> int:
    return Order.objects.filter(customer=customer_id).count()
