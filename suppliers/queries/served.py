"""How probable it is that a supplier serves what he states, as it was learned; and in which cells that is counted."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from suppliers.models import ServedRate
from suppliers.models.served import AgeBand, StatedBand

# The same as `stated_band` and `age_band`, over columns named kind, quantity and hours.
STATED_BAND = """
CASE WHEN {kind} IN ('at_least', 'flag') THEN {kind}
     WHEN {quantity} <= 2 THEN 'few' WHEN {quantity} <= 5 THEN 'some' WHEN {quantity} <= 20 THEN 'many'
     ELSE 'plenty' END
"""
# Whether there is a band at all: a zero and an unknown quantity promise nothing.
STATES = "({quantity} >= 1 OR {kind} IN ('at_least', 'flag'))"
# What was learned of the supplier of a statement, at any age, to be joined: only where he has answered such promises.
JOIN_LEARNED = f"""
LEFT JOIN suppliers_servedrate learned ON learned.supplier_id = {{supplier}} AND learned.age = 'any'
      AND learned.answered > 0 AND {STATES} AND learned.stated = {STATED_BAND}
"""
AGE_BAND = "CASE WHEN {hours} <= 4 THEN 'fresh' WHEN {hours} <= 24 THEN 'day' ELSE 'old' END"


@dataclass(frozen=True, slots=True)
class Chance:
    """The probability of being served in thousandths, and what it was learned from in this very cell."""

    permille: int
    served: int
    answered: int
    stated: str
    age: str


type Chances = Mapping[tuple[int, str, str], Chance]


def stated_band(kind: str, quantity: int | None) -> StatedBand | None:
    """In which band a statement is counted; None for one that promises nothing."""
    if kind in (StatedBand.AT_LEAST, StatedBand.FLAG):
        return StatedBand(kind)
    if kind != "exact" or quantity is None or quantity < 1:
        return None
    bands = ((2, StatedBand.FEW), (5, StatedBand.SOME), (20, StatedBand.MANY))
    return next((band for most, band in bands if quantity <= most), StatedBand.PLENTY)


def age_band(as_of: datetime | None, now: datetime) -> AgeBand:
    """How old a figure is; one that was never stated is as old as any."""
    if as_of is None or now - as_of > timedelta(hours=24):
        return AgeBand.OLD
    return AgeBand.FRESH if now - as_of <= timedelta(hours=4) else AgeBand.DAY


def chances_of(supplier_ids: Collection[int]) -> Chances:
    """What was learned of these suppliers, by supplier and cell. Empty for one of whom nothing is known."""
    rates = ServedRate.objects.filter(supplier__in=supplier_ids)
    return {
        (one.supplier_id, one.stated, one.age): Chance(
            one.permille, one.served, one.answered, one.stated, one.age
        )
        for one in rates
    }
