"""Forgetting what the operator does not keep any longer. May run twice, late, or at once with itself."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.products.domain.retention import forget_publications
from suppliers.domain.retention import forget_beyond, forget_changes, forget_statements

DAYS_IN_A_MONTH = 31


def forget_old_records() -> None:
    """Statements by whole months, publications but the last of each, and what imports would have changed."""
    now, by = timezone.now(), Actor.job("retention")
    forget_statements(now, months=settings.KEEP_STATEMENTS_MONTHS, by=by)
    while forget_beyond():
        pass
    forget_publications(now - timedelta(days=settings.KEEP_PUBLICATIONS_MONTHS * DAYS_IN_A_MONTH))
    while forget_changes(now, days=settings.KEEP_CHANGES_DAYS):
        pass
