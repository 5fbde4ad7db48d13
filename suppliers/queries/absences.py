"""SKUs that a feed has been without for some files, and how near each is to zero."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from suppliers.models import AbsentOffer, AbsentPolicy, QuantityKind, Run
from suppliers.queries.runs import applied_runs

NAMED = 5


@dataclass(frozen=True)
class Absent:
    """So many SKUs were missing from the last `files` files that count; the first of them by name."""

    files: int
    skus: int
    first: tuple[str, ...]


def absent_after(run: Run) -> list[Absent]:
    """What is missing since this import, the nearest to zero first.

    Nothing where the feed does not count files without a SKU, or where a newer whole file counts: what is counted is
    the state of now, and belongs to the last import.
    """
    feed = run.feed
    if feed.absent_policy != AbsentPolicy.ZERO or applied_runs(feed.pk).first() != run:
        return []
    counted = still_missing(feed.pk).values("files").annotate(skus=Count("pk")).order_by("-files")
    first = first_by_files(feed.pk) if counted else {}
    return [Absent(row["files"], row["skus"], tuple(first[row["files"]])) for row in counted]


def first_by_files(feed_id: int) -> Mapping[int, list[str]]:
    """The first SKUs of each number of files."""
    place = Window(RowNumber(), partition_by="files", order_by="pk")
    named = still_missing(feed_id).annotate(place=place).filter(place__lte=NAMED).order_by("files", "pk")
    first = defaultdict(list)
    for files, sku in named.values_list("files", "offer__supplier_sku"):
        first[files].append(sku)
    return first


def still_missing(feed_id: int) -> QuerySet[AbsentOffer]:
    """Those of which nobody has spoken since: the next file forgets the others before it counts."""
    same = Q(offer__stock__as_of=F("as_of")) | Q(offer__stock__as_of=None, as_of=None)
    silent = Q(offer__stock__run_id=None, offer__stock__kind=QuantityKind.UNKNOWN)
    return AbsentOffer.objects.filter(same & silent, feed=feed_id)
