"""The customer's page in values: which state it is in, and what each way out says. Words in his language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from orders.domain.case_letters import differences_in_words
from orders.domain.causes import cause_sentence
from orders.domain.choices import carried_out_at, is_available, is_choosable, waits_for_our_answer
from orders.domain.kept_choices import kept_units
from orders.domain.receipts import choice_sentence
from orders.domain.second_thoughts import may_still_refund
from orders.domain.settlements import refund_due_on
from orders.domain.ways_out import stake_of
from orders.models import CaseOption, CaseStatus, OptionKind, StockoutCase
from orders.queries.cases import options_of
from orders.queries.substitutes import first_source
from stocke.core.web.formats import long_day, money
from suppliers.queries.sources import SourceView, sources_of

ICONS: Mapping[str, str] = {
    OptionKind.SUBSTITUTE: "swap",
    OptionKind.WAIT: "calendar",
    OptionKind.REFUND: "card",
    OptionKind.VOUCHER: "gift",
    OptionKind.PARTIAL: "products",
}


class PageState(StrEnum):
    """What the page can be."""

    CHOOSE = "choose"
    CHOSEN = "chosen"
    SETTLED = "settled"
    PREPARING = "preparing"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Card:
    """One way out as the customer sees it. `value` is what the form sends."""

    value: str
    icon: str
    title: str
    text: str
    money: str
    aside: str = ""
    picture: str = ""
    is_available: bool = True
    is_chosen: bool = False


@dataclass(frozen=True)
class ChoicePage:
    """Everything that the page shows."""

    case: StockoutCase
    state: PageState
    cause: str
    sold_out: str
    cards: Sequence[Card]
    units: int
    paid: str
    receipt: str
    changeable_until: datetime | None
    may_refund: bool
    refund_amount: str
    deadline: str
    is_asking: bool


def state_of(case: StockoutCase, *, wants_change: bool) -> PageState:
    if case.status == CaseStatus.SETTLED:
        return PageState.SETTLED
    if case.status == CaseStatus.CANCELLED:
        return PageState.CANCELLED
    if case.status == CaseStatus.TO_EXECUTE and not wants_change:
        return PageState.CHOSEN
    return PageState.CHOOSE if is_choosable(case) else PageState.PREPARING


def choice_page(case: StockoutCase, *, wants_change: bool = False, language: str) -> ChoicePage:
    """The page of one case, at this moment."""
    stake = stake_of(case)
    state = state_of(case, wants_change=wants_change)
    sold_out = case.facts.get("sold_out")
    sent = units_sent_now(case)
    return ChoicePage(
        case=case,
        state=state,
        cause=cause_sentence(case.cause, case.facts, language=language),
        sold_out=str(sold_out.get("product", "")) if isinstance(sold_out, dict) else "",
        cards=cards_of(case) if state == PageState.CHOOSE else [],
        units=case.quantity + sent,
        paid=money(stake.refund_cents + sent * stake.unit_price_cents, stake.currency),
        receipt=receipt_of(case, state),
        changeable_until=carried_out_at(case),
        may_refund=may_still_refund(case),
        refund_amount=money(stake.refund_cents, stake.currency),
        deadline=long_day(case.deadline) if case.deadline else "",
        is_asking=waits_for_our_answer(case),
    )


def units_sent_now(case: StockoutCase) -> int:
    """The units of which the case is no longer about, because he chose to have them at once."""
    choice = case.choice
    is_sent = choice is not None and choice.kind == OptionKind.PARTIAL and case.executed_at is not None
    return (choice.units or 0) if choice is not None and is_sent else 0


def receipt_of(case: StockoutCase, state: PageState) -> str:
    """What is done or will be done, in one or two sentences."""
    choice = case.choice
    if choice is None or state not in (PageState.CHOSEN, PageState.SETTLED):
        return ""
    if state == PageState.SETTLED:
        return choice_sentence(case, choice)
    source = sources_of_options(case, [choice]).get(choice.product_id or 0)
    card = card_of(case, choice, source)
    return card.title if card.money in card.title else f"{card.title}. {card.money}"


def cards_of(case: StockoutCase) -> list[Card]:
    """The ways out of the newest proposal; the ordered product first, when it is back."""
    options = list(options_of(case))
    sources = sources_of_options(case, options)
    original = case.line.product_id
    cards = [
        card_of(case, option, sources.get(option.product_id or 0))
        for option in options
        if option.product_id is None or option.product_id != original
    ]
    back = sources.get(original or 0)
    return [_original_card(case, back), *cards] if back else cards


def sources_of_options(case: StockoutCase, options: Sequence[CaseOption]) -> dict[int, SourceView]:
    """Who could send each product now, the ordered one among them; absent when nobody has enough."""
    products = {option.product_id for option in options} | {case.line.product_id}
    found = sources_of(product for product in products if product is not None)
    kept = kept_units(case)
    firsts = {product: first_source(sources, case.quantity, kept=kept) for product, sources in found.items()}
    return {product: source for product, source in firsts.items() if source is not None}


def next_best(case: StockoutCase, *, but: int | None) -> str:
    """The first product of the newest proposal that is still there, by name; never `but` itself. Empty without one."""
    options = options_of(case).filter(kind=OptionKind.SUBSTITUTE).exclude(product=but)
    sources = sources_of_options(case, list(options))
    there = (option.product for option in options if option.product_id in sources)
    return next((product.name for product in there if product is not None), "")


def _original_card(case: StockoutCase, source: SourceView) -> Card:
    chosen = case.choice is not None and case.choice.product_id == case.line.product_id
    return Card(
        value="original",
        icon="check",
        title=_("Receive your %(product)s") % {"product": case.line.ordered_name},
        text=_("Good news: it is back since our letter. %(delivery)s") % {"delivery": _delivery(source)},
        money=_("Nothing changes"),
        picture=case.line.product.image_url if case.line.product else "",
        is_chosen=chosen,
    )


def card_of(case: StockoutCase, option: CaseOption, source: SourceView | None) -> Card:
    is_chosen = case.choice_id == option.pk
    if option.kind == OptionKind.SUBSTITUTE:
        return _substitute_card(case, option, source, is_chosen=is_chosen)
    build = {
        OptionKind.WAIT: _wait_card,
        OptionKind.REFUND: _refund_card,
        OptionKind.VOUCHER: _voucher_card,
        OptionKind.PARTIAL: _partial_card,
    }
    return build[OptionKind(option.kind)](case, option, is_chosen)


def _substitute_card(
    case: StockoutCase, option: CaseOption, source: SourceView | None, *, is_chosen: bool
) -> Card:
    differences = differences_in_words(option.reasons)
    what = _("What differs: %(differences)s.") % {"differences": differences} if differences else ""
    when = _delivery(source) if source else _("It has just sold out.")
    owed, aside = price_words(option.price_difference_cents, case.line.order.currency) if source else ("", "")
    return Card(
        value=str(option.pk),
        icon=ICONS[OptionKind.SUBSTITUTE],
        title=_("Receive %(product)s") % {"product": option.product.name if option.product else ""},
        text=f"{what} {when}".strip(),
        money=owed,
        aside=aside,
        picture=option.product.image_url if option.product else "",
        is_available=source is not None,
        is_chosen=is_chosen,
    )


def _delivery(source: SourceView) -> str:
    day = timezone.localdate() + timedelta(days=source.lead_days)
    return _("Expected on %(date)s.") % {"date": long_day(day)}


def price_words(difference_cents: int, currency: str) -> tuple[str, str]:
    """What the difference means for him: the fact in bold, and why."""
    gap = money(abs(difference_cents), currency)
    if difference_cents < 0:
        return _("%(gap)s given back") % {"gap": gap}, ""
    if difference_cents > 0:
        return _("Nothing to pay"), _("the difference of %(gap)s is on us") % {"gap": gap}
    return _("Nothing to pay"), _("same price")


def _wait_card(case: StockoutCase, option: CaseOption, is_chosen: bool) -> Card:
    until: date = option.until or timezone.localdate()
    return Card(
        value=str(option.pk),
        icon=ICONS[OptionKind.WAIT],
        title=_("Wait until %(date)s") % {"date": long_day(until)},
        text=_stated_by(option) + _("If the date moves, you choose again."),
        money=_("Nothing changes"),
        is_available=until > timezone.localdate(),
        is_chosen=is_chosen,
    )


def _partial_card(case: StockoutCase, option: CaseOption, is_chosen: bool) -> Card:
    units = option.units or 0
    rest = {"rest": case.quantity - units}
    owed = _("Nothing changes")
    if option.until:
        text = _("The other %(rest)s on %(date)s, without more shipping to pay.") % {
            **rest, "date": long_day(option.until)
        }  # fmt: skip
        text = f"{text} {_stated_by(option)}".strip()
    else:
        text = _("We refund you the other %(rest)s.") % rest
        owed = _("%(gap)s given back") % {"gap": money(option.amount_cents, case.line.order.currency)}
    return Card(
        value=str(option.pk),
        icon=ICONS[OptionKind.PARTIAL],
        title=_("Receive %(units)s now") % {"units": units},
        text=text,
        money=owed,
        is_available=is_available(case, option),
        is_chosen=is_chosen,
    )


def _stated_by(option: CaseOption) -> str:
    """Who gave the date and when, if that is on the record; the supplier's name stays in the house."""
    said_at = next((parse_datetime(r["before"]) for r in option.reasons if r["before"]), None)
    if said_at is None:
        return ""
    return _("A supplier gave us this date on %(day)s.") % {"day": long_day(said_at)} + " "


def _refund_card(case: StockoutCase, option: CaseOption, is_chosen: bool) -> Card:
    stake = stake_of(case)
    cents = max(option.amount_cents or 0, stake.refund_cents)
    latest = long_day(refund_due_on(case, ended_at=timezone.now()))
    return Card(
        value=str(option.pk),
        icon=ICONS[OptionKind.REFUND],
        title=_("Get your money back"),
        text=_("By the means with which you paid, by %(date)s at the latest.") % {"date": latest},
        money=money(cents, stake.currency),
        aside=_("shipping included") if cents > stake.goods_cents else "",
        is_chosen=is_chosen,
    )


def _voucher_card(case: StockoutCase, option: CaseOption, is_chosen: bool) -> Card:
    amount = money(option.amount_cents, case.line.order.currency)
    return Card(
        value=str(option.pk),
        icon=ICONS[OptionKind.VOUCHER],
        title=_("Take a voucher for %(amount)s") % {"amount": amount},
        text=_("Sent by e-mail at once. For two weeks you can still have your money back instead."),
        money=amount,
        aside=_("instead of a refund"),
        is_chosen=is_chosen,
    )
