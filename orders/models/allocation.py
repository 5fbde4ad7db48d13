"""The ledger of our promises: which offer serves which line."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models.order import OrderLine
from suppliers.models import Offer


class AllocationStatus(models.TextChoices):
    """`held`: counted in the offer's `reserved`. `accepted`: the supplier said yes, still counted until his next
    snapshot shows it (rule 4). `contained`: his figures contain it, no longer counted. `released`: taken back.
    `chosen`: kept for what the customer of an open case has chosen, until that is carried out; counted, but no promise
    of the line, whose product may be another one."""

    HELD = "held", _("Reserved")
    ACCEPTED = "accepted", _("Accepted")
    CONTAINED = "contained", _("Contained in the feed")
    RELEASED = "released", _("Released")
    CHOSEN = "chosen", _("Kept for a choice")


# What promises of a line hold of its offers, and with what is kept for a choice: what an offer's `reserved` is made of.
COUNTED = [AllocationStatus.HELD, AllocationStatus.ACCEPTED]
RESERVED = [*COUNTED, AllocationStatus.CHOSEN]


class Allocation(models.Model):
    """`quantity` units of `line` promised from `offer`. The sum of the counted ones is the offer's `reserved`.

    `stated` and `figure_age` say on what the promise stood: bands of the stated quantity and of its age, by which is
    learned how often this supplier serves. Empty where nobody noted it.
    """

    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="allocations")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="allocations")
    quantity = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=AllocationStatus.choices, default=AllocationStatus.HELD)
    created_at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=40, blank=True)
    stated = models.CharField(max_length=8, blank=True, db_default="", default="")
    figure_age = models.CharField(max_length=5, blank=True, db_default="", default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="allocation_quantity_positive"),
            models.UniqueConstraint(
                fields=["line", "offer"],
                condition=Q(status__in=["held", "accepted"]),
                name="one_live_allocation_per_line_and_offer",
            ),
        ]
        indexes = [
            # The nightly proof, and "which lines hold this offer, latest first".
            models.Index(
                fields=["offer", "-id"],
                name="allocation_counted",
                condition=Q(status__in=["held", "accepted"]),
            ),
            models.Index(
                fields=["offer", "accepted_at"], name="allocation_accepted", condition=Q(status="accepted")
            ),
            # What is kept for choices: a handful at a time, asked for by line and for the nightly proof.
            models.Index(fields=["line"], name="allocation_chosen", condition=Q(status="chosen")),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} ← {self.offer_id} × {self.quantity}"


class AllocationRevision(models.Model):
    """How many units an allocation promised until then: append-only, written when their number changes."""

    allocation = models.ForeignKey(Allocation, on_delete=models.CASCADE, related_name="revisions")
    at = models.DateTimeField(default=timezone.now)
    quantity = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.allocation_id} × {self.quantity}"
