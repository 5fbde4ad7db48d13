"""Questions about what suppliers are asked: of a line, of an order, unanswered, to be decided."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import timedelta

from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from orders.models import (
    AskingWay,
    AvailabilityInterface,
    AvailabilityRequest,
    OrderLine,
    Question,
    RequestStatus,
    Said,
)
from orders.models.question import DECIDE_HOURS
from suppliers.models import Supplier

# Who has none, or does not answer, is not asked about another part of the line.
FOR_ALL_PARTS = {Said.NO, Said.LATER, Said.SILENT}
LINES = ("questions__line__product", "questions__line__order", "questions__allocation__offer")


def answerable(supplier_ids: Collection[int]) -> frozenset[int]:
    """Those of these suppliers whom we can ask by ourselves: by his interface, or by mail."""
    has_one = ~Q(email="") | Q(pk__in=AvailabilityInterface.objects.values("supplier"))
    found = Supplier.objects.filter(has_one, pk__in=supplier_ids)
    return frozenset(found.values_list("pk", flat=True))


def offers_spoken(line_ids: Collection[int]) -> Mapping[int, Mapping[int, str]]:
    """What suppliers have said, or not said, about each of these lines: by line and offer, the last word.

    A line that was parted has heard their "no" to its other parts, too.
    """
    found: dict[int, dict[int, str]] = defaultdict(dict)
    words = [said for said in Said.values if said != Said.WITHDRAWN]
    lines = OrderLine.objects.filter(
        pk__in=line_ids,
        order__lines__external_id=F("external_id"),
        order__lines__ordered_sku=F("ordered_sku"),
        order__lines__questions__said__in=words,
    )
    asked = lines.order_by("order__lines__questions")
    about, offer, said = (
        f"order__lines__{name}" for name in ("pk", "questions__allocation__offer", "questions__said")
    )
    for line, asked_about, whose, word in asked.values_list("pk", about, offer, said):
        if line == asked_about or word in FOR_ALL_PARTS:
            found[line][whose] = word
    return found


def unasked_suppliers() -> list[int]:
    """Suppliers with a question that nobody has put to them yet."""
    waiting = Question.objects.filter(said=Said.NONE, request=None)
    return list(waiting.order_by("supplier").values_list("supplier", flat=True).distinct())


def request_with_lines(pk: int) -> AvailabilityRequest | None:
    """What a supplier is asked in one go, as its pages show it."""
    found = AvailabilityRequest.objects.filter(pk=pk).select_related("supplier")
    return found.prefetch_related(*LINES).first()


def questions_of(order_id: int) -> QuerySet[Question]:
    """Everything that was asked about an order, the newest first."""
    asked = Question.objects.filter(line__order=order_id).order_by("-pk")
    return asked.select_related("line__order", "line__product", "supplier", "allocation__offer", "request")


def open_questions() -> QuerySet[Question]:
    """Unanswered, the nearest end of its time first."""
    unanswered = Question.objects.filter(said=Said.NONE).order_by("expires_at", "pk")
    return unanswered.select_related("line__order", "line__product", "supplier", "request")


def count_open() -> int:
    return Question.objects.filter(said=Said.NONE).count()


def questions_for_a_person() -> QuerySet[Question]:
    """Those that somebody must decide now, or for which he must call."""
    return open_questions().filter(Q(forced_at__isnull=False) | Q(request__way=AskingWay.CALL))


def questions_due(*, silence_is_no: bool, limit: int = 500) -> list[int]:
    """Open questions with a step of their time due that was not taken, the nearest end first."""
    now = timezone.now()
    over = Q(expires_at__lte=now) | (Q(answer_due_at__lte=now) if silence_is_no else Q(pk=None))
    forced = Q(forced_at=None, expires_at__lte=now + timedelta(hours=DECIDE_HOURS))
    due = Question.objects.filter(over | forced, said=Said.NONE)
    return list(due.order_by("expires_at", "pk").values_list("pk", flat=True)[:limit])


def requests_to_remind(limit: int = 200) -> list[int]:
    """Mails of which half the time has passed, with an open question and without a reminder."""
    open_ = Question.objects.filter(request=OuterRef("pk"), said=Said.NONE)
    asked = AvailabilityRequest.objects.filter(
        Exists(open_), status=RequestStatus.ASKED, way=AskingWay.MAIL, reminded_at=None, due_at__gt=Now()
    )
    passed = ExpressionWrapper(Now() - F("created_at"), output_field=DurationField())
    left = ExpressionWrapper(F("due_at") - Now(), output_field=DurationField())
    half = asked.annotate(passed=passed, left=left).filter(passed__gte=F("left"))
    return list(half.order_by("due_at").values_list("pk", flat=True)[:limit])
