"""One decision about many stockout cases of one cause, and what came of it for each."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models.case import CaseCause, StockoutCase
from stocke.products.models import Product


class DecisionAct(models.TextChoices):
    """What is done with every case: its customer chooses, or we give the money back."""

    OFFER = "offer", _("Each customer chooses")
    REFUND = "refund", _("Everybody gets his money back")


class DecisionStatus(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Undone")


UNFINISHED = [DecisionStatus.RUNNING, DecisionStatus.UNDOING]
SHAPES = {
    DecisionStatus.RUNNING: "running",
    DecisionStatus.DONE: "done",
    DecisionStatus.UNDOING: "running",
    DecisionStatus.UNDONE: "undone",
}


class CauseDecision(models.Model):
    """What a person decided for the cases of one cause. `options` are the keys of what is offered to each.

    `turn` is the number of the helping that comes next, see `orders.domain.cause_turns`.
    """

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
    undone_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")
    turn = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("common decision")
        indexes = [
            models.Index(
                fields=["id"],
                name="cause_decision_unfinished",
                condition=Q(status__in=["running", "undoing"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.act}"

    @property
    def state(self) -> tuple[str, str]:
        """Its shape and its word."""
        return SHAPES[DecisionStatus(self.status)], self.get_status_display()


class Gathering(models.Model):
    """How far the cases of a decision for all of a cause are gathered; there is one while that goes on.

    Meant are the cases up to `newest_case`, but those in `shown`: the page asked about each of them. `expected` is how
    many were counted when it was decided. The last that was looked at is `reached_case`, to be answered by `reached`.
    """

    decision = models.OneToOneField(
        CauseDecision, on_delete=models.CASCADE, primary_key=True, related_name="gathering"
    )
    newest_case = models.BigIntegerField()
    shown = models.JSONField(default=list)
    expected = models.PositiveIntegerField()
    reached = models.DateTimeField(null=True)
    reached_case = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.decision_id} {self.reached_case}"


class DecidedUnits(models.Model):
    """What is left for the cases of one decision of a product that is offered to them: none is offered twice."""

    decision = models.ForeignKey(CauseDecision, on_delete=models.CASCADE, related_name="units")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    left = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "product"], name="units_once_per_decision")
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.product_id}: {self.left}"


class DecidedCase(models.Model):
    """One case of a common decision. `version` is the one that was seen; `why` says why it was left out.

    *Late*: it was decided, and could not be taken back any more. *Failed*: it was tried `attempts` times, and a
    fault of ours stood in the way each time.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Left out")
        FAILED = "failed", pgettext_lazy("case of a decision", "Failed")
        LATE = "late", _("Too late to take back")
        UNDONE = "undone", _("Undone")

    decision = models.ForeignKey(CauseDecision, on_delete=models.CASCADE, related_name="cases")
    case = models.ForeignKey(StockoutCase, on_delete=models.CASCADE, related_name="decisions")
    version = models.PositiveSmallIntegerField()
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.WAITING)
    why = models.CharField(max_length=20, blank=True)
    holder = models.CharField(max_length=160, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "case"], name="case_once_per_decision"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(status="waiting"), name="case_waits_for_one_decision"
            ),
        ]
        # How far it is, and what comes next: what failed before comes last.
        indexes = [
            models.Index(fields=["decision", "status", "attempts", "id"], name="decided_case_progress")
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.case_id}"

    @property
    def state(self) -> tuple[str, str]:
        """Its shape and its word."""
        shapes = {"skipped": "verify", "late": "unsure", "failed": "failed"}
        return shapes.get(self.status, self.status), self.get_status_display()
