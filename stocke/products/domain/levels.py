"""The fold: from what suppliers said to the number we stand behind. Pure; `level_sets` is its twin in SQL.

    sellable = what active offers let us promise − what is promised already − what we have learned not to count on
               − buffer, at most cap

Nothing is guessed on the way, and every step is kept:

- An unknown statement adds nothing and is not a zero. An offer switched off adds nothing. Both stay in view as
  steps without effect that say why.
- Promises weigh as far as the statement can contradict them: an exact statement by all of them, even beyond its
  own quantity, because those units will have to come from the others; "at least" and "in stock" only up to what
  we count of them; unknown not at all.
- Ten million units of one offer are as good as infinite (feeds write 999999999) and count as that many.
- No step takes more than is left: the running total never falls below zero.
- Of the units that an offer has left, as many are not counted on as its supplier has failed to serve, in his answers
  to promises on statements like this one, rounded in favour of the unit: one alone counts as soon as it is no less
  likely to be served than not. Where he has never answered one, nothing is taken.
- Age never changes the number. A statement older than `trusted_hours` lowers confidence and the light.

Light: *unknown* when no active offer states anything. With units to sell: *in stock*, or *low* below the
threshold or when no statement with units is fresh and of a supplier who serves such statements often enough
(`doubted_below`). Without: *low* while somebody says "in stock" or "at least"
(there may be more than we count), *unknown* while an active offer is unknown, and *out* only when every active
offer is an exact statement. A product that is not sold any more is *out*.

Confidence: the mean over the units stated, where a unit counts 1 if stated exactly, 0.9 as "at least", 0.5 as
"in stock", times 1 while fresh, 0.5 up to twice `trusted_hours`, 0.25 beyond, times the share of such statements that
its supplier serves, where that was learned. A stated zero counts as one unit. Of a product whose light is *unknown*,
nothing is sure: zero, however exactly others have stated that they have none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol

from django.db import connection

from stocke.products.models import LevelPolicy, Light

# In hundredths, so that the twin in SQL rounds the same integers.
KIND_WEIGHT: Mapping[str, int] = MappingProxyType({"exact": 100, "at_least": 90, "flag": 50, "unknown": 0})
FRESH, STALE, OLD = 100, 50, 25
PLENTY = 10_000_000
NOTHING_SURE = Decimal("0.000")

type Step = dict[str, object]


@dataclass(frozen=True, slots=True)
class OfferFact:
    """One offer as the fold sees it. `active` needs offer and supplier; `as_of` is when it was last said.

    Of `answered` promises on statements like this one its supplier served `served`, and `permille` is what was
    learned from that; None where nothing was.
    """

    offer_id: int
    supplier: str
    rank: int
    active: bool
    kind: str
    quantity: int | None
    promisable: int
    reserved: int
    as_of: datetime | None
    lead_days: int
    served: int = 0
    answered: int = 0
    permille: int | None = None

    @property
    def states(self) -> bool:
        return self.active and self.kind != "unknown"

    @property
    def counted(self) -> int:
        return min(self.promisable, PLENTY) if self.active else 0

    @property
    def taken(self) -> int:
        """The promises that this statement can contradict."""
        if not self.states:
            return 0
        return self.reserved if self.kind == "exact" else min(self.reserved, self.counted)

    @property
    def doubted(self) -> int:
        """The units left here that are probably not served."""
        if self.permille is None:
            return 0
        return (max(self.counted - self.taken, 0) * (1000 - self.permille) + 499) // 1000

    def is_counted_on(self, policy: LevelPolicy) -> bool:
        """Whether it has units, and its supplier serves such statements often enough."""
        return self.promisable > 0 and (self.permille is None or self.permille >= 10 * policy.doubted_below)


class Prudent(Protocol):
    """What the fold must know of a product: its own rules come before the policy's."""

    @property
    def buffer(self) -> int | None: ...
    @property
    def cap(self) -> int | None: ...
    @property
    def active(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class LevelResult:
    sellable: int
    light: str
    confidence: Decimal
    lead_days_min: int | None
    lead_days_max: int | None
    as_of: datetime | None
    steps: list[Step]


def fold(offers: Iterable[OfferFact], policy: LevelPolicy, product: Prudent, *, now: datetime) -> LevelResult:
    """The level of one product. The last step's `running` is `sellable`, and the effects add up to it."""
    ordered = sorted(offers, key=lambda offer: (offer.rank, offer.offer_id))
    steps = _offer_steps(ordered, policy, now)
    _take_away(steps, ordered, policy, product)
    running = steps[-1]["running"]
    sellable = running if isinstance(running, int) else 0
    leads = [offer.lead_days for offer in ordered if offer.active and offer.promisable > offer.reserved]
    light = light_of(sellable, ordered, policy, sold=product.active, now=now)
    return LevelResult(
        sellable=sellable,
        light=light,
        confidence=NOTHING_SURE if light == Light.UNKNOWN else confidence_of(ordered, policy, now),
        lead_days_min=min(leads, default=None),
        lead_days_max=max(leads, default=None),
        as_of=_newest(ordered, policy),
        steps=steps,
    )


def _offer_steps(offers: Sequence[OfferFact], policy: LevelPolicy, now: datetime) -> list[Step]:
    if not offers:
        return [{"step": "no_offer", "effect": 0, "running": 0}]
    running, steps = 0, []
    for offer in offers:
        running += offer.counted
        steps.append(
            {
                "step": "offer",
                "effect": offer.counted,
                "running": running,
                "offer": offer.offer_id,
                "supplier": offer.supplier,
                "kind": offer.kind,
                "quantity": offer.quantity,
                "reserved": offer.reserved,
                "as_of": _written(offer.as_of),
                "why": why_of(offer, policy, now),
            }
        )
    return steps


def why_of(offer: OfferFact, policy: LevelPolicy, now: datetime) -> str:
    """Why an offer does not count ("inactive", "unknown", "not_counted"), not wholly ("plenty"), or with doubt."""
    if not offer.active:
        return "inactive"
    if offer.kind == "unknown":
        return "unknown"
    if offer.kind == "flag" and offer.promisable == 0:
        return "not_counted"
    if offer.promisable > PLENTY:
        return "plenty"
    return "" if freshness_of(offer.as_of, policy, now) == FRESH else "stale"


def _take_away(steps: list[Step], offers: Sequence[OfferFact], policy: LevelPolicy, product: Prudent) -> None:
    left = sum(offer.counted for offer in offers)

    def step(name: str, effect: int, **facts: object) -> None:
        nonlocal left
        left += effect
        steps.append({"step": name, "effect": effect, "running": left, **facts})

    if taken := sum(offer.taken for offer in offers):
        step("reserved", -min(taken, left), reserved=taken)
    if policy.learned_buffer and (doubted := sum(offer.doubted for offer in offers)):
        step("learned", -min(doubted, left), doubted=doubted, of=_grounds(offers))
    if buffer := _first(product.buffer, policy.buffer):
        step("buffer", -min(buffer, left), buffer=buffer, why=_whose(product.buffer))
    cap = _first(product.cap, policy.cap)
    if cap is not None:
        step("cap", -max(left - cap, 0), cap=cap, why=_whose(product.cap))
    if not product.active:
        step("stopped", -left)


def _grounds(offers: Iterable[OfferFact]) -> list[list[int | None]]:
    """Of which offers units are not counted on, how many, and from how many answers that was learned."""
    return [[o.offer_id, o.doubted, o.served, o.answered, o.permille] for o in offers if o.doubted]


def light_of(
    sellable: int, offers: Sequence[OfferFact], policy: LevelPolicy, *, sold: bool, now: datetime
) -> str:
    active = [offer for offer in offers if offer.active]
    if not sold:
        return Light.OUT.value
    if not any(offer.states for offer in active):
        return Light.UNKNOWN.value
    if sellable > 0:
        fresh = any(o.is_counted_on(policy) and freshness_of(o.as_of, policy, now) == FRESH for o in active)
        return (Light.IN_STOCK if fresh and sellable >= policy.low_below else Light.LOW).value
    kinds = {offer.kind for offer in active}
    if kinds & {"flag", "at_least"}:
        return Light.LOW.value
    return (Light.UNKNOWN if "unknown" in kinds else Light.OUT).value


def confidence_of(offers: Sequence[OfferFact], policy: LevelPolicy, now: datetime) -> Decimal:
    """Between 0 and 1, in thousandths; see the head of this module."""
    stated = [offer for offer in offers if offer.states]
    units = sum(max(offer.counted, 1) for offer in stated)
    if not units:
        return NOTHING_SURE
    sure = sum(
        max(o.counted, 1) * KIND_WEIGHT[o.kind] * freshness_of(o.as_of, policy, now) * _learned(o) // 10_000
        for o in stated
    )
    return Decimal((2 * sure + units) // (2 * units)) / 1000


def _learned(offer: OfferFact) -> int:
    return 1000 if offer.permille is None else offer.permille


def freshness_of(as_of: datetime | None, policy: LevelPolicy, now: datetime) -> int:
    trusted = timedelta(hours=policy.trusted_hours)
    if as_of is None or as_of < now - 2 * trusted:
        return OLD
    return FRESH if as_of >= now - trusted else STALE


def _newest(offers: Sequence[OfferFact], policy: LevelPolicy) -> datetime | None:
    """When the freshest statement was made on which we count: the light falls when it grows old. Of all statements,
    when there is none such."""
    stated = [offer for offer in offers if offer.states and offer.as_of is not None]
    counted_on = [offer for offer in stated if offer.is_counted_on(policy)]
    return max((offer.as_of for offer in counted_on or stated if offer.as_of is not None), default=None)


def _first(own: int | None, general: int | None) -> int | None:
    return own if own is not None else general


def _whose(own: int | None) -> str:
    return "policy" if own is None else "product"


def _written(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def mark_dirty(product_ids: Iterable[int], *, cause: str) -> None:
    """Ask that these products' levels be recomputed once the current transaction has committed.

    Call it in the transaction that changes a number. It waits for nobody and cannot deadlock: each call leaves
    its own rows, which become visible together with the change they stand for.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO products_dirtylevel (product_id, since, cause)
            SELECT DISTINCT product, now(), %s FROM unnest(%s::bigint[]) AS product
            """,
            [cause, list(product_ids)],
        )
