"""Which module opens which format. A new format is one module and one line here."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from suppliers.readers.delimited import Delimited
from suppliers.readers.detection import NOT_READ, format_of
from suppliers.readers.edi import edifact_feed, x12_feed
from suppliers.readers.errors import refuse
from suppliers.readers.jsonfeeds import json_feed
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.sources import Source
from suppliers.readers.workbooks import Workbook
from suppliers.readers.xmlfeeds import xml_feed


@contextmanager
def opened(path: Path, limits: Limits, *, sheet: str = "") -> Iterator[Source]:
    """The file as a grid. Temporary files are gone afterwards. Raises NotAFeed."""
    deadline = Deadline(limits)
    kind = format_of(path, limits)
    opener = _OPENERS.get(kind)
    if opener is None:
        raise refuse("not_read_yet", format=NOT_READ.get(kind, kind))
    with TemporaryDirectory(prefix="feed-") as workdir:
        yield opener(path, limits, deadline, Path(workdir), sheet)


_OPENERS: Mapping[str, Callable[[Path, Limits, Deadline, Path, str], Source]] = {
    "csv": lambda path, limits, deadline, workdir, _sheet: Delimited(path, limits, deadline, workdir),
    "json": lambda path, limits, deadline, _workdir, _sheet: json_feed(path, limits, deadline),
    "x12": lambda path, limits, deadline, _workdir, _sheet: x12_feed(path, limits, deadline),
    "edifact": lambda path, limits, deadline, _workdir, _sheet: edifact_feed(path, limits, deadline),
    "xml": lambda path, limits, deadline, _workdir, _sheet: xml_feed(path, limits, deadline),
    "xlsx": lambda path, limits, deadline, _workdir, sheet: Workbook(
        path, "xlsx", limits, deadline, sheet=sheet
    ),
    "xls": lambda path, limits, deadline, _workdir, sheet: Workbook(
        path, "xls", limits, deadline, sheet=sheet
    ),
}
