"""Giving the money back without asking: the shop's own decision, which stands for a while before it is carried out."""

from django.db import transaction

from orders.domain.cases import claim, lock_open_case
from orders.domain.choices import record_choice
from orders.domain.options import refund_option
from orders.domain.proposals import ProposalOutdated, TooLate, offer_version
from orders.domain.ways_out import stake_of
from orders.models import CaseStatus, StockoutCase
from orders.queries.cases import options_of
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.models.history import ActorKind


@transaction.atomic
def refund_outright(case_id: int, *, version: int, by: Actor, via: str) -> StockoutCase:
    """Decide the refund of a case that nobody has proposed anything in; the customer is told when it is carried out.

    `via` is one of `OURS`: a common decision, the playbook, an agent. Raises CaseClosed, HeldByAnother,
    ProposalOutdated; then nothing is changed.
    """
    case = lock_open_case(case_id)
    if case.version != version or case.status != CaseStatus.TO_PROPOSE:
        raise ProposalOutdated(case.number)
    if by.kind == ActorKind.PERSON:
        claim(case, by=by)
    offer_version(case, [refund_option(stake_of(case))], deadline=None)
    return record_choice(case, options_of(case).get(), by=by, via=via)


@transaction.atomic
def withdraw_outright(case_id: int, *, version: int, by: Actor) -> StockoutCase:
    """Take such a decision back before it is carried out: the case is to be proposed. Raises CaseClosed, TooLate."""
    case = lock_open_case(case_id)
    if case.version != version or case.status != CaseStatus.TO_EXECUTE or not case.is_decided_by_us:
        raise TooLate(case.number)
    case.status, case.choice, case.chosen_at, case.choice_via = CaseStatus.TO_PROPOSE, None, None, ""
    case.save(update_fields=["status", "choice", "chosen_at", "choice_via"])
    record(case.line.order, "case.taken_back", by=by, case=case.number, version=version)
    return case
