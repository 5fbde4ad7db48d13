"""Telling a supplier what we decided on his new prices: once for each decision."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import override

from orders.domain.purchase_messages import purchase_facts, purchase_key
from orders.models import PurchaseOrder, PurchaseOrderLine
from stocke.core.actors import Actor
from stocke.core.domain.history import thread_of
from stocke.core.domain.outbox import compose
from stocke.core.models import Message
from stocke.core.web.formats import money


def tell_prices(
    purchase: PurchaseOrder, lines: Sequence[PurchaseOrderLine], accepted: Mapping[int, bool], *, by: Actor
) -> Message | None:
    """Write to the supplier, in his language. None when he has no address: then a person must call him."""
    supplier = purchase.supplier
    if not supplier.email:
        return None
    with override(supplier.language):
        decisions = "\n".join(f"– {decision_in_words(line, is_taken=accepted[line.pk])}" for line in lines)
        return compose(
            "purchase_prices",
            key=f"{purchase_key(purchase.pk)}:prices:{'-'.join(str(line.pk) for line in lines)}"[:120],
            thread=thread_of(purchase.order),
            recipient=supplier.email,
            recipient_name=supplier.contact_name or supplier.name,
            language=supplier.language,
            facts={**purchase_facts(purchase, lines), "po.decisions": decisions},
            by=by,
            send=True,
            delay_seconds=0,
        )


def decision_in_words(line: PurchaseOrderLine, *, is_taken: bool) -> str:
    said = {
        "quantity": line.offered_quantity or line.quantity,
        "sku": line.allocation.offer.supplier_sku,
        "price": money(line.offered_cents, line.allocation.offer.currency),
    }
    if is_taken:
        return _("%(quantity)s × %(sku)s at %(price)s each: accepted") % said
    return _("%(quantity)s × %(sku)s at %(price)s each: declined, please do not ship") % said
