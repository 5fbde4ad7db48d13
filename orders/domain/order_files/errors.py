"""Why a file holds no orders that we can read, in sentences for the person who handed it in."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SENTENCES: "Mapping[str, _StrPromise]" = {
    "empty": _("The file is empty. Nothing was kept. Export the orders again."),
    "no_orders": _("The file has column names but no order below them. Nothing was kept."),
    "workbook": _(
        "This is a workbook, not a CSV file. Nothing was kept. Save the sheet as CSV, and hand in that file."
    ),
    "not_csv": _(
        "This is no CSV file. Nothing was kept. Export the orders as CSV, with one line per product."
    ),
    "no_table": _(
        "No separator divides this text into columns. Nothing was kept. Use semicolons, commas or tabs."
    ),
    "quotes": _(
        "Line {line}: a quotation mark opens or closes in the wrong place. Nothing was kept. Correct the line."
    ),
    "columns_missing": _(
        "These columns are missing: {columns}. Nothing was kept. The first line must name them."
    ),
    "columns_twice": _("Two columns mean the same: {columns}. Nothing was kept. Remove one of them."),
    "too_large": _("The file has {size}; at most {limit} are taken. Nothing was kept. Split it by days."),
    "too_many_rows": _("The file has more than {limit} lines. Nothing was kept. Split it by days."),
    "too_slow": _("Reading the file took too long and was stopped. Nothing was kept. Split it by days."),
}


class FileRefused(Exception):
    """The file is refused whole. `code` is for programs, `message` a lazy sentence for people."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = format_lazy(SENTENCES[code], **facts) if facts else SENTENCES[code]
