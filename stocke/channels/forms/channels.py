"""Forms of channels: connecting, rules, other keys, and which product a listing is."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stocke.channels.connectors import CONNECTORS
from stocke.channels.domain.connecting import SETTINGS, Unfit, tidy
from stocke.channels.models import CategoryRules, Channel, ChannelKind, Listing
from stocke.products.models import Product

SECRET_LABELS = {
    "key": _("Consumer key (ck_…)"),
    "secret": _("Consumer secret (cs_…)"),
    "token": _("Access token"),
    "client_secret": _("Client secret"),
    "signing": _("Signing secret (whsec_…)"),
}


WHERE = {
    "woocommerce": _("As its customers type it: https://…"),
    "shopify": _("The one that ends in myshopify.com: https://….myshopify.com"),
    "bigcommerce": _("Its API path without the version: https://api.bigcommerce.com/stores/…"),
    "generic": _("Where the program takes messages: https://…"),
}


def secret_field(name: str) -> forms.CharField:
    """A word that is written and never shown again."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "data-width": "medium"})
    return forms.CharField(label=SECRET_LABELS[name], max_length=500, strip=True, widget=widget)


def units() -> forms.NumberInput:
    return forms.NumberInput(attrs={"data-width": "short", "data-unit": _("units")})


class ConnectForm(forms.Form):
    """Where a shop is, and the keys that it gave us."""

    url = forms.CharField(label=_("Address of the shop"), max_length=300)
    name = forms.CharField(
        label=_("Name"), max_length=120, required=False, help_text=_("Empty: as the shop calls itself.")
    )

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.names = kind, CONNECTORS[kind].secret_names
        self.fields["url"].help_text = WHERE[kind]
        for name in self.names:
            self.fields[name] = secret_field(name)
        self.fields["takes_orders"] = forms.BooleanField(
            label=_("Take its orders in"), required=False, initial=True
        )
        self.fields["tells_stock"] = forms.BooleanField(
            label=_("Tell it our stock"),
            required=False,
            initial=True,
            help_text=_("It then keeps a number for every matched product, and that number is ours."),
        )

    def clean_url(self) -> str:
        try:
            return tidy(str(self.cleaned_data["url"]))
        except Unfit:
            raise forms.ValidationError(_("Write the whole address, beginning with https://")) from None

    @property
    def secrets(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.names}

    @property
    def wishes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "takes_orders", "tells_stock")}


class KeysForm(forms.Form):
    """Other keys for a shop that is connected. Of those that are `kept`, one alone may be given anew."""

    def __init__(self, kind: str, *args: Any, kept: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = CONNECTORS[kind].secret_names
        for name in names:
            self.fields[name] = secret_field(name)
            if len(names) > 1 and name in kept:
                self.fields[name].required = False
                self.fields[name].help_text = _("Empty: as it is.")

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.secrets:
            raise forms.ValidationError(_("Give at least one of them."))
        return self.cleaned_data

    @property
    def secrets(self) -> dict[str, str]:
        """Those that were given."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class ChannelForm(forms.ModelForm):  # type: ignore[type-arg]
    """The rules of one channel."""

    class Meta:
        model = Channel
        fields = SETTINGS
        widgets = {
            "share_percent": forms.NumberInput(attrs={"data-width": "short", "data-unit": "%"}),
            "buffer": units(),
            "cap": units(),
            "unknown": forms.RadioSelect,
        }
        help_texts = {
            "share_percent": _("The rest is left to other channels. Empty: all of it."),
            "buffer": _("Held back from this channel, after the share."),
            "cap": _("The most that this channel shows."),
            "completes_orders": _("Most shops then write to the customer themselves."),
        }

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in SETTINGS}


class MatchForm(forms.Form):
    """Which product a listing is; empty: none of ours."""

    sku = forms.CharField(label=_("SKU of our product"), max_length=80, required=False)
    product: Product | None = None

    def clean_sku(self) -> str:
        sku = str(self.cleaned_data["sku"]).strip()
        self.product = Product.objects.filter(sku__iexact=sku).first() if sku else None
        if sku and self.product is None:
            raise forms.ValidationError(_("No product has this SKU. Nothing was changed."))
        return sku


class CategoryRulesForm(forms.ModelForm):  # type: ignore[type-arg]
    """Rules of one category on a channel; all empty takes them away."""

    class Meta:
        model = CategoryRules
        fields = ("category", "share_percent", "buffer", "cap")
        widgets = {
            "share_percent": forms.NumberInput(attrs={"data-width": "short", "data-unit": "%"}),
            "buffer": units(),
            "cap": units(),
        }
        help_texts = {"cap": _("All three empty: the category has no rules of its own.")}

    @property
    def rules(self) -> dict[str, int | None]:
        return {name: self.cleaned_data[name] for name in ("share_percent", "buffer", "cap")}


class ClassForm(forms.Form):
    """What the shop says of a customer, and the class that he has with us."""

    said = forms.CharField(label=_("What the shop says"), max_length=80)
    customer_class = forms.CharField(
        label=_("Our class"),
        max_length=40,
        required=False,
        help_text=_("As sourcing policies name it. Empty: what the shop says means nothing to us."),
    )


class ListingRulesForm(forms.ModelForm):  # type: ignore[type-arg]
    """Rules of one listing, before those of its category and its channel."""

    class Meta:
        model = Listing
        fields = ("share_percent", "buffer", "cap")
        widgets = {
            "share_percent": forms.NumberInput(attrs={"data-width": "short", "data-unit": "%"}),
            "buffer": units(),
            "cap": units(),
        }


KINDS = [(kind, label) for kind, label in ChannelKind.choices if kind in CONNECTORS]
