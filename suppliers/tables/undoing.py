"""What an undo would change, or has changed, beside the stock, in words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from stocke.core.web.formats import number

BESIDE: Mapping[str, Promise] = {
    "stated": ngettext_lazy(
        "%(shown)s offer would be stated otherwise, with as much to promise: none instead of unknown, for example",
        "%(shown)s offers would be stated otherwise, with as much to promise: none instead of unknown, for example",
        "n",
    ),
    "terms": ngettext_lazy(
        "%(shown)s offer would have another price, currency or lead time",
        "%(shown)s offers would have another price, currency or lead time",
        "n",
    ),
    "names": ngettext_lazy(
        "%(shown)s offer would have another name or barcode",
        "%(shown)s offers would have another name or barcode",
        "n",
    ),
    "lost": ngettext_lazy(
        "%(shown)s offer would no longer belong to its product",
        "%(shown)s offers would no longer belong to their products",
        "n",
    ),
    "found": ngettext_lazy(
        "%(shown)s offer would belong to a product again",
        "%(shown)s offers would belong to a product again",
        "n",
    ),
    "absences": ngettext_lazy(
        "%(shown)s offer would have been missing from another number of files",
        "%(shown)s offers would have been missing from another number of files",
        "n",
    ),
    "rests": ngettext_lazy(
        "%(shown)s offer would rest on another import or statement that says the same",
        "%(shown)s offers would rest on another import or statement that says the same",
        "n",
    ),
}
# Withheld lines of the feed, before the undo is confirmed and afterwards.
LINES_THEN: Mapping[str, Promise] = {
    "waiting": ngettext_lazy(
        "%(shown)s withheld line would wait again for a second word",
        "%(shown)s withheld lines would wait again for a second word",
        "n",
    ),
    "settled": ngettext_lazy(
        "%(shown)s withheld line would no longer wait",
        "%(shown)s withheld lines would no longer wait",
        "n",
    ),
}
LINES_NOW: Mapping[str, Promise] = {
    "waiting": ngettext_lazy(
        "%(shown)s withheld line waits again for a second word.",
        "%(shown)s withheld lines wait again for a second word.",
        "n",
    ),
    "settled": ngettext_lazy(
        "%(shown)s withheld line no longer waits.", "%(shown)s withheld lines no longer wait.", "n"
    ),
}


def said_beside(facts: Mapping[str, Mapping[str, int]]) -> list[str]:
    """One sentence for each way in which offers and withheld lines would change, by what the undo has found."""
    return [*said_of(facts.get("beside", {}), BESIDE), *said_of(facts.get("lines", {}), LINES_THEN)]


def said_of(counted: Mapping[str, int], sentences: Mapping[str, Promise]) -> list[str]:
    return [
        str(sentence % {"n": counted[way], "shown": number(counted[way])})
        for way, sentence in sentences.items()
        if counted.get(way)
    ]
