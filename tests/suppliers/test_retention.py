"""What is forgotten after its time, and what stays because something still needs it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.checks import retention_mistakes
from stocke.core.models import HistoryEntry
from stocke.core.models.user import Role
from stocke.products.domain.retention import forget_publications
from stocke.products.models import Level, Publication
from suppliers.domain.levels import recompute_all
from suppliers.domain.looking_back import look_back
from suppliers.domain.partitions import ensure_partitions
from suppliers.domain.retention import (
    StillNeeded,
    carry,
    drop,
    forget_beyond,
    forget_changes,
    forget_statements,
)
from suppliers.domain.undoing import request_undo
from suppliers.jobs.retention import forget_old_records
from suppliers.models import (
    Feed,
    Horizon,
    Observation,
    Offer,
    OfferRevision,
    OfferStock,
    Run,
    RunChange,
    RunStatus,
    WithheldLine,
)
from tests.core.listpage_checks import queries_of
from tests.factories.feeds import FeedFactory, RunFactory
from tests.factories.people import client_as
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory
from tests.suppliers.test_undoing import say, undo, worked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
BY = Actor.job("test")
LONG_AGO = datetime(2020, 3, 5, 12, tzinfo=UTC)


def stated(
    offer: Offer, quantity: int, *, at: datetime, run: Run | None = None, source: str = "feed"
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO suppliers_observation (at, offer_id, run_id, source, raw, kind, quantity) "
            "VALUES (%s, %s, %s, %s, %s, 'exact', %s)",
            [at, offer.pk, run.pk if run else None, source, str(quantity), quantity],
        )


def old_import(feed: Feed) -> Run:
    return RunFactory(
        feed, status=RunStatus.APPLIED, taken_at=LONG_AGO, finished_at=LONG_AGO + timedelta(minutes=1)
    )


@pytest.fixture
def offer() -> Offer:
    """Five of it were stated long ago, after four; and nothing since."""
    feed = FeedFactory()
    run = old_import(feed)
    offer = OfferFactory(
        supplier=feed.supplier, supplier_sku="X", product=ProductFactory(sku="X"), quantity=5, as_of=LONG_AGO,
        run_id=run.pk, cost_cents=None,
    )  # fmt: skip
    stated(offer, 4, at=LONG_AGO - timedelta(days=40), source="person")
    stated(offer, 5, at=LONG_AGO, run=run)
    ensure_partitions(timezone.now())
    return offer


def months() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tableoid::regclass::text FROM suppliers_observation ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def on_record(offer: Offer) -> list[tuple[Any, ...]]:
    said = Observation.objects.filter(offer_id=offer.pk).order_by("at", "id")
    return list(said.values_list("source", "quantity", "raw", "word_of"))


def forget(*, months: int = 24) -> list[str]:
    return forget_statements(timezone.now(), months=months, by=BY)


def test_old_months_go_as_wholes_and_the_last_word_is_carried_over(offer: Offer) -> None:
    run = Run.objects.get()
    recompute_all()
    before = Level.objects.values().get()

    assert forget() == ["suppliers_observation_2020_01", "suppliers_observation_2020_03"]

    assert on_record(offer) == [("carried", 5, "5", run.pk)]
    recompute_all()
    assert Level.objects.values().get() == before
    entry = HistoryEntry.objects.get(kind="retention.forgot")
    assert entry.after["months"] == 2
    assert forget() == []
    assert on_record(offer) == [("carried", 5, "5", run.pk)]


def test_an_undo_of_today_returns_to_a_word_that_was_carried_over(offer: Offer) -> None:
    feed = Feed.objects.get()
    forget()
    wrong = say(feed, ("X", 9))

    undo(wrong)

    stock = OfferStock.objects.get(offer=offer)
    assert (stock.kind, stock.quantity, stock.as_of) == ("exact", 5, LONG_AGO)


def test_an_import_from_before_the_horizon_is_not_undone_and_nothing_changes(offer: Offer) -> None:
    run = Run.objects.get()
    forget()
    before = list(OfferStock.objects.values())

    refused = undo(run)

    assert (refused.status, refused.facts["problem"]["code"]) == (RunStatus.FAILED, "forgotten")
    assert refused.error.startswith(f"Import {run.pk} is from before ")
    assert list(OfferStock.objects.values()) == before
    run.refresh_from_db()
    assert run.status == RunStatus.APPLIED
    assert OfferRevision.objects.count() == 0


def test_what_an_open_undo_reckons_with_is_not_forgotten(offer: Offer) -> None:
    run = Run.objects.get()
    proposed = worked(request_undo(run, by=BY))
    assert proposed.status == RunStatus.PROPOSED

    assert forget() == ["suppliers_observation_2020_01"]

    assert [entry[:2] for entry in on_record(offer)] == [("carried", 4), ("feed", 5)]


def test_a_month_with_a_word_that_was_not_carried_over_is_not_dropped(offer: Offer) -> None:
    before = datetime(2024, 1, 1, tzinfo=UTC)

    with pytest.raises(StillNeeded):
        drop("suppliers_observation_2020_03", before, wait_ms=1000)

    carry(before)
    drop("suppliers_observation_2020_03", before, wait_ms=1000)
    assert on_record(offer)[-1][:2] == ("carried", 5)


def test_the_past_is_told_since_the_horizon_and_said_to_be_lost_before(offer: Offer) -> None:
    assert offer.product is not None
    Publication.objects.create(
        product=offer.product, at=LONG_AGO, sellable=5, light="low", steps=[["no_offer", 0]]
    )
    forget()

    lost = look_back(offer.product, LONG_AGO + timedelta(days=1))
    (kept,) = look_back(offer.product, timezone.now()).offers

    assert [one.word for one in lost.offers if one.word] == []
    assert lost.number is not None
    assert kept.word is not None
    assert (kept.word.source, kept.word.quantity, kept.word.stated_at) == ("carried", 5, LONG_AGO)


def test_publications_go_but_for_the_last_of_each_product_and_channel() -> None:
    product, other = ProductFactory(), ProductFactory()
    days = [LONG_AGO + timedelta(days=day) for day in range(4)]
    for day, at in enumerate(days):
        Publication.objects.create(product=product, at=at, sellable=day, light="low")
    Publication.objects.create(product=product, channel="shop", at=days[0], sellable=7, light="low")
    Publication.objects.create(product=other, at=days[0], sellable=8, light="low")

    assert forget_publications(days[3], limit=2) == 2

    left = Publication.objects.order_by("pk").values_list("product", "channel", "sellable")
    assert list(left) == [
        (product.pk, "catalogue", 2),
        (product.pk, "catalogue", 3),
        (product.pk, "shop", 7),
        (other.pk, "catalogue", 8),
    ]
    assert forget_publications(days[3], limit=2) == 0


def test_lines_and_former_facts_go_with_the_statements_and_changes_after_their_days(offer: Offer) -> None:
    run, now = Run.objects.get(), timezone.now()
    held = RunFactory(run.feed, status=RunStatus.HELD, finished_at=LONG_AGO)
    for state in ("counted", "waiting"):
        WithheldLine.objects.create(run=run, supplier_sku=state, change="more", state=state)
    OfferRevision.objects.create(run_id=run.pk, offer_id=offer.pk, at=LONG_AGO, currency="EUR")
    for one in (run, held):
        RunChange.objects.create(run=one, supplier_sku="X", change="less")
    assert forget_beyond() == 0
    forget()

    assert forget_beyond() == 2
    assert forget_changes(now, days=90) == 1

    assert list(WithheldLine.objects.values_list("state", flat=True)) == ["waiting"]
    assert list(RunChange.objects.values_list("run", flat=True)) == [held.pk]
    assert (forget_beyond(), forget_changes(now, days=90)) == (0, 0)


def test_the_job_does_all_of_it_and_may_be_called_again(offer: Offer) -> None:
    forget_old_records()
    first = (months(), list(Observation.objects.values()), list(Horizon.objects.values()))
    forget_old_records()

    assert (months(), list(Observation.objects.values()), list(Horizon.objects.values())) == first


def test_the_job_keeps_for_as_long_as_the_settings_say(offer: Offer, settings: Any) -> None:
    product, run = ProductFactory(), Run.objects.get()
    for day in range(2):
        Publication.objects.create(
            product=product, at=LONG_AGO + timedelta(days=day), sellable=day, light="low"
        )
    RunChange.objects.create(run=run, supplier_sku="X", change="less")
    settings.KEEP_STATEMENTS_MONTHS = settings.KEEP_PUBLICATIONS_MONTHS = 1200
    settings.KEEP_CHANGES_DAYS = 36_500

    forget_old_records()

    everything = (
        len(months()),
        Publication.objects.filter(product=product).count(),
        RunChange.objects.count(),
    )
    assert everything == (2, 2, 1)

    settings.KEEP_STATEMENTS_MONTHS = settings.KEEP_PUBLICATIONS_MONTHS = 24
    settings.KEEP_CHANGES_DAYS = 90

    forget_old_records()

    assert on_record(offer) == [("carried", 5, "5", run.pk)]
    assert (Publication.objects.filter(product=product).count(), RunChange.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("name", "value", "codes"),
    [
        ("KEEP_STATEMENTS_MONTHS", 24, []),
        ("KEEP_STATEMENTS_MONTHS", 1, ["stocke.E020"]),
        ("KEEP_PUBLICATIONS_MONTHS", 0, ["stocke.E020"]),
        ("KEEP_CHANGES_DAYS", -1, ["stocke.E020"]),
        ("FEED_FILES_DAYS", 5000, ["stocke.E021"]),
    ],
)
def test_times_that_cannot_be_meant_are_refused(
    settings: Any, name: str, value: int, codes: list[str]
) -> None:
    setattr(settings, name, value)

    assert [error.id for error in retention_mistakes(None)] == codes


def test_the_page_says_what_is_kept_and_since_when(offer: Offer) -> None:
    client = client_as(Role.OPERATIONS)
    url = reverse("suppliers:kept")
    assert "every statement is still on record" in client.get(url).content.decode()
    once = len(queries_of(client, url))
    forget()

    page = client.get(url).content.decode()

    assert "Imports from before that day can no longer be undone." in page
    assert "STOCKE_KEEP_STATEMENTS_MONTHS" in page
    assert len(queries_of(client, url)) == once
