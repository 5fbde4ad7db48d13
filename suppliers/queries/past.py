"""What is on record about a product's number at a moment of the past: told, stated, withheld, undone, decided.

Nothing is reckoned here, and the number of questions does not grow with offers or with time.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Min, Q

from stocke.core.models import HistoryEntry
from stocke.products.models import LevelPolicy, Publication
from suppliers.models import Observation, Offer, Run, RunStatus

CATALOGUE = "catalogue"
TOLD = """
SELECT DISTINCT ON (channel) id FROM products_publication WHERE product_id = %s AND at <= %s
ORDER BY channel, at DESC, id DESC
"""
# Whose word it is: an undo names the import whose word it restored, and so does what was carried over.
STATED = """
SELECT offer.id, said.at, said.source, said.raw, said.kind, said.quantity, run.id, run.feed_id, feed.name,
       run.file_name, coalesce(run.taken_at, run.created_at), said.run_id
FROM unnest(%(offers)s::bigint[]) AS offer (id)
CROSS JOIN LATERAL (
    SELECT * FROM suppliers_observation
    WHERE offer_id = offer.id AND at <= %(at)s ORDER BY at DESC, id DESC LIMIT 1
) said
LEFT JOIN suppliers_run run
    ON run.id = CASE WHEN said.source IN ('undo', 'carried') THEN said.word_of
                     ELSE coalesce(said.word_of, said.run_id) END
LEFT JOIN suppliers_feed feed ON feed.id = run.feed_id
"""
# What counted then, whether it still does or not.
LAST_GOOD = """
SELECT feed.id, good.stated_at FROM unnest(%(feeds)s::bigint[]) AS feed (id)
CROSS JOIN LATERAL (
    SELECT coalesce(run.taken_at, run.created_at) AS stated_at FROM suppliers_run run
    WHERE run.feed_id = feed.id AND run.undoes_id IS NULL AND run.finished_at <= %(at)s
      AND (run.status IN ('applied', 'undone')
           OR (run.status = 'unchanged' AND run.facts ->> 'same_as_status' = 'applied'))
    ORDER BY run.finished_at DESC LIMIT 1
) good
"""
WITHHELD = """
SELECT DISTINCT ON (line.offer_id) line.offer_id, line.run_id, line.change, line.kind_after, line.quantity_after,
       line.raw, line.settled_at,
       CASE WHEN line.was <> '' AND line.settled_by IS NULL THEN 'undone' ELSE line.state END AS state
FROM suppliers_withheldline line JOIN suppliers_run run ON run.id = line.run_id
WHERE line.offer_id = ANY(%(offers)s) AND run.finished_at <= %(at)s
  AND (line.settled_at IS NULL OR line.settled_at > %(at)s)
ORDER BY line.offer_id, line.id DESC
"""
MATCHES = ["offer.attached", "offer.detached"]
RULES = ["product.changed", "offer.switched_off", "offer.switched_on", "backup_list.reordered", *MATCHES]
ENTRIES = 100
JUST_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True)
class Word:
    """The last statement about an offer at that moment, and the import whose word it is, where it is one's."""

    offer_id: int
    at: datetime
    source: str
    raw: str
    kind: str
    quantity: int | None
    run_id: int | None
    feed_id: int | None
    feed: str | None
    file_name: str | None
    stated_at: datetime | None
    written_by: int | None


@dataclass(frozen=True)
class Waiting:
    """A line about an offer that was withheld at that moment; how it ended, if it has: "undone" with its import."""

    offer_id: int
    run_id: int
    change: str
    kind: str
    quantity: int | None
    raw: str
    settled_at: datetime | None
    state: str


@dataclass(frozen=True)
class Turn:
    """An undo carried out after that moment: which import it concerns, and whether it counts again since."""

    undo_id: int
    import_id: int
    at: datetime
    comes_back: bool


def told_at(product_id: int, at: datetime) -> list[Publication]:
    """What each channel had been told last, at that moment."""
    with connection.cursor() as cursor:
        cursor.execute(TOLD, [product_id, at])
        newest = [pk for (pk,) in cursor.fetchall()]
    return list(Publication.objects.filter(pk__in=newest).order_by("channel"))


def told_before(product_id: int, told: Publication) -> Publication | None:
    """What the same channel had been told before that."""
    earlier = Publication.objects.filter(product=product_id, channel=told.channel, at__lt=told.at)
    return earlier.order_by("-at", "-pk").first()


def next_told(product_id: int, at: datetime) -> datetime | None:
    """When the catalogue was told another number after that moment."""
    numbers = Publication.objects.filter(product=product_id, channel=CATALOGUE, at__gt=at)
    return numbers.order_by("at").values_list("at", flat=True).first()


def offers_named(product_id: int, offer_ids: Collection[int], at: datetime) -> list[Offer]:
    """These offers, and those that are the product's now and were known then."""
    named = Offer.objects.filter(Q(pk__in=offer_ids) | Q(product=product_id, created_at__lte=at))
    return list(named.select_related("supplier").order_by("rank", "pk"))


def words_at(offer_ids: Sequence[int], at: datetime) -> dict[int, Word]:
    with connection.cursor() as cursor:
        cursor.execute(STATED, {"offers": list(offer_ids), "at": at})
        return {row[0]: Word(*row) for row in cursor.fetchall()}


def last_good_at(feed_ids: Collection[int], at: datetime) -> dict[int, datetime]:
    """Of when the last file was that counted at that moment, or confirmed what did, by feed."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_GOOD, {"feeds": sorted(feed_ids), "at": at})
        return dict(cursor.fetchall())


def withheld_at(offer_ids: Sequence[int], at: datetime) -> dict[int, Waiting]:
    with connection.cursor() as cursor:
        cursor.execute(WITHHELD, {"offers": list(offer_ids), "at": at})
        return {row[0]: Waiting(*row) for row in cursor.fetchall()}


def turns_after(run_ids: Collection[int], feed_ids: Collection[int], at: datetime) -> dict[int, Turn]:
    """The last undo since that moment of each of these imports; undos are few, so all of a feed's are looked at."""
    undos = Run.objects.filter(feed__in=feed_ids, undoes__isnull=False, finished_at__gt=at)
    settled = undos.filter(status__in=[RunStatus.APPLIED, RunStatus.UNDONE]).order_by("pk")
    found = settled.values_list("pk", "facts__import", "finished_at", "facts__comes_back")
    turns = (
        Turn(pk, root, ended, bool(back)) for pk, root, ended, back in found if root in run_ids and ended
    )
    return {turn.import_id: turn for turn in turns}


def decisions_on(product_id: int, at: datetime) -> list[HistoryEntry]:
    """What people had changed about the product and its offers by that moment, newest first."""
    entries = HistoryEntry.objects.filter(thread=f"product:{product_id}", kind__in=RULES, at__lte=at)
    return list(entries.order_by("-id")[:ENTRIES])


def rules_since(at: datetime) -> list[HistoryEntry]:
    """Changes of the general rules after a moment, newest first. They are rare: all of them."""
    changes = HistoryEntry.objects.filter(thread="level_policy", kind="level_policy.changed", at__gt=at)
    return list(changes.order_by("-id"))


def policy_at(at: datetime) -> LevelPolicy:
    """The general rules as they were: today's, with every change since taken back."""
    policy = LevelPolicy.current()
    for entry in rules_since(at):
        for name, value in entry.before.items():
            setattr(policy, name, value)
    return policy


def kept_since(product_id: int) -> datetime | None:
    """The first number of the product that is still on record."""
    first: datetime | None = Publication.objects.filter(product=product_id, channel=CATALOGUE).aggregate(
        at=Min("at")
    )["at"]
    return first


def before_run(run: Run) -> datetime:
    """The moment just before an import counted, or ended without counting."""
    said = Observation.objects.filter(run_id=run.pk).order_by("at").values_list("at", flat=True).first()
    return just_before(said or run.finished_at or run.created_at)


def just_before(at: datetime) -> datetime:
    """The last moment of the record before that one."""
    return at - JUST_BEFORE
