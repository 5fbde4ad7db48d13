"""Links to suppliers' stock."""

from django.utils import timezone

from orders.models import StockLink


def live_link(supplier_id: int) -> StockLink | None:
    """The link that opens the supplier's stock now, if there is one."""
    links = StockLink.objects.filter(supplier=supplier_id, withdrawn_at=None)
    return links.filter(expires_at__gt=timezone.now()).first()
