"""What became of a supplier's files, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from orders.domain.acknowledgements import Outcome
from orders.domain.shipping import NotShippable
from orders.views.answer_files import why
from orders.views.shipments import in_words as parcel_in_words
from stocke.core.models import IncomingMessage
from stocke.core.web.status import Status

PARCEL_CODES = ("empty", "line", "quantity", "number")


def results_in_words(message: IncomingMessage) -> list[tuple[str, Status, str]]:
    """For each purchase order and parcel in the files: its number, what became of it, and why."""
    return [(name_of(one), state(one), sentence(one)) for one in message.facts.get("results", ())]


def name_of(result: Mapping[str, Any]) -> str:
    named = [result["number"] or result["file"], result.get("parcel", "")]
    return " · ".join(one for one in named if one)


def state(result: Mapping[str, Any]) -> Status:
    return {
        Outcome.TAKEN: Status("done", _("Recorded")),
        Outcome.SAME: Status("done", _("Known already")),
        Outcome.LATE: Status("late", _("Too late, noted")),
        Outcome.REFUSED: Status("refused", _("Not recorded")),
    }[Outcome(result["outcome"])]


def sentence(result: Mapping[str, Any]) -> str:
    """Why it was refused; empty for what was taken."""
    if result["outcome"] != Outcome.REFUSED:
        return ""
    row = _("Row %(row)s: ") % {"row": result["row"]} if result["row"] else ""
    if result.get("column"):
        return row + _("we do not understand “%(column)s”.") % {"column": result["column"]}
    if "parcel" in result:
        return row + parcel_sentence(str(result["code"]))
    return row + why(result["code"])


def parcel_sentence(code: str) -> str:
    if code in PARCEL_CODES:
        return parcel_in_words(NotShippable(code))
    return _("no purchase order has this number.")
