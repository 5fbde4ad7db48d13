"""Lines of the file, and the reading of their cells: what cannot be read is a problem of its column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from orders.domain.order_files.cells import UNREADABLE
from orders.domain.order_files.columns import FIELD_OF
from orders.domain.problems import Code, Problem

LONGEST = 4000
MOST: Mapping[str, int] = {
    "first name": 80,
    "last name": 80,
    "phone": 40,
    "class": 40,
    "recipient": 200,
    "company": 200,
    "street": 200,
    "street 2": 200,
    "postal code": 20,
    "city": 120,
}


@dataclass(frozen=True)
class FileLine:
    """A line of the table: its number in the file, as an editor counts, and its cells by column, trimmed."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass
class Reader:
    """Reads cells and collects what is wrong with them. Without a `row` a cell speaks of the whole order."""

    problems: list[Problem] = field(default_factory=list)

    def refuse(
        self, code: Code, column: str, row: int | None, value: str = "", limit: int | None = None
    ) -> None:
        self.problems.append(Problem(code, FIELD_OF.get(column, column), row, value[:40] or None, limit))

    def text(self, line: FileLine, column: str, row: int | None = None) -> str:
        text, most = line[column], MOST.get(column, LONGEST)
        if UNREADABLE in text:
            self.refuse(Code.MALFORMED, column, row, text)
        elif len(text) > most:
            self.refuse(Code.TOO_LONG, column, row, limit=most)
        return text

    def value[T](
        self,
        read: Callable[[str], T | None],
        line: FileLine,
        column: str,
        row: int | None = None,
        *,
        code: Code = Code.MALFORMED,
        may_be_empty: bool = False,
    ) -> T | None:
        """What `read` makes of the cell; None, and a problem, when it makes nothing of it."""
        text = line[column]
        found = read(text) if text else None
        if found is None and not (may_be_empty and not text):
            self.refuse(code if text else Code.MISSING, column, row, text)
        return found
