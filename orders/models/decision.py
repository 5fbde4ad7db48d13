"""One decision about many stockout cases of one cause, and what came of it for each."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.case import CaseCause, StockoutCase


class DecisionAct(models.TextChoices):
    """What is done with every case: its customer chooses, or we give the money back."""

    OFFER = "offer", _("Each customer chooses")
    REFUND = "refund", _("Everybody gets his money back")


class DecisionStatus(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    UNDONE = "undone", _("Undone")


class CauseDecision(models.Model):
    """What a person decided for the cases of one cause. `options` are the keys of what is offered to each."""

    cause = models.CharField(_("cause"), max_length=20, choices=CaseCause.choices)
    supplier = models.CharField(_("supplier"), max_length=200, blank=True)
    sku = models.CharField(_("SKU"), max_length=80)
    product_name = models.CharField(_("product"), max_length=250)
    act = models.CharField(_("decision"), max_length=8, choices=DecisionAct.choices)
    options = models.JSONField(default=list)
    status = models.CharField(
        _("status"), max_length=8, choices=DecisionStatus.choices, default=DecisionStatus.RUNNING
    )
    decided_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("common decision")
        indexes = [models.Index(fields=["id"], name="cause_decision_running", condition=Q(status="running"))]

    def __str__(self) -> str:
        return f"{self.sku} {self.act}"

    @property
    def state(self) -> tuple[str, str]:
        """Its shape and its word."""
        return self.status, self.get_status_display()


class DecidedCase(models.Model):
    """One case of a common decision. `version` is the one that was seen; `why` says why it was left out."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Left out")
        UNDONE = "undone", _("Undone")

    decision = models.ForeignKey(CauseDecision, on_delete=models.CASCADE, related_name="cases")
    case = models.ForeignKey(StockoutCase, on_delete=models.CASCADE, related_name="decisions")
    version = models.PositiveSmallIntegerField()
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.WAITING)
    why = models.CharField(max_length=20, blank=True)
    holder = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "case"], name="case_once_per_decision"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(status="waiting"), name="case_waits_for_one_decision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.case_id}"

    @property
    def state(self) -> tuple[str, str]:
        """Its shape and its word."""
        shapes = {"waiting": "waiting", "done": "done", "skipped": "verify", "undone": "undone"}
        return shapes[self.status], self.get_status_display()
