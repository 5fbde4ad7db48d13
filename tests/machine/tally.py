"""What walks have done so far: from where they set out, how many steps they took, and what they have seen."""

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field


@dataclass
class Tally:
    walks: Counter[str] = field(default_factory=Counter)
    steps: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    def note_walk(self, stage: str, steps: int) -> None:
        """A walk from this stage has ended. Hypothesis drops some before their first step: they are none."""
        if steps > 0:
            self.walks[stage] += 1
            self.steps[stage] += steps

    def told(self, seconds: float, named: Set[str]) -> str:
        """All of it in one paragraph."""
        by_stage = ", ".join(f"{stage} {walks}/{self.steps[stage]}" for stage, walks in self.walks.items())
        walks, steps = self.walks.total(), self.steps.total()
        return (
            f"{walks} walks, {steps} steps, {seconds:.0f} s; walks/steps from each stage: {by_stage}; "
            f"{len(named & self.seen.keys())} of {len(named)} named states, {len(self.seen)} states in all; "
            f"not seen: {', '.join(sorted(named - self.seen.keys())) or 'none'}"
        )
