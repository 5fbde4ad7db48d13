"""A column that a person chooses teaches its title, and the next file is guessed as he reads."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from suppliers.domain.accepting import confirm
from suppliers.domain.trials import receive_sample
from suppliers.domain.words import learn
from suppliers.models import Feed, LearnedWord, Stands, Supplier, Trial
from suppliers.queries.words import heard_from
from tests.factories.feeds import FeedFactory
from tests.factories.people import client_as
from tests.factories.suppliers import SupplierFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
LEA = Actor.job("test")
FILE = "Réf;Libellé;XYQ;ZZ1;ZZ2;WHS\n" + "".join(
    f"A{line};Lampe {line};{line % 5};{9 + line},90;{19 + line},90;{line % 7}\n" for line in range(12)
)
READ = {"column_key": "0", "column_name": "1", "column_quantity": "5", "column_price": "3"}
SAID = {**READ, "repeated": "last", "header_row": "1", "by": "sku"}


def known() -> list[tuple[str, str, str | None]]:
    words = LearnedWord.objects.filter(stands=Stands.TITLE).order_by("key", "supplier")
    return [(word.text, word.meaning, word.supplier.name if word.supplier else None) for word in words]


def looked_at(feed: Feed) -> tuple[Trial, str]:
    trial = receive_sample(feed, ContentFile(FILE.encode(), "stock.csv"), by=LEA)
    return trial, reverse("suppliers:feed_columns", args=[feed.pk]) + f"?trial={trial.pk}"


def shown(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def post(client: Client, view: str, /, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"suppliers:{view}", args=args), data)


@pytest.fixture
def feed() -> Feed:
    return FeedFactory(mapped=False, supplier=SupplierFactory(name="Usine"))


def test_a_column_chosen_by_hand_teaches_its_title(feed: Feed) -> None:
    _trial, url = looked_at(feed)

    told = client_as("operations").post(url, {**SAID, "act": "check"}).content.decode()
    before = known()
    client_as("operations").post(url, {**SAID, "act": "save"})

    assert '"se-raw">WHS<' in told
    assert before == []
    assert known() == [("WHS", "quantity", "Usine"), ("ZZ1", "price", "Usine")]


def test_the_next_file_of_the_supplier_is_guessed_so_and_no_other(feed: Feed) -> None:
    learn({"whs": "quantity", "zz1": "price"}, supplier=feed.supplier, by=LEA, stands=Stands.TITLE)

    his = shown(client_as(), looked_at(FeedFactory(mapped=False, supplier=feed.supplier))[1])
    others = shown(client_as(), looked_at(FeedFactory(mapped=False))[1])

    assert his.count("by a person before") == 2
    assert others.count("by a person before") == 0


def test_a_dry_run_keeps_what_saving_it_would_teach_all_suppliers(feed: Feed) -> None:
    trial, url = looked_at(feed)

    client_as("operations").post(url, {**SAID, "words_for": "all", "act": "try"})
    trial.refresh_from_db()
    before = known()
    confirm(trial, by=LEA)

    assert (before, trial.titles) == ([], {"WHS": "quantity", "ZZ1": "price"})
    assert known() == [("WHS", "quantity", None), ("ZZ1", "price", None)]
    assert heard_from(0).names == {"whs": "quantity", "zz1": "price"}


def test_what_is_guessed_already_teaches_nothing(feed: Feed) -> None:
    learn({"WHS": "quantity", "ZZ1": "price"}, supplier=None, by=LEA, stands=Stands.TITLE)

    client_as("operations").post(looked_at(feed)[1], {**SAID, "act": "save"})

    assert known() == [("WHS", "quantity", None), ("ZZ1", "price", None)]


def test_a_title_that_was_taught_is_untaught_by_another_choice(feed: Feed) -> None:
    learn({"WHS": "quantity", "ZZ1": "price"}, supplier=None, by=LEA, stands=Stands.TITLE)

    client_as("operations").post(looked_at(feed)[1], {**SAID, "column_price": "4", "act": "save"})

    assert known() == [
        ("WHS", "quantity", None),
        ("ZZ1", "other", "Usine"),
        ("ZZ1", "price", None),
        ("ZZ2", "price", "Usine"),
    ]
    assert heard_from(feed.supplier_id).names == {"whs": "quantity", "zz1": "other", "zz2": "price"}


def test_titles_are_explained_corrected_and_forgotten_by_hand() -> None:
    client = client_as("operations")

    post(client, "title_new", text="Mag. Łódź", meaning="quantity", supplier="")
    (title,) = LearnedWord.objects.all()
    made = known()
    post(client, "word_change", title.pk, meaning="other")
    page = shown(client, reverse("suppliers:word", args=[title.pk]))
    refused = post(client, "word_change", title.pk, meaning="in_stock")
    changed = known()
    post(client, "word_forget", title.pk)

    assert (made, title.key) == ([("Mag. Łódź", "quantity", None)], "mag lodz")
    assert "A column titled “Mag. Łódź” is read as: quantity, for all suppliers" in page
    assert (refused.status_code, changed) == (422, [("Mag. Łódź", "other", None)])
    assert (known(), HistoryEntry.objects.filter(kind__startswith="word.").count()) == ([], 3)


def test_a_title_and_a_cell_may_hold_the_same_word(feed: Feed) -> None:
    learn({"Stock": "in_stock"}, supplier=feed.supplier, by=LEA)
    learn({"Stock": "quantity"}, supplier=feed.supplier, by=LEA, stands=Stands.TITLE)

    heard = heard_from(feed.supplier_id)

    assert (heard.words, heard.names) == ({"stock": "in_stock"}, {"stock": "quantity"})


def test_the_list_tells_titles_from_words_and_exports_both() -> None:
    learn({"Dispo": ">20"}, supplier=None, by=LEA)
    learn({"WHS": "quantity"}, supplier=None, by=LEA, stands=Stands.TITLE)
    words = reverse("suppliers:words")

    titles = shown(client_as(), f"{words}?stands=title")
    prices = shown(client_as(), f"{words}?meaning=price")
    exported = client_as().get(f"{words}?export=csv")

    assert ("WHS" in titles, "Dispo" in titles, "WHS" in prices) == (True, False, False)
    assert "as the title of a column" in b"".join(exported).decode()


def test_a_viewer_teaches_nothing() -> None:
    answer = post(client_as("viewer"), "title_new", text="WHS", meaning="quantity")

    assert (answer.status_code, Supplier.objects.count(), known()) == (403, 0, [])
