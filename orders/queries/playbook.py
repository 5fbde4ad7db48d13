"""Which cases the playbook may look at by itself."""

from datetime import datetime, timedelta

from django.db.models import Min, Q

from orders.models import CaseStatus, Playbook, PlaybookRule, StockoutCase
from orders.queries.case_queue import held_since


def cases_to_play(now: datetime, limit: int = 200) -> list[int]:
    """Untouched cases that have waited for as long as the quickest rule asks; none while the playbook is off."""
    quickest = PlaybookRule.objects.aggregate(hours=Min("alone_after_hours"))["hours"]
    if quickest is None or not Playbook.current().acts_alone:
        return []
    waiting = StockoutCase.objects.filter(
        ~Q(held_since()),
        status=CaseStatus.TO_PROPOSE,
        version=0,
        assigned_to=None,
        opened_at__lte=now - timedelta(hours=quickest),
    )
    return list(waiting.order_by("-opened_at", "-pk").values_list("pk", flat=True)[:limit])
