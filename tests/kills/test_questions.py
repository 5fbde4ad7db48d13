"""A worker killed while a supplier is asked, answers, or stays silent: each thing once, and no line lost."""

import json
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import django_rq
import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.domain.allocations import prove_counters
from orders.domain.availability_checks import LONGEST
from orders.jobs.purchasing import chase_suppliers, sweep_unasked
from orders.jobs.questions import ask_suppliers, check_due, watch_questions
from orders.models import (
    Allocation,
    AvailabilityInterface,
    AvailabilityRequest,
    OrderLine,
    PurchaseOrder,
    Question,
)
from stocke.core.jobs import enqueue
from stocke.core.models import HistoryEntry, Message
from tests.factories.purchases import PurchaseFactory
from tests.factories.questions import QuestionFactory, RequestFactory
from tests.fakes.web import FakeWeb, running_web
from tests.kills.workers import work_off, worker_paused_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_queues() -> Generator[None]:
    for queue in ("orders", "mail"):
        django_rq.get_queue(queue).delete()
    yield
    for queue in ("orders", "mail"):
        django_rq.get_queue(queue).delete()


@pytest.fixture
def web(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Generator[FakeWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    monkeypatch.setenv("STOCKE_ALLOWED_PRIVATE_HOSTS", "localhost")
    with running_web() as started:
        yield started


def promises() -> list[tuple[int, str]]:
    return list(Allocation.objects.order_by("pk").values_list("offer__rank", "status"))


def lost(queue: str, job: object) -> None:
    """The queue forgets, and the clock queues the job anew."""
    django_rq.get_queue(queue).delete()
    enqueue(queue, job)  # type: ignore[arg-type]  # a job of ours
    work_off(queue)


@pytest.mark.parametrize("place", ["questions_in", "write_request"])
def test_killed_while_a_supplier_is_asked_by_mail_he_is_asked_once(place: str, tmp_path: Path) -> None:
    QuestionFactory()
    Question.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    django_rq.get_queue("orders").delete()
    enqueue("orders", ask_suppliers)

    with worker_paused_at("orders", f"orders.domain.question_asking:{place}", "after", tmp_path / "reached"):
        assert (AvailabilityRequest.objects.count(), Message.objects.count()) == (0, 0)

    lost("orders", ask_suppliers)
    assert (AvailabilityRequest.objects.count(), Message.objects.count()) == (1, 1)
    assert Question.objects.get().request == AvailabilityRequest.objects.get()
    assert HistoryEntry.objects.filter(kind="question.asked").count() == 1
    assert promises() == [(1, "held")]


@pytest.mark.parametrize(
    ("place", "when"),
    [
        ("availability_checks:ask", "before"),
        ("availability_checks:ask", "after"),
        ("question_answers:verify_order", "after"),
        ("availability_checks:settle", "after"),
    ],
)
def test_killed_while_an_interface_is_asked_its_answer_counts_once(
    web: FakeWeb, place: str, when: str, tmp_path: Path
) -> None:
    question = QuestionFactory(backups=1)
    url = web.put("/stock", json.dumps({"lines": [{"line": question.pk, "available": 0}]}).encode())
    access = {"url": url, "auth": "none"}
    AvailabilityInterface.objects.create(supplier=question.supplier, access=access)
    RequestFactory(question)
    django_rq.get_queue("mail").delete()
    enqueue("mail", check_due)

    with worker_paused_at("mail", f"orders.domain.{place}", when, tmp_path / "reached"):
        is_settled = place.endswith(":settle")
        assert OrderLine.objects.get().status == ("confirmed" if is_settled else "asked")

    AvailabilityRequest.objects.update(claimed_at=timezone.now() - LONGEST - timedelta(seconds=1))
    lost("mail", check_due)
    question.refresh_from_db()
    assert (question.said, OrderLine.objects.get().status) == ("no", "confirmed")
    assert promises() == [(1, "released"), (2, "held")]
    assert HistoryEntry.objects.filter(kind="question.answered").count() == 1
    assert (PurchaseOrder.objects.count() <= 1, prove_counters()) == (True, [])


@pytest.mark.parametrize("place", ["take", "verify_order"])
def test_killed_when_his_time_is_over_the_next_source_serves_once(place: str, tmp_path: Path) -> None:
    question = QuestionFactory(backups=1)
    RequestFactory(question)
    Question.objects.update(answer_due_at=timezone.now() - timedelta(hours=1))
    django_rq.get_queue("orders").delete()
    enqueue("orders", watch_questions)

    with worker_paused_at("orders", f"orders.domain.question_answers:{place}", "after", tmp_path / "reached"):
        assert (OrderLine.objects.get().status, promises()) == ("asked", [(1, "held")])

    lost("orders", watch_questions)
    question.refresh_from_db()
    assert question.said == "silent"
    assert promises() == [(1, "released"), (2, "held")]
    assert (PurchaseOrder.objects.count() <= 1, prove_counters()) == (True, [])
    assert Message.objects.filter(kind="availability_request").count() == 1


@pytest.mark.parametrize("place", ["answers:take", "answers:state_stock", "failover:replace_units"])
def test_killed_in_mid_failover_the_line_is_neither_lost_nor_bought_twice(place: str, tmp_path: Path) -> None:
    purchase = PurchaseFactory(backups=1)
    PurchaseOrder.objects.update(answer_due_at=timezone.now() - timedelta(hours=1), chased="90")
    django_rq.get_queue("orders").delete()
    enqueue("orders", chase_suppliers)

    with worker_paused_at("orders", f"orders.domain.{place}", "after", tmp_path / "reached"):
        assert (OrderLine.objects.get().status, promises()) == ("ordered", [(1, "held")])

    lost("orders", chase_suppliers)
    lost("orders", sweep_unasked)
    purchase.refresh_from_db()
    assert (purchase.status, OrderLine.objects.get().status) == ("answered", "ordered")
    assert promises() == [(1, "released"), (2, "held")]
    assert (PurchaseOrder.objects.count(), prove_counters()) == (2, [])
    assert Message.objects.filter(kind="purchase_order").count() == 2
