import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from stocke.core.actors import Actor
from suppliers.domain.feeds import receive_file
from suppliers.domain.mappings import save_version
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, Offer, OfferStock, Run, RunStatus
from suppliers.queries.progress import tell
from suppliers.tables.feeds import ticks_of
from tests.core.listpage_checks import assert_same_queries, queries_of
from tests.factories.feeds import READ_AS, FeedFactory, RunFactory, csv
from tests.factories.people import client_as
from tests.factories.products import ProductFactory
from tests.factories.suppliers import SupplierFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
USUAL = [("A", "4"), ("B", ">20"), ("C", "en stock"), ("D", "0"), ("E", "7")]


def hand_in(feed: Feed, content: bytes) -> Run:
    run = receive_file(feed, ContentFile(content, "stock.csv"), by=CLOCK)
    run_feed(run.pk)
    run.refresh_from_db()
    return run


@pytest.fixture
def held() -> Run:
    """An import that lost most of what its feed had said."""
    ProductFactory(sku="B")
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))
    OfferStock.objects.filter(offer__supplier_sku="B").update(reserved=3)
    return hand_in(feed, csv([("A", "3")]))


def words(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def post(client: Client, view: str, /, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"suppliers:{view}", args=args), data)


def test_a_failed_import_says_why_on_the_record_in_the_readers_language(
    settings: Settings, tmp_path: Path
) -> None:
    settings.WATCHED_ROOT = tmp_path
    run = RunFactory(FeedFactory(transport="folder", location="north"), status="queued", attempts=0)
    run_feed(run.pk)

    told = {
        language: words(client_as(language=language), reverse("suppliers:run", args=[run.pk]))
        for language in ("en", "fr")
    }

    assert "Import failed, nothing changed: The folder “north” does not exist" in told["en"]
    assert "no_folder" not in told["en"]
    assert "Échec de l’import, rien n’a changé : Le dossier « north » n’existe pas" in told["fr"]


def test_the_list_of_feeds_asks_the_same_for_one_and_three() -> None:
    assert_same_queries(client_as(), reverse("suppliers:feed_list"), lambda: RunFactory())


def test_a_feeds_page_asks_the_same_for_one_import_and_three() -> None:
    feed = FeedFactory()

    assert_same_queries(
        client_as(),
        reverse("suppliers:feed", args=[feed.pk]),
        lambda: RunFactory(feed, status=RunStatus.APPLIED),
    )


def test_a_held_imports_page_asks_the_same_for_one_change_and_three(held: Run) -> None:
    client, url = client_as(), reverse("suppliers:run", args=[held.pk])
    client.get(url)
    many = len(queries_of(client, url))
    held.changes.exclude(pk=held.changes.earliest("pk").pk).delete()

    assert len(queries_of(client, url)) == many


def test_the_list_says_how_each_feed_is(held: Run) -> None:
    seen = words(client_as(), reverse("suppliers:feed_list"))

    assert held.feed.name in seen
    assert "Held" in seen


def test_the_number_of_an_import_is_a_name_and_has_no_separators() -> None:
    ProductFactory(sku="B")
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))
    run = RunFactory(feed, pk=41_278, status=RunStatus.HELD, counts={"rows": 1, "gone": 4})

    pages = words(client_as(), reverse("suppliers:run", args=[run.pk]))

    assert "Import 41278" in pages
    assert "41,278" not in pages


def test_a_held_import_says_what_is_wrong_and_what_was_not_done(held: Run) -> None:
    seen = words(client_as(), reverse("suppliers:run", args=[held.pk]))

    assert "The file seems cut: 4 SKUs are missing, all after line 2" in seen
    assert "Nothing was applied" in seen
    assert "3 units already promised" in seen
    assert "1 product can then be delivered by nobody else" in seen


def test_a_difference_too_long_to_keep_says_so(held: Run) -> None:
    url = reverse("suppliers:run", args=[held.pk])
    whole = words(client_as(), url)
    held.changes.filter(supplier_sku__in=["C", "D"]).delete()

    assert "most promised changes are listed" not in whole
    assert "The 3 most promised changes are listed; all of them are counted above." in words(client_as(), url)


def test_what_is_missing_in_the_middle_does_not_look_cut() -> None:
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))
    run = hand_in(feed, csv([USUAL[0], USUAL[-1]]))

    seen = words(client_as(), reverse("suppliers:run", args=[run.pk]))

    assert "3 SKUs have disappeared from the file" in seen


def test_the_difference_can_be_filtered_and_taken_along(held: Run) -> None:
    client, url = client_as(), reverse("suppliers:run", args=[held.pk])

    fewer = words(client, f"{url}?change=less")
    answer = client.get(f"{url}?export=csv")
    lines = answer.getvalue().decode("utf-8-sig").splitlines()

    assert "Article A" in fewer
    assert "Article B" not in fewer
    assert len(lines) == 1 + 5
    assert lines[1].startswith("B;Article B;")


def test_a_formula_in_a_feed_is_harmless_in_the_export() -> None:
    feed = FeedFactory()
    hand_in(feed, csv(USUAL))
    run = hand_in(feed, b'sku;name;qty;price\nA;=HYPERLINK("http://x");3;1\n')

    answer = client_as().get(reverse("suppliers:run", args=[run.pk]) + "?export=csv")
    content = answer.getvalue().decode("utf-8-sig")

    assert "'=HYPERLINK" in content


def test_operations_may_reject_and_nothing_changes(held: Run) -> None:
    answer = post(client_as("operations"), "run_reject", held.pk, why="cut")

    held.refresh_from_db()
    assert (answer.status_code, held.status, held.decision_why) == (303, RunStatus.REJECTED, "cut")
    assert OfferStock.objects.get(offer__supplier_sku="A").quantity == 4


def test_operations_may_apply_all(held: Run) -> None:
    answer = post(client_as("operations"), "run_apply", held.pk)
    run_feed(held.pk)

    held.refresh_from_db()
    assert (answer.status_code, held.status) == (303, RunStatus.APPLIED)
    assert OfferStock.objects.get(offer__supplier_sku="B").kind == "unknown"


@pytest.mark.parametrize("is_waiting", [False, True])
def test_after_a_rejection_a_folder_is_asked_again_only_when_a_file_waits(
    held: Run, settings: Settings, tmp_path: Path, is_waiting: bool
) -> None:
    settings.WATCHED_ROOT = tmp_path
    folder = tmp_path / "north"
    folder.mkdir()
    Feed.objects.update(transport="folder", location="north")
    if is_waiting:
        (folder / "stock.csv").write_bytes(csv(USUAL))
        os.utime(folder / "stock.csv", (0, 0))
    client = client_as("operations")

    page = words(client, reverse("suppliers:run", args=[held.pk]))
    answer = post(client, "run_reject", held.pk, again="1")

    asked = Run.objects.exclude(pk=held.pk).filter(trigger="person", status=RunStatus.QUEUED)
    shown = asked.get() if is_waiting else held
    assert ("Reject and fetch again" in page) == is_waiting
    assert answer["Location"] == reverse("suppliers:run", args=[shown.pk])
    assert asked.count() == int(is_waiting)


@pytest.mark.parametrize("role", ["viewer", "customer_service"])
@pytest.mark.parametrize("name", ["run_apply", "run_reject", "run_again"])
def test_others_may_not_decide(held: Run, role: str, name: str) -> None:
    answer = post(client_as(role), name, held.pk)

    held.refresh_from_db()
    assert (answer.status_code, held.status) == (403, RunStatus.HELD)


def test_a_viewer_sees_the_import_without_the_decision(held: Run) -> None:
    seen = words(client_as("viewer"), reverse("suppliers:run", args=[held.pk]))

    assert "What do you want to do?" not in seen


def test_who_comes_too_late_is_told_and_changes_nothing(held: Run) -> None:
    client = client_as("operations")
    post(client, "run_reject", held.pk)

    post(client, "run_apply", held.pk)
    seen = words(client, reverse("suppliers:run", args=[held.pk]))

    held.refresh_from_db()
    assert held.status == RunStatus.REJECTED
    assert "Somebody was faster: this import is Rejected. Nothing was changed." in seen


def test_progress_is_shown_while_a_worker_is_at_work() -> None:
    run = RunFactory(stage="fetching", counts={"done": 500_000, "total": 2_000_000})
    client, url = client_as(), reverse("suppliers:run", args=[run.pk])

    seen = words(client, url)
    again = client.get(f"{url}?seen=running-fetching-500000", headers={"HX-Request": "true"})

    assert 'value="500000"' in seen
    assert "No number has changed yet" in seen
    assert again.status_code == 204


def test_what_a_worker_counts_while_it_holds_the_row_is_shown_too() -> None:
    run = RunFactory(stage="reading", counts={})
    tell(run, "comparing", {"done": 50_000, "total": 120_000})
    url = reverse("suppliers:run", args=[run.pk])

    seen = words(client_as(), url)
    tell(run, "writing", {"total": 1_200})
    later = words(client_as(), url)

    assert 'value="50000"' in seen
    assert "120,000 lines are compared with what we know." in seen.replace("\xa0", " ")
    assert "1,200 lines say something new, and are written down." in later.replace("\xa0", " ")


def test_a_watched_import_that_is_over_reloads_the_page() -> None:
    run = RunFactory(status=RunStatus.FAILED)
    url = reverse("suppliers:run", args=[run.pk])

    answer = client_as().get(f"{url}?seen=running-", headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == url


@pytest.mark.parametrize(
    ("status", "facts", "sentence"),
    [
        (
            "failed",
            {"problem": {"code": "x", "text": {"en": "The server answered 503."}}},
            "The server answered 503.",
        ),
        ("superseded", {"superseded_by": 4127}, "There is nothing left to decide here"),
        (
            "unchanged",
            {"same_as": 4126, "same_as_status": "applied"},
            "It confirms the numbers; none changed.",
        ),
        ("unchanged", {"same_as": 4126, "same_as_status": "rejected"}, "That one did not count"),
        (
            "unchanged",
            {"same_as": 4126, "same_as_status": "applied", "told": "source"},
            "Its server says that it is still the file of",
        ),
        ("unchanged", {"problem": {"code": "nothing_new", "text": {"en": "No new mail."}}}, "No new mail."),
        ("rejected", {}, "nothing of it counts"),
    ],
)
def test_every_end_of_an_import_is_told(status: str, facts: dict[str, Any], sentence: str) -> None:
    run = RunFactory(status=status, facts=facts)

    assert sentence in words(client_as(), reverse("suppliers:run", args=[run.pk]))


CUT = {"problem": {"code": "cut", "text": {"en": "The connection was cut."}, "retry": True}}
IN_AN_HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("feed", "failures", "sentence"),
    [
        ({"transport": "url", "next_run_at": IN_AN_HOUR}, 1, "Nothing was changed. Next attempt"),
        ({"transport": "url", "next_run_at": -IN_AN_HOUR}, 1, "The next attempt is due."),
        ({"transport": "url"}, 1, "No further attempt is planned: put it right, then try again."),
        ({"transport": "url"}, 5, "The last five imports failed: this does not mend by itself."),
        (
            {"transport": "url", "active": False},
            1,
            "The feed is switched off: no further attempt is planned.",
        ),
        ({"transport": "upload"}, 1, "Hand in another file"),
    ],
)
def test_a_failed_import_says_what_comes_next(feed: dict[str, Any], failures: int, sentence: str) -> None:
    planned = feed.get("next_run_at")
    failing = FeedFactory(**{**feed, "next_run_at": timezone.now() + planned if planned else None})
    runs = [RunFactory(failing, status=RunStatus.FAILED, facts=CUT) for _ in range(failures)]

    assert sentence in words(client_as(), reverse("suppliers:run", args=[runs[-1].pk]))


def test_a_failure_of_yesterday_leads_to_the_import_that_came_after_it() -> None:
    failed = RunFactory(FeedFactory(transport="url"), status=RunStatus.FAILED, facts=CUT)
    later = RunFactory(failed.feed, status=RunStatus.APPLIED)

    seen = words(client_as(), reverse("suppliers:run", args=[failed.pk]))

    assert f"Import {later.pk}</a> came after it." in seen
    assert "No further attempt is planned" not in seen
    assert reverse("suppliers:feed_run", args=[failed.feed_id]) not in seen


def test_a_feeds_page_says_why_its_last_import_failed_and_that_another_is_held(held: Run) -> None:
    failed = RunFactory(held.feed, status=RunStatus.FAILED, facts=CUT)

    seen = words(client_as(), reverse("suppliers:feed", args=[held.feed_id]))

    assert f"Import {held.pk}</a> is held. The file seems cut: 4 SKUs are missing" in seen
    assert f"Import {failed.pk}</a> failed. The connection was cut. Nothing was changed." in seen


def test_a_feed_that_is_fine_again_says_nothing_of_a_failure() -> None:
    failed = RunFactory(status=RunStatus.FAILED, facts=CUT)
    RunFactory(failed.feed, status=RunStatus.APPLIED)

    assert "The connection was cut" not in visible(client_as(), failed.feed_id)


def visible(client: Client, feed_id: int) -> str:
    """The page of a feed without its history, which forgets nothing."""
    return words(client, reverse("suppliers:feed", args=[feed_id])).partition('id="settings"')[0]


def test_an_applied_import_says_that_some_of_it_belongs_to_no_product() -> None:
    known = FeedFactory()
    for sku in ("A", "B"):
        ProductFactory(sku=sku)

    all_known = hand_in(known, csv([("A", "4"), ("B", "7")]))
    some_known = hand_in(known, csv([("A", "4"), ("B", "7"), ("C", "2")]))

    sentence = f'/offers/unmatched/?supplier={known.supplier_id}">Match it, or make products of it'
    pages = [words(client_as(), reverse("suppliers:run", args=[run.pk])) for run in (all_known, some_known)]
    assert [sentence in page for page in pages] == [False, True]


def test_an_applied_import_shows_what_it_said_and_what_it_rejected() -> None:
    run = hand_in(FeedFactory(), csv(USUAL) + b";Orphan;5;1,00\n")

    seen = words(client_as(), reverse("suppliers:run", args=[run.pk]))

    assert "at least 20" in seen
    assert "en stock" in seen
    assert "Rejected lines" in seen
    assert "Orphan" in seen


def test_the_received_file_is_given_back_as_a_download(held: Run) -> None:
    answer = client_as().get(reverse("suppliers:run_file", args=[held.pk]))

    assert answer.getvalue() == csv([("A", "3")])
    assert answer["Content-Disposition"] == 'attachment; filename="stock.csv"'
    assert answer["Content-Type"] == "application/octet-stream"


def test_an_import_without_a_file_has_none_to_give() -> None:
    run = RunFactory()

    assert client_as().get(reverse("suppliers:run_file", args=[run.pk])).status_code == 404


def new_feed(**given: Any) -> dict[str, Any]:
    facts = {
        "supplier": SupplierFactory().pk,
        "name": "Stock",
        "transport": "upload",
        "every_minutes": "",
        "absent_policy": "unknown",
    }
    return {**facts, **given}


def test_a_new_feed_that_a_program_sends_goes_on_to_its_keys_and_imports_nothing_yet() -> None:
    answer = post(client_as("operations"), "feed_new", **new_feed(transport="push"))

    feed = Feed.objects.get()
    assert answer["Location"] == reverse("suppliers:feed", args=[feed.pk])
    assert not Run.objects.exists()


def test_a_new_feed_by_upload_goes_on_to_its_first_file() -> None:
    answer = post(client_as("operations"), "feed_new", **new_feed())

    feed = Feed.objects.get()
    assert answer["Location"] == reverse("suppliers:feed_upload", args=[feed.pk])
    assert (feed.name, feed.limits) == ("Stock", {})


def test_a_new_feed_by_address_is_fetched_at_once(settings: Settings) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    answer = post(
        client_as(), "feed_new", **new_feed(transport="url", **{"url-location": "http://localhost/stock.csv"})
    )

    assert answer["Location"] == reverse("suppliers:run", args=[Run.objects.get().pk])


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        ("http://127.0.0.1/stock.csv", "127.0.0.1 is inside a private network"),
        ("http://169.254.169.254/latest/meta-data", "169.254.169.254 is inside a private network"),
        ("ftp://feeds.example/stock.csv", "An address must begin with http:// or https://"),
        ("http://user:word@feeds.example/x", "user name or password"),
        ("", "Say where the file is."),
    ],
)
def test_an_address_that_leads_inside_is_refused_in_the_form(location: str, sentence: str) -> None:
    answer = post(client_as(), "feed_new", **new_feed(transport="url", **{"url-location": location}))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Feed.objects.exists()


def test_a_folder_outside_the_watched_one_is_refused_in_the_form(settings: Settings, tmp_path: Any) -> None:
    settings.WATCHED_ROOT = tmp_path

    answer = post(
        client_as(), "feed_new", **new_feed(transport="folder", **{"folder-folder": "../elsewhere"})
    )

    assert answer.status_code == 422
    assert "lies outside the watched folder" in answer.content.decode()


def test_two_feeds_of_one_supplier_have_two_names() -> None:
    feed = FeedFactory(name="Stock")

    answer = post(client_as(), "feed_new", **new_feed(supplier=feed.supplier_id))

    assert answer.status_code == 422
    assert "Choose another name." in answer.content.decode()
    assert Feed.objects.count() == 1


def test_a_feed_is_edited_and_switched_off() -> None:
    feed, client = FeedFactory(), client_as("operations")

    post(client, "feed_edit", feed.pk, **new_feed(name="Price list", every_minutes="30"))
    post(client, "feed_switch", feed.pk, "off")

    feed.refresh_from_db()
    assert (feed.name, feed.every_minutes, feed.active) == ("Price list", 30, False)


def test_an_import_can_be_asked_for_and_only_once(settings: Settings) -> None:
    feed, client = FeedFactory(transport="url", location="http://feeds.example/x"), client_as("operations")

    first, second = post(client, "feed_run", feed.pk), post(client, "feed_run", feed.pk)

    run = Run.objects.get()
    assert first["Location"] == second["Location"] == reverse("suppliers:run", args=[run.pk])


def test_a_handed_in_file_becomes_an_import() -> None:
    feed = FeedFactory()

    answer = post(
        client_as("operations"), "feed_upload", feed.pk, file=SimpleUploadedFile("stock.csv", csv(USUAL))
    )

    run = Run.objects.get()
    assert answer["Location"] == reverse("suppliers:run", args=[run.pk])
    run_feed(run.pk)
    assert Offer.objects.count() == len(USUAL)


def test_the_token_of_an_upload_is_checked() -> None:
    feed = FeedFactory()
    user_client = client_as("operations")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = user_client.cookies

    answer = post(strict, "feed_upload", feed.pk, file=SimpleUploadedFile("stock.csv", csv(USUAL)))

    assert (answer.status_code, Run.objects.count()) == (403, 0)


class NobodyReads:
    """A body of two gigabytes that must not be read."""

    def read(self, *arguments: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def test_two_gigabytes_are_refused_before_they_are_read(settings: Settings) -> None:
    settings.FEED_MAX_BYTES = 1024**3
    feed, client = FeedFactory(), client_as("operations")
    unread: Any = {"wsgi.input": NobodyReads()}

    answer = client.generic(
        "POST",
        reverse("suppliers:feed_upload", args=[feed.pk]),
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(2 * 1024**3),
        **unread,
    )

    assert answer.status_code == 413
    assert "The file has 2.0\xa0GB; at most 1.0\xa0GB are taken. Nothing was kept." in answer.content.decode()
    assert not Run.objects.exists()


def test_a_body_that_lies_about_its_size_is_stopped_at_the_bound(settings: Settings, media: Any) -> None:
    settings.FEED_MAX_BYTES = 1000
    feed, client = FeedFactory(), client_as("operations")

    answer = post(client, "feed_upload", feed.pk, file=SimpleUploadedFile("stock.csv", b"x" * 50_000))

    assert answer.status_code == 413
    assert not Run.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_a_file_handed_in_while_another_is_read_is_refused_with_a_reason() -> None:
    feed = FeedFactory()
    RunFactory(feed)

    answer = post(client_as(), "feed_upload", feed.pk, file=SimpleUploadedFile("stock.csv", csv(USUAL)))

    assert answer.status_code == 422
    assert "An import of this feed is at work. Nothing was kept" in answer.content.decode()


def test_moved_columns_are_shown_before_and_now() -> None:
    feed = FeedFactory()
    run = hand_in(feed, b"sku;qty;name;price\nA;3;Article A;9,90\n")

    seen = words(client_as(), reverse("suppliers:run", args=[run.pk]))

    assert "The columns of the file have moved" in seen
    assert "The columns, before and now" in seen


def test_a_supplier_who_writes_html_writes_text() -> None:
    feed = FeedFactory()
    save_version(feed, READ_AS.to_json(), by=CLOCK)
    run = hand_in(feed, csv([("<script>alert(1)</script>", "4")]))

    assert "<script>alert(1)" not in words(client_as(), reverse("suppliers:run", args=[run.pk]))


def test_the_page_speaks_french(held: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = words(client_as(language="fr"), reverse("suppliers:run", args=[held.pk]))

    assert "Retenu" in seen


def test_the_last_imports_are_bars_with_the_newest_on_the_right_and_words() -> None:
    drawn = ticks_of([RunStatus.FAILED, RunStatus.UNCHANGED]).drawing

    assert drawn == (
        '<svg class="se-ticks" width="58" height="14" aria-hidden="true">'
        '<rect class="se-run-unchanged" x="48" y="1" width="4" height="12" rx="1"/>'
        '<rect class="se-run-failed" x="54" y="1" width="4" height="12" rx="1"/></svg>'
        '<span class="se-only-read">Inchangé, Échec</span>'
    )
    assert ticks_of([]).drawing == '–<span class="se-only-read"></span>'
