"""What a safely applied import withholds, in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from stocke.core.web.formats import number
from suppliers.models import Change, WithheldState
from suppliers.queries.withheld import SettledLines

REASONS: Mapping[str, str | Promise] = {
    Change.GONE: gettext_lazy("Gone from the file"),
    Change.ZEROED: gettext_lazy("To zero, by an old file"),
    Change.MORE: gettext_lazy("Rises much"),
    Change.NEW: gettext_lazy("New, with much stock"),
}


@dataclass(frozen=True)
class Ending:
    """What became of some lines: a sentence, and the import that says it."""

    words: str
    url: str = ""


def endings_of(settled: Sequence[SettledLines]) -> list[Ending]:
    return [
        Ending(ending_in_words(one), reverse("suppliers:run", args=[one.run_id]) if one.run_id else "")
        for one in settled
    ]


def ending_in_words(settled: SettledLines) -> str:
    names = {
        "lines": number(settled.lines),
        "run": settled.run_id,
        "name": settled.person or _("a person"),
    }
    return SENTENCES[settled.state, settled.run_id is not None](settled.lines) % names


Plural = Callable[[int], str]
SENTENCES: Mapping[tuple[str, bool], Plural] = {
    (WithheldState.COUNTED, True): lambda n: ngettext(
        "%(lines)s line counts: import %(run)s says the same.",
        "%(lines)s lines count: import %(run)s says the same.",
        n,
    ),
    (WithheldState.COUNTED, False): lambda n: ngettext(
        "%(lines)s line counts: %(name)s said so.", "%(lines)s lines count: %(name)s said so.", n
    ),
    (WithheldState.OVERTAKEN, True): lambda n: ngettext(
        "%(lines)s line does not count: what import %(run)s says of the offer stands in its place.",
        "%(lines)s lines do not count: what import %(run)s says of the offers stands in their place.",
        n,
    ),
    (WithheldState.OVERTAKEN, False): lambda n: ngettext(
        "%(lines)s line does not count: something newer was said of the offer.",
        "%(lines)s lines do not count: something newer was said of the offers.",
        n,
    ),
    (WithheldState.DROPPED, False): lambda n: ngettext(
        "%(lines)s line was dropped by %(name)s.", "%(lines)s lines were dropped by %(name)s.", n
    ),
}
