"""The label of a return, from its supplier or from us: a file to print, or the carrier's page where it is.

A file comes from outside. What it is, its first bytes say, not its name; it is kept privately, and given only to who
knows the customer's link, as a file to save and never as a page.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_hex

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from orders.models import Return

LARGEST = 2 * 1024**2
PNG = re.compile(rb"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
PDF = re.compile(rb"%PDF-[12]\.\d")
# A label that runs something is none.
ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia)\b")
ENDINGS = {"application/pdf": "pdf", "image/png": "png"}


class LabelRefused(Exception):
    """`code`: "large", "type" (neither PDF nor PNG), "active" (a PDF that would run something)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Label:
    """`content` with its `type`, or a `link`; nothing of it means that there is no label."""

    content: bytes = b""
    type: str = ""
    link: str = ""


@dataclass(frozen=True)
class KeptLabel:
    """Where a label is. `path` is in the storage."""

    path: str = ""
    type: str = ""
    link: str = ""


def judged(content: bytes) -> Label:
    """The label in these bytes. Raises LabelRefused."""
    if len(content) > LARGEST:
        raise LabelRefused("large")
    if PNG.match(content) and b"IEND" in content[-16:]:
        return Label(content, "image/png")
    if not PDF.match(content) or b"%%EOF" not in content[-2048:]:
        raise LabelRefused("type")
    if ACTIVE.search(content):
        raise LabelRefused("active")
    return Label(content, "application/pdf")


@contextmanager
def stored(label: Label) -> Iterator[KeptLabel]:
    """The label put away before the act that needs it, and gone again when that fails. Outside any transaction."""
    path = ""
    if label.content:
        name = f"returns/{token_hex(16)}.{ENDINGS[label.type]}"
        path = default_storage.save(name, ContentFile(label.content))
    try:
        yield KeptLabel(path, label.type, label.link)
    except Exception:
        if path:
            default_storage.delete(path)
        raise


def file_name(returned: Return) -> str:
    """What the file is called where the customer saves it."""
    return f"{returned.number}.{ENDINGS[returned.label_type]}"


def attached(returned: Return) -> list[dict[str, str]]:
    """The label as an attachment of a letter."""
    if not returned.label_path:
        return []
    return [{"name": file_name(returned), "type": returned.label_type, "path": returned.label_path}]
