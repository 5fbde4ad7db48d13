"""The mapping page as values: the sample with its marks, our fields with their reasons, the words with our readings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stocke.core.web.formats import number
from stocke.core.web.status import Status
from suppliers.forms.columns import ColumnsForm, letter
from suppliers.forms.words import MEANINGS
from suppliers.readers import FIELDS, ColumnMap, Reading, summary
from suppliers.readers.columns import FIELD_LABELS
from suppliers.readers.sampling import Sample

Text = str | Promise
DOUBTFUL_BELOW = 0.6
REQUIRED = {"key", "quantity"}
WORDS_SHOWN = 30


@dataclass(frozen=True)
class Heading:
    """One column of the file: our field above its letter."""

    letter: str
    state: Status | None
    label: Text


@dataclass(frozen=True)
class Cell:
    """One cell of the sample; `mark` is "doubt" or "bad" where we are not sure, or could not read."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class Line:
    number: int
    cells: Sequence[Cell]
    kind: str = ""


@dataclass(frozen=True)
class FieldRow:
    """One of our fields: its select, why we think so, and whether a person should look."""

    field: BoundField
    state: Status
    reason: Text
    is_required: bool

    @property
    def is_doubtful(self) -> bool:
        return self.state.kind == "verify"


@dataclass(frozen=True)
class WordRow:
    """A supplier's word, how often he writes it, how we read it, and what a person made of it."""

    text: str
    column: Text
    lines: int
    reading: str
    chosen: str


def headings(sample: Sample, column_map: ColumnMap | None) -> list[Heading]:
    read_as = {index: field for field, index in (column_map.fields if column_map else {}).items()}
    return [heading(index, read_as.get(index), sample) for index in range(sample.width)]


def heading(index: int, field: str | None, sample: Sample) -> Heading:
    if field is None:
        return Heading(letter(index), None, _("Ignored"))
    return Heading(letter(index), certainty(sample, field, index), FIELD_LABELS[field])


def certainty(sample: Sample, field: str, index: int) -> Status:
    """Sure, or to be looked at; a column that a person chose himself is sure."""
    guess = sample.guesses.get(field)
    if guess is None or guess.index != index or guess.confidence >= DOUBTFUL_BELOW:
        return Status("done", "")
    return Status("verify", "")


def field_rows(form: ColumnsForm, sample: Sample, column_map: ColumnMap | None) -> list[FieldRow]:
    chosen = column_map.fields if column_map else {}
    return [field_row(form[f"column_{field}"], field, chosen.get(field), sample) for field in FIELDS]


def field_row(bound: BoundField, field: str, index: int | None, sample: Sample) -> FieldRow:
    required = field in REQUIRED
    if index is None:
        missing = required and field == "key"
        return FieldRow(bound, Status("verify" if missing else "stopped"), _("not in the file"), required)
    guess = sample.guesses.get(field)
    reason = guess.reason if guess and guess.index == index else _("chosen by a person")
    return FieldRow(bound, certainty(sample, field, index), reason, required)


def lines_of(sample: Sample, column_map: ColumnMap | None, reading: Reading | None) -> list[Line]:
    """The sample with what we could not read marked in its cells."""
    marks = marks_of(column_map, reading) if column_map and reading else {}
    header = sample.header_row or 0
    return [line_of(line.number, line.cells, header, marks.get(line.number, {})) for line in sample.lines]


def line_of(line: int, cells: Sequence[str], header: int, marks: Mapping[int, str]) -> Line:
    kind = "head" if line == header else "skipped" if line < header else ""
    return Line(
        line, [Cell(text, marks.get(at, "") if not kind else "") for at, text in enumerate(cells)], kind
    )


def marks_of(column_map: ColumnMap, reading: Reading) -> dict[int, dict[int, str]]:
    """By line and column: quantities and prices that say something we do not read, and lines without a code."""
    marks: dict[int, dict[int, str]] = {}
    for line, field in doubtful_cells(reading):
        if field in column_map.fields:
            marks.setdefault(line, {})[column_map.fields[field]] = "doubt"
    for line in reading.rejects.head(WORDS_SHOWN)["line"]:
        marks.setdefault(line, {})[column_map.fields["key"]] = "bad"
    return marks


def doubtful_cells(reading: Reading) -> Iterator[tuple[int, str]]:
    said, head = pl.col("quantity_raw").fill_null("") != "", reading.lines.head(200)
    for line in head.filter((pl.col("quantity_kind") == "unknown") & said)["line"]:
        yield line, "quantity"
    priced = pl.col("price_raw").fill_null("") != ""
    for line in head.filter(pl.col("price").is_null() & priced)["line"]:
        yield line, "price"


def word_rows(reading: Reading) -> list[WordRow]:
    """Every word that stands for a stock, the ones we do not understand first."""
    told, chosen = summary(reading), reading.mapping.words
    quantities = [
        WordRow(
            row["text"],
            FIELD_LABELS["quantity"],
            row["lines"],
            quantity_words(row),
            chosen.get(row["text"], ""),
        )
        for row in told["quantities"]["worded"]
    ]
    words = [
        WordRow(
            row["text"],
            FIELD_LABELS["availability"],
            row["lines"],
            meaning(row["means"]),
            chosen.get(row["text"], ""),
        )
        for row in told["availability"]
    ]
    unknown = meaning("unknown")
    return sorted([*quantities, *words], key=lambda row: (row.reading != unknown, -row.lines))[:WORDS_SHOWN]


KIND_WORDS: Mapping[str, Text] = {
    "flag": gettext_lazy("in stock, no number"),
    "unknown": gettext_lazy("unknown, never zero"),
}


def quantity_words(row: Mapping[str, Any]) -> str:
    kind, units = row["kind"], row["quantity"]
    if kind == "at_least":
        return _("at least %(units)s") % {"units": number(units)}
    return number(units) if kind == "exact" else str(KIND_WORDS.get(kind, kind))


def meaning(kind: str) -> str:
    return str(KIND_WORDS["unknown"] if kind == "unknown" else MEANINGS.get(kind, kind))
