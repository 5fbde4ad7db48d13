"""The record is append-only: the database itself refuses to change it."""

import pytest
from django.db import IntegrityError, transaction

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.models import HistoryEntry
from stocke.core.queries import timeline


def kinds(thread: str) -> list[str]:
    return [entry.kind for entry in timeline(thread)]


@pytest.mark.django_db
def test_a_timeline_tells_its_own_thread_newest_first() -> None:
    clerk = Actor.job("clock")

    record("order:1", "order.received", by=clerk)
    record("order:2", "order.received", by=clerk)
    record("order:1", "order.confirmed", by=clerk)

    assert kinds("order:1") == ["order.confirmed", "order.received"]


@pytest.mark.django_db
def test_an_entry_keeps_who_before_after_and_why() -> None:
    record(
        "offer:3", "offer.moved", by=Actor.supplier("Nord"), before={"rank": 1}, after={"rank": 2}, why="late"
    )

    entry = HistoryEntry.objects.get()
    told = (entry.actor_kind, entry.actor_label, entry.before, entry.after, entry.why)
    assert told == ("supplier", "Nord", {"rank": 1}, {"rank": 2}, "late")


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_rewrite_history(change: str) -> None:
    record("order:1", "order.received", by=Actor.job("clock"))
    entries = HistoryEntry.objects.filter(thread="order:1")

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entries.update(kind="order.forged") if change == "update" else entries.delete()

    assert kinds("order:1") == ["order.received"]
