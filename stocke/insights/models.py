"""What ads have cost, as merchants hand it in, and how much of that went to products that nobody could buy."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stocke.channels.adfeeds.models import AdFeed
from stocke.products.models import Product


class AdDay(models.Model):
    """What all ads of one feed have cost in one day, and what of it was wasted: the sums of its AdSpend rows when its
    report was taken in. What a product deleted since has cost stays in them.
    """

    feed = models.ForeignKey(AdFeed, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    currency = models.CharField(max_length=3)
    clicks = models.PositiveBigIntegerField()
    cost_cents = models.PositiveBigIntegerField()
    wasted_cents = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "feed", "currency"], name="ad_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.day}"


class AdSpend(models.Model):
    """Clicks on one product's ads in one day, or one hour of it where the platform names hours, and their cost.

    `idle_seconds` is for how long of that time nothing of the product was sellable by what was published, and
    `wasted_cents` that part of the cost. Both are reckoned when the file is taken in: the past stays as it was.
    """

    feed = models.ForeignKey(AdFeed, on_delete=models.CASCADE, related_name="spend", verbose_name=_("feed"))
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="ad_spend")
    day = models.DateField(_("day"))
    hour = models.PositiveSmallIntegerField(_("hour"), null=True)
    clicks = models.PositiveBigIntegerField(_("clicks"))
    cost_cents = models.PositiveBigIntegerField(_("cost"))
    currency = models.CharField(max_length=3)
    idle_seconds = models.PositiveIntegerField(default=0)
    wasted_cents = models.PositiveBigIntegerField(_("wasted, estimated"), default=0)
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("cost of ads")
        verbose_name_plural = _("costs of ads")
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "product", "day", "hour", "currency"],
                name="ad_spend_once",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["-wasted_cents", "id"], name="ad_spend_worst"),
            models.Index(fields=["day", "feed"], name="ad_spend_day"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.day}"
