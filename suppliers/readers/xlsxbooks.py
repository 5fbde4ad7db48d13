"""XLSX: the sheets of a workbook, read in blocks by column, so that a million rows fit into little memory."""

import html
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl
from lxml import etree

from suppliers.readers.errors import readable_size, refuse
from suppliers.readers.grids import figure
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.numberformats import Styles, styles_of
from suppliers.readers.sources import column
from suppliers.readers.zipparts import Parts

_WORKBOOK = "xl/workbook.xml"
_LARGEST_ROW = 32 * 1024**2
_BLOCK = 2 * 1024**2
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}


class XlsxBook:
    """An Office Open XML workbook."""

    kind = "xlsx"

    def __init__(self, path: Path, limits: Limits, deadline: Deadline) -> None:
        self._parts, self._limits = Parts(path, limits, deadline), limits
        workbook = _tree(self._parts.small(_WORKBOOK))
        self._sheets = _sheets(workbook, _targets(self._parts))
        visible = [name for name, sheet in self._sheets.items() if not sheet.hidden]
        self.names = visible or list(self._sheets)
        properties = next((node for node in workbook.iter() if _local(node) == "workbookPr"), None)
        since_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
        self._styles = styles_of(self._parts.small("xl/styles.xml"), since_1904=since_1904)

    def size(self, name: str) -> int:
        """How many bytes the sheet takes."""
        return self._parts.size(self._sheets[name].part)

    def frames(self, name: str) -> Iterator[pl.DataFrame]:
        """The rows of a sheet that have cells, a block of the file at a time."""
        above = 0
        for text in _pieces(self._parts.blocks(self._sheets[name].part), "row"):
            frame = _frame(_cells(text, above), self._styles, self._texts, self._limits)
            if frame.height:
                above = int(frame["line"][-1])
                yield frame

    @cached_property
    def _texts(self) -> pl.Series:
        """The texts that cells refer to by number."""
        found = [pl.Series(dtype=pl.String)]
        for text in _pieces(self._parts.blocks("xl/sharedStrings.xml"), "si"):
            items = pl.Series([text]).str.split("<si").explode().slice(1)
            found.append(_plain(items.str.replace(r"^[^>]*/>.*$", "").str.replace("^[^>]*>", "")))
        return pl.concat(found)


@dataclass(frozen=True)
class _Sheet:
    part: str
    hidden: bool


def _tree(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise refuse("unreadable") from error
    if root is None:
        raise refuse("unreadable")
    return root


def _local(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _targets(parts: Parts) -> dict[str, str]:
    """The worksheets by the number that the workbook gives them."""
    rels = _tree(parts.small("xl/_rels/workbook.xml.rels"))
    return {
        node.get("Id", ""): posixpath.normpath(posixpath.join("/xl", node.get("Target", "")))[1:]
        for node in rels.iter()
        if node.get("Type", "").endswith("/worksheet")
    }


def _sheets(workbook: etree._Element, targets: dict[str, str]) -> dict[str, _Sheet]:
    found = {}
    for node in workbook.iter():
        if _local(node) == "sheet":
            number = next((str(value) for name, value in node.attrib.items() if _ends_in_id(str(name))), "")
            if part := targets.get(number):
                found[node.get("name", "")] = _Sheet(part, node.get("state", "visible") != "visible")
    return found


def _ends_in_id(name: str) -> bool:
    return name.endswith("}id")


def _pieces(blocks: Iterator[bytes], element: str) -> Iterator[str]:
    """The XML in stretches that end where such an element ends, without prefixes of namespaces before its names."""
    waiting, prefix = b"", None
    for block in blocks:
        waiting += block
        if prefix is None:
            prefix = _prefix(waiting)
        if len(waiting) < _BLOCK:
            continue
        end = max(
            waiting.rfind(f"</{prefix}{element}>".encode()), waiting.rfind(f"<{prefix}{element} ".encode())
        )
        if end > 0:
            yield _unprefixed(waiting[:end], prefix)
            waiting = waiting[end:]
        elif len(waiting) > _LARGEST_ROW:
            raise refuse("too_long_piece", limit=readable_size(_LARGEST_ROW))
    if waiting:
        yield _unprefixed(waiting, prefix or "")


def _prefix(head: bytes) -> str:
    """ "x:" where a program writes <x:worksheet>; nothing where there is none."""
    match = re.search(rb"<(?![?!])(?:(\w+):)?\w", head)
    return f"{match.group(1).decode()}:" if match and match.group(1) else ""


def _unprefixed(piece: bytes, prefix: str) -> str:
    text = piece.decode("utf-8", errors="replace").replace("\x00", "\ufffd")
    return text.replace(f"<{prefix}", "<").replace(f"</{prefix}", "</") if prefix else text


def _cells(text: str, above: int) -> pl.DataFrame:
    """Every cell of a stretch of rows that is not empty: its line, place, type, style, and the XML of its value."""
    body = pl.Series("xml", [text.partition("</sheetData>")[0].replace("<c>", "<c >")])
    rows = body.str.split("<row").explode().slice(1).to_frame()
    stated = pl.col("xml").str.extract(r"""^[^>]*?\br=["']([0-9]{1,8})["']""").cast(pl.Int64)
    # A row that does not state its number comes after the one before it.
    counted = (stated - pl.col("at")).forward_fill().fill_null(above + 1) + pl.col("at")
    rows = rows.with_columns(pl.int_range(pl.len()).alias("at"))
    rows = rows.with_columns(line=counted.cast(pl.UInt32), xml=pl.col("xml").str.split("<c ").list.slice(1))
    cells = rows.filter(pl.col("xml").list.len() > 0).explode("xml")
    cells = cells.with_columns(tag=pl.col("xml").str.extract(r"^([^>]*)>"))
    counted = pl.int_range(pl.len(), dtype=pl.Int64).over("at")
    tag = pl.col("tag").str
    return cells.select(
        "line",
        pl.coalesce(_place(tag.extract(r"""\br=["']([A-Z]{1,3})[0-9]""")), counted).alias("place"),
        tag.extract(r"""\bt=["'](\w+)["']""").fill_null("n").alias("type"),
        tag.extract(r"""\bs=["']([0-9]{1,6})["']""").cast(pl.Int64).alias("style"),
        pl.when(~tag.ends_with("/")).then("xml").alias("xml"),
    ).filter(pl.col("xml").is_not_null())


def _place(letters: pl.Expr) -> pl.Expr:
    """A is 0, Z is 25, AA is 26."""
    number = pl.lit(0, pl.Int64)
    for at in range(3):
        letter = letters.str.slice(at, 1)
        value = letter.str.to_integer(base=36, strict=False) - 9
        number = pl.when(letters.str.len_bytes() > at).then(number * 26 + value).otherwise(number)
    return pl.when(letters.is_not_null()).then(number - 1)


def _frame(cells: pl.DataFrame, styles: Styles, texts: pl.Series, limits: Limits) -> pl.DataFrame:
    """The cells laid out in rows and columns."""
    cells = cells.with_columns(text=_texts_of(cells, styles, texts)).filter(pl.col("text") != "")
    if cells.height and cells["place"].max() >= limits.max_columns:  # type: ignore[operator]
        raise refuse("too_wide", limit=limits.max_columns)
    cells = cells.with_columns(at=pl.col("line").rle_id())
    lines = cells["line"].gather(cells["at"].arg_unique())
    columns = {}
    for (place,), part in sorted(cells.partition_by("place", as_dict=True).items()):
        nothing = pl.repeat(None, len(lines), dtype=pl.String, eager=True)
        columns[column(int(str(place)))] = nothing.scatter(part["at"], part["text"])
    width = max((int(name[1:]) for name in columns), default=-1) + 1
    blank = pl.repeat(None, len(lines), dtype=pl.String, eager=True)
    return pl.DataFrame(
        {"line": lines, **{column(at): columns.get(column(at), blank) for at in range(width)}}
    )


def _texts_of(cells: pl.DataFrame, styles: Styles, texts: pl.Series) -> pl.Series:
    """What each cell shows, null where it holds nothing."""
    stored = cells["xml"].str.extract(r"<v[^>]*>([^<]*)</v>")
    kind = cells["type"]
    found = pl.repeat(None, cells.height, dtype=pl.String, eager=True)
    places = {name: (kind == name).arg_true() for name in kind.unique()}
    for name, at in places.items():
        found = found.scatter(at, _OF_TYPE.get(name, _numbers)(cells[at], stored[at], styles, texts))
    return found


def _numbers(cells: pl.DataFrame, stored: pl.Series, styles: Styles, texts: pl.Series) -> pl.Series:
    plain = stored.str.contains(_PLAIN_NUMBER) & (stored.str.len_bytes() <= _LONGEST_NUMBER)
    odd = stored.filter(~plain).unique()
    shown = pl.Series([_shown(text) for text in odd], dtype=pl.String)
    return styles.applied(stored.replace_strict(odd, shown, default=stored), cells["style"])


_LONGEST_NUMBER = 16
_PLAIN_NUMBER = r"^-?(?:0|[1-9][0-9]{0,13})(?:\.[0-9]{0,10}[1-9])?$"


def _shown(text: str) -> str | None:
    try:
        return figure(float(text))
    except (ValueError, OverflowError):
        return text or None


def _shared(cells: pl.DataFrame, stored: pl.Series, styles: Styles, texts: pl.Series) -> pl.Series:
    places = stored.str.strip_chars().cast(pl.UInt32, strict=False)
    return texts.gather(places.set(places >= len(texts), None))


def _inline(cells: pl.DataFrame, stored: pl.Series, styles: Styles, texts: pl.Series) -> pl.Series:
    return _plain(cells["xml"])


def _computed(cells: pl.DataFrame, stored: pl.Series, styles: Styles, texts: pl.Series) -> pl.Series:
    return _unescaped(stored)


def _truths(cells: pl.DataFrame, stored: pl.Series, styles: Styles, texts: pl.Series) -> pl.Series:
    return stored.replace_strict({"1": "true", "0": "false"}, default=None)


def _days(cells: pl.DataFrame, stored: pl.Series, styles: Styles, texts: pl.Series) -> pl.Series:
    return stored.str.replace(r"T(?:00:?){2,3}(?:\.0*)?Z?$", "").str.replace("T", " ", literal=True)


def _errors(cells: pl.DataFrame, stored: pl.Series, styles: Styles, texts: pl.Series) -> pl.Series:
    return pl.repeat(None, cells.height, dtype=pl.String, eager=True)


_OF_TYPE: Mapping[str, Callable[[pl.DataFrame, pl.Series, Styles, pl.Series], pl.Series]] = {
    "s": _shared,
    "inlineStr": _inline,
    "str": _computed,
    "b": _truths,
    "d": _days,
    "e": _errors,
}


def _plain(xml: pl.Series) -> pl.Series:
    """The text of a string item: its runs joined, without the readings that Japanese adds."""
    bare = xml.str.replace_all(r"(?s)<rPh.*?</rPh>", "")
    runs = bare.str.extract_all(r"<t(?:\s[^>]*)?>[^<]*</t>").list.join("")
    return _unescaped(runs.str.replace_all("<[^>]*>", ""))


def _unescaped(texts: pl.Series) -> pl.Series:
    odd = texts.filter(texts.str.contains(r"&#|_x[0-9A-Fa-f]{4}_")).unique()
    plain = texts.str.replace_many(_ENTITIES)
    if not len(odd):
        return plain
    mended = pl.Series([_X_CODE.sub(_character, html.unescape(text)) for text in odd], dtype=pl.String)
    return texts.replace_strict(odd, mended, default=plain)


_X_CODE = re.compile("_x([0-9A-Fa-f]{4})_")


def _character(match: re.Match[str]) -> str:
    sign = chr(int(match.group(1), 16))
    return sign if sign.isprintable() or sign in "\t\n\r" else ""
