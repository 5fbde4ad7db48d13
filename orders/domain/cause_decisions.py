"""One decision for many cases of one cause: taken once, carried out case by case (`cause_undoing` takes it back).

However many they are: those that were not shown are gathered by a job (`cause_gathering`), and each case is decided
in a transaction of its own.
One that was taken, settled or changed by somebody else meanwhile is left out and says why; so is one for which
nothing is left of what is offered. A killed worker leaves the rest waiting, and the sweep goes on with it.
"""

from collections.abc import Collection, Mapping, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from orders.domain.cases import CaseClosed, CaseError, HeldByAnother
from orders.domain.cause_gathering import begin_gathering, is_being_gathered, lock_decisions
from orders.domain.cause_plan import Misfit
from orders.domain.cause_ways import units_free
from orders.domain.options import PricedOption
from orders.domain.outright import refund_outright
from orders.domain.proposals import LetterDraft, LetterIncomplete, ProposalOutdated, propose
from orders.domain.ways_out import ways_out
from orders.models import (
    CauseDecision,
    DecidedCase,
    DecidedUnits,
    DecisionAct,
    DecisionStatus,
    OptionKind,
    StockoutCase,
)
from orders.queries.case_queue import of_cause
from orders.queries.cases import cases_with_order
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.models import User

WAITING, SKIPPED = DecidedCase.Status.WAITING, DecidedCase.Status.SKIPPED
DONE, FAILED = DecidedCase.Status.DONE, DecidedCase.Status.FAILED
ATTEMPTS_AT_MOST = 3


class NothingToDecide(CaseError):
    """None of these cases waits for a decision any more. Nothing was changed."""


@transaction.atomic
def decide_cause(
    example: StockoutCase,
    seen: Mapping[int, int],
    *,
    act: DecisionAct,
    options: Sequence[str],
    by: Actor,
    rest_but: Collection[int] | None = None,
) -> CauseDecision:
    """Put the decision on record for the cases in `seen` (id to the version that was shown); a job carries it out.

    With `rest_but`, also for every other case that has the cause now, except these: they were shown and left out.
    Cases of another cause are left out; one that waits for another decision already stays with that one.
    Raises NothingToDecide when none is left, or while another decision gathers all cases of the cause.
    """
    lock_decisions()
    if is_being_gathered(example):
        raise NothingToDecide(example.number)
    decision = CauseDecision.objects.create(
        cause=example.cause,
        supplier=example.cause_supplier,
        sku=example.cause_sku,
        product_name=example.line.ordered_name,
        act=act,
        options=list(options),
        decided_by=User.objects.get(pk=by.user_id or 0),
    )
    waiting = StockoutCase.objects.filter(of_cause(example), pk__in=seen).order_by("respond_by", "pk")
    rows = [DecidedCase(decision=decision, case=case, version=seen[case.pk]) for case in waiting]
    DecidedCase.objects.bulk_create(rows, ignore_conflicts=True)
    taken = DecidedCase.objects.filter(decision=decision).count()
    if rest_but is not None:
        taken += begin_gathering(decision, example, shown=[*seen, *rest_but], taken=taken)
    if not taken:
        raise NothingToDecide(example.number)
    free = units_free(products_in(options))
    DecidedUnits.objects.bulk_create(
        DecidedUnits(decision=decision, product_id=product, left=left) for product, left in free.items()
    )
    record(
        decision,
        "decision.taken",
        by=by,
        act=act,
        options=list(options),
        product=decision.product_name,
        cases=taken,
    )
    return decision


def products_in(options: Sequence[str]) -> list[int]:
    """The products among these keys."""
    return [int(key.partition(":")[2]) for key in options if key.startswith(OptionKind.SUBSTITUTE)]


@transaction.atomic
def decide_case(item_id: int) -> bool:
    """Do for one case what was decided, or leave it out and say why. False when it does not wait any more."""
    item = (
        DecidedCase.objects.select_for_update(of=("self",))
        .select_related("decision__decided_by")
        .filter(pk=item_id, status=WAITING, decision__status=DecisionStatus.RUNNING)
        .first()
    )
    if item is None:
        return False
    try:
        with transaction.atomic():
            _decide_one(item, by=Actor.person(item.decision.decided_by))
    except CaseError as trouble:
        item.status, item.why = SKIPPED, misfit_in(trouble)
        item.holder = trouble.holder if isinstance(trouble, HeldByAnother) else ""
    else:
        item.status = DONE
    item.save(update_fields=["status", "why", "holder"])
    return True


@transaction.atomic
def fail_case(item_id: int) -> None:
    """Note that a fault kept this case from being decided; after some attempts it stays in the queue for a person."""
    item = DecidedCase.objects.filter(pk=item_id, status=WAITING)
    item.update(attempts=F("attempts") + 1)
    item.filter(attempts__gte=ATTEMPTS_AT_MOST).update(status=FAILED, why=Misfit.FAULT)


def finish(decision_id: int) -> bool:
    """Mark the decision as done when no case of it waits any more and all are gathered."""
    running = CauseDecision.objects.filter(pk=decision_id, status=DecisionStatus.RUNNING, gathering=None)
    over = running.exclude(cases__status=WAITING)
    return bool(over.update(status=DecisionStatus.DONE, finished_at=timezone.now()))


def _decide_one(item: DecidedCase, *, by: Actor) -> None:
    decision, case = item.decision, cases_with_order().get(pk=item.case_id)
    take_units(decision, case)
    if decision.act == DecisionAct.REFUND:
        refund_outright(case.pk, version=item.version, by=by, via="decision")
        return
    proposal = propose(
        case.pk,
        version=item.version,
        options=_still_there(case, decision.options),
        letter=LetterDraft(),
        by=by,
        delay_seconds=settings.COMMON_UNDO_SECONDS,
    )
    if not proposal.is_new:
        # Somebody else wrote to him meanwhile: his letter is not ours to take back.
        raise ProposalOutdated(case.number)


def take_units(decision: CauseDecision, case: StockoutCase) -> None:
    """Count what is offered to this case against what is left for all of them. Raises UnitsGone when it is too few."""
    units = DecidedUnits.objects.select_for_update().filter(decision=decision).order_by("pk")
    if any(one.left < case.quantity for one in units):
        raise UnitsGone(case.number)
    DecidedUnits.objects.filter(decision=decision).update(left=F("left") - case.quantity)


def _still_there(case: StockoutCase, wanted: Sequence[str]) -> list[PricedOption]:
    """What was decided to be offered, at the prices and stock of now. Raises OfferGone unless all of it is there."""
    offered = {option.key: option for option in ways_out(case, extra_products=products_in(wanted))}
    if any(key not in offered for key in wanted):
        raise OfferGone(case.number)
    return [offered[key] for key in wanted]


class OfferGone(CaseError):
    """What was to be offered has sold out or is no longer stated. Nothing was changed."""


class UnitsGone(CaseError):
    """Others of the decision have been offered what there was. Nothing was changed."""


def misfit_in(trouble: CaseError) -> Misfit:
    """Why a case was left out, as a word of the plan."""
    known: Sequence[tuple[type[CaseError], Misfit]] = [
        (HeldByAnother, Misfit.HELD),
        (CaseClosed, Misfit.CLOSED),
        (ProposalOutdated, Misfit.MOVED_ON),
        (OfferGone, Misfit.GONE),
        (UnitsGone, Misfit.SOLD_OUT),
        (LetterIncomplete, Misfit.INCOMPLETE),
    ]
    return next((misfit for kind, misfit in known if isinstance(trouble, kind)), Misfit.MOVED_ON)
