"""What a customer bought."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from stocke.products.models import Product


class OrderStatus(models.TextChoices):
    RECEIVED = "received", _("Received")
    TO_VERIFY = "to_verify", _("To verify")
    CONFIRMED = "confirmed", _("Confirmed")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class LineStatus(models.TextChoices):
    """`safe` and `doubtful` are verdicts of verification; `short` means that no offer can serve it. `asked`: units are
    reserved, and the supplier is asked first whether he has them."""

    NEW = "new", _("New")
    SAFE = "safe", _("Safe")
    DOUBTFUL = "doubtful", _("To verify")
    ASKED = "asked", _("Supplier asked first")
    SHORT = "short", _("Out of stock")
    CONFIRMED = "confirmed", _("Confirmed")
    ORDERED = "ordered", _("Ordered from the supplier")
    ACCEPTED = "accepted", _("Accepted by the supplier")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")
    WAITING = "waiting", _("Waiting for stock")
    REFUNDED = "refunded", _("Refunded")
    VOUCHERED = "vouchered", _("Settled by voucher")
    CANCELLED = "cancelled", _("Cancelled")


UNVERIFIED = [LineStatus.NEW, LineStatus.DOUBTFUL, LineStatus.ASKED, LineStatus.SHORT]
PROMISED = [LineStatus.CONFIRMED, LineStatus.ORDERED, LineStatus.ACCEPTED]
# Written out, because an index stands on it: what has been sold and neither sent nor given up.
OPEN = ["new", "safe", "doubtful", "asked", "short", "confirmed", "ordered", "accepted", "waiting"]
ENDED = [
    LineStatus.SHIPPED,
    LineStatus.DELIVERED,
    LineStatus.REFUNDED,
    LineStatus.VOUCHERED,
    LineStatus.CANCELLED,
]


OPEN_ORDERS = [OrderStatus.RECEIVED, OrderStatus.TO_VERIFY, OrderStatus.CONFIRMED]
# The kind of the status table that draws each of our own statuses.
ORDER_KINDS: Mapping[str, str] = MappingProxyType(
    {"received": "running", "to_verify": "verify", "confirmed": "safe", "done": "done", "cancelled": "undone"}
)
LINE_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "new": "running",
        "safe": "safe",
        "doubtful": "verify",
        "asked": "waiting",
        "short": "out",
        "confirmed": "safe",
        "ordered": "waiting",
        "accepted": "done",
        "shipped": "done",
        "delivered": "done",
        "waiting": "waiting",
        "refunded": "undone",
        "vouchered": "undone",
        "cancelled": "undone",
    }
)


class Order(models.Model):
    """One order of one channel: unique by (channel, external id), so that the same order twice is one order.

    `digest` is the hash of the content last taken in; a different one is an amendment. Money is minor units of
    `currency`. `promised_on` is the date told to the customer.
    """

    number = models.CharField(_("number"), max_length=40, unique=True)
    channel = models.SlugField(_("channel"), max_length=40)
    external_id = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="orders", verbose_name=_("customer")
    )
    status = models.CharField(
        _("status"), max_length=10, choices=OrderStatus.choices, default=OrderStatus.RECEIVED
    )
    placed_at = models.DateTimeField(_("placed"))
    promised_on = models.DateField(_("promised for"), null=True)
    currency = models.CharField(max_length=3, default="EUR")
    shipping_cents = models.PositiveIntegerField(_("shipping charge"), default=0)
    total_cents = models.PositiveIntegerField(_("total"), default=0)
    ship_to = models.JSONField(default=dict)
    note = models.TextField(_("note"), blank=True)
    verified_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="order_unique_per_channel")
        ]
        indexes = [
            # The verification desk: oldest promise first.
            models.Index(
                fields=["promised_on", "id"], name="order_to_verify", condition=Q(status="to_verify")
            ),
            # The sweep of orders that nobody has verified yet.
            models.Index(fields=["id"], name="order_received", condition=Q(status="received")),
            models.Index(fields=["-placed_at", "-id"], name="order_newest"),
            models.Index(fields=["status", "-placed_at"], name="order_status_newest"),
            models.Index(fields=["customer", "-placed_at"], name="order_customer_newest"),
            # A channel walking through its orders.
            models.Index(fields=["channel", "id"], name="order_channel_walk"),
            # The shop's own number, as customers quote it.
            models.Index(fields=["external_id"], name="order_external_id"),
            # Late promises.
            models.Index(
                fields=["promised_on", "id"],
                name="order_promised_open",
                condition=Q(status__in=["received", "to_verify", "confirmed"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_late(self) -> bool:
        """Whether its promise has passed while something is still owed."""
        return (
            self.status in OPEN_ORDERS
            and self.promised_on is not None
            and self.promised_on < timezone.localdate()
        )

    @property
    def state(self) -> tuple[str, str]:
        """The status to be shown: its kind and its word."""
        if self.is_late and self.status == OrderStatus.CONFIRMED:
            return "late", str(_("Late"))
        return ORDER_KINDS[self.status], str(OrderStatus(self.status).label)


class OrderLine(models.Model):
    """One line. `ordered_*` never changes: what was bought. `product` is what will be sent.

    `evidence` is the verdict of the last verification: {"checks": [...], "candidates": [...], "at": ...}.
    `told_late_for` is the day of which its customer was told last because it is late.

    `cancel_asked_at` is set when staff wants the line cancelled: it is at once, or when its suppliers have said that
    they could; a line that the shop itself has removed has none.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    external_id = models.CharField(max_length=120, blank=True)
    ordered_sku = models.CharField(_("SKU"), max_length=80)
    ordered_name = models.CharField(_("product"), max_length=250)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="order_lines")
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_price_cents = models.PositiveIntegerField(_("unit price"))
    status = models.CharField(_("status"), max_length=10, choices=LineStatus.choices, default=LineStatus.NEW)
    promised_on = models.DateField(_("promised for"), null=True)
    evidence = models.JSONField(default=dict)
    cancel_asked_at = models.DateTimeField(null=True)
    told_late_for = models.DateField(null=True)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="line_position_unique"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="line_quantity_positive"),
        ]
        indexes = [
            models.Index(fields=["product", "status"], name="line_product_status"),
            models.Index(
                fields=["id"], name="line_confirmed_unordered", condition=Q(status__in=["confirmed"])
            ),
            # Promises per day: only the lines that are still to be kept.
            models.Index(
                fields=["promised_on", "status"], name="line_promised_by_day", condition=Q(status__in=OPEN)
            ),
            # Lines about which a person may still decide: few, whatever the number of orders that wait for stock.
            models.Index(
                fields=["order"],
                name="line_decidable",
                condition=Q(status__in=["new", "safe", "doubtful"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ordered_sku} × {self.quantity}"

    @property
    def total_cents(self) -> int:
        return self.quantity * self.unit_price_cents

    @property
    def state(self) -> tuple[str, str]:
        """The status to be shown: its kind and its word."""
        if self.is_cancelling:
            return "waiting", str(_("Cancellation asked"))
        return LINE_KINDS[self.status], str(LineStatus(self.status).label)

    @property
    def is_cancelling(self) -> bool:
        """Whether its supplier was asked to cancel it and has not said yet whether he could."""
        return self.cancel_asked_at is not None and self.status in PROMISED

    @property
    def was_replaced(self) -> bool:
        return self.product is not None and self.product.sku != self.ordered_sku
