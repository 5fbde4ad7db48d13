"""How far an import may be from the usual before it is applied safely only, or held: per feed, with sane defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Self


@dataclass(frozen=True)
class Bound:
    """Beyond `safe` an import is applied safely, beyond `hold` it is held. None: never."""

    safe: Decimal | None = None
    hold: Decimal | None = None


def bound(safe: str | None, hold: str | None) -> Bound:
    return Bound(*(None if one is None else Decimal(one) for one in (safe, hold)))


# Shares of one, but for `returned` (offers) and `backwards` and `age` (hours). In the order in which they are shown.
DEFAULT_BOUNDS: Mapping[str, Bound] = MappingProxyType(
    {
        "rows": bound("0.10", "0.40"),
        "lost": bound("0.05", "0.50"),
        "zeroed": bound(None, "0.25"),
        "muted": bound("0.10", "0.50"),
        "units": bound("0.50", "0.80"),
        "price": bound(None, "0.30"),
        "repeated": bound("0.02", "0.20"),
        "identical": bound("0.30", "0.60"),
        "unreadable": bound("0.02", "0.20"),
        "returned": bound("1", "3"),
        "backwards": bound("0", "1"),
        "age": bound("48", "168"),
    }
)
NBSP = "\u00a0"
COUNTS = frozenset({"returned"})
HOURS = frozenset({"backwards", "age"})


@dataclass(frozen=True)
class Rise:
    """A rise is large when it is more than `share` of what we promised before, and more than `units`."""

    share: Decimal = Decimal("0.5")
    units: int = 5


@dataclass(frozen=True)
class Limits:
    bounds: Mapping[str, Bound] = field(default_factory=lambda: DEFAULT_BOUNDS)
    rise: Rise = field(default_factory=Rise)

    def with_bounds(self, **bounds: Bound) -> Self:
        return replace(self, bounds={**self.bounds, **bounds})

    def to_json(self) -> dict[str, Any]:
        """What differs from the defaults, so that better defaults reach the feeds that never chose."""
        chosen = {
            name: [as_text(one.safe), as_text(one.hold)]
            for name, one in self.bounds.items()
            if one != DEFAULT_BOUNDS[name]
        }
        rise = {"rise": [str(self.rise.share), str(self.rise.units)]} if self.rise != Rise() else {}
        return {**chosen, **rise}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `to_json` gave; names that it does not know are left out."""
        chosen = {name: bound(*kept[name]) for name in DEFAULT_BOUNDS if name in kept}
        share, units = kept.get("rise", (str(Rise().share), str(Rise().units)))
        return cls({**DEFAULT_BOUNDS, **chosen}, Rise(Decimal(share), int(units)))


def as_text(limit: Decimal | None) -> str | None:
    return None if limit is None else str(limit)


def in_words(limits: Limits) -> dict[str, str]:
    """Each pair of limits as it is put on the record: "5 % / 50 %"; a dash where there is none."""
    pairs = {
        name: f"{shown(name, one.safe)} / {shown(name, one.hold)}" for name, one in limits.bounds.items()
    }
    rise = f"{shown('rise', limits.rise.share)} + {limits.rise.units}"
    return {**pairs, "rise": rise}


def shown(name: str, limit: Decimal | None) -> str:
    if limit is None:
        return "–"
    unit = "" if name in COUNTS else " h" if name in HOURS else " %"
    number = limit * 100 if unit == " %" else limit
    return f"{number.normalize():f}{unit}".replace(" ", NBSP)
