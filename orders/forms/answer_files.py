"""Handing in a file of a supplier's answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.domain.acknowledgements import SaidLine
from orders.domain.answer_files import MOST_BYTES, NotReadable, answers_in


class AnswerFileForm(forms.Form):
    """One CSV or JSON file, whole or not at all."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV or JSON with purchase_order, line or sku, answer (accepted, part, rejected), and where it matters "
            "quantity, reason (no_stock, discontinued, price, other), ship_on, restock_on, price, currency, note."
        ),
        widget=forms.FileInput({"accept": ".csv,.json,text/csv,application/json"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers: dict[str, list[SaidLine]] = {}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            self.answers = answers_in(file.read(MOST_BYTES + 1))
        except NotReadable as problem:
            raise forms.ValidationError(in_words(problem)) from None
        return file


def in_words(problem: NotReadable) -> str:
    if problem.row is not None:
        said = {"row": problem.row, "column": problem.code}
        return _("Row %(row)s: we do not understand “%(column)s”. Nothing was recorded.") % said
    return {
        "encoding": _("The file is not in UTF-8. Nothing was recorded."),
        "columns": _("The columns purchase_order, answer, and line or sku are needed. Nothing was recorded."),
        "json": _("This is no list of answers in JSON. Nothing was recorded."),
        "large": _("The file is larger than 2 MB. Nothing was recorded."),
    }.get(problem.code, _("The file has no answer in it, or more than 5,000. Nothing was recorded."))
