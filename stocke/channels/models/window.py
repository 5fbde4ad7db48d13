"""What a shop's own pages may ask us from their visitors' browsers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from stocke.channels.models.channel import Channel


class ShopWindow(models.Model):
    """The public side of one channel: everybody who has its key may ask how products stand, within these limits.

    The key is no secret: it stands in the pages of the shop. `origins` are the sites whose scripts browsers let read
    our answers; pictures and programs need none. `most_units` is the most that a stranger is told: of more he learns
    "at least so many". `offers_wishes`: whoever is told that a product is out is told where to ask for a word when it
    is back.
    """

    channel = models.OneToOneField(
        Channel, on_delete=models.CASCADE, primary_key=True, related_name="window", verbose_name=_("channel")
    )
    key = models.CharField(_("public key"), max_length=40, unique=True)
    is_open = models.BooleanField(_("answer the pages of this shop"), default=True)
    origins = ArrayField(
        models.CharField(max_length=260), verbose_name=_("sites that may ask"), default=list, blank=True
    )
    shows_units = models.BooleanField(_("tell how many units there are"), default=False)
    most_units = models.PositiveIntegerField(_("at most so many units"), default=10)
    offers_wishes = models.BooleanField(_("lead to an alert where a product is out"), default=True)
    per_address = models.PositiveIntegerField(_("questions per minute from one address"), default=120)
    per_key = models.PositiveIntegerField(_("questions per minute in all"), default=6_000)

    class Meta:
        verbose_name = _("shop window")
        verbose_name_plural = _("shop windows")
        constraints = [models.CheckConstraint(condition=~models.Q(key=""), name="window_key_not_blank")]

    def __str__(self) -> str:
        return f"{self.channel_id}"
