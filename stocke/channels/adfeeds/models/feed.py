"""A feed for an advertising platform: whose numbers it tells, of which products, and how its last file came about."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from stocke.channels.models import Channel
from stocke.products.models import Category


class Target(models.TextChoices):
    GOOGLE = "google", _("Google Merchant Center, primary feed")
    GOOGLE_EXTRA = "google_extra", _("Google Merchant Center, supplemental feed")
    META = "meta", _("Meta (Facebook, Instagram)")
    BING = "bing", _("Microsoft Merchant Center (Bing)")


class FileFormat(models.TextChoices):
    TSV = "tsv", _("Table separated by tabs (TSV)")
    RSS = "rss", _("RSS 2.0 (XML)")


class Condition(models.TextChoices):
    NEW = "new", pgettext_lazy("goods", "new")
    REFURBISHED = "refurbished", pgettext_lazy("goods", "refurbished")
    USED = "used", pgettext_lazy("goods", "used")


class AdFeed(models.Model):
    """One address that one platform fetches.

    `link_version` is part of the signed address: another version, another address. The one before it opens the file
    until `old_link_until`. `supplier_id` is a supplier's key and no relation, because suppliers stand beside us.

    `claim` belongs to the one worker who builds the file; `done_rows` is how far he is. `file` is the name of the
    last whole one in the storage, `last_file` of the one before, which somebody may still be reading. `built_from` is
    when the figures of `file` were read, `checked_at` when they were last found to make the same file. `counts` says
    how many rows there are of each kind and with each problem.
    """

    name = models.CharField(_("name"), max_length=120)
    target = models.CharField(_("for"), max_length=12, choices=Target.choices)
    format = models.CharField(_("format"), max_length=3, choices=FileFormat.choices, default=FileFormat.TSV)
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="ad_feeds", verbose_name=_("channel")
    )
    id_template = models.CharField(_("id of a product there"), max_length=120, default="{sku}")
    link_template = models.CharField(_("address of a product’s page"), max_length=300)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    country = models.CharField(_("country"), max_length=2, default="FR")
    language = models.CharField(_("language"), max_length=2, default="fr")
    condition = models.CharField(
        _("state of the goods"), max_length=11, choices=Condition.choices, default=Condition.NEW
    )
    only_listed = models.BooleanField(_("only products that the shop lists"), default=True)
    category = models.ForeignKey(
        Category,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )
    supplier_id = models.BigIntegerField(_("supplier"), null=True, blank=True)
    least_price_cents = models.PositiveIntegerField(_("price from"), null=True, blank=True)
    every_minutes = models.PositiveSmallIntegerField(_("at most every (minutes)"), default=30)
    retire_days = models.PositiveSmallIntegerField(
        _("take out what is no longer sold, after (days)"), null=True, blank=True
    )
    active = models.BooleanField(_("switched on"), default=True)
    link_version = models.PositiveIntegerField(default=1)
    old_link_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    wanted_at = models.DateTimeField(null=True, default=timezone.now)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    done_rows = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    failed_at = models.DateTimeField(null=True)
    file = models.CharField(max_length=200, blank=True)
    last_file = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    packed_bytes = models.BigIntegerField(default=0)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    counts = models.JSONField(default=dict)
    built_at = models.DateTimeField(_("built"), null=True)
    built_from = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(_("fetched"), null=True)

    class Meta:
        verbose_name = _("ad feed")
        verbose_name_plural = _("ad feeds")
        constraints = [
            models.CheckConstraint(condition=Q(every_minutes__gte=5), name="ad_feed_not_too_often"),
        ]

    def __str__(self) -> str:
        return self.name


class AdFetch(models.Model):
    """Somebody asked for a feed's file: when, by which program, and what he got."""

    feed = models.ForeignKey(AdFeed, on_delete=models.CASCADE, related_name="fetches")
    at = models.DateTimeField(_("when"), default=timezone.now)
    agent = models.CharField(_("by whom"), max_length=200, blank=True)
    status = models.PositiveSmallIntegerField(_("answer"))
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("fetch of an ad feed")
        indexes = [models.Index(fields=["feed", "-id"], name="ad_fetch_newest")]

    def __str__(self) -> str:
        return f"{self.feed_id}: {self.status}"
