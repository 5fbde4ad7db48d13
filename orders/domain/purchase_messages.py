"""Letters that follow a confirmation: to each supplier his purchase order, to the customer the good news.

They wait in the outbox until the confirmation can no longer be taken back.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.domain.apologies import apologise
from orders.domain.evidence import choice_in
from orders.domain.ordering import packing_for
from orders.models import Order, OrderLine, PurchaseOrder, PurchaseOrderLine, Transmission
from orders.models.order import PROMISED
from stocke.core.actors import Actor
from stocke.core.domain.history import thread_of
from stocke.core.domain.links import sign
from stocke.core.domain.outbox import NotPossible, cancel, compose
from stocke.core.models import Message, MessageStatus
from stocke.core.web.formats import clock, country, long_day, money
from suppliers.domain.calendars import NeverOpen, calendar_of
from suppliers.models import Supplier

LINK_PURPOSE, GROUP_PURPOSE = "purchase", "transmission"
LINK_DAYS = 60


def undo_seconds_left(order: Order) -> int:
    """How long letters of this order must stay in the house, because its confirmation can still be taken back."""
    if order.confirmed_at is None:
        return 0
    passed = (timezone.now() - order.confirmed_at).total_seconds()
    return max(0, round(settings.UNDO_SECONDS - passed))


def purchase_key(purchase_id: int) -> str:
    return f"purchase:{purchase_id}"


def group_key(transmission_id: int) -> str:
    """Of a letter about all that one cut-off collected; also the conversation in which it stands."""
    return f"transmission:{transmission_id}"


def confirmation_key(order: Order) -> str:
    """One letter per confirmation: taken back and given anew, it is a new fact."""
    at = order.confirmed_at
    return f"order:{order.pk}:confirmed:{round(at.timestamp() * 1000) if at else 0}"


def letters_of(order: Order) -> list[Message]:
    """The letters that this confirmation has caused so far."""
    purchases = PurchaseOrder.objects.filter(order=order).values_list("pk", flat=True)
    keys = [confirmation_key(order), *map(purchase_key, purchases)]
    return list(Message.objects.filter(dedupe_key__in=keys).order_by("pk"))


def letters_to_supplier(purchase: PurchaseOrder) -> list[Message]:
    """The mail that asked the supplier and those that reminded him, the newest first; also where one mail was for all
    that his cut-off collected."""
    keys, threads = [purchase_key(purchase.pk)], [thread_of(purchase.order)]
    if purchase.transmission_id:
        keys.append(group_key(purchase.transmission_id))
        threads.append(group_key(purchase.transmission_id))
    found = Message.objects.filter(thread__in=threads, kind__startswith="purchase_").order_by("-pk")
    return [one for one in found if any(f"{one.dedupe_key}:".startswith(f"{key}:") for key in keys)]


def reminder_key(purchase: PurchaseOrder, step: str) -> str:
    """One reminder for each step of his time, and one a day for a member of staff."""
    return f"{purchase_key(purchase.pk)}:reminder:{step or timezone.localdate().isoformat()}"


def reminders_to(purchase: PurchaseOrder) -> int:
    """How many reminders have left for this supplier."""
    sent = [one for one in letters_to_supplier(purchase) if one.status == MessageStatus.SENT]
    return sum(one.kind == "purchase_reminder" for one in sent)


def was_reminded_today(purchase: PurchaseOrder) -> bool:
    return Message.objects.filter(dedupe_key=reminder_key(purchase, "")).exists()


def take_back(letters: Iterable[Message], *, by: Actor) -> None:
    """Cancel letters that have not left. Raises NotPossible for one whose sending has begun."""
    for letter in letters:
        if letter.status == MessageStatus.CANCELLED:
            continue
        if letter.status not in (MessageStatus.DRAFT, MessageStatus.APPROVED):
            raise NotPossible(letter)
        cancel(letter, by=by)


def answer_link(purchase: PurchaseOrder) -> str:
    """The address of the supplier's page, good for one purchase order."""
    return settings.PUBLIC_URL + reverse("orders:answer", args=[sign(LINK_PURPOSE, purchase.pk)])


def group_link(transmission: Transmission) -> str:
    """The address of the page on which he answers everything of one cut-off."""
    return settings.PUBLIC_URL + reverse("orders:answer_group", args=[sign(GROUP_PURPOSE, transmission.pk)])


def write_to_supplier(
    purchase: PurchaseOrder,
    lines: Sequence[PurchaseOrderLine],
    *,
    by: Actor,
    attachments: Sequence[Mapping[str, str]] = (),
) -> Message | None:
    """Ask the supplier by mail, once. None when he has no address: then a person must call him."""
    delay = undo_seconds_left(purchase.order)
    key = purchase_key(purchase.pk)
    return write_letter(
        "purchase_order", key, purchase, lines, by=by, attachments=attachments, delay_seconds=delay
    )


def remind_supplier(purchase: PurchaseOrder, *, by: Actor, step: str = "") -> Message | None:
    """Ask once more: once for each step of his time, or once per day. None when he has no address."""
    lines = list(purchase.lines.select_related("allocation__offer", "allocation__line"))
    return write_letter("purchase_reminder", reminder_key(purchase, step), purchase, lines, by=by)


def write_cancel_request(
    purchase: PurchaseOrder, lines: Sequence[PurchaseOrderLine], *, by: Actor
) -> Message | None:
    """Ask the supplier to cancel these lines, once per question. None when he has no address: then a person must
    call him."""
    asked_at = purchase.cancel_asked_at or timezone.now()
    key = f"{purchase_key(purchase.pk)}:cancel:{round(asked_at.timestamp() * 1000)}"
    return write_letter("purchase_cancel", key, purchase, lines, by=by, delay_seconds=0)


def write_no_longer_needed(
    purchase: PurchaseOrder, lines: Sequence[PurchaseOrderLine], *, by: Actor
) -> Message | None:
    """Tell a supplier who was asked and has not answered that these lines are not to be shipped, once for each set.

    None when his letter was kept in the house, so that he knows of nothing, and when he has no address.
    """
    asked = Message.objects.filter(dedupe_key=purchase_key(purchase.pk))
    if not purchase.asked_at and not asked.exclude(status=MessageStatus.CANCELLED).exists():
        return None
    key = f"{purchase_key(purchase.pk)}:withdrawn:{'-'.join(str(line.pk) for line in lines)}"
    return write_letter("purchase_withdrawn", key, purchase, lines, by=by)


def write_letter(
    kind: str,
    key: str,
    purchase: PurchaseOrder,
    lines: Sequence[PurchaseOrderLine],
    *,
    by: Actor,
    attachments: Sequence[Mapping[str, str]] = (),
    delay_seconds: int | None = None,
) -> Message | None:
    """A mail to the supplier about lines of a purchase order, in his language, once per key; None without address."""
    supplier = purchase.supplier
    if not supplier.email:
        return None
    with override(supplier.language):
        return compose(
            kind,
            key=key,
            thread=thread_of(purchase.order),
            recipient=supplier.email,
            recipient_name=supplier.contact_name or supplier.name,
            language=supplier.language,
            facts=purchase_facts(purchase, lines),
            by=by,
            send=True,
            attachments=attachments,
            delay_seconds=delay_seconds,
        )


def purchase_facts(purchase: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> dict[str, str]:
    """What a letter may say of a purchase order, in the language of the moment."""
    supplier, due = purchase.supplier, purchase.answer_due_at
    return {
        "supplier.name": supplier.name,
        "supplier.contact_name": supplier.contact_name,
        "po.number": purchase.number,
        "po.date": long_day(purchase.created_at or timezone.now()),
        "po.lines": "\n".join(f"– {line_in_words(line)}" for line in lines),
        "po.ship_by": long_day(ship_by(purchase.order, supplier)),
        "packing_sentence": packing_for(supplier),
        "ship_to": address_in_words(purchase.order.ship_to),
        "deadline": _("%(day)s at %(time)s") % {"day": long_day(due), "time": clock(due)},
        "answer_link": answer_link(purchase),
    }


def line_in_words(line: PurchaseOrderLine) -> str:
    offer, ordered = line.allocation.offer, line.allocation.line
    facts = {
        "quantity": line.quantity,
        "sku": offer.supplier_sku,
        "name": offer.name or (ordered.product.name if ordered.product else ordered.ordered_name),
        "price": money(line.cost_cents, offer.currency),
    }
    if line.cost_cents is None:
        return _("%(quantity)s × %(name)s, your SKU %(sku)s") % facts
    return _("%(quantity)s × %(name)s, your SKU %(sku)s, %(price)s each") % facts


def ship_by(order: Order, supplier: Supplier) -> date:
    """The last day on which he is open before the promise; without a promise, as long as he usually needs.

    Never a past day. Where he is closed until then, the first day on which he is open.
    """
    today = timezone.localdate()
    lead = timedelta(days=supplier.lead_days)
    last = max(order.promised_on - timedelta(days=1) if order.promised_on else today + lead, today)
    calendar = calendar_of(supplier)
    try:
        return calendar.last_open_day(today, last) or calendar.working_day_after(today, 0)
    except NeverOpen:
        return last


def asked_ship_by(purchase: PurchaseOrder) -> date:
    """The day that he was told when he was asked; before that, the one that he would be told now."""
    kept = purchase.transmission.content.get("parcels", ()) if purchase.transmission else ()
    told = [parcel["ship_by"] for parcel in kept if parcel["number"] == purchase.number]
    return date.fromisoformat(told[0]) if told else ship_by(purchase.order, purchase.supplier)


def address_in_words(ship_to: dict[str, str]) -> str:
    town = " ".join(filter(None, (ship_to.get("postal_code"), ship_to.get("city"))))
    parts = [
        *(ship_to.get(name) for name in ("name", "company", "street", "street2")),
        town,
        country(ship_to.get("country", "")),
    ]
    return "\n".join(part for part in parts if part)


def tell_customer(order: Order, *, by: Actor) -> Message | None:
    """Tell the customer that his order is confirmed, once for as long as that stands: an order that was back on the
    desk meanwhile was never unconfirmed for him. None when no line is promised."""
    lines = list(order.lines.filter(status__in=PROMISED).select_related("product").order_by("position"))
    if not lines or order.confirmed_at is None:
        return None
    told = Message.objects.filter(thread=thread_of(order), kind="order_confirmed")
    if standing := told.exclude(status=MessageStatus.CANCELLED).order_by("pk").first():
        return standing
    with override(order.customer.language):
        return apologise(
            order.customer,
            kind="order_confirmed",
            about=thread_of(order),
            key=confirmation_key(order),
            facts={
                "order.number": order.number,
                "order.date": long_day(order.placed_at),
                "order.lines": "\n".join(f"– {bought_in_words(line)}" for line in lines),
                "delivery_sentence": delivery_sentence(order, lines),
            },
            by=by,
            delay_seconds=undo_seconds_left(order),
        )


def keep_confirmation(order: Order, *, by: Actor) -> None:
    """Cancel the good news if it has not left: nothing of it is so any more."""
    waiting = [MessageStatus.DRAFT, MessageStatus.APPROVED]
    told = Message.objects.filter(thread=thread_of(order), kind="order_confirmed", status__in=waiting)
    for letter in told.order_by("pk"):
        # Its sending has begun this very moment: the next letter says how it went on.
        with suppress(NotPossible):
            cancel(letter, by=by)


def bought_in_words(line: OrderLine) -> str:
    return _("%(quantity)s × %(name)s") % {
        "quantity": line.quantity,
        "name": line.product.name if line.product else line.ordered_name,
    }


def delivery_sentence(order: Order, lines: Sequence[OrderLine]) -> str:
    """The promised day, else the day on which the slowest chosen source delivers; empty when nobody named one."""
    days = [order.promised_on] if order.promised_on else [arrival(line) for line in lines]
    known = [day for day in days if day is not None]
    return (
        _("It should reach you by %(date)s at the latest.") % {"date": long_day(max(known))} if known else ""
    )


def arrival(line: OrderLine) -> date | None:
    chosen = {part.offer_id for part in choice_in(line.evidence)}
    days = [one["arrives_on"] for one in line.evidence.get("candidates", ()) if one["offer"] in chosen]
    return date.fromisoformat(max(days)) if days else None
