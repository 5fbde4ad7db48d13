"""What a supplier says to our questions: the same form on his page and on ours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.domain.question_answers import HIS, QuestionAnswer
from orders.models import Question, Said

# Above everything that anybody holds; beyond it a typing error.
MOST_UNITS = 1_000_000


@dataclass(frozen=True)
class QuestionFields:
    """One question with its bound fields, for the template."""

    question: Question
    said: forms.BoundField
    available: forms.BoundField
    restock_on: forms.BoundField


class QuestionForm(forms.Form):
    """An answer to any of the open questions. "Yes to all" (`all`) needs no other field."""

    def __init__(self, questions: Sequence[Question], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields |= fields_of(question, is_required=len(questions) == 1)

    @property
    def accepts_all(self) -> bool:
        return bool(self.data.get("all"))

    def by_question(self) -> Iterator[QuestionFields]:
        for one in self.questions:
            names = ("said", "available", "restock_on")
            yield QuestionFields(one, *(self[f"{name}_{one.pk}"] for name in names))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said = [cleaned.get(f"said_{one.pk}") for one in self.questions]
        if not self.errors and not any(said):
            raise forms.ValidationError(_("Nothing was answered yet: choose for one product at least."))
        for one in self.questions:
            self._check(one, cleaned)
        return cleaned

    def _check(self, one: Question, cleaned: dict[str, Any]) -> None:
        said = cleaned.get(f"said_{one.pk}")
        number, day = f"available_{one.pk}", f"restock_on_{one.pk}"
        if said == Said.PART and not cleaned.get(number) and number not in self.errors:
            self.add_error(number, _("Say how many there are."))
        if said == Said.LATER and day not in self.errors:
            if not cleaned.get(day):
                self.add_error(day, _("Say from which day on."))
            elif cleaned[day] <= timezone.localdate():
                self.add_error(day, _("Name a day to come."))

    def answers(self) -> list[QuestionAnswer]:
        """What was said; call it when the form is valid, or when it accepts all."""
        if self.accepts_all:
            return [QuestionAnswer(one.pk, Said.YES) for one in self.questions]
        said = [(one.pk, self.cleaned_data[f"said_{one.pk}"]) for one in self.questions]
        return [self._answer(pk, Said(word)) for pk, word in said if word]

    def _answer(self, pk: int, said: Said) -> QuestionAnswer:
        cleaned = self.cleaned_data
        return QuestionAnswer(
            pk,
            said,
            cleaned[f"available_{pk}"] if said == Said.PART else None,
            cleaned[f"restock_on_{pk}"] if said == Said.LATER else None,
        )


def fields_of(question: Question, *, is_required: bool) -> dict[str, forms.Field]:
    pk = question.pk
    return {
        f"said_{pk}": forms.ChoiceField(
            label=gettext_lazy("Answer"),
            # Nothing is chosen beforehand: a yes that nobody gave would be a promise.
            choices=[("", gettext_lazy("choose")), *((said.value, said.label) for said in HIS)],
            required=is_required,
            error_messages={"required": gettext_lazy("Choose one of the four answers.")},
        ),
        f"available_{pk}": forms.IntegerField(
            label=gettext_lazy("How many are there?"), min_value=1, max_value=MOST_UNITS, required=False
        ),
        f"restock_on_{pk}": forms.DateField(
            label=gettext_lazy("From which day on?"),
            required=False,
            widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        ),
    }
