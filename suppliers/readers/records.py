"""Formats whose items name their own values (XML, JSON, EDI): records laid out as a table."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import batched
from pathlib import Path

import polars as pl

from suppliers.readers.errors import refuse
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.names import meanings
from suppliers.readers.sources import Origin, Places, column
from suppliers.readers.spools import Spool
from suppliers.readers.values import STATEMENTS, Doubt

# The fields of which an item may state several, of several kinds or by mistake.
TOLD_APART = frozenset({"price", "quantity", "key", "gtin"})
SURE = 0.7
_PERHAPS = 0.5
_CHUNK = 5_000
_LONGEST_EXAMPLE = 40


@dataclass(frozen=True)
class Record:
    """One item: the line of the file it begins on, and its values by name."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class Origins:
    """The facts of a file of records that its format knows. `parts` are the names of values of an item's parts."""

    format: str
    size_bytes: int
    encoding: str | None = None
    delimiter: str | None = None
    doubts: tuple[Doubt, ...] = ()
    parts: frozenset[str] = field(default=frozenset())
    places: tuple[Places, ...] = ()


class LeftOut:
    """Values that items stated after the first of their name, and that were other ones."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, tuple[str, str]] = {}

    def note(self, name: str, first: str, other: str) -> None:
        """One more value that is not the first of its name in an item."""
        self._counts[name] += 1
        self._examples.setdefault(name, (first[:_LONGEST_EXAMPLE], other[:_LONGEST_EXAMPLE]))

    def doubts(self) -> tuple[Doubt, ...]:
        """What nothing tells apart, with how much was left out, and an example."""
        return tuple(
            Doubt("several", {"column": name, "count": count, "first": first, "other": other})
            for name, count in self._counts.items()
            for first, other in [self._examples[name]]
        )


def about_parts(items: int, apart: int, part: str) -> tuple[Doubt, ...]:
    """Articles without a part, such as a size, where others have some: perhaps all of theirs are gone."""
    return (Doubt("without_parts", {"count": items - apart, "part": part}),) if 0 < apart < items else ()


def about_currency(column: str, said: str, place: str) -> tuple[Doubt, ...]:
    """A currency that the file says once, at a place beside its articles, and that they all get as a column."""
    return (Doubt("currency_once", {"column": column, "currency": said, "place": place}),) if said else ()


def is_told_apart(name: str) -> bool:
    """Whether a value is one of which an item states one: by its name, a stock or price by its last part as well."""
    found, leaf = meanings(name), meanings(name.rpartition("/")[2])
    if not found or found[0].field not in TOLD_APART:
        return False
    of_leaf = leaf and found[0].score >= _PERHAPS and found[0].field in STATEMENTS
    return found[0].score > SURE or bool(of_leaf and leaf[0].score >= SURE)


class Records:
    """Records as a source; names are columns in the order in which they first appear."""

    def __init__(
        self, records: Iterable[Record], facts: Origins, limits: Limits, deadline: Deadline, workdir: Path
    ) -> None:
        self._facts, self._limits = facts, limits
        self._places: dict[str, int] = {}
        frames = (self._frame(chunk) for chunk in batched(records, _CHUNK))
        self._spool = Spool(frames, limits, deadline, workdir)
        if not self._spool.height:
            raise refuse("header_only")
        self.names = tuple(self._places)

    def doubt(self, doubts: tuple[Doubt, ...]) -> None:
        """Adds what turned out to be doubtful while the records were read."""
        self._facts = replace(self._facts, doubts=(*self._facts.doubts, *doubts))

    def place(self, places: Iterable[Places]) -> None:
        """Adds the places that were met while the records were read."""
        self._facts = replace(self._facts, places=(*self._facts.places, *places))

    def of_parts(self, names: Iterable[str]) -> None:
        """Says which values are those of the parts of an item."""
        self._facts = replace(self._facts, parts=self._facts.parts | set(names))

    @property
    def origin(self) -> Origin:
        """The facts of the file; its header is the names."""
        facts = self._facts
        return Origin(
            format=facts.format,
            size_bytes=facts.size_bytes,
            width=len(self.names),
            encoding=facts.encoding,
            delimiter=facts.delimiter,
            names=self.names,
            parts=facts.parts,
            places=facts.places,
            doubts=facts.doubts,
        )

    def sample(self) -> pl.DataFrame:
        """The first records and others evenly from the rest."""
        return self._spool.sample()

    def batches(self, columns: Sequence[int]) -> Iterator[pl.DataFrame]:
        """All records in order."""
        return self._spool.batches(columns)

    def mend(self) -> None:
        """Records are well-formed by the time they are here."""
        raise refuse("unreadable")

    def _frame(self, chunk: Sequence[Record]) -> pl.DataFrame:
        for record in chunk:
            for name in record.values:
                self._places.setdefault(name, len(self._places))
        if len(self._places) > self._limits.max_columns:
            raise refuse("too_wide", limit=self._limits.max_columns)
        texts = {
            column(place): pl.Series([record.values.get(name) for record in chunk], dtype=pl.String)
            for name, place in self._places.items()
        }
        return pl.DataFrame({"line": [record.line for record in chunk], **texts})
