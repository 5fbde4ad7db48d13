"""Statements about some of a feed's SKUs: the others keep theirs, and only what is named is looked up and judged."""

from dataclasses import replace

import polars as pl
from django.db import connection, transaction

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.events import publish
from stocke.products.models import LevelPolicy
from suppliers.domain.absences import count_absences
from suppliers.domain.applying import Read, hold, obey_rules_of_now, without
from suppliers.domain.fetching import hold_source
from suppliers.domain.figures import Figures
from suppliers.domain.judging import Outcome, Usual, Verdict, judge
from suppliers.domain.levels import recompute_staged
from suppliers.domain.locks import lock_supplier
from suppliers.domain.mappings import matching_of
from suppliers.domain.overtaking import set_aside, told_by, without_late
from suppliers.domain.runs import confirm_feed, hold_claim, settle, supersede_held
from suppliers.domain.snapshots import distrust, distrust_offers, distrust_taken_over
from suppliers.domain.staging import Comparison, Rest, compare
from suppliers.domain.verdicts import decision_on, is_decided, limits_of, understood
from suppliers.domain.withholding import Caution, settle_withheld, withhold
from suppliers.domain.writing import Statement, keep_changes, write
from suppliers.events import RunApplied
from suppliers.models import Feed, Run, RunStatus

NOTHING_ELSE = Rest(0, lambda: 0, pl.Series("key", [], pl.String))
# Found by the supplier: what is moved with every order has no index by feed.
IN_STOCK = """
SELECT count(*) FROM suppliers_offer offer
JOIN suppliers_offerstock stock ON stock.offer_id = offer.id JOIN suppliers_run run ON run.id = stock.run_id
WHERE offer.supplier_id = %(supplier)s AND run.feed_id = %(feed)s AND stock.promisable > 0
"""
TOUCHED = "SELECT offer_id FROM feed_delta WHERE offer_id IS NOT NULL LIMIT %s"
# Beyond so many, the next complete file is compared as a whole anyway.
MOST_DISTRUSTED = 10_000


@transaction.atomic
def judge_and_apply_partial(run: Run, read: Read, *, by: Actor) -> Verdict:
    """Compare what is named, judge and settle the run: applied, applied safely, or held for a person.

    What is not named was not said to be gone, and what is usual of whole files is no measure. Raises RunLost or
    SourceChanged, with nothing written, as `judge_and_apply` does.
    """
    lock_supplier(run.feed.supplier_id)
    hold_claim(run)
    obey_rules_of_now(run.feed)
    comparison, limits = compared(run, read), limits_of(run.feed)
    figures = figures_of(run, comparison, read)
    verdict = judge(figures, Usual(), limits, is_whole=False)
    if not (is_decided(run) and run.verdict):
        run.figures, run.verdict = figures.to_json(), verdict.to_json()
    run.counts = {**comparison.counts, "rejected": read.rejected + read.rows.height - figures.rows}
    run.facts = {**run.facts, **read.facts}
    outcome = decision_on(run) or verdict.result
    if outcome == Outcome.HOLD:
        keep_changes(run.pk)
        hold(run, by=by)
    else:
        apply_partial(run, Caution(limits.rise, withholds=outcome == Outcome.SAFE), by=by)
    return verdict


def compared(run: Run, read: Read) -> Comparison:
    flag_counts_as = LevelPolicy.current().flag_counts_as
    return compare(run.feed, read.rows, flag_counts_as=flag_counts_as, rest=NOTHING_ELSE, told=told_by(run))


def figures_of(run: Run, comparison: Comparison, read: Read) -> Figures:
    """Of those that would fall out of stock, the share is one of all that the feed states to be in stock."""
    file = understood(run, read.file())
    figures = replace(comparison.figures, file=file, columns=read.header.word)
    return replace(figures, in_stock=in_stock(run.feed)) if figures.zeroed or figures.muted else figures


def in_stock(feed: Feed) -> int:
    with connection.cursor() as cursor:
        cursor.execute(IN_STOCK, {"supplier": feed.supplier_id, "feed": feed.pk})
        (count,) = cursor.fetchone()
    return int(count)


def apply_partial(run: Run, caution: Caution, *, by: Actor) -> None:
    """Make the staged rows count. Needs the staging tables.

    The next complete file is not the same as the last one for all that, and its lines of these SKUs are compared.
    """
    doubt_snapshot(run.feed)
    set_aside(run.pk)
    settle_withheld(run, caution, by=by)
    run.counts = without(run.counts, withhold(run, caution))
    count_absences(run, in_full=False)
    late = write(Statement(run.feed.supplier_id, run.pk, run.stated_at, matching=matching_of(run.mapping)))
    run.counts = without_late(run.counts, late)
    recompute_staged(run.pk)
    distrust_taken_over(run.feed)
    hold_source(run)
    settle(run, RunStatus.APPLIED)
    Feed.objects.filter(pk=run.feed_id).update(last_sha256="")
    confirm_feed(run, by=by)
    supersede_held(run, by=by)
    record(run, "run.applied", by=by, why=run.decision_why, after=run.counts)
    publish(RunApplied(run.pk))


def doubt_snapshot(feed: Feed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED, [MOST_DISTRUSTED + 1])
        touched = [offer_id for (offer_id,) in cursor.fetchall()]
    if len(touched) > MOST_DISTRUSTED:
        distrust(feed)
    else:
        distrust_offers(touched)
