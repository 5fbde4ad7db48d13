"""What a dry run found, in words: the orders of a file, and what is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from orders.domain.amending import Amendment
from orders.domain.intake import Outcome
from orders.domain.order_files import OrderFile, Verdict
from orders.domain.soundness import total_cents
from stocke.core.web.formats import day, money
from stocke.core.web.status import Status

OUTCOMES: Mapping[Outcome, tuple[str, Promise]] = {
    Outcome.CREATED: ("propose", gettext_lazy("New")),
    Outcome.AMENDED: ("verify", gettext_lazy("Changed")),
    Outcome.SAME: ("done", gettext_lazy("Already here, unchanged")),
    Outcome.REFUSED: ("refused", pgettext_lazy("order", "Refused")),
}
FIELDS: Mapping[str, Promise] = {
    "email": gettext_lazy("another customer"),
    "shipping_cents": gettext_lazy("another shipping charge"),
    "ship_to": gettext_lazy("another delivery address"),
    "note": gettext_lazy("another note"),
}


@dataclass(frozen=True)
class OrderRow:
    """One order of the file, for the table."""

    line: int
    external_id: str
    number: str
    status: Status
    customer: str
    email: str
    line_count: int
    total: str
    changes: str


@dataclass(frozen=True)
class ProblemRow:
    """One thing wrong, with the place where it is corrected."""

    line: int
    external_id: str
    column: str
    reason: str


def order_row(verdict: Verdict) -> OrderRow:
    incoming = verdict.order.incoming
    kind, word = OUTCOMES[verdict.outcome]
    customer = incoming.customer
    return OrderRow(
        line=verdict.order.lines[0].number,
        external_id=incoming.external_id,
        number=verdict.number,
        status=Status(kind, word),
        customer=f"{customer.first_name} {customer.last_name}".strip(),
        email=customer.email,
        line_count=len(incoming.lines),
        # An order that is refused may have prices or quantities that nobody can add up.
        total="–" if verdict.outcome == Outcome.REFUSED else money(total_cents(incoming), incoming.currency),
        changes=changes_in_words(verdict.amendment) if verdict.outcome == Outcome.AMENDED else "",
    )


def changes_in_words(plan: Amendment | None) -> str:
    """What an amendment will do, in one line."""
    return (", ".join(changes_of(plan)) or _("details only")) if plan else ""


def changes_of(plan: Amendment) -> Iterator[str]:
    yield from (_("%(sku)s × %(n)s added") % {"sku": one.sku, "n": one.quantity} for one in plan.added)
    yield from (_("%(sku)s × %(n)s removed") % {"sku": one.sku, "n": one.quantity} for one in plan.removed)
    for one in plan.changed:
        pair = {"sku": one.line.sku, "before": one.line.quantity, "after": one.incoming.quantity}
        yield (
            _("%(sku)s: %(before)s becomes %(after)s") % pair
            if one.moves_quantity
            else _("%(sku)s: another price") % pair
        )
    for name, (_before, after) in plan.header.items():
        yield promised(after) if name == "promised_on" else str(FIELDS[name])


def promised(after: object) -> str:
    if isinstance(after, date):
        return _("promised for %(day)s") % {"day": day(after)}
    return _("no promised day any longer")


def problem_rows(file: OrderFile, verdicts: Iterable[Verdict]) -> list[ProblemRow]:
    """Every problem, in the order of the file."""
    return [
        ProblemRow(
            verdict.order.number_of(problem),
            verdict.order.incoming.external_id,
            file.header.name_of(problem.field),
            problem.message,
        )
        for verdict in verdicts
        for problem in verdict.problems
    ]


def result_in_words(counts: Mapping[str, int]) -> str:
    """ "12 orders taken in, 1 changed, 3 already here, 2 refused": only what there is."""
    said = {
        "created": ngettext("%(n)s order taken in", "%(n)s orders taken in", counts.get("created", 0)),
        "amended": ngettext("%(n)s order changed", "%(n)s orders changed", counts.get("amended", 0)),
        "same": ngettext("%(n)s was already here", "%(n)s were already here", counts.get("same", 0)),
        "refused": ngettext("%(n)s refused", "%(n)s refused", counts.get("refused", 0)),
    }
    return ", ".join(words % {"n": counts[name]} for name, words in said.items() if counts.get(name))


def delimiter_in_words(delimiter: str) -> str:
    names: Mapping[str, str] = {
        ";": _("semicolons"), ",": _("commas"), "\t": _("tabs"), "|": _("vertical bars")
    }  # fmt: skip
    return names.get(delimiter, delimiter)


def counts_of(verdicts: Sequence[Verdict]) -> dict[str, int]:
    return {one.value: sum(verdict.outcome == one for verdict in verdicts) for one in Outcome}
