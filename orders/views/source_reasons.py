"""Why this source and no other: the first thing by which it comes before the next one, with both figures."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from orders.domain.rules import Priority
from orders.tables.sourcing import PREFERRED
from orders.views.reliability import in_words
from stocke.core.web.formats import money, number

type Kept = Mapping[str, Any]


def why_this(kept: Kept) -> str:
    """One sentence for the source that was proposed; nothing where none was."""
    chosen = {part["offer"] for part in kept.get("choice", ())}
    candidates = kept.get("candidates", ())
    ours = [one for one in candidates if one["offer"] in chosen]
    others = [one for one in candidates if one["offer"] not in chosen]
    if not ours:
        return ""
    if len(ours) > 1:
        return _("no single source has enough")
    if kept.get("joint"):
        return _("chosen together with the other lines of the order")
    return against(kept, ours[0], others[0]) if others else _("the only source that can serve this line")


def against(kept: Kept, ours: Kept, other: Kept) -> str:
    """The first difference, in the order in which sources are compared."""
    named = {"supplier": other["supplier"]}
    if other["serves"] < ours["serves"]:
        return _("%(supplier)s has not enough") % named
    if failed(other) > failed(ours):
        return _("%(supplier)s passes fewer checks") % named
    for name in kept.get("priorities", ()):
        if (mine := FIGURES[name](ours)) != (theirs := FIGURES[name](other)):
            said = {"reason": PREFERRED[name], "mine": mine, "theirs": theirs, **named}
            return _("%(reason)s: %(mine)s, %(supplier)s %(theirs)s") % said
    if ours["score"] != other["score"]:
        said = {"mine": ours["score"], "theirs": other["score"], **named}
        return _("more points: %(mine)s, %(supplier)s %(theirs)s") % said
    return _("before %(supplier)s in the backup list") % named


def failed(one: Kept) -> int:
    return sum(not check["passed"] for check in one["checks"])


def landed(one: Kept) -> str:
    return money(one.get("landed_cents"), one["currency"])


def days(one: Kept) -> str:
    return _("%(days)s days") % {"days": number(one["lead_days"])}


def answers(one: Kept) -> str:
    if one.get("served"):
        return in_words(one["served"])
    asked = one.get("asked", 0)
    if not asked:
        return _("never asked")
    return _("%(accepted)s of %(asked)s accepted") % {"accepted": one["accepted"], "asked": asked}


def owner(one: Kept) -> str:
    return _("ours") if one.get("own") else _("a supplier’s")


FIGURES: Mapping[str, Callable[[Kept], str]] = {
    Priority.COST: landed,
    Priority.LEAD: days,
    Priority.RELIABILITY: answers,
    Priority.OWN: owner,
}
