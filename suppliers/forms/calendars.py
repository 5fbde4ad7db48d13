"""Fields for a supplier's calendar: his open days, his closures as lines of text."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y")
# "2026-12-24 – 2027-01-03 Inventory": any dash, "to" or "au" between the days; the last day and the note may be absent.
LINE = re.compile(r"^(\S+)(?:\s*(?:\s[-–—]\s?|\bto\b|\bau\b)\s*(\d\S*))?(?:\s+(.*))?$")
LONGEST = 100


class OpenDaysField(forms.TypedMultipleChoiceField):
    """Weekdays as numbers, Monday 0, in order."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=list(WEEKDAYS.items()), coerce=int, **options)

    def clean(self, value: Any) -> list[int]:
        return sorted(super().clean(value))


class ClosuresField(forms.CharField):
    """One closure a line: the first day, the last, a note."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return as_lines(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[dict[str, str]]:
        lines = [line.strip() for line in (super().clean(value) or "").splitlines()]
        filled = [line for line in lines if line]
        if len(filled) > LONGEST:
            raise forms.ValidationError(_("At most %(n)s lines.") % {"n": LONGEST})
        return sorted((closure_in(line) for line in filled), key=lambda saved: saved["first"])

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))


def as_lines(closures: Sequence[dict[str, str]]) -> str:
    return "\n".join(
        " ".join(filter(None, [saved["first"], "–", saved["last"], saved.get("note", "")]))
        for saved in closures
    )


def closure_in(line: str) -> dict[str, str]:
    """The closure that a line names. Raises ValidationError, quoting the line."""
    found = LINE.match(line)
    first = day_in(found.group(1)) if found else None
    last = day_in(found.group(2)) if found and found.group(2) else first
    if found is None or first is None or last is None or last < first:
        raise forms.ValidationError(
            _(
                "“%(line)s” is no closure. Write the first day, the last, a note: 2026-12-24 – 2027-01-03 Inventory."
            )
            % {"line": line}
        )
    return {"first": first.isoformat(), "last": last.isoformat(), "note": (found.group(3) or "")[:120]}


def day_in(text: str) -> date | None:
    for form in FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    return None
