"""The list page engine, on the list of users."""

import csv
import io
from typing import Any, cast

import pytest
from django.core.exceptions import BadRequest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from stocke.core import queries
from stocke.core.models import SavedView
from stocke.core.views.users import USERS
from stocke.core.web import exports
from stocke.core.web import listing as listing_module
from stocke.core.web.access import StaffRequest
from stocke.core.web.exports import harmless
from stocke.core.web.listpage import chosen
from tests.core.listpage_checks import assert_same_queries
from tests.factories.people import client_as, client_of, person

pytestmark = pytest.mark.django_db
URL = "/users/"
SWAP = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def admin() -> Client:
    return client_as(first_name="Zoé", last_name="Admin", email="zoe@shop.example")


def names(answer: Any) -> list[str]:
    return [str(row.record) for row in answer.context["listing"].table.rows]


def test_three_rows_cost_as_many_queries_as_one(admin: Client) -> None:
    assert_same_queries(admin, URL, lambda: person("viewer"))


def test_filters_search_and_sort_live_in_the_address(admin: Client) -> None:
    person("viewer", first_name="Bea", last_name="B")
    person("viewer", first_name="Ada", last_name="A")
    person("operations", first_name="Ada", last_name="O")

    found = admin.get(URL, {"role": "viewer", "sort": "-name"})
    searched = admin.get(URL, {"q": "ada", "role": "viewer"})

    assert (names(found), names(searched)) == (["Bea B", "Ada A"], ["Ada A"])


@pytest.mark.parametrize("few", [200, 1])
def test_what_is_searched_for_is_found_once_where_it_is_little_and_the_same_where_it_is_much(
    admin: Client, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(queries, "FEW", few)
    for first_name in ("Adabel", "Ada", "Adam"):
        person("viewer", first_name=first_name, last_name="V")

    with CaptureQueriesContext(connection) as asked:
        answer = admin.get(URL, {"q": "ada", "role": "viewer", "sort": "-name"})

    searched = [query["sql"] for query in asked.captured_queries if "ada" in query["sql"].lower()]
    assert (names(answer), len(searched)) == (["Adam V", "Adabel V", "Ada V"], 1 if few > 3 else 2)


def test_a_search_under_a_filter_that_makes_no_sense_finds_nothing(admin: Client) -> None:
    assert admin.get(URL, {"q": "ada", "role": "emperor"}).context["listing"].count == 0


def test_every_filter_is_a_chip_that_can_be_removed_alone(admin: Client) -> None:
    answer = admin.get(URL, {"role": "viewer", "is_active": "true", "q": "a", "sort": "email", "page": "1"})

    chips = [(chip.words, chip.url) for chip in answer.context["listing"].chips]

    assert chips == [
        ("Role: Viewer", "/users/?is_active=true&q=a&sort=email"),
        ("Active", "/users/?role=viewer&q=a&sort=email"),
    ]


def test_a_sort_that_the_table_does_not_offer_is_ignored(admin: Client) -> None:
    assert admin.get(URL, {"sort": "password"}).context["listing"].sorting == ["name"]


def test_a_list_may_begin_in_an_order_that_no_column_shows(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [person("viewer", first_name=name, last_name="") for name in ("Béa", "Ada", "Cléo")]
    monkeypatch.setattr(USERS.table._meta, "order_by", ("-id",))

    assert names(admin.get(URL))[:3] == [str(one) for one in reversed(people)]


def test_nothing_found_names_the_filter_that_stands_in_the_way(admin: Client) -> None:
    person("viewer", first_name="Ada", last_name="A")

    page = admin.get(URL, {"q": "ada", "role": "operations"}).content.decode()

    assert "1 result without the filter “Role: Operations”." in page


def test_a_filter_that_makes_no_sense_finds_nothing_and_says_so(admin: Client) -> None:
    answer = admin.get(URL, {"role": "emperor"})

    assert answer.context["listing"].count == 0
    assert "A filter cannot be understood" in answer.content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", "²"])
def test_a_page_number_from_nowhere_is_the_nearest_page(admin: Client, page: str) -> None:
    assert admin.get(URL, {"page": page}).status_code == 200


def test_pages_follow_one_another_without_gap_or_overlap(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing_module, "PER_PAGE", 2)
    for _ in range(4):
        person("viewer", first_name="Same", last_name="Name")

    pages = [admin.get(URL, {"page": number}) for number in (1, 2, 3)]

    keys = [row.record.pk for page in pages for row in page.context["listing"].table.rows]
    assert (len(keys), len(set(keys))) == (5, 5)
    assert pages[0].context["listing"].next_url == "/users/?page=2"
    assert pages[0].context["listing"].sorted.query.order_by[-1] == "-pk"


def test_the_count_stops_at_its_limit_and_says_so(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing_module, "COUNT_LIMIT", 2)
    for _ in range(4):
        person("viewer")

    answer = admin.get(URL)

    assert answer.context["listing"].has_more_than_counted
    assert "More than 2 results" in answer.content.decode()


def test_a_swap_gets_the_rows_alone_and_a_browser_gets_the_page(admin: Client) -> None:
    swapped = admin.get(URL, headers=SWAP)
    whole = admin.get(URL)
    restored = admin.get(URL, headers={**SWAP, "HX-History-Restore-Request": "true"})

    assert b"<html" not in swapped.content
    assert b'hx-target="#list-chips"' in swapped.content
    assert b"<html" in whole.content
    assert b"<html" in restored.content
    assert "HX-Request" in swapped["Vary"]
    assert swapped["HX-Trigger"] == '{"announce": {"target": "body", "text": "1 result"}}'


def sent(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def exported(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(sent(answer).decode("utf-8-sig")), delimiter=";"))


def test_the_export_has_the_rows_of_the_filters_and_the_words_of_the_reader(admin: Client) -> None:
    person("viewer", first_name="Ada", last_name="A", email="ada@shop.example")

    rows = exported(admin.get(URL, {"export": "csv", "role": "viewer"}))

    assert rows == [
        ["Name", "E-mail", "Role", "State", "Last login"],
        ["Ada A", "ada@shop.example", "Viewer", "Active", ""],
    ]


def test_a_name_that_a_spreadsheet_would_run_is_made_harmless(admin: Client) -> None:
    person("viewer", first_name="=HYPERLINK(1)", last_name="A", email="ada@shop.example")

    line = exported(admin.get(URL, {"export": "csv", "role": "viewer"}))[1]
    book = sent(admin.get(URL, {"export": "xlsx", "role": "viewer"}))

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert line[0] == "'=HYPERLINK(1) A"
    assert sheet[1][0] == "'=HYPERLINK(1) A"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_starts_like_a_formula_gets_an_apostrophe(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"


def test_numbers_stay_numbers_in_exports() -> None:
    assert [harmless(value) for value in (-5, 1.5, None, "plain")] == [-5, 1.5, "", "plain"]


def test_a_view_is_saved_shown_and_deleted(admin: Client) -> None:
    admin.post(
        reverse("core:save_view"),
        {"page": "users", "name": "Readers", "query": "role=viewer", "next": URL},
    )
    view = SavedView.objects.get()
    shown = admin.get(URL, {"role": "viewer"})

    tabs = [(tab.name, tab.is_current) for tab in shown.context["listing"].tabs]
    admin.post(reverse("core:delete_view", args=[view.pk]), {"next": URL})

    assert tabs == [("All", False), ("Open accounts", False), ("Readers", True)]
    assert not SavedView.objects.exists()


def test_shared_views_are_seen_by_all_and_deleted_by_their_owner_only(admin: Client) -> None:
    owner = person()
    shared = SavedView.objects.create(user=owner, page="users", name="Ours", query="role=viewer", shared=True)
    SavedView.objects.create(user=owner, page="users", name="His", query="role=viewer")

    tabs = [tab.name for tab in admin.get(URL).context["listing"].tabs]
    refused = admin.post(reverse("core:delete_view", args=[shared.pk]))

    assert (tabs, refused.status_code) == (["All", "Open accounts", "Ours"], 404)
    assert SavedView.objects.filter(pk=shared.pk).exists()


def test_more_rows_than_a_workbook_holds_export_nothing_and_say_so(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "XLSX_MOST_ROWS", 1)
    person("viewer")

    answer = admin.get(URL, {"export": "xlsx", "sort": "email"}, follow=True)

    assert answer.redirect_chain == [("/users/?sort=email", 302)]
    assert "Nothing was exported" in answer.content.decode()


def posted(**fields: Any) -> StaffRequest:
    request = RequestFactory().post("/users/bulk/", fields)
    request.user = person("administrator", first_name="Zoé")
    return cast("StaffRequest", request)


def test_a_bulk_act_takes_the_ticked_rows_and_no_others() -> None:
    ticked, other = person("viewer"), person("viewer")

    rows = chosen(posted(ids=[str(ticked.pk), "x", ""]), USERS)

    assert (list(rows), other in rows) == ([ticked], False)


def test_a_bulk_act_on_everything_takes_what_the_filters_showed() -> None:
    viewers = {person("viewer"), person("viewer")}
    person("operations")

    rows = chosen(posted(all="1", query="role=viewer&sort=-name", ids=["1"]), USERS)

    assert set(rows) == viewers


def test_a_bulk_act_on_nothing_is_refused() -> None:
    with pytest.raises(BadRequest):
        chosen(posted(), USERS)


def test_an_export_needs_no_count() -> None:
    client = client_of(person())

    with CaptureQueriesContext(connection) as queries:
        exported(client.get(URL, {"export": "csv"}))

    assert [query for query in queries.captured_queries if "COUNT(" in query["sql"]] == []
