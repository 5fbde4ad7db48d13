"""The HTML part of a letter: its paragraphs in the merchant's frame, written in MJML."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import mrml
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from stocke.core.domain.letter_facts import NAMED
from stocke.core.models import Shop

BULLETS = ("– ", "- ", "• ")
LINK_WORDS = {
    "choice_link": _("Make my choice"),
    "answer_link": _("Answer"),
    "tracking_link": _("Follow the parcel"),
    "run_link": _("Open the import"),
    "stock_link": _("Say what I have"),
    "return_link": _("Return a product"),
    "confirm_link": _("Confirm my alert"),
    "product_link": _("See the product"),
    "unsubscribe_link": _("Unsubscribe"),
}


@dataclass(frozen=True)
class Piece:
    """A run of words; `url` makes it a link. In a preview `fact` names what it came from, if it is there."""

    words: str
    url: str = ""
    fact: str = ""
    is_missing: bool = False


type Cut = Callable[[str], tuple[Piece, ...]]


@dataclass(frozen=True)
class Block:
    """A paragraph (its lines), a list (its items) or, with one piece that has a URL, a button."""

    kind: str
    lines: tuple[tuple[Piece, ...], ...]


def is_web_address(url: str) -> bool:
    """Anything else in a link would run in the reader's mail program."""
    return url.startswith(("https://", "http://"))


def pieces(line: str, links: Mapping[str, str]) -> Iterator[Piece]:
    """The line cut at its links. An address that is none of the web stays plain text."""
    end = 0
    for found in NAMED.finditer(line):
        url = links.get(found.group(1))
        if url is None:
            continue
        yield Piece(line[end : found.start()])
        known = is_web_address(url)
        yield Piece(str(LINK_WORDS[found.group(1)]) if known else url, url if known else "")
        end = found.end()
    yield Piece(line[end:])


def blocks_of_paragraph(paragraph: str, cut: Cut) -> Iterator[Block]:
    """Lines of text, lists of lines that begin with a dash, and a button for a link that ends a line."""
    kind, gathered = "", list[tuple[Piece, ...]]()
    for raw in paragraph.split("\n"):
        bullet = next((mark for mark in BULLETS if raw.startswith(mark)), "")
        now, line = "list" if bullet else "text", cut(raw.removeprefix(bullet))
        if gathered and now != kind:
            yield Block(kind, tuple(gathered))
            gathered = []
        kind = now
        button = line[-1] if not bullet and line and line[-1].url else None
        words = line[:-1] if button else line
        gathered += [words] if words else []
        if button:
            if gathered:
                yield Block(kind, tuple(gathered))
            yield Block("button", ((button,),))
            gathered = []
    if gathered:
        yield Block(kind, tuple(gathered))


def lay_out(text: str, cut: Cut) -> list[Block]:
    """`text` as paragraphs, lists and buttons; `cut` finds what is more than words in a line."""
    paragraphs = (part.strip("\n") for part in text.replace("\r\n", "\n").split("\n\n"))
    return [block for part in paragraphs if part.strip() for block in blocks_of_paragraph(part, cut)]


def blocks(text: str, links: Mapping[str, str]) -> list[Block]:
    """`text` laid out. Names of `links` in braces become buttons or links; everything else is words."""

    def cut(line: str) -> tuple[Piece, ...]:
        return tuple(piece for piece in pieces(line, links) if piece.words)

    return lay_out(text, cut)


def framed(
    text: str, *, title: str, links: Mapping[str, str], shop: Shop, language: str, picture: str = ""
) -> str:
    """The whole HTML document. Words are escaped by the template before MJML sees them."""
    # mrml writes signs that do not print, no-break spaces among them, as escapes into the title's copy.
    title = "".join(sign if sign.isprintable() else " " for sign in title)
    with override(language):
        laid_out = blocks(text, links)
        source = render_to_string(
            "mail/frame.mjml",
            {"blocks": laid_out, "title": title, "shop": shop, "language": language, "picture": picture},
        )
    content: str = mrml.to_html(source).content
    return content
