"""Imports: the list of a feed's, one with everything about it, and what a held one would do."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from suppliers.models import Change, Offer, Run, RunChange, RunStatus

USUAL_RUNS = 10
REMEMBERED = 100
JUDGED = [
    RunStatus.APPLIED,
    RunStatus.HELD,
    RunStatus.REJECTED,
    RunStatus.SUPERSEDED,
    RunStatus.UNDONE,
]
STOPS_SELLING = [Change.ZEROED, Change.GONE, Change.UNREADABLE]
HURTS = [*STOPS_SELLING, Change.LESS]

# Products that nobody else could deliver. Bounded like the changes themselves.
LEFT_ALONE = """
SELECT count(DISTINCT offer.product_id) FROM suppliers_runchange change
JOIN suppliers_offer offer ON offer.id = change.offer_id
WHERE change.run_id = %s AND change.change = ANY(%s) AND offer.product_id IS NOT NULL
  AND coalesce(change.quantity_before, 1) > 0
  AND NOT EXISTS (
    SELECT 1 FROM suppliers_offer other JOIN suppliers_offerstock stock ON stock.offer_id = other.id
    WHERE other.product_id = offer.product_id AND other.id <> offer.id AND other.active AND stock.promisable > 0)
"""
# What an applied run said, each beside what had been said of the offer before.
SAID = """
SELECT observation.id, offer.id, offer.supplier_sku, offer.name, offer.product_id, observation.source,
       observation.kind, observation.quantity, observation.raw, before.kind, before.quantity
FROM suppliers_observation observation
JOIN suppliers_offer offer ON offer.id = observation.offer_id
LEFT JOIN LATERAL (
    SELECT kind, quantity FROM suppliers_observation earlier
    WHERE earlier.offer_id = observation.offer_id AND (earlier.at, earlier.id) < (observation.at, observation.id)
    ORDER BY earlier.at DESC, earlier.id DESC LIMIT 1) before ON true
WHERE observation.run_id = %s AND observation.id > %s
ORDER BY observation.id LIMIT %s
"""

# Of each feed that fails, the import whose failure told that it will not mend by itself.
GIVEN_UP = """
SELECT told.id FROM suppliers_feed feed
JOIN LATERAL (SELECT status FROM suppliers_run WHERE feed_id = feed.id AND undoes_id IS NULL
              ORDER BY id DESC LIMIT 1) latest ON latest.status = 'failed'
LEFT JOIN LATERAL (SELECT id FROM suppliers_run WHERE feed_id = feed.id AND undoes_id IS NULL AND status <> 'failed'
                   ORDER BY id DESC LIMIT 1) good ON true
JOIN LATERAL (SELECT id, finished_at FROM suppliers_run
              WHERE feed_id = feed.id AND undoes_id IS NULL AND id > coalesce(good.id, 0)
              ORDER BY id OFFSET %(failures)s - 1 LIMIT 1) told ON told.finished_at >= %(since)s
"""
FAILURES_BEFORE_TELLING = 5


@dataclass(frozen=True)
class Effects:
    """What letting a held run count would do beyond the numbers themselves."""

    products_left_alone: int
    promised_offers: int
    promised_units: int


@dataclass(frozen=True)
class Said:
    """One statement of an applied run, and the one before it."""

    id: int
    offer_id: int
    supplier_sku: str
    name: str
    product_id: int | None
    source: str
    kind: str
    quantity: int | None
    raw: str
    kind_before: str | None
    quantity_before: int | None


@dataclass(frozen=True)
class FileSent:
    """The file of an applied run. `written_at` is its sender's own date of it, as ISO text."""

    run_id: int
    sha256: str
    fingerprint: str | None
    written_at: str | None

    def says(self, sha256: str, fingerprint: str) -> bool:
        """Whether that is the same file, or another that states the same."""
        return self.sha256 == sha256 != "" or self.fingerprint == fingerprint != ""


def run_page() -> QuerySet[Run]:
    return Run.objects.select_related("feed__supplier", "feed__mapping", "mapping", "decided_by")


def runs_of_feed(feed_id: int) -> QuerySet[Run]:
    related = Run.objects.select_related("decided_by", "feed__supplier")
    return related.filter(feed_id=feed_id).order_by("-id")


def usual_runs(feed_id: int, mapping_id: int | None, *, before: int | None = None) -> list[Run]:
    """The last applied runs of a feed that were read alike, oldest first: what is usual for it.

    After a new mapping, totals are of other columns and compare with nothing.
    """
    alike = applied_runs(feed_id, before).filter(mapping_id=mapping_id)
    return list(alike.only("feed_id", "figures", "verdict")[:USUAL_RUNS])[::-1]


def applied_runs(feed_id: int, before: int | None = None) -> QuerySet[Run]:
    """Newest first, and only whole files: what names a few SKUs is no measure for them."""
    applied = Run.objects.counting().filter(feed_id=feed_id, partial=False).order_by("-id")
    return applied.filter(pk__lt=before) if before else applied


def judged_runs(feed_id: int) -> QuerySet[Run]:
    """Imports of whole files that the guards looked at, newest first, with what they saw."""
    judged = Run.objects.filter(feed_id=feed_id, undoes=None, partial=False, status__in=JUDGED).order_by(
        "-id"
    )
    return judged.only("created_at", "figures", "feed_id", "mapping_id", "status", "verdict")


def files_before(run: Run) -> list[FileSent]:
    """The files that counted before this run's, newest first, as far back as a file is remembered."""
    applied = applied_runs(run.feed_id, run.pk)
    facts = applied.values_list("pk", "sha256", "figures__file__fingerprint", "facts__written_at")
    return [FileSent(*file) for file in facts[:REMEMBERED]]


def changes_of(run: Run, change: str) -> QuerySet[RunChange]:
    """What a held run would change, most promised first; one kind of change, the promised ones, or all."""
    changes = run.changes.order_by("-reserved", "id")
    if change == "promised":
        return changes.filter(reserved__gt=0, change__in=HURTS)
    return changes.filter(change=change) if change else changes


def effects_of(run: Run) -> Effects:
    promised = run.changes.filter(reserved__gt=0, change__in=HURTS).values_list("reserved", flat=True)
    units = list(promised)
    with connection.cursor() as cursor:
        cursor.execute(LEFT_ALONE, [run.pk, list(STOPS_SELLING)])
        (alone,) = cursor.fetchone()
    return Effects(alone, len(units), sum(units))


def said_by(run: Run, *, after: int = 0, limit: int = 50) -> list[Said]:
    """The statements of a run in the order they were written, from a place in it onward."""
    with connection.cursor() as cursor:
        cursor.execute(SAID, [run.pk, after, limit])
        return [Said(*row) for row in cursor.fetchall()]


def products_of(offer_ids: Collection[int | None]) -> dict[int, int | None]:
    """The product of each offer."""
    known = [offer_id for offer_id in offer_ids if offer_id is not None]
    return dict(Offer.objects.filter(pk__in=known).values_list("pk", "product_id"))


def latest_file(feed_id: int) -> Run | None:
    """The newest import whose file is kept: what a person looks at to confirm the columns."""
    return Run.objects.filter(feed_id=feed_id).exclude(file="").order_by("-id").first()


def given_up(*, since: datetime) -> list[Run]:
    """Imports since then that were the last of so many failures in a row that people are told, and still are."""
    with connection.cursor() as cursor:
        cursor.execute(GIVEN_UP, {"failures": FAILURES_BEFORE_TELLING, "since": since})
        keys = [key for (key,) in cursor.fetchall()]
    return list(Run.objects.filter(pk__in=keys).select_related("feed__supplier"))


def is_overtaken(run: Run) -> bool:
    """Whether the feed has said something good since: then this run's file is yesterday's news.

    A newer run that found the very same file says nothing else, and overtakes nothing.
    """
    newer = Run.objects.filter(feed_id=run.feed_id, pk__gt=run.pk, undoes=None)
    says_other = Q(status=RunStatus.UNCHANGED, facts__has_key="same_as") & ~Q(facts__same_as=run.pk)
    return newer.filter(Q(status=RunStatus.APPLIED) | says_other).exists()


def later_import(run: Run) -> int | None:
    """The newest import of the feed, where this one no longer is."""
    newer = Run.objects.filter(feed_id=run.feed_id, pk__gt=run.pk, undoes=None)
    return newer.order_by("-pk").values_list("pk", flat=True).first()


def forgettable(before: datetime) -> QuerySet[Run]:
    """Runs over before that time whose file may go: not the newest kept one of a feed, and none that waits."""
    newer = Run.objects.filter(feed_id=OuterRef("feed_id"), pk__gt=OuterRef("pk")).exclude(file="")
    over = Run.objects.filter(finished_at__lt=before).exclude(file="", rows_file="")
    return over.exclude(status=RunStatus.HELD).filter(Exists(newer))


def runs_by_key(keys: Sequence[int]) -> QuerySet[Run]:
    return Run.objects.filter(pk__in=keys).select_related("feed__supplier")
