"""Claimed work: the row in PostgreSQL is the truth, the queue only hurries it along."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClaimedRun(models.Model):
    """Base of work that a worker claims, keeps alive with heartbeats and settles.

    A run whose heartbeat is old belonged to a dead worker; its context's sweep takes it back.
    """

    created_at = models.DateTimeField(_("started"), auto_now_add=True)
    claimed_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        abstract = True
