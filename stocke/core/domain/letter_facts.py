"""The facts that a letter may name: `{order.number}` in a text is replaced by what is on the record."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BREAKS = re.compile(r"[ \t\r\n\f\v]+")
NAMED = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)?)\}")
# With its space before, so that "Hello {customer.first_name}," becomes "Hello,".
COURTESY = re.compile(r"[ \u00a0]\{(customer\.first_name|supplier\.contact_name)\}")
LINKS = frozenset(
    {
        "choice_link",
        "answer_link",
        "tracking_link",
        "run_link",
        "stock_link",
        "return_link",
        "confirm_link",
        "product_link",
        "unsubscribe_link",
    }
)
# Shown above the words where it is known; no text names it.
PICTURE = "line.picture"
OF_THE_SHOP = frozenset({"shop.name", "shop.contact", "shop.signature"})

FACTS: Mapping[str, Promise] = MappingProxyType(
    {
        "customer.first_name": _("customer's first name"),
        "shop.name": _("name of the shop"),
        "shop.contact": _("how to reach the shop"),
        "shop.signature": _("who signs"),
        "order.number": _("order number"),
        "order.date": _("date of the order"),
        "order.lines": _("lines of the order"),
        "line.product": _("product"),
        "line.quantity": _("quantity"),
        "line.amount": _("amount of the line"),
        "confirm_link": _("link to confirm"),
        "confirm_days": _("days there are to confirm"),
        "back_sentence": _("that it is back, with its price"),
        "product_link": _("link to the product"),
        "unsubscribe_link": _("link to unsubscribe"),
        "cause_sentence": _("the cause, in one sentence"),
        "options": _("the choices, one per line"),
        "promised_date": _("promised date"),
        "new_date": _("proposed new date"),
        "delivery_sentence": _("when it is delivered, in one sentence"),
        "choice_link": _("link to the choice"),
        "choice_sentence": _("what was chosen, in one sentence"),
        "deadline": _("deadline"),
        "silence_sentence": _("what happens without an answer"),
        "goodwill_sentence": _("what is given on top, in one sentence"),
        "refund_sentence": _("what is refunded, in one sentence"),
        "refund.amount": _("amount refunded"),
        "refund.date": _("date of the refund"),
        "refund.method": _("means of the refund"),
        "refund.detail": _("what the refund includes"),
        "refund.bank_days": _("days the bank may take"),
        "substitute.name": _("substitute"),
        "substitute.differences": _("what differs"),
        "price_sentence": _("the price difference, in one sentence"),
        "price_gap": _("price difference"),
        "voucher.code": _("code of the voucher"),
        "voucher.amount": _("amount of the voucher"),
        "voucher.expiry": _("end of the voucher"),
        "voucher.reason": _("why the voucher is given"),
        "shipped_lines": _("lines shipped"),
        "return.number": _("number of the return"),
        "return.lines": _("lines sent back"),
        "return.at": _("when the return was asked for"),
        "return.address": _("where it is sent back to"),
        "return.label_sentence": _("how the parcel of a return is marked, in one sentence"),
        "return.reason": _("why the return is declined"),
        "return_link": _("link to returns"),
        "tracking_link": _("link to the carrier"),
        "tracking_sentence": _("how to follow the parcel, in one sentence"),
        "late_sentence": _("how late it is and until when, in one sentence"),
        "supplier.name": _("supplier"),
        "supplier.contact_name": _("contact at the supplier"),
        "supplier_sku": _("supplier SKU"),
        "supplier_date": _("date given by the supplier"),
        "qty_confirmed": _("quantity confirmed"),
        "qty_ordered": _("quantity ordered"),
        "po.number": _("purchase order number"),
        "po.date": _("date of the purchase order"),
        "po.lines": _("lines of the purchase order"),
        "po.decisions": _("what was decided on each price"),
        "po.ship_by": _("last day to ship"),
        "packing_sentence": _("how parcels are packed, with the packing note"),
        "ship_to": _("delivery address"),
        "answer_link": _("link to the answer"),
        "stock_link": _("link to the supplier's stock"),
        "letter.subject": _("subject of the answer"),
        "letter.text": _("what a person wrote"),
        "feed.name": _("feed"),
        "feed.last_good": _("last good import of the feed"),
        "feed_link": _("link to the feed"),
        "run.number": _("import number"),
        "run.reason": _("reason of the import's state"),
        "run_link": _("link to the import"),
    }
)


class MissingFact(Exception):
    """A text names facts that are not on the record. The mail is held, not sent with a hole in it."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        super().__init__(", ".join(self.names))


def one_line(text: str) -> str:
    """The text on one line. No-break spaces stay: French typography needs them."""
    return BREAKS.sub(" ", text).strip(" ")


def named_in(*texts: str) -> list[str]:
    """The facts these texts name, in order of first appearance."""
    return list(dict.fromkeys(name for text in texts for name in NAMED.findall(text)))


def unknown_in(*texts: str) -> list[str]:
    """Named facts that no kind of letter knows: typing errors."""
    return [name for name in named_in(*texts) if name not in FACTS]


def without_courtesy(text: str, facts: Mapping[str, str]) -> str:
    """A first name is a courtesy, not a fact: without one, the greeting goes without."""

    def keep(found: re.Match[str]) -> str:
        return found.group() if facts.get(found.group(1), "").strip() else ""

    return COURTESY.sub(keep, text)


def missing_in(*texts: str, facts: Mapping[str, str]) -> list[str]:
    """Facts that these texts name and that are absent or empty."""
    greeted = (without_courtesy(text, facts) for text in texts)
    return [name for name in named_in(*greeted) if not facts.get(name, "").strip()]


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with its facts. What a fact contains is never read as a name again. Raises MissingFact."""
    if names := missing_in(text, facts=facts):
        raise MissingFact(names)
    return NAMED.sub(lambda found: facts[found.group(1)], without_courtesy(text, facts))


def fill_known(text: str, facts: Mapping[str, str]) -> str:
    """The text with the facts that are there; the others stay named, to be filled in later.

    Braces inside a fact become parentheses, so that it is not taken for a name then.
    """

    def known(found: re.Match[str]) -> str:
        value = facts.get(found.group(1), "").replace("{", "(").replace("}", ")")
        return value if value.strip() else found.group()

    return NAMED.sub(known, text)
