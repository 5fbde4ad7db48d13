"""The stockout desk in values: the queue, the case with its options, and the letter."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from orders.domain.case_clock import CaseClock, case_clock
from orders.domain.case_letters import choice_link, promised_on
from orders.domain.cases import holder_of
from orders.domain.choices import carried_out_at, original_is_back
from orders.domain.options import PricedOption, Stake
from orders.domain.proposals import message_of
from orders.domain.ways_out import stake_of, suggestion_of, ways_out
from orders.models import CaseOption, CaseStatus, OptionKind, Refund, StockoutCase, Voucher
from orders.queries.cases import (
    cases_of_customer,
    counts_by_status,
    desk_queue,
    options_of,
    orders_of_customer,
    orders_per_customer,
    products_to_propose,
)
from orders.views.case_options import OptionRow, offered_row, row_of, row_of_found
from orders.views.case_story import Happened, story_of
from stocke.core.models import Message, User
from stocke.core.web.status import Status

TABS = [CaseStatus.TO_PROPOSE, CaseStatus.WITH_CUSTOMER, CaseStatus.TO_EXECUTE, CaseStatus.SETTLED]
TAB_WORDS = {
    CaseStatus.TO_PROPOSE: gettext_lazy("To propose"),
    CaseStatus.WITH_CUSTOMER: gettext_lazy("With the customer"),
    CaseStatus.TO_EXECUTE: gettext_lazy("To execute"),
    CaseStatus.SETTLED: pgettext_lazy("several cases", "Settled"),
}
SUBSTITUTES_TICKED = 2
QUEUE_LENGTH = 100
EXTRAS_AT_MOST = 10


@dataclass(frozen=True)
class Tab:
    """One stage of the desk with what waits there."""

    label: str
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class QueueRow:
    """One case of the queue."""

    case: StockoutCase
    due_at: datetime | None
    what: Status
    value_cents: int
    currency: str
    orders: int
    holder: User | None
    is_current: bool

    @property
    def url(self) -> str:
        return reverse("orders:stockout", args=[self.case.number])


@dataclass(frozen=True)
class CaseView:
    """One open case: everything that the middle column and the composer say."""

    case: StockoutCase
    stake: Stake
    about_customer: str
    holder: User | None
    is_mine: bool
    promised_on: date | None
    clock: CaseClock
    story: Sequence[Happened]
    rows: Sequence[OptionRow]
    priced: Sequence[PricedOption]
    found: Sequence[OptionRow]
    words: str
    extras: Sequence[int]
    message: Message | None
    link: str
    executes_at: datetime | None
    refund: Refund | None
    voucher: Voucher | None
    original_is_back: bool
    composes: bool


@dataclass(frozen=True)
class Desk:
    """The page."""

    tab: str
    tabs: Sequence[Tab]
    queue: Sequence[QueueRow]
    counts: Mapping[str, int]
    shown: CaseView | None = None
    is_auto: bool = field(default=False)

    @property
    def is_full(self) -> bool:
        """Whether the queue is longer than what is shown of it."""
        return len(self.queue) >= QUEUE_LENGTH


def desk(tab: str, *, user: User, case: StockoutCase | None, query: QueryDict, is_auto: bool = False) -> Desk:
    """The desk at one stage, with one case open (or none)."""
    counts = counts_by_status()
    shown = case_view(case, user=user, query=query) if case else None
    return Desk(tab, tabs_of(tab, counts), queue_of(tab, case), counts, shown, is_auto)


def tabs_of(current: str, counts: Mapping[str, int]) -> list[Tab]:
    url = reverse("orders:stockouts")
    return [Tab(str(TAB_WORDS[tab]), f"{url}?tab={tab}", counts.get(tab, 0), tab == current) for tab in TABS]


def queue_of(tab: str, current: StockoutCase | None) -> list[QueueRow]:
    cases = list(desk_queue(tab, QUEUE_LENGTH))
    orders = orders_per_customer({case.line.order.customer_id for case in cases})
    return [
        QueueRow(
            case=case,
            due_at=due_at(case),
            what=what_is_missing(case),
            value_cents=case.quantity * case.line.unit_price_cents,
            currency=case.line.order.currency,
            orders=orders.get(case.line.order.customer_id, 0),
            holder=holder_of(case),
            is_current=current is not None and case.pk == current.pk,
        )
        for case in cases
    ]


def due_at(case: StockoutCase) -> datetime | None:
    """When somebody must have acted: we, the customer, or the clock."""
    if case.status == CaseStatus.TO_PROPOSE:
        return case.respond_by
    if case.status == CaseStatus.WITH_CUSTOMER:
        return case.deadline
    return carried_out_at(case)


def what_is_missing(case: StockoutCase) -> Status:
    """The product, and how much of it is missing: all, or a part."""
    line = case.line
    if case.quantity < line.quantity:
        part = _("%(product)s: %(missing)s of %(quantity)s missing") % {
            "product": line.ordered_name,
            "missing": case.quantity,
            "quantity": line.quantity,
        }
        return Status("partly", part)
    times = f" × {case.quantity}" if case.quantity > 1 else ""
    return Status("out", line.ordered_name + times)


def case_view(case: StockoutCase, *, user: User, query: QueryDict) -> CaseView:
    """The case; `query` holds what was typed so far: ticked options, products looked up."""
    composes = composing(case, query)
    extras = extras_in(query)
    priced = ways_out(case, extra_products=extras) if composes else []
    ticked = query.getlist("options") if "options" in query else default_keys(priced)
    words = query.get("q", "").strip()[:100]
    stake, holder = stake_of(case), holder_of(case)
    message, refund = message_of(case), Refund.objects.filter(case=case).first()
    return CaseView(
        case=case,
        stake=stake,
        about_customer=about_customer(case),
        holder=holder,
        is_mine=holder is not None and holder.pk == user.pk,
        promised_on=promised_on(case),
        clock=case_clock(case, stake, message, refund, now=timezone.now()),
        story=story_of(case),
        rows=rows_to_offer(priced, stake, ticked) if composes else rows_offered(case),
        priced=chosen_of(priced, ticked),
        found=found_rows(case, stake, words, {option.product_id for option in priced}) if composes else [],
        words=words,
        extras=extras,
        message=message,
        link=choice_link(case, case.version) if case.version else "",
        executes_at=carried_out_at(case),
        refund=refund,
        voucher=Voucher.objects.filter(case=case).first(),
        original_is_back=case.closed_at is None and original_is_back(case),
        composes=composes,
    )


def extras_in(query: QueryDict) -> list[int]:
    """The products that the agent looked up and added."""
    return [int(value) for value in query.getlist("extra") if value.isdecimal()][:EXTRAS_AT_MOST]


def composing(case: StockoutCase, query: QueryDict) -> bool:
    """Whether a letter is being written: the case waits for one, or the agent wants to change the proposal."""
    if case.status == CaseStatus.TO_PROPOSE:
        return True
    return case.status == CaseStatus.WITH_CUSTOMER and "again" in query


def default_keys(priced: Iterable[PricedOption]) -> list[str]:
    """What is ticked at first: the two best substitutes, the wait and the refund."""
    substitutes = [option.key for option in priced if option.kind == OptionKind.SUBSTITUTE]
    always = [option.key for option in priced if option.kind in (OptionKind.WAIT, OptionKind.REFUND)]
    return [*substitutes[:SUBSTITUTES_TICKED], *always]


def chosen_of(priced: Iterable[PricedOption], ticked: Collection[str]) -> list[PricedOption]:
    """The ticked options; the refund is always among them."""
    return [option for option in priced if option.key in ticked or option.kind == OptionKind.REFUND]


def rows_to_offer(priced: Iterable[PricedOption], stake: Stake, ticked: Collection[str]) -> list[OptionRow]:
    return [
        row_of(option, stake, key=str(number) if number < 10 else "", is_ticked=option.key in ticked)
        for number, option in enumerate(priced, start=1)
    ]


def rows_offered(case: StockoutCase) -> list[OptionRow]:
    options: Iterable[CaseOption] = options_of(case) if case.version else []
    return [offered_row(case, option) for option in options]


def found_rows(
    case: StockoutCase, stake: Stake, words: str, known: Collection[int | None]
) -> list[OptionRow]:
    """Products that the agent looked up, in stock and not yet among the options."""
    if not words:
        return []
    products = [product for product in products_to_propose(words) if product not in known]
    suggestions = (suggestion_of(case, product) for product in products)
    return [row_of_found(suggestion, stake) for suggestion in suggestions if suggestion]


def about_customer(case: StockoutCase) -> str:
    """His language, how often he bought, and whether he knows this already."""
    customer = case.line.order.customer
    orders, cases = orders_of_customer(customer.pk), cases_of_customer(customer.pk)
    bought = ngettext("%(n)s order", "%(n)s orders", orders) % {"n": orders}
    known = (
        _("never had a stockout")
        if cases == 1
        else ngettext("%(n)s stockout before", "%(n)s stockouts before", cases - 1) % {"n": cases - 1}
    )
    return ", ".join([customer.get_language_display().lower(), bought, known])
