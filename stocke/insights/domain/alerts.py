"""Telling the team by mail what should not wait until somebody looks at Today."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import override

from stocke.core.actors import Actor
from stocke.core.domain.outbox import compose
from stocke.core.models import Message, User
from stocke.core.models.user import Role
from stocke.core.web.places import places_of
from stocke.insights.sentences import say_run
from suppliers.domain.sentences import in_this_language
from suppliers.models import Run

BY = Actor.job("alerts")


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


def write(kind: str, key: str, run: Run, reader: User, facts: Mapping[str, str]) -> Message:
    """One mail to one member of staff, once per fact."""
    return compose(
        kind,
        key=f"{key}:user:{reader.pk}",
        thread=f"run:{run.pk}",
        recipient=reader.email,
        recipient_name=reader.get_full_name(),
        language=reader.language,
        facts=facts,
        by=BY,
        send=True,
    )


def tell_of_held_run(run: Run) -> list[Message]:
    """Every operator learns, in his language, that an import waits for a decision. Idempotent."""
    mails = []
    for reader in operators():
        with override(reader.language):
            facts = run_facts(run, f"{say_run(run).why}.")
        mails.append(write("feed_held", f"run:{run.pk}:held", run, reader, facts))
    return mails


def tell_of_failed_feed(run: Run) -> list[Message]:
    """Every operator learns that a feed will not mend by itself. Idempotent."""
    mails = []
    for reader in operators():
        with override(reader.language):
            problem = run.facts.get("problem", {}).get("text", {})
            facts = run_facts(run, in_this_language(problem) or run.error)
        mails.append(write("feed_failed", f"run:{run.pk}:failed", run, reader, facts))
    return mails
