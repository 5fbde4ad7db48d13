"""Go anywhere: each context tells how its things are found, and which acts have a page of their own."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from stocke.core.models import User
from stocke.core.web.navigation import entries_for
from stocke.core.web.status import Status, Words

HITS_PER_KIND = 6
LONGEST_QUERY = 100
LOOKED_UP = 500


@dataclass(frozen=True)
class Hit:
    """One thing found. `hint` is the quiet word at the end of its row; a status takes its place."""

    label: str
    hint: str
    url: str
    kind: Words
    icon: str = "search"
    status: Status | None = None


@dataclass(frozen=True)
class Command:
    """An act or a page that can be reached by its words from anywhere."""

    label: Words
    url: Callable[[], str]
    permission: str
    words: Words = ""
    icon: str = "chevron-right"


type Provider = Callable[[str, User], Collection[Hit]]

PROVIDERS: list[tuple[Provider, str]] = []
COMMANDS: list[Command] = []


def register_search(provider: Provider, *, permission: str) -> None:
    """Ask this context too. A provider answers with its first few hits and touches an index, whatever is typed."""
    if (provider, permission) not in PROVIDERS:
        PROVIDERS.append((provider, permission))


def register_command(command: Command) -> None:
    if command not in COMMANDS:
        COMMANDS.append(command)


def first_hits[M: Model](rows: QuerySet[M], found: QuerySet[M], *order: str) -> QuerySet[M]:
    """The first few of `rows` that were `found`, in this order.

    What was found is looked up before it is sorted, and up to a bound. In one statement with the sorting, the index of
    an order would be walked to its end for words that nobody has.
    """
    keys = list(found.order_by().values_list("pk", flat=True)[:LOOKED_UP])
    return rows.filter(pk__in=keys).order_by(*order)[:HITS_PER_KIND]


def search(query: str, user: User, permissions: Collection[str]) -> dict[str, list[Hit]]:
    """What this person may find, by kind: things first, then pages and acts. Nothing for an empty query."""
    words = query.strip()[:LONGEST_QUERY]
    hits = [
        hit
        for provider, needed in PROVIDERS
        if words and needed in permissions
        for hit in provider(words, user)
    ]
    hits += places(words, permissions)
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(str(hit.kind), []).append(hit)
    return {kind: found[:HITS_PER_KIND] for kind, found in groups.items()}


def places(words: str, permissions: Collection[str]) -> list[Hit]:
    """Pages and acts whose name holds what was typed; all pages when nothing was."""
    pages = [
        Hit(str(entry.label), "", entry.url, _("Pages"), entry.icon)
        for entry in entries_for(permissions)
        if holds(str(entry.label), words)
    ]
    acts = [
        Hit(str(command.label), "", command.url(), _("Actions"), command.icon)
        for command in COMMANDS
        if words and command.permission in permissions and holds(f"{command.label} {command.words}", words)
    ]
    return pages + acts


def holds(text: str, words: str) -> bool:
    return all(word in text.casefold() for word in words.casefold().split())
