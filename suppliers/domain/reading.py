"""A fetched file through the readers, and what of the reading is kept with the run."""

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from suppliers.domain.applying import NeedsWholeFile, Noted, Read, Since
from suppliers.domain.figures import FileFigures, weigh
from suppliers.domain.following import follow
from suppliers.domain.judging import Header
from suppliers.domain.kept_rows import LOST
from suppliers.domain.sentences import in_every_language
from suppliers.domain.snapshots import Recalled
from suppliers.domain.staging import Rest, promising
from suppliers.domain.words import fingerprint
from suppliers.models import FeedMapping
from suppliers.readers import (
    ColumnMap,
    Limits,
    NotAFeed,
    Reading,
    ReadSoFar,
    Remembered,
    Reread,
    Vocabulary,
    nobody,
    read,
    read_again,
)
from suppliers.readers.doubting import LINE_BY_LINE, OF_ALL_LINES
from suppliers.readers.following import columns_of_stock_since, followed_map
from suppliers.readers.sampling import sample

REJECTS_KEPT = 200
WORDS_KEPT = 50

# What a supplier's server sends when something broke on his side. It says nothing about his stock, so a person
# looks at it; everything else that is no feed is a failure of the file.
HELD_CODES = frozenset({"empty", "header_only", "html", "columns_changed"})
# Fields of which nothing follows for a stock or a price.
RARE = frozenset({"gtin", "lead", "brand", "category"})


def read_file(
    path: Path, mapping: FeedMapping | None, vocabulary: Vocabulary, *, progress: ReadSoFar = nobody
) -> Read:
    """The file as rows, under the confirmed mapping or under our guess. Raises NotAFeed."""
    confirmed = ColumnMap.from_json(mapping.column_map) if mapping else None
    reading = read(
        path,
        column_map=confirmed,
        vocabulary=vocabulary,
        limits=feed_limits(),
        today=timezone.localdate(),
        remember=True,
        progress=progress,
    )
    rejected = reading.rejected_lines
    file = weigh(reading.by_code, lines=reading.by_line.height, rejected=rejected, ending=ending_of(reading))
    now = timezone.now().isoformat()
    facts = {**facts_of(reading), "vocabulary": fingerprint(vocabulary.words), "read_whole": now}
    if confirmed is None:
        return Read(
            reading.by_code,
            Header(confirmed=False),
            facts,
            rejected,
            file=lambda: file,
            remembered=noted(reading.remembered),
        )
    header, followed = compared_header(confirmed, reading.facts.columns)
    if header != Header():
        changed = {"moved": list(header.moved), "missing": list(header.missing)}
        facts = {**facts, **changed, **header_facts(path, confirmed, vocabulary)}
    remembered = noted(reading.remembered)
    return Read(reading.by_code, header, facts, rejected, followed, lambda: file, remembered=remembered)


def read_differences(
    path: Path,
    mapping: FeedMapping,
    vocabulary: Vocabulary,
    recalled: Recalled,
    *,
    beside: Executor,
    progress: ReadSoFar = nobody,
) -> Read | None:
    """What differs from the feed's last file; None where all of it must be read. Raises NotAFeed.

    All of its lines are put together and weighed `beside` what is done with the differences until somebody asks.
    """
    confirmed = ColumnMap.from_json(mapping.column_map)
    reread = read_again(
        path,
        recalled.last,
        column_map=confirmed,
        doubted=recalled.doubted,
        vocabulary=vocabulary,
        limits=feed_limits(),
        today=timezone.localdate(),
        progress=progress,
    )
    if reread is None or compared_header(confirmed, reread.reading.facts.columns)[0] != Header():
        return None
    reading, flag_counts_as = reread.reading, recalled.flag_counts_as
    whole = beside.submit(put_together, reread, flag_counts_as=flag_counts_as)
    return Read(
        reading.by_code,
        facts=facts_since(reading, recalled.facts, fingerprint(vocabulary.words)),
        rejected=reading.rejected_lines,
        file=lambda: whole.result().figures,
        since=Since(Rest(reread.unchanged, lambda: whole.result().promising, reread.gone), recalled.standing),
        remembered=lambda: whole.result().remembered,
    )


@dataclass(frozen=True)
class Whole:
    """All of a file of which the differences were read, and how many of its unchanged lines promise something."""

    remembered: Remembered
    figures: FileFigures
    promising: int


def put_together(reread: Reread, *, flag_counts_as: int) -> Whole:
    """Raises NeedsWholeFile where what was remembered has gone meanwhile."""
    reading = reread.reading
    try:
        remembered = reread.remembered
    except LOST as lost:
        raise NeedsWholeFile from lost
    figures = weigh(
        remembered.kept,
        lines=reread.unchanged + reading.by_line.height,
        rejected=reading.rejected_lines,
        ending=ending_of(reading),
    )
    return Whole(remembered, figures, promising(reread.same, flag_counts_as=flag_counts_as))


def noted(remembered: Remembered | None) -> Noted | None:
    """What is remembered already, as something to wait for."""
    return (lambda: remembered) if remembered else None


def ending_of(reading: Reading) -> str:
    """How the file ends: one of ENDINGS. A table tells less surely than a format with an end of its own."""
    doubts = {doubt.code for doubt in reading.doubts}
    if "breaks_off" in doubts:
        return "short" if reading.facts.format == "csv" else "cut"
    return "counted" if "segments" in doubts else "whole" if reading.facts.is_ended else "open"


def feed_limits() -> Limits:
    return Limits(max_bytes=settings.FEED_MAX_BYTES, max_rows=settings.FEED_MAX_ROWS)


def compared_header(confirmed: ColumnMap, names: tuple[str, ...]) -> tuple[Header, Mapping[str, Any] | None]:
    """How the mapped columns changed, and the column map that fits the file now, where it is another."""
    followed, missing = followed_map(confirmed, names, len(names))
    moved = [
        confirmed.header[index]
        for field, index in confirmed.fields.items()
        if not confirmed.is_of_tree and followed.fields.get(field, index) != index
    ]
    of_stock = columns_of_stock_since(confirmed, names)
    rare = rare_values(confirmed) if confirmed.is_of_tree else set()
    missing = tuple(name for name in missing if name not in rare)
    header = Header(missing=missing, moved=tuple(moved), of_stock=of_stock)
    return header, None if header == Header() else replace(followed, header=names).to_json()


def rare_values(confirmed: ColumnMap) -> set[str]:
    """The values of a tree that none of its articles may have today, and some may tomorrow; offers keep theirs."""
    return {confirmed.header[index] for field, index in confirmed.fields.items() if field in RARE}


def header_facts(path: Path, confirmed: ColumnMap, vocabulary: Vocabulary) -> dict[str, Any]:
    """The confirmed header, that of this file, and how the mapping may follow; nothing where there is no table."""
    try:
        shown = sample(path, vocabulary=vocabulary, limits=feed_limits())
    except NotAFeed:
        return {}
    followed = follow(confirmed, shown)
    return {
        "columns_before": list(confirmed.header),
        "columns": list(shown.names),
        "renamed": [list(pair) for pair in followed.renamed.items()],
        "proposed": followed.column_map.to_json() if followed.column_map else None,
        "proposed_without": list(followed.missing),
    }


def facts_of(reading: Reading) -> dict[str, Any]:
    """What the pages of a run say about its file."""
    facts = reading.facts
    return {
        "format": facts.format,
        "encoding": facts.encoding,
        "delimiter": facts.delimiter,
        "sheet": facts.sheet,
        "packing": list(facts.packing),
        "member": facts.member,
        "header_row": facts.header_row,
        "columns": list(facts.columns),
        "lines": facts.rows,
        "unknown_words": [asdict(word) for word in reading.unknown_words[:WORDS_KEPT]],
        "doubts": [{"code": doubt.code, "facts": dict(doubt.facts)} for doubt in reading.doubts],
        "rejected_lines": reading.rejected_lines,
        "rejects": reading.rejects.head(REJECTS_KEPT).to_dicts(),
        "skipped": reading.skipped.to_json(),
    }


def facts_since(reading: Reading, before: Mapping[str, Any], vocabulary: str) -> dict[str, Any]:
    """The same of a file of which only the differences were read.

    What is doubtful about the other lines was counted when they were read: it is kept apart, as `doubts_before`, until
    all of the file is read again, which was last done at `read_whole`.
    """
    now = {**facts_of(reading), "vocabulary": vocabulary}
    said = [*before.get("doubts_before", []), *before.get("doubts", [])]
    return {
        **now,
        "doubts": [doubt for doubt in now["doubts"] if doubt["code"] not in OF_ALL_LINES],
        "doubts_before": first_of([doubt for doubt in said if doubt["code"] in LINE_BY_LINE], by=("code",)),
        "unknown_words": first_of(
            [*before.get("unknown_words", []), *now["unknown_words"]], by=("field", "text")
        ),
        "read_anew": reading.by_line.height,
        "read_whole": before.get("read_whole"),
    }


def first_of(entries: list[dict[str, Any]], *, by: tuple[str, ...]) -> list[dict[str, Any]]:
    """The entries without those that were there before."""
    return list({tuple(entry[name] for name in by): entry for entry in reversed(entries)}.values())[::-1]


def problem_of(error: NotAFeed) -> dict[str, Any]:
    """Why there is nothing to read, as it is kept with a run."""
    return {"problem": {"code": error.code, "text": in_every_language(error.message), "retry": False}}
