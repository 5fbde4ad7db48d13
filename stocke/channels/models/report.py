"""What we owe a shop to know of its orders."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stocke.channels.models.channel import Channel


class ReportKind(models.TextChoices):
    PARCEL = "parcel", _("parcel")
    REFUND = "refund", _("refund")
    CANCELLATION = "cancellation", _("cancellation")


class ReportState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    DONE = "done", _("written back")
    FAILED = "failed", _("refused by the shop")


class Report(models.Model):
    """A parcel, a refund or a cancellation to be written back to the shop, once: `key` is ours and unique.

    While `tried`, the shop is asked whether it has it before it is sent again.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="reports")
    key = models.CharField(max_length=60)
    kind = models.CharField(_("what"), max_length=12, choices=ReportKind.choices)
    remote_order = models.CharField(_("order there"), max_length=64)
    facts = models.JSONField(default=dict)
    state = models.CharField(
        _("state"), max_length=7, choices=ReportState.choices, default=ReportState.WAITING
    )
    tried = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(_("since"), default=timezone.now)
    done_at = models.DateTimeField(null=True)
    remote_id = models.CharField(max_length=64, blank=True)
    problem = models.CharField(max_length=250, blank=True)

    class Meta:
        verbose_name = _("report to a shop")
        verbose_name_plural = _("reports to shops")
        constraints = [
            models.UniqueConstraint(fields=["channel", "key"], name="report_once_per_key"),
        ]
        indexes = [
            models.Index(
                fields=["channel", "id"], name="report_waiting", condition=Q(state__in=["waiting", "sending"])
            ),
        ]

    def __str__(self) -> str:
        return self.key
