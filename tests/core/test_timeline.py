"""The record of a thing in words."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from stocke.core.models import HistoryEntry
from stocke.core.models.history import ActorKind
from stocke.core.web import timeline
from stocke.core.web.timeline import Change, build_timeline, register_job, register_sentence


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timeline, "SENTENCES", {})
    register_sentence("order.confirmed", lambda entry: "Order confirmed", shape="done", group="promises")
    register_sentence(
        "level.published",
        lambda entry: f"Level {entry.after['sellable']} published",
        chatter=True,
        folded=lambda count: f"{count} levels published",
    )
    register_sentence("line.sourced", lambda entry: "Source chosen", changes={"supplier": "Supplier"})
    with translation.override("en"):
        yield


def entry(pk: int, kind: str, **given: object) -> HistoryEntry:
    return HistoryEntry(
        pk=pk,
        kind=kind,
        at=timezone.now() - timedelta(minutes=pk),
        actor_kind=ActorKind.PERSON,
        actor_label="Léa Démo",
        **given,
    )


def test_each_entry_says_what_who_and_why() -> None:
    [item] = build_timeline([entry(1, "order.confirmed", why="the customer called")]).items

    assert (item.words, item.actor, item.why, item.shape) == (
        "Order confirmed",
        "Léa Démo",
        "the customer called",
        "done",
    )


def test_a_switch_changes_in_words() -> None:
    register_sentence("rules.changed", lambda entry: "Rules changed", changes={"asks": "Asks first"})

    [item] = build_timeline([entry(1, "rules.changed", before={"asks": False}, after={"asks": True})]).items

    assert item.changes == (Change("Asks first", "no", "yes"),)


def test_chatter_in_a_row_is_folded_and_opens() -> None:
    levels = [entry(number, "level.published", after={"sellable": number}) for number in (1, 2, 3)]

    built = build_timeline(
        [*levels, entry(4, "order.confirmed"), entry(5, "level.published", after={"sellable": 9})]
    )

    assert [item.words for item in built.items] == [
        "3 levels published",
        "Order confirmed",
        "Level 9 published",
    ]
    assert [item.words for item in built.items[0].inner] == [f"Level {n} published" for n in (1, 2, 3)]


def test_only_values_that_changed_are_shown() -> None:
    same = entry(1, "line.sourced", before={"supplier": "North"}, after={"supplier": "North"})
    moved = entry(2, "line.sourced", before={"supplier": "North"}, after={"supplier": "South"})

    first, second = build_timeline([same, moved]).items

    assert (first.changes, second.changes) == ((), (Change("Supplier", "North", "South"),))


def test_a_kind_that_nobody_words_is_shown_all_the_same() -> None:
    assert [item.words for item in build_timeline([entry(1, "wish.granted")]).items] == ["wish.granted"]


def test_a_group_can_be_shown_alone() -> None:
    entries = [entry(1, "order.confirmed"), entry(2, "line.sourced")]

    built = build_timeline(entries, RequestFactory().get("/", {"timeline": "promises"}))

    assert [item.words for item in built.items] == ["Order confirmed"]
    assert [key for key, _label in built.groups] == ["promises", "system"]


def test_a_customers_words_are_quoted_and_never_run() -> None:
    built = build_timeline([entry(1, "order.confirmed", why="<img src=x onerror=alert(1)>")])

    html = render_to_string("parts/timeline.html", {"timeline": built})

    assert "<img" not in html
    assert "&lt;img" in html


def test_a_job_signs_in_words_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "JOBS", {})
    register_job("mail", "dispatch of mails")
    known = entry(1, "order.confirmed")
    known.actor_kind, known.actor_label = ActorKind.JOB, "mail"
    stray = entry(2, "order.confirmed")
    stray.actor_kind, stray.actor_label = ActorKind.JOB, "run 34"
    assert [item.actor for item in build_timeline([known, stray]).items] == ["dispatch of mails", "run 34"]


def test_a_person_who_is_called_like_a_job_keeps_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "JOBS", {"Léa Démo": "dispatch of mails"})
    assert build_timeline([entry(1, "order.confirmed")]).items[0].actor == "Léa Démo"
