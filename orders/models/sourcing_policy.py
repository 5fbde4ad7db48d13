"""Whom we buy from, for which orders: policies with every version they ever had, and what a change would have done."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stocke.core.models.runs import ClaimedRun
from stocke.products.models import Category


class Parcels(models.TextChoices):
    """`limited`: at most `most_parcels` of the rules."""

    ANY = "any", _("in any number of parcels")
    PREFERRED = "preferred", _("in as few parcels as possible")
    REQUIRED = "required", _("in one parcel only")
    LIMITED = "limited", _("in no more parcels than")


class PolicyScope(models.Model):
    """For which lines: those of this channel, category and class of customers; empty is any."""

    name = models.CharField(_("name"), max_length=80)
    channel = models.CharField(_("channel"), max_length=40, blank=True)
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )
    customer_class = models.CharField(_("class of customers"), max_length=40, blank=True)
    rules = models.JSONField(default=dict)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class SourcingPolicy(PolicyScope):
    """One policy in force. `rules` are those of `version`: priorities, limits and what may be split.

    At most one for each channel, category and class; the most specific one rules a line.
    """

    version = models.PositiveIntegerField(default=1)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sourcing policy")
        verbose_name_plural = _("sourcing policies")
        ordering = ["channel", "category__name", "customer_class"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "category", "customer_class"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="one_sourcing_policy_per_scope",
            )
        ]


class SourcingPolicyVersion(PolicyScope):
    """What a policy said until it was changed, and since: append-only."""

    policy = models.ForeignKey(SourcingPolicy, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    saved_at = models.DateTimeField(auto_now_add=True)
    saved_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "version"], name="one_row_per_version_of_a_policy")
        ]
        ordering = ["-version"]


class SourcingTrialStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class SourcingTrial(PolicyScope, ClaimedRun):
    """One preview: a policy that nobody has saved, tried on the latest orders. Nothing but this row is written.

    `policy` is the one it would change, at `version`; empty for a new one. `looked_at` of `orders` are done.
    """

    policy = models.ForeignKey(SourcingPolicy, on_delete=models.CASCADE, null=True, related_name="trials")
    version = models.PositiveIntegerField(default=0)
    orders = models.PositiveIntegerField()
    looked_at = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    status = models.CharField(
        max_length=8, choices=SourcingTrialStatus.choices, default=SourcingTrialStatus.QUEUED
    )
    asked_by = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("preview of a policy")
        indexes = [
            models.Index(
                fields=["heartbeat_at"],
                name="sourcing_trial_open",
                condition=Q(status__in=["queued", "running"]),
            ),
            models.Index(fields=["created_at"], name="sourcing_trial_age"),
        ]
