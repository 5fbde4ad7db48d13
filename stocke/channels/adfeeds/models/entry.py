"""What a feed says of one product."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stocke.channels.adfeeds.models.feed import AdFeed
from stocke.products.models import Product


class Word(models.TextChoices):
    """What we are certain of; each target has its own words for it."""

    IN = "in", _("in stock")
    OUT = "out", _("out of stock")
    BACKORDER = "backorder", _("can be ordered, comes on a stated day")


class Pause(models.TextChoices):
    NO = "", _("shown")
    ADS = "ads", _("ads paused")
    EXCLUDED = "excluded", _("excluded from ads")


class Reason(models.TextChoices):
    """Why the word is what it is. What makes us doubt comes after."""

    STATED = "stated", _("stated lately")
    NONE_LEFT = "none_left", _("suppliers state none")
    KEPT_BACK = "kept_back", _("the channel is told zero by its rules")
    PROMISED_DAY = "promised_day", _("none left, and a day was stated")
    STOPPED = "stopped", _("no longer sold")
    UNLISTED = "unlisted", _("not in the shop any more")
    LEFT = "left", _("left the choice of this feed")
    STALE = "stale", _("the last statement is too old")
    UNKNOWN = "unknown", _("nobody says how many there are")
    UNCOUNTED = "uncounted", _("“in stock” without a number that counts")


class AdEntry(models.Model):
    """One product in one feed: what the last file says of it, and what the next one must remember.

    `word` is what we were last certain of, None before the first time; `doubtful_since` is since when we doubt it.
    A product that was sent once stays in the feed, whatever becomes of it, until it is retired. One that was never
    sent because of a `problems` that the target refuses waits here for it to be mended.
    """

    feed = models.ForeignKey(AdFeed, on_delete=models.CASCADE, related_name="entries")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="ad_entries")
    item_id = models.CharField(_("id there"), max_length=200)
    word = models.CharField(max_length=9, choices=Word.choices, null=True)
    available_on = models.DateField(null=True)
    pause = models.CharField(max_length=8, choices=Pause.choices, blank=True, default=Pause.NO)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    doubtful_since = models.DateTimeField(null=True)
    problems = ArrayField(models.CharField(max_length=20), default=list)
    sent_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("product of an ad feed")
        verbose_name_plural = _("products of an ad feed")
        constraints = [models.UniqueConstraint(fields=["feed", "product"], name="ad_entry_once")]
        indexes = [
            models.Index(fields=["feed", "id"], name="ad_entry_problem", condition=~Q(problems=[])),
            models.Index(fields=["feed", "pause", "id"], name="ad_entry_paused", condition=~Q(pause="")),
            models.Index(fields=["feed", "item_id"], name="ad_entry_item"),
        ]

    def __str__(self) -> str:
        return self.item_id
