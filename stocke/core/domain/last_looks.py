"""Letters that may have become untrue while they waited are looked at once more at the moment of sending.

Which kinds, and who looks, stands in stocke/wiring.py: core must not import what knows.
"""

from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from stocke.core.models import Message


@cache
def _looks() -> Mapping[str, str]:
    table: Mapping[str, str] = import_string(settings.LAST_LOOKS)
    return table


def why_not_after_all(message: Message) -> str:
    """The reason for which a letter must not leave any more; "" where nothing speaks against it."""
    look = _looks().get(message.kind)
    return str(import_string(look)(message)) if look else ""
