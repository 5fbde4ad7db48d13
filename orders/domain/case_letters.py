"""What a letter about a case may say: every fact from the record, in the reader's language."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.domain.apologies import facts_about
from orders.domain.causes import cause_sentence
from orders.domain.options import PricedOption, Stake, reasons_as_json
from orders.models import OptionKind, StockoutCase
from stocke.core.domain.links import sign
from stocke.core.web.formats import long_day, money

LINK_PURPOSE = "choice"
LINK_DAYS = 120
KINDS = ("stockout_unconfirmed", "stockout_confirmed", "substitute", "delay_first", "delay_second")


def choice_link(case: StockoutCase, version: int) -> str:
    """The address of the customer's page, good for one case; an older version's link shows the newest one."""
    token = sign(LINK_PURPOSE, case.pk, version=version)
    return settings.PUBLIC_URL + reverse("orders:choice", args=[token])


def usual_kind(case: StockoutCase, options: Sequence[PricedOption] = ()) -> str:
    """The letter that fits: he waited in vain, a promise with a date was made, or none ever was."""
    if "waited_until" in case.facts and any(option.until for option in options):
        return "delay_second"
    if case.line.order.confirmed_at is None or promised_on(case) is None:
        return "stockout_unconfirmed"
    return "stockout_confirmed"


def promised_on(case: StockoutCase) -> date | None:
    return case.line.promised_on or case.line.order.promised_on


def last_day_to_answer(days: int, *, now: datetime) -> datetime:
    """The end of the customer's last day: today is day 0, and the last day ends at midnight."""
    day = timezone.localtime(now).date() + timedelta(days=days)
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time())
    return timezone.make_aware(midnight) - timedelta(seconds=1)


def letter_facts(
    case: StockoutCase,
    stake: Stake,
    options: Sequence[PricedOption],
    *,
    deadline: datetime,
    version: int,
    language: str,
) -> dict[str, str]:
    """All named facts of a proposal's letter. A fact that is not on the record is empty, and holds the mail."""
    with override(language):
        facts = _order_facts(case, stake) | _offer_facts(case, stake, options)
        facts["cause_sentence"] = cause_sentence(case.cause, case.facts, language=language)
        facts["choice_link"] = choice_link(case, version)
        facts["deadline"] = long_day(deadline)
        facts["silence_sentence"] = silence_sentence(stake, deadline)
        return facts


def _order_facts(case: StockoutCase, stake: Stake) -> dict[str, str]:
    line, order = case.line, case.line.order
    promised = promised_on(case)
    return facts_about(order.customer) | {
        "order.number": order.number,
        "order.date": long_day(order.placed_at),
        "line.product": line.ordered_name,
        "line.quantity": str(case.quantity),
        "line.amount": money(stake.goods_cents, stake.currency),
        "promised_date": long_day(promised) if promised else "",
        "refund.amount": money(stake.refund_cents, stake.currency),
    }


def _offer_facts(case: StockoutCase, stake: Stake, options: Sequence[PricedOption]) -> dict[str, str]:
    """What is offered; the facts of one substitute only when there is exactly one to speak of."""
    waits = [option.until for option in options if option.until]
    vouchers = [option.amount_cents for option in options if option.kind == OptionKind.VOUCHER]
    facts = {
        "options": "\n".join(f"– {option_words(option, stake)}" for option in options),
        "new_date": long_day(waits[0]) if waits else "",
        "voucher.amount": money(vouchers[0], stake.currency) if vouchers else "",
    }
    substitutes = [option for option in options if option.suggestion is not None]
    return facts | (_substitute_facts(substitutes[0], stake) if len(substitutes) == 1 else {})


def _substitute_facts(option: PricedOption, stake: Stake) -> dict[str, str]:
    suggestion = option.suggestion
    if suggestion is None:
        return {}
    arrives = timezone.localdate() + timedelta(days=suggestion.candidate.lead_days)
    return {
        "substitute.name": suggestion.candidate.name,
        "substitute.differences": differences_in_words(reasons_as_json(option)),
        "price_sentence": price_sentence(option.price_difference_cents, stake.currency),
        "price_gap": money(abs(option.price_difference_cents), stake.currency),
        "new_date": long_day(arrives),
    }


def differences_in_words(reasons: Sequence[dict[str, str]]) -> str:
    """What the customer must know before he says yes: a person's note, another brand, other attributes."""
    words = []
    for reason in reasons:
        if reason["key"] == "chosen_by_hand" and reason["after"]:
            words.append(reason["after"])
        elif reason["key"] == "other_brand":
            words.append(_("brand %(brand)s") % {"brand": reason["after"]})
        elif reason["key"] == "differs":
            words.append(
                _("%(attribute)s %(new)s instead of %(old)s")
                % {"attribute": reason["name"], "new": reason["after"], "old": reason["before"]}
            )
    return ", ".join(words)


def price_sentence(difference_cents: int, currency: str) -> str:
    """What another price means for him: never a charge."""
    gap = {"gap": money(abs(difference_cents), currency)}
    if difference_cents < 0:
        return _("It costs %(gap)s less; we refund the difference.") % gap
    if difference_cents > 0:
        return _("It costs %(gap)s more; we pay the difference.") % gap
    return _("The price is the same.")


def silence_sentence(stake: Stake, deadline: datetime) -> str:
    """What happens without an answer: the line is refunded, by the shop's own policy."""
    return _(
        "If we do not hear from you by %(deadline)s, we will cancel this line and refund you %(amount)s."
    ) % {"deadline": long_day(deadline), "amount": money(stake.refund_cents, stake.currency)}


def option_words(option: PricedOption, stake: Stake) -> str:
    """One way out as a line of the letter; it continues "You can"."""
    if option.kind == OptionKind.SUBSTITUTE and option.suggestion:
        return _("receive %(product)s instead: %(price)s") % {
            "product": option.suggestion.candidate.name,
            "price": price_words(option.price_difference_cents, stake.currency),
        }
    if option.kind == OptionKind.PARTIAL:
        return partial_words(option, stake)
    if option.kind == OptionKind.WAIT and option.until:
        return _("wait for the restock, expected on %(date)s") % {"date": long_day(option.until)}
    amount = {"amount": money(option.amount_cents, stake.currency)}
    if option.kind == OptionKind.VOUCHER:
        return _("take a voucher for %(amount)s") % amount
    return _("get %(amount)s back") % amount


def partial_words(option: PricedOption, stake: Stake) -> str:
    """What is there at once, and what happens with the others."""
    units = option.units or 0
    parts = {"units": units, "rest": stake.quantity - units}
    if option.until:
        return _("receive %(units)s now, and the other %(rest)s on %(date)s, without more shipping to pay") % {
            **parts, "date": long_day(option.until)
        }  # fmt: skip
    return _("receive %(units)s now, and get %(amount)s back for the other %(rest)s") % {
        **parts, "amount": money(option.amount_cents, stake.currency)
    }  # fmt: skip


def price_words(difference_cents: int, currency: str) -> str:
    gap = {"gap": money(abs(difference_cents), currency)}
    if difference_cents < 0:
        return _("%(gap)s given back to you") % gap
    if difference_cents > 0:
        return _("nothing to pay, the difference of %(gap)s is on us") % gap
    return _("same price")
