"""The answers of a list page: the page, its swapped part, its export, and the rows chosen for a bulk act.

A context describes its list once, as data, and its view answers `list_response(request, ORDERS)`.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from stocke.core.queries import COUNT_LIMIT
from stocke.core.web.access import StaffRequest
from stocke.core.web.exports import TooManyRows, csv_response, in_language, lines, xlsx_response
from stocke.core.web.listing import PER_PAGE, Listing
from stocke.core.web.lists import BulkAction, Empty, ListPage, NamedView, PageAction
from stocke.core.web.partials import partial

__all__ = [
    "COUNT_LIMIT",
    "PER_PAGE",
    "BulkAction",
    "Empty",
    "ListPage",
    "NamedView",
    "PageAction",
    "chosen",
    "list_response",
]
EXPORTS = {"csv": csv_response, "xlsx": xlsx_response}


def list_response(request: StaffRequest, page: ListPage) -> HttpResponseBase:
    """The list as the address asks for it: a page, the part that htmx swaps, or a file."""
    listing = Listing(request, page)
    kind = request.GET.get("export", "")
    if kind in EXPORTS:
        return export(listing, kind)
    return partial(
        request,
        f"{page.template}#list",
        also=(f"{page.template}#others",),
        announce=listing.counted,
        listing=listing,
        page=page,
        **page.context,
    )


def export(listing: Listing, kind: str) -> HttpResponseBase:
    """The rows that the filters leave, all of them, in the columns of the screen."""
    content = lines(listing.page.table, listing.sorted, request=listing.request)
    try:
        return EXPORTS[kind](listing.page.key, in_language(translation.get_language(), content))
    except TooManyRows:
        messages.warning(
            listing.request,
            _(
                "More than 100,000 rows do not fit a workbook. Nothing was exported. Choose CSV, or add a filter."
            ),
        )
        return redirect(listing.url_without("export"))


def chosen(request: StaffRequest, page: ListPage) -> QuerySet[Any]:
    """The rows of a bulk act: those ticked, or all that the filters showed (at most 10,000).

    Raises BadRequest when nothing readable was chosen, so that an act on nothing never looks done.
    """
    if request.POST.get("all") == "1":
        listing = Listing(request, page, QueryDict(request.POST.get("query", "")))
        return page.rows(request).filter(pk__in=listing.found.order_by().values("pk")[:COUNT_LIMIT])
    keys = [key for key in request.POST.getlist("ids") if key.isdecimal()]
    if not keys:
        raise BadRequest("no row was chosen")
    return page.rows(request).filter(pk__in=keys[:COUNT_LIMIT])
