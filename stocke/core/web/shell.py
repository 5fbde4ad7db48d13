"""What every page needs around it: navigation with its numbers, the person, the permissions, the undo bar."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from stocke.core.models import User
from stocke.core.web.access import permissions_of, roles_of
from stocke.core.web.navigation import GROUPS, NavEntry, count, current_key, entries_for
from stocke.core.web.undo import UndoOffer, undo_offer


@dataclass(frozen=True)
class NavItem:
    """One entry as drawn: with its number, and whether the person is there."""

    entry: NavEntry
    number: int


def numbers_of(items: list[NavItem]) -> str:
    return "-".join(str(item.number) for item in items)


class Shell:
    """Built once per page and only when a staff page asks: public pages pay nothing for it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def user(self) -> User | None:
        user = getattr(self.request, "user", None)
        return user if isinstance(user, User) else None

    @cached_property
    def permissions(self) -> frozenset[str]:
        return permissions_of(self.user) if self.user else frozenset()

    @cached_property
    def entries(self) -> list[NavEntry]:
        return entries_for(self.permissions)

    @cached_property
    def items(self) -> list[NavItem]:
        return [NavItem(entry, count(entry)) for entry in self.entries]

    @property
    def groups(self) -> list[tuple[str, list[NavItem]]]:
        """Title and entries of each group, in order."""
        by_group = groupby(self.items, key=lambda item: item.entry.group)
        return [(str(GROUPS[group]), list(items)) for group, items in by_group]

    @property
    def tabs(self) -> list[NavItem]:
        return [item for item in self.items if item.entry.is_tab]

    @property
    def lettered(self) -> list[NavItem]:
        """The entries that G and a letter lead to."""
        return [item for item in self.items if item.entry.letter]

    @cached_property
    def current(self) -> str:
        return current_key(self.request.path, self.entries)

    @cached_property
    def role(self) -> str:
        """The person's role in words."""
        return ", ".join(str(role.label) for role in roles_of(self.user)) if self.user else ""

    @property
    def seen(self) -> str:
        """The numbers as drawn: the poll sends them back and hears nothing while they hold."""
        return numbers_of(self.items)

    @cached_property
    def undo(self) -> UndoOffer | None:
        return undo_offer(self.request)

    @property
    def is_demo(self) -> bool:
        return settings.ENVIRONMENT in {"demo", "development"}


class May:
    """`{% if may.orders_verify %}` in templates: the permission "orders.verify"."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    def __getitem__(self, name: str) -> bool:
        return name.replace("_", ".", 1) in self.shell.permissions


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    drawn = Shell(request)
    return {"shell": drawn, "may": May(drawn)}
