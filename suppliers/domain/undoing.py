"""Undo of an import: offers and levels become what they would be without it, and everything later is kept.

An undo is a run of the feed: asked for, claimed, settled, and undone like any other. See docs/adr/0011.
"""

import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl
from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.events import publish
from suppliers.domain import undoing_withheld
from suppliers.domain.deciding import FeedIsBusy
from suppliers.domain.heartbeats import Heartbeat
from suppliers.domain.locks import lock_supplier
from suppliers.domain.mappings import matching_of
from suppliers.domain.retention import lock_retention
from suppliers.domain.runs import hold_claim, hurry, request_run, settle, settle_failed
from suppliers.domain.snapshots import distrust
from suppliers.domain.undoing_beside import changed_beside
from suppliers.domain.undoing_plan import Plan, confirmed_by, plan_of, root_of, tip_of
from suppliers.domain.undoing_sets import compare, lock_offers, stage_offers, stage_words
from suppliers.domain.undoing_words import Heard, NotKept, hear
from suppliers.domain.undoing_writing import find_again, keep_changes, move_levels, write
from suppliers.domain.verdicts import is_decided
from suppliers.events import RunApplied
from suppliers.models import Feed, Horizon, Run, RunChange, RunStatus

TRIES = 5
NOT_KEPT = _(
    "The file of import {number} is no longer kept, or can no longer be read. Without it nobody can tell what later "
    "imports have confirmed."
)
NOT_IN_EFFECT = _("Somebody was faster: the import was undone or brought back meanwhile.")
FORGOTTEN = _(
    "Import {number} is from before {since}: of older statements only the last of each offer is kept. Nobody can tell "
    "any more what the import had changed, so nothing was changed now."
)
BUSY = _("Other feeds of the supplier were imported all the time. Try again.")


class NotInEffect(Exception):
    """There is nothing to undo: the run did not count, or no longer does."""


class Forgotten(Exception):
    """What would have to be reckoned anew is no longer kept."""

    def __init__(self, plan: Plan, before: datetime) -> None:
        super().__init__(f"import {plan.root.pk} is from before {before}")
        self.plan, self.before = plan, before


class Overtaken(Exception):
    """Another feed of the supplier was imported meanwhile: reckon again."""


@dataclass(frozen=True)
class Promises:
    """What whoever keeps promises does when an import is undone, both within the transaction that carries it out.

    `offers` are those whose promises `settle` may change, however little the undo has to do with them: all offers are
    locked at once. `settle` is called when statements and runs are as they will be.
    """

    offers: Callable[[Plan], Collection[int]] = lambda plan: ()
    settle: Callable[[Plan], object] = lambda plan: None


@transaction.atomic
def request_undo(run: Run, *, by: Actor, why: str = "", ask: bool = True) -> Run:
    """Ask for the undo of a run that counts; the run that will do it.

    With `ask` it only finds out what it would change, and waits for `confirm_undo`. Asking twice gives the same
    run. Raises NotInEffect, or FeedIsBusy while another run of the feed is open.
    """
    root = Run.objects.select_for_update(of=("self",)).get(pk=root_of(run).pk)
    if not Run.objects.filter(pk=run.pk, status=RunStatus.APPLIED).exists():
        raise NotInEffect(run.pk)
    tip = tip_of(root)
    if proposed := tip.undone_by.filter(status=RunStatus.PROPOSED).first():
        return proposed if ask else confirm_undo(proposed, by=by, why=why)
    facts = {} if ask else {"decision": "apply"}
    undo = request_run(
        run.feed, by=by, trigger="undo", undoes=tip, decided_by_id=by.user_id, decision_why=why, facts=facts
    )
    if undo is None:
        raise FeedIsBusy(run.feed_id)
    return undo


@transaction.atomic
def confirm_undo(undo: Run, *, by: Actor, why: str = "") -> Run:
    """Carry a proposed undo out, as things then stand. Raises NotInEffect or FeedIsBusy; then it stays proposed."""
    decided = take_proposed(undo)
    if Run.objects.filter(feed=undo.feed_id, status__in=[RunStatus.QUEUED, RunStatus.RUNNING]).exists():
        raise FeedIsBusy(undo.feed_id)
    decided.status, decided.heartbeat_at = RunStatus.QUEUED, timezone.now()
    decided.facts = {**decided.facts, "decision": "apply"}
    decided.decided_by_id, decided.decision_why = by.user_id, why
    decided.save(update_fields=["status", "heartbeat_at", "facts", "decided_by", "decision_why"])
    hurry(decided)
    return decided


@transaction.atomic
def leave_undo(undo: Run, *, by: Actor) -> None:
    """Leave the import as it is. Raises NotInEffect when the undo no longer waits for anybody."""
    left = take_proposed(undo)
    left.status, left.finished_at = RunStatus.REJECTED, timezone.now()
    left.save(update_fields=["status", "finished_at"])
    RunChange.objects.filter(run=left).delete()
    record(left, "run.rejected", by=by)


def take_proposed(undo: Run) -> Run:
    run = Run.objects.select_for_update(of=("self",)).select_related("feed").get(pk=undo.pk)
    if run.status != RunStatus.PROPOSED:
        raise NotInEffect(run.pk)
    return run


def work_off_undo(run: Run, heart: Heartbeat, *, by: Actor, promises: Promises | None = None) -> None:
    """Work a claimed undo off: propose it, or carry out what a person has confirmed.

    `promises` are kept in step within the transaction that carries it out. Raises RunLost, with nothing written.
    """
    try:
        for _try in range(TRIES):
            try:
                reckon(run, heart, by=by, promises=promises or Promises())
            except Overtaken:
                continue
            return
        settle_failed(run, "busy", BUSY, by=by)
    except NotKept as problem:
        settle_failed(run, "not_kept", format_lazy(NOT_KEPT, number=problem.run_id), by=by)
    except NotInEffect:
        settle_failed(run, "not_in_effect", NOT_IN_EFFECT, by=by)
    except Forgotten as problem:
        told = format_lazy(FORGOTTEN, number=problem.plan.root.pk, since=problem.before.date().isoformat())
        settle_failed(run, "forgotten", told, by=by)


def reckon(run: Run, heart: Heartbeat, *, by: Actor, promises: Promises) -> None:
    """Hear the remaining statements, outside of the transaction that then compares and writes."""
    heart.enter("reading")
    plan = plan_of(run)
    refuse_forgotten(plan)
    with transaction.atomic():
        offers = stage_offers(plan)
    with tempfile.TemporaryDirectory(prefix="stocke-undo-") as folder:
        heard = hear(plan, offers, Path(folder), heart)
        heart.enter("writing", offers.height)
        settle_reckoning(run, plan, offers, heard, by=by, promises=promises)


@transaction.atomic
def settle_reckoning(
    run: Run,
    plan: Plan,
    offers: pl.DataFrame,
    heard: Heard,
    *,
    by: Actor,
    promises: Promises,
) -> None:
    """Compare what would be with what is; write it and settle the run, or propose it."""
    lock_supplier(run.feed.supplier_id)
    hold_claim(run)
    lock_retention(shared=True)
    refuse_forgotten(plan)
    if not Run.objects.filter(undone_by=run, status=RunStatus.APPLIED).exists():
        raise NotInEffect(run.undoes_id)
    if plan_of(Run.objects.select_related("undoes").get(pk=run.pk)) != plan:
        raise Overtaken(run.pk)
    if not stage_offers(plan).join(offers, on="key", how="anti").is_empty():
        raise Overtaken(run.pk)
    if is_decided(run):
        lock_offers(promises.offers(plan))
    stage_words(heard)
    run.counts = compare(plan)
    if plan.comes_back:
        find_again(matching_of(plan.root.mapping))
    run.facts = {
        **run.facts,
        "import": plan.root.pk,
        "comes_back": plan.comes_back,
        "beside": changed_beside(),
    }
    if is_decided(run):
        carry_out(run, plan, by=by, promises=promises)
    else:
        propose(run, plan, by=by)


def refuse_forgotten(plan: Plan) -> None:
    """Raise Forgotten where statements are needed that are no longer kept. Beneath `lock_retention` it stays true."""
    horizon = Horizon.objects.first()
    if horizon and plan.since <= horizon.before:
        raise Forgotten(plan, horizon.before)


def propose(run: Run, plan: Plan, *, by: Actor) -> None:
    keep_changes(run.pk)
    run.facts["lines"] = undoing_withheld.would_move(plan.root, comes_back=plan.comes_back, by=by)
    settle(run, RunStatus.PROPOSED)


def carry_out(run: Run, plan: Plan, *, by: Actor, promises: Promises) -> None:
    run.facts["lines"] = undoing_withheld.move(plan.root, comes_back=plan.comes_back, by=by)
    write(run.pk, plan.root.pk)
    turn_round(run)
    mend_feed(plan.root.feed_id)
    for feed in Feed.objects.filter(supplier=run.feed.supplier_id):
        distrust(feed)
    promises.settle(plan)
    RunChange.objects.filter(run=run).delete()
    settle(run, RunStatus.APPLIED)
    person = Actor.person(run.decided_by) if run.decided_by else by
    kind = "run.restored" if plan.comes_back else "run.undone"
    record(plan.root, kind, by=person, why=run.decision_why, undo=run.pk)
    record(run, "run.carried_out", by=person, why=run.decision_why, after=run.counts, about=plan.root.pk)
    move_levels(run.pk)
    publish(RunApplied(run.pk))


def turn_round(undo: Run) -> None:
    """From here down to the import, what counted does no longer, and what did not counts again."""
    run, counts = undo, False
    while run.undoes is not None:
        run = run.undoes
        status = RunStatus.APPLIED if counts else RunStatus.UNDONE
        Run.objects.filter(pk=run.pk).update(status=status)
        run.status, counts = status, not counts


def mend_feed(feed_id: int) -> None:
    """The feed's last good moment is that of what counts now; its next file is read, whatever it is."""
    last = confirmed_by(feed_id).aggregate(at=Max(Coalesce("taken_at", "created_at")))["at"]
    Feed.objects.filter(pk=feed_id).update(last_good_at=last, last_sha256="")
