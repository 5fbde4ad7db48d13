"""What waits for a person, queue by queue: two queries each, however long the queue is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from orders.models import (
    CaseStatus,
    PurchaseOrder,
    PurchaseOrderStatus,
    Refund,
    StockoutCase,
    VerificationPolicy,
)
from orders.queries.desk import waiting_orders
from orders.queries.questions import questions_for_a_person
from stocke.core.incoming_queries import open_messages
from stocke.core.models import HistoryEntry
from stocke.core.outbox_queries import stuck_messages
from stocke.insights.domain.day import HEADS, Part, Queue, Waiting, closing, end_of_day, noon
from suppliers.models import Feed, Run, RunStatus
from suppliers.queries.feeds import silent

REFUND_NOTICE = timedelta(days=3)
PROOF_COUNTS_FOR = timedelta(hours=25)
# A queue longer than this is counted no further: the page says so, and its cost stops growing.
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Line:
    """What waits of one kind, not asked yet: each row with `due_at` and, where money is at stake, `stake`.

    `order` is the field that gives the order of `due_at`, where that is reckoned from it and an index knows the field.
    """

    key: str
    rows: QuerySet[Any]
    has_stake: bool
    order: str


def line(
    key: str,
    rows: QuerySet[Any],
    *,
    due: Combinable,
    cents: Combinable | None = None,
    order: str = "due_at",
) -> Line:
    dated = rows.annotate(due_at=ExpressionWrapper(due, DateTimeField()), stake=cents or Value(0))
    return Line(key, dated, cents is not None, order)


def queue(waiting: Line, now: datetime) -> Queue:
    """The first of the line by `due_at`, and how many fall due when."""
    rows = waiting.rows
    heads = tuple(Waiting(row.due_at, row, row.stake) for row in rows.order_by(waiting.order, "pk")[:HEADS])
    sums = aggregate_by_part(rows.order_by().values("due_at", "stake")[:MOST_COUNTED], now)
    counts = {part: sums[part] for part in Part}
    return Queue(waiting.key, heads, counts, sums["cents"] if waiting.has_stake else None)


def aggregate_by_part(rows: QuerySet[Any, Any], now: datetime) -> dict[str, Any]:
    late, morning = Q(due_at__lt=now), Q(due_at__lte=noon(now))
    today = Q(due_at__lt=end_of_day(now))
    return rows.aggregate(
        **{
            Part.LATE: Count("due_at", filter=late),
            Part.MORNING: Count("due_at", filter=~late & morning),
            Part.TODAY: Count("due_at", filter=~late & ~morning & today),
            Part.LATER: Count("due_at", filter=~late & ~today),
            "cents": Sum("stake"),
        }
    )


def hours(count: int) -> Value:
    return Value(timedelta(hours=count), output_field=DurationField())


def moment_of(day: str, clock: str = "00:00") -> Func:
    """A moment of the day where the operator is, and not where the database is."""
    zone = Value(timezone.get_current_timezone_name())
    return Func(
        zone,
        F(day),
        template=f"timezone(%(expressions)s + time '{clock}')",
        output_field=DateTimeField(),
    )


def cases_to_propose(now: datetime, policy: VerificationPolicy) -> Line:
    cases = StockoutCase.objects.filter(status=CaseStatus.TO_PROPOSE).select_related(
        "line__order__customer", "claimed_by"
    )
    stake = F("quantity") * F("line__unit_price_cents")
    return line("cases", cases, due=F("respond_by"), cents=stake)


def orders_to_verify(now: datetime, policy: VerificationPolicy) -> Line:
    """Due within the merchant's own time to answer, and in any case before the promised day begins."""
    orders = waiting_orders().select_related("customer")
    answer_by = F("received_at") + hours(policy.respond_hours)
    return line(
        "verification", orders, due=Least(answer_by, moment_of("promised_on")), cents=F("total_cents")
    )


def questions_to_decide(now: datetime, policy: VerificationPolicy) -> Line:
    """Suppliers to be called, and questions whose time ends; due when the next thing would happen by itself."""
    due = Least(F("expires_at"), Coalesce(F("answer_due_at"), F("expires_at")))
    stake = F("quantity") * F("line__unit_price_cents")
    asked = questions_for_a_person().select_related("line__order__customer", "supplier")
    return line("questions", asked, due=due, cents=stake)


def held_runs(now: datetime, policy: VerificationPolicy) -> Line:
    """Due when the figures that still stand grow too old to be trusted."""
    runs = Run.objects.filter(status=RunStatus.HELD).select_related("feed__supplier")
    fresh = hours(policy.fresh_hours)
    return line("held", runs, due=Coalesce(F("feed__last_good_at"), F("created_at")) + fresh)


def troubled_feeds(now: datetime, policy: VerificationPolicy) -> Line:
    """Feeds whose last import failed, or that have missed their own rhythm. A held one waits elsewhere."""
    last = Run.objects.filter(feed=OuterRef("pk"), undoes=None).order_by("-pk")
    feeds = (
        Feed.objects.filter(active=True)
        .select_related("supplier")
        .annotate(
            last_status=Coalesce(Subquery(last.values("status")[:1]), Value("")),
            last_problem=Subquery(last.values("facts__problem__text")[:1]),
            is_silent=silent(),
        )
        .exclude(last_status=RunStatus.HELD)
        .filter(Q(is_silent=True) | Q(last_status=RunStatus.FAILED))
    )
    return line("feeds", feeds, due=Value(closing(now)))


def overdue_answers(now: datetime, policy: VerificationPolicy) -> Line:
    orders = PurchaseOrder.objects.filter(status=PurchaseOrderStatus.WAITING, answer_due_at__lt=now)
    return line("purchasing", orders.select_related("supplier", "order__customer"), due=F("answer_due_at"))


def stuck_mails(now: datetime, policy: VerificationPolicy) -> Line:
    return line("messages", stuck_messages(), due=Value(closing(now)))


def messages_to_answer(now: datetime, policy: VerificationPolicy) -> Line:
    """Due within the merchant's own time to answer."""
    return line("received", open_messages(), due=F("received_at") + hours(policy.respond_hours))


def refunds_due_soon(now: datetime, policy: VerificationPolicy) -> Line:
    """Money that must be back within three days. The legal day counts whole: due is its last minute."""
    refunds = Refund.objects.filter(status=Refund.Status.DUE, due_on__lte=(now + REFUND_NOTICE).date())
    related = refunds.select_related("line__order__customer", "case")
    return line("refunds", related, due=moment_of("due_on", "23:59"), cents=F("amount_cents"), order="due_on")


def counters_that_differ(now: datetime, policy: VerificationPolicy) -> Line:
    """What the last nightly proof found."""
    found = HistoryEntry.objects.filter(kind="reservation.differs", at__gte=now - PROOF_COUNTS_FOR)
    return line("counters", found, due=Value(closing(now)))


LINES: tuple[Callable[[datetime, VerificationPolicy], Line], ...] = (
    cases_to_propose,
    orders_to_verify,
    questions_to_decide,
    held_runs,
    overdue_answers,
    messages_to_answer,
    stuck_mails,
    refunds_due_soon,
    troubled_feeds,
    counters_that_differ,
)


def all_lines(now: datetime) -> list[Line]:
    policy = VerificationPolicy.current()
    return [ask(now, policy) for ask in LINES]


def all_queues(now: datetime) -> list[Queue]:
    """Every queue of the house. `now` is the operator's local time."""
    return [queue(waiting, now) for waiting in all_lines(now)]


def count_due(now: datetime) -> int:
    """How many things are due before the day ends, in one question."""
    end = end_of_day(now)
    first, *others = (
        waiting.rows.order_by().filter(due_at__lt=end).values("due_at") for waiting in all_lines(now)
    )
    return first.union(*others, all=True).count()
