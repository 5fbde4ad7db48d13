"""How much we take from a stranger."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FetchLimits:
    """`max_bytes` counts after decompression. `seconds` is for the whole, `idle_seconds` for each silence."""

    max_bytes: int
    seconds: float = 900
    idle_seconds: float = 30
    redirects: int = 5
