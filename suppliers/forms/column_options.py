"""Choices of the mapping page that only some files need: each field is made where the file gives a reason for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suppliers.readers import ColumnMap
from suppliers.readers.layouts import tells_parts_apart
from suppliers.readers.sampling import Sample

MOST_DAYS = 365
LONGEST_LIST = 500
STOCKS = [
    ("", gettext_lazy("Add them up")),
    ("on", gettext_lazy("Keep them apart, one article for each")),
]


@dataclass(frozen=True)
class Columns:
    """The columns of a file as choices: "F · PA HT" by its index as text."""

    sample: Sample
    choices: Mapping[str, str]

    def some(self, indexes: list[int]) -> list[tuple[str, str]]:
        return [(str(index), self.choices[str(index)]) for index in indexes if str(index) in self.choices]


def option_fields(columns: Columns, posted: Mapping[str, Any]) -> dict[str, forms.Field]:
    """The fields that this file gives a reason for, by their names; `posted` is what was filled in, if anything."""
    sample = columns.sample
    found: dict[str, forms.Field] = {}
    if parts := columns.some(telling_columns(sample)):
        found["apart"] = ticks(_("Lines of one SKU kept apart by"), parts)
    if stocks := columns.some(stock_columns(sample)):
        found["added"] = ticks(_("Further stock read from"), stocks)
        found["stocks_apart"] = forms.ChoiceField(
            label=_("The stocks of several columns"), choices=STOCKS, required=False
        )
    if is_told_by_lead(sample, posted):
        found["ready_days"] = forms.IntegerField(
            label=_("In stock up to a lead time of"),
            min_value=0,
            max_value=MOST_DAYS,
            required=False,
            widget=forms.NumberInput(attrs={"data-width": "short", "data-unit": _("days")}),
        )
    for name, label, parts in (
        ("sheet", _("Sheet"), part_choices(sample.sheet, "sheets", sample)),
        ("member", _("File in the archive"), part_choices(sample.member, "members", sample)),
    ):
        if len(parts) > 1:
            found[name] = forms.ChoiceField(label=label, choices=parts, required=False)
    return found


def ticks(label: str, choices: list[tuple[str, str]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


def telling_columns(sample: Sample) -> list[int]:
    """Columns that may tell lines of one code apart: a warehouse, a size, or what differs where the code does not."""
    guessed = sample.guessed
    if guessed is None:
        return []
    taken = {*guessed.fields.values(), *guessed.added}
    free = [index for index in range(sample.width) if index not in taken]
    named = [index for index in free if index < len(sample.names) and tells_parts_apart(sample.names[index])]
    differing = [index for index in free if differs_within_codes(sample, guessed.fields["key"], index)]
    places = [index for index, _places in sample.places]
    return list(dict.fromkeys([*guessed.apart, *places, *named, *differing]))


def differs_within_codes(sample: Sample, key: int, index: int) -> bool:
    """Whether lines of the same code hold different words in this column."""
    values: dict[str, set[str]] = {}
    for line in sample.lines:
        if line.number > (sample.header_row or 0) and max(key, index) < len(line.cells) and line.cells[key]:
            values.setdefault(line.cells[key], set()).add(line.cells[index])
    several = [found for found in values.values() if len(found) > 1]
    return bool(several) and not any(text.replace(",", "").isdigit() for found in several for text in found)


def stock_columns(sample: Sample) -> list[int]:
    """Columns beside the quantity that may hold stock too."""
    guess = sample.guesses.get("quantity")
    others = [other.index for other in guess.candidates] if guess else []
    added = list(sample.guessed.added) if sample.guessed else []
    return list(dict.fromkeys([*added, *others]))


def is_told_by_lead(sample: Sample, posted: Mapping[str, Any]) -> bool:
    """Whether the stock can only be told by lead times: there are some, and no column of stock."""
    fields = sample.guessed.fields if sample.guessed else {}
    has_stock = posted.get("column_quantity") or posted.get("column_availability")
    guessed_days = sample.guessed is not None and sample.guessed.ready_days is not None
    return guessed_days or (
        "lead" in fields and not ({"quantity", "availability"} & fields.keys() or has_stock)
    )


def part_choices(current: str | None, parts: str, sample: Sample) -> list[tuple[str, str]]:
    """The sheets of a workbook, or the files of an archive, that could be the feed; the one that is read first."""
    others = [str(doubt.facts[parts]).split(", ") for doubt in sample.doubts if doubt.code == parts]
    names = dict.fromkeys([*([current] if current else []), *(others[0] if others else [])])
    return [(name, name) for name in names]


def options_of(cleaned: Mapping[str, Any], sample: Sample) -> dict[str, Any]:
    """The answers as a column map takes them; what was not asked stays as the file is guessed."""
    values: dict[str, Any] = {"sheet": sample.sheet or "", "member": sample.member}
    if "apart" in cleaned:
        values["apart"] = tuple(int(index) for index in cleaned["apart"])
    if "added" in cleaned:
        values["added"] = tuple(int(index) for index in cleaned["added"])
        values["stocks_apart"] = bool(values["added"]) and cleaned.get("stocks_apart") == "on"
    if "ready_days" in cleaned:
        values["ready_days"] = cleaned["ready_days"]
    only = tuple(text.strip() for text in cleaned["only"].split(",") if text.strip())
    chosen = cleaned["only_column"]
    values["only"] = only if chosen else ()
    values["only_column"] = int(chosen) if chosen and only else None
    values["constant_counts"] = cleaned["constant_counts"] == "on"
    return values


def initial_options(column_map: ColumnMap) -> dict[str, Any]:
    """A saved or guessed map as these fields fill in."""
    return {
        "apart": [str(index) for index in column_map.apart],
        "added": [str(index) for index in column_map.added],
        "stocks_apart": "on" if column_map.stocks_apart else "",
        "ready_days": column_map.ready_days,
        "only_column": "" if column_map.only_column is None else str(column_map.only_column),
        "only": ", ".join(column_map.only),
        "constant_counts": "on" if column_map.constant_counts else "",
        "sheet": column_map.sheet,
        "member": column_map.member,
    }
