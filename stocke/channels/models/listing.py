"""Products as shops show them, and what each shop was told of them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stocke.channels.models.channel import Channel, Rules
from stocke.products.models import Product


class MatchedBy(models.TextChoices):
    NOBODY = "", _("not matched")
    SKU = "sku", _("SKU")
    GTIN = "gtin", _("barcode (GTIN)")
    PERSON = "person", _("a person")


class Keeping(models.TextChoices):
    """Where the shop keeps the stock of a listing."""

    OWN = "own", _("its own number")
    PARENT = "parent", _("the number of its parent")
    NONE = "none", _("no number")


class Listing(Rules):
    """One thing that can be bought on a channel, by the shop's own id.

    `told` is the number that the shop has from us, None while that is in doubt: before the first, or when a call
    broke off. `problem` says why it is not told: a code of `stocke.channels.tables.problems`.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="listings")
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, related_name="listings")
    remote_id = models.CharField(max_length=64)
    remote_parent = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    sku = models.CharField(_("SKU there"), max_length=120, blank=True)
    gtin = models.CharField(max_length=20, blank=True)
    name = models.CharField(_("name there"), max_length=250, blank=True)
    keeping = models.CharField(max_length=6, choices=Keeping.choices, default=Keeping.OWN)
    backorders = models.BooleanField(_("can be bought at zero"), default=False)
    remote_quantity = models.IntegerField(_("number there when read"), null=True)
    matched_by = models.CharField(
        _("matched by"), max_length=6, choices=MatchedBy.choices, default=MatchedBy.NOBODY, blank=True
    )
    problem = models.CharField(max_length=40, blank=True)
    problem_facts = models.JSONField(default=dict)
    own_stock = models.BooleanField(_("give it a number of its own"), default=False)
    told = models.IntegerField(_("told"), null=True)
    told_at = models.DateTimeField(_("told"), null=True)
    not_before = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        constraints = [
            models.UniqueConstraint(fields=["channel", "remote_id"], name="listing_unique_per_channel"),
            models.CheckConstraint(
                condition=Q(share_percent__isnull=True) | Q(share_percent__lte=100),
                name="listing_share_at_most_all",
            ),
        ]
        indexes = [
            models.Index(fields=["product", "channel"], name="listing_product"),
            models.Index(fields=["channel", "sku"], name="listing_sku"),
            models.Index(fields=["channel", "id"], name="listing_problem", condition=~Q(problem="")),
            models.Index(fields=["channel", "id"], name="listing_unmatched", condition=Q(product=None)),
        ]

    def __str__(self) -> str:
        return self.name or self.sku or self.remote_id


class Telling(models.Model):
    """One round of telling a channel our numbers: how many listings, how many calls, how it ended."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="tellings")
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    wanted = models.PositiveIntegerField(_("listings"), default=0)
    told = models.PositiveIntegerField(_("told"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    calls = models.PositiveIntegerField(_("calls"), default=0)
    problem = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("round of telling")
        indexes = [models.Index(fields=["channel", "-id"], name="telling_newest")]

    def __str__(self) -> str:
        return f"telling {self.pk}"


class ToldOutcome(models.TextChoices):
    TOLD = "told", _("told")
    REFUSED = "refused", _("refused by the shop")
    UNSURE = "unsure", _("unsure, told again")


class Told(models.Model):
    """One number that a channel was told: before, after, and the chain that led to it. Append-only.

    `steps` are those of the level, followed by those of the channel, as in stocke.products.models.steps.
    """

    telling = models.ForeignKey(Telling, on_delete=models.CASCADE, related_name="numbers")
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="numbers")
    at = models.DateTimeField(default=timezone.now)
    before = models.IntegerField(null=True)
    after = models.IntegerField()
    steps = models.JSONField(default=list)
    outcome = models.CharField(max_length=7, choices=ToldOutcome.choices)
    problem = models.CharField(max_length=250, blank=True)

    class Meta:
        indexes = [models.Index(fields=["listing", "-id"], name="told_listing_newest")]

    def __str__(self) -> str:
        return f"{self.listing_id}: {self.before} → {self.after}"
