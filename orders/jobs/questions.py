"""Asking suppliers before lines are confirmed. Arguments are ids; each is harmless when nothing is due or run twice."""

from orders.domain import availability_checks
from orders.domain.question_asking import ask_supplier, remind, way_of
from orders.domain.question_clock import watch
from orders.jobs.cases import each
from orders.models import AskingWay, VerificationPolicy
from orders.queries.questions import questions_due, requests_to_remind, unasked_suppliers
from stocke.core.actors import Actor
from suppliers.models import Supplier

BY = Actor.job("availability")


def lines_asked(supplier_id: int) -> None:
    """His interface answers within seconds; a mail waits a moment for company."""
    if way_of(Supplier.objects.get(pk=supplier_id)) != AskingWay.MAIL:
        ask_supplier(supplier_id, by=BY)


def ask_suppliers() -> int:
    """Put to each supplier what waits for him, whatever event was lost."""
    return each("supplier", unasked_suppliers(), lambda supplier_id: ask_supplier(supplier_id, by=BY))


def check_due() -> int:
    """Ask interfaces what is due."""
    return availability_checks.check_waiting()


def check_request(request_id: int) -> int:
    """Ask this one if it is due and nobody has it."""
    return availability_checks.check_waiting(limit=1, only=request_id)


def watch_questions() -> int:
    """What the clock does to open questions."""
    due = questions_due(silence_is_no=VerificationPolicy.current().silence_is_no)
    return each("question", due, lambda question_id: watch(question_id, by=BY))


def remind_suppliers() -> int:
    """Remind those of whose time half has passed."""
    return each("availability request", requests_to_remind(), lambda request_id: remind(request_id, by=BY))
