"""The ways out of a case as staff see them: what it is, why, what it costs whom."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from orders.domain.case_letters import differences_in_words
from orders.domain.options import PricedOption, Stake, reasons_as_json, substitute_option
from orders.domain.substitutes import Suggestion
from orders.models import CaseOption, OptionKind, StockoutCase
from orders.views.choice_page import ICONS
from stocke.core.web.formats import day, money, number, percent, since
from suppliers.queries.restocks import Restock


@dataclass(frozen=True)
class OptionRow:
    """One way out. `value` names it in the form, `key` is the digit that ticks it."""

    value: str
    icon: str
    title: str
    details: str
    price: str
    note: str
    key: str = ""
    is_ticked: bool = False
    is_fixed: bool = False
    product_id: int | None = None


def row_of(option: PricedOption, stake: Stake, *, key: str = "", is_ticked: bool = False) -> OptionRow:
    title, details, price, note = _words(option, stake)
    fixed = option.kind == OptionKind.REFUND
    return OptionRow(
        value=option.key,
        icon=ICONS[option.kind],
        title=title,
        details=details,
        price=price,
        note=note,
        key=key,
        is_ticked=is_ticked or fixed,
        is_fixed=fixed,
        product_id=option.product_id,
    )


def row_of_found(suggestion: Suggestion, stake: Stake) -> OptionRow:
    return row_of(substitute_option(stake, suggestion), stake)


def _words(option: PricedOption, stake: Stake) -> tuple[str, str, str, str]:
    if option.suggestion:
        return _substitute(option, option.suggestion, stake)
    if option.kind == OptionKind.PARTIAL:
        return _partial(option, stake)
    if option.restock:
        return _wait(option.restock, stake)
    if option.kind == OptionKind.VOUCHER:
        return _voucher(option, stake)
    return _refund(option, stake)


def _substitute(option: PricedOption, suggestion: Suggestion, stake: Stake) -> tuple[str, str, str, str]:
    candidate = suggestion.candidate
    arrives = timezone.localdate() + timedelta(days=candidate.lead_days)
    parts = [
        _("%(free)s at %(supplier)s, %(age)s") % {
            "free": number(candidate.free), "supplier": candidate.supplier, "age": since(candidate.as_of)
        },
        day(arrives),
        _margin(suggestion),
        *reasons_in_words(option),
    ]  # fmt: skip
    price = money(candidate.price_cents * stake.quantity, stake.currency)
    return candidate.name, " · ".join(part for part in parts if part), price, gap_in_words(option, stake)


def _margin(suggestion: Suggestion) -> str:
    if suggestion.margin_percent is None:
        return _("margin unknown")
    return _("margin %(percent)s") % {"percent": percent(suggestion.margin_percent / 100)}


def reasons_in_words(option: PricedOption) -> list[str]:
    """Why it stands here, then how it differs."""
    reasons = reasons_as_json(option)
    words = {
        "chosen_by_hand": _("chosen by hand"),
        "same_category": _("same category"),
        "same_brand": _("same brand"),
    }
    taken = [
        _("accepted %(times)s times out of %(offered)s")
        % {"times": reason["after"], "offered": reason["before"]}
        for reason in reasons
        if reason["key"] == "accepted"
    ]
    said = [words[reason["key"]] for reason in reasons if reason["key"] in words]
    differences = differences_in_words(reasons)
    return [*said, *taken, *([differences] if differences else [])]


def gap_in_words(option: PricedOption, stake: Stake) -> str:
    if option.borne_cents:
        return _("%(gap)s on us") % {"gap": "+" + money(option.borne_cents, stake.currency)}
    if option.given_back_cents:
        return _("%(gap)s given back") % {"gap": money(option.given_back_cents, stake.currency)}
    return _("same price")


def _wait(restock: Restock, stake: Stake) -> tuple[str, str, str, str]:
    details = _("date given by %(supplier)s") % {"supplier": restock.supplier} if restock.supplier else ""
    if details and restock.said_at:
        details = _("date given by %(supplier)s on %(day)s") % {
            "supplier": restock.supplier,
            "day": day(restock.said_at),
        }
    title = _("Wait until %(date)s") % {"date": day(restock.on)}
    return title, details, money(stake.goods_cents, stake.currency), _("unchanged")


def _partial(option: PricedOption, stake: Stake) -> tuple[str, str, str, str]:
    title = partial_title(option.units or 0, stake.quantity, option.until)
    note = _("unchanged")
    if option.amount_cents is not None:
        note = _("%(gap)s given back") % {"gap": money(option.amount_cents, stake.currency)}
    details = _("what one supplier has now; the order is parted in two")
    return title, details, money(stake.goods_cents, stake.currency), note


def partial_title(units: int, quantity: int, until: date | None) -> str:
    """So many now; the others on a day, or refunded."""
    parts = {"units": number(units), "rest": number(quantity - units)}
    if until is None:
        return _("Send %(units)s now, refund %(rest)s") % parts
    return _("Send %(units)s now, %(rest)s on %(date)s") % {**parts, "date": day(until)}


def _refund(option: PricedOption, stake: Stake) -> tuple[str, str, str, str]:
    title = _("Refund, shipping included") if stake.shipping_cents else _("Refund")
    lost = stake.margin_cents
    note = _("margin lost %(margin)s") % {"margin": money(lost, stake.currency)} if lost is not None else ""
    return title, _("always offered"), money(option.amount_cents, stake.currency), note


def _voucher(option: PricedOption, stake: Stake) -> tuple[str, str, str, str]:
    amount = option.amount_cents or 0
    gift = money(amount - stake.refund_cents, stake.currency)
    details = _("never instead of the refund: beside it")
    note = _("%(gift)s more than the refund") % {"gift": gift}
    title = _("Voucher of %(amount)s") % {"amount": money(amount, stake.currency)}
    return title, details, money(amount, stake.currency), note


def offered_row(case: StockoutCase, option: CaseOption) -> OptionRow:
    """An option of the record: what the customer was offered, and whether he took it."""
    currency = case.line.order.currency
    titles = {
        OptionKind.SUBSTITUTE: option.product.name if option.product else "",
        OptionKind.WAIT: _("Wait until %(date)s") % {"date": day(option.until)},
        OptionKind.REFUND: _("Refund"),
        OptionKind.VOUCHER: _("Voucher"),
        OptionKind.PARTIAL: partial_title(option.units or 0, missing_then(case, option), option.until),
    }
    amounts = {
        OptionKind.SUBSTITUTE: _difference(option, currency),
        OptionKind.WAIT: _("unchanged"),
        OptionKind.REFUND: money(option.amount_cents, currency),
        OptionKind.VOUCHER: money(option.amount_cents, currency),
        OptionKind.PARTIAL: money(option.amount_cents, currency) if option.amount_cents else _("unchanged"),
    }
    kind = OptionKind(option.kind)
    return OptionRow(
        value=str(option.pk),
        icon=ICONS[kind],
        title=titles[kind],
        details=differences_in_words(option.reasons),
        price=amounts[kind],
        note="",
        is_ticked=case.choice_id == option.pk,
        product_id=option.product_id,
    )


def missing_then(case: StockoutCase, option: CaseOption) -> int:
    """How many units were missing when it was offered: once a part was sent, the case is about the others."""
    if case.executed_at is None or case.choice is None:
        return case.quantity
    return case.quantity + (case.choice.units or 0)


def _difference(option: CaseOption, currency: str) -> str:
    gap = option.price_difference_cents
    if gap < 0:
        return _("%(gap)s given back") % {"gap": money(-gap, currency)}
    return _("%(gap)s on us") % {"gap": "+" + money(gap, currency)} if gap else _("same price")
