"""What is given on top of what is owed: once per case, with a reason, within the limit of whoever gives it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.case import Refund, StockoutCase, Voucher


class GoodwillKind(models.TextChoices):
    MONEY = "money", _("Money")
    VOUCHER = "voucher", _("Voucher")


class Goodwill(models.Model):
    """A sum or a voucher beside the settlement. The customer is told once; `refund` or `voucher` is what he gets."""

    case = models.OneToOneField(StockoutCase, on_delete=models.CASCADE, related_name="goodwill")
    kind = models.CharField(_("kind"), max_length=8, choices=GoodwillKind.choices)
    amount_cents = models.PositiveIntegerField(_("amount"))
    currency = models.CharField(max_length=3, default="EUR")
    reason = models.CharField(_("reason"), max_length=250)
    given_by = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)
    refund = models.OneToOneField(Refund, on_delete=models.SET_NULL, null=True, related_name="+")
    voucher = models.OneToOneField(Voucher, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("goodwill")

    def __str__(self) -> str:
        return f"{self.amount_cents} {self.currency}"
