"""Why a line cannot be delivered: the cause chosen from recorded facts, and its one sentence for the customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from orders.models import CaseCause, RefusalReason

SENTENCES: Mapping[CaseCause, Promise] = {
    CaseCause.FEED_LATE: _(
        "Our supplier's stock figures reached us late, and we kept selling on an outdated number."
    ),
    CaseCause.SOLD_BETWEEN: _("The last unit was sold between two stock updates, just before your order."),
    CaseCause.SUPPLIER_REFUSED: _("Our supplier declined our order: it no longer has this product."),
    CaseCause.SUPPLIER_SHORT: _(
        "Our supplier can only deliver %(quantity_confirmed)s of %(quantity_ordered)s."
    ),
    CaseCause.NO_ANSWER: _("Despite our reminders, our supplier has not confirmed our order."),
    CaseCause.DISCONTINUED: _("The manufacturer has discontinued this product; it will not be restocked."),
    CaseCause.OVERSOLD: _("We sold more units than our supplier had."),
}
# The same causes where the record says less: a refusal for another reason than his stock, silence without reminders.
ONLY_REFUSED = _("Our supplier declined our order.")
ONLY_SILENT = _("Our supplier has not confirmed our order.")
NO_CAUSE_YET = _("We do not have the cause yet.")

# A sentence is only written when these facts are on the record.
FACTS_NEEDED: Mapping[CaseCause, frozenset[str]] = {
    CaseCause.FEED_LATE: frozenset({"feed_at", "ordered_at"}),
    CaseCause.SOLD_BETWEEN: frozenset({"feed_before", "feed_after", "ordered_at"}),
    CaseCause.SUPPLIER_REFUSED: frozenset({"refused_at"}),
    CaseCause.SUPPLIER_SHORT: frozenset({"quantity_confirmed", "quantity_ordered"}),
    CaseCause.NO_ANSWER: frozenset({"sent_at"}),
    CaseCause.DISCONTINUED: frozenset({"noticed_at"}),
    CaseCause.OVERSOLD: frozenset({"sold", "available"}),
}


def is_recorded(cause: str, facts: Mapping[str, object]) -> bool:
    """Whether every fact that the cause's sentence claims is on the record."""
    return all(facts.get(name) not in (None, "") for name in FACTS_NEEDED[CaseCause(cause)])


def cause_sentence(cause: str, facts: Mapping[str, object], *, language: str) -> str:
    """The cause in the customer's words; without its recorded facts, that we do not have the cause yet."""
    with override(language):
        if not is_recorded(cause, facts):
            return str(NO_CAUSE_YET)
        return str(sentence_of(CaseCause(cause), facts)) % facts


def sentence_of(cause: CaseCause, facts: Mapping[str, object]) -> Promise:
    """The most that the record allows to say of this cause."""
    if cause == CaseCause.SUPPLIER_REFUSED and facts.get("reason") in (
        RefusalReason.PRICE,
        RefusalReason.OTHER,
    ):
        return ONLY_REFUSED
    if cause == CaseCause.NO_ANSWER and not facts.get("reminders"):
        return ONLY_SILENT
    return SENTENCES[cause]


@dataclass(frozen=True)
class Shortage:
    """What is known when no offer serves a line: the last good feed before the order and the first after it,
    the units we have sold (this line with them) and the units that suppliers state."""

    ordered_at: datetime
    feed_before: datetime | None
    feed_after: datetime | None
    sold: int
    available: int
    fresh_hours: int = 24
    supplier: str = ""


def judge(shortage: Shortage) -> tuple[CaseCause, dict[str, object]]:
    """The cause that the recorded times allow, and the facts it stands on.

    *Late* when the newest figure was already too old at the time of the order. *Sold between* when the first
    figure after the order shows the shortage. Otherwise all we know is that more was sold than there is.
    """
    about = {"supplier": shortage.supplier} if shortage.supplier else {}
    units = {"sold": shortage.sold, "available": shortage.available}
    before, after, ordered = shortage.feed_before, shortage.feed_after, shortage.ordered_at
    if before and ordered - before > timedelta(hours=shortage.fresh_hours):
        times = {"feed_at": before.isoformat(), "ordered_at": ordered.isoformat()}
        return CaseCause.FEED_LATE, {**times, **units, **about}
    if before and after:
        times = {"feed_before": before.isoformat(), "feed_after": after.isoformat()}
        return CaseCause.SOLD_BETWEEN, {**times, "ordered_at": ordered.isoformat(), **units, **about}
    return CaseCause.OVERSOLD, {**units, "ordered_at": ordered.isoformat(), **about}
