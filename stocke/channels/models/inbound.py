"""What shops tell us: stored first, worked afterwards."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stocke.channels.models.channel import Channel


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    IGNORED = "ignored", _("nothing to do")


class Delivery(models.Model):
    """A signed message of a shop's hook, as a hint that something has changed there.

    One per channel, resource, id and version: the same again is worked again, and is no second row. Its `body` is kept
    while it waits; what counts is read back from the shop. The shop's own delivery id is only kept to be shown,
    because WooCommerce gives the same to several deliveries.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries")
    topic = models.CharField(_("subject"), max_length=60)
    resource = models.CharField(max_length=30)
    resource_id = models.CharField(_("id there"), max_length=64, blank=True)
    version = models.CharField(max_length=64)
    delivery_id = models.CharField(max_length=80, blank=True)
    body = models.BinaryField(default=bytes)
    state = models.CharField(
        _("state"), max_length=7, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    times = models.PositiveIntegerField(_("times received"), default=1)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("message from a shop")
        verbose_name_plural = _("messages from shops")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "resource", "resource_id", "version"], name="delivery_once"
            )
        ]
        indexes = [
            models.Index(fields=["channel", "id"], name="delivery_waiting", condition=Q(state="waiting")),
            models.Index(fields=["channel", "-received_at"], name="delivery_newest"),
            models.Index(fields=["received_at"], name="delivery_received"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.resource_id}"


class Standing(models.TextChoices):
    """What an order's state in the shop means to us."""

    UNPAID = "unpaid", _("not paid yet")
    HELD = "held", _("not paid yet, units taken from stock")
    PAID = "paid", _("paid")
    COMPLETE = "complete", _("complete")
    CANCELLED = "cancelled", _("cancelled")
    UNKNOWN = "unknown", _("a state that we do not know")


class ShopOrderState(models.TextChoices):
    """`open`: orders have not looked at it yet. `apart`: it is none of ours to serve, at least now."""

    OPEN = "open", _("waiting to be taken in")
    TAKEN = "taken", _("taken in")
    APART = "apart", _("not taken in")
    REFUSED = "refused", _("refused")


class ShopOrder(models.Model):
    """An order as its shop has it, in the version that we read last; older news never overwrites newer.

    `content` is the order to be taken in, kept while it is open. `units` are what it sells by our SKU; while
    `uncounted`, our levels do not contain them yet, so that a number told to a shop takes them off. `look_at` is when
    to look whether the shop still has it: no message may have told that it was deleted. Empty: it is settled there.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="shop_orders")
    remote_id = models.CharField(max_length=64)
    number = models.CharField(_("number there"), max_length=64, blank=True)
    changed_at = models.DateTimeField(_("changed there"))
    placed_at = models.DateTimeField(_("placed there"), null=True)
    remote_status = models.CharField(_("state there"), max_length=40)
    standing = models.CharField(max_length=9, choices=Standing.choices)
    state = models.CharField(
        _("state"), max_length=7, choices=ShopOrderState.choices, default=ShopOrderState.OPEN
    )
    digest = models.CharField(max_length=64)
    content = models.JSONField(default=dict)
    units = models.JSONField(default=dict)
    uncounted = models.BooleanField(default=True)
    problems = models.JSONField(default=list)
    our_number = models.CharField(max_length=40, blank=True)
    read_at = models.DateTimeField(_("read"), default=timezone.now)
    look_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("order of a shop")
        verbose_name_plural = _("orders of shops")
        constraints = [
            models.UniqueConstraint(fields=["channel", "remote_id"], name="shop_order_unique_per_channel")
        ]
        indexes = [
            models.Index(fields=["id"], name="shop_order_open", condition=Q(state="open")),
            models.Index(fields=["id"], name="shop_order_uncounted", condition=Q(uncounted=True)),
            # What was sold of one SKU and is not counted yet, in the middle of a rush of orders.
            GinIndex(fields=["units"], name="shop_order_units", condition=Q(uncounted=True)),
            models.Index(fields=["channel", "-changed_at"], name="shop_order_newest"),
            # What was placed shortly before and after one that is gone.
            models.Index(fields=["channel", "placed_at"], name="shop_order_placed"),
            models.Index(
                fields=["channel", "look_at"],
                name="shop_order_to_look_at",
                condition=Q(look_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.remote_id
