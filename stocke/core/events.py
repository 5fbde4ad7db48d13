"""What travels up or sideways: frozen dataclasses of ids, delivered after commit as one job per reaction.

The table of reactions is in stocke/wiring.py and is found through settings.REACTIONS, because core must not
import what stands above it. A reaction may arrive twice or late, so it re-reads its rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from stocke.core.jobs import enqueue


@dataclass(frozen=True)
class Event:
    """Base of all events. Fields are ids and short words; a change of many rows carries the id of its run."""


@dataclass(frozen=True)
class Reaction:
    """One job that an event causes: a dotted name, called with the event's fields in order."""

    queue: str
    job: str


@cache
def _reactions() -> Mapping[type[Event], Sequence[Reaction]]:
    table: Mapping[type[Event], Sequence[Reaction]] = import_string(settings.REACTIONS)
    return table


def publish(event: Event) -> None:
    """Queue every reaction to `event` once the current transaction commits."""
    for reaction in _reactions().get(type(event), ()):
        enqueue(reaction.queue, reaction.job, *astuple(event))
