"""Numbers as every country of Europe writes them read back as they were, and nothing is stated that no cell states."""

import re
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from suppliers.readers import ColumnMap, read
from suppliers.readers.availability import availability
from suppliers.readers.figures import number
from suppliers.readers.prices import price
from suppliers.readers.quantities import LARGEST, Quantity, quantity
from tests.suppliers.readers.files import as_csv, written

# Decimal sign and thousands separator: Germany, Britain, France, Sweden, Switzerland, Poland, Norway, none.
STYLES = [
    *(
        (",", "."),
        (".", ","),
        (",", "\u00a0"),
        (",", "\u202f"),
        (".", "'"),
        (".", "’"),
        (",", " "),
        (".", " "),
    ),
    *((",", ""), (".", "")),
]
MONEY = [
    *(
        "{} €",
        "€{}",
        "€ {}",
        "{} EUR",
        "EUR {}",
        "{} zł",
        "{} Kč",
        "{} Ft",
        "{} лв.",
        "{} грн",
        "{} руб.",
        "£{}",
        "{} kr",
    ),
    *("CHF {}", "{} lei", "{}€ HT", "<b>{}</b> €", "{}&nbsp;€", "{},-", "{}"),
]
SAID = [
    "",
    " ",
    "-",
    "–",
    "--",
    "n/a",
    "?",
    "viele",
    "auf Lager",
    "nicht auf Lager",
    "под заказ",
    "soon",
    "keine Angabe",
]
COUNTED = [">20", "10+", "<5", "5-10", "ca. 20", "0", "-3", "1.234", "12,5", "4 pcs", "1'000", "0 Stück"]
CELLS = st.one_of(st.sampled_from([*SAID, *COUNTED]), st.integers(-9, 99_999).map(str), st.text(max_size=12))


def written_as(amount: Decimal, style: tuple[str, str]) -> str:
    sign, separator = style
    return f"{amount:,}".replace(",", "\0").replace(".", sign).replace("\0", separator)


@given(st.decimals(0, 99_999_999, places=2), st.sampled_from(STYLES))
def test_every_amount_in_every_style_reads_back(amount: Decimal, style: tuple[str, str]) -> None:
    assert number(written_as(amount, style), decimal=style[0]) == amount


@given(
    st.integers(0, LARGEST - 1),
    st.sampled_from(STYLES),
    st.sampled_from(["{}", "{} pcs", "{} Stk.", "{} шт", "{} szt."]),
)
def test_every_quantity_in_every_style_reads_back(count: int, style: tuple[str, str], form: str) -> None:
    assert quantity(form.format(written_as(Decimal(count), style)), decimal=style[0]) == Quantity(
        "exact", count
    )


@given(
    st.integers(1, 99_999),
    st.sampled_from([".", ","]),
    st.sampled_from([">{}", "> {}", "{}+", "≥{}", "{} +"]),
)
def test_every_lower_bound_in_every_style_reads_back(count: int, sign: str, form: str) -> None:
    separator = "," if sign == "." else "."
    text = form.format(written_as(Decimal(count), (sign, separator)))

    assert quantity(text, decimal=sign) == Quantity("at_least", count)


@given(st.decimals(0, 9_999_999, places=2), st.sampled_from(STYLES), st.sampled_from(MONEY))
def test_every_price_in_every_style_reads_back(amount: Decimal, style: tuple[str, str], form: str) -> None:
    whole = amount.to_integral_value() if ",-" in form else amount

    assert price(form.format(written_as(whole, style)), decimal=style[0]).amount == whole


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=30))
def test_no_quantity_is_stated_that_no_cell_states(cells: list[tuple[str, str]]) -> None:
    lines = [("sku", "qty", "state"), *((f"A{place}", *pair) for place, pair in enumerate(cells))]
    with TemporaryDirectory() as folder:
        path = written(Path(folder), as_csv(lines))
        reading = read(path, column_map=ColumnMap({"key": 0, "quantity": 1, "availability": 2}, header_row=1))

    for row in reading.lines.iter_rows(named=True):
        raw, stated = row["quantity_raw"] or "", row["quantity"]
        numbers = [int(digits) for digits in re.findall(r"\d+", re.sub(r"[\s.,'’]", "", raw))]
        if stated is None:
            assert row["quantity_kind"] in {"flag", "unknown"}
        elif stated == 0:
            # A zero is written, or a word says that there is none, or the stock is oversold or less than one.
            said = "out_of_stock" in {row["availability"], availability(raw)}
            assert said or 0 in numbers or "-" in raw or "−" in raw or re.search(r"[.,]", raw)
        else:
            assert any(stated <= found for found in numbers)
