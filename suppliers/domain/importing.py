"""One import from beginning to end: fetch, recognise, keep, read, judge, apply or hold."""

import tempfile
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stocke.core.actors import Actor
from stocke.products.models import LevelPolicy
from suppliers.domain.applying import NeedsWholeFile, Noted, Read, Weighed, hold_unreadable, judge_and_apply
from suppliers.domain.feeds import BROUGHT
from suppliers.domain.fetching import (
    SourceChanged,
    archive,
    fetch,
    hold_source,
    keep,
    last_applied,
    note_file,
    note_unmodified,
    remember,
    remember_refusal,
    same_content,
)
from suppliers.domain.figures import Figures
from suppliers.domain.heartbeats import Heartbeat
from suppliers.domain.kept_rows import LOST, KeptRows, write_rows
from suppliers.domain.partial import judge_and_apply_partial
from suppliers.domain.pushes import gather
from suppliers.domain.reading import (
    HELD_CODES,
    header_facts,
    problem_of,
    read_differences,
    read_file,
)
from suppliers.domain.room import lacks_room
from suppliers.domain.runs import JUDGED, settle_failed, settle_nothing_new, settle_unchanged, withdraw
from suppliers.domain.snapshots import Kept, Recalled, forget_lines, keep_lines, nowhere, recall
from suppliers.domain.verdicts import is_decided
from suppliers.models import Feed, Run, RunStatus, Transport
from suppliers.queries.words import heard_from
from suppliers.readers import Blocks, ColumnMap, NotAFeed, Vocabulary
from suppliers.transports import Fetched, NotFetched, NotModified, Progress, put_aside, take

NOTHING_NEW = frozenset({"nothing_new", "nothing_pushed", "no_file"})
NOBODY_ASKED = frozenset({"schedule", "push"})
READ_ANEW = _(
    "While we asked for the file, the reading of this feed was changed. We fetch it again by ourselves."
)
SOURCE_CHANGED = _(
    "While we fetched the file, the source of this feed was changed, so nothing of that file counts."
)


def import_run(run: Run, heart: Heartbeat, *, by: Actor) -> None:
    """Work a claimed run off and settle it. Raises RunLost, with nothing written, when somebody took it over.

    The network and the reading are outside any transaction; what counts is written in one, at the end. What comes
    from a source that is no longer the feed's by then does not count.
    """
    try:
        fetch_and_settle(run, heart, by=by)
    except SourceChanged:
        settle_of_old_source(run, by=by)


def fetch_and_settle(run: Run, heart: Heartbeat, *, by: Actor) -> None:
    if settle_by_kept_rows(run, heart, by=by):
        return
    with tempfile.TemporaryDirectory(prefix="stocke-feed-") as folder:
        heart.enter("fetching")
        try:
            fetched, applied = fetched_or_gathered(run, Path(folder), heart.progress)
            comes_from_source = not run.file and run.feed.transport != Transport.PUSH
            work_off(run, fetched, applied, Path(folder), heart, by=by)
        except NotFetched as problem:
            settle_not_fetched(run, problem, by=by)
            return
        except NotModified:
            settle_not_modified(run, by=by)
            return
        if comes_from_source:
            remember(run, fetched, by=by)
        if fetched.origin and fetched.stamp:
            put_aside(fetched.origin, fetched.stamp, run.pk)


def fetched_or_gathered(run: Run, folder: Path, progress: Progress) -> tuple[Fetched, Run | None]:
    """The run's file, from its source or made of what was sent to us, and the last import that counts.

    Should the database go away meanwhile, it is told only once the file is here, or its source's time is over.
    """
    if run.feed.transport == Transport.PUSH and not run.file:
        return gather(run, folder), last_applied(run)
    with ThreadPoolExecutor(1, "fetching") as beside:
        coming = fetch(run, folder, progress, beside=beside)
        applied = last_applied(run)
        return coming.result(), applied


def settle_by_kept_rows(run: Run, heart: Heartbeat, *, by: Actor) -> bool:
    """As a person saw them; False where none are kept, or what is kept turns out to be broken."""
    kept = kept_rows(run)
    if kept is None:
        return False
    try:
        settle_by_rows(run, kept, heart, by=by)
    except LOST:
        return False
    return True


def settle_by_rows(run: Run, read: Read, heart: Heartbeat, *, by: Actor, lines: Kept = nowhere) -> None:
    """By what all of a file says, or by what a part of one says of those it names."""
    if run.partial:
        heart.enter("comparing", read.rows.height)
        judge_and_apply_partial(run, read, by=by)
    else:
        judge_and_apply(run, read, by=by, lines=lines, watcher=heart)


def settle_not_fetched(run: Run, problem: NotFetched, *, by: Actor) -> None:
    """A mailbox without a new mail is no failure; only a person who asked is told of it."""
    if problem.code in NOTHING_NEW:
        if run.trigger in NOBODY_ASKED:
            withdraw(run)
        else:
            settle_nothing_new(run, problem.code, problem.message)
        return
    settle_failed_source(run, problem, by=by)
    if problem.remember:
        remember_refusal(run, problem)


@transaction.atomic
def settle_failed_source(run: Run, problem: NotFetched, *, by: Actor) -> None:
    """No file came. Raises SourceChanged where the feed has another source by now, which this is no fault of."""
    hold_source(run)
    settle_failed(run, problem.code, problem.message, by=by, retry=problem.retry, not_before=problem.wait)


@transaction.atomic
def settle_no_table(run: Run, problem: NotAFeed, *, by: Actor) -> None:
    """What came is no feed. Raises SourceChanged where the feed has another source by now."""
    hold_source(run)
    settle_failed(run, problem.code, problem.message, by=by)


@transaction.atomic
def settle_of_old_source(run: Run, *, by: Actor) -> None:
    """Nothing was written. The new source is asked at once, unless its files are brought to us."""
    run.refresh_from_db(fields=JUDGED)
    asked = Feed.objects.filter(pk=run.feed_id, active=True).exclude(transport__in=BROUGHT)
    settle_failed(run, "source_changed", SOURCE_CHANGED, by=by, retry=asked.exists())
    asked.update(next_run_at=timezone.now())


def settle_not_modified(run: Run, *, by: Actor) -> None:
    """The source offers the file that we had: nothing was sent, and nothing has to be read."""
    same = note_unmodified(run)
    if same is None or not settle_unchanged(run, same, by=by, told="source"):
        settle_failed(run, "read_anew", READ_ANEW, by=by, retry=True)
        return
    remember(run, None, by=by)


def work_off(
    run: Run, fetched: Fetched, applied: Run | None, folder: Path, heart: Heartbeat, *, by: Actor
) -> None:
    """Read and apply the file, unless it says nothing new. Raises NotFetched where it is gone by now."""
    note_file(run, fetched)
    same = None if is_decided(run) or run.partial else same_content(run, applied)
    if same and settle_unchanged(run, same, by=by):
        return
    with ThreadPoolExecutor(2, "reading") as beside:
        copy = beside.submit(take, fetched, folder)
        recalled = recalled_for(run, beside=beside)
        fetched = archive(run, copy.result())
        heart.enter("reading", run.size_bytes)
        read_and_apply(run, fetched, recalled, heart, beside=beside, by=by)


def read_and_apply(
    run: Run, fetched: Fetched, recalled: Recalled | None, heart: Heartbeat, *, beside: Executor, by: Actor
) -> None:
    """By its differences where that will do, else all of it."""
    vocabulary = heard_from(run.feed.supplier_id)
    try:
        is_applied = apply_differences(run, fetched, vocabulary, recalled, heart, beside=beside, by=by)
        if not is_applied:
            read = read_file(fetched.path, run.mapping, vocabulary, progress=heart.lines_read)
            apply_whole(run, read, heart, by=by)
    except NotAFeed as problem:
        if lacks_room(problem):
            raise
        settle_no_feed(run, problem, fetched.path, by=by)


def recalled_for(run: Run, *, beside: Executor) -> Recalled | None:
    """The feed's last file, where this one may be compared with it; None where all of it has to be read."""
    if is_decided(run) or run.partial:
        return None
    return recall(run, flag_counts_as=LevelPolicy.current().flag_counts_as, beside=beside)


def apply_differences(
    run: Run,
    fetched: Fetched,
    vocabulary: Vocabulary,
    last: Recalled | None,
    heart: Heartbeat,
    *,
    beside: Executor,
    by: Actor,
) -> bool:
    """The quick way, for a file that differs little from the last; False where all of it has to be read."""
    if last is None or run.mapping is None:
        return False
    read = read_differences(
        fetched.path, run.mapping, vocabulary, last, beside=beside, progress=heart.lines_read
    )
    if read is None:
        return False
    try:
        apply_remembering(run, read, heart, by=by)
    except NeedsWholeFile:
        heart.enter("reading", run.size_bytes)
        return False
    return True


def apply_whole(run: Run, read: Read, heart: Heartbeat, *, by: Actor) -> None:
    apply_remembering(run, read, heart, by=by)
    if run.status == RunStatus.HELD:
        keep_rows(run, read.rows)


def apply_remembering(run: Run, read: Read, heart: Heartbeat, *, by: Actor) -> None:
    """Judge and apply; the lines are kept meanwhile, and count with the transaction or are thrown away."""
    if read.remembered is None or run.partial:
        settle_by_rows(run, read, heart, by=by)
        return
    with ThreadPoolExecutor(1, "keeping") as beside:
        lines = beside.submit(keep_when_weighed, run, read.file, read.remembered)
        try:
            settle_by_rows(run, read, heart, by=by, lines=lines.result)
        finally:
            if run.status != RunStatus.APPLIED:
                forget_lines(lines.result())


def keep_when_weighed(run: Run, weighed: Weighed, remembered: Noted) -> str:
    """The transaction waits for what the file says in all before it waits for its lines to be kept."""
    weighed()
    return keep_lines(run, remembered())


def settle_no_feed(run: Run, problem: NotAFeed, path: Path, *, by: Actor) -> None:
    """Hold what a broken server sends, and what only a person can map; fail what is no table."""
    if problem.code in HELD_CODES or (problem.code == "no_key" and run.mapping is None):
        facts = problem_of(problem)
        if problem.code == "columns_changed" and run.mapping:
            confirmed = ColumnMap.from_json(run.mapping.column_map)
            facts |= header_facts(path, confirmed, heard_from(run.feed.supplier_id))
        hold_unreadable(run, problem.code, facts, by=by)
    else:
        settle_no_table(run, problem, by=by)


def keep_rows(run: Run, rows: Blocks) -> None:
    """What a person will decide on, as it was read: he applies what he saw, whatever we learn to read meanwhile.

    Comes after the commit; if it is lost, the decision reads the file again.
    """
    with tempfile.TemporaryDirectory(prefix="stocke-rows-") as folder:
        path = Path(folder) / "rows.parquet"
        write_rows(rows, path)
        name = keep(path, f"{run.feed_id}/{run.pk}/rows.parquet")
    Run.objects.filter(pk=run.pk, status=RunStatus.HELD).update(rows_file=name)


def kept_rows(run: Run) -> Read | None:
    """The rows of a run that a person let count; None when the file has to be read (again)."""
    if not (is_decided(run) and run.rows_file):
        return None
    try:
        rows = KeptRows(run.rows_file)
    except LOST:
        return None
    weighed = Figures.from_json(run.figures).file
    return Read(
        rows,
        rejected=run.facts.get("rejected_lines", 0),
        mapping=run.facts.get("mapping_now"),
        file=lambda: weighed,
    )
