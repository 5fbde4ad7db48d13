"""When reservations end, and the nightly proof that counter and ledger agree."""

from collections.abc import Sequence

from orders.domain import reservations
from orders.domain.shortfalls import check_offers, check_promises
from orders.jobs.verification import verify_after_run, verify_after_statement
from orders.queries.purchases import offers_refused
from stocke.core.actors import Actor

BY = Actor.job("nightly proof")


def after_run(run_id: int) -> None:
    """What an applied run means for orders, in this order: promises that it contains end first, because only then
    can be said which of the others it no longer covers."""
    reservations.end_contained(run_id)
    check_promises(run_id)
    verify_after_run(run_id)


def after_statement(supplier_id: int, offer_ids: Sequence[int]) -> None:
    """What a supplier says on his page may fall short of what is promised, or settle a doubt."""
    check_offers(offer_ids)
    verify_after_statement(supplier_id)


def after_refusal(line_id: int) -> None:
    """A supplier's no is news about his stock: look at what else is promised from the same offers."""
    check_offers(offers_refused(line_id))


def prove_counters() -> int:
    """How many offers' counters differ from their ledger; each difference is on the record."""
    return len(reservations.report_differences(by=BY))


def sweep_contained() -> int:
    """End what applied runs contain, whatever event was lost."""
    return reservations.sweep_contained()
