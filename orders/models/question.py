"""What we ask a supplier before we confirm: whether he has the units that a line needs."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models.allocation import Allocation
from orders.models.order import OrderLine
from stocke.core.models import Credential
from suppliers.models import Supplier

# Before the end of the budget: from then on a person must decide.
DECIDE_HOURS = 12


class AskingWay(models.TextChoices):
    """`call`: he has neither interface nor address, or did not answer there; a person keys what he says."""

    MAIL = "mail", _("by mail")
    API = "api", _("by his interface")
    CALL = "call", _("by telephone")


class Said(models.TextChoices):
    """`silent` and `withdrawn` are ours: his time is over; the promise behind the question was taken back."""

    NONE = "", _("no answer yet")
    YES = "yes", _("yes")
    PART = "part", _("only a part")
    NO = "no", _("none left")
    LATER = "later", _("from a later day")
    SILENT = "silent", _("no answer in time")
    WITHDRAWN = "withdrawn", _("no longer needed")


# After these the offer does not serve the line.
REFUSING = (Said.PART, Said.NO, Said.LATER, Said.SILENT)


class AskingRules(models.Model):
    """When verification asks first, and how long a question may take: one row.

    `windows` is the time of one channel in hours, where it differs from `window_hours`: how long a card
    authorisation of its orders lasts.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    asks_first = models.BooleanField(default=False)
    older_hours = models.PositiveSmallIntegerField(default=24)
    thin_below = models.PositiveSmallIntegerField(default=1)
    likely_percent = models.PositiveSmallIntegerField(default=80)
    window_hours = models.PositiveSmallIntegerField(default=168)
    windows = models.JSONField(default=dict)
    tries_on = models.BooleanField(default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_asking_rules")]

    def __str__(self) -> str:
        return "asking rules"

    @classmethod
    def current(cls) -> "AskingRules":
        """The one row; its defaults when nobody has saved it yet (nothing is written)."""
        return cls.objects.filter(pk=1).first() or cls()


class AvailabilityInterface(models.Model):
    """Where a supplier's program tells what he has. `access` is as in the rules of ordering."""

    supplier = models.OneToOneField(
        Supplier, on_delete=models.CASCADE, primary_key=True, related_name="availability_interface"
    )
    access = models.JSONField(default=dict)
    credential = models.ForeignKey(Credential, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"availability of {self.supplier_id}"


class RequestStatus(models.TextChoices):
    """`ready` and `sending` are for interfaces only; a mail is with the outbox at once."""

    READY = "ready", _("Waiting to be sent")
    SENDING = "sending", _("Sending")
    ASKED = "asked", _("Asked")


class AvailabilityRequest(models.Model):
    """What one supplier is asked in one go: several questions behind one link, or in one call of his interface."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="availability_requests")
    way = models.CharField(max_length=4, choices=AskingWay.choices)
    status = models.CharField(max_length=7, choices=RequestStatus.choices, default=RequestStatus.ASKED)
    key = models.UUIDField(default=uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                name="availability_to_send",
                condition=Q(status__in=["ready", "sending"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.created_at:%Y-%m-%d %H:%M}"


class Question(models.Model):
    """ "Do you have so many?", about one promise of one line. Its units stay reserved while it is open.

    `request` is empty until he is asked. `expires_at` ends the time within which the card's authorisation holds.
    `available` is what he has, where he said a number; `way` is how the answer came. With `promised_before` the line
    was confirmed until another supplier refused: once it is safe again, nobody confirms it a second time.
    """

    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="questions")
    allocation = models.OneToOneField(Allocation, on_delete=models.PROTECT, related_name="question")
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+", db_index=False)
    request = models.ForeignKey(
        AvailabilityRequest, on_delete=models.PROTECT, null=True, related_name="questions"
    )
    quantity = models.PositiveIntegerField()
    reasons = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    answer_due_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    forced_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=9, choices=Said.choices, default=Said.NONE, blank=True)
    available = models.PositiveIntegerField(null=True)
    restock_on = models.DateField(null=True)
    way = models.CharField(max_length=4, choices=AskingWay.choices, blank=True)
    answered_at = models.DateTimeField(null=True)
    promised_before = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="question_quantity_positive"),
            models.UniqueConstraint(fields=["line"], condition=Q(said=""), name="one_open_question_per_line"),
            models.CheckConstraint(
                condition=Q(said="", answered_at=None) | (~Q(said="") & Q(answered_at__isnull=False)),
                name="question_answered_at_a_time",
            ),
        ]
        indexes = [
            # Who is to be asked, and whose time runs out.
            models.Index(
                fields=["supplier", "id"], name="question_unasked", condition=Q(said="", request=None)
            ),
            models.Index(fields=["expires_at"], name="question_open", condition=Q(said="")),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} × {self.quantity}"

    @property
    def is_forced(self) -> bool:
        """Whether a person must decide now."""
        return not self.said and self.forced_at is not None

    @property
    def state(self) -> tuple[str, str]:
        """The answer to be shown: its kind and its word."""
        if self.is_forced:
            return "late", str(_("To be decided now"))
        return KINDS[self.said], str(Said(self.said).label)


KINDS = {
    "": "waiting",
    "yes": "done",
    "part": "partly",
    "no": "refused",
    "later": "refused",
    "silent": "late",
    "withdrawn": "undone",
}
