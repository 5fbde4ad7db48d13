"""The form of the mapping page: which column is what, and what a supplier's words mean."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suppliers.forms.words import LONGEST_WORD
from suppliers.readers import FIELDS, ColumnMap
from suppliers.readers.availability import KINDS
from suppliers.readers.columns import FIELD_LABELS
from suppliers.readers.sampling import Sample

REPEATED = [
    ("last", gettext_lazy("The last line counts")),
    ("first", gettext_lazy("The first line counts")),
    ("sum", gettext_lazy("Add the quantities up")),
]
DECIMALS = [
    ("", gettext_lazy("As the file writes them")),
    (",", gettext_lazy("Comma")),
    (".", gettext_lazy("Point")),
]
WORDS_KEPT = 200


def letter(index: int) -> str:
    """A, B, … Z, AA: what a spreadsheet calls the column."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_choices(sample: Sample) -> list[tuple[str, str]]:
    names = [sample.names[index] if index < len(sample.names) else "" for index in range(sample.width)]
    shown = [
        (str(index), f"{letter(index)} · {name}" if name else letter(index))
        for index, name in enumerate(names)
    ]
    return [("", _("not in the file")), *shown]


class ColumnsForm(forms.Form):
    """One select per field of ours. A file is of use once we know the article and its stock."""

    repeated = forms.ChoiceField(label=gettext_lazy("Several lines of one SKU"), choices=REPEATED)
    decimal = forms.ChoiceField(label=gettext_lazy("Decimals"), choices=DECIMALS, required=False)
    currency = forms.RegexField(
        label=gettext_lazy("Currency where none is written"),
        regex=r"^[A-Za-z]{3}$",
        required=False,
        widget=forms.TextInput(attrs={"data-width": "short"}),
    )
    header_row = forms.IntegerField(
        label=gettext_lazy("Titles in line"),
        min_value=1,
        max_value=300,
        required=False,
        widget=forms.NumberInput(attrs={"data-width": "short"}),
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in FIELDS:
            self.fields[f"column_{field}"] = forms.ChoiceField(
                label=str(FIELD_LABELS[field]), choices=choices, required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("column_key"):
            self.add_error(
                "column_key", _("Choose the column with the supplier SKU: without it no line is known.")
            )
        if not (cleaned.get("column_quantity") or cleaned.get("column_availability")):
            self.add_error(
                "column_quantity", _("Choose the column with the quantity, or the one with the availability.")
            )
        return cleaned

    def column_map(self, sample: Sample, words: Mapping[str, str]) -> ColumnMap:
        """The choices as a map for this file and those like it."""
        chosen = {field: self.cleaned_data[f"column_{field}"] for field in FIELDS}
        fields = {field: int(index) for field, index in chosen.items() if index}
        guessed = sample.guessed
        # Codes put together from several columns are our guess; another code column is the person's own answer.
        parts = guessed.key_parts if guessed and guessed.fields.get("key") == fields["key"] else ()
        sign = self.cleaned_data["decimal"]
        return replace(
            ColumnMap(
                fields=fields,
                header=sample.names,
                header_row=sample.header_row,
                sheet=sample.sheet or "",
                member=sample.member,
            ),
            decimal=sign,
            quantity_decimal=sign,
            currency=self.cleaned_data["currency"].upper(),
            repeated=self.cleaned_data["repeated"],
            words=dict(words),
            key_parts=parts,
        )


def initial_of(column_map: ColumnMap | None) -> dict[str, Any]:
    """The form as a saved or guessed map fills it in."""
    if column_map is None:
        return {"repeated": "last"}
    return {
        **{f"column_{field}": str(index) for field, index in column_map.fields.items()},
        "repeated": column_map.repeated,
        "decimal": column_map.decimal if column_map.decimal == column_map.quantity_decimal else "",
        "currency": column_map.currency,
        "header_row": column_map.header_row,
    }


def words_in(data: QueryDict) -> dict[str, str]:
    """What a person mapped words to: pairs of `word` and `meaning` fields. What is no meaning of ours is left out."""
    pairs = zip(data.getlist("word")[:WORDS_KEPT], data.getlist("meaning")[:WORDS_KEPT], strict=False)
    allowed = {*KINDS, "unknown"}
    return {word[:LONGEST_WORD]: meaning for word, meaning in pairs if meaning in allowed}
