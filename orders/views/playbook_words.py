"""The playbook in sentences: its rules, and what they say of one case."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.domain.playbook import Bar, Play, Rule
from orders.models import CaseCause, Playbook, PlaybookAct, StockoutCase
from stocke.core.models import Shop
from stocke.core.web.formats import clock, day, money, number, percent

BARS: Mapping[Bar, Promise] = {
    Bar.PROPOSES_ONLY: gettext_lazy("This rule proposes; a person sends."),
    Bar.TOO_DEAR: gettext_lazy("Not alone: the value is above the rule’s limit."),
    Bar.LAW: gettext_lazy("Not alone: a rule of law has two readings here, and a person decides on money."),
}


def rule_in_words(rule: Rule) -> str:
    """One sentence: when, and what."""
    when = [part for part in (_cause(rule), _below(rule)) if part]
    return _("%(when)s: %(what)s") % {"when": ", ".join(when) or _("in every case"), "what": _what(rule)}


def _cause(rule: Rule) -> str:
    return str(CaseCause(rule.cause).label) if rule.cause else ""


def _below(rule: Rule) -> str:
    if rule.below_cents is None:
        return ""
    return _("below %(amount)s") % {"amount": money(rule.below_cents, Shop.current().currency)}


def _what(rule: Rule) -> str:
    if rule.act == PlaybookAct.SUBSTITUTE:
        alike = {"percent": percent(rule.alike_percent / 100)}
        if rule.not_dearer:
            return _("propose a substitute that is at least %(percent)s alike and not dearer") % alike
        return _("propose a substitute that is at least %(percent)s alike") % alike
    if rule.act == PlaybookAct.WAIT:
        days = {"days": number(rule.wait_days)}
        return _("propose to wait for a date that somebody stated, at most %(days)s days away") % days
    return str(PlaybookAct(rule.act).label)


def play_in_words(found: Play, case: StockoutCase) -> list[str]:
    """What the playbook proposes here, and when it acts alone or why it does not."""
    said = {"rule": found.rule.position, "sentence": rule_in_words(found.rule)}
    proposes = _("Playbook, rule %(rule)s – %(sentence)s.") % said
    if found.is_outright:
        proposes += " " + _("To do so yourself, decide it on the page of the cause.")
    if found.bar is not None:
        return [proposes] if found.bar == Bar.PROPOSES_ONLY else [proposes, str(BARS[found.bar])]
    if found.alone_at is None or not Playbook.current().acts_alone or case.version:
        return [proposes]
    when = {"when": moment_in_words(found.alone_at)}
    return [proposes, _("It acts alone %(when)s if nobody has taken the case by then.") % when]


def moment_in_words(at: datetime) -> str:
    return _("on %(day)s at %(time)s") % {"day": day(at), "time": clock(at)}
