"""Goods that come back: asked for by a customer, allowed by the supplier, received, paid back and credited."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models.case import Refund
from orders.models.order import OrderLine
from orders.models.purchase import PurchaseOrder


class ReturnReason(models.TextChoices):
    """Why it comes back. Those of OF_STOCK are there because something was missing."""

    WITHDRAWAL = "withdrawal", _("Does not suit")
    DAMAGED = "damaged", _("Arrived damaged")
    FAULTY = "faulty", _("Does not work")
    OTHER_ARTICLE = "other_article", _("Another article was sent instead")
    SUBSTITUTE = "substitute", _("The substitute does not suit")
    LATE = "late", _("Came too late")
    OTHER = "other", _("Another reason")


OF_STOCK = frozenset({ReturnReason.OTHER_ARTICLE, ReturnReason.SUBSTITUTE, ReturnReason.LATE})


class ReturnStatus(models.TextChoices):
    """`refused` by the supplier: a person decides. `declined` by us: it is over."""

    REQUESTED = "requested", _("Waiting for approval")
    REFUSED = "refused", _("Refused by the supplier")
    APPROVED = "approved", _("Approved")
    SENT = "sent", _("On its way back")
    RECEIVED = "received", pgettext_lazy("return", "Received")
    DECLINED = "declined", _("Declined")


# The kind of the status table that draws each of our own statuses.
SHAPES = {
    "requested": "waiting",
    "refused": "refused",
    "approved": "done",
    "sent": "running",
    "received": "done",
    "declined": "undone",
}
COMING_BACK = [ReturnStatus.APPROVED, ReturnStatus.SENT, ReturnStatus.RECEIVED]


class Receiver(models.TextChoices):
    US = "us", _("us")
    SUPPLIER = "supplier", _("the supplier")


class Condition(models.TextChoices):
    AS_NEW = "as_new", _("as new")
    USED = "used", _("used")
    DAMAGED = "damaged", _("damaged")
    MISSING = "missing", _("something is missing")


class Return(models.Model):
    """What one supplier sent to one customer and gets back. `purchase_order` is empty for what we sent ourselves.

    `credit_expected_cents` is what the supplier owes us for it, in `credit_currency`; empty when he owes nothing.
    `label_path` is the file of its label in the storage, of `label_type`; `label_link` the page where it is printed.
    `difference_note` says why a person lets a difference between refund and credit be.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="returns")
    purchase_order = models.ForeignKey(
        PurchaseOrder, on_delete=models.PROTECT, null=True, related_name="returns"
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ReturnStatus.choices, default=ReturnStatus.REQUESTED
    )
    note = models.TextField(_("note"), blank=True)
    requested_at = models.DateTimeField(_("requested"), auto_now_add=True)
    answered_at = models.DateTimeField(null=True)
    address = models.TextField(_("where it goes"), blank=True)
    supplier_number = models.CharField(_("supplier's number"), max_length=60, blank=True)
    label_path = models.CharField(max_length=200, blank=True)
    label_type = models.CharField(max_length=20, blank=True)
    label_link = models.URLField(_("label to print"), max_length=500, blank=True)
    refusal = models.CharField(_("why not"), max_length=250, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=60, blank=True)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(_("received"), null=True)
    received_by = models.CharField(max_length=8, choices=Receiver.choices, blank=True)
    condition = models.CharField(_("condition"), max_length=8, choices=Condition.choices, blank=True)
    credit_expected_cents = models.PositiveIntegerField(null=True)
    credit_currency = models.CharField(max_length=3, default="EUR")
    credit_cents = models.PositiveIntegerField(null=True)
    credit_reference = models.CharField(max_length=120, blank=True)
    credited_at = models.DateTimeField(null=True)
    difference_note = models.CharField(max_length=250, blank=True)

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        indexes = [
            models.Index(fields=["status", "-id"], name="return_status_newest"),
            # What is not reconciled: found without looking at what is over.
            models.Index(
                fields=["received_at"],
                name="return_open_money",
                condition=Q(status__in=["approved", "sent", "received"], difference_note=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> tuple[str, str]:
        """Its shape and its word."""
        return SHAPES[self.status], self.get_status_display()


class ReturnLine(models.Model):
    """Units of one order line in one return. `cost_cents` is what we paid for one; `refund` is owed at most once."""

    returned = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="returned")
    quantity = models.PositiveIntegerField()
    reason = models.CharField(_("reason"), max_length=14, choices=ReturnReason.choices)
    cost_cents = models.PositiveIntegerField(null=True)
    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, null=True, related_name="return_line")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["returned", "line"], name="one_entry_per_return_and_line"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="returned_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.returned_id} {self.quantity}"

    @property
    def is_of_stock(self) -> bool:
        """Whether it comes back because something was missing."""
        return self.reason in OF_STOCK
