"""How probable it is that a supplier serves a promise: learned from his answers, and shrunk where they are few.

Each answer is a yes or a no in one cell: supplier, stated quantity, age of the figure. With a Beta prior whose mean is
what is known one level up and whose weight is that of `STRENGTH` answers, the mean of the posterior is

    (served + STRENGTH × mean above) / (answered + STRENGTH)

from all to the supplier, and from the supplier to the cell, or to a stated quantity at any age (Gelman et al.,
Bayesian Data Analysis, chapter 5; the weight is fixed instead of estimated, see docs/adr). Nothing is said before
`LEAST` answers are on the record.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from django.db import connection, transaction
from django.utils import timezone

from suppliers.models import ServedRate
from suppliers.models.served import AgeBand, StatedBand
from suppliers.queries.served import STATED_BAND, STATES

STRENGTH = 10
LEAST = 20
LOCK = 0x570C_5E12
CELLS = tuple(product(StatedBand.values, (AgeBand.FRESH, AgeBand.DAY, AgeBand.OLD)))
AT_ANY_AGE = tuple((stated, AgeBand.ANY) for stated in StatedBand.values)
# Levels follow what was learned in steps of so many thousandths: else each answer would change every number a little.
NOTICED = 20
STATEMENT = {"kind": "stock.kind", "quantity": "stock.quantity"}
ASK_LEVELS = f"""
INSERT INTO products_dirtylevel (product_id, since, cause)
SELECT DISTINCT offer.product_id, now(), 'learned'
FROM unnest(%s::bigint[], %s::varchar[]) AS moved (supplier_id, stated)
JOIN suppliers_offer offer ON offer.supplier_id = moved.supplier_id AND offer.product_id IS NOT NULL
JOIN suppliers_offerstock stock ON stock.offer_id = offer.id
WHERE {STATES.format(**STATEMENT)} AND {STATED_BAND.format(**STATEMENT)} = moved.stated
"""

type Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Count:
    """Answers of one supplier in one cell. `served` is at most `answered`."""

    supplier_id: int
    cell: Cell
    served: int
    answered: int


@dataclass(frozen=True, slots=True)
class Rate:
    """A cell with its own counts and the probability that was learned, in thousandths."""

    supplier_id: int
    cell: Cell
    served: int
    answered: int
    permille: int


def shrunk(served: int, answered: int, toward: Fraction) -> Fraction:
    """Between the share that was served and `toward`; the more answers, the nearer to the share. Pure."""
    return (served + STRENGTH * toward) / Fraction(answered + STRENGTH)


def learn(counts: Collection[Count]) -> list[Rate]:
    """A rate for every cell of every supplier who has answered; nothing while too little is known of all. Pure."""
    answered = sum(one.answered for one in counts)
    if answered < LEAST:
        return []
    overall = Fraction(sum(one.served for one in counts) + 1, answered + 2)
    served_by, answered_by = Counter[int](), Counter[int]()
    for one in counts:
        served_by[one.supplier_id] += one.served
        answered_by[one.supplier_id] += one.answered
    known = {(one.supplier_id, one.cell): one for one in [*counts, *at_any_age(counts)]}
    return [
        rate_of(known.get((supplier, cell), Count(supplier, cell, 0, 0)), mean)
        for supplier in sorted(answered_by)
        for mean in [shrunk(served_by[supplier], answered_by[supplier], overall)]
        for cell in (*CELLS, *AT_ANY_AGE)
    ]


def at_any_age(counts: Iterable[Count]) -> list[Count]:
    """The same answers by supplier and stated quantity alone. Pure."""
    served, answered = Counter[tuple[int, str]](), Counter[tuple[int, str]]()
    for one in counts:
        served[one.supplier_id, one.cell[0]] += one.served
        answered[one.supplier_id, one.cell[0]] += one.answered
    return [
        Count(supplier, (stated, AgeBand.ANY), served[supplier, stated], answers)
        for (supplier, stated), answers in answered.items()
    ]


def steady(rate: Rate, before: Rate | None) -> Rate:
    """What levels go by: the former rate of any age, until the new one differs noticeably or says something first."""
    if before is None or rate.cell[1] != AgeBand.ANY or bool(before.answered) != bool(rate.answered):
        return rate
    return before if abs(rate.permille - before.permille) < NOTICED else rate


def rate_of(count: Count, mean: Fraction) -> Rate:
    permille = round(1000 * shrunk(count.served, count.answered, mean))
    return Rate(count.supplier_id, count.cell, count.served, count.answered, permille)


@transaction.atomic
def write_rates(counts: Iterable[Count]) -> int:
    """Put what these counts teach in the place of what was known; how many cells. Levels that rest on it follow."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    now = timezone.now()
    known = at_any_age_now()
    rates = [steady(one, known.get((one.supplier_id, one.cell))) for one in learn(list(counts))]
    ask_levels(known.values(), [one for one in rates if one.cell[1] == AgeBand.ANY])
    ServedRate.objects.all().delete()
    ServedRate.objects.bulk_create(
        [
            ServedRate(
                supplier_id=one.supplier_id,
                stated=one.cell[0],
                age=one.cell[1],
                served=one.served,
                answered=one.answered,
                permille=one.permille,
                computed_at=now,
            )
            for one in rates
        ]
    )
    return len(rates)


def at_any_age_now() -> dict[tuple[int, Cell], Rate]:
    """The rates by which levels go at present."""
    kept = ServedRate.objects.filter(age=AgeBand.ANY)
    return {
        (one.supplier_id, (one.stated, one.age)): Rate(
            one.supplier_id, (one.stated, one.age), one.served, one.answered, one.permille
        )
        for one in kept
    }


def ask_levels(before: Iterable[Rate], after: Iterable[Rate]) -> None:
    """Ask for the levels of all products of which an offer is judged otherwise than before."""
    moved = sorted({(one.supplier_id, one.cell[0]) for one in {*before} ^ {*after} if one.answered})
    if moved:
        suppliers, bands = zip(*moved, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(ASK_LEVELS, [list(suppliers), list(bands)])
