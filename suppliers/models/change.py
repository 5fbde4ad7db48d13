"""What runs would change: the difference of a held one, and what a safely applied one withholds."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from suppliers.models.run import Run


class Change(models.TextChoices):
    """What a line of a file, or its absence, would do to an offer."""

    NEW = "new", _("new")
    MORE = "more", _("more")
    LESS = "less", _("less")
    ZEROED = "zeroed", _("to zero")
    GONE = "gone", _("gone from the file")
    UNREADABLE = "unreadable", _("to unknown")


class ChangeLine(models.Model):
    """One offer that a run would change. What the file does not say is empty."""

    offer_id = models.BigIntegerField(null=True)
    supplier_sku = models.CharField(max_length=120)
    name = models.CharField(max_length=250, blank=True)
    line = models.BigIntegerField(null=True)
    change = models.CharField(max_length=10, choices=Change.choices)
    kind_before = models.CharField(max_length=8, blank=True)
    quantity_before = models.IntegerField(null=True)
    kind_after = models.CharField(max_length=8, blank=True)
    quantity_after = models.IntegerField(null=True)
    raw = models.CharField(max_length=120, blank=True)
    reserved = models.IntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.supplier_sku} {self.change}"


class RunChange(ChangeLine):
    """What a held run would change, most promised first; kept up to a bound, the counts are on the run."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="changes")

    class Meta:
        indexes = [models.Index(fields=["run", "change", "-reserved", "id"], name="run_change_list")]


class WithheldState(models.TextChoices):
    """`decided` lines were let count by a person and wait for a worker."""

    WAITING = "waiting", _("withheld")
    DECIDED = "decided", _("will count")
    COUNTED = "counted", _("counts")
    DROPPED = "dropped", _("dropped")
    OVERTAKEN = "overtaken", _("overtaken")


UNSETTLED = [WithheldState.WAITING, WithheldState.DECIDED]


class WithheldLine(ChangeLine):
    """A line of a run that was applied safely, which waits for the next import to agree, or for a person.

    All of them are kept, with everything the file said, so that they can count without it. `settled_by` is the
    import that agreed or said otherwise; empty where a person settled it. `was` is the state that an undo has changed,
    for the case that it is undone itself; `agreed` are undone imports that had agreed, which they do again with it.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="withheld")
    state = models.CharField(max_length=10, choices=WithheldState.choices, default=WithheldState.WAITING)
    promisable = models.IntegerField(default=0)
    gtin = models.CharField(max_length=14, blank=True)
    cost_cents = models.IntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    lead_days = models.SmallIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.BigIntegerField(null=True)
    was = models.CharField(max_length=10, blank=True, default="", db_default="")
    agreed = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    decided_by = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["run", "state", "-reserved", "id"], name="withheld_list"),
            models.Index(
                fields=["run"], name="withheld_unsettled", condition=Q(state__in=["waiting", "decided"])
            ),
            # What an import settled, when it is undone.
            models.Index(
                fields=["settled_by"], name="withheld_settled_by", condition=Q(settled_by__isnull=False)
            ),
            # "What was withheld about this offer at that moment." Most lines of a doubtful file are of none yet.
            models.Index(fields=["offer_id"], name="withheld_offer", condition=Q(offer_id__isnull=False)),
        ]
