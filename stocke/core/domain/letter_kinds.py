"""The kinds of letters, the words we ship for them, and the merchant's own words where he wrote some."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stocke.core.models import MailTemplate

LANGUAGES = ("fr", "en")


class Audience(models.TextChoices):
    CUSTOMER = "customer", _("To customers")
    SUPPLIER = "supplier", _("To suppliers")
    STAFF = "staff", _("To staff")


@dataclass(frozen=True)
class LetterKind:
    key: str
    label: Promise
    audience: Audience


@dataclass(frozen=True)
class Words:
    """A subject and a text with named facts."""

    subject: str
    body: str


_CUSTOMER, _SUPPLIER, _STAFF = Audience.CUSTOMER, Audience.SUPPLIER, Audience.STAFF
KINDS: Mapping[str, LetterKind] = MappingProxyType(
    {
        kind.key: kind
        for kind in (
            LetterKind("order_confirmed", _("Order confirmed"), _CUSTOMER),
            LetterKind("stockout_unconfirmed", _("Stockout before confirmation"), _CUSTOMER),
            LetterKind("stockout_confirmed", _("Stockout after confirmation"), _CUSTOMER),
            LetterKind("delay_first", _("First delay"), _CUSTOMER),
            LetterKind("delay_second", _("Second delay"), _CUSTOMER),
            LetterKind("substitute", _("Substitute proposed"), _CUSTOMER),
            LetterKind("partial", _("Partial shipment"), _CUSTOMER),
            LetterKind("shipped", _("Parcel on its way"), _CUSTOMER),
            LetterKind("late_line", _("Late, told before he asks"), _CUSTOMER),
            LetterKind("choice_reminder", _("Reminder to choose"), _CUSTOMER),
            LetterKind("choice_received", _("Choice received"), _CUSTOMER),
            LetterKind("order_cancelled", _("Order cancelled"), _CUSTOMER),
            LetterKind("goodwill", _("Goodwill"), _CUSTOMER),
            LetterKind("refund_decided", _("Refund decided by us"), _CUSTOMER),
            LetterKind("refund_done", _("Refund done"), _CUSTOMER),
            LetterKind("voucher_issued", _("Voucher issued"), _CUSTOMER),
            LetterKind("customer_letter", _("Answer to a customer"), _CUSTOMER),
            LetterKind("supplier_letter", _("Answer to a supplier"), _SUPPLIER),
            LetterKind("return_requested", _("Return asked for"), _CUSTOMER),
            LetterKind("return_approved", _("Return approved"), _CUSTOMER),
            LetterKind("return_received", _("Return received"), _CUSTOMER),
            LetterKind("return_declined", _("Return declined"), _CUSTOMER),
            LetterKind("return_request", _("Return asked of the supplier"), _SUPPLIER),
            LetterKind("availability_request", _("Availability request"), _SUPPLIER),
            LetterKind("availability_reminder", _("Reminder of an availability request"), _SUPPLIER),
            LetterKind("wish_confirm", _("Back-in-stock alert to confirm"), _CUSTOMER),
            LetterKind("wish_back", _("Back in stock"), _CUSTOMER),
            LetterKind("purchase_order", _("Purchase order"), _SUPPLIER),
            LetterKind("purchase_reminder", _("Reminder to the supplier"), _SUPPLIER),
            LetterKind("purchase_prices", _("Decision on the supplier’s prices"), _SUPPLIER),
            LetterKind("purchase_cancel", _("Cancellation asked of the supplier"), _SUPPLIER),
            LetterKind("purchase_withdrawn", _("Purchase order no longer needed"), _SUPPLIER),
            LetterKind("stock_link", _("Link to say one’s stock"), _SUPPLIER),
            LetterKind("feed_held", _("Import held"), _STAFF),
            LetterKind("feed_failed", _("Feed failed"), _STAFF),
            LetterKind("feed_silent", _("Feed silent"), _STAFF),
        )
    }
)
# A member of staff writes these himself, word for word.
WRITTEN_BY_HAND = frozenset({"customer_letter", "supplier_letter"})


# A template as its author sends it to himself.
TEST = "template_test"


def label_of(kind: str) -> str:
    """The kind in words; the key itself for a kind that is no longer known."""
    if kind == TEST:
        return str(_("Template sent to oneself"))
    return str(KINDS[kind].label) if kind in KINDS else kind


@cache
def shipped_words(kind: str, language: str) -> Words:
    """Our own words. Raises FileNotFoundError for a kind or language that we do not ship."""
    path = Path(settings.BASE_DIR) / "templates" / "mail" / f"{kind}.{language}.txt"
    subject, _blank, body = path.read_text(encoding="utf-8").partition("\n\n")
    return Words(subject.strip(), body.strip())


def words_of(kind: str, language: str) -> Words:
    """The merchant's words for this kind and language, else ours."""
    own = MailTemplate.objects.filter(kind=kind, language=language).first()
    return Words(own.subject, own.body) if own else shipped_words(kind, language)
