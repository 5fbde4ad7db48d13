"""Why a file is no feed, in sentences for the person who sent it."""

from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SENTENCES: "dict[str, _StrPromise]" = {
    "missing": _("There is no file of this name. Check the path."),
    "unreadable": _(
        "The file cannot be read: it is damaged or incomplete. Ask the supplier to send it again."
    ),
    "cut_short": _(
        "The file breaks off before its end: it was probably cut on the way. Ask the supplier to send it again."
    ),
    "empty": _("The file is empty. Nothing was read; ask the supplier to send it again."),
    "header_only": _(
        "The file has column names but no lines below them. Nothing was read; ask the supplier to send it again."
    ),
    "html": _(
        "This is a web page, not a feed: probably an error or login page. Check the address and the password."
    ),
    "binary": _("This file is no table: it holds binary data. Send a CSV or XLSX file."),
    "image": _("This is a picture, not a table. Send a CSV or XLSX file."),
    "pdf": _("This is a PDF, which is made for the eye. Ask the supplier for a CSV or XLSX file."),
    "encrypted": _("The file is protected by a password. Ask the supplier to send it without one."),
    "too_large": _("The file has {size}; at most {limit} are read. Split it, or raise the limit."),
    "too_large_unpacked": _(
        "Unpacked, the file would take more than {limit}. It is refused, because packed bombs look like this."
    ),
    "too_long_piece": _("One value in the file is larger than {limit}. Ask the supplier to check the file."),
    "too_deep": _("The file is nested more than {limit} levels deep. Ask the supplier for a simpler file."),
    "too_nested": _("The file is packed more than {limit} times. Ask the supplier for a simpler file."),
    "nothing_inside": _("The archive holds no table. Send a CSV or XLSX file."),
    "too_wide": _("The file has more than {limit} columns. Check the separator, or send fewer columns."),
    "too_many_rows": _("The file has more than {limit} lines. Split it, or raise the limit."),
    "too_slow": _("Reading took longer than {seconds} seconds and was stopped. Nothing was read."),
    "no_table": _("This text is no table: no separator divides it into columns. Send a CSV or XLSX file."),
    "entities": _(
        "The file defines entities of its own, as XML bombs do, and is refused. Ask for a file without them."
    ),
    "other_message": _(
        "This EDI message ({message}) lists neither stocks nor prices, as 846, INVRPT or PRICAT do. Nothing was read."
    ),
    "no_items": _("The file holds no list of articles. Check that it is the right file."),
    "no_key": _(
        "No column holds a supplier SKU, so the lines cannot be told apart. Choose the column by hand."
    ),
    "columns_changed": _(
        "The column of the supplier SKU, “{column}”, is no longer in the file. Check the columns."
    ),
    "not_read_yet": _(
        "This is a file in the format {format}, which is not read yet. Send a CSV or XLSX file."
    ),
}


class NotAFeed(Exception):
    """The file cannot be read as a feed. `code` is for programs, `message` a lazy plain sentence for people."""

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(code)
        self.code, self.message = code, message

    def __str__(self) -> str:
        return str(self.message)


def refuse(code: str, **facts: object) -> NotAFeed:
    """The NotAFeed of this code, its sentence filled with the facts."""
    return NotAFeed(code, format_lazy(SENTENCES[code], **facts) if facts else SENTENCES[code])


def readable_size(size: int) -> str:
    """12 B, 3.4 kB, 2.0 GB."""
    amount = float(size)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.1f} {unit}" if unit != "B" else f"{size} B"
        amount /= 1000
    return f"{amount:.1f} GB"
