"""Reading a file: sniff, guess, normalise."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path

import polars as pl

from suppliers.readers.doubting import doubts_of, of_what_is_read
from suppliers.readers.errors import refuse
from suppliers.readers.following import followed_map
from suppliers.readers.formats import opened
from suppliers.readers.guessing import guessed_map
from suppliers.readers.habits import Habits, habits_of
from suppliers.readers.limits import Limits
from suppliers.readers.marks import Marks
from suppliers.readers.normalising import Normaliser
from suppliers.readers.plainlines import PlainLines, plain_lines_of
from suppliers.readers.remembered import Remembered
from suppliers.readers.remembering import Sieve
from suppliers.readers.repeating import one_row_per_code
from suppliers.readers.sectioning import in_section_read, of_section_read
from suppliers.readers.shelves import Chained, Shelf
from suppliers.readers.sources import Malformed, Origin, Source
from suppliers.readers.understanding import (
    Table,
    decimal_signs,
    shape_of,
    table_of,
)
from suppliers.readers.unknowns import unknown_words
from suppliers.readers.values import (
    HELD_AS,
    IMPORTED,
    ROW_SCHEMA,
    ColumnGuess,
    ColumnMap,
    FileFacts,
    Reading,
)
from suppliers.readers.vocabulary import NO_WORDS, Vocabulary

DEFAULT_LIMITS = Limits()
# Called with the lines read so far.
type ReadSoFar = Callable[[int], None]
# What is remembered of the last file, once it is there.
type Recollection = Callable[[], Remembered | None]
_FAILURES = (OSError, pl.exceptions.PolarsError, MemoryError, UnicodeError, Malformed)
# A panic in the Rust code below us is no Exception, and each library has a class of its own for it.
_PANICS = "pyo3_runtime"


def nobody(lines: int) -> None:
    """Nobody wants to know how far it is."""


def sniff(path: str | Path, limits: Limits = DEFAULT_LIMITS) -> FileFacts:
    """What the file is, without reading all of it. Raises NotAFeed."""
    with _refusing(), opened(Path(path), limits) as source:
        table = table_of(source.origin, source.sample())
        return _facts(source.origin, table, None)


def read(
    path: str | Path,
    *,
    column_map: ColumnMap | None = None,
    file_name: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    vocabulary: Vocabulary = NO_WORDS,
    today: date | None = None,
    remember: bool = False,
    progress: ReadSoFar = nobody,
) -> Reading:
    """The whole file as rows. Without a `column_map` the columns are guessed. Raises NotAFeed.

    With `remember` the reading is for an import: of the rows it may have the columns IMPORTED alone, and it also holds
    what `read_again` needs, where lines can be understood one by one.
    `vocabulary` holds the merchant's own words, which hold for all his feeds; those of the column map come first.
    Lead times that are dates count from `today`; without it they are not known.
    `progress` is told now and then how many lines have been read.
    `file_name` is the name the sender gave; the file is recognised by its content, so it changes nothing.
    """
    terms = _Terms(column_map, limits, vocabulary, today, progress)
    with _opened_for(column_map, path, limits) as source:
        return _mended(source, lambda: _read(source, terms, remember=remember))


@dataclass(frozen=True)
class Reread:
    """How a file differs from what is remembered.

    `reading` is of the lines that are not remembered word for word, `new` what there is to remember of them; only
    its `facts` are of all lines. `unchanged` is how many others there are, `gone` are the codes that are remembered
    and not in the file any more. Putting the others together takes a while, so that is done when somebody asks.
    """

    reading: Reading
    new: Remembered
    unchanged: int
    gone: pl.Series
    put_together: Callable[[], pl.DataFrame]

    @cached_property
    def same(self) -> pl.DataFrame:
        """The others (REMEMBERED_SCHEMA), with the `line` where they stand now."""
        return self.put_together()

    @property
    def remembered(self) -> Remembered:
        """What there is to remember of the whole file, the new lines last."""
        return replace(self.new, kept=Chained(self.same, self.new.kept))


def read_again(
    path: str | Path,
    last: Recollection,
    *,
    column_map: ColumnMap,
    doubted: Collection[str] = (),
    limits: Limits = DEFAULT_LIMITS,
    vocabulary: Vocabulary = NO_WORDS,
    today: date | None = None,
    progress: ReadSoFar = nobody,
) -> Reread | None:
    """What is new in a file; None where that cannot be told from what is remembered, so that all of it must be read.

    `last` waits for what is remembered; it is asked when the lines of today are known, and None if that is lost.
    The lines of the codes that are `doubted` count as new whatever they say. Raises NotAFeed.
    """
    terms = _Terms(column_map, limits, vocabulary, today, progress)
    # Held until the second attempt has asked for it too, and no longer.
    last = cache(last)
    with _opened_for(column_map, path, limits) as source:
        return _mended(source, lambda: _reread(source, last, doubted, terms))


@contextmanager
def _opened_for(column_map: ColumnMap | None, path: str | Path, limits: Limits) -> Iterator[Source]:
    made_for = {"sheet": column_map.sheet, "member": column_map.member} if column_map else {}
    with _refusing(), opened(Path(path), limits, **made_for) as source:
        yield source


def _mended[R](source: Source, attempt: Callable[[], R]) -> R:
    try:
        return attempt()
    except Malformed:
        source.mend()
        return attempt()


@contextmanager
def _refusing() -> Iterator[None]:
    """Whatever the readers below stumble over is a damaged file to the person who sent it."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, _FAILURES) or type(error).__module__ == _PANICS:
            raise refuse("unreadable") from error
        raise


@dataclass(frozen=True)
class _Terms:
    """What the caller says about a file."""

    column_map: ColumnMap | None
    limits: Limits
    vocabulary: Vocabulary
    today: date | None
    progress: ReadSoFar


@dataclass
class _Plan:
    """A file whose table and mapping are settled, not yet read."""

    table: Table
    mapping: ColumnMap
    followed: ColumnMap
    guesses: tuple[ColumnGuess, ...]
    missing: tuple[str, ...]
    normaliser: Normaliser
    habits: Habits


def _planned(source: Source, terms: _Terms) -> _Plan:
    origin, column_map = source.origin, terms.column_map
    header_row = column_map.header_row if column_map else None
    head = of_section_read(source.sample(), origin, column_map)
    table = table_of(origin, head, header_row=header_row, fixed=column_map is not None)
    guesses: tuple[ColumnGuess, ...] = ()
    missing: tuple[str, ...] = ()
    if column_map is None:
        mapping, guesses = guessed_map(table, origin, terms.vocabulary.names)
        followed = mapping
    else:
        mapping = column_map
        followed, missing = followed_map(column_map, table.names, table.width)
        followed = in_section_read(followed, origin, column_map)
    shape = shape_of(table, followed, origin)
    today = terms.today.isoformat() if terms.today else ""
    habits = habits_of(table, followed, terms.vocabulary, today=today)
    normaliser = Normaliser(followed, shape, habits, terms.limits.max_cell)
    return _Plan(table, mapping, followed, guesses, missing, normaliser, habits)


def _read(source: Source, terms: _Terms, *, remember: bool) -> Reading:
    plan = _planned(source, terms)
    marks = Marks(plan.normaliser, plain_lines_of(source))
    kept = _kept(plan, remember=remember)
    lines, seen = Shelf(pl.DataFrame(schema=ROW_SCHEMA).select(kept)), 0
    for batch in _told(source.batches(plan.normaliser.columns), terms.progress):
        seen += batch.height
        rows = plan.normaliser.rows(batch).select(kept)
        lines.put(rows)
        if remember:
            marks.note(batch, rows)
    reading = _reading(source, plan, lines, seen, terms.vocabulary)
    reading.remembered = marks.remembered(reading.by_line, reading.by_code) if remember else None
    return reading


def _told(batches: Iterator[pl.DataFrame], progress: ReadSoFar) -> Iterator[pl.DataFrame]:
    seen = 0
    for batch in batches:
        seen += batch.height
        progress(seen)
        yield batch


def _kept(plan: _Plan, *, remember: bool) -> Sequence[pl.Expr]:
    """A long file is held in memory with as little as an import needs; adding lines up takes all of them."""
    if not remember or plan.followed.repeated == "sum":
        return [pl.col(name) for name in ROW_SCHEMA]
    return [pl.col(name).cast(HELD_AS.get(name, ROW_SCHEMA[name])) for name in IMPORTED]


def _reread(
    source: Source, recollect: Recollection, doubted: Collection[str], terms: _Terms
) -> Reread | None:
    plain = plain_lines_of(source)
    if plain:
        plain.look_at_all()
    plan = _planned(source, terms)
    marks, columns = Marks(plan.normaliser, plain), plan.normaliser.columns
    last = recollect()
    if last is None or not marks.read_as or marks.read_as != last.read_as:
        return None
    sieve = Sieve(marks, last, doubted)
    kept = _kept(plan, remember=True)
    shelf = Shelf(pl.DataFrame(schema=ROW_SCHEMA).select(kept))
    divided = _perhaps_new(source, plain, sieve, columns, terms.progress)
    for lines in sieve.new_lines(divided):
        rows = plan.normaliser.rows(lines).select(kept)
        shelf.put(rows)
        marks.note(lines, rows)
    reading = _reading(source, plan, shelf, sieve.seen, terms.vocabulary)
    new = marks.remembered(reading.by_line, reading.by_code)
    codes = reading.by_code.select(["key"]).to_series()
    # A code with a new line beside its old one is repeated now: only all of its lines together say what it means.
    if new is None or not sieve.tells_apart(codes):
        return None
    if plain:
        plain.let_go()
    return Reread(reading, new, sieve.unchanged, sieve.gone(codes), sieve.same)


def _perhaps_new(
    source: Source, plain: PlainLines | None, sieve: Sieve, columns: Sequence[int], progress: ReadSoFar
) -> Iterator[pl.DataFrame]:
    """All lines, or where most of them are known undivided, only the others."""
    if plain and (texts := sieve.new_texts()) is not None:
        progress(sieve.seen)
        return plain.cells(texts, columns)
    if plain:
        plain.let_go()
    return _told(source.batches(columns), progress)


def _reading(source: Source, plan: _Plan, lines: Shelf, seen: int, vocabulary: Vocabulary) -> Reading:
    normaliser = plan.normaliser
    rows = one_row_per_code(lines, plan.followed.repeated)
    totals = normaliser.counts.finished(rows.height)
    signs = decimal_signs(plan.table, plan.followed)
    unknown = unknown_words(totals, plan.habits)
    return Reading(
        facts=_facts(source.origin, plan.table, seen),
        mapping=plan.mapping,
        guesses=plan.guesses,
        by_code=rows,
        rejects=normaliser.rejects,
        by_line=lines,
        totals=totals,
        skipped=normaliser.skipped,
        doubts=(
            *of_what_is_read(source.origin.doubts, plan.followed, plan.table.names),
            *doubts_of(plan.guesses, plan.followed, signs, totals, lines, rows, unknown, plan.habits),
        ),
        rejected_lines=normaliser.rejected_lines,
        missing_columns=plan.missing,
        unknown_words=unknown,
        vocabulary=vocabulary.before(plan.mapping.words),
        words={"quantity": plan.habits.quantity_words, "availability": plan.habits.availability_words},
    )


def _facts(origin: Origin, table: Table, rows: int | None) -> FileFacts:
    return FileFacts(
        format=origin.format,
        encoding=origin.encoding,
        delimiter=origin.delimiter,
        quote=origin.quote,
        header_row=table.header_row,
        columns=table.names,
        sheet=origin.sheet,
        size_bytes=origin.size_bytes,
        rows=rows,
        packing=origin.packing,
        member=origin.member,
        is_ended=origin.is_ended,
    )
