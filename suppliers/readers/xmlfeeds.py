"""XML in any shape: the repeating element is found, its values and attributes become columns."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from suppliers.readers.endings import ends_with_root
from suppliers.readers.errors import NotAFeed, refuse
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.records import Origins, Record, Records, about_currency, about_parts
from suppliers.readers.values import Doubt
from suppliers.readers.xmlitems import Collecting
from suppliers.readers.xmllayout import Layout, layout_of
from suppliers.readers.xmlnumbered import numbered, renamed
from suppliers.readers.xmlrepair import mended, recovered, salvaged
from suppliers.readers.xmlshape import Counting, Shape
from suppliers.readers.xmltexts import encoding_of_xml, utf8_blocks
from suppliers.readers.xmlwalk import NotWellFormed, walked

type Blocks = Callable[[], Iterator[bytes]]


@dataclass(frozen=True)
class _Looked:
    """What a file is made of. `whole` says that `blocks` can be walked to their end."""

    shape: Shape
    blocks: Blocks
    whole: bool
    doubts: tuple[Doubt, ...] = ()


def xml_feed(path: Path, limits: Limits, deadline: Deadline, workdir: Path) -> Records:
    """The items of an XML file. One that is not well-formed is read as far as possible, and says so."""
    looked, layout = _understood(path, deadline)
    encoding = encoding_of_xml(path, deadline)
    facts = Origins(
        "xml", path.stat().st_size, encoding, doubts=looked.doubts, parts=frozenset(layout.names_of_parts())
    )
    collecting = Collecting(layout, limits.max_cell)
    found = Records(_records(looked, layout, collecting, deadline), facts, limits, deadline, workdir)
    found.doubt(collecting.left_out.doubts())
    found.place(collecting.met.places())
    for place, name in layout.around.items():
        found.doubt(about_currency(name, collecting.around.get(name, ""), "/".join(place[:-1]) + place[-1]))
    if layout.part:
        found.doubt(about_parts(collecting.items, collecting.apart, layout.part[-1]))
    return found


def _understood(path: Path, deadline: Deadline) -> tuple[_Looked, Layout]:
    """The file and its articles; where nothing in it repeats, the elements that only their numbers tell apart."""

    def as_it_stands() -> Iterator[bytes]:
        return utf8_blocks(path, deadline)

    try:
        return _laid_out(as_it_stands, deadline)
    except NotAFeed as refused:
        stems = numbered(as_it_stands()) if refused.code in {"no_items", "too_wide"} else frozenset()
        if not stems:
            raise
    return _laid_out(lambda: renamed(as_it_stands(), stems), deadline)


def _laid_out(blocks: Blocks, deadline: Deadline) -> tuple[_Looked, Layout]:
    looked = _looked_at(blocks, deadline)
    layout = layout_of(looked.shape)
    if layout is None:
        raise refuse("no_items")
    return looked, layout


def _looked_at(as_it_stands: Blocks, deadline: Deadline) -> _Looked:
    """The shape of the file: as it stands, else with small faults mended, else of what can be made out."""

    def repaired() -> Iterator[bytes]:
        return mended(as_it_stands())

    for blocks in (as_it_stands, repaired):
        damage = (Doubt("recovered"),) if blocks is repaired else ()
        counting = Counting()
        try:
            _walk(blocks, counting, deadline)
        except NotWellFormed as error:
            if error.at_end and blocks is as_it_stands and counting.shape().counts:
                return _Looked(counting.shape(), blocks, whole=True, doubts=(Doubt("breaks_off"),))
            continue
        return _Looked(counting.shape(), blocks, whole=True, doubts=damage)
    counting = Counting()
    recovered(repaired(), counting, deadline)
    cut = () if ends_with_root(as_it_stands()) else (Doubt("breaks_off"),)
    return _Looked(counting.shape(), repaired, whole=False, doubts=(Doubt("recovered"), *cut))


def _walk(blocks: Blocks, counting: Counting, deadline: Deadline) -> None:
    for _nothing in walked(blocks(), counting, deadline):
        pass


def _records(looked: _Looked, layout: Layout, collecting: Collecting, deadline: Deadline) -> Iterator[Record]:
    if not looked.whole:
        yield from salvaged(looked.blocks(), layout.item[-1], deadline)
        return
    try:
        yield from walked(looked.blocks(), collecting, deadline)
    except NotWellFormed:
        # It breaks off, which is said; the items before that are whole.
        return
