"""What must hold of any file whatsoever, told from the file itself and not by the code that read it."""

import html
import random
import re
import time
from collections.abc import Sequence
from pathlib import Path

from suppliers.readers import Limits, NotAFeed, Reading, read, summary
from suppliers.readers.availability import availability
from tests.suppliers.readers.mutation.bases import Base, in_turn
from tests.suppliers.readers.mutation.damages import BYTES, TEXT, damaged

# Processor time, which a busy machine does not lengthen.
SECONDS = 20
LIMITS = Limits(max_bytes=10_000_000, max_unpacked=20_000_000, max_rows=100_000, seconds=60)
_NUMBER = re.compile(r"[.,]?\d[\d.,'’\s]*(?:[eE][+-]?\d+)?")
_DIGITS = re.compile("[0-9]+")
_TEXTS = {"csv", "xml", "json", "x12", "edifact"}
_SUMMARISED = 25


def run(bases: Sequence[Base], seeds: range, folder: Path) -> None:
    """Reads one mutant for each seed. The seed is in the file's name, so that a failure can be repeated."""
    turns = in_turn(bases)
    for seed in seeds:
        chance = random.Random(seed)
        base = turns[seed % len(turns)]
        damages = BYTES if base.name.startswith("packed") or b"\x00" in base.content[:512] else TEXT
        path = folder / f"{seed}-{re.sub(r'[^\w.]', '-', base.name)}"
        content = damaged(base.content, damages, chance)
        path.write_bytes(base.pack(content))
        _judge(path, content, summarised=seed % _SUMMARISED == 0)
        path.unlink()


def _judge(path: Path, content: bytes, *, summarised: bool) -> None:
    started = time.process_time()
    try:
        reading = read(path, limits=LIMITS)
    except NotAFeed as refused:
        assert str(refused).endswith((".", "…")), path
    else:
        _assert_nothing_invented(reading, path)
        if reading.facts.format in _TEXTS and b"\x00" not in content and not reading.facts.packing:
            _assert_written(reading, content, path)
        if summarised:
            summary(reading)
    assert time.process_time() - started < SECONDS, path


def _assert_nothing_invented(reading: Reading, path: Path) -> None:
    """Every stated number stands in a cell of its line, or the cell says in words that there is nothing."""
    lines = reading.lines
    assert not lines["key"].null_count(), path
    columns = ("quantity_kind", "quantity", "quantity_raw", "availability_raw", "lead_raw")
    for kind, quantity, *raw in lines.select(columns).unique().iter_rows():
        if quantity is not None:
            assert any(said and _says(said, quantity) for said in raw), (path, kind, quantity, raw)
        else:
            assert kind in {"flag", "unknown"}, path


def _says(said: str, quantity: int) -> bool:
    """Whether a cell states this number: whole or rounded down, negative or in words as zero, or as a sum of stores."""
    if quantity == 0 and ("-" in said or "−" in said or availability(said) == "out_of_stock"):
        return True
    found = [number for text in _NUMBER.findall(said) for number in _values(text)]
    return quantity in found or _is_sum(said, quantity)


def _assert_written(reading: Reading, content: bytes, path: Path) -> None:
    """Whatever is said to be the raw text of a quantity is written in the file."""
    text = html.unescape(content.decode(reading.facts.encoding or "utf-8", errors="replace"))
    for said in reading.lines["quantity_raw"].drop_nulls().unique():
        assert all(digits in text for digits in _DIGITS.findall(said)), (path, said)


def _is_sum(said: str, quantity: int) -> bool:
    parts = [_values(part) for part in re.split(r"\s\+\s|\u2009\+\u2009", said)]
    totals = {0}
    for part in parts:
        totals = {total + value for total in totals for value in part or {0}}
    return quantity in totals


def _values(text: str) -> set[int]:
    """The whole parts of the numbers that these signs may be, with either sign before decimals."""
    bare = re.sub(r"['’\s]", "", text).rstrip(".,")
    values = set()
    for decimal in (".", ","):
        other = "," if decimal == "." else "."
        plain = bare.replace(other, "")
        if plain.count(decimal) > 1:
            plain = plain.replace(decimal, "")
        try:
            values.add(int(float(plain.replace(decimal, "."))))
        except (ValueError, OverflowError):
            continue
    return values
