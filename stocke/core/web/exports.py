"""Lists as files: the columns of the screen as words, streamed, harmless in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import batched
from typing import Any

import django_tables2 as tables
import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

CHUNK = 1000
XLSX_MOST_ROWS = 100_000
NOTHING = "–"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class TooManyRows(Exception):
    """A workbook of more rows than a spreadsheet opens in comfort: CSV has no such limit."""


class Echo:
    """Gives csv.writer's line straight back."""

    def write(self, line: str) -> str:
        return line


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers."""
    if value in (None, NOTHING):
        return ""
    if isinstance(value, (int, float)):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def lines(table: type[tables.Table], rows: QuerySet[Any], **options: Any) -> Iterator[list[Any]]:
    """Heading and rows, a thousand records at a time: memory does not grow with the list."""
    yield headings(table, **options)
    for chunk in batched(rows.iterator(chunk_size=CHUNK), CHUNK):
        values = table(list(chunk), order_by=(), **options).as_values(exclude_columns=("pick", "actions"))
        next(values)
        yield from ([harmless(value) for value in line] for line in values)


def headings(table: type[tables.Table], **options: Any) -> list[Any]:
    return [
        harmless(word) for word in next(table([], **options).as_values(exclude_columns=("pick", "actions")))
    ]


def csv_response(name: str, content: Iterable[list[Any]]) -> HttpResponseBase:
    """Semicolons and a byte-order mark: what a French spreadsheet opens by a double click."""
    writer = csv.writer(Echo(), delimiter=";")
    body = (writer.writerow(line) for line in content)
    response = StreamingHttpResponse(with_mark(body), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name(name)}.csv"'
    return response


def with_mark(body: Iterable[Any]) -> Iterator[str]:
    yield "\ufeff"
    yield from body


def xlsx_response(name: str, content: Iterable[list[Any]]) -> HttpResponseBase:
    """A workbook, built row by row. Raises TooManyRows past 100,000."""
    kept = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(kept, options) as workbook:
        sheet = workbook.add_worksheet()
        sheet.freeze_panes(1, 0)
        for index, line in enumerate(content):
            if index > XLSX_MOST_ROWS:
                raise TooManyRows
            sheet.write_row(index, 0, line)
    kept.seek(0)
    return FileResponse(kept, as_attachment=True, filename=f"{file_name(name)}.xlsx")


def file_name(name: str) -> str:
    return f"{name}-{timezone.localdate().isoformat()}"


def in_language(language: str | None, content: Iterator[list[Any]]) -> Iterator[list[Any]]:
    """A streamed file is written after its request has ended: it keeps the reader's language with it."""
    while True:
        with translation.override(language):
            line = next(content, None)
        if line is None:
            return
        yield line
