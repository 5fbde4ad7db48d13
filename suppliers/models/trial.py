"""A file looked at under a reading that nobody has confirmed: what it would change, and nothing is changed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stocke.core.models.runs import ClaimedRun
from suppliers.models.feed import Feed
from suppliers.models.run import Run


class TrialStatus(models.TextChoices):
    """`new`: there is a file, and nobody has said yet how to read it."""

    NEW = "new", _("New")
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Trial(ClaimedRun):
    """One dry run of a feed. Its file is that of `run`, or without one its own, handed in to be looked at.

    `column_map` and `matching` are what would be saved; `counts`, `verdict` and `facts` are as a run has them, with
    how many lines found their product by which rule ("by_sku", …), and how many did not ("unmatched"). `titles` are
    those whose meaning a person has shown by choosing their columns: saving the reading teaches them.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="trials")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, related_name="trials")
    file = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField()
    column_map = models.JSONField(default=dict)
    matching = models.JSONField(default=dict)
    titles = models.JSONField(default=dict)
    words_for_one = models.BooleanField(default=True)
    status = models.CharField(max_length=8, choices=TrialStatus.choices, default=TrialStatus.NEW)
    stage = models.CharField(max_length=10, blank=True)
    counts = models.JSONField(default=dict)
    verdict = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    asked_by = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("dry run")
        verbose_name_plural = _("dry runs")
        indexes = [
            models.Index(
                fields=["heartbeat_at"], name="trial_open", condition=Q(status__in=["queued", "running"])
            ),
            models.Index(fields=["created_at"], name="trial_age"),
        ]

    def __str__(self) -> str:
        return f"{_('dry run')} {self.pk}"


class TrialLine(models.Model):
    """A line that would change something, or that is of no product of ours; of each kind up to a bound.

    `change` is a kind of RunChange's, or "same" or "other" for a line that is here because it has no product.
    """

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="lines")
    change = models.CharField(max_length=10)
    offer_id = models.BigIntegerField(null=True)
    product_id = models.BigIntegerField(null=True)
    supplier_sku = models.CharField(max_length=120)
    name = models.CharField(max_length=250, blank=True)
    gtin = models.CharField(max_length=14, blank=True)
    line = models.BigIntegerField(null=True)
    kind_before = models.CharField(max_length=8, blank=True)
    quantity_before = models.IntegerField(null=True)
    kind_after = models.CharField(max_length=8, blank=True)
    quantity_after = models.IntegerField(null=True)
    raw = models.CharField(max_length=120, blank=True)
    reserved = models.IntegerField(default=0)
    cost_cents = models.IntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["trial", "change", "-reserved", "id"], name="trial_change_list"),
            models.Index(fields=["trial", "id"], name="trial_unmatched", condition=Q(product_id=None)),
        ]

    def __str__(self) -> str:
        return self.supplier_sku
