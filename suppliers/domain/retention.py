"""What is no longer kept of what suppliers said: whole months, once each offer's last word was carried over.

The order makes it safe to be killed anywhere: first the horizon, after which no undo reckons with older statements;
then the last words, in batches; then the months, each only once nothing of it is needed. Every step may be taken twice.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from suppliers.domain.undoing_plan import plan_of
from suppliers.models import Horizon, Run, RunChange, RunStatus
from suppliers.models.run import OPEN_STATUSES

RETENTION_LOCK = 0x570C_CE07
BATCH = 20_000
MONTH = re.compile(r"suppliers_observation_(\d{4})_(\d{2})")
MONTHS = """
SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
WHERE inhparent = 'suppliers_observation'::regclass ORDER BY child.relname
"""
BATCH_OF_OFFERS = (
    "SELECT max(id) FROM (SELECT id FROM suppliers_offer WHERE id > %s ORDER BY id LIMIT %s) batch"
)
# What is missing or silent is nobody's word; what an undo restored is the word of whoever had said it.
CARRY = """
INSERT INTO suppliers_observation (at, offer_id, word_of, source, raw, kind, quantity, cost_cents, lead_days)
SELECT %(before)s, offer.id, CASE WHEN last.source IN ('undo', 'carried') THEN last.word_of
                                  WHEN last.source NOT IN ('absent', 'stale') THEN last.run_id END,
       'carried', last.raw, last.kind, last.quantity, last.cost_cents, last.lead_days
FROM suppliers_offer offer
CROSS JOIN LATERAL (
    SELECT * FROM suppliers_observation said WHERE said.offer_id = offer.id AND said.at < %(before)s
    ORDER BY said.at DESC, said.id DESC LIMIT 1
) last
WHERE offer.id > %(after)s AND offer.id <= %(until)s AND NOT EXISTS (
    SELECT FROM suppliers_observation done
    WHERE done.offer_id = offer.id AND done.at = %(before)s AND done.source = 'carried')
"""
NEEDED = """
SELECT EXISTS (
    SELECT FROM {month} said JOIN suppliers_offer offer ON offer.id = said.offer_id
    WHERE NOT EXISTS (SELECT FROM suppliers_observation done WHERE done.offer_id = said.offer_id
                      AND done.at = %s AND done.source = 'carried'))
"""
# Nobody reckons with them any more: their imports are beyond the horizon.
FORGET_LINES = """
DELETE FROM suppliers_withheldline WHERE id IN (
    SELECT line.id FROM suppliers_withheldline line JOIN suppliers_run run ON run.id = line.run_id
    WHERE run.finished_at < %(before)s AND line.state NOT IN ('waiting', 'decided') LIMIT %(limit)s)
"""
FORGET_REVISIONS = """
DELETE FROM suppliers_offerrevision WHERE id IN (
    SELECT id FROM suppliers_offerrevision WHERE at < %(before)s LIMIT %(limit)s)
"""


class StillNeeded(Exception):
    """A month has the last word about an offer that was not carried over. It was not dropped."""


def forget_statements(now: datetime, *, months: int, by: Actor, wait_ms: int = 3_000) -> list[str]:
    """Drop the months that are older than so many, as far as no open undo needs them; their names.

    A month that somebody reads all the time is left for the next call. Never waits longer than that for a lock, since
    imports would queue behind it.
    """
    before = horizon_for(now, months)
    if not any(old_months(before)):
        return []
    move_horizon(before)
    carry(before)
    dropped = []
    for month in old_months(before):
        try:
            dropped += [month] if drop(month, before, wait_ms) else []
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            break
    if dropped:
        record(
            "retention",
            "retention.forgot",
            by=by,
            after={"months": len(dropped), "before": before.isoformat()},
        )
    return dropped


def horizon_for(now: datetime, months: int) -> datetime:
    """The first day of the oldest month that is kept; an earlier one, where an open undo reckons from before it."""
    place = now.year * 12 + now.month - 1 - months
    kept = datetime(place // 12, place % 12 + 1, 1, tzinfo=UTC)
    waiting = Run.objects.filter(undoes__isnull=False, status__in=[RunStatus.PROPOSED, *OPEN_STATUSES])
    since = [plan_of(undo).since.astimezone(UTC) for undo in waiting.select_related("undoes", "feed")]
    return min([kept, *(first_of_month(moment) for moment in since)])


def first_of_month(moment: datetime) -> datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


@transaction.atomic
def move_horizon(before: datetime) -> None:
    """From now on nobody reckons with older statements; waits until those who do have ended. It never goes back."""
    lock_retention()
    _horizon, is_new = Horizon.objects.get_or_create(pk=1, defaults={"before": before})
    if not is_new:
        Horizon.objects.filter(pk=1, before__lt=before).update(before=before)


def carry(before: datetime) -> None:
    """Write each offer's last word before that moment down once more, at it."""
    after = 0
    while until := _last_of_batch(after):
        with transaction.atomic(), connection.cursor() as cursor:
            lock_retention()
            cursor.execute(CARRY, {"before": before, "after": after, "until": until})
        after = until


def _last_of_batch(after: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(BATCH_OF_OFFERS, [after, BATCH])
        row = cursor.fetchone()
    return row[0] if row else None


@transaction.atomic
def drop(month: str, before: datetime, wait_ms: int) -> bool:
    """Drop one month as a whole; False where another worker has. Raises StillNeeded, and an OperationalError where
    its lock cannot be had."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{wait_ms}ms"])
        lock_retention()
        cursor.execute("SELECT to_regclass(%s) IS NULL", [month])
        if cursor.fetchone() == (True,):
            return False
        cursor.execute(f"LOCK TABLE {month} IN SHARE MODE")
        cursor.execute(NEEDED.format(month=month), [before])
        if cursor.fetchone() != (False,):
            raise StillNeeded(month)
        cursor.execute(f"DROP TABLE {month}")
    return True


def old_months(before: datetime) -> Iterator[str]:
    """The partitions that end by that moment, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(MONTHS)
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        if (found := MONTH.fullmatch(name)) and month_of(int(found[1]), int(found[2])) < before:
            yield name


def month_of(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


def forget_beyond(*, limit: int = BATCH) -> int:
    """Delete some settled lines and former facts from beyond the horizon; how many. Zero: nothing is left of them."""
    horizon = Horizon.objects.first()
    if horizon is None:
        return 0
    known: dict[str, datetime | int] = {"before": horizon.before, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(FORGET_LINES, known)
        lines: int = cursor.rowcount
        cursor.execute(FORGET_REVISIONS, known)
        return lines + int(cursor.rowcount)


def forget_changes(now: datetime, *, days: int, limit: int = BATCH) -> int:
    """Delete some of what imports would have changed that nobody decides on any more; how many."""
    waits = [RunStatus.HELD, RunStatus.PROPOSED, *OPEN_STATUSES]
    over = RunChange.objects.filter(run__finished_at__lt=now - timedelta(days=days)).exclude(
        run__status__in=waits
    )
    deleted, _by_model = RunChange.objects.filter(
        pk__in=list(over.values_list("pk", flat=True)[:limit])
    ).delete()
    return deleted


def lock_retention(*, shared: bool = False) -> None:
    """Alone, or together with others who only reckon; until the transaction ends."""
    kind = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {kind}(%s)", [RETENTION_LOCK])
