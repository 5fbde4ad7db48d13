"""The supplier's page for everything that one of his cut-offs collected. GET shows, POST acts."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orders.domain.answers import AnswerImpossible, LineAnswer, answer_purchase
from orders.domain.ordering import packing_for
from orders.domain.purchase_messages import (
    GROUP_PURPOSE,
    LINK_DAYS,
    address_in_words,
    answer_link,
    asked_ship_by,
)
from orders.models import Answer, PurchaseOrder, PurchaseOrderStatus, Transmission
from orders.queries.transmissions import purchases_in, transmission_with_supplier
from orders.views.answer import dead_end
from stocke.core.actors import Actor
from stocke.core.domain.links import LinkExpired, LinkTampered, read
from stocke.core.web.middleware import LANGUAGES
from stocke.core.web.partials import page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_group(request: HttpRequest, token: str) -> HttpResponse:
    """All parcels of one transmission, each with its own page; and a yes to all that still waits."""
    try:
        link = read(GROUP_PURPOSE, token, days=LINK_DAYS)
    except LinkExpired:
        return dead_end(request, None, status=410)
    except LinkTampered:
        return dead_end(request, None, status=404)
    transmission = transmission_with_supplier(link.subject_id)
    if transmission is None:
        return dead_end(request, None, status=404)
    with override(language_of(request, transmission)):
        if request.method != "POST":
            return show(request, transmission, token)
        accept_all(transmission)
        query = {"lang": language_of(request, transmission)}
        return HttpResponseRedirect(reverse("orders:answer_group", args=[token], query=query), status=303)


def accept_all(transmission: Transmission) -> None:
    """Yes to each parcel that waits, one after the other: what was answered meanwhile stays as it was answered."""
    by = Actor.supplier(transmission.supplier.name)
    for purchase in purchases_in(transmission):
        if purchase.status == PurchaseOrderStatus.WAITING:
            with suppress(AnswerImpossible):
                answer_purchase(purchase.pk, yes_to(purchase), by=by)


def yes_to(purchase: PurchaseOrder) -> list[LineAnswer]:
    return [
        LineAnswer(line.pk, Answer.ACCEPTED) for line in purchase.lines.all() if line.answer == Answer.NONE
    ]


def show(request: HttpRequest, transmission: Transmission, token: str) -> HttpResponse:
    parcels = [
        (
            one,
            address_in_words(one.order.ship_to),
            answer_link(one),
            asked_ship_by(one),
        )
        for one in purchases_in(transmission)
    ]
    return page(
        request,
        "public/orders_group.html",
        transmission=transmission,
        parcels=parcels,
        waiting=sum(one.status == PurchaseOrderStatus.WAITING for one, *_rest in parcels),
        due=max((one.answer_due_at for one, *_rest in parcels), default=None),
        packing=packing_for(transmission.supplier),
        token=token,
        language=language_of(request, transmission),
    )


def language_of(request: HttpRequest, transmission: Transmission) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in LANGUAGES else transmission.supplier.language
