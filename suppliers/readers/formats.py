"""Which module opens which format. A new format is one module and one line here."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from suppliers.readers.archives import Member, Unpacker
from suppliers.readers.delimited import Delimited
from suppliers.readers.detection import ARCHIVES, NOT_READ, format_of
from suppliers.readers.edi import edifact_feed, x12_feed
from suppliers.readers.errors import NotAFeed, refuse
from suppliers.readers.jsonfeeds import json_feed
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.members import MemberSource, best_member
from suppliers.readers.sources import Source
from suppliers.readers.workbooks import Workbook
from suppliers.readers.xmlfeeds import xml_feed

_DEEPEST = 3


@contextmanager
def opened(path: Path, limits: Limits, *, sheet: str = "", member: str = "") -> Iterator[Source]:
    """The file as a grid. Temporary files are gone afterwards. Raises NotAFeed.

    `sheet` and `member` are what a saved mapping was made for: the sheet of a workbook, the file in an archive.
    """
    deadline = Deadline(limits)
    with TemporaryDirectory(prefix="feed-") as workdir:
        unpacker = Unpacker(limits, deadline, Path(workdir))
        yield _Opening(limits, deadline, Path(workdir), sheet, member, unpacker).source(path)


@dataclass(frozen=True)
class _Opening:
    """One reading's way through a file and whatever it is packed in."""

    limits: Limits
    deadline: Deadline
    workdir: Path
    sheet: str
    member: str
    unpacker: Unpacker

    def book(self, path: Path, kind: str) -> Workbook:
        """A spreadsheet."""
        return Workbook(path, kind, self.limits, self.deadline, self.workdir, sheet=self.sheet)

    def source(self, path: Path, depth: int = 0) -> Source:
        """The grid in this file, or in the best of the files inside it."""
        kind = format_of(path, self.limits)
        if kind in ARCHIVES:
            if depth == _DEEPEST:
                raise refuse("too_nested", limit=_DEEPEST)
            return self._unpacked(self.unpacker.members(path, kind), kind, depth)
        opener = _OPENERS.get(kind)
        if opener is None:
            raise refuse("not_read_yet", format=NOT_READ.get(kind, kind))
        return opener(path, self)

    def _unpacked(self, members: list[Member], kind: str, depth: int) -> Source:
        found: list[MemberSource] = []
        refused: list[NotAFeed] = []
        for member in members:
            try:
                found.append(MemberSource(member.name, ARCHIVES[kind], self.source(member.path, depth + 1)))
            except NotAFeed as problem:
                if problem.code in _OF_THE_WHOLE:
                    raise
                refused.append(problem)
        if not found:
            raise refused[0] if len(refused) == 1 else refuse("nothing_inside")
        return best_member(found, self.member)


# These bound the whole reading, so that no other member may be tried.
_OF_THE_WHOLE = {"too_slow", "too_large_unpacked", "too_nested"}

_OPENERS: Mapping[str, Callable[[Path, _Opening], Source]] = {
    "csv": lambda path, given: Delimited(path, given.limits, given.deadline, given.workdir),
    "json": lambda path, given: json_feed(path, given.limits, given.deadline, given.workdir),
    "x12": lambda path, given: x12_feed(path, given.limits, given.deadline, given.workdir),
    "edifact": lambda path, given: edifact_feed(path, given.limits, given.deadline, given.workdir),
    "xml": lambda path, given: xml_feed(path, given.limits, given.deadline, given.workdir),
    "xml_book": lambda path, given: given.book(path, "xml"),
    "xlsx": lambda path, given: given.book(path, "xlsx"),
    "xls": lambda path, given: given.book(path, "xls"),
    "ods": lambda path, given: given.book(path, "ods"),
    "html": lambda path, given: given.book(path, "html"),
}
