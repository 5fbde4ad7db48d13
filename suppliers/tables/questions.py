"""What a file leaves open, as questions with answers to click on, each beside what it would give."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl
from django.utils.translation import gettext as _

from stocke.core.web.formats import number
from suppliers.forms.column_options import STOCKS, telling_columns
from suppliers.forms.columns import CONSTANTS, REPEATED, letter
from suppliers.readers import ColumnGuess, ColumnMap, Reading
from suppliers.readers.doubting import same_leaf
from suppliers.readers.figures import number as figure
from suppliers.readers.sampling import Sample
from suppliers.readers.sources import Places

# Another column is asked about when it is this likely beside the one that is read.
CLOSE = 0.55
ASKED_FIELDS = ("key", "quantity", "availability", "price")
ANSWERS, EXAMPLES = 4, 3
# A number that reads both ways: one point or comma, three digits behind it.
BOTH_WAYS = r"^\d{1,3}[.,]\d{3}$"
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "PLN")


@dataclass(frozen=True)
class Answer:
    """One way to read it: what the button posts, how it is called, and what it would give."""

    value: str
    label: str
    example: str
    is_chosen: bool


@dataclass(frozen=True)
class Question:
    """`is_settled` once a person has answered it, or saved the columns as they are."""

    text: str
    answers: tuple[Answer, ...]
    is_settled: bool


@dataclass(frozen=True)
class Asked:
    """What the questions are about: the sample, the reading of it, and what was answered already.

    `settled` are names of fields that were answered on this page; with "*" all were answered when the columns were
    saved, and are asked no more, but for those named with a minus: their columns changed since.
    """

    sample: Sample
    column_map: ColumnMap
    reading: Reading
    settled: Collection[str]
    currency: str

    def is_settled(self, name: str) -> bool:
        return name in self.settled

    def is_known(self, name: str) -> bool:
        return "*" in self.settled and f"-{name}" not in self.settled and name not in self.settled


def questions_of(asked: Asked) -> Mapping[str, Question]:
    """By the name of the form's field, those that the file leaves open, and nobody has answered for good."""
    return {name: question for name, question in every_question(asked) if not asked.is_known(name)}


def every_question(asked: Asked) -> Iterator[tuple[str, Question]]:
    yield from about_columns(asked)
    doubts = {doubt.code for doubt in asked.reading.doubts}
    if "decimal" in doubts:
        yield "decimal", about_decimals(asked)
    yield from about_places(asked)
    if any(code.startswith("repeated_") for code in doubts) or asked.column_map.apart:
        yield "repeated", about_repeated(asked)
    if {"added", "stocks_apart", "which_quantity"} & doubts:
        text = _("Several columns hold stock. Tick those that are read beside the quantity.")
        yield "added", Question(text, (), asked.is_settled("added") or asked.is_settled("stocks_apart"))
    if asked.column_map.added:
        yield "stocks_apart", about_stocks(asked)
    if "ready_days" in doubts:
        text = _("No column holds stock: lead times tell it. Up to how many days is an article in stock?")
        yield "ready_days", Question(text, (), asked.is_settled("ready_days"))
    if "constant" in doubts or asked.column_map.constant_counts:
        yield "constant_counts", about_constant(asked)
    if is_without_currency(asked.reading):
        yield "currency", about_currency(asked)


def about_columns(asked: Asked) -> Iterator[tuple[str, Question]]:
    for field in ASKED_FIELDS:
        guess = asked.sample.guesses.get(field)
        rivals = rivals_of(guess) if guess else []
        chosen = asked.column_map.fields.get(field)
        if not rivals or chosen is None:
            continue
        indexes = dict.fromkeys([chosen, *rivals])
        answers = [column_answer(asked.sample, field, index, chosen) for index in list(indexes)[:ANSWERS]]
        if field == "quantity":
            answers = with_sum(asked, answers, [index for index in indexes if index != chosen])
        is_settled = asked.is_settled(f"column_{field}") or chosen != (guess and guess.index)
        yield (
            f"column_{field}",
            Question(_("Several columns could be it. Which one?"), tuple(answers), is_settled),
        )


def rivals_of(guess: ColumnGuess) -> list[int]:
    """The columns that are nearly as likely, or of the same name elsewhere in the article, the likeliest first."""
    if guess.index is None:
        return []
    near = [
        other.index
        for other in guess.candidates
        if other.confidence >= CLOSE * guess.confidence or same_leaf(other.column, guess.column or "")
    ]
    return [guess.index, *near] if near else []


def column_answer(sample: Sample, field: str, index: int, chosen: int) -> Answer:
    name = sample.names[index] if index < len(sample.names) else ""
    label = f"{letter(index)} · {name}" if name else letter(index)
    return Answer(f"column_{field}:{index}", label, " · ".join(cells_of(sample, index)), index == chosen)


def with_sum(asked: Asked, alone: list[Answer], others: list[int]) -> list[Answer]:
    """And all of the columns that could be the quantity, read as one stock: the warehouses of one supplier."""
    is_sum = set(others) <= set(asked.column_map.added)
    columns = " + ".join(letter(index) for index in (asked.column_map.fields["quantity"], *others))
    value = ",".join(str(index) for index in others)
    all_of_them = Answer(f"added:{value}", _("All of them, added up"), columns, is_sum)
    return [*(replace(answer, is_chosen=answer.is_chosen and not is_sum) for answer in alone), all_of_them]


def cells_of(sample: Sample, index: int) -> list[str]:
    """A few different cells of a column, as written."""
    header = sample.header_row or 0
    cells = [line.cells[index] for line in sample.lines if line.number > header and index < len(line.cells)]
    return list(dict.fromkeys(cell for cell in cells if cell))[:EXAMPLES]


def about_decimals(asked: Asked) -> Question:
    example = both_ways(asked.reading) or "1.234"
    now = asked.column_map.decimal or asked.column_map.quantity_decimal
    answers = tuple(
        Answer(f"decimal:{sign}", label, f"{example} → {read_with(example, sign)}", now == sign)
        for sign, label in ((",", _("comma before decimals")), (".", _("point before decimals")))
    )
    text = _("Nothing beside “%(example)s” shows which sign stands before the decimals.") % {
        "example": example
    }
    return Question(text, answers, asked.is_settled("decimal"))


def both_ways(reading: Reading) -> str:
    """A number of this file that would read as two different ones."""
    for raw in ("quantity_raw", "price_raw"):
        found = reading.lines.filter(pl.col(raw).str.contains(BOTH_WAYS)).select(raw).head(1)
        if found.height:
            return str(found.item())
    return ""


def read_with(text: str, sign: str) -> str:
    value = figure(text, decimal=sign)
    return "?" if value is None else number(value, 0 if value == int(value) else 3)


def about_repeated(asked: Asked) -> Question:
    key, quantities = repeated_example(asked.reading)
    outcomes = {
        "last": quantities[-1:],
        "first": quantities[:1],
        "sum": [sum(quantities)] if quantities else [],
    }
    shown = " + ".join(number(quantity) for quantity in quantities)
    answers = tuple(
        Answer(
            f"repeated:{rule}",
            str(label),
            f"{key} : {shown} → {number(outcomes[rule][0])}" if outcomes[rule] else key,
            asked.column_map.repeated == rule and not asked.column_map.apart,
        )
        for rule, label in REPEATED
    )
    answers += tuple(apart_answer(asked, index, key) for index in telling_columns(asked.sample))
    return Question(
        _("One SKU stands in several lines. What do they mean together?"),
        answers,
        asked.is_settled("repeated"),
    )


def apart_answer(asked: Asked, index: int, key: str) -> Answer:
    """Each line stays an article of its own, named by its code and this column."""
    name = asked.sample.names[index] if index < len(asked.sample.names) else letter(index)
    cells = cells_of(asked.sample, index)[:2]
    example = " · ".join(f"{key.partition('/')[0]}/{cell}" for cell in cells)
    label = _("Keep them apart by “%(column)s”") % {"column": name}
    return Answer(f"apart:{index}", label, example, index in asked.column_map.apart)


def about_places(asked: Asked) -> Iterator[tuple[str, Question]]:
    """The stores of one article, or sections of the file, which are places or not: a person knows."""
    for index, places in asked.sample.places[:1]:
        is_chosen = index in (*asked.column_map.apart, asked.column_map.only_column)
        if places.read or is_chosen or any(doubt.code == "stores" for doubt in asked.reading.doubts):
            text = _("The stock is told for several places. What do they mean together?")
            yield "apart", Question(text, places_answers(asked, index, places), asked.is_settled("apart"))


def places_answers(asked: Asked, index: int, places: Places) -> tuple[Answer, ...]:
    """All of them added up, each an article of its own, or one alone; what a form cannot name is not offered."""
    column_map = asked.column_map
    key = "".join(cells_of(asked.sample, column_map.fields["key"])[:1])
    only = column_map.only if column_map.only_column == index else ()
    is_apart = index in column_map.apart
    shown = places.names[:EXAMPLES]
    apart = " · ".join(f"{key}/{place}" for place in shown)
    rule = "summed" if places.read else "added"
    return (
        Answer(f"places:{rule}", str(dict(STOCKS)[""]), " + ".join(shown), not (is_apart or only)),
        Answer(f"places:apart:{index}", str(dict(STOCKS)["on"]), apart, is_apart),
        *(
            Answer(
                f"places:only:{index}:{place}", _("Only “%(place)s”") % {"place": place}, "", only == (place,)
            )
            for place in shown
            if "," not in place
        ),
    )


def about_constant(asked: Asked) -> Question:
    counts = asked.column_map.constant_counts
    answers = tuple(
        Answer(f"constant_counts:{value}", str(label), "", counts == bool(value))
        for value, label in CONSTANTS
    )
    text = _("Every line that has any states the same quantity. Is it a number?")
    return Question(text, answers, asked.is_settled("constant_counts"))


def about_stocks(asked: Asked) -> Question:
    """Stock in several columns is one article's, or each column an article's of its own."""
    column_map, names = asked.column_map, asked.sample.names
    places = [column_map.fields.get("quantity"), *column_map.added]
    titles = [names[index] if index < len(names) else letter(index) for index in places if index is not None]
    key = "".join(cells_of(asked.sample, column_map.fields["key"])[:1])
    examples = {"": " + ".join(titles), "on": " · ".join(f"{key}/{title}" for title in titles)}
    answers = tuple(
        Answer(f"stocks_apart:{value}", str(label), examples[value], column_map.stocks_apart == bool(value))
        for value, label in STOCKS
    )
    text = _("What do the stocks of several columns mean together?")
    return Question(text, answers, asked.is_settled("stocks_apart"))


def repeated_example(reading: Reading) -> tuple[str, list[int]]:
    """A code of several lines that state different quantities, else any, with what they state."""
    several = (
        reading.lines.group_by("key", maintain_order=True)
        .agg(pl.col("quantity").drop_nulls())
        .filter(pl.col("quantity").list.len() > 1)
        .with_columns(differ=pl.col("quantity").list.n_unique() > 1)
        .sort("differ", descending=True, maintain_order=True)
        .head(1)
    )
    if not several.height:
        return "", []
    key, quantities, _differ = several.row(0)
    return key, list(quantities)[:EXAMPLES]


def is_without_currency(reading: Reading) -> bool:
    """Whether there are prices, and neither the file nor a person says of what."""
    prices = reading.rows.filter(pl.col("price_minor") > 0)
    return bool(prices.height) and prices["currency"].null_count() == prices.height


def about_currency(asked: Asked) -> Question:
    codes = dict.fromkeys([asked.currency, *CURRENCIES])
    answers = tuple(
        Answer(
            f"currency:{code}",
            code,
            _("of this supplier") if code == asked.currency else "",
            code == asked.currency,
        )
        for code in list(codes)[:ANSWERS]
    )
    text = _("No currency is written beside the prices. What are they in?")
    return Question(text, answers, asked.is_settled("currency"))
