"""What the cells of a column show for a field, in one phrase."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from suppliers.readers.profiles import Profile
from suppliers.readers.values import Text


def seen(field: str, cells: Profile) -> Text:
    """What the cells of the column show, in one phrase."""
    if cells.empty:
        return _("it is empty in this file")
    share, sentence = _EVIDENCE[field](cells)
    return format_lazy(sentence, share=round(100 * share), example=cells.example)


_EVIDENCE = {
    "key": lambda cells: (cells.distinct, _("{share}% of its cells differ, such as “{example}”")),
    "name": lambda cells: (cells.distinct, _("its cells are texts such as “{example}”")),
    "gtin": lambda cells: (cells.gtins, _("{share}% of its cells have the right check digit")),
    "quantity": lambda cells: (
        (cells.whole, _("{share}% of its cells are whole numbers"))
        if cells.whole >= 0.9 * cells.quantities
        else (cells.quantities, _("{share}% of its cells say how much there is, such as “{example}”"))
    ),
    "availability": lambda cells: (
        cells.availabilities,
        _("{share}% of its cells are words such as “{example}”"),
    ),
    "lead": lambda cells: (
        max(cells.leads, cells.whole, cells.spans),
        _("{share}% of its cells are times such as “{example}”"),
    ),
    "price": lambda cells: (cells.prices, _("{share}% of its cells are amounts such as “{example}”")),
    "currency": lambda cells: (cells.currencies, _("{share}% of its cells are currencies")),
    "brand": lambda cells: (cells.distinct, _("its cells repeat, such as “{example}”")),
    "category": lambda cells: (cells.distinct, _("its cells repeat, such as “{example}”")),
}
