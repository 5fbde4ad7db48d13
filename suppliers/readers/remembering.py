"""Lines that were read before: what stands in today's file with the very same cells need not be understood again.

What a line says depends on its own cells and on what was decided for the whole file: the columns, the habits, our
own program. The latter is `read_as`; while it is the same, equal cells mean the same row. A line is known by its
mark, a hash of the cells that are read. Lines without a code have none, nor have codes that stand in several lines:
those are read anew each time, so that what is rejected, skipped or repeated is always counted.
"""

from collections.abc import Collection, Iterator

import polars as pl

from suppliers.readers.marks import Marks
from suppliers.readers.remembered import REMEMBERED_SCHEMA, Remembered
from suppliers.readers.shelves import Blocks
from suppliers.readers.sources import BATCH_ROWS

# So many lines are looked for among the remembered ones at a time.
_AT_ONCE = 200_000
# So many new codes are looked for among the remembered ones at a time: a set of codes takes three times their room.
_CODES_AT_ONCE = 1_000_000
# Where more than one line in so many is new, the file is divided in whole.
_MOST_NEW = 5


class Sieve:
    """Takes out of a file the lines that are remembered word for word."""

    def __init__(self, marks: Marks, last: Remembered, doubted: Collection[str]) -> None:
        self._marks, self._last = marks, _Columns(last.kept)
        codes = pl.Series(doubted, dtype=pl.String)
        self._doubted = self._last["key"].is_in(codes.implode()) if doubted else None
        self._is_same = pl.repeat(False, last.kept.height, eager=True)
        self._finds = 0
        # The places of lines that stand elsewhere now, and where.
        self._moved: list[tuple[pl.Series, pl.Series]] = []
        self.seen = 0

    def new_lines(self, batches: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """The lines with cells that are not remembered, of all or of those with new texts."""
        rest = self._rest()
        through = _Pass(self._known("mark").gather(rest))
        for lines in through.new_lines(batch.with_columns(self._marks.of(batch)) for batch in batches):
            yield lines.drop("mark")
        self.seen = self.seen or through.seen
        self._find_elsewhere(rest, through)

    def new_texts(self) -> pl.Series | None:
        """The numbers of the lines with texts that are not remembered; None where it is of no use to look for them.

        A file that begins otherwise is another one, of which no texts are remembered either: they would be held
        beside all of its lines.
        """
        known = self._known("text")
        texts = self._marks.texts()
        if texts is None or known.null_count() == known.len():
            self._marks.note_texts(texts)
            self._last.let_go("text")
            return None
        lines = self._find_in_place(texts, known)
        if 2 * self._finds < texts.len() and not self._marks.begin_as(known):
            self._forget_finds()
            self._last.let_go("text")
            return None
        self._marks.note_texts(texts)
        rest = self._rest()
        through = _Pass(known.gather(rest))
        numbers = [new["line"] for new in through.new_lines(lines.iter_slices(BATCH_ROWS))]
        if _MOST_NEW * sum(new.len() for new in numbers) > texts.len():
            self._forget_finds()
            return None
        self.seen = texts.len()
        self._find_elsewhere(rest, through)
        return pl.concat([pl.Series(dtype=pl.UInt32), *numbers])

    @property
    def unchanged(self) -> int:
        """How many lines were found."""
        return self._finds

    def tells_apart(self, new: pl.Series) -> bool:
        """Whether no line was found twice, and no code of the new rows still has its old line beside them."""
        if self._is_same.sum() != self._finds:
            return False
        if not self._finds:
            return True
        replaced = self._last["key"].filter(~self._is_same)
        others = new.filter(~new.is_in(replaced.implode()))
        return not (self._last["key"].is_in(others.implode()) & self._is_same).any()

    def same(self) -> pl.DataFrame:
        """The remembered lines that were found, with their `line` of now. To be asked last, and once.

        What was remembered is let go column by column: both at once would be twice as many lines as the file has.
        """
        line = self._last.taken("line")
        for places, lines in self._moved:
            line = line.scatter(places, lines)
        line = line.filter(self._is_same)
        # A text of yesterday would never be found again: without any, the next file has those of its lines looked at.
        texts = self._marks.texts_of(line)
        text = pl.repeat(None, line.len(), dtype=pl.UInt64, eager=True) if texts is None else texts
        self._last.let_go("text")
        others = [
            self._last.taken(name).filter(self._is_same)
            for name in REMEMBERED_SCHEMA
            if name not in ("line", "text")
        ]
        return pl.DataFrame([line, text.alias("text"), *others]).select(list(REMEMBERED_SCHEMA))

    def gone(self, new: pl.Series) -> pl.Series:
        """The codes that are remembered and not in the file any more; `new` are those of the new lines."""
        rest = self._last["key"].filter(~self._is_same)
        for some in new.to_frame().iter_slices(_CODES_AT_ONCE):
            rest = rest.filter(~rest.is_in(some.to_series().implode()))
        return rest

    def _find_in_place(self, texts: pl.Series, known: pl.Series) -> pl.DataFrame:
        """Most lines stand where they stood, so they need no search; the others, with their marks and numbers."""
        places = self._last["line"] - self._marks.first
        if (places.max() or 0) >= texts.len():  # type: ignore[operator]  # A column of numbers has a number at most
            places = places.set(places >= texts.len(), None)
        self._is_same = (texts.gather(places) == known).fill_null(False)
        self._finds = int(self._is_same.sum())
        is_new = pl.repeat(True, texts.len(), eager=True).scatter(places.filter(self._is_same), False)
        new = is_new.arg_true()
        return pl.DataFrame([texts.gather(new), (new + self._marks.first).alias("line")])

    def _rest(self) -> pl.Series:
        """The places of the lines that were not found, in the order of their file."""
        places = (~self._is_same).arg_true()
        return places.gather(self._last["line"].gather(places).arg_sort())

    def _forget_finds(self) -> None:
        self._is_same, self._finds = pl.repeat(False, self._is_same.len(), eager=True), 0

    def _find_elsewhere(self, rest: pl.Series, through: "_Pass") -> None:
        places, lines = rest.gather(through.places), through.lines
        self._is_same = self._is_same.scatter(places, True)
        self._finds += places.len()
        self._moved.append((places, lines))

    def _known(self, marks: str) -> pl.Series:
        known = self._last[marks].alias("mark")
        return known if self._doubted is None else known.set(self._doubted, None)


class _Columns:
    """What was remembered, column by column, each from when it is asked for until it is let go."""

    def __init__(self, kept: Blocks) -> None:
        self._kept = kept
        self._held: dict[str, pl.Series] = {}

    def __getitem__(self, name: str) -> pl.Series:
        if name not in self._held:
            self._held[name] = self._kept.select([name]).to_series()
        return self._held[name]

    def taken(self, name: str) -> pl.Series:
        """The column, from here on the caller's."""
        column = self[name]
        self.let_go(name)
        return column

    def let_go(self, name: str) -> None:
        self._held.pop(name, None)


class _Pass:
    """One way through the lines of a file, to tell which are remembered: at which places, and where they stand now."""

    def __init__(self, known: pl.Series) -> None:
        self._known = known
        # Where the next line is expected: most files keep their order from day to day.
        self._next = self.seen = 0
        self._places = [pl.Series(dtype=pl.UInt32)]
        self._lines = [pl.Series(dtype=pl.Int64)]

    @property
    def places(self) -> pl.Series:
        """Where the known lines that were found stood."""
        return pl.concat(self._places)

    @property
    def lines(self) -> pl.Series:
        """Where they stand now."""
        return pl.concat(self._lines)

    def new_lines(self, batches: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """The lines with a `mark` that is not known."""
        waiting: list[pl.DataFrame] = []
        for batch in batches:
            waiting.append(self._out_of_place(batch))
            if sum(frame.height for frame in waiting) >= _AT_ONCE:
                yield from self._unknown(pl.concat(waiting)).iter_slices(BATCH_ROWS)
                waiting = []
        if waiting:
            yield from self._unknown(pl.concat(waiting)).iter_slices(BATCH_ROWS)

    def _out_of_place(self, batch: pl.DataFrame) -> pl.DataFrame:
        """The lines that do not stand where they stood last time."""
        self.seen += batch.height
        marks = batch["mark"]
        expected = self._known[self._next : self._next + batch.height]
        if expected.len() < batch.height:
            expected = expected.extend_constant(None, batch.height - expected.len())
        as_before = marks.eq_missing(expected)
        self._found(as_before.arg_true() + self._next, batch["line"].filter(as_before))
        self._next += batch.height
        if batch.height and not as_before[-1]:
            # Lines were inserted or taken out; what follows is expected after the place of the last one.
            place = (self._known == marks[-1]).arg_true()
            self._next = place[0] + 1 if place.len() else self._next
        return batch.filter(~as_before)

    def _unknown(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Those of the lines that stand nowhere among the known ones."""
        places = self._known.is_in(lines["mark"].implode()).arg_true().alias("place")
        moved = pl.DataFrame([places, self._known.gather(places)])
        moved = moved.join(lines.select("mark", "line"), on="mark", how="inner")
        self._found(moved["place"], moved["line"])
        return lines.filter(~lines["mark"].is_in(moved["mark"].implode()))

    def _found(self, places: pl.Series, lines: pl.Series) -> None:
        self._places.append(places.cast(pl.UInt32))
        self._lines.append(lines.cast(pl.Int64))
