"""A merchant's own words, and the words that nobody has explained."""

from pathlib import Path

from django.utils.translation import override

from suppliers.readers import ColumnMap, UnknownWord, Vocabulary, read, sentence
from tests.suppliers.readers.files import columns_of, rows_of, written

WORDS = "sku;qty;state\nA1;plenty!;blau\nA2;;blau\nA3;5;gruen\nA4;n/a;rot\nA5;plenty!;-\n"
COLUMNS = {"key": 0, "quantity": 1, "availability": 2}


def test_words_that_no_table_explains_are_listed_with_their_lines(tmp_path: Path) -> None:
    path = written(tmp_path, WORDS.replace("plenty!", "tonnenweise"))
    reading = read(path, column_map=ColumnMap(COLUMNS, header_row=1))

    assert reading.unknown_words == (
        UnknownWord("quantity", "tonnenweise", 2, ("A1", "A5")),
        UnknownWord("availability", "blau", 2, ("A1", "A2")),
        UnknownWord("availability", "gruen", 1, ("A3",)),
    )
    with override("en"):
        sentences = [sentence(doubt) for doubt in reading.doubts]
    assert sentences == [
        "2 quantities were not understood, such as “tonnenweise”; they stay unknown.",
        "3 lines have a word for their availability that is not known, such as “blau”.",
    ]


def test_a_word_explained_once_is_understood_in_every_feed(tmp_path: Path) -> None:
    path = written(tmp_path, WORDS)
    own = Vocabulary(
        words={"Plenty!": ">50", "BLAU": "backorder", "gruen": "in_stock", "nonsense": "rubbish"}
    )
    reading = read(path, column_map=ColumnMap(COLUMNS, header_row=1), vocabulary=own)

    assert rows_of(reading, "key", "quantity_kind", "quantity", "availability") == [
        ("A1", "at_least", 50, "backorder"),
        ("A2", "unknown", None, "backorder"),
        ("A3", "exact", 5, "in_stock"),
        ("A4", "exact", 0, "out_of_stock"),
        ("A5", "at_least", 50, "in_stock"),
    ]
    assert reading.unknown_words == ()


def test_the_words_of_one_feed_come_before_those_of_all_feeds(tmp_path: Path) -> None:
    path = written(tmp_path, "sku;qty\nA1;blau\nA2;999\n")
    column_map = ColumnMap({"key": 0, "quantity": 1}, header_row=1, words={"blau": "12", "999": "in_stock"})
    reading = read(path, column_map=column_map, vocabulary=Vocabulary(words={"blau": "out_of_stock"}))

    assert rows_of(reading, "key", "quantity_kind", "quantity") == [("A1", "exact", 12), ("A2", "flag", None)]


def test_a_word_may_stand_for_a_quantity_in_a_column_of_words(tmp_path: Path) -> None:
    path = written(tmp_path, "sku;Verfügbarkeit\nA1;viele\nA2;lagernd\nA3;leer\n")
    reading = read(path, vocabulary=Vocabulary(words={"viele": ">20", "leer": "0"}))

    assert rows_of(reading, "key", "quantity_kind", "quantity", "quantity_raw", "availability_raw") == [
        ("A1", "at_least", 20, None, "viele"),
        ("A2", "flag", None, None, "lagernd"),
        ("A3", "exact", 0, None, "leer"),
    ]


def test_a_word_explained_as_saying_nothing_is_no_longer_asked_about(tmp_path: Path) -> None:
    path = written(tmp_path, "sku;qty\nA1;blau\nA2;5\nA3;6\n")

    assert read(path, vocabulary=Vocabulary(words={"blau": "unknown"})).unknown_words == ()


def test_the_name_of_a_column_is_learned(tmp_path: Path) -> None:
    rows = "".join(f"A{number};{number % 5};{number % 7}\n" for number in range(30))
    path = written(tmp_path, f"Ident;Foo;Bestand\n{rows}")
    own = Vocabulary(names={"FOO": "quantity", "bestand": "other", "ident": "rubbish"})
    reading = read(path, vocabulary=own)

    assert columns_of(read(path)) == {"key": "Ident", "quantity": "Bestand"}
    assert columns_of(reading) == {"key": "Ident", "quantity": "Foo"}
    with override("en"):
        reasons = {guess.field: str(guess.reason) for guess in reading.guesses}
    assert reasons["quantity"] == (
        "read as “quantity” by a person before; 100% of its cells are whole numbers"
    )
