"""When an order confirms itself, and which sources it may use: one row."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VerificationPolicy(models.Model):
    """The merchant's rules for verification, sourcing and settlement."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    confirms_itself = models.BooleanField(_("confirm safe orders without a person"), default=True)
    fresh_hours = models.PositiveSmallIntegerField(_("a feed is fresh for (hours)"), default=24)
    margin_percent = models.PositiveSmallIntegerField(_("least margin (%)"), default=5)
    thin_below = models.PositiveSmallIntegerField(_("thin when fewer remain after us than"), default=1)
    may_split = models.BooleanField(_("split a line over two suppliers"), default=False)
    voucher_percent = models.PositiveSmallIntegerField(_("voucher is worth (% of the line)"), default=110)
    voucher_days = models.PositiveSmallIntegerField(_("voucher is valid for (days)"), default=365)
    customer_days = models.PositiveSmallIntegerField(_("the customer has (days) to choose"), default=7)
    silence_is_no = models.BooleanField(_("silence of a supplier counts as a refusal"), default=True)
    respond_hours = models.PositiveSmallIntegerField(_("propose within (hours)"), default=8)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_verification_policy")]
        verbose_name = _("verification policy")

    def __str__(self) -> str:
        return str(_("verification policy"))

    @classmethod
    def current(cls) -> "VerificationPolicy":
        """The one row; its defaults when nobody has saved it yet (nothing is written)."""
        return cls.objects.filter(pk=1).first() or cls()
