"""What happened before a case was opened, in sentences with their times: only what is on the record."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from orders.models import RefusalReason, StockoutCase
from stocke.core.web.formats import day, number


@dataclass(frozen=True)
class Happened:
    """One thing that happened. `shape` is a kind of the status table; none draws a plain dot."""

    at: datetime
    words: str
    shape: str = ""


type Facts = Mapping[str, object]


def story_of(case: StockoutCase) -> list[Happened]:
    """Oldest first; facts without a time are told with the opening of the case."""
    order, facts = case.line.order, case.facts
    events = [Happened(order.placed_at, _("Order placed"))]
    if order.confirmed_at:
        events.append(Happened(order.confirmed_at, _("Order confirmed"), "done"))
    events += _timed(facts)
    events.append(Happened(case.opened_at, _opened(case), "out"))
    return sorted(events, key=attrgetter("at"))


def _timed(facts: Facts) -> Iterator[Happened]:
    tellers: Mapping[str, tuple[Callable[[Facts], str], str]] = {
        "feed_at": (_last_figures, ""),
        "feed_before": (_figures_before, ""),
        "stated_at": (_stated, "out"),
        "sent_at": (_asked, ""),
        "refused_at": (_refused, "refused"),
    }
    for key, (say, shape) in tellers.items():
        at = moment_of(facts.get(key))
        words = say(facts) if at else ""
        if at and words:
            yield Happened(at, words, shape)
    sold_out = facts.get("sold_out")
    if isinstance(sold_out, dict) and (at := moment_of(sold_out.get("at"))):
        words = _("%(product)s, which the customer chose, sold out") % {"product": sold_out.get("product")}
        yield Happened(at, words, "out")
    played = facts.get("playbook")
    if isinstance(played, dict) and (at := moment_of(played.get("at"))):
        words = _("Nobody had taken the case: the playbook acted alone, by its rule %(rule)s") % {
            "rule": played.get("rule")
        }
        yield Happened(at, words, "running")
    unreached = facts.get("unreached")
    if isinstance(unreached, dict) and (at := moment_of(unreached.get("at"))):
        yield Happened(
            at, _("No letter has reached the customer; his time is over, and nothing was decided"), "unsure"
        )


def moment_of(value: object) -> datetime | None:
    """A time of the record; None when it is absent or no time."""
    return parse_datetime(value) if isinstance(value, str) and value else None


def _supplier(facts: Facts) -> str:
    return str(facts.get("supplier") or _("The supplier"))


def _last_figures(facts: Facts) -> str:
    return _("%(supplier)s: last figures before the order") % {"supplier": _supplier(facts)}


def _figures_before(facts: Facts) -> str:
    return _("%(supplier)s: figures received") % {"supplier": _supplier(facts)}


def _stated(facts: Facts) -> str:
    if facts.get("stated") is None:
        return ""
    return _("%(supplier)s now states %(stated)s; we had promised %(sold)s") % {
        "supplier": _supplier(facts),
        "stated": number(int(str(facts["stated"]))),
        "sold": number(int(str(facts.get("sold") or 0))),
    }


def _asked(facts: Facts) -> str:
    return _("Purchase order %(number)s sent to %(supplier)s") % {
        "number": facts.get("purchase") or "",
        "supplier": _supplier(facts),
    }


def _refused(facts: Facts) -> str:
    reason = str(facts.get("reason") or "")
    words = dict(RefusalReason.choices).get(reason, reason)
    if facts.get("quantity_confirmed") is not None:
        return _("%(supplier)s can deliver %(confirmed)s of %(ordered)s") % {
            "supplier": _supplier(facts),
            "confirmed": facts["quantity_confirmed"],
            "ordered": facts.get("quantity_ordered"),
        }
    if not words:
        return _("%(supplier)s refused") % {"supplier": _supplier(facts)}
    return _("%(supplier)s refused: %(reason)s") % {"supplier": _supplier(facts), "reason": words}


def _opened(case: StockoutCase) -> str:
    until = case.facts.get("waited_until")
    waited: date | None = parse_date(until) if isinstance(until, str) else None
    if waited:
        return _("The customer had agreed to wait until %(day)s; the product is not there. Case opened.") % {
            "day": day(waited)
        }
    return _("Case opened: %(cause)s") % {"cause": case.get_cause_display()}
