"""XML as a stream of starts, texts and ends, in bounded memory: no tree, no entity that grows, nothing fetched."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from html.entities import html5
from xml.parsers import expat

from suppliers.readers.errors import readable_size, refuse
from suppliers.readers.limits import Deadline
from suppliers.readers.words import table

type Attributes = dict[str, str]

_DEEPEST = 200
_LONGEST_TAG = 16 * 1024**2
_LONGEST_ENTITY = 100
_MOST_NAMES = 10_000


class NotWellFormed(Exception):
    """The stream is no XML from here on. `at_end` says that it only broke off."""

    def __init__(self, *, at_end: bool) -> None:
        super().__init__("at end" if at_end else "inside")
        self.at_end = at_end


class Handler[Found]:
    """What is done with the elements. Names come without their namespace's prefix, texts in pieces.

    `line` gives the line of the file that is being read.
    """

    line: Callable[[], int]

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def text(self, text: str) -> None:
        """A piece of text, directly in the innermost element."""

    def end(self, name: str) -> None:
        """An element ends."""

    def found(self) -> Iterable[Found]:
        """What was found since the last call."""
        return ()


def walked[Found](blocks: Iterable[bytes], handler: Handler[Found], deadline: Deadline) -> Iterator[Found]:
    """What the handler finds, as the blocks of UTF-8 come in. Raises NotWellFormed and NotAFeed."""
    parser, fed = _parser(handler), 0
    try:
        for block in blocks:
            deadline.check()
            parser.Parse(block, False)
            yield from handler.found()
            fed += len(block)
            if fed - parser.CurrentByteIndex > _LONGEST_TAG:
                raise refuse("too_long_piece", limit=readable_size(_LONGEST_TAG))
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        yield from handler.found()
        raise NotWellFormed(at_end=error.code in _AT_END) from error
    yield from handler.found()


_AT_END = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
}


def _parser[Found](handler: Handler[Found]) -> expat.XMLParserType:
    # Whatever the declaration says: the blocks are UTF-8 by now.
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    # Then names such as &nbsp;, which XML does not know, are handed out instead of ending the reading.
    parser.UseForeignDTD(True)
    local, depth = _local_names(), 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise refuse("too_deep", limit=_DEEPEST)
        handler.start(local(name), attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(local(name))

    def skipped(name: str, is_parameter: bool) -> None:
        if not is_parameter:
            handler.text(html5.get(f"{name};", f"&{name};"))

    handler.line = lambda: parser.CurrentLineNumber
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.SkippedEntityHandler = handler.text, skipped
    parser.EntityDeclHandler = _refuse_growing
    return parser


def _local_names() -> Callable[[str], str]:
    """The names without their prefix, and the short ones of a format that the first element names as they are meant."""
    known: dict[str, str] = {}
    short: Mapping[str, str] = {}

    def local(name: str) -> str:
        nonlocal short
        found = known.get(name)
        if found is None:
            found = name.rpartition(":")[2]
            short = short if known else table("layouts")["short"].get(found, {})
            found = short.get(found, found)
            if len(known) < _MOST_NAMES:
                known[name] = found
        return found

    return local


def _refuse_growing(name: str, is_parameter: bool, value: str | None, *rest: str | None) -> None:
    """An entity made of others, or a long one, is how a small file becomes a large one."""
    if value is not None and ("&" in value or "%" in value or len(value) > _LONGEST_ENTITY):
        raise refuse("entities")
