"""How one supplier wants to be ordered from, and what we hand over to him."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stocke.core.models import Credential, Message
from suppliers.models import Offer, Supplier


class Way(models.TextChoices):
    """`held`: nothing leaves by itself; a person places the order and says so."""

    MAIL = "mail", _("by mail")
    SFTP = "sftp", _("as a file on his SFTP server")
    API = "api", _("to his interface (JSON)")
    HELD = "held", _("by a person, who places the order himself")


class Grouping(models.TextChoices):
    EACH = "each", _("one purchase order for each customer’s order")
    CUT_OFF = "cut_off", _("one purchase order for everything until his cut-off")


class FileFormat(models.TextChoices):
    PDF = "pdf", "PDF"
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"


def pdf_only() -> list[str]:
    return [FileFormat.PDF.value]


class OrderingRules(models.Model):
    """The rules of one supplier; absent: by mail, one for each order, numbered by the house.

    `pattern` is empty for the house's own numbers. `access` says where his server is; what opens it is sealed in
    `credential`. `remembered` is the key that his SFTP server showed first.
    `parcel_cents` is what he charges for each parcel, in his currency; `is_own`: he is our own stock.
    """

    supplier = models.OneToOneField(
        Supplier, on_delete=models.CASCADE, primary_key=True, related_name="ordering_rules"
    )
    way = models.CharField(max_length=4, choices=Way.choices, default=Way.MAIL)
    grouping = models.CharField(max_length=7, choices=Grouping.choices, default=Grouping.EACH)
    prefix = models.CharField(max_length=12, blank=True)
    pattern = models.CharField(max_length=60, blank=True)
    formats = models.JSONField(default=pdf_only)
    blind = models.BooleanField(default=True)
    packing_note = models.TextField(blank=True)
    least_units = models.PositiveIntegerField(null=True)
    least_value_cents = models.PositiveIntegerField(null=True)
    tolerance_percent = models.PositiveSmallIntegerField(default=0)
    is_own = models.BooleanField(default=False)
    parcel_cents = models.PositiveIntegerField(null=True)
    access = models.JSONField(default=dict)
    body_template = models.TextField(blank=True)
    credential = models.ForeignKey(Credential, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"ordering from {self.supplier_id}"


class AnswerKey(models.Model):
    """A token of the API by which this supplier's program answers his purchase orders."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="answer_keys")
    token = models.OneToOneField("core.ApiToken", on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.token)


class OfferTerms(models.Model):
    """What a supplier asks for one article: at least so many in one purchase order, and only in packs of so many."""

    offer = models.OneToOneField(Offer, on_delete=models.CASCADE, primary_key=True, related_name="terms")
    least_units = models.PositiveIntegerField(null=True)
    multiple = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(multiple=None) | Q(multiple__gte=2), name="offer_multiple_is_a_pack"
            )
        ]

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.least_units} / {self.multiple}"


class PurchaseCounter(models.Model):
    """The last number given to a supplier's purchase orders in one period: a year, or for ever."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="+")
    period = models.CharField(max_length=4, blank=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["supplier", "period"], name="one_counter_per_period")]

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.period}: {self.last}"


class TransmissionStatus(models.TextChoices):
    """`collecting` until the cut-off; `held` waits for a person; `unsure`: perhaps handed over, perhaps not."""

    COLLECTING = "collecting", _("Collecting until the cut-off")
    HELD = "held", _("Waits for a person")
    READY = "ready", _("Waiting to be sent")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Handed over")
    FAILED = "failed", _("Failed")
    UNSURE = "unsure", _("Unsure")
    CANCELLED = "cancelled", _("Cancelled")


class Transmission(models.Model):
    """What is handed over to a supplier in one go: one purchase order, or all of one cut-off. A row before it leaves.

    `content` is what was handed over, word for word. `key` tells his server that it is the same once more. By mail it
    is handed over to the outbox, where `message` has a life of its own. `hold` says why it waits for a person.
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="transmissions")
    number = models.CharField(max_length=40, unique=True)
    way = models.CharField(max_length=4, choices=Way.choices)
    status = models.CharField(max_length=10, choices=TransmissionStatus.choices)
    is_group = models.BooleanField(default=False)
    cut_off_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    hold = models.CharField(max_length=20, blank=True)
    hold_facts = models.JSONField(default=dict)
    content = models.JSONField(default=dict)
    key = models.UUIDField(default=uuid4, editable=False)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    reply = models.TextField(blank=True)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "cut_off_at"],
                condition=Q(status="collecting"),
                name="one_collection_per_cut_off",
            )
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                name="transmission_due",
                condition=Q(status__in=["collecting", "ready"]),
            ),
            models.Index(fields=["claimed_at"], name="transmission_sending", condition=Q(status="sending")),
            models.Index(
                fields=["id"],
                name="transmission_for_a_person",
                condition=Q(status__in=["held", "failed", "unsure"]),
            ),
            models.Index(fields=["supplier", "-id"], name="transmission_supplier"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> tuple[str, str]:
        """The status to be shown: its kind and its word."""
        return KINDS[self.status], str(TransmissionStatus(self.status).label)


KINDS = {
    "collecting": "waiting",
    "held": "held",
    "ready": "waiting",
    "sending": "running",
    "sent": "done",
    "failed": "failed",
    "unsure": "unsure",
    "cancelled": "undone",
}
