"""What the clock does for stockout cases. Arguments are ids; each is harmless when nothing is due or run twice."""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from orders.domain import shortfalls
from orders.domain.choices import execute, settle_silence
from orders.domain.reminders import AHEAD, remind
from orders.domain.waiting import reopen, serve
from orders.queries.cases import (
    cases_past_deadline,
    cases_to_execute,
    cases_to_remind,
    waiting_lines_in_stock,
    waiting_lines_overdue,
)
from stocke.core.actors import Actor

logger = logging.getLogger(__name__)
CHOICES, DEADLINE, RESTOCK = Actor.job("choices"), Actor.job("deadline"), Actor.job("restock")


def each(
    what: str,
    ids: Iterable[int],
    act: Callable[[int], object],
    *,
    otherwise: Callable[[int], object] = lambda _id: None,
) -> int:
    """Every one in a transaction of its own: one that fails steps aside until the next tick, after `otherwise`."""
    done = 0
    for one in ids:
        try:
            act(one)
            done += 1
        except Exception:  # one bad case must not keep the others waiting
            logger.exception("%s %s failed and is tried again at the next tick", what, one)
            otherwise(one)
    return done


def execute_choices() -> int:
    """Carry out the choices that customers have had time to change."""
    chosen_before = timezone.now() - timedelta(seconds=settings.CHANGE_OF_MIND_SECONDS)
    return each(
        "case",
        cases_to_execute(chosen_before),
        lambda case_id: execute(case_id, by=CHOICES, chosen_before=chosen_before),
    )


def settle_silent_cases() -> int:
    """Give the money back to customers who have not answered in time."""
    return each(
        "case", cases_past_deadline(timezone.now()), lambda case_id: settle_silence(case_id, by=DEADLINE)
    )


def remind_customers() -> int:
    """Write once to customers whose time to choose is nearly over."""
    now = timezone.now()
    return each("case", cases_to_remind(now, now + AHEAD), lambda case_id: remind(case_id, by=DEADLINE))


def serve_waiting_lines() -> int:
    """Promise lines whose product is back, and ask again where the agreed date has passed without it."""
    served = each("line", waiting_lines_in_stock(), lambda line_id: serve(line_id, by=RESTOCK))
    today = timezone.localdate()
    return served + each("line", waiting_lines_overdue(today), lambda line_id: reopen(line_id, by=RESTOCK))


def sweep_promises() -> int:
    """Find what feeds no longer cover, whatever event was lost."""
    return shortfalls.sweep_promises().opened
