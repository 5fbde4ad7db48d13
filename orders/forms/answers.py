"""A supplier's answer, line by line: the same form on his page and on ours."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.domain.answers import LineAnswer
from orders.models import Answer, PurchaseOrderLine, RefusalReason

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ANSWERS = [Answer.ACCEPTED, Answer.PART, Answer.REJECTED]
SUPPLIER_REASONS = [
    RefusalReason.NO_STOCK,
    RefusalReason.DISCONTINUED,
    RefusalReason.PRICE,
    RefusalReason.OTHER,
]
STAFF_REASONS = [*SUPPLIER_REASONS, RefusalReason.NO_ANSWER]
SUPPLIER_WORDS: "Mapping[str, _StrPromise]" = {
    "quantity": _("How many can you ship now?"),
    "restock_on": _("When do you expect it again?"),
    "missing": _("Say how many you can ship."),
    "ship_on": _("Another day of shipping"),
    "price": _("Another price for each"),
    "why": _("Say why you cannot ship it."),
}
STAFF_WORDS: "Mapping[str, _StrPromise]" = {
    "quantity": _("How many, if in part?"),
    "restock_on": _("Expected again on"),
    "missing": _("Say how many the supplier can ship."),
    "ship_on": _("Ships on"),
    "price": _("New price for each"),
    "why": _("Say why the supplier refuses."),
}


@dataclass(frozen=True)
class LineFields:
    """One line with its bound fields, for the template."""

    line: PurchaseOrderLine
    answer: forms.BoundField
    quantity: forms.BoundField
    reason: forms.BoundField
    restock_on: forms.BoundField
    note: forms.BoundField
    ship_on: forms.BoundField
    price: forms.BoundField


class AnswerForm(forms.Form):
    """An answer for every open line. "Yes to all" (`all`) needs no other field."""

    def __init__(
        self, lines: Sequence[PurchaseOrderLine], *args: Any, by_staff: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines, self.words = lines, STAFF_WORDS if by_staff else SUPPLIER_WORDS
        for line in lines:
            self.fields |= line_fields(line, by_staff=by_staff)

    @property
    def accepts_all(self) -> bool:
        return bool(self.data.get("all"))

    def by_line(self) -> Iterator[LineFields]:
        for line in self.lines:
            names = ("answer", "quantity", "reason", "restock_on", "note", "ship_on", "price")
            yield LineFields(line, *(self[f"{name}_{line.pk}"] for name in names))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for line in self.lines:
            answer = cleaned.get(f"answer_{line.pk}")
            if answer == Answer.PART:
                self._check(f"quantity_{line.pk}", "missing", cleaned)
            elif answer == Answer.REJECTED:
                self._check(f"reason_{line.pk}", "why", cleaned)
        return cleaned

    def _check(self, name: str, complaint: str, cleaned: Mapping[str, Any]) -> None:
        if not cleaned.get(name) and name not in self.errors:
            self.add_error(name, str(self.words[complaint]))

    def answers(self) -> list[LineAnswer]:
        """What was said; call it when the form is valid, or when it accepts all."""
        if self.accepts_all:
            return [LineAnswer(line.pk, Answer.ACCEPTED) for line in self.lines]
        return [self._answer(line.pk) for line in self.lines]

    def _answer(self, pk: int) -> LineAnswer:
        said = self.cleaned_data
        answer = Answer(said[f"answer_{pk}"])
        return LineAnswer(
            pk,
            answer,
            said[f"quantity_{pk}"] if answer == Answer.PART else None,
            said[f"reason_{pk}"] if answer == Answer.REJECTED else "",
            said[f"note_{pk}"],
            said[f"restock_on_{pk}"] if answer != Answer.ACCEPTED else None,
            said[f"ship_on_{pk}"] if answer != Answer.REJECTED else None,
            cents_of(said[f"price_{pk}"]) if answer != Answer.REJECTED else None,
        )


def cents_of(price: Decimal | None) -> int | None:
    return None if price is None else int(price * 100)


def line_fields(line: PurchaseOrderLine, *, by_staff: bool) -> dict[str, forms.Field]:
    most = line.quantity - 1
    words = STAFF_WORDS if by_staff else SUPPLIER_WORDS
    reasons = STAFF_REASONS if by_staff else SUPPLIER_REASONS
    return {
        f"answer_{line.pk}": forms.ChoiceField(
            label=pgettext_lazy("of a supplier", "Answer"),
            # Nothing is chosen beforehand: a yes that nobody gave would be a promise.
            choices=[
                ("", _("choose")),
                *((answer.value, answer.label) for answer in ANSWERS if most or answer != Answer.PART),
            ],
            error_messages={"required": _("Answer yes, in part or no.")},
        ),
        f"quantity_{line.pk}": forms.IntegerField(
            label=words["quantity"], min_value=1, max_value=max(most, 1), required=False
        ),
        f"reason_{line.pk}": forms.ChoiceField(
            label=_("Why?"),
            # Nor is a reason: "out of stock" that nobody said would be a zero that nobody stated.
            choices=[("", _("choose")), *((reason.value, reason.label) for reason in reasons)],
            required=False,
        ),
        f"restock_on_{line.pk}": forms.DateField(
            label=words["restock_on"],
            required=False,
            widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        ),
        f"ship_on_{line.pk}": forms.DateField(
            label=words["ship_on"],
            required=False,
            widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        ),
        f"price_{line.pk}": forms.DecimalField(
            label=words["price"],
            required=False,
            min_value=Decimal("0.01"),
            max_value=Decimal(10_000_000),
            decimal_places=2,
            widget=forms.NumberInput({"step": "any"}),
        ),
        f"note_{line.pk}": forms.CharField(label=_("Anything else"), max_length=250, required=False),
    }
