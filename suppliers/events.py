"""What the suppliers context tells the contexts above it."""

from dataclasses import dataclass

from stocke.core.events import Event


@dataclass(frozen=True)
class RunApplied(Event):
    """A run's statements count from now on; what they changed are the observations with its id."""

    run_id: int


@dataclass(frozen=True)
class RunHeld(Event):
    """A run waits for a person. Published for the first of a row of held runs of one feed, so it is told once."""

    run_id: int


@dataclass(frozen=True)
class FeedFailed(Event):
    """A feed has failed several times in a row and will not mend by itself. `run_id` is the last attempt."""

    run_id: int
