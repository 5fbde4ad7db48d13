"""The form of the mapping page: which column is what, and what a supplier's words mean."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice, zip_longest
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suppliers.forms.column_fields import column_field, is_typed
from suppliers.forms.column_options import (
    LONGEST_LIST,
    Columns,
    initial_options,
    option_fields,
    options_of,
)
from suppliers.forms.words import LONGEST_WORD, MOST_UNITS, meaning_of
from suppliers.readers import FIELDS, ColumnMap
from suppliers.readers.columns import FIELD_LABELS
from suppliers.readers.folding import folded_name
from suppliers.readers.names import OTHER
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
CONSTANTS = [
    ("", gettext_lazy("A placeholder: in stock, no number")),
    ("on", gettext_lazy("A number that counts")),
]
UNITS = [
    ("", gettext_lazy("As confirmed before, else as the file tells")),
    ("1", gettext_lazy("Whole units: 1250 is 1,250.00")),
    ("10", gettext_lazy("Tenths: 1250 is 125.00")),
    ("100", gettext_lazy("Hundredths, such as cents: 1250 is 12.50")),
    ("1000", gettext_lazy("Thousandths: 1250 is 1.25")),
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
    price_unit = forms.ChoiceField(label=gettext_lazy("Prices are told in"), choices=UNITS, required=False)
    header_row = forms.IntegerField(
        label=gettext_lazy("Titles in line"),
        min_value=1,
        max_value=300,
        required=False,
        widget=forms.NumberInput(attrs={"data-width": "short"}),
    )

    constant_counts = forms.ChoiceField(
        label=gettext_lazy("The same number on every line"), choices=CONSTANTS, required=False
    )
    only = forms.CharField(
        label=gettext_lazy("… is one of"),
        max_length=LONGEST_LIST,
        required=False,
        help_text=gettext_lazy("separated by commas; empty: all lines"),
    )

    def __init__(self, *args: Any, sample: Sample, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sample = sample
        choices = column_choices(sample)
        for field in FIELDS:
            self.fields[f"column_{field}"] = column_field(str(FIELD_LABELS[field]), choices)
        self.fields["only_column"] = column_field(_("Read only the lines whose"), choices)
        self.typed_columns = [label for _index, label in choices[1:]] if is_typed(choices) else []
        self.fields |= option_fields(Columns(sample, dict(choices[1:])), self.data)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("column_key"):
            self.add_error(
                "column_key", _("Choose the column with the supplier SKU: without it no line is known.")
            )
        stock = cleaned.get("column_quantity") or cleaned.get("column_availability") or cleaned.get("added")
        if not stock and (cleaned.get("ready_days") is None or not cleaned.get("column_lead")):
            self.add_error(
                "column_quantity", _("Choose the column with the quantity, or the one with the availability.")
            )
        return cleaned

    def column_map(self, words: Mapping[str, str], known: ColumnMap | None = None) -> ColumnMap:
        """The choices as a map for this file and those like it; what nobody is asked is as we guess it.

        In what unit prices are told stays as it is `known`, while they are those of the same column and nobody says
        otherwise.
        """
        made = self._made(words)
        if unit := self.cleaned_data["price_unit"]:
            return replace(made, price_divisor=int(unit))
        if known is None or known.price_column != made.price_column:
            return made
        return replace(made, price_divisor=known.price_divisor)

    def _made(self, words: Mapping[str, str]) -> ColumnMap:
        chosen = {field: self.cleaned_data[f"column_{field}"] for field in FIELDS}
        fields = {field: int(index) for field, index in chosen.items() if index}
        sign, guessed = self.cleaned_data["decimal"], self.sample.guessed
        # Codes put together from several columns are our guess; another code column is the person's own answer.
        parts = guessed.key_parts if guessed and guessed.fields.get("key") == fields["key"] else ()
        return replace(
            guessed or ColumnMap(fields={}),
            fields=fields,
            header=self.sample.names,
            header_row=self.sample.header_row,
            decimal=sign,
            quantity_decimal=sign,
            price_divisor=self.sample.divisor_of(fields.get("price")),
            currency=self.cleaned_data["currency"].upper(),
            repeated=self.cleaned_data["repeated"],
            words=dict(words),
            key_parts=parts,
            **options_of(self.cleaned_data, self.sample),
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
        **initial_options(column_map),
    }


def titles_taught(sample: Sample, column_map: ColumnMap) -> dict[str, str]:
    """The titles whose columns a person reads otherwise than we guessed, and as what: next time we guess like him.

    A title that stands twice, or above a column of two fields, teaches nothing.
    """
    guessed = {field: guess.index for field, guess in sample.guesses.items()}
    read = Counter([*column_map.fields.values(), *column_map.added])
    taught = {
        index: field
        for field, index in column_map.fields.items()
        if guessed.get(field) != index and read[index] == 1
    }
    for field, guess in sample.guesses.items():
        # Where he reads another column as the field, that one is taught; this one only if it was taught before.
        if (
            guess.index is not None
            and not read[guess.index]
            and (field not in column_map.fields or guess.by == "person")
        ):
            taught[guess.index] = OTHER
    once = Counter(folded_name(name) for name in sample.names)
    names = {index: name for index, name in enumerate(sample.names) if once[folded_name(name)] == 1}
    return {
        names[index]: field
        for index, field in taught.items()
        if 0 < len(names.get(index, "")) <= LONGEST_WORD
    }


def words_in(data: QueryDict) -> dict[str, str]:
    """What a person mapped words to: rows of `word`, `meaning` and `units`. What is no meaning of ours is left out."""
    rows = zip_longest(data.getlist("word"), data.getlist("meaning"), data.getlist("units"), fillvalue="")
    found = {
        word[:LONGEST_WORD]: meaning_of(meaning, units_in(units))
        for word, meaning, units in islice(rows, WORDS_KEPT)
    }
    return {word: meaning for word, meaning in found.items() if word and meaning}


def units_in(text: str) -> int | None:
    digits = text.strip()
    return int(digits) if digits.isdecimal() and len(digits) <= len(str(MOST_UNITS)) else None


def place_into(data: QueryDict, answer: str) -> None:
    """Fills in an answer about the places of a tree: all "added", "summed", kept "apart", or "only" one of them.

    "apart:4" and "only:4:Paris" name their column. The stores of one article are added up as they stand, sections
    ("summed") only where lines of one SKU are.
    """
    rule, _colon, rest = answer.partition(":")
    column, _colon, place = rest.partition(":")
    data.setlist("apart", [column] if rule == "apart" else [])
    data["only_column"], data["only"] = (column, place) if rule == "only" else ("", "")
    if rule == "summed":
        data["repeated"] = "sum"


def answered(data: QueryDict) -> QueryDict:
    """The form after a click on one answer of a question, posted as `choose=column_price:6` or `choose=decimal:,`."""
    name, _colon, value = data.get("choose", "").partition(":")
    if not name:
        return data
    changed = data.copy()
    if name == "places":
        place_into(changed, value)
    elif name == "apart":
        before = changed.getlist("apart")
        left = [index for index in before if index != value]
        # A second click takes the column out again.
        changed.setlist("apart", left if value in before else [*before, value])
    elif name == "added":
        added = value.split(",")
        changed.setlist("added", [] if changed.getlist("added") == added else added)
    else:
        changed[name] = value
    if name == "column_quantity":
        # One column alone: those that were added to another are no longer.
        changed.setlist("added", [])
    if name == "repeated":
        # Lines that are kept apart are not counted together.
        changed.setlist("apart", [])
    for question in questions_settled(name, value):
        changed.appendlist("settled", question)
    return changed


def questions_settled(name: str, value: str) -> Sequence[str]:
    """The questions that an answer settles. Who keeps places apart, or adds up their lines, says what lines mean."""
    if name == "places":
        return ("apart", "repeated") if value.partition(":")[0] in {"apart", "summed"} else ("apart",)
    return {"apart": ("repeated",), "added": ("column_quantity", "stocks_apart")}.get(name, (name,))
