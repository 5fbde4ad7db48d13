"""Texts as a table or an XML document can carry them, whatever somebody has written into them."""

import re
from html import unescape

# A tag begins with a letter: "< 20 cm" is none.
TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->", re.DOTALL)
# What XML 1.0 has no place for, and lone halves of surrogates.
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Marks that turn the direction of the text that follows, and characters without width that hide in words.
HIDDEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u007f-\u009f]")


def plain(text: str, *, longest: int) -> str:
    """On one line, without tags and hidden characters, cut at a word where it is too long."""
    bare = HIDDEN.sub("", NOT_IN_XML.sub(" ", unescape(TAG.sub(" ", text))))
    line = " ".join(bare.split())
    if len(line) <= longest:
        return line
    head, space, _rest = line[: longest + 1].rpartition(" ")
    return head if space and len(head) > longest // 2 else line[:longest]
