"""The form by which a person says how offers find their products."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from suppliers.domain.matching import RULES, Matching

RULE_LABELS = {
    "sku": _("our SKU is his SKU"),
    "gtin": _("the barcode is the same"),
    "supplier_sku": _("another offer has the same supplier SKU"),
}


class MatchingForm(forms.Form):
    """Which codes lead to a product, and what does not count in them. The order is that of the rules."""

    by = forms.MultipleChoiceField(
        label=_("An offer is of a product when"),
        choices=[(rule, RULE_LABELS[rule]) for rule in RULES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    any_case = forms.BooleanField(label=_("capitals do not count (AB-1 is ab-1)"), required=False)
    any_blanks = forms.BooleanField(label=_("blanks do not count (AB 12 is AB12)"), required=False)

    def matching(self) -> Matching:
        chosen = self.cleaned_data
        by = tuple(rule for rule in RULES if rule in chosen["by"])
        return Matching(by=by, any_case=chosen["any_case"], any_blanks=chosen["any_blanks"])


def initial_matching(matching: Matching) -> dict[str, Any]:
    return {"by": list(matching.by), "any_case": matching.any_case, "any_blanks": matching.any_blanks}
