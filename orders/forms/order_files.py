"""Handing in a file of orders."""

from typing import Any

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from orders.domain.order_files import MAX_BYTES
from orders.domain.order_files.errors import FileRefused
from orders.queries.orders import channels_in_use

FILES = "csv"


def channels() -> list[tuple[str, Any]]:
    """Files are a channel of their own; those of a shop may bring, or correct, the orders of that shop."""
    return [(FILES, _("files (csv)")), *((name, name) for name in channels_in_use() if name != FILES)]


def too_large(size: int) -> FileRefused:
    return FileRefused("too_large", size=filesizeformat(size), limit=filesizeformat(MAX_BYTES))


class OrderFileForm(forms.Form):
    """One CSV file, and whose orders it holds."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=format_lazy(
            _("CSV, at most {limit}. One line per product."), limit=filesizeformat(MAX_BYTES)
        ),
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,text/csv"}),
    )
    channel = forms.ChoiceField(
        label=_("Orders of"),
        choices=channels,
        help_text=_("The same number of the same channel is the same order, whenever it comes again."),
    )
