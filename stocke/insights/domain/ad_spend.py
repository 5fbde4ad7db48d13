"""Costs of ads taken in, and the part of them that went to products that nobody could buy."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from stocke.channels.adfeeds.models import AdFeed
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.insights.domain.ad_files import AdFile, SpendLine
from stocke.insights.models import AdDay, AdSpend
from stocke.insights.queries.ad_spend import products_by_item

BATCH = 2_000
# By what was published of the product, from one word to the next; before the first word nobody knows, and nothing
# counts as wasted. The hour that a clock skips in spring has no time in which anything could be wasted.
RECKON = """
WITH wanted AS (
    SELECT id, product_id,
           (day::timestamp + make_interval(hours => COALESCE(hour, 0))) AT TIME ZONE %(zone)s AS since,
           (day::timestamp + make_interval(hours => COALESCE(hour + 1, 24))) AT TIME ZONE %(zone)s AS until
    FROM insights_adspend WHERE feed_id = %(feed)s AND taken_at = %(at)s
),
told AS (
    SELECT product_id, sellable, at, lead(at, 1, 'infinity') OVER (PARTITION BY product_id ORDER BY at, id) AS next
    FROM products_publication
    WHERE channel = 'catalogue' AND product_id IN (SELECT product_id FROM wanted)
      AND at < (SELECT max(until) FROM wanted)
),
idle AS (
    SELECT wanted.id, wanted.until - wanted.since AS lasted,
           sum(LEAST(told.next, wanted.until) - GREATEST(told.at, wanted.since)) AS empty
    FROM wanted JOIN told ON told.product_id = wanted.product_id
    WHERE told.sellable = 0 AND told.at < wanted.until AND told.next > wanted.since
      AND wanted.until > wanted.since
    GROUP BY wanted.id, wanted.since, wanted.until
)
UPDATE insights_adspend spend
SET idle_seconds = round(extract(epoch FROM idle.empty)),
    wasted_cents = round(spend.cost_cents * extract(epoch FROM idle.empty) / extract(epoch FROM idle.lasted))
FROM idle WHERE idle.id = spend.id
"""


@dataclass(frozen=True)
class Taken:
    """What became of a file's lines: rows written, ids that are none of the feed's, days that have not ended."""

    rows: int
    unknown: int
    unfinished: int
    unreadable: int


@dataclass
class Sum:
    clicks: int = 0
    cost_cents: int = 0


type Key = tuple[int, date, int | None, str]


@transaction.atomic
def take_in_spend(feed: AdFeed, file: AdFile, *, by: Actor) -> Taken:
    """Write down a report: of each day in it nothing stays that an earlier one of this feed said, by hour or not.

    One that names no product of the feed is probably another feed's, and replaces nothing.
    """
    AdFeed.objects.select_for_update(no_key=True).get(pk=feed.pk)
    at = timezone.now()
    finished = [line for line in file.lines if line.day < timezone.localdate(at)]
    products = products_by_item(feed, {line.item for line in finished})
    known = [line for line in finished if product_of(products, line.item)]
    sums = summed(known, products)
    if known:
        AdSpend.objects.filter(feed=feed, day__in={line.day for line in finished}).delete()
    write(feed, sums, at)
    with connection.cursor() as cursor:
        cursor.execute(RECKON, {"feed": feed.pk, "at": at, "zone": settings.TIME_ZONE})
    if known:
        sum_days(feed, {line.day for line in finished})
    taken = Taken(
        len(sums), len(finished) - len(known), len(file.lines) - len(finished), len(file.unreadable)
    )
    record(feed, "adspend.taken", by=by, rows=taken.rows, unknown=taken.unknown)
    return taken


def sum_days(feed: AdFeed, days: Collection[date]) -> None:
    """The sums of these days anew, so that no page adds up what thousands of products have cost."""
    AdDay.objects.filter(feed=feed, day__in=days).delete()
    rows = AdSpend.objects.filter(feed=feed, day__in=days).values("day", "currency")
    sums = rows.annotate(**{name: models.Sum(name) for name in ("clicks", "cost_cents", "wasted_cents")})
    AdDay.objects.bulk_create(AdDay(feed=feed, **one) for one in sums)


def product_of(products: dict[str, int], item: str) -> int | None:
    """Google writes ids small; Meta writes "id, name"."""
    found = products.get(item.lower())
    return found if found is not None else products.get(item.partition(",")[0].strip().lower())


def summed(lines: Iterable[SpendLine], products: dict[str, int]) -> dict[Key, Sum]:
    """One sum per product and time: a report has a line for each campaign."""
    sums: dict[Key, Sum] = defaultdict(Sum)
    for line in lines:
        product = product_of(products, line.item)
        if product is not None:
            one = sums[product, line.day, line.hour, line.currency]
            one.clicks += line.clicks
            one.cost_cents += line.cost_cents
    return sums


def write(feed: AdFeed, sums: dict[Key, Sum], at: datetime) -> None:
    rows = [
        AdSpend(
            feed=feed,
            product_id=product,
            day=day,
            hour=hour,
            clicks=one.clicks,
            cost_cents=one.cost_cents,
            currency=currency,
            taken_at=at,
        )
        for (product, day, hour, currency), one in sorted(sums.items(), key=str)
    ]
    AdSpend.objects.bulk_create(rows, batch_size=BATCH)
