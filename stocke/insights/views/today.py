"""Today: what needs a person now, oldest promise first; the rest does itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from stocke.core.models import Shop
from stocke.core.web.access import StaffRequest, staff_can
from stocke.core.web.formats import number
from stocke.core.web.navigation import ENTRIES
from stocke.core.web.partials import page
from stocke.core.web.places import Place, places_of
from stocke.core.web.status import Status
from stocke.insights.charts import columns
from stocke.insights.domain.day import Part, Plan, Queue, plan
from stocke.insights.domain.ruler import ruler
from stocke.insights.queries.done import MOST_COUNTED, Done, done_without_you, yesterday_evening
from stocke.insights.queries.feeds import feeds_by_health
from stocke.insights.queries.promises import promises_by_day
from stocke.insights.queries.queues import all_queues, count_due
from stocke.insights.tasks import KINDS, Task, task_of, thread_shown
from suppliers.models import Feed
from suppliers.tables.feeds import Ticks, state_of_feed, ticks_of

GROUPS = {
    Part.LATE: gettext_lazy("Late"),
    Part.MORNING: gettext_lazy("Before noon"),
    Part.TODAY: gettext_lazy("Today"),
    Part.LATER: gettext_lazy("Later"),
}
# Each with the navigation entry where all of it is. The count stands before the words.
DONE: Mapping[str, tuple[Callable[[int], str], str]] = {
    "orders": (
        lambda n: ngettext("order confirmed, every line safe", "orders confirmed, every line safe", n),
        "orders",
    ),
    "levels": (lambda n: ngettext("level published", "levels published", n), "products"),
    "refusals": (
        lambda n: ngettext("refusal served from the backup list", "refusals served from the backup list", n),
        "purchasing",
    ),
    "cases": (
        lambda n: ngettext(
            "case settled by the customer’s choice", "cases settled by the customer’s choice", n
        ),
        "cases",
    ),
    "playbook": (
        lambda n: ngettext("case answered by the playbook", "cases answered by the playbook", n),
        "cases",
    ),
    "imports": (lambda n: ngettext("import applied", "imports applied", n), "feeds"),
    "mails": (lambda n: ngettext("mail sent", "mails sent", n), "messages"),
}


@dataclass(frozen=True)
class FeedRow:
    feed: Feed
    state: Status
    ticks: Ticks
    url: str


@dataclass(frozen=True)
class DoneRow:
    count: str
    words: str
    url: str


@staff_can("insights.view")
def today(request: StaffRequest) -> HttpResponse:
    now = timezone.localtime()
    queues = all_queues(now)
    day = plan(queues, now)
    return page(
        request,
        "insights/today.html",
        now=now,
        plan=day,
        headline=headline(day),
        groups=task_groups(day, places_of_heads(queues), currency=Shop.current().currency),
        ruler=ruler(day),
        shapes={key: kind.shape for key, kind in KINDS.items()},
        feeds=feed_rows(),
        feeds_url=ENTRIES["feeds"].url,
        done=[done_row(done) for done in done_without_you(yesterday_evening(now))],
        columns=columns(promises_by_day(now.date())),
    )


def places_of_heads(queues: Sequence[Queue]) -> dict[str, Place]:
    """Where the first things of every queue are: asked for all, so that the cost never depends on the mix."""
    return places_of(thread_shown(head.subject) for queue in queues for head in queue.heads)


def task_groups(
    day: Plan, places: Mapping[str, Place], *, currency: str
) -> list[tuple[Part, str, int, list[Task]]]:
    """The rows of each part of the day that has any, with its name and how many things it holds."""
    return [
        (
            part,
            str(GROUPS[part]),
            day.counts[part],
            [task_of(row, places, currency=currency) for row in day.rows[part]],
        )
        for part in Part
        if day.rows[part]
    ]


def headline(day: Plan) -> str:
    """The page in one sentence, counted in things and not in rows."""
    late, morning, due = day.counts[Part.LATE], day.counts[Part.MORNING], day.due_today
    counts = {"count": number(due), "late": number(late), "morning": number(morning)}
    if not due:
        return _("Nothing waits for you.")
    if late and morning:
        words = ngettext(
            "%(count)s decision waits for you: %(late)s late, %(morning)s before noon.",
            "%(count)s decisions wait for you: %(late)s late, %(morning)s before noon.",
            due,
        )
    elif late:
        words = ngettext(
            "%(count)s decision waits for you: %(late)s late.",
            "%(count)s decisions wait for you: %(late)s late.",
            due,
        )
    elif morning:
        words = ngettext(
            "%(count)s decision waits for you: %(morning)s before noon.",
            "%(count)s decisions wait for you: %(morning)s before noon.",
            due,
        )
    else:
        words = ngettext("%(count)s decision waits for you.", "%(count)s decisions wait for you.", due)
    return words % counts


def feed_rows() -> list[FeedRow]:
    feeds = feeds_by_health()
    places = places_of(f"feed:{feed.pk}" for feed in feeds)
    return [
        FeedRow(feed, state_of_feed(feed), ticks_of(recent_of(feed)), places[f"feed:{feed.pk}"].url)
        for feed in feeds
    ]


def recent_of(feed: Feed) -> Sequence[str]:
    """The states of its last imports, as `feeds_for_list` brings them."""
    recent: Sequence[str] = getattr(feed, "recent", ())
    return recent


def done_row(done: Done) -> DoneRow:
    words, key = DONE[done.key]
    count = (
        _("more than %(count)s") % {"count": number(MOST_COUNTED)}
        if done.count > MOST_COUNTED
        else number(done.count)
    )
    return DoneRow(count, words(done.count), ENTRIES[key].url)


def decisions_due() -> int:
    """The number beside Today."""
    return count_due(timezone.localtime())
