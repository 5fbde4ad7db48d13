"""One list as one request asks for it: found, sorted, counted, cut into pages.

Nothing here grows with the table: the count stops at 10,000 and so does the paging; beyond, one narrows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django_filters import FilterSet

from stocke.core.models import SavedView
from stocke.core.queries import COUNT_LIMIT, counted, counted_with_keys, saved_views
from stocke.core.web.access import StaffRequest, can
from stocke.core.web.filters import in_words, used_fields
from stocke.core.web.formats import number
from stocke.core.web.lists import BulkAction, ListPage, PageAction
from stocke.core.web.tables import PickColumn

PER_PAGE = 50
RANGE_ENDS = ("_after", "_before", "_min", "_max")


@dataclass(frozen=True)
class Chip:
    """One filter that is set, and the address without it."""

    words: str
    url: str
    name: str


@dataclass(frozen=True)
class Tab:
    """One view of the list: the whole, the house's, one's own or shared."""

    name: str
    url: str
    is_current: bool
    saved: SavedView | None = None


@dataclass(frozen=True)
class Header:
    """One column's head: where clicking it leads, and how it is sorted now."""

    column: Any
    url: str
    state: str


class Listing:
    """Lazy in every part: an export never counts, a fragment never draws the head."""

    def __init__(self, request: StaffRequest, page: ListPage, query: QueryDict | None = None) -> None:
        self.request, self.page = request, page
        self.query = without_blanks(request.GET if query is None else query)

    @cached_property
    def filterset(self) -> FilterSet:
        return self.page.filters(self.query, queryset=self.page.rows(self.request), request=self.request)

    @cached_property
    def found(self) -> QuerySet[Any]:
        """The rows that the search and the filters leave. Filters that make no sense leave none, and say so."""
        rows: QuerySet[Any] = (
            self.filterset.qs if self.filterset.is_valid() else self.filterset.queryset.none()
        )
        return rows

    @cached_property
    def bulk(self) -> list[BulkAction]:
        return [action for action in self.page.bulk if can(self.request.user, action.permission)]

    @cached_property
    def actions(self) -> list[PageAction]:
        user = self.request.user
        return [one for one in self.page.actions if not one.permission or can(user, one.permission)]

    @cached_property
    def count(self) -> int:
        """How many were found; 10,001 stands for more than 10,000."""
        return self.counted_rows[0]

    @cached_property
    def counted_rows(self) -> tuple[int, list[int] | None]:
        """The number, and, where few were searched for, their keys."""
        return counted_with_keys(self.found) if self.words else (counted(self.found, COUNT_LIMIT), None)

    @property
    def has_more_than_counted(self) -> bool:
        return self.count > COUNT_LIMIT

    @cached_property
    def last_page(self) -> int:
        return max(1, -(-min(self.count, COUNT_LIMIT) // PER_PAGE))

    @cached_property
    def number(self) -> int:
        asked = self.query.get("page", "1")
        return min(max(1, int(asked)), self.last_page) if asked.isdecimal() and len(asked) < 6 else 1

    @cached_property
    def table(self) -> tables.Table:
        """The page's rows. They come sorted: the table must not sort its fifty again."""
        start = (self.number - 1) * PER_PAGE
        rows = list(self.in_order(self.shown)[start : start + PER_PAGE]) if self.count else []
        pick = {"extra_columns": [("pick", PickColumn())], "sequence": ("pick", "...")} if self.bulk else {}
        return self.page.table(rows, order_by=(), request=self.request, **pick)

    @property
    def shown(self) -> QuerySet[Any]:
        """The rows found, by their keys where these are known: a search need not be made twice for one page."""
        keys = self.counted_rows[1]
        return self.found if keys is None else self.page.rows(self.request).filter(pk__in=keys)

    @property
    def sorted(self) -> QuerySet[Any]:
        """The rows found in the order asked for."""
        return self.in_order(self.found)

    def in_order(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Ties by key, so that pages never overlap."""
        return rows.order_by(*(path for name in self.sorting for path in self.paths(name)), "-pk")

    @cached_property
    def sorting(self) -> list[str]:
        """Column names, "-" in front for descending: the address's, else the table's own."""
        asked = [name for name in self.query.get("sort", "").split(",") if self.is_sortable(name)]
        return asked or list(self.page.table._meta.order_by or ())

    def is_sortable(self, name: str) -> bool:
        column = self.page.table.base_columns.get(name.removeprefix("-"))
        return column is not None and column.orderable is not False

    def paths(self, name: str) -> list[str]:
        """The field paths behind a column, turned round when it is sorted downwards."""
        bare = name.removeprefix("-")
        column = self.page.table.base_columns.get(bare)
        # What a table is sorted by unless one asks otherwise need not be a column of it.
        own = (column.order_by or (column.accessor or bare,)) if column else (bare,)
        paths = [str(path).replace(".", "__") for path in own]
        return [turned(path) for path in paths] if name.startswith("-") else paths

    @property
    def headers(self) -> Iterator[Header]:
        for column in self.table.columns:
            downwards = f"-{column.name}" in self.sorting[:1]
            is_sorted = downwards or column.name in self.sorting[:1]
            target = f"-{column.name}" if is_sorted and not downwards else column.name
            url = self.url_with("sort", target) if self.is_sortable(column.name) else ""
            state = ("descending" if downwards else "ascending") if is_sorted else ""
            yield Header(column, url, state)

    @cached_property
    def chips(self) -> list[Chip]:
        return [
            Chip(in_words(used), self.url_without(used.name), used.name) for used in used_fields(self.form)
        ]

    @cached_property
    def form(self) -> Any:
        return self.filterset.form

    @property
    def words(self) -> str:
        return self.query.get("q", "")

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chips or self.words.strip() or self.form.errors)

    def url_without(self, *names: str) -> str:
        query = self.query.copy()
        for name in [key for key in query if key == "page" or belongs(key, names)]:
            del query[name]
        return self.url_of(query.urlencode())

    def url_of(self, query: str) -> str:
        return f"{self.request.path}?{query}" if query else self.request.path

    def url_with(self, name: str, value: str) -> str:
        query = self.query.copy()
        query.pop("page", None)
        query[name] = value
        return self.url_of(query.urlencode())

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a new search keeps of the address: filters and sort, not the page."""
        dropped = ("q", "page", "export")
        return [
            (name, value) for name, values in self.query.lists() if name not in dropped for value in values
        ]

    @property
    def has_filters(self) -> bool:
        return len(self.form.fields) > 1 or (len(self.form.fields) == 1 and "q" not in self.form.fields)

    @property
    def heading_column(self) -> str:
        """The column that names the thing: the first one."""
        return next((column.name for column in self.table.columns if column.name != "pick"), "")

    @property
    def is_at_limit(self) -> bool:
        return self.has_more_than_counted and self.number == self.last_page

    @property
    def previous_url(self) -> str:
        return self.url_with("page", str(self.number - 1)) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url_with("page", str(self.number + 1)) if self.number < self.last_page else ""

    @property
    def first_row(self) -> int:
        return (self.number - 1) * PER_PAGE + 1

    @property
    def last_row(self) -> int:
        return min(self.number * PER_PAGE, self.count)

    @property
    def counted(self) -> str:
        """What is said after each filter: how many were found."""
        if self.has_more_than_counted:
            return _("More than %(limit)s results") % {"limit": number(COUNT_LIMIT)}
        words = ngettext("%(count)s result", "%(count)s results", self.count)
        return words % {"count": number(self.count)}

    @property
    def view_query(self) -> str:
        """What a saved view keeps: everything but the page."""
        query = self.query.copy()
        for name in ("page", "export"):
            query.pop(name, None)
        return query.urlencode()

    @cached_property
    def tabs(self) -> list[Tab]:
        offered = [Tab(pgettext("view of a list", "All"), self.request.path, not self.view_query)]
        offered += [self.tab(str(view.name), view.query) for view in self.page.views]
        kept = saved_views(self.request.user, self.page.key)
        return offered + [self.tab(view.name, view.query, view) for view in kept]

    def tab(self, name: str, query: str, saved: SavedView | None = None) -> Tab:
        same = QueryDict(query) == QueryDict(self.view_query)
        return Tab(name, self.url_of(query), same, saved)

    @property
    def current_saved(self) -> SavedView | None:
        """The view of one's own that is open: the one that can be deleted."""
        own = (tab.saved for tab in self.tabs if tab.is_current and tab.saved)
        return next((view for view in own if view.user_id == self.request.user.pk), None)

    @property
    def can_be_saved(self) -> bool:
        return bool(self.view_query) and not any(tab.is_current for tab in self.tabs)

    @cached_property
    def guilty(self) -> list[tuple[Chip, int]]:
        """Nothing was found: which single filter stands in the way, and how many there are without it."""
        counted = [(chip, self.without(chip.name).count) for chip in self.chips]
        return [(chip, count) for chip, count in counted if count]

    def without(self, name: str) -> "Listing":
        query = self.query.copy()
        for key in [key for key in query if belongs(key, (name,))]:
            del query[key]
        return Listing(self.request, self.page, query)


def without_blanks(query: QueryDict) -> QueryDict:
    """A filter form sends its empty fields too; addresses and saved views stay free of them."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        if any(values):
            kept.setlist(name, [value for value in values if value])
    return kept


def belongs(key: str, names: tuple[str, ...]) -> bool:
    """Whether a parameter is one of these filters, or an end of a range: "due_after" belongs to "due"."""
    return any(key == name or key in {name + end for end in RANGE_ENDS} for name in names)


def turned(path: str) -> str:
    return path[1:] if path.startswith("-") else f"-{path}"
