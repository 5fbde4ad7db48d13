"""The pages of an undo: what it would change, the confirmation, the result and the way back."""

import re
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from orders.jobs.undoing import undo_import
from stocke.core.actors import Actor
from suppliers.domain.feeds import receive_file
from suppliers.domain.runs import request_run
from suppliers.domain.undoing import request_undo
from suppliers.jobs.feeds import run_feed
from suppliers.models import AbsentPolicy, Feed, OfferStock, Run, RunChange, RunStatus
from tests.core.listpage_checks import queries_of
from tests.factories.feeds import FeedFactory, csv
from tests.factories.people import client_as
from tests.factories.products import ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")


@pytest.fixture
def wrong() -> Run:
    """An import that should not have counted, after one that should."""
    feed = FeedFactory()
    for stated in ({"A": 4, "B": 5, "C": 6}, {"A": 9, "B": 1, "C": 6, "D": 2}):
        run = receive_file(feed, ContentFile(csv(stated.items()), "stock.csv"), by=CLOCK)
        Run.objects.filter(pk=run.pk).update(facts={"decision": "apply"})
        run_feed(run.pk)
    OfferStock.objects.filter(offer__supplier_sku="B").update(reserved=3)
    run.refresh_from_db()
    return run


def words(client: Client, run: Run) -> str:
    answer = client.get(reverse("suppliers:run", args=[run.pk]))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def post(client: Client, view: str, run: Run, **data: Any) -> Any:
    return client.post(reverse(f"suppliers:{view}", args=[run.pk]), data)


def newest() -> Run:
    return Run.objects.latest("pk")


def proposed(client: Client, run: Run) -> Run:
    post(client, "run_undo", run)
    undo_import(newest().pk)
    return newest()


def test_an_undo_is_asked_for_looked_at_confirmed_and_undone(wrong: Run) -> None:
    client = client_as()
    assert "Undo this import…" in words(client, wrong)

    asked = post(client, "run_undo", wrong)
    undo = newest()
    assert asked["Location"] == reverse("suppliers:run", args=[undo.pk])
    assert "Waits for a worker" in words(client, undo)

    undo_import(undo.pk)
    seen = words(client, undo)
    assert f"Undo import {wrong.pk}?" in seen
    assert "Nothing has changed yet. 3 offers would change." in seen
    assert seen.index("Article B") < seen.index("Article A")
    assert "1 offer becomes unknown" in seen

    post(client, "undo_confirm", undo, why="wrong warehouse")
    undo_import(undo.pk)
    wrong.refresh_from_db()
    assert wrong.status == RunStatus.UNDONE
    seen = words(client, undo)
    assert f"Import {wrong.pk} is undone" in seen
    assert "wrong warehouse" in seen
    assert "nothing of it counts" in words(client, wrong)

    post(client, "undo_back", undo)
    undo_import(newest().pk)
    wrong.refresh_from_db()
    assert wrong.status == RunStatus.APPLIED
    assert f"Import {wrong.pk} counts again" in words(client, newest())
    assert "This undo was undone itself" in words(client, undo)
    assert "It was undone, and counts again since" in words(client, wrong)


def told(*files: str) -> Run:
    """The last of these files of a feed, imported whatever the guards think of it."""
    feed = FeedFactory()
    return [imported(feed, text.encode()) for text in files][-1]


def imported(feed: Feed, content: bytes) -> Run:
    run = receive_file(feed, ContentFile(content, "stock.csv"), by=CLOCK)
    Run.objects.filter(pk=run.pk).update(facts={"decision": "apply"})
    run_feed(run.pk)
    return run


def test_what_an_undo_changes_beside_the_stock_is_said_way_by_way() -> None:
    ProductFactory(sku="N")
    client = client_as()
    first = "sku;name;qty;price\nA;Anvil;4;10,00\nB;Bolt;5;2,00\nC;Cork;0;3,00\nD;Drum;1;4,00\n"
    wrong = told(
        first, "sku;name;qty;price\nA;Ambos;4;10,00\nB;Bolzen;5;2,50\nC;Cork;;3,00\nD;Drum;1;4,00\nN;Nail;;\n"
    )

    undo = proposed(client, wrong)
    seen = words(client, undo)

    assert undo.facts["beside"] == {"stated": 1, "terms": 1, "names": 3, "lost": 1}
    assert "No offer would have more or less to promise." in seen
    assert re.findall(r"<li>(\d offers? would [^<]*)</li>", seen) == [
        "1 offer would be stated otherwise, with as much to promise: none instead of unknown, for example",
        "1 offer would have another price, currency or lead time",
        "3 offers would have another name or barcode",
        "1 offer would no longer belong to its product",
    ]


def test_in_how_many_files_offers_would_have_been_missing_is_said() -> None:
    feed = FeedFactory(absent_policy=AbsentPolicy.ZERO, absent_files=5)
    [_named, missed, _missed_again] = [
        imported(feed, csv((sku, 4) for sku in skus)) for skus in ("AB", "A", "A")
    ]

    assert beside_of(missed) == {"absences": 1}


def test_what_another_feed_has_said_before_would_rest_on_its_word() -> None:
    feed = FeedFactory()
    other = FeedFactory(supplier=feed.supplier)
    [_first, same] = [imported(source, csv([("A", 4)])) for source in (feed, other)]

    assert beside_of(same) == {"rests": 1}


def beside_of(run: Run) -> dict[str, int]:
    undo = request_undo(run, by=CLOCK)
    undo_import(undo.pk)
    undo.refresh_from_db()
    return dict(undo.facts["beside"])


def test_an_undo_of_which_nothing_would_come_says_so(wrong: Run) -> None:
    client = client_as()
    undo = proposed(client, wrong)
    Run.objects.filter(pk=undo.pk).update(counts={"rows": 26, "same": 26}, facts={})
    RunChange.objects.filter(run=undo).delete()

    page = words(client, undo)
    assert "Nothing has changed yet. Nothing would change: later imports" in page
    assert ("Filter the changes" in page, "<p> Nothing would change. </p>" in page) == (False, True)


def test_an_import_that_would_count_again_says_what_it_would_find_again() -> None:
    ProductFactory(sku="N")
    client = client_as()
    wrong = told("sku;name;qty;price\nA;Anvil;4;\n", "sku;name;qty;price\nA;Anvil;4;\nN;Nail;;\n")
    undo = proposed(client, wrong)
    post(client, "undo_confirm", undo)
    undo_import(undo.pk)

    back = request_undo(undo, by=CLOCK)
    undo_import(back.pk)
    back.refresh_from_db()

    assert (back.status, back.facts["beside"]) == (RunStatus.PROPOSED, {"found": 1, "names": 1})


def test_the_changes_can_be_filtered_and_taken_along(wrong: Run) -> None:
    client = client_as()
    undo = proposed(client, wrong)
    url = reverse("suppliers:run", args=[undo.pk])

    less = client.get(url, {"change": "less"}).content.decode()
    file = client.get(url, {"export": "csv"})

    assert "Article A" in less
    assert "Article B" not in less
    assert file["Content-Type"].startswith("text/csv")


def test_a_proposed_undo_asks_the_same_for_one_change_and_three(wrong: Run) -> None:
    client = client_as()
    undo = proposed(client, wrong)
    url = reverse("suppliers:run", args=[undo.pk])
    client.get(url)
    many = len(queries_of(client, url))
    undo.changes.exclude(pk=undo.changes.earliest("pk").pk).delete()

    assert len(queries_of(client, url)) == many


def test_an_undo_may_be_left(wrong: Run) -> None:
    client = client_as()
    undo = proposed(client, wrong)

    left = post(client, "undo_leave", undo)

    wrong.refresh_from_db()
    assert (left["Location"], wrong.status) == (reverse("suppliers:run", args=[wrong.pk]), RunStatus.APPLIED)
    assert "This undo was not carried out" in words(client, undo)


def test_who_is_too_late_is_told_and_nothing_changes(wrong: Run) -> None:
    client = client_as()
    undo = proposed(client, wrong)
    post(client, "undo_leave", undo)

    answer = post(client, "undo_confirm", undo)

    assert "Somebody was faster" in words(client, undo)
    wrong.refresh_from_db()
    assert (answer.status_code, wrong.status) == (303, RunStatus.APPLIED)


def test_a_busy_feed_is_not_undone(wrong: Run) -> None:
    client = client_as()
    request_run(wrong.feed, by=CLOCK, trigger="schedule")

    post(client, "run_undo", wrong)

    assert "Another import of this feed is at work" in words(client, wrong)
    assert not Run.objects.filter(undoes__isnull=False).exists()


def test_who_may_not_decide_sees_no_way_to_undo(wrong: Run) -> None:
    client = client_as("viewer")

    assert "Undo this import" not in words(client, wrong)
    assert post(client, "run_undo", wrong).status_code == 403
