"""Why nobody is told yet, or what happens next: the rules of `restocks` and `waves` in words. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from customers.domain.waves import size_of_wave
from customers.models import Restock, WishRules


class Stage(StrEnum):
    NOBODY = "nobody"
    OUT = "out"
    FEW = "few"
    SEEN = "seen"
    UNSAID = "unsaid"
    YOUNG = "young"
    HELD = "held"
    NEXT = "next"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Standing:
    """Where the wishes of a product stand. `units` is for how many units the next wave tells people."""

    stage: Stage
    sellable: int = 0
    minimum: int = 0
    statements: int = 0
    wanted_statements: int = 0
    until: datetime | None = None
    units: int = 0


def standing_of(
    *, sellable: int, waiting: int, restock: Restock | None, rules: WishRules, is_shown: bool = True
) -> Standing:
    """The first thing that stands in the way, in the order in which the rules are asked. `is_shown`: somebody who waits
    came from a shop that shows some.
    """
    minimum = max(rules.minimum, 1)
    if not waiting:
        return Standing(Stage.NOBODY, sellable)
    if sellable <= 0:
        return Standing(Stage.OUT)
    units = size_of_wave(sellable, rules.factor_percent)
    if restock is not None and restock.opened_at is not None:
        if not is_shown:
            return Standing(Stage.ELSEWHERE, sellable)
        stage = Stage.HELD if restock.waves else Stage.NEXT
        return Standing(stage, sellable, until=restock.next_wave_at, units=units)
    if sellable < minimum:
        return Standing(Stage.FEW, sellable, minimum)
    if restock is None:
        return Standing(Stage.SEEN, sellable)
    if restock.statements < rules.statements:
        said, wanted = restock.statements, rules.statements
        return Standing(Stage.UNSAID, sellable, statements=said, wanted_statements=wanted)
    return Standing(Stage.YOUNG, sellable, until=restock.began_at + rules.time)
