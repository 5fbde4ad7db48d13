"""A supplier's calendar in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from stocke.core.web.formats import long_day, moment
from suppliers.domain.calendars import Closure, NeverOpen, calendar_of
from suppliers.models import Supplier


@dataclass(frozen=True)
class Opening:
    """`closures` are those that are not over; `next_cut_off` is the moment where the operator is."""

    days: str
    holidays: str
    cut_off: str
    next_cut_off: str
    closures: Sequence[str]


def opening_of(supplier: Supplier) -> Opening:
    calendar, today = calendar_of(supplier), timezone.localdate()
    return Opening(
        days=days_in_words(supplier.open_days),
        holidays=_("closed on public holidays") if calendar.holidays else "",
        cut_off=supplier.cut_off.strftime("%H:%M") if supplier.cut_off else "",
        next_cut_off=next_cut_off_of(supplier),
        closures=[closure_in_words(closure) for closure in calendar.closures if closure.last >= today],
    )


def next_cut_off_of(supplier: Supplier) -> str:
    """When it is his cut-off next, where the operator is; empty where he names none, or never opens."""
    try:
        at = calendar_of(supplier).next_cut_off(timezone.now())
    except NeverOpen:
        return ""
    return moment(at) if at else ""


def days_in_words(days: Sequence[int]) -> str:
    """ "Monday to Friday", or each day by its short name."""
    if len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1)):
        return _("%(first)s to %(last)s") % {"first": WEEKDAYS[days[0]], "last": WEEKDAYS[days[-1]]}
    return ", ".join(str(WEEKDAYS_ABBR[day]) for day in days)


def closure_in_words(closure: Closure) -> str:
    words = long_day(closure.first)
    if closure.last != closure.first:
        words = _("%(first)s to %(last)s") % {"first": words, "last": long_day(closure.last)}
    return _("%(days)s: %(note)s") % {"days": words, "note": closure.note} if closure.note else words
