"""Products, their categories, and the substitutes that people have chosen for them."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    name = models.CharField(_("name"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Fulfilment(models.TextChoices):
    DROPSHIP = "dropship", _("Dropship")
    OWN_STOCK = "own_stock", _("Own stock")
    HYBRID = "hybrid", _("Hybrid")
    MADE_TO_ORDER = "made_to_order", _("Made to order")


class Product(models.Model):
    """One sellable SKU. Money is minor units of `currency`, tax included."""

    sku = models.CharField(_("SKU"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=250)
    brand = models.CharField(_("brand"), max_length=120, blank=True)
    category = models.ForeignKey(
        Category, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("category")
    )
    gtin = models.CharField(_("barcode (GTIN)"), max_length=14, blank=True)
    price_cents = models.PositiveIntegerField(_("selling price"))
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    image_url = models.URLField(_("picture (address)"), max_length=500, blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    fulfilment = models.CharField(
        _("fulfilment"), max_length=14, choices=Fulfilment.choices, default=Fulfilment.DROPSHIP
    )
    buffer = models.PositiveIntegerField(_("buffer"), null=True, blank=True)
    cap = models.PositiveIntegerField(_("cap"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [models.CheckConstraint(condition=~models.Q(sku=""), name="product_sku_not_blank")]
        indexes = [
            # Matching feed rows to products, case apart.
            models.Index(models.functions.Upper("sku"), name="product_sku_upper"),
            models.Index(fields=["gtin"], name="product_gtin", condition=~models.Q(gtin="")),
            # Search, and likeness of substitutes.
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="product_name_trgm"),
            GinIndex(
                fields=["sku", "brand"], opclasses=["gin_trgm_ops", "gin_trgm_ops"], name="product_words_trgm"
            ),
            models.Index(fields=["category", "price_cents"], name="product_category_price"),
            # The list by kind of fulfilment, and what is not sold any more.
            models.Index(fields=["fulfilment", "sku"], name="product_fulfilment"),
            models.Index(fields=["sku"], name="product_stopped", condition=models.Q(active=False)),
            # What a level has to know of its product: of most of them nothing.
            models.Index(
                fields=["id"],
                name="product_own_rules",
                condition=models.Q(active=False)
                | models.Q(buffer__isnull=False)
                | models.Q(cap__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SubstituteLink(models.Model):
    """A person said: this product may stand in for that one. One direction; rank 1 is offered first."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="substitute_links")
    substitute = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="stands_in_for")
    rank = models.PositiveSmallIntegerField(default=1)
    note = models.CharField(_("what differs"), max_length=250, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "substitute"], name="substitute_link_unique"),
            models.CheckConstraint(
                condition=~models.Q(product=models.F("substitute")), name="substitute_is_another_product"
            ),
        ]
        ordering = ["rank", "pk"]

    def __str__(self) -> str:
        return f"{self.product_id} → {self.substitute_id}"
