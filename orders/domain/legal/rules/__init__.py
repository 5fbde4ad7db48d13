"""Every rule we know, by code. State of knowledge: November 2026; re-check twice a year."""

from collections.abc import Mapping
from types import MappingProxyType

from orders.domain.legal.places import places_of
from orders.domain.legal.rule import Rule
from orders.domain.legal.rules.france import FRANCE
from orders.domain.legal.rules.germany import GERMANY
from orders.domain.legal.rules.kingdom import KINGDOM
from orders.domain.legal.rules.states import STATES
from orders.domain.legal.rules.union import UNION

RULES: Mapping[str, Rule] = MappingProxyType(
    {one.code: one for one in (*FRANCE, *UNION, *GERMANY, *KINGDOM, *STATES)}
)


def rule(code: str) -> Rule:
    """The rule of this code. Raises KeyError: a code is written by us, never by a user."""
    return RULES[code]


def rules_for(country: str) -> tuple[Rule, ...]:
    """The rules that speak for a customer of this country, the nearest law first; none where we know none."""
    return tuple(one for place in places_of(country) for one in RULES.values() if one.place == place)
