"""What timelines say of suppliers' answers, and of the time that they have for them."""

from django.utils.translation import gettext as _

from orders.models import RefusalReason
from orders.shell_orders import link_to_purchase, told
from stocke.core.models import HistoryEntry


def units_answered(entry: HistoryEntry) -> tuple[int, int]:
    """How many units he was asked for, and how many of them he accepted."""
    lines = entry.data.get("lines", ())
    return sum(one["asked"] for one in lines), sum(one["accepted"] for one in lines)


def was_silence(entry: HistoryEntry) -> bool:
    return {one.get("reason") for one in entry.data.get("lines", ())} == {RefusalReason.NO_ANSWER}


def shape_of_answer(entry: HistoryEntry) -> str:
    asked, accepted = units_answered(entry)
    if accepted == asked:
        return "done"
    if accepted:
        return "partly"
    return "late" if was_silence(entry) else "refused"


def answered(entry: HistoryEntry) -> str:
    asked, accepted = units_answered(entry)
    said = {"supplier": entry.data.get("supplier"), "accepted": accepted, "asked": asked}
    if accepted == asked:
        return _("%(supplier)s accepted everything") % said
    if was_silence(entry):
        return _("%(supplier)s did not answer: this counts as a no") % said
    if not accepted:
        return _("%(supplier)s refused") % said
    return _("%(supplier)s accepted %(accepted)s of %(asked)s") % said


told(
    "purchase.begun_anew",
    lambda e: _("The time of %(supplier)s to answer begins anew") % dict(e.data),
    "waiting",
)
told("purchase.answered", answered, shape_of_answer, group="people", link=link_to_purchase)
