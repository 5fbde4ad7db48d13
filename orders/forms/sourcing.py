"""A sourcing policy as its author writes it: sentences with fields in them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.domain.rules import Priority
from orders.domain.sourcing_policies import Draft
from orders.models import Parcels
from orders.models.sourcing_policy import PolicyScope
from stocke.products.models import Category

SPLITS = {"": None, "yes": True, "no": False}
COUNTRY = re.compile(r"^[A-Z]{2}$")


def figure(label: Any, least: int, most: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=least,
        max_value=most,
        widget=forms.NumberInput({"data-width": "short"}),
    )


class SourcingForm(forms.Form):
    """One policy. `order` holds all priorities in their order, `use` those that count."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    channel = forms.CharField(
        label=gettext_lazy("Channel"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "data-width": "short"}),
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"),
        queryset=Category.objects.all(),
        required=False,
        empty_label=gettext_lazy("any category"),
    )
    customer_class = forms.CharField(
        label=gettext_lazy("Class of customers"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "data-width": "short"}),
    )
    order = forms.CharField(required=False, widget=forms.HiddenInput)
    use = forms.MultipleChoiceField(choices=[(one.value, one.value) for one in Priority], required=False)
    margin_percent = figure(gettext_lazy("Least margin"), 0, 95)
    most_lead_days = figure(gettext_lazy("Longest lead time"), 0, 365)
    countries = forms.CharField(
        label=gettext_lazy("Countries"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "data-width": "medium", "placeholder": "FR, BE"}),
    )
    may_split = forms.ChoiceField(
        label=gettext_lazy("Splitting a line"),
        required=False,
        choices=[
            ("", gettext_lazy("as the rules of verification say")),
            ("yes", gettext_lazy("yes")),
            ("no", gettext_lazy("no")),
        ],
    )
    parcels = forms.ChoiceField(label=gettext_lazy("Parcels"), choices=Parcels.choices)
    most_parcels = figure(gettext_lazy("Most parcels"), 1, 20)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    orders = forms.ChoiceField(
        label=gettext_lazy("Past orders"),
        required=False,
        choices=[("100", "100"), ("500", "500"), ("2000", "2 000")],
    )

    def priorities(self) -> list[tuple[Priority, bool]]:
        """All of them in the order of the page, each with whether it counts."""
        said = self["order"].value() or ""
        used = self["use"].value() or []
        return [(one, one in used) for one in in_order(str(said))]

    def clean_countries(self) -> list[str]:
        named = [one.strip().upper() for one in re.split(r"[,;\s]+", self.cleaned_data["countries"]) if one]
        if wrong := [one for one in named if not COUNTRY.match(one)]:
            raise forms.ValidationError(
                _("“%(code)s” is no code of a country. Two letters: FR, BE") % {"code": wrong[0]}
            )
        return sorted(set(named))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("parcels") == Parcels.LIMITED and not cleaned.get("most_parcels"):
            self.add_error("most_parcels", _("Say how many parcels are allowed."))
        return cleaned

    def draft(self) -> Draft:
        said = self.cleaned_data
        category: Category | None = said["category"]
        return Draft(
            name=said["name"],
            channel=said["channel"].strip(),
            category_id=category.pk if category else None,
            customer_class=said["customer_class"].strip(),
            rules=self.rules(),
            version=said["version"],
        )

    def rules(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "priorities": [one.value for one in in_order(said["order"]) if one in said["use"]],
            "margin_percent": said["margin_percent"],
            "most_lead_days": said["most_lead_days"],
            "countries": said["countries"],
            "may_split": SPLITS[said["may_split"]],
            "parcels": said["parcels"],
            "most_parcels": said["most_parcels"] if said["parcels"] == Parcels.LIMITED else None,
        }


def in_order(said: str) -> list[Priority]:
    """Those that were named, then the others."""
    named = [Priority(one) for one in said.split(",") if one in list(Priority)]
    return list(dict.fromkeys([*named, *Priority]))


def moved(said: str, move: str) -> str:
    """The order after "cost-up" or "cost-down"; as it was when there is nothing above or below."""
    order = in_order(said)
    name, _dash, way = move.partition("-")
    if name in list(Priority):
        place = order.index(Priority(name))
        other = place + (-1 if way == "up" else 1)
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
    return ",".join(order)


def written(posted: Mapping[str, Any], use: Sequence[str]) -> dict[str, Any]:
    """What stands on the page, to be drawn again unjudged."""
    return {**{name: posted.get(name, "") for name in SourcingForm.base_fields}, "use": list(use)}


def initial_of(policy: PolicyScope, *, version: int) -> dict[str, Any]:
    rules = policy.rules
    split = {None: "", True: "yes", False: "no"}[rules.get("may_split")]
    used = rules.get("priorities", [])
    return {
        "name": policy.name,
        "channel": policy.channel,
        "category": policy.category_id,
        "customer_class": policy.customer_class,
        "order": ",".join(in_order(",".join(used))),
        "use": used,
        "margin_percent": rules.get("margin_percent"),
        "most_lead_days": rules.get("most_lead_days"),
        "countries": ", ".join(rules.get("countries", [])),
        "may_split": split,
        "parcels": rules.get("parcels", Parcels.ANY),
        "most_parcels": rules.get("most_parcels"),
        "version": version,
        "orders": "500",
    }
