"""The pages of an import: nothing is written before the button is pressed."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from orders.domain.order_files.keeping import order_storage
from orders.models import Order
from orders.views import order_files
from stocke.core.models import HistoryEntry
from tests.factories.people import client_as
from tests.factories.products import ProductFactory
from tests.orders.order_files.files import csv_of, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
FORM = "/orders/import/"


@pytest.fixture(autouse=True)
def lamp() -> None:
    ProductFactory(sku="A-1", name="Lamp")


@pytest.fixture
def lea() -> Client:
    return client_as("customer_service")


def hand_in(client: Client, content: str | bytes, **given: Any) -> Any:
    raw = content if isinstance(content, bytes) else content.encode()
    return client.post(FORM, {"file": SimpleUploadedFile("lundi.csv", raw), "channel": "csv", **given})


def check_of(client: Client, content: str) -> str:
    answer = hand_in(client, content)
    assert answer.status_code == 303
    return str(answer["Location"])


def test_the_dry_run_shows_what_would_happen_and_writes_nothing(lea: Client) -> None:
    url = check_of(lea, csv_of({}, {"order": "E-2", "quantity": "-1"}, {"order": "E-3", "sku": "Z-9"}))

    page = lea.get(url).content.decode()

    assert "Take in 1 order" in page
    assert "2 refused orders stay out." in page
    assert "“-1” is not a whole number of at least 1" in page
    assert "no product has the SKU “Z-9”" in page
    assert (Order.objects.count(), HistoryEntry.objects.count()) == (0, 0)


def test_pressing_the_button_takes_in_what_was_shown(lea: Client) -> None:
    url = check_of(lea, csv_of({}, {"order": "E-2"}, {"order": "E-3", "sku": "Z-9"}))

    page = lea.post(f"{url}take/", follow=True).content.decode()

    assert sorted(Order.objects.values_list("external_id", flat=True)) == ["E-1", "E-2"]
    assert "2 orders taken in, 1 refused" in page
    assert "Take in" not in page


def test_pressing_twice_takes_in_once(lea: Client) -> None:
    url = check_of(lea, csv_of({}))
    lea.post(f"{url}take/")
    before = list(Order.objects.values())

    lea.post(f"{url}take/")

    assert list(Order.objects.values()) == before


def test_the_same_file_again_has_nothing_to_take_in(lea: Client) -> None:
    lea.post(f"{check_of(lea, csv_of({}))}take/")

    page = lea.get(check_of(lea, csv_of({}))).content.decode()

    assert "already here, unchanged" in page
    assert "Take in" not in page


def test_a_changed_order_says_what_changes(lea: Client) -> None:
    lea.post(f"{check_of(lea, csv_of({'city': 'Lille'}))}take/")

    page = lea.get(check_of(lea, csv_of({"city": "Lyon", "quantity": "3"}))).content.decode()

    assert "A-1: 2 becomes 3, another delivery address" in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "This is no CSV file."),
        (b"PK\x03\x04" + b"\x00" * 100, "This is no CSV file."),
        (b"order;sku\nE-1;A-1\n", "These columns are missing: placed at, email, quantity, unit price."),
    ],
)
def test_a_file_that_cannot_be_read_is_not_kept(lea: Client, content: bytes, words: str) -> None:
    answer = hand_in(lea, content)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not order_storage().exists("") or order_storage().listdir("")[1] == []


def test_two_gigabytes_are_refused_unread(lea: Client) -> None:
    answer = lea.generic(
        "POST", FORM, b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(2 * 1024**3)
    )

    assert answer.status_code == 413
    assert "at most 10.0\xa0MB are taken. Nothing was kept." in answer.content.decode()


def test_more_than_announced_is_not_taken(lea: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_files, "MAX_BYTES", 1000)

    answer = hand_in(lea, csv_of(*({"order": f"E-{n}"} for n in range(900))))

    assert answer.status_code == 422
    assert not order_storage().exists("")


def test_the_token_of_the_form_is_checked() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client_as("customer_service").cookies

    assert hand_in(strict, csv_of({})).status_code == 403
    assert strict.get(FORM).status_code == 200


def test_a_tampered_reference_is_not_found_and_a_forgotten_file_says_so(lea: Client) -> None:
    url = check_of(lea, csv_of({}))
    for name in order_storage().listdir("")[1]:
        order_storage().delete(name)

    assert lea.get(f"{FORM}none-such/").status_code == 404
    page = lea.get(url, follow=True)
    assert page.redirect_chain == [(FORM, 303)]
    assert "no longer kept" in page.content.decode()
    assert lea.post(f"{url}take/").status_code == 303
    assert Order.objects.count() == 0


def test_a_large_file_is_taken_in_by_a_job(lea: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_files, "AT_ONCE", 1)
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(order_files, "enqueue", lambda *job: asked.append(job))
    url = check_of(lea, csv_of({}, {"order": "E-2"}))

    page = lea.post(f"{url}take/", follow=True).content.decode()

    assert "0 of 2" in page
    [(queue, job, token, user_id)] = asked
    assert (queue, Order.objects.count()) == ("orders", 0)
    job(token, user_id)
    poll = lea.get(url, headers={"HX-Request": "true"})
    assert poll["HX-Redirect"] == url
    assert "2 orders taken in" in lea.get(url).content.decode()


def test_the_table_of_a_large_file_is_paged_and_filtered(lea: Client) -> None:
    url = check_of(lea, csv_of(*({"order": f"E-{n:03}"} for n in range(60)), {"order": "E-X", "sku": "Z"}))

    first, second = (lea.get(f"{url}?page={n}").content.decode() for n in (1, 2))

    assert ("E-049" in first, "E-050" in first) == (True, False)
    assert ("E-049" in second, "E-050" in second) == (False, True)
    assert "E-000" not in lea.get(f"{url}?show=refused").content.decode()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_sample_can_be_handed_in_as_it_is(tmp_path: Path, language: str) -> None:
    client = client_as("customer_service", language=language)

    sample = client.get(reverse("orders:import_sample")).getvalue()

    file = read(tmp_path, sample)
    assert [(order.incoming.external_id, len(order.incoming.lines)) for order in file.orders] == [
        ("S-1001", 2), ("S-1002", 1)
    ]  # fmt: skip
    assert [problem for order in file.orders for problem in order.problems] == []
    assert file.orders[0].incoming.shipping_cents == 490
    translation.deactivate()


def test_a_viewer_may_not_import() -> None:
    assert client_as("viewer").get(FORM).status_code == 403
