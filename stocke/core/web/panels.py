"""Parts of a page that belong to a context above it: a customer's page shows his orders without knowing any."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Panel:
    """A template to include, what it needs, and the timelines that belong to the page because of it."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    threads: tuple[str, ...] = ()


type Builder = Callable[..., Panel]

BUILDERS: dict[str, list[Builder]] = defaultdict(list)


def register_panel(page: str, build: Builder) -> None:
    """Have `build` add its part to the pages called `page`; it gets what `panels_of` is given there."""
    if build not in BUILDERS[page]:
        BUILDERS[page].append(build)


def panels_of(page: str, *about: Any) -> list[Panel]:
    """What other contexts add to a page: about the key of the thing shown, or whatever the page says it is about."""
    return [build(*about) for build in BUILDERS[page]]
