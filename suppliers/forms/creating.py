"""The form behind “make products of them”."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from suppliers.domain.creating import PriceRule
from suppliers.forms.sources import OpenChoice

ENDINGS = [
    ("", _("as it comes out")),
    ("90", _("up to …90")),
    ("95", _("up to …95")),
    ("99", _("up to …99")),
    ("0", _("up to a whole amount")),
]


class PriceRuleForm(forms.Form):
    """From the purchase price to the selling price, or no price yet."""

    markup = forms.DecimalField(
        label=_("Added to the purchase price"),
        min_value=0,
        max_value=10_000,
        max_digits=7,
        decimal_places=2,
        required=False,
        help_text=_("Selling price, tax included. Empty: no price yet; it stands at 0 until you name one."),
        widget=forms.NumberInput(attrs={"data-width": "short", "data-unit": "%"}),
    )
    ending = OpenChoice(
        label=_("Rounded"),
        choices=ENDINGS,
        required=False,
        widget=forms.Select(attrs={"data-width": "medium"}),
    )

    def rule(self) -> PriceRule:
        cleaned: dict[str, Any] = self.cleaned_data
        return PriceRule(cleaned["markup"], int(cleaned["ending"]) if cleaned["ending"] else None)
