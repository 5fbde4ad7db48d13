"""What a shopper may be told of a product: pure, from one row of `stocke.channels.queries.availability`.

Who knows suppliers' calendars stands above this context: `settings.ARRIVALS` names it, composed in stocke/wiring.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from stocke.channels.domain.rules import Chain, Rule, chain_steps, number_of
from stocke.channels.queries.availability import Shown
from stocke.core.holidays import is_holiday
from stocke.products.models import Light

SUNDAY = 6
# Of `Shown.leads`, the days on which parcels would arrive that are ordered at that moment.
type Arrivals = Callable[[str, datetime], Sequence[date]]


class State(StrEnum):
    """How a product stands for a shopper of one channel."""

    IN_STOCK = "in_stock"
    LIMITED = "limited"
    RESTOCKING = "restocking"
    OUT = "out"
    UNKNOWN = "unknown"


class Unanswered(StrEnum):
    """Why nothing is said of a code."""

    UNKNOWN = "unknown_code"
    SEVERAL = "several_products"


@dataclass(frozen=True, slots=True)
class Window:
    """The first and the last day on which a parcel may come, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Available:
    """What is known of one product for one channel; `units` by the channel's own rules, None while unknown.

    `takes_wishes`: there is none to buy, and whoever asks may be led to where one asks to be told when it is back.
    """

    product: int
    state: State
    units: int | None
    confidence: Decimal
    window: Window | None
    restock_on: date | None
    as_of: datetime | None
    takes_wishes: bool


def answer_of(row: Shown, now: datetime, country: str = "") -> Available | Unanswered:
    """What may be told at that moment, of a parcel to that country."""
    if row.product is None or row.sku is None:
        return Unanswered.SEVERAL if row.products > 1 else Unanswered.UNKNOWN
    units = units_of(row)
    state = state_of(row, units or 0)
    return Available(
        product=row.product,
        state=state,
        units=units,
        confidence=row.confidence or Decimal(0),
        window=window_of(row, now, country) if units else None,
        restock_on=row.back_on if state == State.RESTOCKING else None,
        as_of=row.as_of,
        takes_wishes=units == 0 and row.active and row.offers_wishes,
    )


def units_of(row: Shown) -> int | None:
    """The level by the chain of the channel; None where nobody has told us anything."""
    if row.light in (None, Light.UNKNOWN):
        return None
    rules = Rule(row.share), Rule(row.buffer), Rule(row.cap)
    return number_of(chain_steps(Chain(row.sellable or 0, row.sold, *rules)))


def state_of(row: Shown, units: int) -> State:
    """Amber without units: a source has named a day, or says "in stock" of more than we dare to count."""
    if row.light in (None, Light.UNKNOWN):
        return State.UNKNOWN
    if units:
        is_low = row.light == Light.LOW or units < row.low_below
        return State.LIMITED if is_low else State.IN_STOCK
    is_open_ended = row.light == Light.LOW and not row.sellable
    return State.RESTOCKING if row.back_on or is_open_ended else State.OUT


def window_of(row: Shown, now: datetime, country: str = "") -> Window | None:
    """From when to when a parcel arrives that is ordered now, whoever sends it; None where nobody would."""
    days = [delivered(day, country) for day in arrivals()(row.leads, now)] if row.leads else []
    return Window(min(days), max(days)) if days else None


@cache
def arrivals() -> Arrivals:
    known: Arrivals = import_string(settings.ARRIVALS)
    return known


def delivered(day: date, country: str = "") -> date:
    """Nothing is delivered on a Sunday, or on a holiday there."""
    while day.weekday() == SUNDAY or (country and is_holiday(day, country)):
        day += timedelta(days=1)
    return day
