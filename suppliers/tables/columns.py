"""The mapping page as values: the sample with its marks, our fields with their reasons, the words with our readings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from stocke.core.web.formats import percent
from stocke.core.web.status import Status
from suppliers.forms.columns import ColumnsForm, letter
from suppliers.readers import FIELDS, ColumnMap, Reading
from suppliers.readers.columns import FIELD_LABELS
from suppliers.readers.sampling import Sample
from suppliers.tables.proofs import proof_of
from suppliers.tables.questions import BOTH_WAYS, Question

Text = str | Promise
DOUBTFUL_BELOW = 0.6
MARKED = 200
OPTIONS = (
    *("repeated", "apart", "added", "stocks_apart", "constant_counts", "ready_days", "decimal", "currency"),
    *("header_row", "sheet", "member"),
)
# Fields that say nothing where nobody asked.
IF_ASKED = {"constant_counts", "added", "stocks_apart"}
RARE_OPTIONS = ("price_unit", "added", "stocks_apart", "only_column", "only")


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
    """One of our fields: its select, what shows that it is right, why we think so, and what it leaves open."""

    field: BoundField
    state: Status
    proof: Text
    reason: Text
    is_required: bool
    question: Question | None = None

    @property
    def is_doubtful(self) -> bool:
        return self.state.kind == "verify" or bool(self.question and not self.question.is_settled)

    @property
    def is_absent(self) -> bool:
        """A field that the file need not have, and has not."""
        return self.state.kind == "stopped" and not self.is_required


def headings(sample: Sample, column_map: ColumnMap | None) -> list[Heading]:
    read_as = {index: field for field, index in (column_map.fields if column_map else {}).items()}
    beside = read_beside(column_map) if column_map else {}
    return [heading(index, read_as.get(index), sample, beside) for index in range(sample.width)]


def read_beside(column_map: ColumnMap) -> dict[int, Text]:
    """Columns that are no field of ours, and yet are read."""
    only = [] if column_map.only_column is None else [column_map.only_column]
    return {
        **dict.fromkeys(only, _("chooses the lines")),
        **dict.fromkeys((*column_map.apart, *column_map.key_parts), _("part of the SKU")),
        **dict.fromkeys(column_map.added, _("further stock")),
    }


def heading(index: int, field: str | None, sample: Sample, beside: Mapping[int, Text]) -> Heading:
    if field is None and index in beside:
        return Heading(letter(index), Status("done", ""), beside[index])
    if field is None:
        return Heading(letter(index), None, _("Ignored"))
    return Heading(letter(index), certainty(sample, field, index), FIELD_LABELS[field])


def certainty(sample: Sample, field: str, index: int) -> Status:
    """Sure, or to be looked at; a column that a person chose himself is sure."""
    guess = sample.guesses.get(field)
    if guess is None or guess.index != index or guess.confidence >= DOUBTFUL_BELOW:
        return Status("done", "")
    return Status("verify", "")


def field_rows(
    form: ColumnsForm,
    sample: Sample,
    column_map: ColumnMap | None,
    reading: Reading | None,
    questions: Mapping[str, Question],
) -> list[FieldRow]:
    chosen = column_map.fields if column_map else {}
    return [
        replace(
            field_row(
                form[f"column_{field}"],
                field,
                chosen.get(field),
                sample,
                is_required=is_needed(field, column_map),
            ),
            proof=proof_of(field, reading) if reading and field in chosen else "",
            question=questions.get(f"column_{field}"),
        )
        for field in FIELDS
    ]


def is_needed(field: str, column_map: ColumnMap | None) -> bool:
    """Whether there must be a column for it: for the code, and for the quantity unless others tell the stock."""
    is_told = column_map and ("availability" in column_map.fields or column_map.added)
    return field == "key" or (field == "quantity" and not is_told)


def field_row(
    bound: BoundField, field: str, index: int | None, sample: Sample, *, is_required: bool
) -> FieldRow:
    if index is None:
        state = Status("verify" if field == "key" or bound.errors else "stopped")
        return FieldRow(bound, state, "", _("not in the file"), is_required)
    guess = sample.guesses.get(field)
    if guess is None or guess.index != index:
        return FieldRow(bound, Status("done", ""), "", _("chosen by a person"), is_required)
    reason = _("%(share)s sure: %(reason)s") % {
        "share": percent(guess.confidence),
        "reason": guess.reason,
    }
    return FieldRow(bound, certainty(sample, field, index), "", reason, is_required)


@dataclass(frozen=True)
class OptionRow:
    """How the file is written, or what its lines mean together: one field of the form, and what it leaves open."""

    field: BoundField
    question: Question | None = None

    @property
    def is_doubtful(self) -> bool:
        return bool(self.question and not self.question.is_settled)

    @property
    def is_ticked(self) -> bool:
        """Whether it is a list of boxes to tick."""
        return bool(self.field.field.widget.input_type == "checkbox")


def option_rows(form: ColumnsForm, questions: Mapping[str, Question]) -> list[OptionRow]:
    """Those that this file has: only some have sheets, or are in an archive."""
    asked = [name for name in OPTIONS if name in form.fields and (name not in IF_ASKED or name in questions)]
    return [OptionRow(form[name], questions.get(name)) for name in asked]


def rare_rows(form: ColumnsForm, questions: Mapping[str, Question]) -> list[OptionRow]:
    """What hardly any file needs."""
    return [OptionRow(form[name]) for name in RARE_OPTIONS if name in form.fields and name not in questions]


def lines_of(sample: Sample, column_map: ColumnMap | None, reading: Reading | None) -> list[Line]:
    """The sample with what we could not read marked in its cells."""
    marks = marks_of(sample, column_map, reading) if column_map and reading else {}
    header = sample.header_row or 0
    return [line_of(line.number, line.cells, header, marks.get(line.number, {})) for line in sample.lines]


def line_of(line: int, cells: Sequence[str], header: int, marks: Mapping[int, str]) -> Line:
    kind = "head" if line == header else "skipped" if line < header else ""
    return Line(
        line, [Cell(text, marks.get(at, "") if not kind else "") for at, text in enumerate(cells)], kind
    )


def marks_of(sample: Sample, column_map: ColumnMap, reading: Reading) -> dict[int, dict[int, str]]:
    """By line and column: cells that say something we do not read, or read with a doubt, and lines without a code."""
    marks: dict[int, dict[int, str]] = {}
    for line, field in (*doubtful_cells(reading), *unread_gtins(sample, column_map, reading)):
        if field in column_map.fields:
            marks.setdefault(line, {})[column_map.fields[field]] = "doubt"
    for line in reading.rejects.head(MARKED)["line"]:
        marks.setdefault(line, {})[column_map.fields["key"]] = "bad"
    return marks


def doubtful_cells(reading: Reading) -> Iterator[tuple[int, str]]:
    head = reading.lines.head(MARKED)
    unread = {
        "quantity": pl.col("quantity_kind") == "unknown",
        "price": pl.col("price").is_null(),
        "lead": pl.col("lead_days").is_null(),
    }
    signs = any(doubt.code == "decimal" for doubt in reading.doubts)
    for field, is_unread in unread.items():
        text = pl.col(f"{field}_raw").fill_null("")
        both = text.str.contains(BOTH_WAYS) if signs and field != "lead" else pl.lit(False)
        for line in head.filter((text != "") & (is_unread | both))["line"]:
            yield line, field


def unread_gtins(sample: Sample, column_map: ColumnMap, reading: Reading) -> Iterator[tuple[int, str]]:
    """Cells with a barcode of which nothing could be kept."""
    index = column_map.fields.get("gtin")
    if index is None:
        return
    without = set(reading.lines.head(MARKED).filter(pl.col("gtin").is_null())["line"])
    for line in sample.lines:
        if line.number in without and index < len(line.cells) and line.cells[index]:
            yield line.number, "gtin"
