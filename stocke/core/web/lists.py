"""What tells one list page from another, as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django_filters import FilterSet

from stocke.core.web.status import Words


@dataclass(frozen=True)
class NamedView:
    """A tab that the house itself offers: a name for some filters."""

    name: Words
    query: str


@dataclass(frozen=True)
class PageAction:
    """A button of the page's head, for those who may."""

    label: Words
    url_name: str
    permission: str = ""
    icon: str = ""
    primary: bool = False
    key: str = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True)
class BulkAction:
    """An act on the chosen rows: a POST to `url_name`, whose view asks `chosen(request, PAGE)` for them."""

    label: Words
    url_name: str
    permission: str
    danger: bool = False
    args: tuple[int, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.url_name, args=self.args)


@dataclass(frozen=True)
class Empty:
    """What to say when there is nothing yet: one sentence of use, one button."""

    title: Words
    text: Words = ""
    action: PageAction | None = None


@dataclass(frozen=True)
class ListPage:
    """All that tells one list from another."""

    key: str
    title: Words
    rows: Callable[[HttpRequest], QuerySet[Any]]
    table: type[tables.Table]
    filters: type[FilterSet]
    search_label: Words = ""
    views: tuple[NamedView, ...] = ()
    actions: tuple[PageAction, ...] = ()
    bulk: tuple[BulkAction, ...] = ()
    empty: Empty | None = None
    template: str = "core/list.html"
    context: Mapping[str, Any] = field(default_factory=dict)
