"""Orders handed in as a CSV file: read, tried out, taken in.

read_order_file(path, channel)     # every order of the file, each with what is wrong with its cells
dry_run(orders)                    # what taking them in would do now; nothing is written
take_in_orders(orders, by=...)     # one transaction per order
"""

from orders.domain.order_files.columns import COLUMNS, Column
from orders.domain.order_files.errors import FileRefused
from orders.domain.order_files.reading import MAX_BYTES, OrderFile, read_order_file
from orders.domain.order_files.taking import Verdict, dry_run, take_in_orders

__all__ = [
    "COLUMNS",
    "MAX_BYTES",
    "Column",
    "FileRefused",
    "OrderFile",
    "Verdict",
    "dry_run",
    "read_order_file",
    "take_in_orders",
]
