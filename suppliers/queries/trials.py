"""Dry runs and their lines."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from suppliers.models import Change, Trial, TrialLine

LISTED = [change.value for change in Change]


def trials() -> QuerySet[Trial]:
    return Trial.objects.select_related("feed__supplier", "feed__mapping", "run")


def unmatched_lines(trial_id: int) -> QuerySet[TrialLine]:
    """The lines of the file that find no product; kept up to a bound, the count is on the trial."""
    return TrialLine.objects.filter(trial=trial_id, product_id=None).exclude(change="gone")


def changed_lines(trial_id: int) -> QuerySet[TrialLine]:
    """The lines that would change something; of each kind up to a bound, the counts are on the trial."""
    return TrialLine.objects.filter(trial=trial_id, change__in=LISTED)


def search_lines(lines: QuerySet[TrialLine], words: str) -> QuerySet[TrialLine]:
    """Each word in the SKU, the name or the barcode. The lines of one trial are bounded: no index is needed."""
    for word in words.split():
        lines = lines.filter(
            Q(supplier_sku__icontains=word) | Q(name__icontains=word) | Q(gtin__startswith=word)
        )
    return lines


def skus_of(lines: QuerySet[TrialLine]) -> Sequence[str]:
    return list(lines.values_list("supplier_sku", flat=True))
