"""Who holds the goods."""

from django.db import models
from django.utils.translation import gettext_lazy as _


def monday_to_friday() -> list[int]:
    return [0, 1, 2, 3, 4]


class Supplier(models.Model):
    """Somebody who ships what we sell. `ack_hours` is how long he may take to answer, on his open days.

    `open_days` are weekdays, Monday is 0. `closures` is a list of {"first", "last", "note"}, days as ISO text.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    contact_name = models.CharField(_("contact"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("fr", "Français"), ("en", "English")], default="fr"
    )
    country = models.CharField(_("country"), max_length=2, default="FR")
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    lead_days = models.PositiveSmallIntegerField(_("lead time (days)"), default=3)
    ack_hours = models.PositiveSmallIntegerField(_("must answer within (hours)"), default=24)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Paris")
    open_days = models.JSONField(_("open on"), default=monday_to_friday)
    cut_off = models.TimeField(_("orders until"), null=True, blank=True)
    keeps_holidays = models.BooleanField(_("closed on public holidays"), default=True)
    closures = models.JSONField(_("closed"), default=list, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
