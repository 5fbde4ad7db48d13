"""A letter as its author sees it: every fact marked, missing and misspelt ones too, and nothing held back."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stocke.core.domain import letters
from stocke.core.domain.letter_facts import (
    FACTS,
    LINKS,
    NAMED,
    missing_in,
    one_line,
    unknown_in,
    without_courtesy,
)
from stocke.core.domain.letter_html import BULLETS, LINK_WORDS, Block, Piece, is_web_address, lay_out
from stocke.core.domain.letter_kinds import Words
from stocke.core.models import Shop

# Signs of Unicode's private area, which no text from outside is expected to hold; they are taken out if one does.
BEGIN, IS, END = "\ue000", "\ue001", "\ue002"
MARK = re.compile(f"{BEGIN}([^{IS}]*){IS}([^{END}]*){END}")
PRIVATE = re.compile(f"[{BEGIN}{IS}{END}]")


@dataclass(frozen=True)
class Preview:
    subject: tuple[Piece, ...]
    blocks: list[Block]
    missing: list[str]
    unknown: list[str]


def marked(name: str, value: str) -> str:
    """The value with its name around each of its lines; a dash that begins a line stays in front."""
    lines = []
    for line in PRIVATE.sub("", value).split("\n"):
        bullet = next((sign for sign in BULLETS if line.startswith(sign)), "")
        lines.append(f"{bullet}{BEGIN}{name}{IS}{line.removeprefix(bullet)}{END}")
    return "\n".join(lines)


def with_marks(text: str, facts: Mapping[str, str]) -> str:
    greeted = without_courtesy(PRIVATE.sub("", text), facts)
    return NAMED.sub(lambda found: marked(found.group(1), facts.get(found.group(1), "")), greeted)


def piece_of(name: str, value: str) -> Piece:
    """A fact as it is shown: a link by its words, a missing one by what it would be."""
    if not value.strip():
        return Piece(str(FACTS.get(name, f"{{{name}}}")), fact=name, is_missing=True)
    if name in LINKS and is_web_address(value):
        return Piece(str(LINK_WORDS[name]), value, fact=name)
    return Piece(value, fact=name)


def pieces(line: str) -> Iterator[Piece]:
    end = 0
    for found in MARK.finditer(line):
        yield Piece(line[end : found.start()])
        yield piece_of(found.group(1), found.group(2))
        end = found.end()
    yield Piece(line[end:])


def cut(line: str) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces(line) if piece.words)


def preview(words: Words, facts: Mapping[str, str]) -> Preview:
    """These words with these facts. Facts of the shop are added; nothing is raised."""
    known = {**letters.shop_facts(Shop.current()), **facts}
    unknown = unknown_in(words.subject, words.body)
    missing = [name for name in missing_in(words.subject, words.body, facts=known) if name not in unknown]
    subject = cut(one_line(with_marks(words.subject, known)))
    return Preview(subject, lay_out(with_marks(words.body, known), cut), missing, unknown)


def with_gaps_named(words: Words, facts: Mapping[str, str]) -> dict[str, str]:
    """Facts enough to render these words: what is missing is said by its name, between brackets."""
    known = {**letters.shop_facts(Shop.current()), **facts}
    missing = missing_in(words.subject, words.body, facts=known)
    return {**known, **{name: f"[{FACTS.get(name, name)}]" for name in missing}}
