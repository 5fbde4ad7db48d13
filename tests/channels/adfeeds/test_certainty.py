"""What an ad may say, decided on what we are certain of."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from stocke.channels.adfeeds.domain.certainty import Decision, Memory, Standing, decide
from stocke.channels.adfeeds.models import Pause, Reason, Word

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
TODAY = date(2026, 11, 30)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TRUSTED = 48 * HOUR
THERE = Standing(5, 5, "in_stock", as_of=NOW - HOUR, since=NOW - 3 * DAY)
NONE = Standing(0, 0, "out", as_of=NOW - HOUR, since=NOW - DAY)
UNKNOWN = Standing(0, 0, "unknown", as_of=None, since=NOW - 2 * DAY)
NOTHING, WAS_IN = Memory(), Memory(Word.IN)


def said(standing: Standing, memory: Memory = NOTHING, *, now: datetime = NOW) -> Decision:
    return decide(standing, memory, now=now, today=now.date(), trusted=TRUSTED)


@pytest.mark.parametrize(
    ("standing", "word", "reason"),
    [
        (THERE, Word.IN, Reason.STATED),
        (replace(THERE, number=1, sellable=1, light="low"), Word.IN, Reason.STATED),
        (replace(THERE, as_of=NOW - TRUSTED), Word.IN, Reason.STATED),
        (replace(THERE, number=0), Word.OUT, Reason.KEPT_BACK),
        (NONE, Word.OUT, Reason.NONE_LEFT),
        (replace(NONE, as_of=NOW - 90 * DAY), Word.OUT, Reason.NONE_LEFT),
        (replace(NONE, restock_on=TODAY + DAY), Word.OUT, Reason.NONE_LEFT),
        (replace(NONE, takes_backorders=True), Word.OUT, Reason.NONE_LEFT),
        (replace(NONE, takes_backorders=True, restock_on=TODAY), Word.OUT, Reason.NONE_LEFT),
        (replace(THERE, is_sold=False), Word.OUT, Reason.STOPPED),
        (replace(UNKNOWN, is_sold=False), Word.OUT, Reason.STOPPED),
        (replace(THERE, is_listed=False), Word.OUT, Reason.UNLISTED),
    ],
)
def test_what_is_certain_is_said_and_advertised(standing: Standing, word: Word, reason: Reason) -> None:
    remembered = Memory(Word.IN, None, NOW - 9 * DAY)

    assert said(standing, remembered) == Decision(word, reason, certain=word)


def test_goods_that_can_be_ordered_and_come_on_a_stated_day_say_the_day() -> None:
    coming = replace(NONE, takes_backorders=True, restock_on=TODAY + 9 * DAY)

    assert said(coming) == Decision(
        Word.BACKORDER, Reason.PROMISED_DAY, available_on=TODAY + 9 * DAY, certain=Word.BACKORDER
    )


@pytest.mark.parametrize(
    ("standing", "reason", "since"),
    [
        (UNKNOWN, Reason.UNKNOWN, NOW - 2 * DAY),
        (replace(THERE, as_of=NOW - 50 * HOUR), Reason.STALE, NOW - 2 * HOUR),
        (replace(THERE, as_of=NOW - 50 * HOUR, light="low"), Reason.STALE, NOW - 2 * HOUR),
        (replace(NONE, light="low"), Reason.UNCOUNTED, NOW - DAY),
    ],
)
def test_what_is_in_doubt_keeps_its_last_certain_word_and_pauses_its_ads(
    standing: Standing, reason: Reason, since: datetime
) -> None:
    assert said(standing, WAS_IN) == Decision(
        Word.IN, reason, Pause.ADS, doubtful_since=since, certain=Word.IN
    )
    assert said(standing, Memory(Word.OUT)).word == Word.OUT


def test_a_doubt_begins_once_whatever_else_makes_us_doubt_later() -> None:
    first = NOW - 5 * DAY

    assert said(UNKNOWN, Memory(Word.IN, None, first)).doubtful_since == first


@pytest.mark.parametrize(
    ("age", "pause"),
    [
        (timedelta(0), Pause.ADS),
        (13 * DAY, Pause.ADS),
        (14 * DAY - timedelta(seconds=1), Pause.ADS),
        (14 * DAY, Pause.EXCLUDED),
        (400 * DAY, Pause.EXCLUDED),
    ],
)
def test_the_fifteenth_day_switches_from_pause_to_exclusion(age: timedelta, pause: Pause) -> None:
    assert said(replace(UNKNOWN, since=NOW), Memory(Word.IN, None, NOW - age)).pause == pause


def test_of_what_nobody_was_ever_certain_is_out_of_stock_and_in_no_ad() -> None:
    assert said(UNKNOWN) == Decision(
        Word.OUT, Reason.UNKNOWN, Pause.ADS, doubtful_since=NOW - 2 * DAY, certain=None
    )


def test_a_day_that_has_passed_in_doubt_is_promised_no_longer() -> None:
    remembered = Memory(Word.BACKORDER, TODAY, NOW - 3 * DAY)

    assert said(UNKNOWN, remembered).word == Word.OUT
    assert said(UNKNOWN, replace(remembered, available_on=TODAY + DAY)).word == Word.BACKORDER


def test_what_left_the_choice_of_the_feed_stays_true_and_leaves_ads() -> None:
    assert said(replace(THERE, is_chosen=False)) == Decision(
        Word.IN, Reason.LEFT, Pause.EXCLUDED, certain=Word.IN
    )
