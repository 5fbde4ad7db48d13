"""A reading as a dictionary that JSON can hold, and its rows as lines of JSON."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import polars as pl

from suppliers.readers.availability import availability
from suppliers.readers.doubts import sentence
from suppliers.readers.quantities import quantity
from suppliers.readers.rejects import REASONS
from suppliers.readers.values import ColumnGuess, Reading

_WORDS_SHOWN = 50
_REJECTS_SHOWN = 50
_ROW_COLUMNS = (
    *("key", "name", "gtin", "quantity_kind", "quantity", "quantity_stated"),
    *("availability", "lead_days", "price", "currency"),
)


def summary(reading: Reading) -> dict[str, Any]:
    """What was read, in figures. Sums run over all lines that were read, repeated codes included."""
    facts, totals = reading.facts, reading.totals
    return {
        "format": facts.format,
        "encoding": facts.encoding,
        "delimiter": facts.delimiter,
        "quote": facts.quote,
        "header_row": facts.header_row,
        "sheet": facts.sheet,
        "packing": list(facts.packing),
        "member": facts.member,
        "size_bytes": facts.size_bytes,
        "lines": facts.rows,
        "columns": list(facts.columns),
        "mapping": [_guess(guess) for guess in reading.guesses],
        "column_map": reading.mapping.to_json(),
        "items": totals.items,
        "distinct_keys": reading.rows.height,
        "codes": _codes(reading),
        "quantities": {
            "numbers": totals.quantity_numbers,
            "sum": _plain(totals.quantity_sum),
            "negative": totals.negative_quantities,
            "zero": totals.zero_quantities,
            "fractions": totals.fractional_quantities,
            "kinds": totals.quantities,
            "worded": _quantity_words(reading),
        },
        "availability": _availability_words(reading),
        "prices": {
            "count": totals.prices,
            "sum": _money(totals.price_sum),
            "zero": totals.zero_prices,
            "not_read": totals.worded_prices,
            "worded": dict(list(totals.price_words.items())[:_WORDS_SHOWN]),
            "currencies": _counted(reading.lines["currency"].drop_nulls()),
        },
        "gtins": {"read": totals.gtins, "wrong": totals.gtins_wrong, "ruined": totals.gtins_ruined},
        "without_price": {
            "lines": totals.without_price,
            "quantity_sum": _plain(totals.quantity_sum_without_price),
        },
        "without_code": {
            "lines": totals.without_code,
            "quantity_sum": _plain(totals.quantity_sum_without_code),
            "price_sum": _money(totals.price_sum_without_code),
        },
        "skipped": reading.skipped.to_json(),
        "rejected": {
            "lines": reading.rejected_lines,
            "reasons": _reasons(reading),
            "first": _rejects(reading),
        },
        "doubts": [
            {"code": doubt.code, **doubt.facts, "message": sentence(doubt)} for doubt in reading.doubts
        ],
    }


def _codes(reading: Reading) -> dict[str, int]:
    totals = reading.totals
    return {
        "stated": totals.stated_codes,
        "composed": totals.composed_codes,
        "distinct": totals.distinct_codes,
    }


def row_lines(reading: Reading) -> Iterator[str]:
    """Every line that was read, as JSON in file order. `quantity` is the number as stated, `price` a decimal string."""
    for batch in reading.lines.select(_ROW_COLUMNS).iter_slices(20_000):
        for row in batch.iter_rows(named=True):
            stated = row.pop("quantity_stated")
            row["quantity"] = row["quantity"] if stated is None else _plain(stated)
            row["price"] = _money(row["price"])
            yield json.dumps(row, ensure_ascii=False)


def _guess(guess: ColumnGuess) -> dict[str, Any]:
    return {
        "field": guess.field,
        "column": guess.column,
        "index": guess.index,
        "confidence": guess.confidence,
        "reason": str(guess.reason),
        "candidates": [
            {
                "column": other.column,
                "index": other.index,
                "confidence": other.confidence,
                "reason": str(other.reason),
            }
            for other in guess.candidates
        ],
    }


def _quantity_words(reading: Reading) -> list[dict[str, Any]]:
    words = reading.words.get("quantity", {})
    decimal = reading.mapping.quantity_decimal or "."
    shown = []
    for text, count in list(reading.totals.quantity_words.items())[:_WORDS_SHOWN]:
        read = quantity(text, decimal=decimal, words=words)
        stated = None if read.stated is None else _plain(read.stated)
        shown.append({"text": text, "lines": count, "kind": read.kind, "quantity": stated})
    return shown


def _availability_words(reading: Reading) -> list[dict[str, Any]]:
    words = reading.words.get("availability", {})
    return [
        {"text": text, "lines": count, "means": availability(text, words=words)}
        for text, count in list(reading.totals.availability_words.items())[:_WORDS_SHOWN]
    ]


def _reasons(reading: Reading) -> dict[str, int]:
    return _counted(reading.rejects["reason"])


def _counted(texts: pl.Series) -> dict[str, int]:
    """How often each text comes, the most frequent first, equal ones by the alphabet."""
    return dict(sorted(texts.value_counts().iter_rows(), key=lambda entry: (-entry[1], entry[0])))


def _rejects(reading: Reading) -> list[dict[str, Any]]:
    return [
        {**row, "sentence": str(REASONS[row["reason"]])}
        for row in reading.rejects.head(_REJECTS_SHOWN).iter_rows(named=True)
    ]


def _plain(number: float) -> int | float:
    rounded = round(number, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def _money(amount: Decimal | None) -> str | None:
    """12.5 is "12.50"; digits beyond the second are kept where they are not zero."""
    if amount is None:
        return None
    digits = f"{amount:.6f}".rstrip("0")
    whole, _point, decimals = digits.partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}"
