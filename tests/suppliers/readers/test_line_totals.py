"""A price that is the quantity times another one is that of the line, not of a piece."""

from decimal import Decimal
from pathlib import Path

from tests.suppliers.readers.files import columns_of, read_text, rows_of

LINES = [(f"A{n}", n + 1, 100 * n + 7) for n in range(1, 9)]


def written_out(wrong: int = 0) -> str:
    rows = [
        f"{key};{count};{count * each + (1 if place < wrong else 0)};{each}"
        for place, (key, count, each) in enumerate(LINES)
    ]
    return "\n".join(["Артикул;Кол-во;Стоимость;Цена", *rows, ""])


def test_the_price_of_a_piece_is_read_where_another_is_that_of_the_line(tmp_path: Path) -> None:
    reading = read_text(tmp_path, written_out())

    assert columns_of(reading)["price"] == "Цена"
    assert rows_of(reading, "key", "price")[0] == ("A1", Decimal(107))
    assert "Стоимость" in str(next(guess.reason for guess in reading.guesses if guess.field == "price"))


def test_two_prices_that_have_nothing_to_do_with_the_quantity_stay_as_they_were(tmp_path: Path) -> None:
    assert columns_of(read_text(tmp_path, written_out(wrong=3)))["price"] == "Стоимость"
