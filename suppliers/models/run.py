"""One sync of one feed (on screen: an import)."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stocke.core.models.runs import ClaimedRun
from suppliers.models.feed import Feed, FeedMapping


class RunStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    HELD = "held", _("Held")
    APPLIED = "applied", _("Applied")
    REJECTED = "rejected", _("Rejected")
    SUPERSEDED = "superseded", _("Superseded")
    UNCHANGED = "unchanged", _("Unchanged")
    FAILED = "failed", _("Failed")
    PROPOSED = "proposed", _("To confirm")
    UNDONE = "undone", _("Undone")


OPEN_STATUSES = [RunStatus.QUEUED, RunStatus.RUNNING]


class RunQuerySet(models.QuerySet["Run"]):
    def counting(self) -> Self:
        """Imports whose file counts: applied and not undone. An undo has no file of its own and is none of them."""
        return self.filter(status=RunStatus.APPLIED, undoes=None)


class Run(ClaimedRun):
    """Claimed, fetched, read, judged, applied or held. At most one open run per feed, by a partial unique index.

    `taken_at` is the moment of the statement: when the file was fetched, uploaded, or put into its folder.
    `file` and `rows_file` are names in the "feeds" storage: the bytes as they came, and the normalised rows.
    `figures` are those of suppliers.domain.figures, by which the run was and may again be judged.
    `verdict` is {"result", "checks": [{"check", "value", "limit", "passed"}]}; `counts` has rows, new, more,
    less, zeroed, gone, same, rejected.

    A `partial` run names only some SKUs, and says nothing of the others.

    An undo is a run too: `undoes` is the run that it makes undone, be it a file's or another undo. While it is only
    proposed it has changed nothing: a person looks at what it would do.
    """

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="runs")
    status = models.CharField(_("status"), max_length=10, choices=RunStatus.choices, default=RunStatus.QUEUED)
    stage = models.CharField(max_length=10, blank=True)
    trigger = models.CharField(max_length=10, default="schedule")
    taken_at = models.DateTimeField(null=True)
    partial = models.BooleanField(default=False, db_default=False)
    undoes = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="undone_by")
    mapping = models.ForeignKey(FeedMapping, on_delete=models.SET_NULL, null=True, related_name="runs")
    file = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    rows_file = models.CharField(max_length=200, blank=True)
    size_bytes = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    figures = models.JSONField(default=dict, db_default={})
    verdict = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    decided_by = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, related_name="+")
    decision_why = models.TextField(blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.UniqueConstraint(
                fields=["feed"], condition=Q(status__in=["queued", "running"]), name="one_open_run_per_feed"
            ),
            models.UniqueConstraint(
                fields=["undoes"],
                condition=Q(status__in=["queued", "running", "proposed", "applied"]),
                name="run_undone_once",
            ),
        ]
        indexes = [
            models.Index(fields=["feed", "-id"], name="run_feed"),
            # "The last good file at that moment."
            models.Index(fields=["feed", "finished_at"], name="run_feed_finished"),
            models.Index(fields=["id"], name="run_held", condition=Q(status="held")),
            models.Index(
                fields=["heartbeat_at"], name="run_open", condition=Q(status__in=["queued", "running"])
            ),
        ]

    def __str__(self) -> str:
        return f"{_('import')} {self.pk}"

    @property
    def stated_at(self) -> datetime:
        """The moment of the statement; before the file is there, the moment it was asked for."""
        return self.taken_at or self.created_at
