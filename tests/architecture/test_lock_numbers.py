"""Locks of the whole database go by number: two that share one would wait for each other without a reason."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NUMBER = re.compile(r"0x570C_[0-9A-F]{4}\b")


def test_no_number_of_a_lock_is_written_twice() -> None:
    sources = [
        path
        for context in ("stocke", "suppliers", "orders", "customers")
        for path in (ROOT / context).rglob("*.py")
    ]
    written = Counter(number for path in sources for number in NUMBER.findall(path.read_text("utf-8")))

    assert len(written) > 5
    assert [number for number, times in written.items() if times > 1] == []
