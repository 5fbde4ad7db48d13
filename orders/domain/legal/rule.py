"""One legal rule: what starts it, how long it runs, what it asks, what it costs, and how sure we are of it."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Mark(TextChoices):
    """How a rule came to our knowledge."""

    READ = "R", _("text read in a stored copy")
    SECONDARY = "R2", _("read in a secondary source")
    MEMORY = "M", _("from memory, not verified")
    DOUBTFUL = "D", _("doubtful: two readings")


class Consent(TextChoices):
    """Whose yes a rule needs."""

    NONE = "none", _("no consent needed")
    NEW_DATE = "new_date", _("the customer’s yes, to move the date; silence is not agreement")
    EXPRESS = "express", _("the customer’s express yes, for this order")
    SILENCE = "silence", _("silence counts as a yes, if the mail said so")


@dataclass(frozen=True)
class Rule:
    """`place` is a country (ISO 3166-1) or "EU". Texts are in the reader's language; `source` is a citation."""

    code: str
    place: str
    trigger: Promise
    clock: Promise
    duty: Promise
    money: Promise | None
    consent: Consent
    source: str
    mark: Mark

    def __str__(self) -> str:
        return self.code

    @property
    def is_doubtful(self) -> bool:
        """Whether a person must decide between two readings; such a rule moves no money by itself."""
        return self.mark == Mark.DOUBTFUL
