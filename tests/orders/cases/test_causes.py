"""The cause follows from recorded times, and its sentence is only said with its facts."""

from datetime import UTC, datetime, timedelta

import pytest

from orders.domain.causes import Shortage, cause_sentence, is_recorded, judge
from orders.models import CaseCause

ORDERED = datetime(2026, 11, 20, 10, tzinfo=UTC)


def shortage(before: timedelta | None, after: timedelta | None) -> Shortage:
    return Shortage(
        ordered_at=ORDERED,
        feed_before=ORDERED - before if before else None,
        feed_after=ORDERED + after if after else None,
        sold=3,
        available=1,
    )


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        (timedelta(hours=25), None, CaseCause.FEED_LATE),
        (timedelta(hours=25), timedelta(hours=1), CaseCause.FEED_LATE),
        (timedelta(hours=2), timedelta(hours=1), CaseCause.SOLD_BETWEEN),
        (timedelta(hours=2), None, CaseCause.OVERSOLD),
        (None, timedelta(hours=1), CaseCause.OVERSOLD),
        (None, None, CaseCause.OVERSOLD),
    ],
)
def test_the_cause_is_what_the_times_allow(
    before: timedelta | None, after: timedelta | None, cause: CaseCause
) -> None:
    judged, facts = judge(shortage(before, after))

    assert judged == cause
    assert is_recorded(cause, facts)


def test_the_facts_carry_their_times() -> None:
    _cause, facts = judge(shortage(timedelta(hours=2), timedelta(hours=1)))

    assert facts == {
        "feed_before": "2026-11-20T08:00:00+00:00",
        "feed_after": "2026-11-20T11:00:00+00:00",
        "ordered_at": "2026-11-20T10:00:00+00:00",
        "sold": 3,
        "available": 1,
    }


def test_a_cause_without_its_recorded_fact_is_not_claimed() -> None:
    assert cause_sentence("supplier_refused", {}, language="en") == "We do not have the cause yet."


@pytest.mark.parametrize(
    ("cause", "facts", "sentence"),
    [
        (
            "supplier_refused",
            {"reason": "no_stock"},
            "Our supplier declined our order: it no longer has this product.",
        ),
        ("supplier_refused", {"reason": "price"}, "Our supplier declined our order."),
        ("supplier_refused", {"reason": "other"}, "Our supplier declined our order."),
        ("no_answer", {"reminders": 2}, "Despite our reminders, our supplier has not confirmed our order."),
        ("no_answer", {"reminders": 0}, "Our supplier has not confirmed our order."),
    ],
)
def test_no_more_is_said_than_the_record_holds(cause: str, facts: dict[str, object], sentence: str) -> None:
    recorded = {"refused_at": "2026-11-20", "sent_at": "2026-11-19", **facts}

    assert cause_sentence(cause, recorded, language="en") == sentence


def test_figures_stand_in_the_sentence() -> None:
    facts = {"quantity_confirmed": 2, "quantity_ordered": 4}

    sentence = cause_sentence("supplier_short", facts, language="fr")

    assert sentence == "Notre fournisseur ne peut en livrer que 2 sur 4."


@pytest.mark.parametrize("cause", list(CaseCause))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_cause_has_a_sentence_in_both_languages(cause: CaseCause, language: str) -> None:
    facts = dict.fromkeys(
        [
            "feed_at", "ordered_at", "feed_before", "feed_after", "refused_at", "quantity_confirmed",
            "quantity_ordered", "sent_at", "reminders", "noticed_at", "sold", "available",
        ],
        "1",
    )  # fmt: skip

    sentence = cause_sentence(cause, facts, language=language)

    assert sentence.endswith(".")
    assert ("fournisseur" in sentence or "fabricant" in sentence or "pièce" in sentence) == (language == "fr")
