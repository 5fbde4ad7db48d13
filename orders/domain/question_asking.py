"""Putting questions to a supplier: all that wait for him in one go, by his interface, by one mail, or for a call."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from orders.events import AvailabilityRequestReady
from orders.models import (
    AskingWay,
    AvailabilityInterface,
    AvailabilityRequest,
    Question,
    RequestStatus,
    Said,
)
from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all, thread_of
from stocke.core.domain.links import sign
from stocke.core.domain.outbox import compose
from stocke.core.events import publish
from stocke.core.models import Message
from stocke.core.web.formats import clock, long_day
from suppliers.domain.calendars import answer_due_at
from suppliers.models import Supplier

LINK_PURPOSE, LINK_DAYS = "availability", 30
# So that the lines of one burst of orders stand in one mail.
GATHERING = timedelta(seconds=60)


@transaction.atomic
def ask_supplier(
    supplier_id: int, *, by: Actor, now: datetime | None = None, at_once: bool = False
) -> AvailabilityRequest | None:
    """Put to a supplier everything that waits for him, in one request. Idempotent: None when nothing does.

    A mail waits a minute for company, counted from its first question, unless `at_once`.
    """
    supplier, moment = Supplier.objects.get(pk=supplier_id), now or timezone.now()
    way = way_of(supplier)
    waiting = Question.objects.filter(supplier=supplier, request=None, said=Said.NONE)
    first = waiting.order_by("created_at").values_list("created_at", flat=True).first()
    if first is None or (way == AskingWay.MAIL and not at_once and moment < first + GATHERING):
        return None
    due = answer_due_at(supplier, moment)
    request = AvailabilityRequest.objects.create(
        supplier=supplier, way=way, created_at=moment, due_at=due, **first_state(way, moment)
    )
    # Whoever is faster has them; the condition is in the UPDATE.
    if not waiting.update(request=request, answer_due_at=Least(F("expires_at"), due)):
        request.delete()
        return None
    questions = questions_in(request)
    AvailabilityRequest.objects.filter(pk=request.pk).update(due_at=min(soonest(questions), due))
    request.refresh_from_db()
    put_to(request, questions, by=by)
    return request


def way_of(supplier: Supplier) -> AskingWay:
    if AvailabilityInterface.objects.filter(supplier=supplier).exists():
        return AskingWay.API
    return AskingWay.MAIL if supplier.email else AskingWay.CALL


def first_state(way: AskingWay, now: datetime) -> dict[str, object]:
    if way != AskingWay.API:
        return {"status": RequestStatus.ASKED}
    return {"status": RequestStatus.READY, "not_before": now}


def questions_in(request: AvailabilityRequest) -> list[Question]:
    """Its open questions, as a letter and his interface name them."""
    open_ = Question.objects.filter(request=request, said=Said.NONE).order_by("pk")
    return list(open_.select_related("line__order", "line__product", "allocation__offer"))


def soonest(questions: Sequence[Question]) -> datetime:
    return min(one.answer_due_at or one.expires_at for one in questions)


def put_to(request: AvailabilityRequest, questions: Sequence[Question], *, by: Actor) -> None:
    """Ask by mail now, or have his interface asked after commit; on the record of each order."""
    if request.way == AskingWay.MAIL:
        write_request("availability_request", request, questions, by=by)
    elif request.way == AskingWay.API:
        publish(AvailabilityRequestReady(request.pk))
    record_all(
        [
            Fact(
                one.line.order,
                "question.asked",
                data={
                    "supplier": request.supplier.name,
                    "sku": one.line.ordered_sku,
                    "quantity": one.quantity,
                    "way": request.way,
                    "due_at": (one.answer_due_at or one.expires_at).isoformat(),
                },
            )
            for one in questions
        ],
        by=by,
    )


@transaction.atomic
def remind(request_id: int, *, by: Actor) -> Message | None:
    """Ask once more by mail what is still open, once. None when nothing is, or somebody was faster."""
    if not AvailabilityRequest.objects.filter(pk=request_id, reminded_at=None).update(
        reminded_at=timezone.now()
    ):
        return None
    request = AvailabilityRequest.objects.select_related("supplier").get(pk=request_id)
    questions = questions_in(request)
    return write_request("availability_reminder", request, questions, by=by) if questions else None


@transaction.atomic
def ask_otherwise(request: AvailabilityRequest, *, by: Actor) -> AskingWay:
    """His interface does not tell: ask what is open by mail, or have a person call. The caller holds the request."""
    request.way = AskingWay.MAIL if request.supplier.email else AskingWay.CALL
    request.status = RequestStatus.ASKED
    request.save(update_fields=["way", "status"])
    if questions := questions_in(request):
        put_to(request, questions, by=by)
    return AskingWay(request.way)


def write_request(
    kind: str, request: AvailabilityRequest, questions: Sequence[Question], *, by: Actor
) -> Message:
    supplier = request.supplier
    with override(supplier.language):
        return compose(
            kind,
            key=f"availability:{request.pk}:{kind}",
            thread=thread_of(supplier),
            recipient=supplier.email,
            recipient_name=supplier.contact_name or supplier.name,
            language=supplier.language,
            facts=facts_of(request, questions),
            by=by,
            send=True,
            delay_seconds=0,
        )


def facts_of(request: AvailabilityRequest, questions: Sequence[Question]) -> dict[str, str]:
    """What a letter may say of a request, in the language of the moment."""
    supplier, due = request.supplier, request.due_at
    return {
        "supplier.name": supplier.name,
        "supplier.contact_name": supplier.contact_name,
        "supplier_sku": skus_in_words(questions),
        "po.lines": "\n".join(f"– {question_in_words(one)}" for one in questions),
        "deadline": _("%(day)s at %(time)s") % {"day": long_day(due), "time": clock(due)},
        "answer_link": request_link(request),
    }


def request_link(request: AvailabilityRequest) -> str:
    """The address of the supplier's page, good for this request."""
    return settings.PUBLIC_URL + reverse("orders:availability", args=[sign(LINK_PURPOSE, request.pk)])


def skus_in_words(questions: Sequence[Question]) -> str:
    first, more = questions[0].allocation.offer.supplier_sku, len(questions) - 1
    if not more:
        return first
    return ngettext("%(sku)s and %(n)s more", "%(sku)s and %(n)s more", more) % {"sku": first, "n": more}


def question_in_words(question: Question) -> str:
    offer, line = question.allocation.offer, question.line
    name = offer.name or (line.product.name if line.product else line.ordered_name)
    return _("%(quantity)s × %(name)s, your SKU %(sku)s") % {
        "quantity": question.quantity,
        "name": name,
        "sku": offer.supplier_sku,
    }
