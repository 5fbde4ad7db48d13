"""Why an act on a case was refused, in words. Each says that nothing was changed."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from orders.domain.cases import CaseClosed, CaseError, HeldByAnother
from orders.domain.choices import OptionGone, StillMissing
from orders.domain.goodwill import AboveLimit, AlreadyGiven
from orders.domain.proposals import ProposalOutdated, TooLate
from stocke.core.domain.letter_facts import FACTS
from stocke.core.models import Shop
from stocke.core.web.formats import clock, money


def in_words(trouble: CaseError) -> str:
    """What to tell the member of staff."""
    if isinstance(trouble, HeldByAnother):
        return _("%(name)s took this case at %(time)s. Nothing was changed: take it over first.") % {
            "name": trouble.holder,
            "time": clock(trouble.since),
        }
    if isinstance(trouble, AboveLimit):
        limit = {"limit": money(trouble.limit_cents, Shop.current().currency)}
        return _("Your role may give up to %(limit)s. Nothing was changed.") % limit
    said: list[tuple[type[CaseError], str]] = [
        (CaseClosed, _("This case was closed meanwhile. Nothing was changed.")),
        (ProposalOutdated, _("This case has moved on since you opened it. Nothing was changed: look again.")),
        (AlreadyGiven, _("This case has had its goodwill. Nothing was changed.")),
        (OptionGone, _("This option is no longer available. Nothing was changed.")),
        (StillMissing, _("No supplier can deliver the ordered product now. Nothing was changed.")),
        (TooLate, _("The letter has left the house or was answered. Nothing was changed.")),
    ]
    other = _("This is not possible now. Nothing was changed.")
    return next((words for kind, words in said if isinstance(trouble, kind)), other)


def missing_in_words(names: Iterable[str]) -> str:
    """Why a letter cannot be sent: the facts that nobody has recorded."""
    facts = ", ".join(str(FACTS.get(name, name)) for name in names)
    return _("The letter names facts that are not on the record: %(facts)s. Nothing was sent.") % {
        "facts": facts
    }
