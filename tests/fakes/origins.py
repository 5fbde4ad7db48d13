"""Where the answers of our fakes come from, and addresses that cannot be answered without saying it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

type Row = dict[str, Any]


@dataclass(frozen=True)
class Origin:
    """`recorded`: from a running shop, in a file below shared/contracts that has these words. `described`: by its maker
    in such a file. `seen`: on running shops, without a file; `where` says what and on which. `guess`: none of these;
    `where` then says on what it rests.
    """

    kind: str
    where: str
    words: str = ""


def recorded(where: str, words: str) -> Origin:
    return Origin("recorded", where, words)


def described(where: str) -> Origin:
    return Origin("described", where)


def seen(what: str) -> Origin:
    return Origin("seen", what)


def guess(why: str) -> Origin:
    return Origin("guess", why)


@dataclass(frozen=True)
class Call:
    method: str
    query: Row
    body: Any


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    origin: Origin
    answer: Callable[..., Any]


@dataclass
class Routes:
    """Addresses with gaps ("orders/{}"), the first that fits. What stands in the gaps is handed over as numbers."""

    rows: list[Route] = field(default_factory=list)

    def at[F: Callable[..., Any]](self, method: str, template: str, origin: Origin) -> Callable[[F], F]:
        def add(answer: F) -> F:
            self.rows.append(Route(method, template, origin, answer))
            return answer

        return add

    def find(self, method: str, path: str) -> tuple[Route, list[int]] | None:
        for route in self.rows:
            gaps = re.fullmatch(route.template.replace("{}", r"(\d+)"), path)
            if gaps and route.method == method:
                return route, [int(one) for one in gaps.groups()]
        return None

    def origins(self) -> Iterator[tuple[str, Origin]]:
        for route in self.rows:
            yield f"{route.method} {route.template}", route.origin
