"""The stockout desk in values: the queue, the case with its options, and the letter."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from orders.domain.case_clock import CaseClock, case_clock
from orders.domain.case_letters import choice_link, promised_on
from orders.domain.cases import holder_of
from orders.domain.choices import carried_out_at, original_is_back
from orders.domain.options import PricedOption, Stake
from orders.domain.playing import play_of, rules_now
from orders.domain.proposals import message_of
from orders.domain.ways_out import stake_of, suggestion_of, ways_out
from orders.models import CaseOption, CaseStatus, Goodwill, OptionKind, Refund, StockoutCase, Voucher
from orders.queries.case_marks import marks_of
from orders.queries.case_queue import Look
from orders.queries.cases import (
    cases_of_customer,
    counts_by_status,
    desk_queue,
    options_of,
    orders_of_customer,
    products_to_propose,
)
from orders.queries.cause_tallies import SharedCause, shared_causes
from orders.views.case_options import OptionRow, offered_row, row_of, row_of_found
from orders.views.case_sources import OriginalSource, original_sources
from orders.views.case_story import Happened, story_of
from orders.views.playbook_words import play_in_words
from orders.views.stockout_look import MARKS, LookPage, look_page, look_query
from stocke.core.models import Message, MessageStatus, User
from stocke.core.web.access import people_who_can
from stocke.core.web.formats import number
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
    url: str
    due_at: datetime | None
    what: Status
    history: str
    holder: User | None
    marks: Sequence[Promise]
    is_current: bool


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
    composes: bool
    colleagues: Sequence[User]
    play: Sequence[str]
    can_take_back: bool
    goodwill: Goodwill | None
    sources: Sequence[OriginalSource]


@dataclass(frozen=True)
class Desk:
    """The page."""

    tab: str
    tabs: Sequence[Tab]
    queue: Sequence[QueueRow]
    counts: Mapping[str, int]
    look: LookPage
    causes: Sequence[SharedCause] = ()
    shown: CaseView | None = None
    is_auto: bool = field(default=False)

    @property
    def is_full(self) -> bool:
        """Whether the queue is longer than what is shown of it."""
        return len(self.queue) >= QUEUE_LENGTH


def desk(
    tab: str,
    *,
    user: User,
    case: StockoutCase | None,
    query: QueryDict,
    look: Look,
    is_auto: bool = False,
) -> Desk:
    """The desk at one stage, with one case open (or none)."""
    counts = counts_by_status()
    shown = case_view(case, user=user, query=query) if case else None
    causes = shared_causes() if tab == CaseStatus.TO_PROPOSE else []
    queue, tabs = queue_of(tab, case, look), tabs_of(tab, counts, look)
    return Desk(tab, tabs, queue, counts, look_page(look), causes, shown, is_auto)


def tabs_of(current: str, counts: Mapping[str, int], look: Look) -> list[Tab]:
    return [
        Tab(
            str(TAB_WORDS[tab]),
            reverse("orders:stockouts", query={"tab": tab.value, **look_query(look)}),
            counts.get(tab, 0),
            tab == current,
        )
        for tab in TABS
    ]


def queue_of(tab: str, current: StockoutCase | None, look: Look) -> list[QueueRow]:
    cases, query = list(desk_queue(tab, QUEUE_LENGTH, look=look)), look_query(look)
    marks = marks_of({case.line.order_id for case in cases})
    return [
        QueueRow(
            case=case,
            url=reverse("orders:stockout", args=[case.number], query=query),
            due_at=due_at(case),
            what=what_is_missing(case),
            history=history_of(case),
            holder=holder_of(case) or case.assigned_to,
            marks=[MARKS[mark] for mark in marks.get(case.line.order_id, ())],
            is_current=current is not None and case.pk == current.pk,
        )
        for case in cases
    ]


def history_of(case: StockoutCase) -> str:
    """How well he knows the shop, as it stood when the case was opened."""
    orders, earlier = case.customer_orders, case.customer_cases - 1
    bought = (
        _("new customer")
        if orders == 1
        else ngettext("%(n)s order", "%(n)s orders", orders) % {"n": number(orders)}
    )
    if earlier < 1:
        return bought
    hit = ngettext("%(n)s stockout before", "%(n)s stockouts before", earlier) % {"n": number(earlier)}
    return f"{bought}, {hit}"


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
    found = play_of(case, priced, rules_now()) if case.status == CaseStatus.TO_PROPOSE else None
    usual = list(found.keys) if found else default_keys(priced)
    ticked = query.getlist("options") if "options" in query else usual
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
        composes=composes,
        colleagues=list(people_who_can("cases.work")),
        play=play_in_words(found, case) if found else [],
        can_take_back=can_take_back(case, message),
        sources=original_sources(case) if case.closed_at is None and original_is_back(case) else [],
        goodwill=Goodwill.objects.select_related("voucher").filter(case=case).first(),
    )


def can_take_back(case: StockoutCase, message: Message | None) -> bool:
    """Whether what was decided has not left the house yet: by a colleague, by a common decision, or by the playbook."""
    if case.status == CaseStatus.TO_EXECUTE:
        return case.is_decided_by_us
    is_here = message is not None and message.status in (MessageStatus.DRAFT, MessageStatus.APPROVED)
    return case.status == CaseStatus.WITH_CUSTOMER and is_here


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
