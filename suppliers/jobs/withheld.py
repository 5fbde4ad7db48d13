"""Withheld lines that a person let count. Running twice, or at once with itself, is harmless."""

from stocke.core.actors import Actor
from stocke.core.jobs import enqueue
from suppliers.domain.releasing import JOB, QUEUE, count_decided, runs_with_decided_lines

BY = Actor.job("withheld lines")


def count_lines(run_id: int) -> None:
    """Let the decided lines of one run count, batch after batch."""
    while count_decided(run_id, by=BY):
        pass


def sweep_decided_lines() -> None:
    """Queue again what is decided and not done."""
    for run_id in runs_with_decided_lines():
        enqueue(QUEUE, JOB, run_id)
