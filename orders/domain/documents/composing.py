"""From purchase orders in the database to the document that their supplier gets."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from orders.domain.documents.content import AskedLine, AskedParcel, Document
from orders.domain.purchase_messages import answer_link, group_link, ship_by
from orders.models import Answer, OrderingRules, PurchaseOrder, PurchaseOrderLine, Transmission
from stocke.core.domain.letters import shop_facts
from stocke.core.models import Shop


def document_of(
    transmission: Transmission, purchases: Sequence[PurchaseOrder], rules: OrderingRules, now: datetime
) -> Document:
    """What is asked now: lines that were taken back meanwhile are not in it."""
    link = group_link(transmission) if transmission.is_group else answer_link(purchases[0])
    due = max(one.answer_due_at for one in purchases)
    parcels = tuple(parcel_of(one) for one in purchases)
    return written(rules, transmission.number, parcels, now=now, due=due, link=link)


def written(
    rules: OrderingRules,
    number: str,
    parcels: tuple[AskedParcel, ...],
    *,
    now: datetime,
    due: datetime,
    link: str,
) -> Document:
    """These parcels as this supplier reads them."""
    supplier, shop = rules.supplier, Shop.current()
    return Document(
        number=number,
        written_on=timezone.localdate(now).isoformat(),
        answer_by=timezone.localtime(due).isoformat(),
        answer_link=link,
        language=supplier.language,
        supplier=supplier.name,
        contact=supplier.contact_name,
        shop=shop.name,
        shop_contact=shop_facts(shop)["shop.contact"],
        blind=rules.blind,
        packing_note=rules.packing_note,
        parcels=parcels,
    )


def parcel_of(purchase: PurchaseOrder) -> AskedParcel:
    order = purchase.order
    return AskedParcel(
        number=purchase.number,
        reference=order.number,
        ship_to={name: str(value) for name, value in order.ship_to.items() if value},
        ship_by=ship_by(order, purchase.supplier).isoformat(),
        lines=tuple(line_of(line) for line in asked(purchase)),
    )


def asked(purchase: PurchaseOrder) -> list[PurchaseOrderLine]:
    return [line for line in purchase.lines.all() if line.answer != Answer.WITHDRAWN]


def line_of(line: PurchaseOrderLine) -> AskedLine:
    offer, ordered = line.allocation.offer, line.allocation.line
    return AskedLine(
        line=line.pk,
        sku=offer.supplier_sku,
        gtin=offer.gtin,
        name=offer.name or (ordered.product.name if ordered.product else ordered.ordered_name),
        quantity=line.quantity,
        cost_cents=line.cost_cents,
        currency=offer.currency,
    )
