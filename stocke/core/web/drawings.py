"""What the house draws: icons as strokes on a 24 × 24 grid, the shapes of the statuses on 16 × 16.

They are set inline, so that a swapped fragment needs no sprite.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True)
class Shape:
    """The paths of one status: what is filled, and what is stroked. No two share an outline."""

    fill: str
    stroke: str


_DRAWINGS = json.loads(Path(__file__).with_name("drawings.json").read_text())
ICONS: Mapping[str, str] = MappingProxyType(_DRAWINGS["icons"])
SHAPES: Mapping[str, Shape] = MappingProxyType(
    {name: Shape(**paths) for name, paths in _DRAWINGS["shapes"].items()}
)
