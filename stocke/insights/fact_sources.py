"""Cases and orders as examples for the templates of letters."""

from collections.abc import Mapping

from django.http import QueryDict

from orders.domain.case_letters import KINDS
from orders.models import CaseStatus, Order, StockoutCase
from orders.queries.cases import case_by_number, cases_with_order
from orders.views.stockout_desk import case_view
from orders.views.stockout_letter import facts_now
from stocke.core.domain.history import thread_of
from stocke.core.models import Message, User

OFFERED, LETTERS = 8, 20
KINDS_OF_CASES = frozenset(KINDS)


def open_cases() -> list[tuple[str, str]]:
    """The cases that wait for a letter, the most pressing first."""
    cases = cases_with_order().filter(status=CaseStatus.TO_PROPOSE).order_by("respond_by", "pk")[:OFFERED]
    return [(case.number, name_of(case)) for case in cases]


def name_of(case: StockoutCase) -> str:
    return f"{case.number} · {case.line.order.customer} · {case.line.ordered_name}"


def case_facts(number: str, language: str, user: User) -> Mapping[str, str] | None:
    """The facts that a letter about this case would carry if it were sent now."""
    case = case_by_number(number)
    if case is None:
        return None
    return facts_now(case_view(case, user=user, query=QueryDict("again=1")), language)


def no_orders() -> list[tuple[str, str]]:
    """Orders are looked up by their number: a list of some of them would help nobody."""
    return []


def order_facts(number: str, language: str, user: User) -> Mapping[str, str] | None:
    """What the letters about this order say, the newest of each fact; None where nothing was written about it."""
    order = Order.objects.filter(number=number).first()
    letters = Message.objects.filter(thread=thread_of(order)).order_by("-pk")[:LETTERS] if order else []
    known: dict[str, str] = {}
    for letter in letters:
        known = {**letter.facts, **known}
    return known or None
