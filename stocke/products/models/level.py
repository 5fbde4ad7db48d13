"""Levels and publications: the number we stand behind, and the steps that led to it."""

from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stocke.products.models.product import Product
from stocke.products.models.steps import told


class StepsField(models.JSONField):
    """JSON as PostgreSQL's `json`, that is as text: written by the million, read one by one, never searched.

    Read as dictionaries, however they are stored; see `steps`.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "json"

    def from_db_value(self, value: Any, expression: object, connection: BaseDatabaseWrapper) -> Any:
        # The driver has decoded it already, as it does for json but, under Django, not for jsonb.
        return value if value is None else told(value)


class Light(models.TextChoices):
    """Green, amber and red in words; grey is what nobody has told us."""

    IN_STOCK = "in_stock", _("In stock")
    LOW = "low", _("Low stock")
    OUT = "out", _("Out of stock")
    UNKNOWN = "unknown", _("Unknown")


class Level(models.Model):
    """What we may promise of one product now. A projection: it can be dropped and recomputed from the offers.

    `steps` is the fold that led to `sellable`, oldest step first: a list of
    {"step", "effect", "running", ...facts of the step}. The last `running` equals `sellable`. `told_at` is when number
    or light last became another, and were published.
    """

    # Without a constraint: who writes levels reads their products in the same statement, and who removes products holds
    # the levels' lock.
    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, primary_key=True, related_name="level", db_constraint=False
    )
    sellable = models.IntegerField(_("sellable"), default=0)
    light = models.CharField(_("light"), max_length=8, choices=Light.choices, default=Light.UNKNOWN)
    confidence = models.DecimalField(_("confidence"), max_digits=4, decimal_places=3, default=0)
    lead_days_min = models.PositiveSmallIntegerField(null=True)
    lead_days_max = models.PositiveSmallIntegerField(null=True)
    as_of = models.DateTimeField(_("as of"), null=True)
    steps = StepsField(default=list)
    computed_at = models.DateTimeField(auto_now=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        indexes = [models.Index(fields=["light", "product"], name="level_light")]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.sellable}"


class Publication(models.Model):
    """A number we told a channel, and why. Append-only; "catalogue" stands for the availability API."""

    # Without a constraint: checking it for each of a million rows costs more than writing them.
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="publications", db_constraint=False, db_index=False
    )
    channel = models.CharField(max_length=40, default="catalogue")
    at = models.DateTimeField(default=timezone.now)
    sellable = models.IntegerField()
    light = models.CharField(max_length=8, choices=Light.choices)
    steps = StepsField(default=list)
    cause = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["product", "-at"], name="publication_product_at"),
            # "Published since yesterday evening": rows are appended in time, so a few pages of BRIN do.
            BrinIndex(fields=["at"], name="publication_at"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.sellable}"


class DirtyLevel(models.Model):
    """A request to recompute one product's level. Append-only queue: a job takes rows by set and deletes them.

    Not one row per product: a request that waited for, or gave way to, another transaction's row could be
    deleted with it before its own change was visible. Every change leaves its own row, seen when it commits.
    """

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    since = models.DateTimeField(default=timezone.now)
    cause = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return str(self.product_id)
