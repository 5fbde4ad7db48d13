"""From what we may promise to what one channel is told: a pure chain, each step with its words on the page.

number = (sellable − sold in shops and not yet counted) × share − buffer, at most cap, never below zero
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

type Step = dict[str, Any]


@dataclass(frozen=True)
class Rule:
    """One number of the rules, and whose it is: "listing", "category" or "channel"."""

    value: int | None
    whose: str = ""


@dataclass(frozen=True)
class Chain:
    """What enters the number of one listing."""

    sellable: int
    sold: int = 0
    share: Rule = Rule(None)
    buffer: Rule = Rule(None)
    cap: Rule = Rule(None)


def first(**rules: int | None) -> Rule:
    """The narrowest rule that says something: give them by name, the narrowest first."""
    return next((Rule(value, whose) for whose, value in rules.items() if value is not None), Rule(None))


def chain_steps(chain: Chain) -> list[Step]:
    """The steps from the level to the number, each with its effect; a rule that nobody made is no step."""
    running, steps = chain.sellable, list[Step]()

    def step(name: str, after: int, **facts: Any) -> None:
        nonlocal running
        after = max(after, 0)
        steps.append({"step": name, "effect": after - running, "running": after, **facts})
        running = after

    step("level", chain.sellable)
    if chain.sold:
        step("sold_there", running - chain.sold, sold=chain.sold)
    if chain.share.value is not None:
        step("share", running * chain.share.value // 100, share=chain.share.value, why=chain.share.whose)
    if chain.buffer.value:
        step(
            "channel_buffer", running - chain.buffer.value, buffer=chain.buffer.value, why=chain.buffer.whose
        )
    if chain.cap.value is not None:
        step("channel_cap", min(running, chain.cap.value), cap=chain.cap.value, why=chain.cap.whose)
    return steps


def number_of(steps: Sequence[Step]) -> int:
    return int(steps[-1]["running"])
