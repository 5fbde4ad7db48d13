"""From rows that were read to numbers that count, in one transaction per run: compare, judge, write or hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.events import publish
from stocke.products.models import LevelPolicy
from suppliers.domain.absences import count_absences
from suppliers.domain.fetching import hold_source
from suppliers.domain.figures import FileFigures
from suppliers.domain.heartbeats import NOBODY, Watcher
from suppliers.domain.judging import Header, Outcome, Verdict, judge, no_table
from suppliers.domain.levels import recompute_of_run, recompute_staged
from suppliers.domain.locks import lock_supplier
from suppliers.domain.mappings import is_first_under, matching_of, save_version
from suppliers.domain.overtaking import Told, set_aside, told_by, without_late
from suppliers.domain.runs import confirm_feed, hold_claim, settle, supersede_held
from suppliers.domain.snapshots import (
    Kept,
    Standing,
    distrust,
    distrust_taken_over,
    lift_distrust,
    nowhere,
    standing_of,
    take_distrust,
    trust,
)
from suppliers.domain.staging import CHANGES, OVERTAKEN, Comparison, Rest, compare, cut_after
from suppliers.domain.verdicts import decision_on, figures_of, is_decided, limits_of, usual_before
from suppliers.domain.withholding import Caution, settle_withheld, withhold
from suppliers.domain.writing import Statement, keep_changes, write
from suppliers.events import RunApplied, RunHeld
from suppliers.models import Feed, Run, RunStatus
from suppliers.readers import Blocks, Remembered


@dataclass(frozen=True)
class Since:
    """What else is in a file of which only the differences were read, and on what that rests."""

    rest: Rest
    standing: Standing


# What a file says by itself, and what there is to remember of it. They wait until that is reckoned and put together,
# which may be done beside other work.
type Weighed = Callable[[], FileFigures]
type Noted = Callable[[], Remembered]


@dataclass(frozen=True)
class Read:
    """What reading a file gave, as far as applying it needs to know.

    `mapping` is the column map as this file needs it, where that differs from the confirmed one. `rows` are all of
    the file, or with `since` only what differs from the feed's last file. `remembered` are all of its lines, for the
    next one.
    """

    rows: Blocks
    header: Header = field(default_factory=Header)
    facts: Mapping[str, Any] = field(default_factory=dict)
    rejected: int = 0
    mapping: Mapping[str, Any] | None = None
    file: Weighed = FileFigures
    since: Since | None = None
    remembered: Noted | None = None


# What people may change while a file is fetched and read.
RULES = ("limits", "absent_policy", "absent_files")


class NeedsWholeFile(Exception):
    """What changed is not enough to go by: read and compare all of the file."""


@transaction.atomic
def judge_and_apply(
    run: Run, read: Read, *, by: Actor, lines: Kept = nowhere, watcher: Watcher = NOBODY
) -> Verdict:
    """Compare, judge and settle the run: applied, applied safely or held by the verdict, or as a person decided.

    `lines` is where the file's lines are kept, for the next import. Runs of one supplier wait for each other here.
    Raises RunLost, with nothing written, when the claim is gone, and SourceChanged when the file is of another source
    than the feed has by now; raises NeedsWholeFile, with nothing written, for the differences of a file that cannot be
    trusted, or that must be looked at before they count.
    """
    watcher.enter("comparing", read.rows.height)
    lock_supplier(run.feed.supplier_id)
    hold_claim(run)
    obey_rules_of_now(run.feed)
    flag_counts_as = LevelPolicy.current().flag_counts_as
    doubted = is_doubted(run, read.since, flag_counts_as=flag_counts_as)
    comparison, limits = staged(run.feed, read, told=told_by(run), watcher=watcher), limits_of(run.feed)
    figures = figures_of(run, comparison, read.header, read.file())
    verdict = judge(figures, usual_before(run), limits)
    if read.since and not verdict.is_good:
        raise NeedsWholeFile(run.pk)
    # What a person has decided on stays on the record, beside what he decided.
    if not (is_decided(run) and run.verdict):
        run.figures, run.verdict = figures.to_json(), verdict.to_json()
    unusable = read.rows.height + (read.since.rest.lines if read.since else 0) - figures.rows
    run.counts = {**comparison.counts, "rejected": read.rejected + unusable}
    run.facts = {**run.facts, **read.facts, **({"mapping_now": read.mapping} if read.mapping else {})}
    outcome = decision_on(run) or verdict.result
    if outcome != Outcome.APPLY:
        run.facts["cut_after"] = cut_after(run.feed)
    if outcome == Outcome.HOLD:
        keep_changes(run.pk)
        hold(run, by=by)
        if doubted:
            distrust(run.feed)
    else:
        cautiously = outcome == Outcome.SAFE
        caution = Caution(limits.rise, verdict.trusts_zeros, cautiously)
        apply_run(run, read, caution, watcher, by=by)
        distrust_taken_over(run.feed)
        if read.remembered and (file := lines()):
            trust(run, file, read.remembered().read_as, flag_counts_as=flag_counts_as)
    return verdict


def obey_rules_of_now(feed: Feed) -> None:
    """As they stand once the file is read: a person may have changed them since the run was claimed."""
    feed.refresh_from_db(fields=RULES)


def is_doubted(run: Run, since: Since | None, *, flag_counts_as: int) -> bool:
    """Whether anything that the feed stated was changed by something else; what is compared now is not in doubt.

    Raises NeedsWholeFile when that came after the file was read by its differences.
    """
    if since is None:
        return take_distrust(run.feed_id)
    now = standing_of(run, flag_counts_as=flag_counts_as)
    if now is None or now[0] != since.standing:
        raise NeedsWholeFile(run.pk)
    lift_distrust(since.standing)
    return bool(since.standing.distrusts)


def staged(feed: Feed, read: Read, *, told: Told | None = None, watcher: Watcher = NOBODY) -> Comparison:
    """The file's rows in the temporary tables of this transaction, beside what we know."""
    rest, flag_counts_as = read.since.rest if read.since else None, LevelPolicy.current().flag_counts_as
    return compare(
        feed,
        read.rows,
        flag_counts_as=flag_counts_as,
        rest=rest,
        told=told,
        watcher=watcher,
    )


def apply_run(run: Run, read: Read, caution: Caution, watcher: Watcher, *, by: Actor) -> None:
    """Make the staged rows count: offers, moving numbers, observations and levels. Needs the staging tables.

    What the caution withholds does not count yet, and what is overtaken does not count.
    """
    if OVERTAKEN in run.counts:
        set_aside(run.pk)
    settle_withheld(run, caution, by=by)
    withheld = withhold(run, caution)
    run.counts = without(run.counts, withheld)
    zeroed = count_absences(run, in_full=not caution.withholds)
    if zeroed:
        run.counts["absent"] = zeroed
    differing = sum(count for change, count in run.counts.items() if change in CHANGES)
    watcher.enter("writing", differing)
    late = write(
        Statement(
            supplier_id=run.feed.supplier_id,
            run_id=run.pk,
            taken_at=run.stated_at,
            matching=matching_of(run.mapping),
            rematches=is_first_under(run),
        )
    )
    run.counts = without_late(run.counts, late)
    watcher.enter("levels", differing)
    recompute_levels = recompute_of_run if zeroed else recompute_staged
    recompute_levels(run.pk)
    hold_source(run)
    if read.mapping and run.mapping:
        run.mapping = save_version(run.feed, read.mapping, by=by, because_of=run)
    settle(run, RunStatus.APPLIED)
    note_content(run, "" if withheld else run.sha256)
    if withheld:
        distrust(run.feed)
    confirm_feed(run, by=by)
    supersede_held(run, by=by)
    record(run, "run.applied", by=by, why=run.decision_why, after=run.counts)
    publish(RunApplied(run.pk))


def note_content(run: Run, sha256: str) -> None:
    """The same file says nothing new from now on, unless it is "": once more it agrees with what was withheld.

    Where the rules of the feed were changed since they were obeyed, it has to be judged anew.
    """
    obeyed = {name: getattr(run.feed, name) for name in RULES}
    Feed.objects.filter(pk=run.feed_id, **obeyed).update(last_sha256=sha256)


def without(counts: Mapping[str, int], withheld: Mapping[str, int]) -> dict[str, int]:
    """The counts of what was applied; what was withheld is a count of its own."""
    applied = {change: count - withheld.get(change, 0) for change, count in counts.items()}
    return {**applied, **({"withheld": sum(withheld.values())} if withheld else {})}


def hold(run: Run, *, by: Actor) -> None:
    """Stop here and ask a person; an older held run of the feed no longer waits for one. Raises SourceChanged."""
    hold_source(run)
    settle(run, RunStatus.HELD)
    supersede_held(run, by=by)
    failed = [check["check"] for check in run.verdict["checks"] if not check["passed"]]
    record(run, "run.held", by=by, after={"checks": failed})
    publish(RunHeld(run.pk))


@transaction.atomic
def hold_unreadable(run: Run, code: str, facts: Mapping[str, Any], *, by: Actor) -> None:
    """Hold a file that is no table at all: it states nothing, so there is nothing to apply, only to reject."""
    hold_claim(run)
    run.facts, run.verdict = {**run.facts, **facts}, no_table(code).to_json()
    hold(run, by=by)
