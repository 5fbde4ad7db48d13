"""Sentences that are kept with a run: made now, read later by people of another language."""

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise


def in_every_language(message: str | Promise) -> dict[str, str]:
    """The sentence by language code, for a JSON column."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code] = str(message)
    return said


def in_this_language(kept: dict[str, str]) -> str:
    """The reader's version of a kept sentence."""
    return kept.get(translation.get_language() or settings.LANGUAGE_CODE) or next(iter(kept.values()), "")
