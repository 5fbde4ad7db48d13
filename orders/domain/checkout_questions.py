"""Asking suppliers' interfaces while a customer stands at the checkout: all at once, and for a short time only.

A question orders and reserves nothing, and what was told is not kept: the next one asks again. An interface that hangs
holds a thread of its own until its time is over, and never the answer. Nothing of the database is open meanwhile.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from uuid import uuid4

from orders.domain.availability_checks import BadReply, Declined, Door, Line, converse, door_of
from orders.domain.question_answers import QuestionAnswer
from orders.models import AvailabilityInterface, Said
from stocke.channels.domain.checkout import Told
from stocke.core.outbound import OutboundError
from stocke.core.sealing import NotOpened
from suppliers.models import Offer

# Interfaces asked at once by one process; who finds no place is not answered in time.
AT_ONCE = 16
type Answers = Mapping[int, QuestionAnswer]
type Doors = Mapping[int, Door | None]


def ask_in_time(wanted: Mapping[int, int], seconds: float) -> dict[int, Told]:
    """What suppliers can deliver of these products in all, within `seconds`. See `stocke.channels.domain.checkout`."""
    offers = active_offers(wanted)
    doors = doors_of(offers)
    asked = [offer for offer in offers if offer.supplier_id in doors]
    answers = conversed(asked, doors, wanted, seconds)
    products = {offer.product_id for offer in asked if offer.product_id is not None}
    return {
        product: told_of(
            [offer for offer in offers if offer.product_id == product], doors, answers, wanted[product]
        )
        for product in sorted(products)
    }


def active_offers(wanted: Mapping[int, int]) -> list[Offer]:
    offers = Offer.objects.filter(product__in=wanted, active=True, supplier__active=True)
    return list(offers.select_related("stock").order_by("pk"))


def doors_of(offers: Sequence[Offer]) -> Doors:
    """By supplier: his interface, opened; None for one that cannot be opened any more."""
    interfaces = AvailabilityInterface.objects.filter(supplier__in={offer.supplier_id for offer in offers})
    return {one.supplier_id: opened(one) for one in interfaces.select_related("credential")}


def opened(interface: AvailabilityInterface) -> Door | None:
    try:
        return door_of(interface)
    except (NotOpened, KeyError):
        return None


def conversed(offers: Sequence[Offer], doors: Doors, wanted: Mapping[int, int], seconds: float) -> Answers:
    """The answers that came in time, by offer."""
    lines: dict[int, list[Line]] = {}
    for offer in offers:
        # So many that what others were promised of his is still there.
        quantity = wanted[offer.product_id or 0] + offer.stock.reserved
        lines.setdefault(offer.supplier_id, []).append(Line(offer.pk, offer.supplier_sku, quantity))
    talks = [
        askers().submit(talk, door, lines[supplier], seconds)
        for supplier, door in doors.items()
        if door is not None and supplier in lines
    ]
    wait(talks, timeout=seconds)
    return {answer.question_id: answer for one in talks for answer in in_time(one)}


def in_time(talk: Future[list[QuestionAnswer]]) -> list[QuestionAnswer]:
    """What it has brought by now; one that has not begun does not begin any more."""
    if talk.done():
        return talk.result()
    talk.cancel()
    return []


def talk(door: Door, lines: Sequence[Line], seconds: float) -> list[QuestionAnswer]:
    try:
        return converse(door, lines, key=str(uuid4()), seconds=seconds)
    except (OutboundError, Declined, BadReply):
        return []


@cache
def askers() -> ThreadPoolExecutor:
    """Threads of this process."""
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="checkout")


def told_of(offers: Sequence[Offer], doors: Doors, answers: Answers, wanted: int) -> Told:
    """What all offers of one product can deliver together; who has no interface counts as he has stated. Pure."""
    units, silent, restocks = 0, False, []
    for offer in offers:
        answer = answers.get(offer.pk)
        if offer.supplier_id in doors and answer is None:
            silent = True
            continue
        units += max(units_in(answer, offer, wanted) - offer.stock.reserved, 0)
        if answer and answer.restock_on:
            restocks.append(answer.restock_on)
    if silent and units < wanted:
        return Told(None)
    return Told(units, min(restocks, default=None))


def units_in(answer: QuestionAnswer | None, offer: Offer, wanted: int) -> int:
    """Yes is as many as he was asked for."""
    if answer is None:
        return offer.stock.promisable
    return wanted + offer.stock.reserved if answer.said == Said.YES else answer.available or 0
