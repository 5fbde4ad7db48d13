"""What is kept and for how long, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from stocke.core.web.formats import number
from suppliers.queries.retention import Size

type Words = str | Promise

TABLES = {
    "suppliers_observation": gettext_lazy("What suppliers stated"),
    "products_publication": gettext_lazy("What channels were told, with the steps to each number"),
    "suppliers_withheldline": gettext_lazy("Withheld lines"),
    "suppliers_offerrevision": gettext_lazy("Former names and prices of offers"),
    "suppliers_runchange": gettext_lazy("What held or proposed imports would have changed"),
    "suppliers_run": gettext_lazy("Imports, with their figures and verdicts"),
    "core_incomingmessage": gettext_lazy("Messages received, with their files"),
    "core_historyentry": gettext_lazy("The record of who did what"),
}


@dataclass(frozen=True)
class KeptRow:
    what: Words
    kept: str
    then: Words
    rows: str
    size: str
    setting: str


def kept_rows(sizes: dict[str, Size]) -> Sequence[KeptRow]:
    """One row per thing, those that grow fastest first; files come last, since the database does not count them."""
    months, changes = settings.KEEP_STATEMENTS_MONTHS, days_in_words(settings.KEEP_CHANGES_DAYS)
    statements = "STOCKE_KEEP_STATEMENTS_MONTHS"
    beyond = gettext_lazy("deleted with the statements of that time")
    for_ever = gettext_lazy("kept for ever"), gettext_lazy("never deleted"), ""
    rules: dict[str, tuple[Words, Words, str]] = {
        "suppliers_observation": (
            months_in_words(months),
            gettext_lazy("whole months are dropped; the last word on each offer is carried over"),
            statements,
        ),
        "products_publication": (
            months_in_words(settings.KEEP_PUBLICATIONS_MONTHS),
            gettext_lazy("deleted, but for the last of each product and channel"),
            "STOCKE_KEEP_PUBLICATIONS_MONTHS",
        ),
        "suppliers_withheldline": (months_in_words(months), beyond, statements),
        "suppliers_offerrevision": (months_in_words(months), beyond, statements),
        "suppliers_runchange": (
            changes,
            gettext_lazy("deleted once nobody has to decide any more"),
            "STOCKE_KEEP_CHANGES_DAYS",
        ),
        "core_incomingmessage": (
            days_in_words(settings.KEEP_RECEIVED_DAYS),
            gettext_lazy("deleted once nobody has to answer any more"),
            "STOCKE_KEEP_RECEIVED_DAYS",
        ),
        "suppliers_run": for_ever,
        "core_historyentry": for_ever,
    }
    return [
        KeptRow(
            what, str(rules[name][0]), rules[name][1], *in_words(sizes.get(name, Size(0, 0))), rules[name][2]
        )
        for name, what in TABLES.items()
    ] + files()


def files() -> list[KeptRow]:
    newest = gettext_lazy("deleted; the newest of each feed stays")
    return [
        KeptRow(
            gettext_lazy("Files received from suppliers"),
            days_in_words(settings.FEED_FILES_DAYS),
            newest,
            *("–", "–", "STOCKE_FEED_FILES_DAYS"),
        ),
        KeptRow(
            gettext_lazy("Dry runs of feeds, with their files"),
            days_in_words(settings.TRIALS_DAYS),
            gettext_lazy("deleted"),
            *("–", "–", "STOCKE_TRIALS_DAYS"),
        ),
    ]


def in_words(size: Size) -> tuple[str, str]:
    return _("about %(rows)s") % {"rows": number(size.rows)}, filesizeformat(size.bytes)


def months_in_words(months: int) -> str:
    return ngettext("%(count)s month", "%(count)s months", months) % {"count": number(months)}


def days_in_words(days: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": number(days)}
