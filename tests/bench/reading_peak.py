"""`python -m tests.bench.reading_peak FILE`: the peak memory, in MB, of a process that does nothing but read a feed."""

import sys

from suppliers.readers import ColumnMap, read
from tests.bench.peaks import peak

READ_AS = ColumnMap(
    fields={"key": 0, "name": 1, "quantity": 3, "price": 4, "lead": 5},
    header=("sku", "name", "ean", "qty", "price", "lead"),
    header_row=1,
)


def main(path: str) -> None:
    read(path, column_map=READ_AS, remember=True)
    sys.stdout.write(f"{peak():.1f}")


if __name__ == "__main__":
    main(sys.argv[1])
