"""How much platforms let a program ask for, and what their answers say of it.

Sizes are those that were recorded or published: Shopify's standard plan, BigCommerce's standard plan.
"""

import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Points:
    """Shopify's bucket, filled at a rate. `exceeded` counts calls for which it did not hold enough."""

    size: float = 2000
    rate: float = 100
    exceeded: int = 0
    left: float = field(init=False)
    at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.left = self.size

    def spend(self, cost: float) -> bool:
        now = time.monotonic()
        self.left, self.at = min(self.size, self.left + (now - self.at) * self.rate), now
        if self.left < cost:
            self.exceeded += 1
            return False
        self.left -= cost
        return True

    def told(self, cost: float) -> dict[str, Any]:
        status = {
            "maximumAvailable": self.size,
            "currentlyAvailable": int(self.left),
            "restoreRate": self.rate,
        }
        return {"cost": {"requestedQueryCost": cost, "actualQueryCost": cost, "throttleStatus": status}}


@dataclass
class Requests:
    """BigCommerce's window: so many requests until it ends, then as many again."""

    most: int = 150
    seconds: float = 30
    exceeded: int = 0
    spent: int = 0
    began: float = field(default_factory=time.monotonic)

    def spend(self) -> bool:
        now = time.monotonic()
        if now - self.began >= self.seconds:
            self.began, self.spent = now, 0
        if self.spent >= self.most:
            self.exceeded += 1
            return False
        self.spent += 1
        return True

    def told(self) -> dict[str, str]:
        rest = self.seconds - (time.monotonic() - self.began)
        return {
            "X-Rate-Limit-Time-Window-Ms": str(int(self.seconds * 1000)),
            "X-Rate-Limit-Time-Reset-Ms": str(max(0, int(rest * 1000))),
            "X-Rate-Limit-Requests-Quota": str(self.most),
            "X-Rate-Limit-Requests-Left": str(self.most - self.spent),
        }
