"""When what is out comes back: only what somebody has stated, and only where there is none.

Who knows it stands above this context: `settings.STATED_RESTOCKS` names it, composed in stocke/wiring.py.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

from django.conf import settings
from django.utils.module_loading import import_string

from stocke.channels.domain.availability import units_of
from stocke.channels.queries.availability import Shown

# Of these products, those for which a day still ahead was stated, with that day.
type StatedRestocks = Callable[[Collection[int]], Mapping[int, date]]


def stated_days(rows: Iterable[Shown]) -> Mapping[int, date]:
    """By product, for those of which the channel has none. A guess is never among them."""
    out = {row.product for row in rows if row.product is not None and units_of(row) == 0}
    if not out:
        return {}
    ask: StatedRestocks = import_string(settings.STATED_RESTOCKS)
    return ask(out)
