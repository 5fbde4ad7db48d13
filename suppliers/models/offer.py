"""What one supplier says it can deliver of one product, and what we have promised from it."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from stocke.products.models import Product
from suppliers.models.supplier import Supplier


class QuantityKind(models.TextChoices):
    """Unknown is never zero: it promises nothing and says nothing."""

    EXACT = "exact", _("exact")
    AT_LEAST = "at_least", _("at least")
    FLAG = "flag", _("in stock, no number")
    UNKNOWN = "unknown", _("unknown")


class Offer(models.Model):
    """The slow facts of an offer; the numbers that move are in `stock`. `rank` 1 is first in the backup list.

    `matched_run_id` is the import that found the product; empty where a person did, or nobody has.
    """

    # Looked up by the first column of the indexes below. That the supplier is there is not checked for each of a
    # million rows: an import's supplier is locked, and no supplier is ever removed.
    supplier = models.ForeignKey(
        Supplier, on_delete=models.CASCADE, related_name="offers", db_index=False, db_constraint=False
    )
    product = models.ForeignKey(
        Product, on_delete=models.SET_NULL, null=True, related_name="offers", db_index=False
    )
    matched_run_id = models.BigIntegerField(null=True)
    supplier_sku = models.CharField(_("supplier SKU"), max_length=120)
    name = models.CharField(_("name"), max_length=250, blank=True)
    gtin = models.CharField(_("barcode (GTIN)"), max_length=14, blank=True)
    cost_cents = models.PositiveIntegerField(_("purchase price"), null=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    lead_days = models.PositiveSmallIntegerField(_("lead time (days)"), null=True)
    rank = models.PositiveSmallIntegerField(_("rank"), default=1)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "supplier_sku"], name="offer_sku_unique_per_supplier"
            ),
        ]
        indexes = [
            models.Index(fields=["product", "rank"], name="offer_product_rank"),
            # An import asks of each of its offers whether it was switched off: few are.
            models.Index(fields=["id"], name="offer_switched_off", condition=Q(active=False)),
            # Offers of nothing we know: the list, newest first, and its search by the beginning of a SKU.
            models.Index(fields=["id"], name="offer_unmatched", condition=Q(product=None)),
            models.Index(
                fields=["supplier_sku"],
                name="offer_unmatched_sku",
                opclasses=["varchar_pattern_ops"],
                condition=Q(product=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_sku} ({self.supplier_id})"


class OfferRevision(models.Model):
    """The slow facts of an offer as they were before a run changed them: append-only, so that it can be undone."""

    run_id = models.BigIntegerField()
    offer_id = models.BigIntegerField()
    at = models.DateTimeField()
    name = models.CharField(max_length=250, blank=True)
    gtin = models.CharField(max_length=14, blank=True)
    cost_cents = models.PositiveIntegerField(null=True)
    currency = models.CharField(max_length=3)
    lead_days = models.PositiveSmallIntegerField(null=True)

    class Meta:
        # "Changed since that run": rows are appended in time. A second index would cost a file of new prices dear.
        indexes = [BrinIndex(fields=["at"], name="offer_revision_at")]

    def __str__(self) -> str:
        return f"{self.offer_id} before {self.run_id}"


class OfferStock(models.Model):
    """The moving numbers of one offer: narrow, fillfactor 50, no secondary index. The promise is made here.

    `quantity` is what was stated (empty for flag and unknown). `promisable` is how many units that statement lets
    us promise at all; every reservation is `UPDATE ... SET reserved = reserved + n WHERE promisable >= reserved + n`.
    `reserved` may exceed `promisable` after a feed fell: that is the stockout event (rule 3).
    """

    # Without a constraint: the statement that writes a million of them is the one that writes their offers.
    offer = models.OneToOneField(
        Offer, on_delete=models.CASCADE, primary_key=True, related_name="stock", db_constraint=False
    )
    kind = models.CharField(max_length=8, choices=QuantityKind.choices, default=QuantityKind.UNKNOWN)
    quantity = models.IntegerField(null=True)
    promisable = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)
    as_of = models.DateTimeField(null=True)
    run_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reserved__gte=0), name="offer_reserved_not_negative"),
            models.CheckConstraint(condition=Q(promisable__gte=0), name="offer_promisable_not_negative"),
            models.CheckConstraint(
                condition=Q(kind__in=["exact", "at_least"], quantity__isnull=False)
                | Q(kind__in=["flag", "unknown"], quantity__isnull=True),
                name="offer_quantity_fits_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind="unknown") | Q(promisable=0), name="offer_unknown_promises_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.kind} {self.quantity}"

    @property
    def free(self) -> int:
        """Units still promisable; negative when more was promised than is stated now."""
        return self.promisable - self.reserved


# Only an exact statement can contradict a promise: "at least 20", "in stock" and unknown cannot.
OVERPROMISED = Q(kind=QuantityKind.EXACT, reserved__gt=F("promisable"))
