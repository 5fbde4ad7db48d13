"""What later files said of the offers in question: read once more from the bytes that were kept."""

import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from django.db.models import Q

from suppliers.domain.fetching import feed_storage, from_archive
from suppliers.domain.heartbeats import Heartbeat
from suppliers.domain.reading import read_file
from suppliers.domain.room import lacks_room
from suppliers.domain.staging import storable, usable
from suppliers.domain.undoing_plan import Plan
from suppliers.models import Change, Run, WithheldState
from suppliers.queries.words import heard_from
from suppliers.readers import NotAFeed, whole
from suppliers.transports import NotFetched


class NotKept(Exception):
    """The file of a run that has to be heard is no longer kept, or can no longer be read."""

    def __init__(self, run_id: int) -> None:
        super().__init__(f"the file of run {run_id} is not kept")
        self.run_id = run_id


@dataclass(frozen=True)
class Heard:
    """The rows of runs about the offers in question, in local files by run; and runs that could not be heard."""

    files: Mapping[int, Path]
    unheard: Collection[int]

    def rows(self) -> Iterator[pl.DataFrame]:
        """The rows of each run, under its number."""
        for run_id, path in self.files.items():
            yield pl.read_parquet(path).with_columns(run_id=pl.lit(run_id, dtype=pl.Int64))


def hear(plan: Plan, offers: pl.DataFrame, folder: Path, heart: Heartbeat) -> Heard:
    """What the runs of the plan, the latest first, said of `offers` (key, has_facts, is_lined). Raises NotKept.

    The quantity of an offer is what the latest run says that names it. So an offer that was found is looked for no
    further back, unless other facts of it changed, which any run may have left out; and mostly one file is enough.
    Offers of withheld lines are looked for in every later push, since the first that names them settles their lines.
    """
    files: dict[int, Path] = {}
    unheard: set[int] = set()
    sought = offers.with_columns(named=False)
    for number, word in enumerate(plan.words):
        needed = ~pl.col("named") | (pl.col("has_facts") & word.is_later)
        settles = word.is_later and word.partial and word.feed_id == plan.root.feed_id
        wanted = sought.filter(needed | (pl.col("is_lined") & settles))
        if wanted.is_empty():
            continue
        heart.progress(number, len(plan.words))
        try:
            rows = rows_of(word.run_id).join(wanted.select("key"), on="key", how="semi")
        except NotKept:
            # What stood before is on record too, if not by whom it was confirmed last.
            if word.is_later and not wanted.filter(needed).is_empty():
                raise
            unheard.add(word.run_id)
            continue
        files[word.run_id] = folder / f"{word.run_id}.parquet"
        rows.write_parquet(files[word.run_id])
        sought = sought.with_columns(named=pl.col("named") | pl.col("key").is_in(rows["key"].implode()))
    return Heard(files, unheard)


def rows_of(run_id: int) -> pl.DataFrame:
    """The rows of a run as they were compared with our offers; without lines that it withheld and that do not count."""
    run = Run.objects.select_related("feed__supplier", "mapping").get(pk=run_id)
    try:
        rows = pl.read_parquet(bytes_of(run.rows_file)) if run.rows_file else read_again(run)
    except (NotFetched, NotAFeed, FileNotFoundError, pl.exceptions.PolarsError) as problem:
        if lacks_room(problem):
            raise
        raise NotKept(run_id) from None
    withheld = run.withheld.exclude(change=Change.GONE).exclude(counted_by_person())
    unheard = pl.Series(list(withheld.values_list("supplier_sku", flat=True)), dtype=pl.String)
    return storable(usable(rows)).filter(~pl.col("key").is_in(unheard.implode()))


def counted_by_person() -> Q:
    """Lines that were withheld and count all the same, as their run's word, from the moment a person said so."""
    return Q(state=WithheldState.COUNTED, settled_by=None)


def bytes_of(name: str) -> bytes:
    with feed_storage().open(name) as file:
        return bytes(file.read())


def read_again(run: Run) -> pl.DataFrame:
    if not run.file:
        raise NotKept(run.pk)
    with tempfile.TemporaryDirectory(prefix="stocke-undo-") as folder:
        fetched = from_archive(run, Path(folder))
        return whole(read_file(fetched.path, run.mapping, heard_from(run.feed.supplier_id)).rows)
