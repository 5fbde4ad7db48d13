"""Whose facts fill the preview of a template: those of letters that were written."""

import pytest

from stocke.core.outbox_queries import LOOKED_AT, latest_of_kind
from tests.factories.messages import MessageFactory

pytestmark = pytest.mark.django_db


def test_the_last_letters_of_a_kind_that_name_facts_are_offered_newest_first() -> None:
    first, second = (MessageFactory(kind="delay_first", facts={"number": n}) for n in ("1", "2"))
    MessageFactory(kind="delay_first", facts={})
    MessageFactory(kind="goodwill", facts={"number": "3"})

    assert list(latest_of_kind("delay_first")) == [second, first]


def test_letters_beyond_the_newest_are_not_looked_at() -> None:
    MessageFactory(kind="delay_first", facts={"number": "1"})
    for _ in range(LOOKED_AT):
        MessageFactory(kind="delay_first", facts={})

    assert list(latest_of_kind("delay_first")) == []
