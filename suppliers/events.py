"""What the suppliers context tells the contexts above it."""

from dataclasses import dataclass

from stocke.core.events import Event


@dataclass(frozen=True)
class RunApplied(Event):
    """A run's statements count from now on; what they changed are the observations with its id."""

    run_id: int


@dataclass(frozen=True)
class UndoRequested(Event):
    """A run waits that undoes another. Who keeps promises works it off, because they have to move with it."""

    run_id: int


@dataclass(frozen=True)
class RunHeld(Event):
    """A run waits for a person. Published for each; whoever tells people tells them once for each reason."""

    run_id: int


@dataclass(frozen=True)
class FeedSilent(Event):
    """A feed has said nothing good for longer than its rhythm; its offers are unknown until it does."""

    feed_id: int


@dataclass(frozen=True)
class FeedFailed(Event):
    """A feed has failed several times in a row and will not mend by itself. `run_id` is the last attempt."""

    run_id: int
