"""How prudent we are when we publish a number: one row."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class LevelPolicy(models.Model):
    """The merchant's rules from stated stock to sellable number. A product's own buffer and cap come first."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    buffer = models.PositiveIntegerField(_("buffer"), default=0)
    cap = models.PositiveIntegerField(_("cap"), null=True, blank=True)
    low_below = models.PositiveIntegerField(_("low-stock threshold"), default=3)
    flag_counts_as = models.PositiveIntegerField(_("“in stock” without a number counts as"), default=1)
    trusted_hours = models.PositiveIntegerField(_("a stated number is trusted for (hours)"), default=48)
    learned_buffer = models.BooleanField(
        _("hold back what is probably not served"), default=True, db_default=True
    )
    doubted_below = models.PositiveSmallIntegerField(
        _("no green light by a supplier who serves less often than (%)"),
        default=50,
        db_default=50,
        validators=[MaxValueValidator(100)],
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_level_policy")]
        verbose_name = _("level policy")

    def __str__(self) -> str:
        return str(_("level policy"))

    @classmethod
    def current(cls) -> "LevelPolicy":
        """The one row; its defaults when nobody has saved it yet (nothing is written)."""
        return cls.objects.filter(pk=1).first() or cls()
