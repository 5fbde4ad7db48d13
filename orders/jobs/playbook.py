"""What the playbook does alone. Harmless when nothing is due or run twice: each case is judged under its lock."""

from django.utils import timezone

from orders.domain.playing import act_alone
from orders.jobs.cases import each
from orders.queries.playbook import cases_to_play
from stocke.core.actors import Actor

PLAYBOOK = Actor.job("playbook")


def act_by_playbook() -> int:
    """Act on the cases that nobody has taken in the time that a rule gives; how many were looked at."""
    return each("case", cases_to_play(timezone.now()), lambda case_id: act_alone(case_id, by=PLAYBOOK))
