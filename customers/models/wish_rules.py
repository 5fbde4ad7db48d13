"""When a product counts as back, and how many are told at once: one row."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class WishRules(models.Model):
    """The merchant's rules of wishes. A restock is believed once it is said often, long and plentifully enough."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    statements = models.PositiveSmallIntegerField(default=2)
    minimum = models.PositiveIntegerField(default=2)
    minutes = models.PositiveIntegerField(default=30)
    factor_percent = models.PositiveSmallIntegerField(default=200)
    hold_minutes = models.PositiveIntegerField(default=240)
    days = models.PositiveSmallIntegerField(default=180)
    confirm_days = models.PositiveSmallIntegerField(default=7)
    keep_days = models.PositiveSmallIntegerField(default=30)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_row_of_wish_rules")]
        verbose_name = _("rules of wishes")

    def __str__(self) -> str:
        return str(_("rules of wishes"))

    @classmethod
    def current(cls) -> "WishRules":
        """The one row; its defaults when nobody has saved it yet (nothing is written)."""
        return cls.objects.filter(pk=1).first() or cls()

    @property
    def hold(self) -> timedelta:
        """How long those who were told have before the next are."""
        return timedelta(minutes=self.hold_minutes)

    @property
    def time(self) -> timedelta:
        """How long a product must have been back."""
        return timedelta(minutes=self.minutes)
