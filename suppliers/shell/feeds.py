"""Feeds in the shell: their entry with what waits for a person, their search, and how imports are told."""

from collections.abc import Callable, Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from stocke.core.models import HistoryEntry, User
from stocke.core.web.commands import HITS_PER_KIND, Hit, register_search
from stocke.core.web.formats import number
from stocke.core.web.navigation import NavEntry, register
from stocke.core.web.places import Place, register_places
from stocke.core.web.timeline import register_job, register_sentence
from suppliers.domain.sentences import in_this_language
from suppliers.models import Feed
from suppliers.queries.feeds import feeds_by_key, feeds_in_trouble, search_feeds
from suppliers.queries.runs import runs_by_key
from suppliers.tables.checks import CHECKS
from suppliers.tables.runs import TRIGGERS


def find_feeds(query: str, user: User) -> list[Hit]:
    found = search_feeds(Feed.objects.select_related("supplier"), query)[:HITS_PER_KIND]
    return [
        Hit(
            label=str(feed),
            hint=feed.supplier.name,
            url=feed_url(feed.pk),
            kind=gettext_lazy("Feeds"),
            icon="feeds",
        )
        for feed in found
    ]


def feed_url(pk: int) -> str:
    return reverse("suppliers:feed", args=[pk])


def feed_places(keys: Collection[int]) -> Mapping[int, Place]:
    return {
        feed.pk: Place(f"{feed.supplier} · {feed}", feed_url(feed.pk)) for feed in feeds_by_key(list(keys))
    }


def run_places(keys: Collection[int]) -> Mapping[int, Place]:
    return {
        run.pk: Place(
            _("Import %(number)s, %(supplier)s") % {"number": run.pk, "supplier": run.feed.supplier},
            reverse("suppliers:run", args=[run.pk]),
        )
        for run in runs_by_key(list(keys))
    }


def applied(entry: HistoryEntry) -> str:
    counts = entry.after
    changed = sum(
        counts.get(change, 0) for change in ("more", "less", "zeroed", "unreadable", "gone", "other")
    )
    said = {
        "rows": number(counts.get("rows", 0)),
        "new": number(counts.get("new", 0)),
        "changed": number(changed),
        "withheld": number(counts.get("withheld", 0)),
    }
    if counts.get("withheld"):
        return (
            _(
                "Import applied safely. Lines: %(rows)s, new: %(new)s, changed: %(changed)s, withheld: %(withheld)s"
            )
            % said
        )
    return _("Import applied. Lines: %(rows)s, new: %(new)s, changed: %(changed)s") % said


def of_lines(say: Callable[[int], str]) -> Callable[[HistoryEntry], str]:
    """A sentence about as many withheld lines as the entry counts."""

    def told(entry: HistoryEntry) -> str:
        lines = sum(entry.after.values())
        return say(lines) % {"count": number(lines)}

    return told


def settled_lines(entry: HistoryEntry) -> str:
    """What the next import made of the withheld lines."""
    names = {name: number(entry.after.get(name, 0)) for name in ("counted", "overtaken")}
    return _(
        "Import %(run)s says the same of %(counted)s withheld lines, which count; "
        "it says otherwise of %(overtaken)s"
    ) % {**names, "run": entry.data.get("run", "")}


def requested(entry: HistoryEntry) -> str:
    if entry.data.get("trigger") == "undo":
        return _("Undo asked for")
    return _("Import asked for, %(how)s") % {"how": TRIGGERS.get(entry.data.get("trigger", ""), "")}


def mapped(entry: HistoryEntry) -> str:
    words = {"version": entry.after.get("version", ""), "like": entry.data.get("like") or ""}
    if words["like"]:
        return _("Columns read as in version %(like)s again: version %(version)s") % words
    return _("Columns confirmed, version %(version)s") % words


def fell_silent(entry: HistoryEntry) -> str:
    offers = entry.after.get("offers", 0)
    return ngettext(
        "Nothing good for longer than the feed’s rhythm: %(count)s offer is unknown from now on",
        "Nothing good for longer than the feed’s rhythm: %(count)s offers are unknown from now on",
        offers,
    ) % {"count": number(offers)}


def failed(entry: HistoryEntry) -> str:
    """With its reason; older entries have only a code of it."""
    problem = entry.data.get("problem")
    if not isinstance(problem, dict):
        return _("Import failed, nothing changed")
    return _("Import failed, nothing changed: %(problem)s") % {"problem": in_this_language(problem)}


def rematched(entry: HistoryEntry) -> str:
    count = entry.after.get("offers", 0)
    words = ngettext("%(count)s offer found its product", "%(count)s offers found their products", count)
    return words % {"count": number(count)}


def superseded(entry: HistoryEntry) -> str:
    return _("Overtaken by import %(number)s") % {"number": entry.data.get("run", "")}


def carried_out(entry: HistoryEntry) -> str:
    changed = sum(entry.after.get(kind, 0) for kind in ("more", "less", "zeroed", "unreadable", "other"))
    words = ngettext(
        "Undo carried out: %(count)s offer changed", "Undo carried out: %(count)s offers changed", changed
    )
    return words % {"count": number(changed)}


register(
    NavEntry(
        key="feeds",
        group="records",
        label=gettext_lazy("Feeds"),
        url_name="suppliers:feed_list",
        icon="feeds",
        permission="feeds.view",
        counter=feeds_in_trouble,
    )
)
register_places("feed", feed_places)
register_places("run", run_places)
register_search(find_feeds, permission="feeds.view")

SETTINGS = {
    "name": gettext_lazy("Name"),
    "transport": gettext_lazy("Where the file comes from"),
    "location": gettext_lazy("Address or folder"),
    "access.auth": gettext_lazy("The server asks for"),
    "access.user": gettext_lazy("User name"),
    "access.name": gettext_lazy("Name of the header or parameter"),
    "access.host": gettext_lazy("Server"),
    "access.port": gettext_lazy("Port"),
    "access.path": gettext_lazy("File or folder"),
    "access.security": gettext_lazy("Security"),
    "access.host_key": gettext_lazy("Key of the server"),
    "access.items": gettext_lazy("Where the articles are in the answer"),
    "access.paging": gettext_lazy("How the next page is asked for"),
    "access.parameter": gettext_lazy("Name of the parameter"),
    "access.first": gettext_lazy("Number of the first page"),
    "access.next_path": gettext_lazy("Where the mark or address is in the answer"),
    "access.size_parameter": gettext_lazy("Parameter for articles per page"),
    "access.size": gettext_lazy("Articles per page"),
    "access.per_minute": gettext_lazy("Pages a minute at most"),
    "access.folder": gettext_lazy("Mail folder"),
    "access.sender": gettext_lazy("Sender"),
    "access.subject": gettext_lazy("Words of the subject"),
    "access.take": gettext_lazy("What to take"),
    "access.pattern": gettext_lazy("Name of the file, or words of the link"),
    "every_minutes": gettext_lazy("Read every"),
    "absent_policy": gettext_lazy("A SKU that is missing from the file"),
    "absent_files": gettext_lazy("Files without it until it is zero"),
    "patience_minutes": gettext_lazy("Silent after"),
    "active": gettext_lazy("Active"),
    **{f"limits.{name}": words.label for name, words in CHECKS.items()},
    "limits.rise": gettext_lazy("Large rise"),
}
register_sentence("feed.created", lambda entry: gettext_lazy("Feed connected"), shape="done", group="people")
register_sentence("feed.edited", lambda entry: gettext_lazy("Feed changed"), group="people", changes=SETTINGS)
register_sentence(
    "feed.credentials_changed", lambda entry: gettext_lazy("Password or key changed"), group="people"
)
register_sentence(
    "feed.credentials_removed", lambda entry: gettext_lazy("Password or key removed"), group="people"
)
register_sentence(
    "feed.key_issued", lambda entry: gettext_lazy("Key for sending levels made"), group="people"
)
register_sentence(
    "feed.key_revoked",
    lambda entry: gettext_lazy("Key for sending levels revoked"),
    shape="stopped",
    group="people",
)
register_sentence(
    "feed.host_key_noted",
    lambda entry: gettext_lazy("Key of the server noted on the first visit"),
    group="feeds",
    changes=SETTINGS,
)
register_sentence("feed.mapped", mapped, group="people")
register_sentence("feed.rematched", rematched, shape="done", group="people")
register_sentence("feed.silent", fell_silent, shape="unknown", group="feeds")
register_sentence(
    "feed.heard",
    lambda entry: gettext_lazy("The feed says something good again; its offers count"),
    shape="done",
    group="feeds",
)
register_sentence("run.requested", requested, group="people")
register_sentence(
    "run.applied",
    applied,
    shape="done",
    group="feeds",
    chatter=True,
    folded=lambda n: (
        ngettext("%(count)s import applied", "%(count)s imports applied", n) % {"count": number(n)}
    ),
)
register_sentence(
    "run.held", lambda entry: gettext_lazy("Import held, nothing applied"), shape="held", group="feeds"
)
register_sentence("run.failed", failed, shape="failed", group="feeds")
register_sentence("run.superseded", superseded, shape="stopped", group="feeds")
register_sentence(
    "run.apply_decided",
    lambda entry: gettext_lazy("Decided: the import counts"),
    shape="done",
    group="people",
)
register_sentence(
    "run.safe_decided",
    lambda entry: gettext_lazy("Decided: the import counts, but for what is gone or rises much"),
    shape="partly",
    group="people",
)
register_sentence("run.withheld_settled", settled_lines, shape="done", group="feeds")
register_sentence(
    "run.withheld_again",
    lambda entry: (
        _("Withheld lines wait again: import %(run)s, which had settled them, was undone") % dict(entry.data)
    ),
    shape="undone",
    group="feeds",
)
register_sentence(
    "run.lines_let_count",
    of_lines(
        lambda n: ngettext(
            "Decided: %(count)s withheld line counts", "Decided: %(count)s withheld lines count", n
        )
    ),
    shape="done",
    group="people",
)
register_sentence(
    "run.lines_dropped",
    of_lines(
        lambda n: ngettext(
            "Decided: %(count)s withheld line does not count",
            "Decided: %(count)s withheld lines do not count",
            n,
        )
    ),
    shape="refused",
    group="people",
)
register_sentence(
    "run.lines_counted",
    of_lines(lambda n: ngettext("%(count)s withheld line settled", "%(count)s withheld lines settled", n)),
    group="feeds",
)
register_sentence(
    "run.rejected",
    lambda entry: gettext_lazy("Decided: the import does not count"),
    shape="refused",
    group="people",
)

register_sentence(
    "run.undone",
    lambda entry: gettext_lazy("Import undone: nothing of it counts any more"),
    shape="undone",
    group="people",
)
register_sentence(
    "run.restored",
    lambda entry: gettext_lazy("Undo undone: the import counts again"),
    shape="done",
    group="people",
)
register_sentence("run.carried_out", carried_out, shape="done", group="feeds")

register_job("clock", gettext_lazy("clock"))
register_job("withheld lines", gettext_lazy("withheld lines"))
register_job("sweep", gettext_lazy("recovery of lost imports"))
