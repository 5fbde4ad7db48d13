"""The team is told once, each in his language, of what should not wait."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import django_rq
import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.models import Message, User
from stocke.core.models.user import Role
from stocke.insights.jobs.alerts import feed_failed, feed_silent, run_held, sweep_untold
from stocke.wiring import CLOCK
from suppliers.domain.applying import hold
from suppliers.domain.runs import request_run
from suppliers.models import Feed, Run, RunStatus
from tests.factories.feeds import FeedFactory, RunFactory
from tests.factories.suppliers import SupplierFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> None:
    for language, role in (("fr", Role.OPERATIONS), ("en", Role.OPERATIONS), ("fr", Role.VIEWER)):
        User.objects.create_user(
            f"{role}-{language}@demo.example", first_name="Léa", role=role, language=language
        )


def test_operations_are_told_of_a_held_import_once_in_their_language(team: None) -> None:
    feed = FeedFactory(name="Matin", supplier=SupplierFactory(name="Nordique Démo"))
    run = RunFactory(feed, status="held", counts={"gone": 1204})

    run_held(run.pk)
    run_held(run.pk)

    english, french = Message.objects.order_by("language")
    assert english.subject == f"Import {run.pk} held: Nordique Démo, Matin"
    assert "1,204 SKUs have disappeared from the file · nothing is applied." in english.text
    assert french.subject == f"Import {run.pk} retenu\u00a0: Nordique Démo, Matin"
    assert "1\u00a0204 références ont disparu du fichier" in french.text
    assert {mail.status for mail in (english, french)} == {"approved"}
    assert {mail.thread for mail in (english, french)} == {f"run:{run.pk}"}


def held(feed: Feed, *checks: str, value: str = "0.6000", beside: Sequence[str] = ()) -> Run:
    """A held import that these checks stopped, and others would not have; the ones before it wait no longer."""
    Run.objects.filter(feed=feed, status=RunStatus.HELD).update(status=RunStatus.SUPERSEDED)
    found = [("hold", check) for check in checks] + [("safe", check) for check in beside]
    stopped = [
        {"check": check, "value": value, "outcome": outcome, "passed": False} for outcome, check in found
    ]
    run = RunFactory(feed, status=RunStatus.HELD, verdict={"result": "hold", "checks": stopped})
    run_held(run.pk)
    return run


def told() -> list[str]:
    """The threads of the mails to one reader."""
    return list(Message.objects.filter(language="fr").order_by("pk").values_list("thread", flat=True))


def test_imports_held_for_the_same_reason_are_told_once_and_for_another_again(team: None) -> None:
    feed = FeedFactory()
    RunFactory(feed, status=RunStatus.APPLIED)
    first = held(feed, "lost")
    held(feed, "lost")
    Run.objects.filter(pk=held(feed, "lost").pk).update(status=RunStatus.REJECTED)
    held(feed, "lost")

    other = held(feed, "lost", "price")
    page = held(feed, "content", value="html")
    empty = held(feed, "content", value="empty")

    assert told() == [f"run:{run.pk}" for run in (first, other, page, empty)]


def first_import(*, asked_by: Role | None, trigger: str, good: bool = False) -> Run:
    """A held import of a feed, asked for by somebody of this role, or by the clock."""
    feed = FeedFactory(mapped=False, last_good_at=timezone.now() if good else None)
    person = asked_by and User.objects.create_user("asks@demo.example", role=asked_by, language="en")
    by = Actor.person(person) if person else Actor.job("clock")
    run = request_run(feed, by=by, trigger=trigger)
    assert run is not None
    Run.objects.filter(pk=run.pk).update(status=RunStatus.HELD)
    run_held(run.pk)
    sweep_untold()
    return run


@pytest.mark.parametrize("trigger", ["person", "upload"])
def test_whoever_connects_a_feed_by_hand_and_may_decide_is_not_told_of_what_he_looks_at(
    team: None, trigger: str
) -> None:
    first_import(asked_by=Role.OPERATIONS, trigger=trigger)

    assert told() == []


@pytest.mark.parametrize(
    "asked",
    [
        {"asked_by": None, "trigger": "schedule"},
        {"asked_by": Role.OPERATIONS, "trigger": "upload", "good": True},
        {"asked_by": Role.VIEWER, "trigger": "upload"},
        {"asked_by": None, "trigger": "upload"},
    ],
    ids=["by schedule", "of a feed that counted", "by who may not decide", "by a program"],
)
def test_every_other_held_import_is_told(team: None, asked: dict[str, Any]) -> None:
    run = first_import(**asked)

    assert told() == [f"run:{run.pk}"]


def a_day_passes() -> None:
    Message.objects.update(created_at=F("created_at") - timedelta(days=1))


@pytest.mark.parametrize(
    "good",
    [
        {"status": RunStatus.APPLIED},
        {"status": RunStatus.APPLIED, "partial": True},
        {"status": RunStatus.UNCHANGED, "facts": {"same_as_status": "applied"}},
    ],
    ids=["a file", "some SKUs", "the same file"],
)
def test_after_a_good_import_the_same_reason_is_news_again(team: None, good: dict[str, Any]) -> None:
    feed = FeedFactory()
    first = held(feed, "lost")
    RunFactory(feed, **good)
    a_day_passes()

    second = held(feed, "lost")

    assert told() == [f"run:{first.pk}", f"run:{second.pk}"]


def test_a_feed_that_is_good_and_bad_by_turns_is_told_of_once_a_day(team: None) -> None:
    feed = FeedFactory()
    first = held(feed, "lost")
    for _quarter in range(3):
        RunFactory(feed, status=RunStatus.APPLIED)
        held(feed, "lost")
    sweep_untold()
    a_day_passes()
    RunFactory(feed, status=RunStatus.APPLIED)

    next_day = held(feed, "lost")

    assert told() == [f"run:{first.pk}", f"run:{next_day.pk}"]


def test_without_a_good_import_nothing_is_told_anew_however_long_it_takes(team: None) -> None:
    feed = FeedFactory()
    first = held(feed, "lost")
    a_day_passes()

    held(feed, "lost")
    sweep_untold()

    assert told() == [f"run:{first.pk}"]


def test_what_comes_and_goes_beside_a_reason_and_fewer_reasons_are_no_news(team: None) -> None:
    feed = FeedFactory()
    first = held(feed, "lost", "units")

    held(feed, "lost", "units", beside=["identical"])
    held(feed, "units", beside=["rows", "price"])
    held(feed, "lost")

    assert told() == [f"run:{first.pk}"]


def test_two_feeds_held_for_the_same_reason_are_two_things_to_tell(team: None) -> None:
    north, south = held(FeedFactory(), "lost"), held(FeedFactory(), "lost")

    assert told() == [f"run:{north.pk}", f"run:{south.pk}"]


def test_a_silent_feed_is_told_once_a_silence(team: None) -> None:
    feed = FeedFactory(
        name="Matin",
        supplier=SupplierFactory(name="Nordique Démo"),
        silent_since=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
        last_good_at=datetime(2026, 11, 23, 6, 40, tzinfo=UTC),
    )

    feed_silent(feed.pk)
    feed_silent(feed.pk)
    Feed.objects.filter(pk=feed.pk).update(silent_since=datetime(2026, 11, 26, 9, 0, tzinfo=UTC))
    feed_silent(feed.pk)

    mails = list(Message.objects.filter(language="en").order_by("pk"))
    assert [mail.subject for mail in mails] == ["Feed silent: Nordique Démo, Matin"] * 2
    assert "Last good import: Mon 23 Nov" in mails[0].text
    assert "none has become zero" in mails[0].text
    assert mails[0].thread == f"feed:{feed.pk}"


def test_a_feed_that_has_spoken_meanwhile_needs_no_mail(team: None) -> None:
    feed_silent(FeedFactory().pk)

    assert not Message.objects.exists()


def test_an_import_decided_meanwhile_needs_no_mail(team: None) -> None:
    run_held(RunFactory(status="applied").pk)

    assert not Message.objects.exists()


def test_administrators_are_told_where_there_is_no_operations_team() -> None:
    boss = User.objects.create_user("boss@demo.example", first_name="Zoé", role=Role.ADMINISTRATOR)
    problem = {"text": {"fr": "Le serveur ne répond pas.", "en": "The server does not answer."}}

    feed_failed(RunFactory(status="failed", facts={"problem": problem}).pk)

    message = Message.objects.get()
    assert message.recipient == boss.email
    assert "Le serveur ne répond pas." in message.text


def lost_queue(feed: Feed, failures: int) -> None:
    """So many failures in a row, of which no event arrived."""
    problem = {"text": {"fr": "Le serveur ne répond pas.", "en": "The server does not answer."}}
    for _failure in range(failures):
        run = RunFactory(feed, facts={"problem": problem})
        Run.objects.filter(pk=run.pk).update(status=RunStatus.FAILED, finished_at=timezone.now())


def subjects() -> list[str]:
    return list(Message.objects.filter(language="en").order_by("pk").values_list("subject", flat=True))


def test_what_stands_and_nobody_was_told_of_is_told_by_the_sweep_once(team: None) -> None:
    run = RunFactory(FeedFactory(name="Held", supplier=SupplierFactory(name="A")), status=RunStatus.HELD)
    FeedFactory(name="Silent", supplier=SupplierFactory(name="B"), silent_since=timezone.now())
    failing, mended = (
        FeedFactory(name="Failing", supplier=SupplierFactory(name="C")),
        FeedFactory(name="Mended"),
    )
    lost_queue(failing, 7)
    lost_queue(mended, 5)
    RunFactory(mended, status=RunStatus.UNCHANGED)
    lost_queue(FeedFactory(name="Not yet"), 4)

    sweep_untold()
    sweep_untold()

    fifth = Run.objects.filter(feed=failing).order_by("pk")[4]
    assert subjects() == [
        f"Import {run.pk} held: A, Held",
        "Feed silent: B, Silent",
        "Feed failed: C, Failing",
    ]
    assert Message.objects.filter(thread=f"run:{fifth.pk}").count() == 2


def test_the_sweep_tells_nothing_twice_and_no_newcomer_of_old_things(team: None) -> None:
    feed = FeedFactory()
    held(feed, "lost")
    held(feed, "lost")
    before = Message.objects.count()
    User.objects.create_user("new@demo.example", first_name="Ana", role=Role.OPERATIONS, language="en")

    sweep_untold()

    assert Message.objects.count() == before


def test_an_alert_survives_a_wiped_queue(team: None) -> None:
    run = RunFactory(status=RunStatus.RUNNING)
    run.verdict = {"result": "hold", "checks": [{"check": "content", "value": "empty", "passed": False}]}
    with transaction.atomic():
        hold(run, by=Actor.job("test"))
    django_rq.get_connection("default").flushdb()

    sweep_untold()

    assert set(Message.objects.values_list("thread", flat=True)) == {f"run:{run.pk}"}


def test_the_clock_sweeps_what_nobody_was_told_of() -> None:
    assert "stocke.insights.jobs.alerts.sweep_untold" in {tick.job for tick in CLOCK}
