"""How long SKUs have been missing, and what comes next, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stocke.core.web.formats import number
from suppliers.queries.absences import Absent


def absences_in_words(absent: Iterable[Absent], *, limit: int) -> list[str]:
    """A sentence for each number of files, with the first SKUs. `limit` is how many files make a zero."""
    return [f"{say_absent(one, limit=limit)} {named(one)}" for one in absent]


def say_absent(absent: Absent, *, limit: int) -> str:
    left = limit - absent.files
    if left > 1:
        sentence = ngettext(
            "%(skus)s SKU is absent for %(files)s of %(limit)s imports: unknown for now, and zero after %(left)s more "
            "without it.",
            "%(skus)s SKUs are absent for %(files)s of %(limit)s imports: unknown for now, and zero after %(left)s "
            "more without them.",
            absent.skus,
        )
    else:
        sentence = ngettext(
            "%(skus)s SKU is absent for %(files)s of %(limit)s imports: unknown for now, and zero if the next is "
            "without it too.",
            "%(skus)s SKUs are absent for %(files)s of %(limit)s imports: unknown for now, and zero if the next is "
            "without them too.",
            absent.skus,
        )
    facts = {"files": absent.files, "limit": limit, "left": left}
    return sentence % {name: number(fact) for name, fact in {"skus": absent.skus, **facts}.items()}


def named(absent: Absent) -> str:
    skus = ", ".join(absent.first)
    further = absent.skus - len(absent.first)
    return (
        _("(%(skus)s and %(count)s more)") % {"skus": skus, "count": number(further)}
        if further
        else f"({skus})"
    )
