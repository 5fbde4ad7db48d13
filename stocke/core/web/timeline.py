"""One timeline: the record of a thing in words, each entry with who, when, before and after, and its evidence.

Each context registers the sentences of its own kinds. An entry of a kind that nobody words is shown all the
same, by its bare name: the record hides nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from stocke.core.models import HistoryEntry
from stocke.core.models.history import ActorKind
from stocke.core.web.places import Place
from stocke.core.web.status import Words

GROUPS: Mapping[str, Words] = MappingProxyType(
    {
        "people": _("People"),
        "mails": _("Mails"),
        "feeds": _("Feeds"),
        "promises": _("Promises"),
        "system": _("System"),
    }
)
FOLD_FROM = 3


@dataclass(frozen=True)
class Sentence:
    """How one kind of entry is told.

    `say` words one entry, `folded` words several in a row of chatter ("12 levels published"), `link` gives the
    address of the evidence, `changes` names the fields whose before and after are worth showing.
    """

    say: Callable[[HistoryEntry], Words]
    shape: str | Callable[[HistoryEntry], str] = ""
    group: str = "system"
    chatter: bool = False
    folded: Callable[[int], str] | None = None
    link: Callable[[HistoryEntry], str | None] | None = None
    changes: Mapping[str, Words] = field(default_factory=dict)

    def shape_of(self, entry: HistoryEntry) -> str:
        return self.shape if isinstance(self.shape, str) else self.shape(entry)


@dataclass(frozen=True)
class Change:
    """One value before and after."""

    label: str
    before: Any
    after: Any


@dataclass(frozen=True)
class TimelineItem:
    """One line of the timeline, or several folded into one (`inner`). `place` is of what it happened to."""

    at: datetime
    actor: str
    is_person: bool
    words: str
    shape: str
    why: str = ""
    url: str = ""
    changes: tuple[Change, ...] = ()
    inner: tuple["TimelineItem", ...] = ()
    place: Place | None = None


@dataclass(frozen=True)
class Timeline:
    """What `parts/timeline.html` draws."""

    items: list[TimelineItem]
    groups: list[tuple[str, str]]
    chosen: str


SENTENCES: dict[str, Sentence] = {}
JOBS: dict[str, Words] = {}


def register_job(name: str, words: Words) -> None:
    """Word the name under which a job signs the record; a name that nobody words is shown as it stands."""
    JOBS[name] = words


def signature(entry: HistoryEntry) -> str:
    if entry.actor_kind != ActorKind.JOB:
        return entry.actor_label
    return str(JOBS.get(entry.actor_label, entry.actor_label))


def register_sentence(
    kind: str,
    say: Callable[[HistoryEntry], Words],
    *,
    shape: str | Callable[[HistoryEntry], str] = "",
    group: str = "system",
    chatter: bool = False,
    folded: Callable[[int], str] | None = None,
    link: Callable[[HistoryEntry], str | None] | None = None,
    changes: Mapping[str, Words] | None = None,
) -> None:
    """Word one kind of history entry. `shape` is a kind of the status table, or says which; none draws a plain dot."""
    if group not in GROUPS:
        raise ValueError(f"{group!r} is not a group of the timeline")
    SENTENCES[kind] = Sentence(say, shape, group, chatter, folded, link, changes or {})


def sentence_for(kind: str) -> Sentence:
    return SENTENCES.get(kind) or Sentence(lambda entry: entry.kind)


def build_timeline(
    entries: Iterable[HistoryEntry],
    request: HttpRequest | None = None,
    *,
    places: Mapping[str, Place] = MappingProxyType({}),
) -> Timeline:
    """The entries in words, in the order given; `?timeline=mails` keeps one group. Chatter in a row is folded.

    A page that joins the timelines of several things gives their `places`, so that each entry says of which it is.
    """
    known = list(entries)
    chosen = request.GET.get("timeline", "") if request else ""
    present = {sentence_for(entry.kind).group for entry in known}
    kept = [entry for entry in known if chosen in ("", sentence_for(entry.kind).group)]
    items = [item for _kind, run in groupby(kept, key=fold_key) for item in folded(list(run), places)]
    return Timeline(items, [(key, str(label)) for key, label in GROUPS.items() if key in present], chosen)


def fold_key(entry: HistoryEntry) -> object:
    sentence = sentence_for(entry.kind)
    return entry.kind if sentence.chatter and sentence.folded else entry.pk


def folded(run: list[HistoryEntry], places: Mapping[str, Place]) -> list[TimelineItem]:
    """Chatter as one line that opens; anything else, and chatter too short to annoy, one by one."""
    items = [told(entry, places.get(entry.thread)) for entry in run]
    sentence = sentence_for(run[0].kind)
    if sentence.folded is None or len(run) < FOLD_FROM:
        return items
    first = items[0]
    words = sentence.folded(len(run))
    return [TimelineItem(first.at, first.actor, first.is_person, words, first.shape, inner=tuple(items))]


def told(entry: HistoryEntry, place: Place | None = None) -> TimelineItem:
    sentence = sentence_for(entry.kind)
    return TimelineItem(
        at=entry.at,
        actor=signature(entry),
        is_person=entry.actor_kind != ActorKind.JOB,
        words=str(sentence.say(entry)),
        shape=sentence.shape_of(entry),
        why=entry.why,
        url=(sentence.link(entry) or "") if sentence.link else "",
        changes=tuple(changes_of(entry, sentence.changes)),
        place=place,
    )


def changes_of(entry: HistoryEntry, labels: Mapping[str, Words]) -> Iterable[Change]:
    for name, label in labels.items():
        before, after = entry.before.get(name), entry.after.get(name)
        if before != after:
            yield Change(str(label), in_words(before), in_words(after))


def in_words(value: Any) -> Any:
    """A switch says yes or no; everything else stands for itself."""
    return str(_("yes") if value else _("no")) if isinstance(value, bool) else value
