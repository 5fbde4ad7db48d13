"""The sources of one order as a whole: few parcels, or as many as allowed, at the least cost. Pure.

Suppliers are chosen first, then each line is served by the best of them. For a given set of suppliers the lines do
not depend on each other (what the policy weighs is summed over the lines, in the policy's order), so that trying
every set finds the best of all assignments: 2^k sets of k suppliers instead of the product of the lines' sources.
The work is bounded: a set costs as much as the order has lines, and PLACED is what all sets together may cost. Up to
that every set is tried, the small ones first, which is all of them for ten suppliers and nineteen lines. Beyond it the
search goes on from the best of these, and from what each line would choose for itself, to their better neighbours:
what it finds then is good, not proven to be the best, and never worse than each line for itself.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain, combinations, islice
from types import MappingProxyType

from orders.domain.rules import Priority, Rules
from orders.domain.sourcing import (
    MEASURES,
    Candidate,
    Check,
    CheckName,
    Decision,
    Need,
    Verdict,
    choose,
    less,
    rank_sources,
    verdict_on,
)
from orders.queries.sourcing_policies import Standing
from suppliers.queries.sources import SourceView

# Lines that are served anew, over all sets that are tried one after the other.
PLACED = 20_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the order with the offers of its product."""

    need: Need
    sources: Sequence[SourceView]
    rules: Rules


@dataclass(frozen=True, slots=True)
class Search:
    """What a choice for the whole order is measured by. `already` are suppliers who ship another line of it anyway."""

    lines: Sequence[Asked]
    now: datetime
    standings: Mapping[int, Standing]
    rules: Rules
    taken: Mapping[int, int]
    already: frozenset[int]


def decide_together(
    lines: Sequence[Asked],
    now: datetime,
    standings: Mapping[int, Standing],
    *,
    taken: Mapping[int, int] | None = None,
    already: Iterable[int] = (),
) -> list[Decision]:
    """One decision for each line of an order, in their order. `taken` are units that others of this act have got.

    Where the lines are under different policies, the strictest word on parcels holds for the order, and with it the
    priorities of its policy.
    """
    search = Search(lines, now, standings, rules_of_order(lines), taken or {}, frozenset(already))
    alone = one_by_one(search)
    if not is_joint(search):
        return alone
    best = best_plan(search, alone)
    return [judged(search, best, *both) for both in zip(best, alone, strict=True)]


def rules_of_order(lines: Sequence[Asked]) -> Rules:
    """Those with the strictest word on parcels; the first line's among equals."""
    most = len(lines) + 1

    def strictness(rules: Rules) -> tuple[int, bool]:
        return (rules.most_parcels or most, not rules.fewest_parcels)

    return min((line.rules for line in lines), key=strictness, default=Rules())


def is_joint(search: Search) -> bool:
    """Whether one line's source bears on the others: parcels count, or each costs something."""
    if search.rules.counts_parcels:
        return True
    charged = Priority.COST in search.rules.priorities and any(
        one.parcel_cents for one in search.standings.values()
    )
    return charged and (len(search.lines) > 1 or bool(search.already))


def one_by_one(search: Search) -> list[Decision]:
    """Each line for itself, on what the lines before it have left."""
    taken: Counter[int] = Counter()
    decisions = []
    for line in search.lines:
        decisions.append(decision := ranked(search, line, taken))
        take(taken, decision)
    return decisions


def ranked(search: Search, line: Asked, taken: Mapping[int, int] = MappingProxyType({})) -> Decision:
    """This line for itself, when others of its order have taken these units."""
    sources = line.sources
    for others in (search.taken, taken):
        sources = less(sources, others) if others else sources
    return rank_sources(line.need, sources, line.rules, search.now, search.standings)


def take(taken: Counter[int], decision: Decision) -> None:
    """A line in doubt holds nothing yet."""
    if decision.verdict == Verdict.SAFE:
        taken.update({part.offer_id: part.quantity for part in decision.choice})


def best_plan(search: Search, alone: Sequence[Decision]) -> Sequence[Decision]:
    """The best of all sets of suppliers; where these are too many for PLACED, of the small ones, and from there on of
    their neighbours. Never worse than each line for itself."""
    trial = Trial(search, [ranked(search, line) for line in search.lines], alone)
    sets = sets_to_try(trial)
    for chosen in islice(sets, max(1, PLACED // max(1, len(search.lines)))):
        trial.of(chosen)
    if next(sets, None) is not None:
        for start in (trial.best_set, suppliers_of(alone) - search.already):
            descend(trial, start)
    return trial.best


class Trial:
    """What was tried of one search. `best_set` is what the best plan so far may use beside whoever ships already."""

    def __init__(self, search: Search, base: Sequence[Decision], alone: Sequence[Decision]) -> None:
        self.search, self.base = search, base
        self.open_to = suppliers_in(base) - search.already
        self.best, self.best_price = alone, price(search, alone)
        self.best_set = suppliers_of(alone) - search.already
        lines = zip(search.lines, base, strict=True)
        self.orders = [sorted(one.candidates, key=partial(fitness, search, line)) for line, one in lines]
        self.tried: dict[frozenset[int], tuple[int, ...]] = {}

    def of(self, chosen: frozenset[int]) -> tuple[int, ...]:
        """What the plan with these suppliers is worth."""
        if chosen not in self.tried:
            plan = within(self, self.search.already | chosen)
            found = self.tried[chosen] = price(self.search, plan)
            if found < self.best_price:
                self.best, self.best_price, self.best_set = plan, found, chosen
        return self.tried[chosen]


def sets_to_try(trial: Trial) -> Iterator[frozenset[int]]:
    """The smallest first, until no larger one can be better."""
    sizes = (combinations(sorted(trial.open_to), size) for size in range(len(trial.open_to) + 1))
    floor = trial.best_price[0], sum(least_doubts(decision) for decision in trial.base)
    good_at = len(trial.open_to) + 1
    for chosen in map(frozenset, chain.from_iterable(sizes)):
        if len(chosen) > good_at:
            return
        yield chosen
        missing, beyond, doubts, *_rest = trial.of(chosen)
        if trial.search.rules.fewest_parcels and (missing, beyond, doubts) == (floor[0], 0, floor[1]):
            good_at = len(chosen)


def descend(trial: Trial, start: frozenset[int]) -> None:
    """From one set to its best neighbour (one supplier more, or one less), as long as that is better."""
    here, worth = start, trial.of(start)
    for _step in range(2 * len(trial.open_to)):
        neighbours = [here ^ {one} for one in sorted(trial.open_to)]
        there = min(neighbours, key=trial.of, default=here)
        if trial.of(there) >= worth:
            return
        here, worth = there, trial.of(there)


def least_doubts(decision: Decision) -> int:
    return min((one.doubts for one in decision.candidates), default=0)


def within(trial: Trial, suppliers: frozenset[int]) -> list[Decision]:
    """Each line served by the best of these suppliers; lines of one product share its units."""
    taken: Counter[int] = Counter()
    plan, search = [], trial.search
    for line, usual, best_first in zip(search.lines, trial.base, trial.orders, strict=True):
        if taken.keys() & {source.offer_id for source in line.sources}:
            usual = ranked(search, line, taken)
            best_first = sorted(usual.candidates, key=partial(fitness, search, line))
        mine = [one for one in best_first if one.source.supplier_id in suppliers]
        choice = choose(line.need.quantity, mine)
        plan.append(served := replace(usual, choice=choice, verdict=verdict_on(choice, mine)))
        take(taken, served)
    return plan


def fitness(search: Search, line: Asked, one: Candidate) -> tuple[int, ...]:
    """By which the sources of one line are tried, whichever suppliers are allowed."""
    return (one.serves < line.need.quantity, *weight(search, one))


def price(search: Search, plan: Sequence[Decision]) -> tuple[int, ...]:
    """What this plan is worth, smaller is better: lines unserved, parcels too many, doubts, parcels where few are
    wished, then the policy's priorities over all lines, and what decides between equals."""
    used = suppliers_of(plan) | search.already
    rules, chosen = search.rules, [one for decision in plan for one in decision.chosen]
    beyond = max(0, len(used) - rules.most_parcels) if rules.most_parcels else 0
    sums = [sum(figures) for figures in zip(*(weight(search, one) for one in chosen), strict=True)]
    return (
        sum(not decision.choice for decision in plan),
        beyond,
        sums[0] if sums else 0,
        len(used) if rules.fewest_parcels else 0,
        *with_charges(search, sums[1:], used - search.already),
        len(used),
        *sorted(used),
    )


def weight(search: Search, one: Candidate) -> tuple[int, ...]:
    """What one source adds: doubts, the priorities without the charge for its parcel, points, its place in the list."""
    figures = chain.from_iterable(WEIGHTS[name](one) for name in search.rules.priorities)
    return (one.doubts, *figures, -one.score, one.source.rank, one.source.offer_id)


WEIGHTS: Mapping[Priority, Callable[[Candidate], tuple[int, ...]]] = {
    **MEASURES,
    Priority.COST: lambda one: (int(one.goods_cents is None), one.goods_cents or 0),
}


def with_charges(search: Search, sums: Sequence[int], used: Iterable[int]) -> list[int]:
    """One charge for each parcel, where the cost of the goods is weighed."""
    found, priorities = list(sums), search.rules.priorities
    if Priority.COST in priorities and found:
        # Its figure stands behind whether it is known.
        place = 1 + priorities.index(Priority.COST)
        found[place] += sum(search.standings[one].parcel_cents for one in used if one in search.standings)
    return found


def suppliers_in(base: Iterable[Decision]) -> frozenset[int]:
    return frozenset(one.source.supplier_id for decision in base for one in decision.candidates)


def suppliers_of(plan: Iterable[Decision]) -> frozenset[int]:
    return frozenset(one.source.supplier_id for decision in plan for one in decision.chosen)


def judged(search: Search, plan: Sequence[Decision], decision: Decision, alone: Decision) -> Decision:
    """The decision with the check of the whole order: too many parcels are for a person to allow."""
    checks: tuple[Check, ...] = ()
    verdict, most = decision.verdict, search.rules.most_parcels
    if most is not None and decision.choice:
        parcels = len(suppliers_of(plan) | search.already)
        checks = (Check(CheckName.PARCELS, parcels <= most, parcels, most),)
        if verdict == Verdict.SAFE and parcels > most:
            verdict = Verdict.DOUBTFUL
    return replace(decision, verdict=verdict, order_checks=checks, is_joint=decision.choice != alone.choice)
