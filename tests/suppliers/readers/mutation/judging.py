"""What must hold of any file whatsoever, told from the file itself and not by the code that read it."""

import html
import random
import re
import time
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path

from suppliers.readers import Limits, NotAFeed, Reading, read, summary
from suppliers.readers.availability import availability
from suppliers.readers.folding import folded
from suppliers.readers.words import table
from tests.suppliers.readers.mutation.bases import Base, in_turn
from tests.suppliers.readers.mutation.damages import BYTES, TEXT, damaged
from tests.suppliers.readers.mutation.oldbooks import texts_by_line

# Processor time, which a busy machine does not lengthen.
SECONDS = 20
LIMITS = Limits(max_bytes=10_000_000, max_unpacked=20_000_000, max_rows=100_000, seconds=60)
_NUMBER = re.compile(r"[.,]?\d[\d.,'’\s]*(?:[eE][+-]?\d+)?")
_DIGITS = re.compile("[0-9]+")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_TEXTS = {"csv", "xml", "json", "x12", "edifact"}
_BOOKS = {"xlsx", "ods"}
# What the parts of a workbook say, and where a text is cut into what may be cells, whoever wrote it.
_CONTENT = re.compile(r'(?<=>)[^<>]+|(?<=value=")[^"]*')
_CELLS = re.compile(r"""[;,\t|"'\n\r<>{}:~*+\[\]]+""")
_CELLS_WITH_COMMAS = re.compile(r"""[;\t|"\n\r<>]+""")
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
            text = html.unescape(content.decode(reading.facts.encoding or "utf-8", errors="replace"))
            _assert_written(reading, text, path)
            assert_stated_in_text(reading, text, path)
        elif reading.facts.format in _BOOKS:
            assert_stated_in_book(reading, path)
        elif reading.facts.format == "xls":
            assert_stated_in_old_book(reading, path)
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
            assert not raw[0] or quantity == 0 or _counts_goods(raw[0]), (path, kind, quantity, raw)
        else:
            assert kind in {"flag", "unknown"}, path


def _counts_goods(said: str) -> bool:
    """Whether the words around a number are all of those that may stand beside a stock."""
    return {folded(word) for word in _WORDS.findall(html.unescape(said))} <= _beside_numbers()


@cache
def _beside_numbers() -> frozenset[str]:
    words = table("quantities")
    phrases = [
        *table("availability")["in_stock"]["phrases"],
        *(phrase for kind in ("units", "counting", "more_before", "more_after") for phrase in words[kind]),
    ]
    return frozenset(folded(word) for phrase in phrases for word in _WORDS.findall(phrase))


def _says(said: str, quantity: int) -> bool:
    """Whether a cell states this number: whole or rounded down, negative or in words as zero, or as a sum of stores."""
    if quantity == 0 and ("-" in said or "−" in said or availability(said) == "out_of_stock"):
        return True
    found = [number for text in _NUMBER.findall(said) for number in _values(text)]
    return quantity in found or _is_sum(said, quantity)


def _assert_written(reading: Reading, text: str, path: Path) -> None:
    """Whatever is said to be the raw text of a quantity is written in the file."""
    for said in reading.lines["quantity_raw"].drop_nulls().unique():
        assert all(digits in text for digits in _DIGITS.findall(said)), (path, said)


def assert_stated_in_text(reading: Reading, text: str, path: Path) -> None:
    """Every stated number stands in the file, and in a table without quote marks in the line that it is of.

    Found in the bytes alone: what the reader took for a cell, a line or a raw text is not asked.
    """
    is_plain = reading.facts.format == "csv" and reading.facts.quote is None and '"' not in text
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if is_plain else []
    whole = _Stated(text)
    for at, quantity in _stated(reading):
        stated = _Stated(lines[at - 1]) if 0 < at <= len(lines) else whole
        assert stated.says(quantity, summed=bool(reading.mapping.added)), (path, at, quantity)


def assert_stated_in_book(reading: Reading, path: Path) -> None:
    """The same of a workbook: somewhere among the texts and values of its parts, where the archive opens."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [archive.read(name) for name in archive.namelist() if name.endswith(".xml")]
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        return
    text = html.unescape("".join(map(_decoded, parts)))
    whole = _Stated("\n".join(_CONTENT.findall(text)))
    for at, quantity in _stated(reading):
        assert whole.says(quantity, summed=bool(reading.mapping.added)), (path, at, quantity)


def assert_stated_in_old_book(reading: Reading, path: Path) -> None:
    """The same of an old XLS: in a cell of the line that it is of, found by a walk of its own over all records."""
    said = texts_by_line(path.read_bytes())
    for at, quantity in _stated(reading):
        stated = _Stated("\n".join(said[at]))
        assert stated.says(quantity, summed=bool(reading.mapping.added)), (path, at, quantity, said[at])


def _decoded(part: bytes) -> str:
    is_wide = b"\x00" in part[:4] or part.startswith((b"\xff\xfe", b"\xfe\xff"))
    return part.decode("utf-16" if is_wide else "utf-8", errors="replace")


def _stated(reading: Reading) -> Iterator[tuple[int, int]]:
    """The lines that state a number, and the number."""
    yield from (
        reading.lines.filter(reading.lines["quantity"].is_not_null()).select("line", "quantity").iter_rows()
    )


class _Stated:
    """The numbers and words of a piece of a file."""

    def __init__(self, text: str) -> None:
        self.text = text
        pieces = {text, *_CELLS.split(text), *_CELLS_WITH_COMMAS.split(text)}
        self.numbers = {
            number for piece in pieces for found in _NUMBER.findall(piece) for number in _pieces(found)
        }

    def says(self, quantity: int, *, summed: bool) -> bool:
        """As a number, negative or in words as zero, or as a sum of stores."""
        if quantity in self.numbers or (quantity == 0 and self.denies):
            return True
        return (summed or "+" in self.text) and self.adds_up_to(quantity)

    @cached_property
    def denies(self) -> bool:
        if "-" in self.text or "−" in self.text:
            return True
        return any(availability(cell.strip()) == "out_of_stock" for cell in set(_CELLS.split(self.text)))

    def adds_up_to(self, quantity: int) -> bool:
        totals = {0}
        for number in self.numbers:
            totals |= {total + number for total in totals if total + number <= quantity}
        return quantity in totals


def _pieces(found: str) -> set[int]:
    """What signs in a row may be: one number, or several that only blanks or points stand between."""
    return _values(found) | {value for part in re.split(r"[.,'’\s]+", found) for value in _values(part)}


def _is_sum(said: str, quantity: int) -> bool:
    parts = [
        {value for found in _NUMBER.findall(part) for value in _values(found)}
        for part in re.split(r"\s\+\s|\u2009\+\u2009", said)
    ]
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
