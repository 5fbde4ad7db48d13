"""Damaged tables, thousands of them: no traceback, nothing beyond its bounds, no number that no cell stated."""

from pathlib import Path

import pytest

from tests.suppliers.readers.mutation.bases import tables
from tests.suppliers.readers.mutation.batches import batches
from tests.suppliers.readers.mutation.judging import run

MUTANTS, TIMES = 500, 5


@pytest.mark.parametrize("first", batches(MUTANTS, TIMES))
def test_mutants_of_tables(tmp_path: Path, first: int) -> None:
    run(tables(), range(first, first + MUTANTS), tmp_path)
