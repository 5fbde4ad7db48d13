"""What a supplier's word may mean, in our words; and the forms that ask for it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from stocke.core.web.formats import number
from suppliers.models import LearnedWord, Supplier

MEANINGS: Mapping[str, Any] = {
    "in_stock": gettext_lazy("in stock, no number"),
    "out_of_stock": gettext_lazy("out of stock"),
    "backorder": gettext_lazy("on order"),
    "preorder": gettext_lazy("pre-order"),
    "discontinued": gettext_lazy("discontinued"),
    "unknown": pgettext_lazy("quantity", "unknown"),
}
# With a number beside them.
COUNTED: Mapping[str, Any] = {
    "at_least": gettext_lazy("at least…"),
    "exactly": gettext_lazy("exactly…"),
}
MOST_UNITS = 999_999_999
LONGEST_WORD = 120


def said_as(meaning: str) -> str:
    """A meaning in the reader's language: "out of stock", "at least 20 units"."""
    if meaning in MEANINGS:
        return str(MEANINGS[meaning])
    units = meaning.removeprefix(">")
    if not units.isdecimal():
        return meaning
    words = {"units": number(int(units))}
    if meaning.startswith(">"):
        return ngettext("at least %(units)s unit", "at least %(units)s units", int(units)) % words
    return ngettext("exactly %(units)s unit", "exactly %(units)s units", int(units)) % words


def meaning_of(choice: str, units: int | None) -> str:
    """A choice and its number as a meaning is kept; nothing where the number is missing."""
    if choice in MEANINGS:
        return choice
    if units is None or choice not in COUNTED:
        return ""
    return f">{units}" if choice == "at_least" else str(units)


def choice_of(meaning: str) -> tuple[str, int | None]:
    """The other way round."""
    if meaning in MEANINGS:
        return meaning, None
    return ("at_least" if meaning.startswith(">") else "exactly"), int(meaning.removeprefix(">"))


class MeaningForm(forms.Form):
    """What one word means."""

    meaning = forms.ChoiceField(
        label=gettext_lazy("Means"),
        choices=[("", "–"), *MEANINGS.items(), *COUNTED.items()],
        widget=forms.Select(attrs={"data-width": "medium"}),
    )
    units = forms.IntegerField(
        label=gettext_lazy("Units"),
        min_value=0,
        max_value=MOST_UNITS,
        required=False,
        help_text=gettext_lazy("For “at least” and “exactly” only."),
        widget=forms.NumberInput(attrs={"data-width": "short"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        choice, units = cleaned.get("meaning", ""), cleaned.get("units")
        if choice in COUNTED and "units" in cleaned and not is_counted(choice, units):
            self.add_error("units", _("Say how many units."))
        return cleaned

    def kept(self) -> str:
        """The meaning as it is kept."""
        return meaning_of(self.cleaned_data["meaning"], self.cleaned_data.get("units"))


def is_counted(choice: str, units: int | None) -> bool:
    """At least none says nothing."""
    return units is not None and not (choice == "at_least" and units == 0)


class WordForm(MeaningForm):
    """A word that nobody has explained yet."""

    text = forms.CharField(
        label=gettext_lazy("Word"),
        max_length=LONGEST_WORD,
        help_text=gettext_lazy("As suppliers write it in the column. Case and accents do not matter."),
    )
    supplier = forms.ModelChoiceField(
        label=gettext_lazy("In the feeds of"),
        queryset=Supplier.objects.all(),
        required=False,
        empty_label=gettext_lazy("all suppliers"),
    )
    field_order = ("text", "supplier", "meaning", "units")


def initial_of(word: LearnedWord) -> dict[str, Any]:
    choice, units = choice_of(word.meaning)
    return {"meaning": choice, "units": units}
