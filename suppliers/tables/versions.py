"""The versions of a mapping as values: what each changed against the one before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stocke.core.web.formats import number
from suppliers.domain.matching import Matching
from suppliers.forms.column_options import STOCKS
from suppliers.forms.columns import CONSTANTS, DECIMALS, REPEATED, letter
from suppliers.forms.matching import RULE_LABELS
from suppliers.models import FeedMapping
from suppliers.readers import FIELDS, ColumnMap
from suppliers.readers.columns import FIELD_LABELS

Text = str | Promise
OPTION_LABELS: Mapping[str, Text] = {
    "repeated": gettext_lazy("Several lines of one SKU"),
    "apart": gettext_lazy("Lines of one SKU kept apart by"),
    "added": gettext_lazy("Further stock read from"),
    "stocks_apart": gettext_lazy("The stocks of several columns"),
    "only": gettext_lazy("Read only the lines with"),
    "ready_days": gettext_lazy("In stock up to a lead time of"),
    "constant_counts": gettext_lazy("The same number on every line"),
    "decimal": gettext_lazy("Decimals"),
    "price_divisor": gettext_lazy("Prices are divided by"),
    "currency_written": gettext_lazy("Currency where none is written"),
    "header_row": gettext_lazy("Titles in line"),
    "sheet": gettext_lazy("Sheet"),
    "member": gettext_lazy("File in the archive"),
}


@dataclass(frozen=True)
class Difference:
    """One thing that a version reads otherwise."""

    label: Text
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    """A version, what it changed, and whether files are read under it now."""

    mapping: FeedMapping
    differences: Sequence[Difference]
    is_current: bool


def versions_of(mappings: Sequence[FeedMapping], current: int | None, *, is_last_page: bool) -> list[Version]:
    """`mappings` are newest first; unless they reach the first version, the last one is only there to compare with."""
    told = [
        Version(newer, list(differences(older, newer)), newer.pk == current)
        for newer, older in pairwise(mappings)
    ]
    if mappings and is_last_page:
        first = mappings[-1]
        told.append(Version(first, list(differences(None, first)), first.pk == current))
    return told


def differences(older: FeedMapping | None, newer: FeedMapping) -> Iterator[Difference]:
    before, after = told(older), told(newer)
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name, ""), after.get(name, "")
        if was != now:
            yield Difference(label_of(name), was, now)


def label_of(name: str) -> Text:
    if name in FIELD_LABELS:
        return FIELD_LABELS[name]
    return {**OPTION_LABELS, "matching": _("Products"), "titles": _("Titles")}[name]


def told(mapping: FeedMapping | None) -> dict[str, str]:
    """Everything that a version says, in words, by what it is about."""
    if mapping is None:
        return {}
    read = ColumnMap.from_json(mapping.column_map)
    fields = {field: column_of(read, read.fields[field]) for field in FIELDS if field in read.fields}
    return {**fields, **options_told(read), "matching": matching_told(Matching.from_json(mapping.matching))}


def column_of(read: ColumnMap, index: int) -> str:
    name = read.header[index] if index < len(read.header) else ""
    return f"{letter(index)} · {name}" if name else letter(index)


def options_told(read: ColumnMap) -> dict[str, str]:
    values: dict[str, Any] = {
        "titles": ", ".join(read.header),
        "repeated": dict(REPEATED).get(read.repeated, read.repeated),
        "apart": ", ".join(column_of(read, index) for index in read.apart),
        "added": ", ".join(column_of(read, index) for index in read.added),
        "stocks_apart": dict(STOCKS)["on"] if read.stocks_apart else "",
        "only": ""
        if read.only_column is None
        else f"{column_of(read, read.only_column)}: {', '.join(read.only)}",
        "ready_days": "" if read.ready_days is None else number(read.ready_days),
        "constant_counts": dict(CONSTANTS)["on"] if read.constant_counts else "",
        "decimal": dict(DECIMALS)[read.decimal] if read.decimal else "",
        "price_divisor": number(read.price_divisor) if read.price_divisor > 1 else "",
        "currency_written": read.currency,
        "header_row": "" if read.header_row is None else number(read.header_row),
        "sheet": read.sheet,
        "member": read.member,
    }
    return {name: str(value) for name, value in values.items() if value}


def matching_told(matching: Matching) -> str:
    rules = [str(RULE_LABELS[rule]) for rule in matching.by]
    codes = [
        _("capitals count") if not matching.any_case else "",
        _("blanks do not count") if matching.any_blanks else "",
    ]
    return ", ".join(word for word in [*rules, *codes] if word)
