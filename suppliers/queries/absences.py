"""SKUs that a feed has been without for some files, and how near each is to zero."""

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

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
    place = Window(RowNumber(), partition_by="files", order_by="pk")
    all_of_them = Window(Count("pk"), partition_by="files")
    # Counted and named by one statement, so that both are of one moment.
    numbered = still_missing(feed.pk).annotate(place=place, skus=all_of_them).filter(place__lte=NAMED)
    rows = numbered.order_by("-files", "pk").values_list("files", "skus", "offer__supplier_sku")
    return [
        Absent(files, skus, tuple(sku for _files, _skus, sku in named))
        for (files, skus), named in groupby(rows, key=itemgetter(0, 1))
    ]


def counted_at(run: Run) -> Run | None:
    """The later import whose page says what is missing now, where this one no longer does and something is."""
    last = applied_runs(run.feed_id).first()
    is_older = last is not None and last != run and run.feed.absent_policy == AbsentPolicy.ZERO
    return last if is_older and still_missing(run.feed_id).exists() else None


def still_missing(feed_id: int) -> QuerySet[AbsentOffer]:
    """Those of which nobody has spoken since: the next file forgets the others before it counts."""
    same = Q(offer__stock__as_of=F("as_of")) | Q(offer__stock__as_of=None, as_of=None)
    silent = Q(offer__stock__run_id=None, offer__stock__kind=QuantityKind.UNKNOWN)
    return AbsentOffer.objects.filter(same & silent, feed=feed_id)
