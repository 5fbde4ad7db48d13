"""The table of faults names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_test_that_the_table_of_faults_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (ROOT / "docs/faults.md").read_text())

    missing = [name for path, name in named if f"def {name}(" not in (ROOT / path).read_text()]

    assert (len(named) > 20, missing) == (True, [])
