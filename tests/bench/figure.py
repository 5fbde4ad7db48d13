"""One measured figure beside its limit and its bar."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """`limit` is what the machine can do at best, measured in the same run, in the same unit as `value`.

    The bar is a ratio: `at_most` times the limit for costs, `at_least` times the limit for rates. A figure without
    a bar is there to be looked at.
    """

    name: str
    value: float
    unit: str
    limit: float
    bar: float | None = None
    better: Literal["at_most", "at_least"] = "at_most"

    @property
    def ratio(self) -> float:
        return self.value / self.limit

    @property
    def verdict(self) -> str:
        if self.bar is None:
            return "seen"
        good = self.ratio <= self.bar if self.better == "at_most" else self.ratio >= self.bar
        return "held" if good else "short"

    def line(self) -> str:
        """name value unit limit ratio bar held|short"""
        bar = "-" if self.bar is None else f"{self.bar:g}"
        return (
            f"{self.name} {self.value:.3f} {self.unit} {self.limit:.3f} {self.ratio:.3f} {bar} {self.verdict}"
        )

    def to_json(self) -> dict[str, str | float | None]:
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "limit": self.limit,
            "ratio": self.ratio,
            "bar": self.bar,
            "verdict": self.verdict,
        }
