"""Telling the team by mail what should not wait until somebody looks at Today."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from stocke.core.actors import Actor
from stocke.core.domain.outbox import compose
from stocke.core.models import HistoryEntry, Message, User
from stocke.core.models.user import Role
from stocke.core.web.access import people_who_can
from stocke.core.web.formats import moment
from stocke.core.web.places import places_of
from stocke.insights.sentences import say_run
from suppliers.domain.judging import Outcome
from suppliers.domain.sentences import in_this_language
from suppliers.models import Feed, Run, RunStatus
from suppliers.queries.feeds import good_runs
from suppliers.queries.runs import given_up

BY = Actor.job("alerts")
# What failed earlier has been seen by now, by whatever way.
FAILED_LATELY = timedelta(days=14)
# A feed that is good and bad by turns is told of once a day, not by every other file.
TOLD_AGAIN_AFTER = timedelta(days=1)
MOST_MAILS = 100
# Whoever asks for an import, or hands its file in, is led to its page.
BY_HAND = frozenset({"person", "upload"})
# Checks whose value is a word: another word is another reason.
WORDED = frozenset({"content", "columns", "currency"})


def operators() -> list[User]:
    """Who is told: operations; administrators where nobody else watches the feeds."""
    active = User.objects.filter(is_active=True).order_by("pk")
    return list(active.filter(groups__name=Role.OPERATIONS)) or list(
        active.filter(groups__name=Role.ADMINISTRATOR)
    )


def run_facts(run: Run, reason: str) -> dict[str, str]:
    place = places_of([f"run:{run.pk}"]).get(f"run:{run.pk}")
    return {
        "supplier.name": run.feed.supplier.name,
        "feed.name": run.feed.name,
        "run.number": str(run.pk),
        "run.reason": reason,
        "run_link": settings.PUBLIC_URL + (place.url if place else "/today/"),
    }


def write(kind: str, key: str, thread: str, reader: User, facts: Mapping[str, str]) -> Message:
    """One mail to one member of staff, once per fact."""
    return compose(
        kind,
        key=f"{key}:user:{reader.pk}",
        thread=thread,
        recipient=reader.email,
        recipient_name=reader.get_full_name(),
        language=reader.language,
        facts=facts,
        by=BY,
        send=True,
    )


@transaction.atomic
def tell_of_held_run(run: Run) -> list[Message]:
    """Every operator learns, in his language, that an import waits for a decision. Idempotent.

    Told once, however many imports are held after it for the same reasons or fewer, until a good one counts, and then
    not within a day. Nobody is told while whoever may decide connects the feed by hand.
    """
    if is_looked_at(run):
        return []
    mails, key = [], held_key(run)
    for reader in operators():
        with override(reader.language):
            facts = run_facts(run, f"{say_run(run).why}.")
        mails.append(write("feed_held", key, f"run:{run.pk}", reader, facts))
    return mails


def is_looked_at(run: Run) -> bool:
    """Whether somebody who may decide has asked for this import himself, of a feed of which none has counted yet."""
    if run.trigger not in BY_HAND or run.feed.last_good_at:
        return False
    asked = HistoryEntry.objects.filter(thread=f"run:{run.pk}", kind="run.requested")
    return people_who_can("feeds.decide").filter(pk__in=asked.values("actor_user")).exists()


def held_key(run: Run) -> str:
    """That of the mails which have told of all that holds this import, or one of its own."""
    reasons = reasons_of(run)
    good = good_runs(run.feed_id).filter(pk__lt=run.pk).values_list("pk", flat=True).first() or 0
    about = f"feed:{run.feed_id}:held:"
    told = told_already(about, f":after:{good}:")
    known = {held.pk: reasons_of(held) for held in Run.objects.only("verdict").filter(pk__in=told.values())}
    own = f"{about}{sha256(' '.join(sorted(reasons)).encode()).hexdigest()[:16]}:after:{good}"
    return next((key for key, pk in told.items() if reasons <= known.get(pk, set())), own)


def told_already(about: str, after: str) -> dict[str, int]:
    """The keys of the mails about a feed's held imports since its last good one or within a day, with the imports."""
    lately = Q(created_at__gte=timezone.now() - TOLD_AGAIN_AFTER)
    mails = Message.objects.filter(Q(dedupe_key__contains=after) | lately, dedupe_key__startswith=about)
    found = mails.order_by("-pk").values_list("dedupe_key", "thread")[:MOST_MAILS]
    return {key.partition(":user:")[0]: int(thread.partition(":")[2]) for key, thread in found}


def reasons_of(run: Run) -> set[str]:
    """What holds it by itself. What would only have it applied safely comes and goes beside that."""
    checks = run.verdict.get("checks", [])
    holding = [check for check in checks if check.get("outcome") == Outcome.HOLD]
    return {check["check"] + (check["value"] if check["check"] in WORDED else "") for check in holding} or {
        ""
    }


@transaction.atomic
def tell_of_failed_feed(run: Run) -> list[Message]:
    """Every operator learns that a feed will not mend by itself. Idempotent."""
    mails = []
    for reader in operators():
        with override(reader.language):
            problem = run.facts.get("problem", {}).get("text", {})
            facts = run_facts(run, in_this_language(problem) or run.error)
        mails.append(write("feed_failed", failed_key(run), f"run:{run.pk}", reader, facts))
    return mails


def failed_key(run: Run) -> str:
    return f"run:{run.pk}:failed"


@transaction.atomic
def tell_of_silent_feed(feed: Feed) -> list[Message]:
    """Every operator learns that nothing good comes from a feed any more, and what that means. Once a silence."""
    mails = []
    place = places_of([f"feed:{feed.pk}"]).get(f"feed:{feed.pk}")
    for reader in operators():
        with override(reader.language):
            facts = {
                "supplier.name": feed.supplier.name,
                "feed.name": feed.name,
                "feed.last_good": moment(feed.last_good_at) if feed.last_good_at else _("none so far"),
                "feed_link": settings.PUBLIC_URL + (place.url if place else "/today/"),
            }
        mails.append(write("feed_silent", silent_key(feed), f"feed:{feed.pk}", reader, facts))
    return mails


def silent_key(feed: Feed) -> str:
    since = feed.silent_since
    return f"feed:{feed.pk}:silent:{since.timestamp() if since else 0:.0f}"


def tell_the_untold() -> int:
    """Tell of everything that stands and nobody was told of, in case an event was lost; how many things.

    Whoever joined the team since is not told anew. Idempotent.
    """
    waiting = Run.objects.select_related("feed__supplier").filter(status=RunStatus.HELD)
    held = (run for run in waiting if not is_looked_at(run))
    silent = Feed.objects.select_related("supplier").filter(silent_since__isnull=False)
    failed = given_up(since=timezone.now() - FAILED_LATELY)
    untold = [
        *((tell_of_held_run, run) for run in those_untold(held, held_key)),
        *((tell_of_silent_feed, feed) for feed in those_untold(silent, silent_key)),
        *((tell_of_failed_feed, run) for run in those_untold(failed, failed_key)),
    ]
    for tell, about in untold:
        tell(about)  # type: ignore[operator]  # each with its own kind of thing
    return len(untold)


def those_untold[Thing: Run | Feed](things: Iterable[Thing], key: Callable[[Thing], str]) -> list[Thing]:
    """Those of which no mail was written to any of today's operators."""
    readers = [reader.pk for reader in operators()]
    by_key = {key(thing): thing for thing in things}
    keys = [f"{one}:user:{reader}" for one in by_key for reader in readers]
    written = Message.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True)
    told = {one.partition(":user:")[0] for one in written}
    return [thing for one, thing in by_key.items() if one not in told]
