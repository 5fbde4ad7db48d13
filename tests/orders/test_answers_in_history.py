"""What a timeline says of a supplier's answer, and with which shape."""

import pytest
from django.utils.translation import override

from orders.shell_answers import answered, shape_of_answer
from stocke.core.models import HistoryEntry


@pytest.mark.parametrize(
    ("accepted", "reason", "shape", "words"),
    [
        (2, "", "done", "Nord accepted everything"),
        (1, "no_stock", "partly", "Nord accepted 1 of 2"),
        (0, "no_stock", "refused", "Nord refused"),
        (0, "no_answer", "late", "Nord did not answer: this counts as a no"),
    ],
)
def test_a_no_has_no_tick_and_silence_is_not_called_a_refusal(
    accepted: int, reason: str, shape: str, words: str
) -> None:
    lines = [{"sku": "A", "asked": 2, "accepted": accepted, "reason": reason}]
    entry = HistoryEntry(kind="purchase.answered", data={"supplier": "Nord", "lines": lines})

    with override("en"):
        assert (shape_of_answer(entry), answered(entry)) == (shape, words)
