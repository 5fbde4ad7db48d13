"""How the numbers of a product moved: what was stated in all, and what was published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import connection
from django.utils import timezone

from stocke.products.models import Publication

# The state at the beginning, then every statement in the window, oldest first.
SAID = """
SELECT before.at, offer.id, before.kind, before.quantity FROM unnest(%(offers)s::bigint[]) AS offer (id)
CROSS JOIN LATERAL (
    SELECT %(since)s::timestamptz AS at, kind, quantity FROM suppliers_observation
    WHERE offer_id = offer.id AND at < %(since)s ORDER BY at DESC, id DESC LIMIT 1
) before
UNION ALL
(SELECT at, offer_id, kind, quantity FROM suppliers_observation
 WHERE offer_id = ANY(%(offers)s) AND at >= %(since)s ORDER BY at, id LIMIT %(most)s)
"""
MOST = 5_000
POINTS = 120


@dataclass(frozen=True)
class Said:
    at: datetime
    offer_id: int
    kind: str
    quantity: int | None


@dataclass(frozen=True)
class Told:
    at: datetime
    sellable: int | None


@dataclass(frozen=True)
class Point:
    """From this moment on: units stated in all, units sellable. Empty is unknown, which is not a line at zero."""

    at: datetime
    stated: int | None
    sellable: int | None


def history_of(product_id: int, offer_ids: Sequence[int], *, since: datetime) -> list[Point]:
    """The steps of both numbers since a moment, at most some hundred: of long histories the last of each day."""
    points = merge(_said(offer_ids, since), _told(product_id, since))
    return points if len(points) <= POINTS else last_of_each_day(points)[-POINTS:]


def merge(said: Iterable[Said], told: Iterable[Told]) -> list[Point]:
    """Both ledgers as one line of steps. A number is stated while any offer states one."""
    now_said: dict[int, int | None] = {}
    points: list[Point] = []
    sellable: int | None = None
    events: list[Said | Told] = [*said, *told]
    for event in sorted(events, key=lambda event: event.at):
        if isinstance(event, Said):
            has_number = event.kind in {"exact", "at_least"}
            now_said[event.offer_id] = event.quantity if has_number else None
        else:
            sellable = event.sellable
        numbers = [number for number in now_said.values() if number is not None]
        point = Point(event.at, sum(numbers) if numbers else None, sellable)
        if points and points[-1].at == point.at:
            points.pop()
        points.append(point)
    return points


def last_of_each_day(points: Sequence[Point]) -> list[Point]:
    days = groupby(points, key=lambda point: timezone.localtime(point.at).date())
    return [list(of_day)[-1] for _day, of_day in days]


def _said(offer_ids: Sequence[int], since: datetime) -> list[Said]:
    with connection.cursor() as cursor:
        cursor.execute(SAID, {"offers": list(offer_ids), "since": since, "most": MOST})
        return [Said(*row) for row in cursor.fetchall()]


def _told(product_id: int, since: datetime) -> list[Told]:
    all_told = Publication.objects.filter(product=product_id, channel="catalogue")
    columns = ("at", "sellable", "light")
    before = all_told.filter(at__lt=since).order_by("-at").values_list(*columns)[:1]
    after = all_told.filter(at__gte=since).order_by("at").values_list(*columns)[:MOST]
    return [
        Told(max(at, since), None if light == "unknown" else sellable)
        for at, sellable, light in [*before, *after]
    ]
