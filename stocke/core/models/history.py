"""What happened, to whom, by whom and why: append-only."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ActorKind(models.TextChoices):
    PERSON = "person", _("Person")
    JOB = "job", _("Job")
    CUSTOMER = "customer", _("Customer")
    SUPPLIER = "supplier", _("Supplier")
    CHANNEL = "channel", _("Channel")


class HistoryEntry(models.Model):
    """One fact on the record of one thing. Written by the operation, in its transaction; never changed.

    `thread` names the thing: "order:12", "product:7", "run:3". A trigger refuses UPDATE and DELETE.
    """

    thread = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor_user = models.ForeignKey(
        "core.User", on_delete=models.DO_NOTHING, null=True, related_name="+", db_index=False
    )
    actor_label = models.CharField(max_length=120)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    why = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            # A thing's timeline, newest first.
            models.Index(fields=["thread", "-id"], name="history_thread"),
            # "Done without you" on Today: what jobs did lately, by kind.
            models.Index(fields=["kind", "-at"], name="history_kind_at"),
            # The journal of one person. Most entries are written by jobs and stay out of it.
            models.Index(
                fields=["actor_user", "-id"],
                name="history_person",
                condition=models.Q(actor_user__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.thread} {self.kind}"
