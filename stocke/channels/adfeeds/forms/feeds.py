"""The form of an ad feed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stocke.channels.adfeeds.domain.feeds import SETTINGS
from stocke.channels.adfeeds.domain.outside import outside
from stocke.channels.adfeeds.domain.targets import MANNERS
from stocke.channels.adfeeds.models import AdFeed, FileFormat

NAMES = ("{sku}", "{gtin}", "{remote_id}", "{remote_parent}")


def short(unit: Any = "") -> forms.NumberInput:
    return forms.NumberInput(attrs={"data-width": "short", **({"data-unit": unit} if unit else {})})


class AdFeedForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a feed says, of which products, and how often. Its target is chosen once."""

    supplier = forms.TypedChoiceField(label=_("Supplier"), required=False, coerce=int, empty_value=None)
    least_price = forms.DecimalField(
        label=_("Price from"),
        required=False,
        min_value=0,
        max_digits=9,
        decimal_places=2,
        widget=short(),
        help_text=_("Cheaper products stay out. Empty: all."),
    )
    field_order = (
        "name",
        "format",
        "channel",
        "link_template",
        "id_template",
        "currency",
        "country",
        "language",
    )

    class Meta:
        model = AdFeed
        fields = [name for name in SETTINGS if name not in {"supplier_id", "least_price_cents"}]
        widgets = {
            "currency": forms.TextInput(attrs={"data-width": "short"}),
            "country": forms.TextInput(attrs={"data-width": "short"}),
            "language": forms.TextInput(attrs={"data-width": "short"}),
            "every_minutes": short(_("min")),
            "retire_days": short(_("days")),
        }
        help_texts = {
            "channel": _("Its rules decide which number counts, and its listings which products there are."),
            "link_template": _(
                "Such as https://shop.example/p/{sku}. {sku}, {gtin}, {remote_id} and {remote_parent} become the "
                "product’s own."
            ),
            "id_template": _("For a supplemental feed: exactly the id that the primary feed gives."),
            "currency": _("Products with a price in another one are not sent."),
            "country": _("Two letters: FR"),
            "language": _("Two letters: fr"),
            "every_minutes": _("It is built when a level has changed, and twice a day in any case."),
            "retire_days": _(
                "A product that was sent once stays, as out of stock. Empty: for ever, as the platforms advise."
            ),
        }

    def __init__(self, target: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        formats = MANNERS[target].formats
        self.fields["format"].choices = [  # type: ignore[attr-defined]
            choice for choice in FileFormat.choices if choice[0] in formats
        ]
        suppliers = outside().suppliers()
        self.fields["supplier"].choices = [("", _("all")), *suppliers]  # type: ignore[attr-defined]
        self.initial["supplier"] = self.instance.supplier_id
        if self.instance.least_price_cents is not None:
            self.initial["least_price"] = self.instance.least_price_cents / 100
        if MANNERS[target].is_supplement:
            self.fields["link_template"].required = False

    def clean_link_template(self) -> str:
        template = str(self.cleaned_data["link_template"]).strip()
        if template and not template.startswith(("https://", "http://")):
            raise forms.ValidationError(_("Write the whole address, beginning with https://"))
        if template:
            self.check_names(template)
        return template

    def clean_id_template(self) -> str:
        template = str(self.cleaned_data["id_template"]).strip()
        self.check_names(template)
        return template

    def check_names(self, template: str) -> None:
        """Without a product's own name every row would say the same."""
        rest = template
        for name in NAMES:
            rest = rest.replace(name, "")
        if rest == template:
            raise forms.ValidationError(_("Name the product in it: {sku}, for example."))
        if "{" in rest or "}" in rest:
            raise forms.ValidationError(_("Only {sku}, {gtin}, {remote_id} and {remote_parent} are known."))

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()

    def clean_every_minutes(self) -> int:
        minutes = int(self.cleaned_data["every_minutes"])
        if minutes < 5:
            raise forms.ValidationError(_("At least 5 minutes: no platform fetches more often."))
        return minutes

    def facts(self) -> dict[str, Any]:
        """The settings as they are to be."""
        price = self.cleaned_data["least_price"]
        facts = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        return {
            **facts,
            "supplier_id": self.cleaned_data["supplier"],
            "least_price_cents": None if price is None else int(price * 100),
        }
