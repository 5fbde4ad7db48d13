"""One click that explains a word: every word of a list with its row of buttons."""

from typing import Any

from django.http import QueryDict

from suppliers.forms.columns import units_in
from suppliers.forms.words import COUNTED, LONGEST_WORD, MEANINGS, is_counted, meaning_of


def explained_by(data: QueryDict) -> tuple[str, str]:
    """The word and what was clicked for it, posted as `say=2:in_stock`; ("", "") where it makes no sense."""
    row, _colon, choice = data.get("say", "").partition(":")
    words = data.getlist("word")
    if not row.isdecimal() or int(row) >= len(words) or choice not in {**MEANINGS, **COUNTED}:
        return "", ""
    units: Any = data.getlist("units")
    count = units_in(units[int(row)]) if int(row) < len(units) else None
    if choice in COUNTED and not is_counted(choice, count):
        return words[int(row)][:LONGEST_WORD], ""
    return words[int(row)][:LONGEST_WORD], meaning_of(choice, count)
