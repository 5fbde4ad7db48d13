"""Limits are tried on the imports of the past before they are saved; no file is read for it."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.domain.figures import weigh
from suppliers.domain.limits import Bound, Limits
from suppliers.domain.mappings import save_version
from suppliers.domain.rejudging import replay
from suppliers.forms.guards import GuardsForm
from suppliers.models import Feed, Run, RunStatus
from suppliers.views.guards import LABELS
from tests.factories.feeds import READ_AS, FeedFactory, RunFactory, rows
from tests.factories.people import person

pytestmark = pytest.mark.django_db
CLOCK = Actor.job("clock")
ALL = {f"A{n:03}": 10 for n in range(100)}


@pytest.fixture
def operations(client: Client) -> Client:
    client.force_login(person("operations", language="en"))
    return client


def say(feed: Feed, gone: int = 0) -> Run:
    """One import of the feed; the last `gone` of its hundred SKUs are not in it."""
    feed.refresh_from_db()
    table = rows(list(ALL.items())[: len(ALL) - gone])
    run = RunFactory(feed)
    judge_and_apply(run, Read(table, file=lambda: weigh(table)), by=CLOCK)
    return run


def typed(feed: Feed, **changed: Any) -> dict[str, Any]:
    """What the page sends when these fields are changed."""
    form = GuardsForm(feed=feed, labels=LABELS)
    given = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    return {name: "" if value is None else value for name, value in {**given, **changed}.items()}


def address(feed: Feed, name: str = "feed_guards") -> str:
    return reverse(f"suppliers:{name}", args=[feed.pk])


def test_the_page_sends_back_what_it_showed() -> None:
    limits = Limits().with_bounds(lost=Bound(None, Decimal("0.125")), age=Bound(Decimal(30), None))
    feed = FeedFactory(limits=limits.to_json(), patience_minutes=120)

    form = GuardsForm(typed(feed), feed=feed, labels=LABELS)

    assert form.is_valid(), form.errors
    assert form.facts() == {
        "absent_policy": "unknown",
        "absent_files": 3,
        "patience_minutes": 120,
        "limits": {"lost": [None, "0.125"], "age": ["30", None]},
    }


@pytest.fixture
def feed() -> Feed:
    """A feed with five imports: two usual ones, one without 4 SKUs, one without 30, one without 80 (held)."""
    feed = FeedFactory()
    for gone in (0, 0, 4, 30, 80):
        say(feed, gone)
    return Feed.objects.get(pk=feed.pk)


def verdicts(feed: Feed, limits: Limits) -> list[tuple[str, list[str]]]:
    """What the imports would be, oldest first, and because of which checks."""
    found = replay(feed, limits).rejudged[::-1]
    return [(one.now.value, [check.check for check in one.failing]) for one in found]


def test_under_the_same_limits_every_import_has_the_verdict_that_it_had(feed: Feed) -> None:
    found = replay(feed, Limits())

    recorded = [(run.pk, run.verdict["result"]) for run in Run.objects.order_by("-pk")]
    assert [(one.run_id, one.then) for one in found.rejudged] == recorded
    assert [one.then.value for one in found.rejudged[::-1]] == ["apply", "apply", "apply", "safe", "hold"]
    assert (found.others, found.unknown) == ([], 0)


def test_other_limits_are_tried_on_the_imports_of_the_past(feed: Feed) -> None:
    strict = Limits().with_bounds(lost=Bound(Decimal("0.03"), Decimal("0.2")))
    loose = Limits().with_bounds(lost=Bound(), rows=Bound())

    assert verdicts(feed, strict) == [
        ("apply", []),
        ("apply", []),
        ("safe", ["lost"]),
        ("hold", ["rows", "lost"]),
        ("hold", ["rows", "lost", "units"]),
    ]
    assert verdicts(feed, loose) == [
        ("apply", []),
        ("apply", []),
        ("apply", []),
        ("apply", []),
        ("safe", ["units"]),
    ]
    others = replay(feed, loose).others
    assert [(one.then.value, one.now.value) for one in others] == [("hold", "safe"), ("safe", "apply")]


def test_what_was_no_table_is_counted_and_changed_by_no_limit(feed: Feed) -> None:
    RunFactory(feed, status=RunStatus.HELD, verdict={"result": "hold", "checks": []})

    found = replay(feed, Limits())

    assert (len(found.rejudged), found.unknown) == (5, 1)


def test_what_names_only_some_skus_was_judged_by_other_rules_and_is_left_out(feed: Feed) -> None:
    before = replay(feed, Limits())
    RunFactory(feed, status=RunStatus.APPLIED, partial=True, verdict={"result": "apply", "checks": []})

    assert replay(feed, Limits()) == before


def test_after_another_mapping_an_import_is_not_compared_with_those_before_it(feed: Feed) -> None:
    mapping = save_version(feed, {**READ_AS.to_json(), "decimal": ","}, by=CLOCK)
    Run.objects.filter(pk=Run.objects.latest("pk").pk).update(mapping=mapping)

    assert verdicts(feed, Limits())[-1] == ("hold", ["lost"])


def test_a_replay_asks_once_and_reads_no_file(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suppliers.domain.reading.read", None)

    with CaptureQueriesContext(connection) as asked:
        found = replay(feed, Limits())

    assert (len(found.rejudged), len(asked)) == (5, 1)


def test_limits_are_previewed_and_nothing_is_saved(operations: Client, feed: Feed) -> None:
    answer = operations.post(address(feed), typed(feed, lost_safe="3", lost_hold="20"))

    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 200
    assert "With these limits, the last 5 imports would have been" in page
    other = answer.context["replay"].others
    assert [(one.then.kind, one.now.kind, str(one.why)) for one in other] == [
        ("partly", "held", "Lines, Known SKUs that are missing"),
        ("done", "partly", "Known SKUs that are missing"),
    ]
    feed.refresh_from_db()
    assert feed.limits == {}


def test_saved_limits_are_on_the_record_and_read_the_same_file_again(operations: Client, feed: Feed) -> None:
    Feed.objects.filter(pk=feed.pk).update(last_sha256="same")

    answer = operations.post(
        address(feed, "feed_guards_save"),
        typed(feed, lost_safe="3", absent_policy="zero", absent_files="4", patience_hours="12"),
    )

    feed.refresh_from_db()
    assert answer["Location"] == reverse("suppliers:feed", args=[feed.pk])
    assert (feed.limits, feed.absent_policy, feed.absent_files, feed.patience_minutes, feed.last_sha256) == (
        {"lost": ["0.03", "0.5"]},
        "zero",
        4,
        720,
        "",
    )
    entry = HistoryEntry.objects.get(kind="feed.edited")
    assert entry.before == {
        "absent_policy": "unknown",
        "absent_files": 3,
        "patience_minutes": None,
        "limits.lost": "5\u00a0% / 50\u00a0%",
    }
    assert entry.after["limits.lost"] == "3\u00a0% / 50\u00a0%"
    page = " ".join(operations.get(answer["Location"]).content.decode().split())
    assert "unknown, and zero after 4 files without it" in page
    assert "after 12 h without a good import" in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"lost_safe": "60"}, "Hold at the first limit or beyond it, not before."),
        ({"absent_files": "1"}, "Ensure this value is greater than or equal to 2."),
        ({"age_hold": "soon"}, "Enter a number."),
    ],
)
def test_limits_that_make_no_sense_are_refused_and_nothing_is_saved(
    operations: Client, feed: Feed, changed: dict[str, str], sentence: str
) -> None:
    answer = operations.post(address(feed, "feed_guards_save"), typed(feed, **changed))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    feed.refresh_from_db()
    assert (feed.limits, HistoryEntry.objects.filter(kind="feed.edited").exists()) == ({}, False)


def test_a_viewer_may_try_limits_and_not_save_them(client: Client, feed: Feed) -> None:
    client.force_login(person("viewer"))

    assert client.post(address(feed), typed(feed)).status_code == 200
    assert client.post(address(feed, "feed_guards_save"), typed(feed, lost_safe="3")).status_code == 403
    feed.refresh_from_db()
    assert feed.limits == {}
