"""What a feed says of a batch of products: rows read by set, each decided by the pure functions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from stocke.channels.adfeeds.domain.certainty import Decision, Memory, Standing, decide, doubt_of
from stocke.channels.adfeeds.domain.items import Goods, Item, is_refused, item_id, item_of, problems_of
from stocke.channels.adfeeds.domain.outside import outside
from stocke.channels.adfeeds.domain.targets import MANNERS
from stocke.channels.adfeeds.models import AdFeed, Reason, Word
from stocke.channels.adfeeds.queries.rows import Before, FeedRow, batch_end, before_doubt, rows_between
from stocke.products.models import LevelPolicy

GONE = frozenset({Reason.STOPPED, Reason.UNLISTED, Reason.LEFT})
NO_LONGER_SOLD = frozenset({Reason.STOPPED, Reason.UNLISTED})


@dataclass(frozen=True)
class Clock:
    """The moment of a build: every row of a file is decided as of it."""

    now: datetime
    trusted: timedelta

    @property
    def today(self) -> date:
        return timezone.localtime(self.now).date()


@dataclass(frozen=True)
class Statement:
    """One product in the file: its row, why it says so, and what its entry becomes. Without `is_sent`, no row."""

    row: FeedRow
    item: Item
    decision: Decision
    problems: list[str]
    item_id: str
    left_at: datetime | None
    is_retired: bool

    @property
    def is_sent(self) -> bool:
        """What was sent once is sent again, problem or not, until it is retired."""
        return not self.is_retired and (self.row.sent_at is not None or not is_refused(self.problems))


def clock_now() -> Clock:
    return Clock(timezone.now(), timedelta(hours=LevelPolicy.current().trusted_hours))


def batches(feed: AdFeed, clock: Clock, *, size: int) -> Iterator[list[Statement]]:
    """All products of the feed, in the order of their keys, from so many products of the catalogue at a time.

    Empty where it has none of these, so that whoever wants the first few only can stop looking.
    """
    after = 0
    while (upto := batch_end(after, size)) is not None:
        yield statements(feed, clock, after=after, upto=upto)
        after = upto


def statements(feed: AdFeed, clock: Clock, *, after: int, upto: int) -> list[Statement]:
    """What the feed says of the products between these keys. As many queries for one as for all."""
    rows = rows_between(feed, after, upto)
    standings = standings_of(feed, rows)
    memories = memories_of(rows, standings, clock)
    return [
        stated(feed, row, standings[row.product_id], memories[row.product_id], clock)
        for row in rows
        if standings[row.product_id].is_chosen or row.is_remembered
    ]


def standings_of(feed: AdFeed, rows: Sequence[FeedRow]) -> dict[int, Standing]:
    empty = [row.product_id for row in rows if row.backorders and row.number == 0]
    restocks = outside().restocks(empty) if empty else {}
    theirs = None
    if feed.supplier_id is not None:
        theirs = frozenset(outside().sold_by(feed.supplier_id, [row.product_id for row in rows]))
    return {
        row.product_id: Standing(
            number=row.number,
            sellable=row.sellable,
            light=row.light,
            as_of=row.as_of,
            since=row.told_at,
            is_sold=row.is_sold,
            is_listed=row.is_listed,
            is_chosen=row.is_chosen and (theirs is None or row.product_id in theirs),
            takes_backorders=row.backorders,
            restock_on=restocks.get(row.product_id),
        )
        for row in rows
    }


def memories_of(
    rows: Sequence[FeedRow], standings: Mapping[int, Standing], clock: Clock
) -> dict[int, Memory]:
    """What entries remember; for doubtful products that no entry remembers, what the record says."""
    strangers = [
        row.product_id
        for row in rows
        if row.word is None
        and doubt_of(standings[row.product_id], now=clock.now, trusted=clock.trusted) is not None
    ]
    record = before_doubt(strangers)
    return {row.product_id: memory_of(row, record.get(row.product_id)) for row in rows}


def memory_of(row: FeedRow, before: Before | None) -> Memory:
    if row.word is not None or before is None:
        return Memory(row.word, row.available_on, row.doubtful_since)
    word = Word.IN if before.was_in_stock else Word.OUT
    return Memory(word, None, row.doubtful_since or before.doubted_at)


def stated(feed: AdFeed, row: FeedRow, standing: Standing, memory: Memory, clock: Clock) -> Statement:
    goods, manners = goods_of(row), MANNERS[feed.target]
    decision = decide(standing, memory, now=clock.now, today=clock.today, trusted=clock.trusted)
    left_at = (row.left_at or clock.now) if decision.reason in GONE else None
    return Statement(
        row=row,
        item=item_of(goods, decision, feed, manners, timezone.get_default_timezone()),
        decision=decision,
        problems=problems_of(goods, feed, manners),
        item_id=item_id(feed, goods),
        left_at=left_at,
        is_retired=is_retired(feed, row, decision, left_at, clock.now),
    )


def goods_of(row: FeedRow) -> Goods:
    return Goods(
        sku=row.sku,
        name=row.name,
        description=row.description,
        brand=row.brand,
        gtin=row.gtin,
        mpn=row.mpn,
        category=row.category,
        image_url=row.image_url,
        price_cents=row.price_cents,
        currency=row.currency,
        remote_id=row.remote_id,
        remote_parent=row.remote_parent,
    )


def is_retired(
    feed: AdFeed, row: FeedRow, decision: Decision, left_at: datetime | None, now: datetime
) -> bool:
    """Whether it has been away for as long as somebody has stated (nobody did: never), or left before it was sent."""
    if row.sent_at is None and decision.reason in GONE:
        return True
    if feed.retire_days is None or left_at is None or decision.reason not in NO_LONGER_SOLD:
        return False
    return now - left_at >= timedelta(days=feed.retire_days)
