"""Text files in every dialect and encoding, from the bytes to the rows."""

import csv
from decimal import Decimal
from io import BytesIO
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suppliers.readers import Reading, delimited, endless, read, sniff
from tests.suppliers.readers.files import as_csv, columns_of, read_text, rows_of, written

PLAIN = [["sku", "name", "qty", "price"], ["A-1", "Chair", "5", "12.50"], ["B-2", "Lamp", ">20", "3.00"]]
PLAIN_ROWS = [("A-1", "Chair", "exact", 5, Decimal("12.5")), ("B-2", "Lamp", "at_least", 20, Decimal(3))]
SHOWN = ("key", "name", "quantity_kind", "quantity", "price")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_every_delimiter_and_line_end(tmp_path: Path, delimiter: str, newline: str, quoting: int) -> None:
    reading = read_text(tmp_path, as_csv(PLAIN, delimiter=delimiter, newline=newline, quoting=quoting))

    assert reading.facts.delimiter == delimiter
    assert reading.facts.header_row == 1
    assert rows_of(reading, *SHOWN) == PLAIN_ROWS


@pytest.mark.parametrize(
    ("encoding", "found", "header", "name"),
    [
        ("utf-8", "utf-8", "Référence;Désignation;Quantité", "Théière émaillée"),
        ("utf-8-sig", "utf-8-sig", "Référence;Désignation;Quantité", "Théière émaillée"),
        ("utf-16", "utf-16", "Référence;Désignation;Quantité", "Théière émaillée"),
        ("utf-16-le", "utf-16-le", "Référence;Désignation;Quantité", "Théière émaillée"),
        ("utf-16-be", "utf-16-be", "Référence;Désignation;Quantité", "Théière émaillée"),
        ("cp1252", "cp1252", "Référence;Désignation;Quantité", "Théière émaillée à 5 €"),
        ("cp1252", "cp1252", "Réf.;Désignation;Qté", "Étagère Ø 40, Théière Arc, blanc d’ivoire × 2"),
        ("cp1252", "cp1252", "Artikelnr.;Bezeichnung;Lagerbestand", "Größe Mütze Löffel"),
        ("cp1252", "cp1252", "Código;Descripción;Existencias", "Muñeca española"),
        ("cp850", "cp850", "Référence;Désignation;Quantité", "Théière émaillée"),
        ("cp1250", "cp1250", "Kod;Nazwa;Ilość", "Żółta gęś łąka"),
        ("cp1250", "cp1250", "Kód zboží;Název;Skladem", "Příliš žluťoučký kůň"),
        ("iso8859_2", "iso8859_2", "Kod;Nazwa;Ilość", "Żółta gęś ąśćżź łąka"),
        ("cp1251", "cp1251", "Артикул;Наименование;Остаток", "Чайник эмалированный"),
        ("koi8_r", "koi8_r", "Артикул;Наименование;Остаток", "Чайник эмалированный"),
        ("cp866", "cp866", "Артикул;Наименование;Остаток", "Чайник эмалированный"),
        ("cp1253", "cp1253", "Κωδικός;Περιγραφή;Απόθεμα", "Καρέκλα γραφείου μαύρη"),
        ("cp1254", "cp1254", "Stok Kodu;Ürün Adı;Stok Adedi", "Gümüş şişe çakmak ışığı"),
    ],
)
def test_every_encoding_declared_or_not(
    tmp_path: Path, encoding: str, found: str, header: str, name: str
) -> None:
    lines = [header, *(f"A{number};{name} {number};{number}" for number in range(20))]
    reading = read_text(tmp_path, "\r\n".join(lines).encode(encoding))

    assert reading.facts.encoding == found
    assert ";".join(reading.facts.columns) == header
    assert rows_of(reading, "key", "name", "quantity")[3] == ("A3", f"{name} 3", 3)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1250", "Erősítő"),
        ("cp1250", "cserélhető tető"),
        ("cp1250", "műszer"),
        ("cp1250", "počet dětí"),
        ("cp1250", "narzędzi"),
        ("cp1250", "półka"),
        ("cp1254", "Kırmızı şişe"),
        ("cp1252", "Botões de pressão"),
        ("cp1252", "Goût sûr août"),
        ("cp1252", "Più così perché"),
        ("cp1252", "Põrandalamp, küünal"),
        ("cp1252", "Größe Tür"),
        ("cp1252", "Això què és"),
        ("cp1252", "Rød kåbe æske"),
    ],
)
def test_a_few_letters_tell_the_encoding_by_where_they_stand(
    tmp_path: Path, encoding: str, name: str
) -> None:
    reading = read_text(tmp_path, f"sku;name;qty\nA1;{name};5\n".encode(encoding))

    assert reading.lines["name"].to_list() == [name]


def test_some_broken_characters_do_not_change_the_encoding(tmp_path: Path) -> None:
    text = "sku;name;qty\n" + "".join(f"A{number};Théière émaillée;{number}\n" for number in range(30))
    broken = text.encode().replace("é".encode() + b"m", b"\xc3m", 1)

    reading = read_text(tmp_path, broken)

    assert reading.facts.encoding == "utf-8"
    assert rows_of(reading, "name")[1] == ("Théière émaillée",)


def test_zero_characters_are_left_out_because_no_database_takes_them(tmp_path: Path) -> None:
    reading = read_text(tmp_path, b"sku;name;qty\nA1;ch\x00air;5\nA2;lamp;6\n" + b"A3;table;7\n" * 50)

    assert rows_of(reading, "name")[0] == ("chair",)


def test_a_number_that_a_zero_character_tears_is_no_number(tmp_path: Path) -> None:
    reading = read_text(tmp_path, b"sku;name;qty\nA1;chair;1\x002\nA2;lamp;6\x00\n" + b"A3;table;7\n" * 50)

    assert rows_of(reading, "key", "quantity_kind", "quantity")[:2] == [
        ("A1", "unknown", None),
        ("A2", "exact", 6),
    ]


def test_the_line_that_speaks_to_excel_is_obeyed(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "sep=;\r\nsku;qty;price\r\nA1;5;12,50\r\nA2;6;13,50\r\n")

    assert reading.facts.header_row == 2
    assert rows_of(reading, "line", "key", "price") == [
        (3, "A1", Decimal("12.5")),
        (4, "A2", Decimal("13.5")),
    ]


def test_cells_with_line_ends_keep_the_line_numbers_of_a_spreadsheet(tmp_path: Path) -> None:
    reading = read_text(tmp_path, 'sku,name,qty\nA1,"a\nb, ""c""",5\n\nA2,d,6\n')

    assert rows_of(reading, "line", "key", "name") == [(2, "A1", 'a\nb, "c"'), (4, "A2", "d")]


def test_inch_marks_are_no_quotes(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path, 'sku\tname\tqty\nA1\tScreen 8" wide\t5\nA2\t"Quoted ""x"""\t6\nA3\t7" tab\t8\n'
    )

    assert rows_of(reading, "key", "name") == [
        ("A1", 'Screen 8" wide'),
        ("A2", 'Quoted "x"'),
        ("A3", '7" tab'),
    ]


def test_backslashes_before_quote_marks(tmp_path: Path) -> None:
    reading = read_text(tmp_path, 'sku,name,qty\nA1,"Screen 8\\" wide",5\nA2,"b, c",6\nA3,"x",8\n')

    assert rows_of(reading, "name", "quantity") == [('Screen 8" wide', 5), ("b, c", 6), ("x", 8)]


def test_single_quote_marks(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "sku,name,qty\n'A1','Screen, wide','5'\n'A2','b, c','6'\n'A3','x','8'\n")

    assert rows_of(reading, "key", "name") == [("A1", "Screen, wide"), ("A2", "b, c"), ("A3", "x")]


def test_a_quote_that_never_closes_does_not_swallow_the_lines_below(tmp_path: Path) -> None:
    good = [f'A{number};"Name; {number}";{number}' for number in range(600)]
    good[500] = 'A500;"Name 500;500'
    reading = read_text(tmp_path, "\n".join(["sku;name;qty", *good]))

    assert reading.rows.height == 600
    assert rows_of(reading, "key", "name", "quantity")[500:502] == [
        ("A500", "Name 500", 500),
        ("A501", "Name; 501", 501),
    ]
    assert ("quotes", {"count": 1}) in [(doubt.code, doubt.facts) for doubt in reading.doubts]


def test_lines_behind_a_broken_one_are_read_as_if_it_were_not_there(tmp_path: Path) -> None:
    good = "".join(f'G{number};"Name; {number}";{number}\n' for number in range(60))
    broken = 'A1;"open;1\nA2;"two\r\nlines";2\nA3;"open;3\n\nA4;"a; b";4\nA5;"open;5\nA6;c;6\n'
    reading = read_text(tmp_path, f"sku;name;qty\n{good}{broken}")

    assert rows_of(reading, "key", "name", "quantity")[60:] == [
        ("A1", "open", 1),
        ("A2", "two\nlines", 2),
        ("A3", "open", 3),
        ("A4", "a; b", 4),
        ("A5", "open", 5),
        ("A6", "c", 6),
    ]
    assert ("quotes", {"count": 3}) in [(doubt.code, doubt.facts) for doubt in reading.doubts]


def test_a_stray_mark_in_a_file_of_many_megabytes_costs_its_own_line_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endless, "_LONGEST", 1 << 20)
    text = "lorem, ipsum " * 80
    lines = [f'A{number},"{text}",{number}' for number in range(5)]
    lines += [f'B{number},"19 inch rack {text.replace(",", "")},{number}' for number in range(2)]
    lines += [f"C{number},{text.replace(',', '')},{number}" for number in range(1_500)]
    reading = read_text(tmp_path, "\n".join(["sku,name,qty", *lines]))

    assert reading.facts.size_bytes > 1 << 20
    assert reading.rows.height == 1_507
    assert rows_of(reading, "key", "quantity")[5:8] == [("B0", 0), ("B1", 1), ("C0", 0)]
    assert ("quotes", {"count": 2}) in [(doubt.code, doubt.facts) for doubt in reading.doubts]


def test_two_stray_marks_do_not_make_one_cell_of_the_lines_between(tmp_path: Path) -> None:
    lines = [f'A{number},"Name, {number}",{number}' for number in range(20)]
    lines += ['B1,"19 inch rack,1', "B2,shelf,2", 'B3,monitor 27",3', 'B4,"two\nlines, here",4']
    reading = read_text(tmp_path, "\n".join(["sku,name,qty", *lines]))

    assert rows_of(reading, "key", "name", "quantity")[20:] == [
        ("B1", "19 inch rack", 1),
        ("B2", "shelf", 2),
        ("B3", 'monitor 27"', 3),
        ("B4", "two\nlines, here", 4),
    ]
    assert ("quotes", {"count": 1}) in [(doubt.code, doubt.facts) for doubt in reading.doubts]


def _doubts(reading: Reading) -> list[tuple[str, int | str]]:
    return [(doubt.code, doubt.facts["count"]) for doubt in reading.doubts if "count" in doubt.facts]


def test_a_text_over_two_lines_is_no_line_of_the_table_because_its_commas_match(tmp_path: Path) -> None:
    lines = [f'A{number},"Name, {number}",{number}' for number in range(20)]
    lines += ['B1,"Lamp, red\nwith shade, large",7']
    reading = read_text(tmp_path, "\n".join(["sku,name,qty", *lines]))

    assert rows_of(reading, "key", "name", "quantity")[20:] == [("B1", "Lamp, red\nwith shade, large", 7)]
    assert _doubts(reading) == [("lines_in_cells", 1)]


def test_a_description_over_lines_stays_one_wherever_it_stands(tmp_path: Path) -> None:
    lines = [f"A{number},{number},12.50,lamp" for number in range(20)]
    lines += ['B1,7,12.50,"Lamp\n12 cm, red, dimmable, EU plug"']
    lines += ['B2,8,12.50,"Set\nshade, red, 12 cm, large\n5, 4, 3, 2\n2 W,1,1,1"', "B3,9,12.50,lamp"]
    reading = read_text(tmp_path, "\n".join(["sku,qty,price,description", *lines]))

    assert rows_of(reading, "key", "quantity")[20:] == [("B1", 7), ("B2", 8), ("B3", 9)]


def test_lines_between_two_stray_marks_are_read_in_a_column_nobody_reads(tmp_path: Path) -> None:
    lines = [f"A{number},lamp {number},{number},fine" for number in range(20)]
    lines += ['B1,rack,1,"19 inch', "B2,shelf,2,grey", 'B3,monitor,3,27"', "B4,lamp,4,"]
    reading = read_text(tmp_path, "\n".join(["sku,name,qty,internal remarks", *lines]))

    assert rows_of(reading, "key", "quantity")[20:] == [("B1", 1), ("B2", 2), ("B3", 3), ("B4", 4)]
    assert _doubts(reading) == [("quotes", 1)]


def test_two_stray_marks_on_neighbouring_lines_are_doubted(tmp_path: Path) -> None:
    lines = [f"A{number},lamp {number},{number},fine" for number in range(20)]
    lines += ['B1,rack,1,"19 inch', 'B2,monitor,2,27"', "B3,lamp,3,"]
    reading = read_text(tmp_path, "\n".join(["sku,name,qty,internal remarks", *lines]))

    assert rows_of(reading, "key", "quantity")[20:] == [("B1", 1), ("B3", 3)]
    assert _doubts(reading) == [("lines_in_cells", 1)]


@pytest.mark.parametrize("between", ["", "Further racks", "B2;a;b;c;d", "B2;shelf;2\n\nB3;shelf, grey;3;"])
def test_stray_marks_around_a_line_of_another_width_are_doubted(tmp_path: Path, between: str) -> None:
    lines = [f"A{number};lamp {number};{number}" for number in range(20)]
    lines += ['B1;"19 inch;1', between, 'B4;monitor 27";4', "B5;lamp;5"]
    told = ['C1;"Set\nshade; red\n12 cm; large";1', 'C2;"Lamp\n12 cm; red; 7";2']
    reading = read_text(tmp_path, "\n".join(["sku;name;qty", *lines, *told]))

    assert reading.rows["key"].to_list()[20:] == ["B1", "B5", "C1", "C2"]
    assert _doubts(reading) == [("lines_in_cells", 1)]


def test_two_columns_are_judged_by_their_values(tmp_path: Path) -> None:
    lines = ["sku;qty", *(f"A-{number};{number}" for number in range(20))]
    plain = read_text(tmp_path, "\n".join([*lines, '"B-1;1', "B-2;2", '"B-3";3', "B-4;4"]))
    doubtful = read_text(tmp_path, "\n".join([*lines, '"B-1;1', "Racks", 'B-2";2', "B-3;3"]))
    notes = read_text(tmp_path, "\n".join(["sku;note", *lines[1:], 'B-1;"few; 7\nsoon; 9"', "B-2;2"]))

    assert rows_of(plain, "key", "quantity")[20:] == [("B-1", 1), ("B-2", 2), ("B-3", 3), ("B-4", 4)]
    assert _doubts(plain) == [("quotes", 1)]
    assert doubtful.rows["key"].to_list()[20:] == ["B-1;1\nRacks\nB-2", "B-3"]
    assert _doubts(doubtful) == [("lines_in_cells", 1)]
    assert notes.rows["key"].to_list()[20:] == ["B-1", "B-2"]


_PIECES = ("Lamp", "red", "12 cm", "5", "", " large", "7,5", 'the "fine" one')


@pytest.mark.parametrize(("place", "newline"), [(1, "\n"), (2, "\r\n"), (3, "\n")])
def test_well_formed_cells_over_lines_read_back_equal(tmp_path: Path, place: int, newline: str) -> None:
    texts = [f"lamp {number}" for number in range(20)]
    for at, pieces in enumerate(list(permutations(_PIECES, 4))[::9]):
        # Each line of the text has as many commas as a line of the table, the outer ones what their cells leave.
        head, tail = ",".join(pieces[: 4 - place]), ",".join(pieces[: place + 1])
        texts.append("\n".join([head, *[",".join(pieces)] * (at % 4), tail]))
    table: list[list[object]] = [["sku", "qty", "price"]]
    table += [[f"A-{number}", number % 9, "12.50"] for number in range(len(texts))]
    for row, text in zip(table, ["description", *texts], strict=True):
        row.insert(place, text)
    reading = read_text(tmp_path, as_csv(table, delimiter=",", newline=newline))

    assert reading.rows.height == len(texts) == 207
    assert rows_of(reading, "key", "quantity") == [(f"A-{n}", n % 9) for n in range(207)]
    if "name" in columns_of(reading):
        assert rows_of(reading, "name") == [(text.strip(),) for text in texts]


def test_quote_marks_count_although_the_beginning_of_a_long_file_has_none(tmp_path: Path) -> None:
    lines = [f"A{number},a plain name without any mark,{number}" for number in range(8_000)]
    reading = read_text(tmp_path, "\n".join(["sku,name,qty", *lines, 'B1,"steel, ""fine""",7', "B2,x,8", ""]))

    assert rows_of(reading, "key", "name", "quantity")[8_000:] == [("B1", 'steel, "fine"', 7), ("B2", "x", 8)]
    assert reading.rejected_lines == 0


@pytest.mark.parametrize("at_a_time", [1, 2, 3, 5, 8, 100])
def test_the_line_of_the_first_quote_mark_is_found_wherever_a_piece_ends(at_a_time: int) -> None:
    found = [
        delimited.line_of_first_mark(BytesIO(text), at_a_time=at_a_time)
        for text in (
            b"",
            b"ab\ncd\n",
            b'"a"\nb',
            b'ab\ncd;"e"\nf"',
            b'ab\n\nlong line "\n',
            b'\n"',
            b'no end "',
        )
    ]

    assert found == [None, None, 0, 3, 4, 1, 0]


def test_a_file_cut_off_inside_a_quoted_cell_keeps_its_other_lines(tmp_path: Path) -> None:
    reading = read_text(tmp_path, as_csv(PLAIN * 1, quoting=csv.QUOTE_ALL) + '"C-3";"Tab')

    assert rows_of(reading, "key") == [("A-1",), ("B-2",), ("C-3",)]
    assert rows_of(reading, "quantity_kind")[2] == ("unknown",)


def test_formulas_are_text(tmp_path: Path) -> None:
    reading = read_text(tmp_path, 'sku,name,qty\n=1+1,=cmd|x,5\n"=""00123""",@SUM(1),6\n-A3,+x,7\n')

    assert rows_of(reading, "key", "name") == [("=1+1", "=cmd|x"), ("00123", "@SUM(1)"), ("-A3", "+x")]


def test_codes_that_pandas_wrote_as_floats_get_their_form_back(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "sku,qty\n1001.0,5\n1002.0,6\n")

    assert rows_of(reading, "key") == [("1001",), ("1002",)]


def test_a_code_that_is_a_version_stays_as_it_is(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "sku,qty\n1001.0,5\n1002.5,6\n")

    assert rows_of(reading, "key") == [("1001.0",), ("1002.5",)]


def test_sniffing_tells_the_facts_without_the_rows(tmp_path: Path) -> None:
    path = written(tmp_path, as_csv(PLAIN))

    facts = sniff(path)

    assert (facts.format, facts.delimiter, facts.header_row, facts.rows) == ("csv", ";", 1, None)
    assert facts.columns == ("sku", "name", "qty", "price")
    assert facts.size_bytes == path.stat().st_size


texts = (
    st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(texts, min_size=3, max_size=12),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    newline=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
)
def test_a_feed_written_in_any_dialect_reads_back_equal(
    tmp_path: Path, names: list[str], delimiter: str, newline: str, encoding: str, quoting: int
) -> None:
    rows = [["sku", "name", "qty"], *([f"K-{place}", name, str(place)] for place, name in enumerate(names))]
    content = as_csv(rows, delimiter=delimiter, newline=newline, quoting=quoting)

    reading = read(written(tmp_path, content.encode(encoding)))

    assert reading.lines.select("key", "name", "quantity").rows() == [
        (f"K-{place}", name.strip(), place) for place, name in enumerate(names)
    ]


def test_columns_named_in_other_languages(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "Stok Kodu|Ürün Adı|Stok Adedi|Alış Fiyatı\nA1|Çay|5|12,50\nA2|Su|7|1,25\n")

    assert columns_of(reading) == {
        "key": "Stok Kodu",
        "name": "Ürün Adı",
        "quantity": "Stok Adedi",
        "price": "Alış Fiyatı",
    }
