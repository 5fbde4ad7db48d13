"""The confirmed header beside that of a file, column by column: moved, renamed, missing, new."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from stocke.core.web.status import Status
from suppliers.forms.columns import letter
from suppliers.readers.columns import FIELD_LABELS
from suppliers.readers.following import places_by_name

KINDS: Mapping[str, Status] = {
    "same": Status("done", pgettext_lazy("column", "Same place")),
    "moved": Status("partly", pgettext_lazy("column", "Moved")),
    "renamed": Status("verify", pgettext_lazy("column", "Probably renamed")),
    "missing": Status("out", pgettext_lazy("column", "Missing")),
    "new": Status("propose", pgettext_lazy("column", "New")),
}


# A file may bring hundreds of columns from which nothing is read.
_MOST_UNREAD = 12


@dataclass(frozen=True)
class HeaderPair:
    """One column before and now; a missing one has no `now`, a new one no `before`."""

    kind: str
    before: str = ""
    before_letter: str = ""
    now: str = ""
    now_letter: str = ""
    field: str | Promise = ""

    @property
    def state(self) -> Status:
        return KINDS[self.kind]

    @property
    def matters(self) -> bool:
        """Whether a person should see it: what we read, and what changed."""
        return self.kind != "same" or bool(self.field)


@dataclass(frozen=True)
class ChangedHeader:
    """What the page shows: the pairs that matter, how many do not, and whether one click may follow.

    Of columns that nothing is read from the first ones are shown; `further` is how many more of them have changed.
    """

    pairs: Sequence[HeaderPair]
    further: int
    unchanged: int
    can_follow: bool
    without: Sequence[str]


def changed_header(facts: Mapping[str, Any], fields: Mapping[str, int]) -> ChangedHeader | None:
    """From what an import has kept of its header; None where it is as confirmed. `fields` are the confirmed ones."""
    before, now = facts.get("columns_before") or [], facts.get("columns") or []
    if not before:
        return None
    renamed = {int(old): int(new) for old, new in facts.get("renamed", [])}
    pairs = list(pairs_of(before, now, renamed, {index: field for field, index in fields.items()}))
    shown = list(_worth_showing(pairs))
    return ChangedHeader(
        pairs=shown,
        further=sum(pair.matters for pair in pairs) - len(shown),
        unchanged=sum(not pair.matters for pair in pairs),
        can_follow=bool(facts.get("proposed")),
        without=facts.get("proposed_without", []),
    )


def _worth_showing(pairs: Sequence[HeaderPair]) -> Iterator[HeaderPair]:
    unread = 0
    for pair in pairs:
        unread += pair.matters and not pair.field
        if pair.matters and (pair.field or unread <= _MOST_UNREAD):
            yield pair


def pairs_of(
    before: Sequence[str], now: Sequence[str], renamed: Mapping[int, int], read_as: Mapping[int, str]
) -> Iterator[HeaderPair]:
    """In the order of the confirmed header, then what is new."""
    places = {**places_by_name(tuple(before), tuple(now)), **renamed}
    for index, name in enumerate(before):
        place = places.get(index)
        kind = kind_of(index, place, is_renamed=index in renamed)
        yield HeaderPair(
            kind=kind,
            before=name,
            before_letter=letter(index),
            now="" if place is None else now[place],
            now_letter="" if place is None else letter(place),
            field=FIELD_LABELS[read_as[index]] if index in read_as else "",
        )
    for place, name in enumerate(now):
        if place not in places.values():
            yield HeaderPair("new", now=name, now_letter=letter(place))


def kind_of(index: int, place: int | None, *, is_renamed: bool) -> str:
    if place is None:
        return "missing"
    return "renamed" if is_renamed else "same" if index == place else "moved"
