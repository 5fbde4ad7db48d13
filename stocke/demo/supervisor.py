"""Keeps programs running, and ends them all together."""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from stocke.demo.wakeups import Wakeups
from stocke.localservices.children import Child

MOST_RESTARTS = 5
WINDOW_SECONDS = 60.0
PAUSE_SECONDS = 1.0


class GaveUp(Exception):
    """A program ended again and again."""

    def __init__(self, child: Child) -> None:
        super().__init__(f"{child.name} ended {MOST_RESTARTS} times within a minute")
        self.child = child


@dataclass
class Supervisor:
    """Restarts whatever ends by itself, a bounded number of times. The lists of children are kept current."""

    wakeups: Wakeups
    groups: list[list[Child]]
    restarted: Callable[[str], None]
    ends: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def watch(self) -> None:
        """Until we are asked to end. Raises GaveUp."""
        while not self.wakeups.asked_to_end:
            for group in self.groups:
                self.revive(group)
            self.wakeups.wait()

    def revive(self, group: list[Child]) -> None:
        for position, child in enumerate(group):
            if not child.is_running():
                self.note_end(child)
                group[position] = child.again()
                self.restarted(f"{child.name} ended ({_reason(child)}) and was started again.")

    def note_end(self, child: Child) -> None:
        """Allow another start, after a short pause if this was not the first end in a while."""
        ends, now = self.ends[child.name], time.monotonic()
        while ends and now - ends[0] > WINDOW_SECONDS:
            ends.popleft()
        ends.append(now)
        if len(ends) >= MOST_RESTARTS:
            raise GaveUp(child)
        if len(ends) > 1:
            time.sleep(PAUSE_SECONDS)


def _reason(child: Child) -> str:
    code = child.process.returncode
    return f"signal {-code}" if code < 0 else f"exit code {code}"
