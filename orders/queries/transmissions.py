"""Questions about what is handed over to suppliers."""

from django.db.models import QuerySet

from orders.models import AnswerKey, PurchaseOrder, PurchaseOrderStatus, Transmission, TransmissionStatus

FOR_A_PERSON = [TransmissionStatus.HELD, TransmissionStatus.FAILED, TransmissionStatus.UNSURE]
LINES = ("lines__allocation__offer", "lines__allocation__line__product")


def transmission_with_supplier(pk: int) -> Transmission | None:
    return Transmission.objects.select_related("supplier", "message").filter(pk=pk).first()


def purchases_in(transmission: Transmission) -> list[PurchaseOrder]:
    """What is still asked in it, in the order in which it was written."""
    found = transmission.purchases.exclude(status=PurchaseOrderStatus.CANCELLED).order_by("pk")
    return list(found.select_related("order__customer", "supplier").prefetch_related(*LINES))


def waiting_for_a_person() -> QuerySet[Transmission]:
    """Held, failed or unsure, the oldest first."""
    return Transmission.objects.filter(status__in=FOR_A_PERSON).select_related("supplier").order_by("pk")


def latest_to(supplier_id: int, limit: int = 8) -> list[Transmission]:
    """The last that went, or will go, to this supplier."""
    found = Transmission.objects.filter(supplier=supplier_id).select_related("message")
    return list(found.order_by("-pk")[:limit])


def purchases_to_show(supplier_id: int, limit: int = 20) -> tuple[str, list[PurchaseOrder]]:
    """Purchase orders that show what would be sent: those of the next cut-off ("collecting"), else the "last" one."""
    collecting = Transmission.objects.filter(supplier=supplier_id, status=TransmissionStatus.COLLECTING)
    first = collecting.order_by("not_before").first()
    if first and (found := purchases_in(first)[:limit]):
        return "collecting", found
    live = PurchaseOrder.objects.filter(supplier=supplier_id).exclude(status=PurchaseOrderStatus.CANCELLED)
    last = live.select_related("order__customer", "supplier").prefetch_related(*LINES).order_by("-pk")[:1]
    return ("last", list(last)) if last else ("example", [])


def living_keys(supplier_id: int) -> list[AnswerKey]:
    """The keys by which this supplier's programs may answer."""
    keys = AnswerKey.objects.filter(supplier=supplier_id, token__revoked_at=None)
    return list(keys.select_related("token").order_by("pk"))
