"""What a person should look at: readings that another reader might have made differently."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from suppliers.readers.figures import DecimalSign
from suppliers.readers.habits import Habits
from suppliers.readers.jsonsections import SECTION
from suppliers.readers.names import is_known, is_moved
from suppliers.readers.records import is_told_apart
from suppliers.readers.repeating import MANY_WHOLES
from suppliers.readers.shelves import Blocks
from suppliers.readers.values import ColumnGuess, ColumnMap, Doubt, Totals
from suppliers.readers.vocabulary import UnknownWord

# Another column is a rival when it is nearly as likely; where the cells alone decided, less is enough.
_CLOSE, _CLOSE_UNNAMED, _NAMED = 0.8, 0.55, 0.6
_TELLING = {"key", "quantity", "price"}
_SHOWN = 5
# What an article may well have several of: the first will do.
_SEVERAL = {"name", "brand", "category"}
# Doubts counted line by line, and those that only all lines together can say.
LINE_BY_LINE = frozenset(
    {
        *("ruined_codes", "ruined_gtins", "wrong_gtins", "padded_gtins", "stores", "negative", "fractions"),
        *("contradictions", "not_understood", "unknown_words", "unknown_leads"),
        *("zero_prices", "without_price", "worded_prices"),
    }
)
OF_ALL_LINES = frozenset({"all_zero", "empty_quantity", "hardly_filled"})
# So few of many articles that state a stock may be what somebody has ordered.
_MANY, _HARDLY = 20, 0.05


def doubts_of(
    guesses: Sequence[ColumnGuess],
    mapping: ColumnMap,
    signs: Mapping[str, DecimalSign],
    totals: Totals,
    lines: Blocks,
    rows: Blocks,
    unknown: Sequence[UnknownWord],
    habits: Habits,
) -> tuple[Doubt, ...]:
    """Every doubt about a reading, the columns first."""
    return (
        *_about_columns(guesses, mapping, lacking=totals.without_code > 0),
        *_about_shared_codes(guesses, mapping, lines.height - rows.height),
        *_about_signs(signs),
        *_about_codes(mapping, totals, lines, lines.height - rows.height),
        *_about_quantities(totals, habits, mapping),
        *_about_words(unknown),
        *_about_prices(totals, mapping, habits),
    )


def of_what_is_read(doubts: Sequence[Doubt], mapping: ColumnMap, names: Sequence[str]) -> Iterator[Doubt]:
    """The doubts about a file, without what is left out of columns that nobody asks for."""
    telling = [index for field, index in mapping.fields.items() if field not in _SEVERAL]
    read = {names[index] for index in [*telling, *mapping.added] if index < len(names)}
    for doubt in doubts:
        if doubt.code == "section" and SECTION in names:
            yield from _about_section(doubt, mapping)
            continue
        column = str(doubt.facts.get("column", ""))
        of_none = (doubt.code == "several" and not is_told_apart(column)) or doubt.code == "currency_once"
        if column in read or not of_none:
            yield doubt


def _about_section(doubt: Doubt, mapping: ColumnMap) -> Iterator[Doubt]:
    """Which of several sections is read, as long as nobody has chosen others or keeps them apart."""
    place = str(doubt.facts["place"])
    if mapping.only == (place,):
        yield doubt
    elif not mapping.only and not mapping.apart:
        yield Doubt("sections", {"places": f"{_quoted([place])}, {doubt.facts['others']}"})


def _about_columns(guesses: Sequence[ColumnGuess], mapping: ColumnMap, *, lacking: bool) -> Iterator[Doubt]:
    """The doubts about columns; with `lacking` some lines have no code, and perhaps one in another column."""
    if guesses and not mapping.header:
        yield Doubt("no_header")
    for guess in guesses:
        if guess.column and guess.field in _TELLING:
            yield from _about_choice(guess, mapping, lacking=lacking and guess.field == "key")
    yield from _about_lines(guesses, mapping)
    yield from (
        Doubt("moved", {"column": _quoted([guess.column])})
        for guess in guesses
        if guess.field == "quantity" and guess.column and guess.by != "person" and is_moved(guess.column)
    )
    if mapping.ready_days is not None:
        yield Doubt("ready_days", {"days": mapping.ready_days})
    elif not {"quantity", "availability"} & mapping.fields.keys():
        yield from _about_no_quantity(guesses)


def _about_shared_codes(guesses: Sequence[ColumnGuess], mapping: ColumnMap, repeated: int) -> Iterator[Doubt]:
    """Whether lines share codes in a column whose name says nothing of codes: it may tell other things apart."""
    if mapping.named_by_key or not mapping.header or not repeated:
        return
    for guess in guesses:
        if guess.field == "key" and guess.by == "cells" and not is_known(guess.column or ""):
            yield Doubt("by_cells", {"field": "key", "column": guess.column or ""})


def _about_choice(guess: ColumnGuess, mapping: ColumnMap, *, lacking: bool) -> Iterator[Doubt]:
    """Whether a column was told by its cells alone, and which others it could be."""
    field, chosen = guess.field, guess.column or ""
    if mapping.header and guess.by == "cells" and field != "key":
        yield Doubt("by_cells", {"field": field, "column": chosen})
    sure = guess.confidence >= _NAMED and field != "quantity" and not lacking
    share = 0.0 if guess.by == "cells" else _CLOSE if sure else _CLOSE_UNNAMED
    close = [
        other.column
        for other in guess.candidates
        if (other.confidence >= share * guess.confidence or same_leaf(other.column, chosen))
        and not (field == "quantity" and other.index in mapping.added)
    ]
    if close:
        yield Doubt("column", {"field": field, "column": chosen, "others": _quoted(close)})


def _about_lines(guesses: Sequence[ColumnGuess], mapping: ColumnMap) -> Iterator[Doubt]:
    """How lines and columns make one article."""
    if mapping.named_by_key:
        yield Doubt("key_by_name")
    if guesses and mapping.apart:
        yield Doubt("apart", {"columns": _named(mapping, mapping.apart)})
    if mapping.continued:
        yield Doubt("continued")
    if mapping.added:
        quantity = [mapping.fields["quantity"]] if "quantity" in mapping.fields else []
        code = "stocks_apart" if mapping.stocks_apart else "added"
        yield Doubt(code, {"columns": _named(mapping, [*quantity, *mapping.added])})


def _named(mapping: ColumnMap, indexes: Sequence[int]) -> str:
    return _quoted([mapping.header[index] for index in indexes if index < len(mapping.header)])


def same_leaf(name: str, other: str) -> bool:
    """Whether two values of an XML or JSON item have one name, in different places: "Price/Amount", "Old/Amount"."""
    leaf = name.rpartition("/")[2]
    return "/" in name and leaf == other.rpartition("/")[2]


def _about_no_quantity(guesses: Sequence[ColumnGuess]) -> Iterator[Doubt]:
    names = [other.column for guess in guesses if guess.field == "quantity" for other in guess.candidates]
    if len(names) > 1:
        yield Doubt("which_quantity", {"columns": _quoted(names)})
    yield Doubt("no_quantity")


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names[:_SHOWN])


def _about_signs(signs: Mapping[str, DecimalSign]) -> Iterator[Doubt]:
    for field, sign in signs.items():
        if sign.ambiguous and not sign.certain:
            yield Doubt("decimal", {"field": field, "sign": sign.seen, "decimal": sign.sign})


def _about_codes(mapping: ColumnMap, totals: Totals, lines: Blocks, repeated: int) -> Iterator[Doubt]:
    is_whole = repeated and mapping.repeated != "sum" and _say_the_whole(lines)
    counts = {
        "repeated_whole" if is_whole else f"repeated_{mapping.repeated}": repeated,
        "composed": totals.composed_codes,
        "ruined_codes": totals.codes_ruined,
        "ruined_gtins": totals.gtins_ruined,
        "wrong_gtins": totals.gtins_wrong,
        "padded_gtins": totals.gtins_padded,
    }
    yield from _counted(counts)


def _say_the_whole(lines: Blocks) -> bool:
    """Whether all lines of a code say one and the same, and codes different numbers: it matters not which one counts.

    One code, or a few of one number, may have as much on each of two lines by chance.
    """
    said = lines.select(["key", "quantity", "name", "price_minor"]).filter(pl.col("key").is_duplicated())
    numbers = said["quantity"].drop_nulls().n_unique()
    return numbers >= MANY_WHOLES and said.n_unique() == said["key"].n_unique()


def _counted(counts: Mapping[str, int]) -> Iterator[Doubt]:
    yield from (Doubt(code, {"count": count}) for code, count in counts.items() if count)


def _about_quantities(totals: Totals, habits: Habits, mapping: ColumnMap) -> Iterator[Doubt]:
    if habits.placeholder is not None:
        yield Doubt("constant", {"quantity": int(habits.placeholder)})
    else:
        yield from _about_no_stock(totals, mapping)
    counts = {
        # Columns that are added up are named already.
        "stores": 0 if mapping.added else totals.several_stores,
        "negative": totals.negative_quantities,
        "fractions": totals.fractional_quantities,
        "contradictions": totals.contradictions,
    }
    yield from _counted(counts)


def _about_no_stock(totals: Totals, mapping: ColumnMap) -> Iterator[Doubt]:
    """A column of stock that says nothing, or zero, on every line may be one that nobody fills in."""
    index = mapping.fields.get("quantity")
    if index is None or not totals.items:
        return
    column = _named(mapping, [index]) or _quoted([str(index + 1)])
    if not totals.quantity_numbers and not totals.quantity_words:
        yield Doubt("empty_quantity", {"column": column})
    elif totals.zero_quantities == totals.items:
        yield Doubt("all_zero", {"column": column, "count": totals.items})
    elif totals.items >= _MANY and (said := _said(totals)) <= _HARDLY * totals.items:
        yield Doubt("hardly_filled", {"column": column, "count": said, "items": totals.items})


def _said(totals: Totals) -> int:
    """The articles that state any stock. An order form has a column for what somebody wants, and a few numbers."""
    return totals.items - totals.quantities["unknown"] + sum(totals.quantity_words.values())


def _about_words(unknown: Sequence[UnknownWord]) -> Iterator[Doubt]:
    codes = {"quantity": "not_understood", "availability": "unknown_words", "lead": "unknown_leads"}
    for field, code in codes.items():
        if found := [word for word in unknown if word.field == field]:
            yield Doubt(code, {"count": sum(word.lines for word in found), "example": found[0].text})


def _about_prices(totals: Totals, mapping: ColumnMap, habits: Habits) -> Iterator[Doubt]:
    if habits.price_divisor > 1:
        named = _named(mapping, [mapping.fields["price"]])
        yield Doubt("divided", {"column": named, "divisor": habits.price_divisor})
    # Whether an article without a price is one at all, another reader may decide otherwise.
    empty = totals.without_price - totals.worded_prices
    is_told = "price" in mapping.fields and totals.prices
    yield from _counted({"zero_prices": totals.zero_prices, "without_price": empty if is_told else 0})
    if totals.worded_prices:
        yield Doubt(
            "worded_prices", {"count": totals.worded_prices, "example": next(iter(totals.price_words))}
        )
