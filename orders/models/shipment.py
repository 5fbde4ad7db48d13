"""What left a supplier for a customer, and what its carrier said of it."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.order import OrderLine
from orders.models.purchase import PurchaseOrder


class ShipmentState(models.TextChoices):
    """`label`: announced, no carrier has seen it. `returned`: on its way back, or back."""

    LABEL = "label", _("Announced")
    IN_TRANSIT = "in_transit", _("On its way")
    OUT = "out_for_delivery", _("Out for delivery")
    DELIVERED = "delivered", _("Delivered")
    PROBLEM = "problem", _("Delivery problem")
    RETURNED = "returned", _("Returned to sender")


# The kind of the status table that draws each of our own statuses.
SHAPES = {
    ShipmentState.LABEL: "waiting",
    ShipmentState.IN_TRANSIT: "running",
    ShipmentState.OUT: "running",
    ShipmentState.DELIVERED: "done",
    ShipmentState.PROBLEM: "failed",
    ShipmentState.RETURNED: "undone",
}


class Shipment(models.Model):
    """One parcel of one order. `purchase_order` is empty for what we sent ourselves.

    `handed_at` is the carrier's first scan; without one, `announced_at` has to do. `carrier` is a key of
    `orders.domain.carriers`. One per order and tracking number, so that the same news twice is one parcel.
    """

    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="shipments")
    purchase_order = models.ForeignKey(
        PurchaseOrder, on_delete=models.PROTECT, null=True, related_name="shipments"
    )
    carrier = models.CharField(_("carrier"), max_length=30, default="other")
    tracking_number = models.CharField(_("tracking number"), max_length=60, blank=True)
    state = models.CharField(
        _("status"), max_length=16, choices=ShipmentState.choices, default=ShipmentState.LABEL
    )
    announced_at = models.DateTimeField(_("announced"))
    handed_at = models.DateTimeField(_("first scan"), null=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    last_event_at = models.DateTimeField(null=True)
    customer_told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "tracking_number"],
                condition=~Q(tracking_number=""),
                name="one_shipment_per_tracking_number",
            )
        ]
        indexes = [
            models.Index(fields=["tracking_number"], name="shipment_tracking"),
            models.Index(
                fields=["announced_at"], name="shipment_untold", condition=Q(customer_told_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.tracking_number or str(self.pk)

    @property
    def shipped_at(self) -> datetime:
        """The first carrier scan when it is known, else when it was announced."""
        return self.handed_at or self.announced_at

    @property
    def awaits_scan(self) -> bool:
        """Whether it can be followed, and its carrier has not seen it: perhaps only its label was printed."""
        return self.handed_at is None and self.state == ShipmentState.LABEL and bool(self.tracking_number)

    @property
    def status(self) -> tuple[str, str]:
        """Its shape and its word."""
        return SHAPES[ShipmentState(self.state)], self.get_state_display()


class ShipmentLine(models.Model):
    """Units of one order line in one parcel."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="shipped")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "line"], name="one_entry_per_shipment_and_line"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="shipped_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.quantity}"


class TrackingEvent(models.Model):
    """One thing that a carrier said of a parcel, append-only. The same news twice is one event."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=ShipmentState.choices)
    text = models.CharField(max_length=250, blank=True)
    place = models.CharField(max_length=120, blank=True)
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "at", "state", "text"], name="tracking_event_once")
        ]
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.state}"
