"""Questions about stockout cases: the desk, one case, the customer's page, and what the sweeps look for."""

from collections.abc import Collection
from datetime import date, datetime
from itertools import chain

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from customers.models import Customer
from customers.queries.customers import search_customers
from orders.models import CaseOption, CaseStatus, Order, OrderLine, Refund, StockoutCase, Voucher
from orders.models.case import OPEN_CASES
from orders.models.order import LineStatus
from orders.queries.case_queue import Look, in_order, matching, of_cause
from stocke.core.models import IncomingMessage, IncomingStatus, Via
from stocke.core.queries import counted
from stocke.products.models import Product

FOUND_AT_MOST = 500

GIVEN_BACK = {LineStatus.REFUNDED, LineStatus.VOUCHERED, LineStatus.CANCELLED}


def cases_with_order() -> QuerySet[StockoutCase]:
    """Cases with everything that a row or a title says of them."""
    return StockoutCase.objects.select_related("line__order__customer", "line__product", "claimed_by")


def case_by_number(number: str) -> StockoutCase | None:
    return cases_with_order().filter(number=number).first()


def desk_queue(status: str, limit: int = 100, *, look: Look | None = None) -> QuerySet[StockoutCase]:
    """One stage of the desk as an agent looks at it; as a rule, the case that must be answered first comes first.

    With what a row of the queue says, and no more. Whose a case is, is asked apart: of each table that is joined,
    PostgreSQL thinks longer about the order of all, and of eight longer than it then needs for the rows.
    """
    cases = StockoutCase.objects.select_related("line__order__customer")
    return _stage(cases.prefetch_related("claimed_by", "assigned_to"), status, look)[:limit]


def first_of_desk(status: str, look: Look) -> StockoutCase | None:
    """The case that stands first at this stage, with everything that its page says of it."""
    return _stage(cases_with_order(), status, look).first()


def _stage(cases: QuerySet[StockoutCase], status: str, look: Look | None) -> QuerySet[StockoutCase]:
    look = look or Look()
    return in_order(cases.filter(matching(look), status=status), status, look.sort)


def cases_of_cause(example: StockoutCase, limit: int) -> list[StockoutCase]:
    """The cases that share the cause of this one, those that must be answered first in front."""
    cases = cases_with_order().filter(of_cause(example)).order_by("respond_by", "id")
    return list(cases[:limit])


def counts_by_status() -> dict[str, int]:
    """How many cases stand on each tab of the desk, as far as we count; settled ones are not counted."""
    return {status.value: counted(StockoutCase.objects.filter(status=status)) for status in OPEN_CASES}


def count_to_propose() -> int:
    return counted(StockoutCase.objects.filter(status=CaseStatus.TO_PROPOSE))


def options_of(case: StockoutCase) -> QuerySet[CaseOption]:
    """What the newest proposal offers."""
    return CaseOption.objects.filter(case=case, version=case.version).select_related("product")


def orders_of_customer(customer_id: int) -> int:
    return Order.objects.filter(customer=customer_id).count()


def cases_of_customer(customer_id: int) -> int:
    return StockoutCase.objects.filter(line__order__customer=customer_id).count()


def statuses_by_line(order_ids: Collection[int]) -> dict[int, dict[int, str]]:
    """How far each line of these orders is."""
    found: dict[int, dict[int, str]] = {order: {} for order in order_ids}
    lines = OrderLine.objects.filter(order__in=order_ids).values_list("order", "pk", "status")
    for order, line, status in lines:
        found[order][line] = status
    return found


def orders_paid_back(order_ids: Collection[int]) -> set[int]:
    """Those of these orders of which something was given back, in money or as a voucher."""
    refunds = Refund.objects.filter(line__order__in=order_ids).values_list("line__order")
    vouchers = Voucher.objects.filter(case__line__order__in=order_ids).values_list("case__line__order")
    return {order for (order,) in refunds.union(vouchers)}


def shipping_went_back(case: StockoutCase) -> bool:
    """Whether the shipping charge was given back with another line of the order: in money, or in a later voucher."""
    others = StockoutCase.objects.filter(line__order=case.line.order_id).exclude(pk=case.pk)
    goods = F("line__unit_price_cents") * F("quantity")
    paid = others.filter(refund__reason__in=["line", "instead"], refund__amount_cents__gt=goods)
    whole = F("line__unit_price_cents") * F("line__quantity")
    others_owed = Refund.objects.filter(line__order=case.line.order_id, case=None, amount_cents__gt=whole)
    cancelled = others_owed.exclude(reason="goodwill")
    if paid.exists() or cancelled.exists():
        return True
    if case.line.status != LineStatus.VOUCHERED or case.closed_at is None:
        return False
    return others.filter(
        voucher__isnull=False, voucher__returned_at=None, closed_at__gt=case.closed_at
    ).exists()


def line_statuses(order_id: int) -> set[str]:
    """The statuses that the lines of an order have now."""
    return set(OrderLine.objects.filter(order=order_id).values_list("status", flat=True))


def cases_past_deadline(now: datetime, limit: int = 500) -> list[int]:
    """Customers who have not answered in time; one whose question waits for us is not silent."""
    silent = StockoutCase.objects.filter(status=CaseStatus.WITH_CUSTOMER, deadline__lte=now)
    silent = silent.exclude(Exists(open_questions()))
    return list(silent.order_by("deadline").values_list("pk", flat=True)[:limit])


def cases_to_remind(now: datetime, until: datetime, limit: int = 500) -> list[int]:
    """Customers whose time ends by `until`, who have not been reminded and wait for no answer of ours."""
    cases = StockoutCase.objects.filter(
        status=CaseStatus.WITH_CUSTOMER, deadline__gt=now, deadline__lte=until, reminded_at=None
    )
    return list(
        cases.exclude(Exists(open_questions())).order_by("deadline").values_list("pk", flat=True)[:limit]
    )


def open_questions() -> QuerySet[IncomingMessage]:
    """What was written about the order of a case (the outer row) and waits for a person."""
    thread = Concat(Value("order:"), Cast(OuterRef("line__order_id"), CharField()))
    return IncomingMessage.objects.filter(thread=thread, status=IncomingStatus.OPEN)


def questions_of(case: StockoutCase) -> QuerySet[IncomingMessage]:
    """What this customer asked on the page of this case, the newest first."""
    thread = f"order:{case.line.order_id}"
    asked = IncomingMessage.objects.filter(thread=thread, via=Via.PAGE, facts__case=case.number)
    return asked.order_by("-pk")


def cases_to_execute(chosen_before: datetime, limit: int = 500) -> list[int]:
    """Choices old enough to be carried out."""
    chosen = StockoutCase.objects.filter(status=CaseStatus.TO_EXECUTE, chosen_at__lte=chosen_before)
    return list(chosen.order_by("chosen_at").values_list("pk", flat=True)[:limit])


def waiting_lines_in_stock(limit: int = 500) -> list[int]:
    """Lines whose customers wait, and whose product can be promised again."""
    lines = OrderLine.objects.filter(status=LineStatus.WAITING, product__level__sellable__gt=0)
    return list(lines.order_by("promised_on", "id").values_list("pk", flat=True)[:limit])


def waiting_lines_overdue(today: date, limit: int = 500) -> list[int]:
    """Lines whose customers agreed to wait until a date that has passed."""
    lines = OrderLine.objects.filter(status=LineStatus.WAITING, promised_on__lt=today)
    return list(lines.order_by("promised_on", "id").values_list("pk", flat=True)[:limit])


def refunds_for_list() -> QuerySet[Refund]:
    """What is due before what is done, the nearest deadline first."""
    refunds = Refund.objects.select_related("line__order__customer", "case")
    return refunds.order_by("-status", "due_on", "id")


def search_refunds(refunds: QuerySet[Refund], words: str) -> QuerySet[Refund]:
    """Refunds of this order, else of customers whose names hold these words."""
    if words[:1].isdecimal():
        return refunds.filter(line__order__number__startswith=words)
    customers = search_customers(Customer.objects.all(), words).values("pk")[:FOUND_AT_MOST]
    return refunds.filter(line__order__customer__in=customers)


def products_to_propose(words: str, limit: int = 8) -> list[int]:
    """Products on sale that these words name, whole SKU or part of the name."""
    products = Product.objects.filter(Q(name__holds=words) | Q(sku=words), active=True)
    return list(products.order_by("name").values_list("pk", flat=True)[:limit])


def search_cases(cases: QuerySet[StockoutCase], words: str) -> QuerySet[StockoutCase]:
    """Cases whose number or whose order's begins so, or of customers or products whose names hold these words.

    Each is looked up first, by an index of its own and up to a bound: joined by OR, these questions would read every
    case. Digits are the beginning of a number only.
    """
    orders = Order.objects.filter(number__startswith=words).values("pk")[:FOUND_AT_MOST]
    asked = [Q(number__startswith=words.upper()), Q(line__order__in=orders)]
    if not words[:1].isdecimal():
        customers = search_customers(Customer.objects.all(), words).values("pk")[:FOUND_AT_MOST]
        products = Product.objects.filter(name__holds=words).values("pk")[:FOUND_AT_MOST]
        asked += [Q(line__order__customer__in=customers), Q(line__product__in=products)]
    found = [StockoutCase.objects.filter(one).values_list("pk", flat=True)[:FOUND_AT_MOST] for one in asked]
    return cases.filter(pk__in=set(chain.from_iterable(found)))
