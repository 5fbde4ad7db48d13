"""Which file of an archive is the feed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from suppliers.readers.headers import header_of
from suppliers.readers.names import meanings
from suppliers.readers.sources import HEAD_ROWS, Origin, Source
from suppliers.readers.values import Doubt

_SURE = 0.7
_TELLING = {"quantity": 4, "availability": 3, "key": 2, "price": 2, "gtin": 1}


@dataclass
class MemberSource:
    """The grid of a file inside an archive, which says where it was found."""

    name: str
    packing: str
    inner: Source
    others: tuple[str, ...] = ()

    @property
    def origin(self) -> Origin:
        """The facts of the file inside, with the archive before them."""
        inner = self.inner.origin
        doubt = Doubt("members", {"members": ", ".join(self.others), "member": self.name})
        return replace(
            inner,
            packing=(self.packing, *inner.packing),
            member=inner.member or self.name,
            doubts=(*((doubt,) if self.others else ()), *inner.doubts),
        )

    @cached_property
    def promise(self) -> tuple[int, int, int]:
        """How much this looks like the feed: fields that its columns name, how many it names, and its lines."""
        origin = self.inner.origin
        sample = self.inner.sample()
        names = origin.names or header_of([row[1:] for row in sample.head(HEAD_ROWS).iter_rows()]).names
        found = [found[0].field for name in names if (found := meanings(name)) and found[0].score >= _SURE]
        return sum(_TELLING.get(field, 0) for field in set(found)), len(found), sample.height

    def sample(self) -> pl.DataFrame:
        return self.inner.sample()

    def batches(self, columns: Sequence[int]) -> Iterator[pl.DataFrame]:
        return self.inner.batches(columns)

    def mend(self) -> None:
        self.inner.mend()


def best_member(found: Sequence[MemberSource], wanted: str) -> MemberSource:
    """The member that a mapping was made for, else the one that promises most; the others are named."""
    if len(found) == 1:
        return found[0]
    asked = [member for member in found if wanted and member.name == wanted]
    asked = asked or [member for member in found if wanted and _undated(member.name) == _undated(wanted)]
    chosen = asked[0] if asked else max(found, key=lambda member: member.promise)
    enough = min(1, chosen.promise[0])
    if not asked:
        others = [member for member in found if member is not chosen and member.promise[0] >= enough]
        chosen.others = tuple(member.name for member in others)
    return chosen


def _undated(name: str) -> str:
    """Names of files carry the day or a number: "stock_20260131.csv" is "stock_#.csv" tomorrow."""
    return re.sub(r"\d+", "#", name)
