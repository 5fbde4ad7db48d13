"""Forms of wishes: what a shopper asks for, and the merchant's rules."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from customers.domain.wishes import MOST_UNITS
from customers.models import WishRules

SEAL, SEAL_SECONDS = "stocke.wish.form", 24 * 3600
SHORT = {"data-width": "short"}


class WishForm(forms.Form):
    """An address and how many. `website` is a trap: people do not see it, programs fill it in.

    `seal` proves that our page was opened first, today and for this product.
    """

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "required": True}),
        error_messages={"required": _("Write down your e-mail address.")},
    )
    quantity = forms.IntegerField(
        label=_("How many you need"),
        min_value=1,
        max_value=MOST_UNITS,
        initial=1,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}),
    )
    page = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
    seal = forms.CharField(required=False, max_length=300)

    def __init__(self, data: Any = None, *, sku: str, page: str = "") -> None:
        self.sku = sku
        super().__init__(data, initial={"page": page, "quantity": 1})

    def clean_seal(self) -> str:
        try:
            if signing.loads(self.cleaned_data["seal"], salt=SEAL, max_age=SEAL_SECONDS) == self.sku:
                return str(self.cleaned_data["seal"])
        except signing.BadSignature:
            pass
        raise forms.ValidationError(_("This page was open for a long time. Please send it once more."))

    @property
    def is_of_a_program(self) -> bool:
        return bool(self.data.get("website"))

    @property
    def fresh_seal(self) -> str:
        """Drawn into the page, also where what was sent with the old one is to be corrected."""
        return signing.dumps(self.sku, salt=SEAL)


def whole(label: Any, least: int, most: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=forms.NumberInput(SHORT), help_text=help_text
    )


class WishRulesForm(forms.Form):
    """When a product counts as back, and how people are told."""

    statements = whole(
        _("Said so many times in a row"),
        1,
        10,
        _("By imports of its feeds. What a person states counts at once."),
    )
    minimum = whole(_("At least so many units"), 1, 10_000, _("With fewer, nobody is told yet."))
    minutes = whole(
        _("Back for at least (minutes)"),
        0,
        10_080,
        _("A product that goes and comes in the meantime begins anew."),
    )
    factor_percent = whole(
        _("Units people are told of, for each there is (%)"),
        10,
        2_000,
        _("200: with 5 units there, those who want 10 together are told. Not everybody buys."),
    )
    hold_minutes = whole(
        _("Then the others wait for (minutes)"),
        5,
        10_080,
        _("So long those who were told come first."),
    )
    days = whole(_("An alert lasts (days)"), 7, 730)
    confirm_days = whole(_("Time to confirm (days)"), 1, 30, _("Without it, the address is erased."))
    keep_days = whole(_("Addresses are erased after the end (days)"), 0, 365)

    def __init__(self, *args: Any, rules: WishRules, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(rules, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)

    def rules(self) -> Mapping[str, Any]:
        return {name: self.cleaned_data[name] for name in self.base_fields}
