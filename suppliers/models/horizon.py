"""How far back what suppliers said is still on record one by one."""

from django.db import models
from django.db.models import Q


class Horizon(models.Model):
    """One row, once anything was forgotten: of statements before that moment only each offer's last was carried over.

    Written before anything is deleted, so that nobody reckons with what is about to go.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    before = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_horizon")]

    def __str__(self) -> str:
        return str(self.before)
