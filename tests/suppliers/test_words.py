from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from suppliers.domain.words import fingerprint, forget, learn
from suppliers.models import LearnedWord, Run, Supplier
from suppliers.queries.words import heard_from
from tests.core.listpage_checks import assert_same_queries
from tests.factories.feeds import FeedFactory, RunFactory
from tests.factories.people import client_as
from tests.factories.suppliers import SupplierFactory

pytestmark = pytest.mark.django_db
LEA = Actor.job("test")


def known() -> list[tuple[str, str, str | None]]:
    words = LearnedWord.objects.order_by("key", "supplier")
    return [(word.text, word.meaning, word.supplier.name if word.supplier else None) for word in words]


def told() -> list[tuple[str, Any, Any, str]]:
    entries = HistoryEntry.objects.filter(kind__startswith="word.").order_by("pk")
    return [(entry.kind, entry.before, entry.after, entry.data["word"]) for entry in entries]


def post(client: Client, view: str, /, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"suppliers:{view}", args=args), data)


def shown(client: Client, view: str, /, *args: Any, query: str = "") -> str:
    answer = client.get(reverse(f"suppliers:{view}", args=args) + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_word_is_learned_for_one_supplier_or_for_all() -> None:
    factory, other = SupplierFactory(name="Usine"), SupplierFactory()

    learn({"Sur demande": "backorder", "bientôt": "preorder"}, supplier=None, by=LEA)
    learn({"sur demande !": "out_of_stock"}, supplier=factory, by=LEA)

    assert heard_from(factory.pk).words == {"sur demande": "out_of_stock", "bientot": "preorder"}
    assert heard_from(other.pk).words == {"sur demande": "backorder", "bientot": "preorder"}


def test_what_is_known_already_is_left_alone() -> None:
    learn({"bientôt": "preorder"}, supplier=None, by=LEA)

    assert learn({"Bientot": "preorder"}, supplier=None, by=LEA) == []
    assert known() == [("bientôt", "preorder", None)]
    assert told() == [("word.learned", {}, {"meaning": "preorder"}, "bientôt")]


def test_another_meaning_takes_the_place_of_the_first_and_is_on_the_record() -> None:
    learn({"bientôt": "preorder"}, supplier=None, by=LEA)

    learn({"Bientôt": ">20"}, supplier=None, by=LEA)

    assert known() == [("Bientôt", ">20", None)]
    assert told()[1:] == [("word.changed", {"meaning": "preorder"}, {"meaning": ">20"}, "Bientôt")]


def test_words_of_signs_alone_are_kept_as_they_are() -> None:
    learn({"**": "out_of_stock", "***": "in_stock", " ": "unknown"}, supplier=None, by=LEA)

    assert [(text, meaning) for text, meaning, _supplier in known()] == [
        ("**", "out_of_stock"),
        ("***", "in_stock"),
    ]


def test_what_is_forgotten_stays_on_the_record() -> None:
    (word,) = learn({"bientôt": "preorder"}, supplier=SupplierFactory(name="Usine"), by=LEA)

    assert (forget([word], by=LEA), forget([word], by=LEA)) == (1, 0)
    assert known() == []
    assert told()[1:] == [("word.forgotten", {"meaning": "preorder"}, {}, "bientôt")]
    assert HistoryEntry.objects.latest("pk").data["supplier"] == "Usine"


def test_the_fingerprint_is_of_the_words_and_not_of_their_order() -> None:
    assert fingerprint({}) == ""
    assert fingerprint({"a": "1", "b": "2"}) == fingerprint({"b": "2", "a": "1"})
    assert fingerprint({"a": "1"}) != fingerprint({"a": ">1"})


def test_the_list_asks_as_much_for_three_words_as_for_one() -> None:
    words = iter("abc")

    assert_same_queries(
        client_as(),
        reverse("suppliers:words"),
        lambda: learn({next(words): "unknown"}, supplier=SupplierFactory(), by=LEA),
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=BIENTOT", {"bientôt"}),
        ("?supplier=null", {"bientôt", "dispo 3"}),
        ("?meaning=least", {"beaucoup"}),
        ("?meaning=exact", {"dispo 3"}),
        ("?meaning=preorder", {"bientôt"}),
    ],
)
def test_words_are_found(query: str, found: set[str]) -> None:
    learn({"bientôt": "preorder", "dispo 3": "3"}, supplier=None, by=LEA)
    learn({"beaucoup": ">20"}, supplier=SupplierFactory(), by=LEA)

    seen = shown(client_as(), "words", query=query)

    assert {word for word in ("bientôt", "dispo 3", "beaucoup") if f">{word}<" in seen} == found


@pytest.mark.parametrize(
    ("choice", "units", "meaning"),
    [("in_stock", "", "in_stock"), ("at_least", "20", ">20"), ("exactly", "0", "0")],
)
def test_a_word_is_explained_on_its_page(choice: str, units: str, meaning: str) -> None:
    supplier = SupplierFactory(name="Usine")

    answer = post(
        client_as("operations"), "word_new", text="Dispo", supplier=supplier.pk, meaning=choice, units=units
    )

    assert (answer.status_code, known()) == (303, [("Dispo", meaning, "Usine")])


@pytest.mark.parametrize(
    ("choice", "units"), [("at_least", ""), ("at_least", "0"), ("exactly", ""), ("", "3")]
)
def test_a_meaning_without_its_number_is_not_learned(choice: str, units: str) -> None:
    answer = post(client_as("operations"), "word_new", text="Dispo", meaning=choice, units=units)

    assert (answer.status_code, known()) == (422, [])


def test_a_meaning_is_corrected_and_the_word_forgotten() -> None:
    (word,) = learn({"Dispo": ">20"}, supplier=None, by=LEA)
    client = client_as("operations")

    before = shown(client, "word", word.pk)
    post(client, "word_change", word.pk, meaning="exactly", units="2")
    changed = known()
    after = shown(client, "word", word.pk)
    post(client, "word_forget", word.pk)

    assert 'value="20"' in before
    assert changed == [("Dispo", "2", None)]
    assert "means: exactly 2 units, for all suppliers" in after
    assert known() == []


def test_a_viewer_reads_what_a_word_means_and_changes_nothing() -> None:
    (word,) = learn({"Dispo": ">20"}, supplier=None, by=LEA)
    client = client_as("viewer")

    seen = shown(client, "word", word.pk)
    answers = [
        post(client, "word_change", word.pk, meaning="unknown").status_code,
        post(client, "word_forget", word.pk).status_code,
    ]

    assert "At least 20 units" in seen
    assert "Forget the word" not in seen
    assert (answers, known()) == ([403, 403], [("Dispo", ">20", None)])


def test_a_suppliers_words_go_with_him() -> None:
    learn({"Dispo": ">20"}, supplier=SupplierFactory(), by=LEA)

    Supplier.objects.all().delete()

    assert known() == []


@pytest.fixture
def run() -> Run:
    """An import with a word that nobody had explained."""
    facts = {"unknown_words": [{"field": "quantity", "text": "Chez nous", "lines": 2, "keys": ["A", "B"]}]}
    feed = FeedFactory(supplier=SupplierFactory(name="Usine"))
    return RunFactory(feed, status="applied", facts=facts, counts={"rows": 2, "same": 2})


def say(run: Run, answer: str, role: str = "operations", **given: Any) -> Any:
    where = reverse("suppliers:run", args=[run.pk])
    data = {"word": ["Chez nous"], "units": [""], "say": f"0:{answer}", "next": where, **given}
    return post(client_as(role), "feed_word", run.feed_id, **data)


@pytest.mark.parametrize(
    ("answer", "units", "meaning"),
    [
        ("in_stock", "", "in_stock"),
        ("out_of_stock", "", "out_of_stock"),
        ("unknown", "7", "unknown"),
        ("at_least", "5", ">5"),
        ("exactly", "0", "0"),
    ],
)
def test_one_click_beside_an_import_explains_a_word(run: Run, answer: str, units: str, meaning: str) -> None:
    before = shown(client_as(), "run", run.pk)

    answered = say(run, answer, units=[units])
    after = shown(client_as(), "run", run.pk)

    assert "Chez nous" in before
    assert "2 lines: A, B" in before
    assert answered["Location"] == reverse("suppliers:run", args=[run.pk])
    assert known() == [("Chez nous", meaning, "Usine")]
    assert "explained: " in after


def test_a_held_import_asks_what_its_words_mean_before_it_lists_what_would_change(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(status="held", file="feeds/stock.csv")

    seen = shown(client_as(), "run", run.pk)

    assert seen.count('id="unexplained"') == 1
    assert seen.index('id="unexplained"') < seen.index('id="changes"')
    assert "One click explains a word; then have this file read again." in seen


def test_a_click_can_explain_a_word_for_all_suppliers(run: Run) -> None:
    say(run, "backorder", words_for="all")

    assert known() == [("Chez nous", "backorder", None)]


@pytest.mark.parametrize(
    ("answer", "units"), [("at_least", ""), ("at_least", "0"), ("exactly", "many"), ("none", "5")]
)
def test_a_click_that_makes_no_sense_learns_nothing(run: Run, answer: str, units: str) -> None:
    assert say(run, answer, units=[units]).status_code == 303
    assert known() == []


def test_a_click_is_taken_back_by_another(run: Run) -> None:
    client, page = client_as("operations"), reverse("suppliers:run", args=[run.pk])
    client.post(
        reverse("suppliers:feed_word", args=[run.feed_id]),
        {"word": ["Chez nous"], "units": [""], "say": "0:in_stock", "next": page},
    )
    undo = client.session["undo"]["url"]

    answer = client.post(undo)

    assert answer["Location"] == page
    assert known() == []
    assert "undo" not in client.session


def test_one_is_never_led_elsewhere(run: Run) -> None:
    answer = say(run, "in_stock", next="https://elsewhere.example/")

    assert answer["Location"] == reverse("suppliers:feed", args=[run.feed_id])


def test_a_viewer_sees_unexplained_words_and_explains_none(run: Run) -> None:
    seen = shown(client_as("viewer"), "run", run.pk)

    assert "Chez nous" in seen
    assert 'name="say"' not in seen
    assert (say(run, "in_stock", "viewer").status_code, known()) == (403, [])
