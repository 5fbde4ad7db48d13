"""How far a worker is with an import or a dry run: its stages, and what it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stocke.core.web.formats import number
from suppliers.models import Run, Trial

Text = str | Promise
FETCHING = gettext_lazy("Fetching the file")
OF_RUNS: Mapping[str, Text] = {
    "fetching": FETCHING,
    "reading": gettext_lazy("Reading"),
    "comparing": gettext_lazy("Comparing with today’s stock"),
    "writing": gettext_lazy("Writing what changed"),
    "levels": gettext_lazy("Computing levels"),
}
LINES_AT_WORK: Mapping[str, Text] = {
    "comparing": gettext_lazy("%(total)s lines are compared with what we know."),
    "writing": gettext_lazy("%(total)s lines say something new, and are written down."),
    "levels": gettext_lazy("What %(total)s lines change for products is computed."),
}
OF_TRIALS: Mapping[str, Text] = {
    "fetching": FETCHING,
    "reading": gettext_lazy("Reading the whole file"),
    "comparing": gettext_lazy("Comparing with today’s stock"),
}


@dataclass(frozen=True)
class Progress:
    """`stages` are each with "done", "running" or "waiting"; `done` of `total` where both are known.

    `seen` changes whenever the part would be drawn otherwise.
    """

    stages: Sequence[tuple[Text, str]]
    words: str
    done: int | None
    total: int | None
    seen: str


def progress_of(work: Run | Trial) -> Progress:
    stages = OF_TRIALS if isinstance(work, Trial) else OF_RUNS
    done, total = work.counts.get("done"), work.counts.get("total")
    return Progress(
        stages=list(reached(stages, work.stage)),
        words=words_of(work, done, total),
        done=done,
        total=total,
        seen=f"{work.status}-{work.stage}-{'' if done is None else done}",
    )


def reached(stages: Mapping[str, Text], stage: str) -> Sequence[tuple[Text, str]]:
    at = list(stages).index(stage) if stage in stages else -1
    return [
        (label, "done" if place < at else "running" if place == at else "waiting")
        for place, label in enumerate(stages.values())
    ]


def words_of(work: Run | Trial, done: int | None, total: int | None) -> str:
    """What is counted just now, as a sentence; nothing where nothing is."""
    if work.status == "queued":
        return _("Waits for a worker.")
    if work.stage in LINES_AT_WORK:
        return LINES_AT_WORK[work.stage] % shown(number, 0, total) if total else ""
    if isinstance(work, Run) and work.undoes_id:
        return _("File %(done)s of %(total)s is heard.") % shown(number, done, total) if total else ""
    if work.stage == "reading" and done:
        return _("%(done)s lines have been read so far.") % shown(number, done, total)
    if work.stage == "reading":
        return _("%(total)s are read.") % shown(filesizeformat, 0, total) if total else ""
    if not done:
        return ""
    said = _("%(done)s of %(total)s fetched.") if total else _("%(done)s fetched.")
    return said % shown(filesizeformat, done, total)


def shown(words: Any, done: int | None, total: int | None) -> dict[str, str]:
    return {"done": words(done or 0), "total": words(total or 0)}
