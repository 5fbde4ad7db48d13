"""One decision for many cases of one cause: taken once, carried out case by case, taken back as long as it can be.

Each case is decided in a transaction of its own: one that was taken, settled or changed by somebody else meanwhile
is left out and says why. A killed worker leaves the rest waiting, and the sweep goes on with it.
"""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from orders.domain.cases import CaseClosed, CaseError, HeldByAnother
from orders.domain.cause_plan import Misfit
from orders.domain.options import PricedOption
from orders.domain.outright import refund_outright, withdraw_outright
from orders.domain.proposals import (
    LetterDraft,
    LetterIncomplete,
    ProposalOutdated,
    TooLate,
    propose,
    take_back,
)
from orders.domain.ways_out import ways_out
from orders.models import CauseDecision, DecidedCase, DecisionAct, DecisionStatus, OptionKind, StockoutCase
from orders.queries.case_queue import of_cause
from orders.queries.cases import cases_with_order
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.models import User

WAITING, SKIPPED = DecidedCase.Status.WAITING, DecidedCase.Status.SKIPPED
DONE, UNDONE = DecidedCase.Status.DONE, DecidedCase.Status.UNDONE


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
) -> CauseDecision:
    """Put the decision on record for the cases in `seen` (id to the version that was shown); a job carries it out.

    Cases of another cause are left out; one that waits for another decision already stays with that one.
    Raises NothingToDecide when none is left.
    """
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
    if not taken:
        raise NothingToDecide(example.number)
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


def finish(decision_id: int) -> bool:
    """Mark the decision as done when no case of it waits any more."""
    running = CauseDecision.objects.filter(pk=decision_id, status=DecisionStatus.RUNNING)
    over = running.exclude(cases__status=WAITING)
    return bool(over.update(status=DecisionStatus.DONE, finished_at=timezone.now()))


def _decide_one(item: DecidedCase, *, by: Actor) -> None:
    decision, case = item.decision, cases_with_order().get(pk=item.case_id)
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


def _still_there(case: StockoutCase, wanted: Sequence[str]) -> list[PricedOption]:
    """What was decided to be offered, at the prices and stock of now. Raises OfferGone unless all of it is there."""
    products = [int(key.partition(":")[2]) for key in wanted if key.startswith(OptionKind.SUBSTITUTE)]
    offered = {option.key: option for option in ways_out(case, extra_products=products)}
    if any(key not in offered for key in wanted):
        raise OfferGone(case.number)
    return [offered[key] for key in wanted]


class OfferGone(CaseError):
    """What was to be offered has sold out or is no longer stated. Nothing was changed."""


def misfit_in(trouble: CaseError) -> Misfit:
    """Why a case was left out, as a word of the plan."""
    known: Sequence[tuple[type[CaseError], Misfit]] = [
        (HeldByAnother, Misfit.HELD),
        (CaseClosed, Misfit.CLOSED),
        (ProposalOutdated, Misfit.MOVED_ON),
        (OfferGone, Misfit.GONE),
        (LetterIncomplete, Misfit.INCOMPLETE),
    ]
    return next((misfit for kind, misfit in known if isinstance(trouble, kind)), Misfit.MOVED_ON)


def undo_decision(decision_id: int, *, by: Actor) -> tuple[int, int]:
    """Stop what has not been decided and take back what has, as far as nothing has left the house.

    How many cases wait again, and for how many it was too late. Doing it again tries the late ones once more.
    """
    with transaction.atomic():
        CauseDecision.objects.filter(pk=decision_id).update(
            status=DecisionStatus.UNDONE, finished_at=timezone.now()
        )
        stopped = DecidedCase.objects.filter(decision=decision_id, status=WAITING).update(status=UNDONE)
    decided = DecidedCase.objects.filter(decision=decision_id, status=DONE).order_by("pk")
    back = stopped + sum(_take_back(item, by=by) for item in decided.select_related("decision"))
    late, decision = decided.count(), CauseDecision.objects.get(pk=decision_id)
    if back:
        record(decision, "decision.undone", by=by, product=decision.product_name, back=back, late=late)
    return back, late


@transaction.atomic
def _take_back(item: DecidedCase, *, by: Actor) -> int:
    """1 when the case waits again, 0 when it is too late for that."""
    is_refund = item.decision.act == DecisionAct.REFUND
    act = withdraw_outright if is_refund else take_back
    try:
        act(item.case_id, version=item.version + 1, by=by)
    except (TooLate, CaseClosed):
        return 0
    return DecidedCase.objects.filter(pk=item.pk, status=DONE).update(status=UNDONE)
