"""How an agent looks at the queue: from the address, into it again, and as the small form above the queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.models import CaseCause
from orders.queries.case_marks import Mark
from orders.queries.case_queue import Look, Sort, Who
from stocke.core.web.access import StaffRequest

SORTS: Mapping[Sort, Promise] = {
    Sort.DEADLINE: _("Deadline"),
    Sort.VALUE: _("Money at stake"),
    Sort.HISTORY: _("Most loyal customers"),
}
WHO: Mapping[Who, Promise] = {
    Who.NEW: _("first order"),
    Who.LOYAL: _("several orders"),
    Who.HIT: _("had a stockout before"),
}
MARKS: Mapping[Mark, Promise] = {
    Mark.ASKED: _("the customer asks"),
    Mark.WRITTEN: _("a mail has come"),
    Mark.SUPPLIER: _("a supplier is asked"),
}
LEAST_AT_MOST = 1_000_000


@dataclass(frozen=True)
class LookPage:
    """The form above the queue. `query` is what follows the question mark of every link of the desk."""

    look: Look
    query: str
    sorts: Sequence[tuple[str, Promise]]
    causes: Sequence[tuple[str, str]]
    customers: Sequence[tuple[str, Promise]]
    marks: Sequence[tuple[str, Promise]]

    @property
    def least(self) -> str:
        return str(self.look.least_cents // 100) if self.look.least_cents else ""


def look_of(request: StaffRequest) -> Look:
    """What the address asks for; whatever it says wrongly counts as not said."""
    asked = request.GET
    sort, least = asked.get("sort", ""), asked.get("least", "")
    return Look(
        sort=Sort(sort) if sort in set(Sort) else Sort.DEADLINE,
        cause=asked.get("cause", "") if asked.get("cause", "") in CaseCause.values else "",
        who=asked.get("who", "") if asked.get("who", "") in set(Who) else "",
        least_cents=100 * min(int(least), LEAST_AT_MOST) if least.isdecimal() else 0,
        mark=asked.get("mark", "") if asked.get("mark", "") in set(Mark) else "",
        mine=request.user.pk if asked.get("mine") == "1" else None,
    )


def look_query(look: Look) -> dict[str, str]:
    """The same as parameters; what is usual is left out."""
    said = {
        "sort": "" if look.sort == Sort.DEADLINE else look.sort.value,
        "cause": look.cause,
        "who": look.who,
        "least": str(look.least_cents // 100) if look.least_cents else "",
        "mark": look.mark,
        "mine": "1" if look.mine is not None else "",
    }
    return {name: value for name, value in said.items() if value}


def look_page(look: Look) -> LookPage:
    query = "&".join(f"{name}={value}" for name, value in look_query(look).items())
    causes = [(value, str(label)) for value, label in CaseCause.choices]
    return LookPage(look, query, list(SORTS.items()), causes, list(WHO.items()), list(MARKS.items()))
