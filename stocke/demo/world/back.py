"""What came back: four returns, each at another point, and a policy by which the next orders are sourced."""

from datetime import timedelta

from django.utils import timezone

from orders.domain.returns.deciding import approve, refuse
from orders.domain.returns.moving import note_sent, receive
from orders.domain.returns.requesting import Wanted, request_return
from orders.domain.sourcing_policies import Draft, save_policy
from orders.models import (
    Condition,
    OrderLine,
    OrderStatus,
    PurchaseOrder,
    Receiver,
    Return,
    ReturnReason,
    Shipment,
    ShipmentLine,
)
from stocke.core.actors import Actor
from stocke.demo.world.backdating import move_record
from stocke.products.models import Category

ADDRESS = "{supplier}, Retours\n3 quai de la Démo\n59000 Lille"
REASONS = (ReturnReason.WITHDRAWAL, ReturnReason.SUBSTITUTE, ReturnReason.LATE, ReturnReason.DAMAGED)
# The last of them came back long ago: each of its steps was so many days ago.
LONG_AGO = {"requested": 27, "answered": 26, "sent": 25, "received": 20}
ORDERED_BEFORE = (timedelta(days=8), timedelta(days=8), timedelta(days=8), timedelta(days=45))


def send_some_back() -> None:
    """One waits for its supplier, one was refused, one is on its way, one is back and was never credited."""
    asked = [ask_back(line, reason) for line, reason in zip(delivered_lines(), REASONS, strict=True)]
    _waiting, refused, under_way, back = asked
    supplier = Actor.supplier("Démo")
    refuse(refused.pk, reason="L’emballage d’origine manque", by=supplier)
    for returned in (under_way, back):
        name = returned.purchase_order.supplier.name if returned.purchase_order else ""
        approve(returned.pk, address=ADDRESS.format(supplier=name), supplier_number="DEMO-R-17", by=supplier)
        number = f"6A{returned.pk:011}"
        note_sent(returned.pk, tracking_number=number, by=Actor.customer(returned.order.customer.full_name))
    receive(back.pk, receiver=Receiver.SUPPLIER, condition=Condition.AS_NEW, by=supplier)
    move_to_its_days(back)


def move_to_its_days(returned: Return) -> None:
    now = timezone.now()
    moments = {f"{step}_at": now - timedelta(days=days) for step, days in LONG_AGO.items()}
    Return.objects.filter(pk=returned.pk).update(**moments)
    kinds = {f"return.{step}": days for step, days in LONG_AGO.items()}
    move_record(returned, {**kinds, "return.approved": LONG_AGO["answered"]})


def delivered_lines() -> list[OrderLine]:
    """Of each age the latest line that arrived, in a parcel of its supplier, one for each order."""
    done = PurchaseOrder.objects.filter(order__status=OrderStatus.DONE, lines__accepted_quantity__gt=0)
    lines: dict[int, OrderLine] = {}
    for age in ORDERED_BEFORE:
        older = done.filter(order__placed_at__lt=timezone.now() - age).exclude(order__in=lines)
        purchase = older.order_by("-order__placed_at", "-pk").first()
        if purchase is not None:
            line = purchase.lines.select_related("allocation__line__order__customer")[0].allocation.line
            lines[line.order_id] = in_a_parcel(line, purchase)
    return list(lines.values())


def in_a_parcel(line: OrderLine, purchase: PurchaseOrder) -> OrderLine:
    """Its customer was told of it long ago."""
    at = line.order.placed_at + timedelta(days=4)
    parcel = Shipment.objects.create(
        order=line.order,
        purchase_order=purchase,
        carrier="colissimo",
        tracking_number=f"6A{line.pk:011}",
        state="delivered",
        announced_at=at - timedelta(days=2),
        handed_at=at - timedelta(days=2),
        delivered_at=at,
        customer_told_at=at - timedelta(days=2),
    )
    ShipmentLine.objects.create(shipment=parcel, line=line, quantity=line.quantity)
    return line


def ask_back(line: OrderLine, reason: ReturnReason) -> Return:
    customer = Actor.customer(line.order.customer.full_name)
    [returned] = request_return(line.order_id, [Wanted(line.pk, 1, reason)], by=customer)
    return returned


def write_a_policy() -> None:
    """For one category only, so that the others show what holds without a policy."""
    category = Category.objects.order_by("name").first()
    if category is not None:
        rules = {"priorities": ["cost", "lead"], "margin_percent": 10, "parcels": "preferred"}
        draft = Draft(f"{category.name} : peu de colis", category_id=category.pk, rules=rules)
        save_policy(None, draft, by=Actor.job("demo"))
