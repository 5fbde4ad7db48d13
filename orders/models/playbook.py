"""The merchant's own rules for stockouts: what is proposed, and when the house may act alone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.case import CaseCause


class PlaybookAct(models.TextChoices):
    SUBSTITUTE = "substitute", _("propose the substitute")
    WAIT = "wait", _("propose to wait for the stated date")
    VOUCHER = "voucher", _("propose the voucher")
    REFUND = "refund", _("give the money back without asking")


class Playbook(models.Model):
    """One row. Switched off, rules only propose: nothing is done without a person.

    `goodwill_*` is the most that customer service and operations may give on top; administrators have no limit.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    acts_alone = models.BooleanField(_("act alone where a rule says so"), default=False)
    goodwill_service_cents = models.PositiveIntegerField(default=2000)
    goodwill_operations_cents = models.PositiveIntegerField(default=10000)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_playbook")]
        verbose_name = _("playbook")

    def __str__(self) -> str:
        return str(_("playbook"))

    @classmethod
    def current(cls) -> "Playbook":
        """The one row; switched off when nobody has saved it yet (nothing is written)."""
        return cls.objects.filter(pk=1).first() or cls()


class PlaybookRule(models.Model):
    """One sentence of the playbook; the first that fits a case counts. Money is in the shop's currency.

    Without `alone_after_hours` it only proposes.
    """

    position = models.PositiveSmallIntegerField(_("order"), default=1)
    cause = models.CharField(_("cause"), max_length=20, choices=CaseCause.choices, blank=True)
    below_cents = models.PositiveIntegerField(_("below"), null=True)
    act = models.CharField(_("what is done"), max_length=10, choices=PlaybookAct.choices)
    alike_percent = models.PositiveSmallIntegerField(_("alike (%)"), default=80)
    not_dearer = models.BooleanField(_("not dearer"), default=True)
    wait_days = models.PositiveSmallIntegerField(_("days to wait at most"), default=21)
    alone_after_hours = models.PositiveSmallIntegerField(_("alone after (hours)"), null=True)
    alone_below_cents = models.PositiveIntegerField(_("alone below"), null=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("playbook rule")

    def __str__(self) -> str:
        return f"{self.position}. {self.act}"
