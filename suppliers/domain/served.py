"""How probable it is that a supplier serves a promise: learned from his answers, and shrunk where they are few.

Each answer is a yes or a no in one cell: supplier, stated quantity, age of the figure. With a Beta prior whose mean is
what is known one level up and whose weight is that of `STRENGTH` answers, the mean of the posterior is

    (served + STRENGTH × mean above) / (answered + STRENGTH)

from all to the supplier, and from the supplier to the cell (Gelman et al., Bayesian Data Analysis, chapter 5; the
weight is fixed instead of estimated, see docs/adr). Nothing is said before `LEAST` answers are on the record.
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

STRENGTH = 10
LEAST = 20
LOCK = 0x570C_5E12
CELLS = tuple(product(StatedBand.values, AgeBand.values))

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
    known = {(one.supplier_id, one.cell): one for one in counts}
    return [
        rate_of(known.get((supplier, cell), Count(supplier, cell, 0, 0)), mean)
        for supplier in sorted(answered_by)
        for mean in [shrunk(served_by[supplier], answered_by[supplier], overall)]
        for cell in CELLS
    ]


def rate_of(count: Count, mean: Fraction) -> Rate:
    permille = round(1000 * shrunk(count.served, count.answered, mean))
    return Rate(count.supplier_id, count.cell, count.served, count.answered, permille)


@transaction.atomic
def write_rates(counts: Iterable[Count]) -> int:
    """Put what these counts teach in the place of what was known; how many cells."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    now = timezone.now()
    rates = learn(list(counts))
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
