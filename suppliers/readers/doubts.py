"""The doubts of a reading in sentences."""

import re
from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from suppliers.readers.columns import FIELD_LABELS
from suppliers.readers.values import Doubt

_SENTENCES: dict[str, Promise] = {
    "column": _("The field “{field}” is read from “{column}”; it could also be {others}."),
    "by_cells": _(
        "The field “{field}” is read from “{column}” because of its cells alone: its name is unknown."
    ),
    "no_header": _("The file names no columns: they are told by their cells."),
    "key_by_name": _(
        "No column holds an SKU: goods are told apart by their names. A name that changes is a new article."
    ),
    "apart": _("Goods of one name are told apart by {columns}."),
    "continued": _("Lines without an SKU go on with the article of the line above."),
    "added": _("The stock is what {columns} say together."),
    "stocks_apart": _("The stocks in {columns} are kept apart: each is an article of its own."),
    "which_quantity": _("The stock could be in {columns}; none was chosen."),
    "moved": _(
        "The stock is read from {column}, which is called like what was there at first, came or went, and not like "
        "what is there."
    ),
    "no_quantity": _("No column holds quantities: the stock stays unknown, not zero."),
    "empty_quantity": _("The column {column} is empty on every line: the stock stays unknown, not zero."),
    "decimal": _(
        "Numbers such as 1{sign}234 in the field “{field}” are read with “{decimal}” before decimals."
    ),
    "divided": _(
        "The prices in {column} are told in the smallest unit of their currency: they are divided by {divisor}."
    ),
    "constant": _(
        "Every line that has any states the same quantity, {quantity}: it counts as “in stock” without a number."
    ),
    "ready_days": _(
        "The stock is told by lead times: up to {days} days mean in stock, more mean on order, none mean unknown."
    ),
    "currency_once": _("The currency {currency} is said once, in “{place}”, and holds for every article."),
    "recovered": _("The file is not well-formed; what could be read was read."),
    "members": _("The archive holds other files that look like tables: {members}. Only “{member}” was read."),
    "sections": _("The articles stand under {places}; they are read together, like those of several stores."),
    "section": _("Only the articles under “{place}” were read. Others like them stand under {others}."),
    "breaks_off": _("The file breaks off before its end; the articles before that were read."),
    "segments": _("The file says that it has {stated} segments; {count} were found. A part may be missing."),
    "sheets": _("The workbook has other sheets that look like tables: {sheets}. Only “{sheet}” was read."),
}
_COUNTED: dict[str, Callable[[int], str]] = {
    "quotes": lambda n: ngettext(
        "{count} line has quote marks that do not close; it was read as it stands.",
        "{count} lines have quote marks that do not close; they were read as they stand.",
        n,
    ),
    "lines_in_cells": lambda n: ngettext(
        "{count} article has a text over several lines that may be lines of the table; it was read as one text.",
        "{count} articles have texts over several lines that may be lines of the table; each was read as one text.",
        n,
    ),
    "crooked": lambda n: ngettext(
        "{count} line stands out of the columns that blanks align; it was not cut.",
        "{count} lines stand out of the columns that blanks align; they were not cut.",
        n,
    ),
    "repeated_sum": lambda n: ngettext(
        "{count} line repeats an SKU; the quantities of one SKU are added up.",
        "{count} lines repeat an SKU; the quantities of one SKU are added up.",
        n,
    ),
    "repeated_last": lambda n: ngettext(
        "{count} line repeats an SKU; the last line of an SKU counts.",
        "{count} lines repeat an SKU; the last line of an SKU counts.",
        n,
    ),
    "repeated_whole": lambda n: ngettext(
        "{count} line repeats an SKU and says the same number each time; it counts once.",
        "{count} lines repeat an SKU and say the same number each time; it counts once.",
        n,
    ),
    "repeated_first": lambda n: ngettext(
        "{count} line repeats an SKU; the first line of an SKU counts.",
        "{count} lines repeat an SKU; the first line of an SKU counts.",
        n,
    ),
    "composed": lambda n: ngettext(
        "{count} line has no SKU; it is told apart by product and options.",
        "{count} lines have no SKU; they are told apart by product and options.",
        n,
    ),
    "ruined_codes": lambda n: ngettext(
        "{count} SKU was rounded by a spreadsheet, such as 4.03E+12, and cannot be trusted.",
        "{count} SKUs were rounded by a spreadsheet, such as 4.03E+12, and cannot be trusted.",
        n,
    ),
    "ruined_gtins": lambda n: ngettext(
        "{count} barcode was rounded by a spreadsheet, such as 4.03E+12; it is left empty.",
        "{count} barcodes were rounded by a spreadsheet, such as 4.03E+12; they are left empty.",
        n,
    ),
    "wrong_gtins": lambda n: ngettext(
        "{count} barcode has a wrong check digit or length; it is left empty.",
        "{count} barcodes have a wrong check digit or length; they are left empty.",
        n,
    ),
    "padded_gtins": lambda n: ngettext(
        "{count} barcode had lost its leading zeros; they are put back.",
        "{count} barcodes had lost their leading zeros; they are put back.",
        n,
    ),
    "not_understood": lambda n: ngettext(
        "{count} quantity was not understood, such as “{example}”; it stays unknown.",
        "{count} quantities were not understood, such as “{example}”; they stay unknown.",
        n,
    ),
    "unknown_words": lambda n: ngettext(
        "{count} line has a word for its availability that is not known, such as “{example}”.",
        "{count} lines have a word for their availability that is not known, such as “{example}”.",
        n,
    ),
    "unknown_leads": lambda n: ngettext(
        "{count} lead time was not understood, such as “{example}”; it is left empty.",
        "{count} lead times were not understood, such as “{example}”; they are left empty.",
        n,
    ),
    "stores": lambda n: ngettext(
        "{count} quantity adds up the stock of several stores.",
        "{count} quantities add up the stock of several stores.",
        n,
    ),
    "several": lambda n: ngettext(
        "{count} article has several “{column}” that nothing tells apart: it is read as “{first}”, not “{other}”.",
        "{count} times an article has several “{column}” that nothing tells apart: read is “{first}”, not “{other}”.",
        n,
    ),
    "without_parts": lambda n: ngettext(
        "{count} article has no “{part}”, though others have: it is read as one article under its own code.",
        "{count} articles have no “{part}”, though others have: each is read as one article under its own code.",
        n,
    ),
    "negative": lambda n: ngettext(
        "{count} quantity is negative; it counts as 0.",
        "{count} quantities are negative; they count as 0.",
        n,
    ),
    "fractions": lambda n: ngettext(
        "{count} quantity is a fraction; it is rounded down.",
        "{count} quantities are fractions; they are rounded down.",
        n,
    ),
    "contradictions": lambda n: ngettext(
        "{count} line states a quantity and says “out of stock”; both are kept.",
        "{count} lines state a quantity and say “out of stock”; both are kept.",
        n,
    ),
    "all_zero": lambda n: ngettext(
        "{count} line, all there is, states a stock of 0 in {column}: is this column filled in?",
        "All {count} lines state a stock of 0 in {column}: is this column filled in?",
        n,
    ),
    "hardly_filled": lambda n: ngettext(
        "Only {count} of {items} lines states a quantity in {column}: is it the stock, or what somebody orders?",
        "Only {count} of {items} lines state a quantity in {column}: is it the stock, or what somebody orders?",
        n,
    ),
    "zero_prices": lambda n: ngettext("{count} price is 0.", "{count} prices are 0.", n),
    "without_price": lambda n: ngettext(
        "{count} article has no price, though others have one: its stock counts, and its last known price stays.",
        "{count} articles have no price, though others have one: their stock counts, and their last known prices stay.",
        n,
    ),
    "worded_prices": lambda n: ngettext(
        "{count} price is no amount, such as “{example}”; it is left empty.",
        "{count} prices are no amounts, such as “{example}”; they are left empty.",
        n,
    ),
}


# What holds names between quote marks, as written when the file was read.
_NAMES = ("others", "columns", "column", "places")


def sentence(doubt: Doubt) -> str:
    """The doubt in the reader's language."""
    # Runs keep their doubts: those of before examples were told have none.
    facts: dict[str, object] = {"first": "…", "other": "…", **doubt.facts}
    facts |= {name: _in_quotes(str(facts[name])) for name in _NAMES if name in facts}
    if "field" in facts:
        facts["field"] = FIELD_LABELS[str(facts["field"])]
    counted = _COUNTED.get(doubt.code)
    template = counted(int(doubt.facts["count"])) if counted else str(_SENTENCES[doubt.code])
    return template.format(**facts)


def _in_quotes(names: str) -> str:
    """Names between quote marks, in those of the reader's language."""
    return re.sub("“([^“”]*)”", lambda name: gettext("“%(name)s”") % {"name": name[1]}, names)
