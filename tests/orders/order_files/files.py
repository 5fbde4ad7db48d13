"""Files of orders: `csv_of({"order": "E-1", ...}, ...)`."""

import csv
import io
from pathlib import Path

from orders.domain.order_files import OrderFile, read_order_file

LINE = {
    "order": "E-1",
    "placed at": "2026-11-20 09:30",
    "email": "camille@customer.example",
    "sku": "A-1",
    "quantity": "2",
    "unit price": "49.00",
}


def csv_of(*lines: dict[str, str], delimiter: str = ";", columns: tuple[str, ...] = ()) -> str:
    """A file with these lines, each a sound one with what is given changed."""
    names = columns or tuple(dict.fromkeys(name for line in (LINE, *lines) for name in line))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({**LINE, **line} for line in lines)
    return out.getvalue()


def file_of(folder: Path, content: str | bytes) -> Path:
    path = folder / "orders.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(folder: Path, content: str | bytes, channel: str = "csv") -> OrderFile:
    return read_order_file(file_of(folder, content), channel)
