"""Forms about suppliers and about how prudent we are with what they say."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from stocke.products.models import LevelPolicy
from suppliers.domain.suppliers import EDITABLE
from suppliers.forms.calendars import ClosuresField, OpenDaysField
from suppliers.models import Supplier


def short(unit: Any) -> forms.NumberInput:
    return forms.NumberInput(attrs={"data-width": "short", "data-unit": unit})


class SupplierForm(forms.ModelForm):  # type: ignore[type-arg]
    """What staff may write of a supplier. Whether a code is taken is for the operation to say."""

    open_days = OpenDaysField(label=_("Open on"))
    closures = ClosuresField(
        label=_("Closed"),
        required=False,
        help_text=_("One line each: first day, last day, a note. 2026-12-24 – 2027-01-03 Inventory"),
    )

    class Meta:
        model = Supplier
        fields = EDITABLE
        widgets = {
            "code": forms.TextInput(attrs={"data-width": "medium"}),
            "phone": forms.TextInput(attrs={"data-width": "medium"}),
            "language": forms.Select(attrs={"data-width": "medium"}),
            "country": forms.TextInput(attrs={"data-width": "short"}),
            "currency": forms.TextInput(attrs={"data-width": "short"}),
            "lead_days": short(_("days")),
            "ack_hours": short(_("hours")),
            "time_zone": forms.TextInput(attrs={"data-width": "medium"}),
            "cut_off": forms.TimeInput({"type": "time", "data-width": "short"}, "%H:%M"),
            "notes": forms.Textarea(attrs={"rows": 4}),
        }
        labels = {
            "lead_days": _("Lead time"),
            "ack_hours": _("Must answer within"),
            "active": _("Counted on"),
        }
        help_texts = {
            "code": _("Short name for files and addresses: letters, digits, hyphens."),
            "email": _("Purchase orders go here."),
            "ack_hours": _("Only the hours of his open days count."),
            "time_zone": _("As in Europe/Paris: the cut-off and the open days are in it."),
            "cut_off": _("Orders that come later wait for his next open day. Empty: they leave at once."),
            "keeps_holidays": _("The public holidays of his country."),
            "lead_days": _("Where an offer states none of its own."),
            "active": _("Switched off, none of his offers counts."),
        }

    def validate_unique(self) -> None:
        """Nothing: the operation checks, and its answer is shown at the field."""

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).strip().upper()

    def clean_time_zone(self) -> str:
        """A zone of the table, because every deadline is counted in it."""
        zone = str(self.cleaned_data["time_zone"]).strip()
        if zone not in available_timezones():
            raise forms.ValidationError(_("No time zone is called “%(zone)s”.") % {"zone": zone})
        return zone

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).strip().upper()

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in EDITABLE}


class LevelPolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """The rules as a sentence with fields in it."""

    class Meta:
        model = LevelPolicy
        fields = (
            "buffer",
            "cap",
            "low_below",
            "flag_counts_as",
            "trusted_hours",
            "learned_buffer",
            "doubted_below",
        )
        labels = {"cap": _("Cap")}

    def rules(self) -> dict[str, int | None]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def as_policy(self) -> LevelPolicy:
        """The rules to be tried; not saved."""
        return LevelPolicy(**self.rules())


class MatchForm(forms.Form):
    """The product an offer is of."""

    product = forms.IntegerField(min_value=1, error_messages={"required": _("Choose a product.")})
