"""Trying a file of orders out, and taking it in."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from customers.models import Customer
from orders.domain.order_files import OrderFile, Verdict, dry_run, take_in_orders
from orders.domain.order_files.carrying_out import standing, start, take_in_kept
from orders.domain.order_files.keeping import (
    KeptFile,
    NoLongerKept,
    forget_old_files,
    keep,
    kept_file,
    order_storage,
    read_kept,
)
from orders.jobs.order_files import take_in_file
from orders.models import Allocation, Order, OrderLine
from orders.models.order import LineStatus
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from tests.factories.people import person
from tests.factories.products import ProductFactory
from tests.orders.order_files.files import csv_of, read

pytestmark = pytest.mark.django_db
LEA = Actor.job("test")


@pytest.fixture(autouse=True)
def products() -> None:
    for sku in ("A-1", "B-2"):
        ProductFactory(sku=sku, name=f"Lamp {sku}")


def everything() -> list[Any]:
    tables = (Order, OrderLine, Customer, Allocation, HistoryEntry)
    return [list(model.objects.order_by("pk").values()) for model in tables]


def found(file: OrderFile) -> list[tuple[str, str]]:
    return [(one.order.incoming.external_id, one.outcome) for one in dry_run(file.orders)]


def reasons(file: OrderFile, verdicts: list[Verdict]) -> list[tuple[int, str, str]]:
    return [
        (one.order.number_of(problem), file.header.name_of(problem.field), problem.code)
        for one in verdicts
        for problem in one.problems
    ]


def test_a_dry_run_says_what_would_happen_and_writes_nothing(tmp_path: Path) -> None:
    take_in_orders(read(tmp_path, csv_of({}, {"order": "E-2"})).orders, by=LEA)
    file = read(
        tmp_path,
        csv_of({}, {"order": "E-2", "quantity": "5"}, {"order": "E-3"}, {"order": "E-4", "sku": "Z"}),
    )
    before = everything()

    assert found(file) == [("E-1", "same"), ("E-2", "amended"), ("E-3", "created"), ("E-4", "refused")]
    assert everything() == before


def test_a_refused_order_leaves_the_others(tmp_path: Path) -> None:
    file = read(tmp_path, csv_of({}, {"order": "E-2", "quantity": "-1"}, {"order": "E-3", "unit price": "?"}))

    outcomes = take_in_orders(file.orders, by=LEA)

    assert outcomes == {"created": 1, "refused": 2}
    assert list(Order.objects.values_list("external_id", flat=True)) == ["E-1"]
    assert list(OrderLine.objects.values_list("ordered_sku", "quantity", "status")) == [
        ("A-1", 2, LineStatus.NEW)
    ]


def test_every_reason_of_a_refusal_is_named_with_its_line(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        csv_of(
            {"order": "E-1", "quantity": "-2", "email": "nobody"},
            {"order": "E-2", "sku": "Z-9"},
            {"order": "E-3", "sku": "Z-9", "quantity": "many", "email": "nobody"},
            {"order": "", "sku": "B-2"},
        ),
    )

    assert reasons(file, dry_run(file.orders)) == [
        (2, "email", "malformed"),
        (2, "quantity", "not_positive"),
        (3, "sku", "unknown_sku"),
        (4, "quantity", "not_positive"),
        (4, "email", "malformed"),
        (4, "sku", "unknown_sku"),
        (5, "order", "missing"),
    ]


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    content = csv_of({"city": "Lille"}, {"sku": "B-2"}, {"order": "E-2"})
    assert take_in_orders(read(tmp_path, content).orders, by=LEA) == {"created": 2}
    before = everything()

    assert take_in_orders(read(tmp_path, content).orders, by=LEA) == {"same": 2}
    assert everything() == before


def test_an_order_taken_in_waits_for_verification_like_any_other(tmp_path: Path) -> None:
    take_in_orders(read(tmp_path, csv_of({})).orders, by=LEA)

    order = Order.objects.get()
    assert (order.status, order.channel, order.total_cents) == ("received", "csv", 9800)


def test_a_dry_run_asks_as_much_for_many_orders_as_for_few(
    tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    def run(count: int) -> None:
        dry_run(read(tmp_path, csv_of(*({"order": f"E-{n}"} for n in range(count)))).orders)

    take_in_orders(read(tmp_path, csv_of(*({"order": f"E-{n}"} for n in range(30)))).orders, by=LEA)
    with django_assert_max_num_queries(6):
        run(3)
    with django_assert_max_num_queries(6):
        run(60)


@pytest.fixture
def kept(media: Path) -> KeptFile:
    return keep(ContentFile(csv_of({}, {"order": "E-2"}).encode()), file_name="lundi.csv", channel="csv")


def test_a_reference_opens_its_file_and_no_other(kept: KeptFile) -> None:
    assert kept_file(kept.token) == kept
    assert len(read_kept(kept).orders) == 2
    with pytest.raises(Exception, match="Signature"):
        kept_file(kept.token[:-2] + "xx")


def test_files_are_forgotten_after_a_week(kept: KeptFile, monkeypatch: pytest.MonkeyPatch) -> None:
    assert forget_old_files() == 0
    later = timezone.now() + timedelta(days=8)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert forget_old_files() == 1
    assert not order_storage().exists(kept.key)
    with pytest.raises(NoLongerKept):
        read_kept(kept)


def test_taking_in_stands_on_the_record_with_its_counts(kept: KeptFile) -> None:
    assert standing(kept).taken_in is None

    take_in_kept(kept, by=LEA)

    entry = standing(kept).taken_in
    assert entry is not None
    assert entry.after == {"created": 2, "same": 0, "amended": 0, "refused": 0}
    assert entry.data == {"file": "lundi.csv", "channel": "csv"}


def test_the_job_takes_a_large_file_in_for_its_person(kept: KeptFile) -> None:
    lea = person("operations")
    start(kept, orders=2, by=Actor.person(lea))
    assert standing(kept).is_running

    assert take_in_file(kept.token, lea.pk) == 2

    assert not standing(kept).is_running
    assert set(
        HistoryEntry.objects.filter(kind="order.received").values_list("actor_user_id", flat=True)
    ) == {lea.pk}


def test_a_job_that_was_killed_is_not_waited_for_for_ever(
    kept: KeptFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(kept, orders=2, by=LEA)
    later = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert (standing(kept).is_running, standing(kept).was_interrupted) == (False, True)
