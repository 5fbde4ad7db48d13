"""What shows that a column is read rightly, in figures of this very file."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stocke.core.web.formats import number
from suppliers.readers import Reading


def proof_of(field: str, reading: Reading) -> str:
    """A few counted facts; nothing for fields that need no proof."""
    tell = PROOFS.get(field)
    return tell(reading) if tell else ""


def listed(parts: Mapping[str, int]) -> str:
    """The parts that are more than none: "1,902 numbers, 571 words"."""
    return ", ".join(words for words, count in parts.items() if count)


def of_keys(reading: Reading) -> str:
    keys, without = reading.rows.height, reading.totals.without_code
    parts = {ngettext("%(count)s SKU", "%(count)s SKUs", keys) % {"count": number(keys)}: keys}
    words = ngettext(
        "%(count)s line has none and is rejected", "%(count)s lines have none and are rejected", without
    )
    return listed({**parts, words % {"count": number(without)}: without})


def of_quantities(reading: Reading) -> str:
    totals = reading.totals
    numbers, words = totals.quantity_numbers, sum(totals.quantity_words.values())
    silent = totals.items - numbers - words
    return listed(
        {
            ngettext("%(count)s number", "%(count)s numbers", numbers) % {"count": number(numbers)}: numbers,
            ngettext("%(count)s word", "%(count)s words", words) % {"count": number(words)}: words,
            ngettext("%(count)s empty", "%(count)s empty", silent) % {"count": number(silent)}: silent,
        }
    )


def of_availability(reading: Reading) -> str:
    words = len(reading.totals.availability_words)
    return ngettext("%(count)s different word", "%(count)s different words", words) % {"count": number(words)}


def of_prices(reading: Reading) -> str:
    totals = reading.totals
    return listed(
        {
            ngettext("%(count)s price", "%(count)s prices", totals.prices)
            % {"count": number(totals.prices)}: totals.prices,
            ngettext("%(count)s no amount", "%(count)s no amounts", totals.worded_prices)
            % {"count": number(totals.worded_prices)}: totals.worded_prices,
            _("%(count)s of 0") % {"count": number(totals.zero_prices)}: totals.zero_prices,
        }
    )


def of_gtins(reading: Reading) -> str:
    totals = reading.totals
    ruined = ngettext(
        "%(count)s ruined by a spreadsheet", "%(count)s ruined by a spreadsheet", totals.gtins_ruined
    )
    return listed(
        {
            ngettext("%(count)s right check digit", "%(count)s right check digits", totals.gtins)
            % {"count": number(totals.gtins)}: totals.gtins,
            ngettext("%(count)s wrong", "%(count)s wrong", totals.gtins_wrong)
            % {"count": number(totals.gtins_wrong)}: totals.gtins_wrong,
            ruined % {"count": number(totals.gtins_ruined)}: totals.gtins_ruined,
        }
    )


PROOFS: Mapping[str, Callable[[Reading], str]] = {
    "key": of_keys,
    "quantity": of_quantities,
    "availability": of_availability,
    "price": of_prices,
    "gtin": of_gtins,
}
