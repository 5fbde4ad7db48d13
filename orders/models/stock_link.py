"""A supplier's door to his own stock, when he has no system that could say it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from suppliers.models import Supplier


class StockLink(models.Model):
    """One link by which a supplier says what he has. The address is signed and ends by itself; this row shuts it early.

    `saves` counts what was saved since `counted_from`, so that nobody keeps us busy.
    """

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="stock_links")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    sent = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    saves = models.PositiveIntegerField(default=0)
    counted_from = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("stock link")
        constraints = [
            models.UniqueConstraint(
                fields=["supplier"], condition=Q(withdrawn_at=None), name="one_stock_link_per_supplier"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="stock_link_ends_later"),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id}"
