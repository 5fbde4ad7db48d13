"""Which job reacts to which event, and what the clock does. The only place that knows both sides."""

from collections.abc import Mapping, Sequence

from stocke.core.clock import Tick
from stocke.core.events import Event, Reaction

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {}

CLOCK: Sequence[Tick] = []
