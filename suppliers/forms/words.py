"""What a supplier's word or title may mean, in our words; and the forms that ask for it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from stocke.core.web.formats import number
from suppliers.models import LearnedWord, Stands, Supplier
from suppliers.readers.columns import FIELD_LABELS
from suppliers.readers.names import OTHER

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
# What the column below a title may be.
TITLES: Mapping[str, Any] = {**FIELD_LABELS, OTHER: gettext_lazy("a column that is not read")}
MOST_UNITS = 999_999_999
LONGEST_WORD = 120


def said_as(meaning: str) -> str:
    """A meaning in the reader's language: "out of stock", "at least 20 units"; of a title "price"."""
    if known := {**MEANINGS, **TITLES}.get(meaning):
        return str(known)
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
    """What one word in a cell means."""

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


class FieldForm(forms.Form):
    """What the column below one title is."""

    meaning = forms.ChoiceField(
        label=gettext_lazy("Is read as"),
        choices=[("", "–"), *TITLES.items()],
        widget=forms.Select(attrs={"data-width": "medium"}),
    )

    def kept(self) -> str:
        """The meaning as it is kept."""
        return str(self.cleaned_data["meaning"])


class Written(forms.Form):
    """A word as it is written, and by whom."""

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


class WordForm(Written, MeaningForm):
    """A word in cells that nobody has explained yet."""


class TitleForm(Written, FieldForm):
    """A title that nobody has explained yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Title")
        self.fields["text"].help_text = _(
            "As suppliers write it above the column. Case and accents do not matter."
        )


type Explained = MeaningForm | FieldForm
NEW_FORMS: Mapping[str, type[WordForm | TitleForm]] = {Stands.CELL: WordForm, Stands.TITLE: TitleForm}


def form_for(word: LearnedWord, data: Any = None) -> Explained:
    """What a known word means, to be corrected."""
    if word.stands == Stands.TITLE:
        return FieldForm(data, initial={"meaning": word.meaning})
    choice, units = choice_of(word.meaning)
    return MeaningForm(data, initial={"meaning": choice, "units": units})
