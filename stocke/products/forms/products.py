"""Forms about products."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stocke.products.models import Product


def cents_of(amount: Decimal) -> int:
    return int((amount * 100).to_integral_value())


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]
    """What staff may write of a product. Whether a SKU is taken is for the operation to say."""

    price = forms.DecimalField(
        label=_("Selling price"),
        min_value=0,
        max_digits=9,
        decimal_places=2,
        help_text=_("Tax included."),
        widget=forms.NumberInput(attrs={"data-width": "short", "data-unit": "€"}),
    )
    category = forms.CharField(
        label=_("Category"),
        max_length=120,
        required=False,
        help_text=_("A new name makes a new category."),
        widget=forms.TextInput(attrs={"list": "categories", "data-width": "medium", "autocomplete": "off"}),
    )

    field_order = (
        "name",
        "sku",
        "gtin",
        "brand",
        "category",
        "price",
        "fulfilment",
        "buffer",
        "cap",
        "image_url",
        "active",
    )

    class Meta:
        model = Product
        fields = ("name", "sku", "gtin", "brand", "fulfilment", "buffer", "cap", "image_url", "active")
        widgets = {
            "sku": forms.TextInput(attrs={"data-width": "medium"}),
            "gtin": forms.TextInput(attrs={"data-width": "medium", "inputmode": "numeric"}),
            "brand": forms.TextInput(attrs={"data-width": "medium"}),
            "fulfilment": forms.Select(attrs={"data-width": "medium"}),
            "buffer": forms.NumberInput(attrs={"data-width": "short", "data-unit": _("units")}),
            "cap": forms.NumberInput(attrs={"data-width": "short", "data-unit": _("units")}),
        }
        help_texts = {
            "buffer": _("Kept back from what suppliers state. Empty: the rule for the whole catalogue."),
            "cap": _("Never publish more than this. Empty: the rule for the whole catalogue."),
            "image_url": _("Customers see it where they choose a substitute. https only."),
            "active": _("Switched off, the product is published as out of stock."),
        }
        labels = {"active": _("Sold")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["price"] = (Decimal(self.instance.price_cents) / 100).quantize(Decimal("0.01"))
            self.initial["category"] = str(self.instance.category or "")
        self.fields["price"].widget.attrs["data-unit"] = self.instance.currency

    def validate_unique(self) -> None:
        """Nothing: the operation checks, and its answer is shown at the field."""

    def clean_image_url(self) -> str:
        url = str(self.cleaned_data["image_url"])
        if url and not url.startswith("https://"):
            raise forms.ValidationError(_("The address of a picture begins with https://."))
        return url

    def clean_gtin(self) -> str:
        gtin = str(self.cleaned_data["gtin"]).strip()
        if gtin and (not gtin.isdigit() or len(gtin) not in {8, 12, 13, 14}):
            raise forms.ValidationError(
                _("%(gtin)s is no barcode: 8, 12, 13 or 14 digits."), params={"gtin": gtin}
            )
        return gtin

    def facts(self) -> dict[str, Any]:
        """The product as the operation takes it: cents, and the category by its name."""
        facts = {name: self.cleaned_data[name] for name in self.Meta.fields}
        facts["price_cents"] = cents_of(self.cleaned_data["price"])
        facts["category"] = self.cleaned_data["category"].strip()
        return facts


class SubstituteForm(forms.Form):
    """Which product may stand in, by its SKU as the list of proposals writes it."""

    sku = forms.CharField(label=_("SKU of the substitute"), max_length=80)
    note = forms.CharField(
        label=_("What differs"),
        max_length=250,
        required=False,
        help_text=_("Customers read it: say colour, size, material."),
    )
