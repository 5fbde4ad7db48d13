"""What is wrong with a feed now, in the words of the imports that met it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from suppliers.domain.sentences import in_this_language
from suppliers.models import Run, RunStatus
from suppliers.tables.headlines import Text, title_of


@dataclass(frozen=True)
class Trouble:
    """The import that waits for a decision, and the last one where it failed; `failures` are those in a row."""

    held: Run | None
    title: Text
    failed: Run | None
    problem: str
    failures: int


def trouble_of(runs: Sequence[Run]) -> Trouble:
    """By the latest imports of a feed, newest first."""
    imports = [run for run in runs if run.undoes_id is None]
    held = next((run for run in imports if run.status == RunStatus.HELD), None)
    failed = list(takewhile(lambda run: run.status == RunStatus.FAILED, imports))
    last = failed[0] if failed else None
    return Trouble(
        held,
        title_of(held) if held else "",
        last,
        in_this_language(last.facts.get("problem", {}).get("text", {})) or last.error if last else "",
        len(failed),
    )
