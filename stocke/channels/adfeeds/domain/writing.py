"""Rows as files: a table separated by tabs, or RSS 2.0 with Google's namespace. Pure: text in, text out."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from stocke.channels.adfeeds.domain.items import Item
from stocke.channels.adfeeds.domain.targets import MANNERS, Manners
from stocke.channels.adfeeds.models import AdFeed, FileFormat


@dataclass(frozen=True)
class Script:
    """How a file begins, how it says one row, and how it ends."""

    opening: str
    row: Callable[[Item], str]
    closing: str = ""


class Line:
    """What csv.writer writes to: keeps the last line."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text = text


def tab_script(feed: AdFeed, manners: Manners) -> Script:
    line = Line()
    options: dict[str, Any] = {"dialect": "excel-tab", "lineterminator": "\n"}
    if not manners.is_quoted:
        options |= {"quoting": csv.QUOTE_NONE, "quotechar": None}
    writer = csv.writer(line, **options)

    def row(item: Item) -> str:
        writer.writerow([",".join(item.get(name, ())) for name in manners.columns])
        return line.text

    return Script("\t".join(manners.columns) + "\n", row)


def rss_script(feed: AdFeed, manners: Manners) -> Script:
    opening = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0">\n'
        f"<channel>\n<title>{escape(feed.name)}</title>\n<link>{escape(feed.channel.url)}</link>\n"
        f"<description>{escape(feed.channel.name)}</description>\n"
        f"<language>{escape(f'{feed.language}-{feed.country}'.lower())}</language>\n"
    )
    return Script(opening, rss_row, "</channel>\n</rss>\n")


def rss_row(item: Item) -> str:
    said = (f"<g:{name}>{escape(value)}</g:{name}>" for name, values in item.items() for value in values)
    return f"<item>\n{'\n'.join(said)}\n</item>\n"


SCRIPTS: Mapping[str, Callable[[AdFeed, Manners], Script]] = MappingProxyType(
    {FileFormat.TSV: tab_script, FileFormat.RSS: rss_script}
)


def script_of(feed: AdFeed) -> Script:
    return SCRIPTS[feed.format](feed, MANNERS[feed.target])
