"""Why a line of a feed was not read."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: Mapping[str, Promise] = {
    "no_code": _("The line has a quantity or a price but no supplier SKU."),
    "code_too_long": _("The supplier SKU is longer than 120 characters."),
    "code_rounded": _("The barcode was rounded by a spreadsheet, such as 4.03E+12, and tells nothing apart."),
    "cell_too_long": _("A cell is too long; a quote mark may not be closed."),
    "too_many_cells": _(
        "The line has more cells than there are columns, so its values may stand in wrong columns."
    ),
    "total_line": _("The line is a total, not an article."),
}
