"""Products that were made together, and may be taken back together."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProductBatch(models.Model):
    """One act that made products of what a supplier offers. `products` are their keys, whatever became of them."""

    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, related_name="+")
    products = models.JSONField(default=list)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("products made together")
        verbose_name_plural = _("products made together")
        indexes = [models.Index(fields=["-made_at"], name="product_batch_age")]

    def __str__(self) -> str:
        return f"{_('products made together')} {self.pk}"
