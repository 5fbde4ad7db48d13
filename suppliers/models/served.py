"""What was learned of suppliers: how often they serve, and whether their figures contain our orders."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from suppliers.models.supplier import Supplier


class StatedBand(models.TextChoices):
    """How much he stated when we promised; a zero or an unknown quantity is never promised."""

    FEW = "few", _("1 or 2")
    SOME = "some", _("3 to 5")
    MANY = "many", _("6 to 20")
    PLENTY = "plenty", _("more than 20")
    AT_LEAST = "at_least", _("“at least”")
    FLAG = "flag", _("“in stock”, without a number")


class AgeBand(models.TextChoices):
    """How old his figure was when we promised."""

    FRESH = "fresh", _("up to 4 hours old")
    DAY = "day", _("4 to 24 hours old")
    OLD = "old", _("older than a day")
    ANY = "any", _("whatever its age")


class ServedRate(models.Model):
    """Of `answered` promises in this cell the supplier served `served`; `permille` is the probability learned.

    A projection: recomputed by set from the answers. A supplier of whom nothing is known has no row; one with any
    answer has a row for each cell, so that a cell without an answer shows what is known of him as a whole. A row of
    any age counts all ages together: it is what levels go by, because no passing of time may change them, and it
    stays as it is until what was learned has moved noticeably.
    """

    supplier = models.ForeignKey(
        Supplier, on_delete=models.CASCADE, related_name="served_rates", db_index=False
    )
    stated = models.CharField(max_length=8, choices=StatedBand.choices)
    age = models.CharField(max_length=5, choices=AgeBand.choices)
    served = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    permille = models.PositiveSmallIntegerField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["supplier", "stated", "age"], name="one_served_rate_per_cell"),
            models.CheckConstraint(
                condition=models.Q(served__lte=models.F("answered"), permille__lte=1000),
                name="served_rate_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.stated} {self.age}: {self.served}/{self.answered}"


class Contains(models.TextChoices):
    """Whether a supplier's figures fall by what we have ordered as soon as he has accepted it."""

    LEARNED = "", _("as learned from his figures")
    YES = "yes", _("yes, from his acceptance on")
    NO = "no", _("no, only when the goods have left")


class FeedHabit(models.Model):
    """Of the orders after which his exact figure could be read: how often it fell by them, and how often it stayed.

    `decided` is what a person says; empty, what was learned holds.
    """

    supplier = models.OneToOneField(
        Supplier, on_delete=models.CASCADE, primary_key=True, related_name="feed_habit"
    )
    fell = models.PositiveIntegerField(default=0)
    stayed = models.PositiveIntegerField(default=0)
    contains = models.BooleanField(default=True)
    decided = models.CharField(max_length=3, choices=Contains.choices, default=Contains.LEARNED, blank=True)
    computed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.supplier_id}: {self.fell} fell, {self.stayed} stayed"
