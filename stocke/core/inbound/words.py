"""The words of a mail: plain, harmless, and without the history that mail programs repeat below them."""

import re
import unicodedata
from dataclasses import dataclass

from lxml import etree, html

LONGEST, LONGEST_LINE, MOST_HTML = 20_000, 2_000, 1_000_000
JOINERS = "\u200c\u200d"
BLOCKS = frozenset(
    {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol", "hr"}
)
SILENT = frozenset({"script", "style", "head", "title", "template", "noscript"})
# The line by which programs announce what they quote; it may be broken in two.
WROTE = re.compile(
    r"(?:on|le|am|el|il|op|den|dnia)\b.{4,200}"
    r"(?:wrote|a écrit|schrieb|escribió|ha scritto|schreef|skrev|napisał\(?a?\)?)\b.{0,120}:",
    re.IGNORECASE,
)
RULE = re.compile(
    r"-{2,}\s*(?:original message|message d['’]origine|message transféré|forwarded message|"
    r"ursprüngliche nachricht|mensaje original|messaggio originale|oorspronkelijk bericht)\s*-{2,}|_{20,}",
    re.IGNORECASE,
)
HEAD = re.compile(r"\*?(?:from|de|von|da|van)\s*:\*?\s*\S", re.IGNORECASE)
HEAD_GOES_ON = re.compile(
    r"\*?(?:sent|date|to|envoyé|à|gesendet|datum|an|enviado|fecha|para|inviato|data|verzonden|aan)\s*:",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Split:
    """What somebody wrote, and what he repeats of earlier mails."""

    own: str
    quoted: str = ""


def harmless(text: str) -> str:
    """The text without signs that nobody sees or that turn others around, its lines of a bearable length."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in plain if is_harmless(sign))
    lines = (line.rstrip()[:LONGEST_LINE] for line in kept.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def is_harmless(sign: str) -> bool:
    return sign.isprintable() or sign in "\n\t" or sign in JOINERS or unicodedata.category(sign) == "Zs"


def one_line(text: str, longest: int = 250) -> str:
    return " ".join(harmless(text).split())[:longest]


def text_of_html(page: str) -> str:
    """What a reader would see of it, without links and pictures. Empty for what is no HTML at all."""
    try:
        root = html.fromstring(page[:MOST_HTML])
    except (etree.LxmlError, ValueError):
        return ""
    parts: list[str] = []
    try:
        gather(root, parts)
    except RecursionError:
        parts = [" ".join(str(one) for one in root.itertext())]
    return re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(parts))


def gather(node: html.HtmlElement, parts: list[str]) -> None:
    tag = node.tag if isinstance(node.tag, str) else ""
    if tag and tag not in SILENT:
        if tag in BLOCKS:
            parts.append("\n")
        parts.append(" ".join((node.text or "").split("\n")))
        for child in node:
            gather(child, parts)
        if tag in BLOCKS and tag != "br":
            parts.append("\n")
    parts.append(" ".join((node.tail or "").split("\n")))


def split_history(text: str) -> Split:
    """Fold what is repeated below. Who answers between the quoted lines is shown whole: his words stand there."""
    lines = text.split("\n")
    start = next((index for index in range(len(lines)) if begins_history(lines, index)), None)
    if start is None:
        return Split(text.strip())
    rest = lines[start:]
    if rest[0].lstrip().startswith(">") or WROTE.match(" ".join(rest[:2]).strip()):
        after = after_quotes(rest)
        if any(line.strip() for line in after):
            return Split(text.strip())
    return Split("\n".join(lines[:start]).strip(), "\n".join(rest).strip())


def begins_history(lines: list[str], index: int) -> bool:
    line = lines[index].strip()
    if line.startswith(">") or RULE.match(line):
        return True
    if WROTE.match(line) or WROTE.match(
        f"{line} {lines[index + 1].strip() if index + 1 < len(lines) else ''}"
    ):
        return True
    return bool(HEAD.match(line)) and any(
        HEAD_GOES_ON.match(one.strip()) for one in lines[index + 1 : index + 4]
    )


def after_quotes(lines: list[str]) -> list[str]:
    """The lines below the last quoted one; none where nothing is quoted line by line."""
    quoted = [index for index, line in enumerate(lines) if line.lstrip().startswith(">")]
    return lines[quoted[-1] + 1 :] if quoted and len(quoted) < len(lines) else []
