"""XML, JSON and EDI: the list of articles is found, whatever its shape."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from suppliers.readers import Limits, NotAFeed, Reading, jsonfeeds, jsonstream, read
from tests.suppliers.readers.files import columns_of, rows_of, written

NAMESPACED = """<?xml version="1.0"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Shop</title><link>http://x</link>
<item><g:id>A-1</g:id><title><![CDATA[Chair & table]]></title><g:price>12.50 EUR</g:price>
<g:availability>in stock</g:availability></item>
<item><g:id>B-2</g:id><title>Lamp</title><g:price>3 EUR</g:price><g:availability>out of stock</g:availability></item>
</channel></rss>"""


def read_xml(folder: Path, content: str) -> Reading:
    return read(written(folder, content, "feed.xml"))


def refused(path: Path) -> str:
    with pytest.raises(NotAFeed) as error:
        read(path)
    return error.value.code


def test_elements_with_namespaces_and_cdata(tmp_path: Path) -> None:
    reading = read_xml(tmp_path, NAMESPACED)

    assert (reading.facts.format, reading.facts.header_row) == ("xml", None)
    assert rows_of(reading, "line", "key", "name", "quantity_kind", "quantity", "price", "currency") == [
        (3, "A-1", "Chair & table", "flag", None, Decimal("12.5"), "EUR"),
        (5, "B-2", "Lamp", "exact", 0, Decimal(3), "EUR"),
    ]


def test_values_in_attributes(tmp_path: Path) -> None:
    offer = '<o id="{0}" price="1.50" stock="{1}"><name>Chair {0}</name></o>'

    reading = read_xml(tmp_path, f"<offers>{offer.format(7, 5)}{offer.format(8, 0)}</offers>")

    assert columns_of(reading) == {"key": "@id", "name": "name", "quantity": "@stock", "price": "@price"}
    assert rows_of(reading, "key", "quantity") == [("7", 5), ("8", 0)]


def test_values_of_several_kinds_are_told_apart_by_what_says_the_kind(tmp_path: Path) -> None:
    items = "".join(
        f'<product><code type="ean">{gtin}</code><code type="sku">AX-{n}</code>'
        f'<cena typ="prodej">{n}9</cena><cena typ="nakup">{n}5</cena><stock>{n}</stock></product>'
        for n, gtin in enumerate(("4006381333931", "8720602828605"), start=1)
    )

    reading = read_xml(tmp_path, f"<products>{items}</products>")

    assert columns_of(reading) == {
        "key": "code [sku]",
        "gtin": "code [ean]",
        "quantity": "stock",
        "price": "cena [nakup]",
    }
    assert rows_of(reading, "key", "gtin", "quantity", "price") == [
        ("AX-1", "4006381333931", 1, Decimal(15)),
        ("AX-2", "8720602828605", 2, Decimal(25)),
    ]
    assert "“cena [prodej]”" in [doubt.facts.get("others") for doubt in reading.doubts]


def test_an_element_inside_may_say_the_kind(tmp_path: Path) -> None:
    prices = "".join(
        f"<price><type>{kind}</type><amount>{{0}}{amount}</amount></price>"
        for kind, amount in (("retail", 9), ("wholesale", 5))
    )
    items = "".join(f"<item><sku>Q{n}</sku>{prices.format(n)}<qty>{n}</qty></item>" for n in (1, 2))

    reading = read_xml(tmp_path, f"<items>{items}</items>")

    assert columns_of(reading)["price"] == "price/amount [wholesale]"
    assert rows_of(reading, "key", "price") == [("Q1", Decimal(15)), ("Q2", Decimal(25))]


def test_several_prices_that_nothing_tells_apart_are_asked_about(tmp_path: Path) -> None:
    items = "".join(
        f"<item><sku>Q{n}</sku><price>{n}9</price><price>{n}5</price><picture>a{n}</picture><picture>b</picture></item>"
        for n in (1, 2)
    )

    reading = read_xml(tmp_path, f"<items>{items}</items>")

    assert rows_of(reading, "key", "price") == [("Q1", Decimal(19)), ("Q2", Decimal(29))]
    assert [dict(doubt.facts) for doubt in reading.doubts if doubt.code == "several"] == [
        {"column": "price", "count": 2, "first": "19", "other": "15"}
    ]


def test_categories_and_parameters_beside_the_articles_are_not_the_articles(tmp_path: Path) -> None:
    categories = "".join(f'<category id="{number}">C{number}</category>' for number in range(30))
    offer = (
        '<offer id="{0}"><price>{0}.50</price><stock_quantity>{0}</stock_quantity><name>Thing {0}</name>'
        '<param name="a">1</param><param name="b">2</param><param name="c">3</param><picture>x</picture></offer>'
    )
    offers = "".join(offer.format(number) for number in range(10, 30))

    reading = read_xml(
        tmp_path, f"<yml><shop><categories>{categories}</categories><offers>{offers}</offers></shop></yml>"
    )

    assert reading.rows.height == 20
    assert rows_of(reading, "key", "quantity", "price")[0] == ("10", 10, Decimal("10.5"))


def test_variants_with_their_own_stock_are_articles_with_the_name_of_their_product(tmp_path: Path) -> None:
    variant = "<variant><sku>{0}</sku><qty>{1}</qty></variant>"
    product = "<product><variants>{0}</variants><title>{1}</title></product>"
    products = product.format(variant.format("A-1", 5) + variant.format("A-2", 0), "Shoe")
    products += product.format(variant.format("B-1", 7), "Hat")

    reading = read_xml(tmp_path, f"<products>{products}</products>")

    assert rows_of(reading, "key", "name", "quantity") == [
        ("A-1", "Shoe", 5),
        ("A-2", "Shoe", 0),
        ("B-1", "Hat", 7),
    ]


def test_one_broken_item_leaves_the_others_whole(tmp_path: Path) -> None:
    item = "<item><id>{0}</id><title>{1}</title><quantity>{2}</quantity></item>\n"
    broken = "<item><id>C-3</id><title>Fish & chips/g:title><quantity>9</quantity></item>\n"
    text = item.format("A-1", "Chair", 5) + broken + item.format("B-2", "Lamp", 6)

    reading = read_xml(tmp_path, f"<channel>{text}</channel>")

    assert rows_of(reading, "key", "quantity") == [("A-1", 5), ("C-3", 9), ("B-2", 6)]
    assert [doubt.code for doubt in reading.doubts] == ["recovered"]


def test_entities_from_outside_are_not_fetched(tmp_path: Path) -> None:
    secret = written(tmp_path, "hidden words", "secret.txt")
    item = "<item><sku>A{0}</sku><name>{1}</name><qty>5</qty></item>"

    reading = read_xml(
        tmp_path,
        f'<!DOCTYPE x [<!ENTITY file SYSTEM "file://{secret}">]>'
        f"<x>{item.format(1, '&file;')}{item.format(2, 'Chair')}</x>",
    )

    assert rows_of(reading, "key", "name") == [("A1", None), ("A2", "Chair")]


def test_an_xml_bomb_is_refused(tmp_path: Path) -> None:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    item = "<item><sku>A1</sku><name>&l9;</name><qty>5</qty></item>"

    bomb = written(tmp_path, f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><x>{item}{item}</x>')

    assert refused(bomb) == "entities"


def test_an_error_in_xml_is_no_feed(tmp_path: Path) -> None:
    assert refused(written(tmp_path, "<error><code>403</code></error>")) == "no_items"
    assert refused(written(tmp_path, "<a/>")) == "no_items"
    assert refused(written(tmp_path, "<<<<")) in {"unreadable", "no_items"}


def test_too_many_columns_in_xml(tmp_path: Path) -> None:
    item = "<item>" + "".join(f"<c{number}>1</c{number}>" for number in range(600)) + "</item>"

    assert refused(written(tmp_path, f"<items>{item}{item}</items>")) == "too_wide"


def test_json_in_any_nesting(tmp_path: Path) -> None:
    reading = read(
        written(
            tmp_path,
            '{"status": "ok", "data": {"products": [{"title": "Shoe", "variants": [{"sku": "A-1", "price": "12.50",'
            ' "stock": 5}, {"sku": "A-2", "price": 1.5, "stock": 0}]}, {"title": "Hat", "variants":'
            ' [{"sku": "B-1", "price": 7, "stock": null}]}]}}',
        )
    )

    assert rows_of(reading, "key", "name", "quantity_kind", "quantity", "price") == [
        ("A-1", "Shoe", "exact", 5, Decimal("12.5")),
        ("A-2", "Shoe", "exact", 0, Decimal("1.5")),
        ("B-1", "Hat", "unknown", None, Decimal(7)),
    ]


def test_json_lines(tmp_path: Path) -> None:
    reading = read(written(tmp_path, '{"sku":"A1","qty":5}\n{"sku":"A2","qty":">20"}\n'))

    assert rows_of(reading, "key", "quantity_kind", "quantity") == [
        ("A1", "exact", 5),
        ("A2", "at_least", 20),
    ]


def test_json_by_code(tmp_path: Path) -> None:
    pairs = read(written(tmp_path, '{"A1": 5, "A2": 0, "B7": 12}'))
    objects = read(written(tmp_path, '{"A1": {"qty": 5, "price": "1.5"}, "A2": {"qty": 0, "price": "2"}}'))

    assert rows_of(pairs, "key", "quantity") == [("A1", 5), ("A2", 0), ("B7", 12)]
    assert rows_of(objects, "key", "quantity") == [("A1", 5), ("A2", 0)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('{"error": "unauthorized"}', "no_items"),
        ("[]", "no_items"),
        ('{"a": [1, 2, 3]}', "no_items"),
        ('[{"sku": "A1", "qty": 5}, {"sku"', "cut_short"),
        ('[{"sku": "A1", "qty": 5}, {"sku": "A2" "qty"}, {"sku": "A3"}]', "unreadable"),
        ("[" * 100_000, "too_deep"),
        ('{"a":' * 100_000, "too_deep"),
    ],
)
def test_json_that_is_no_feed(tmp_path: Path, content: str, code: str) -> None:
    assert refused(written(tmp_path, content)) == code


def test_an_x12_846(tmp_path: Path) -> None:
    interchange = (
        "ISA*00*          *00*          *01*043109560      *ZZ*COMPANY        *130402*1301*U*00400*000037153*0*P*>~"
        "GS*IB*A*B*20130402*1301*1*X*004010~ST*846*1~LIN*1*VP*FMA 09510*UP*704400095108~PID*F****A FILM~QTY*33*1*EA~"
        "LIN*2*VP*ACR 8392D*UP*054961839292~PID*F****ANOTHER~QTY*33*0*EA~QTY*63*100~CTT*2~SE*1*1~"
    )

    reading = read(written(tmp_path, interchange, "846.edi"))

    assert (reading.facts.format, reading.facts.delimiter) == ("x12", "*")
    assert rows_of(reading, "key", "gtin", "name", "quantity") == [
        ("FMA 09510", "704400095108", "A FILM", 1),
        ("ACR 8392D", "054961839292", "ANOTHER", 0),
    ]


def test_an_edifact_invrpt(tmp_path: Path) -> None:
    interchange = (
        "UNA:+.? 'UNB+UNOC:3+S+R+260101:1200+1'UNH+1+INVRPT:D:96A:UN'LIN+1++4006381333931:EN'PIA+1+AB-1:SA'"
        "IMD+F++:::Chair ?'fine?''QTY+145:12:PCE'LIN+2++8720602828605:EN'PIA+1+AB-2:SA'QTY+145:0'UNT+9+1'"
    )

    reading = read(written(tmp_path, interchange, "invrpt.edi"))

    assert rows_of(reading, "key", "gtin", "name", "quantity") == [
        ("AB-1", "4006381333931", "Chair 'fine'", 12),
        ("AB-2", "8720602828605", None, 0),
    ]


def test_records_are_bounded_too(tmp_path: Path) -> None:
    item = "<item><sku>A{0}</sku><qty>1</qty></item>"
    path = written(tmp_path, "<x>" + "".join(item.format(number) for number in range(12_000)) + "</x>")

    with pytest.raises(NotAFeed) as error:
        read(path, limits=Limits(max_rows=1_000))

    assert error.value.code == "too_many_rows"


STORES_XML = """<offers>
<offer sku="A-1"><model>Lamp</model><price>5</price><availabilities><availability storeId="PP1" stockCount="5"/>
<availability storeId="PP2" stockCount="3"/></availabilities></offer>
<offer sku="B-2"><model>Chair</model><price>6</price><availabilities><availability storeId="PP1" stockCount="1"/>
</availabilities></offer></offers>"""


def test_the_stock_of_several_stores_of_one_article_is_added_up_and_said(tmp_path: Path) -> None:
    reading = read_xml(tmp_path, STORES_XML)

    assert rows_of(reading, "key", "quantity_kind", "quantity", "quantity_raw", "price") == [
        ("A-1", "exact", 8, "5\u2009+\u20093", Decimal(5)),
        ("B-2", "exact", 1, "1", Decimal(6)),
    ]
    assert [(doubt.code, doubt.facts) for doubt in reading.doubts] == [("stores", {"count": 1})]


def test_steps_of_a_price_are_no_stores(tmp_path: Path) -> None:
    steps = "<step><quantity>10</quantity><price>4</price></step><step><quantity>50</quantity><price>3</price></step>"
    items = "".join(f"<item><sku>A{n}</sku><stock>7</stock><steps>{steps}</steps></item>" for n in range(3))

    assert rows_of(read_xml(tmp_path, f"<items>{items}</items>"), "key", "quantity") == [
        *(("A0", 7), ("A1", 7), ("A2", 7))
    ]


def test_json_with_lists_inside_its_articles(tmp_path: Path) -> None:
    article = (
        '{{"sku": "A{0}", "images": [{{"src": "x"}}], "prices": [{{"currency": "EUR", "price": {0}.5}}],'
        ' "warehouses": [{{"code": "P", "stock": {0}}}, {{"code": "L", "stock": 2}}]}}'
    )

    reading = read(written(tmp_path, f"[{article.format(3)}, {article.format(4)}]"))

    assert rows_of(reading, "key", "quantity", "price", "currency") == [
        ("A3", 5, Decimal("3.5"), "EUR"),
        ("A4", 6, Decimal("4.5"), "EUR"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        '[["sku", "qty"], ["A1", 5], ["A2", 0]]',
        '{"columns": ["sku", "qty"], "rows": [["A1", 5], ["A2", 0]]}',
        '{"sku": "A1", "qty": 5}{"sku": "A2", "qty": 0}',
        '{\n "sku": "A1",\n "qty": 5\n}\n{\n "sku": "A2",\n "qty": 0\n}\n',
        '{"page": 1, "items": [{"sku": "A1", "qty": 5}]}',
        '{"A1": {"sku": "A1", "qty": 5}, "A2": {"sku": "A2", "qty": 0}}',
        '{"data": {"products": {"edges": [{"node": {"sku": "A1", "qty": 5}}, {"node": {"sku": "A2", "qty": 0}}]}}}',
    ],
)
def test_json_in_other_shapes(tmp_path: Path, content: str) -> None:
    reading = read(written(tmp_path, content))

    assert rows_of(reading, "key", "quantity") == [("A1", 5), ("A2", 0)][: reading.rows.height]
    assert reading.rows.height == content.count("A1") or content.count("A2")


@pytest.mark.parametrize(
    ("start", "between", "end"),
    [
        ('{"ok": true, "data": {"count": 9, "products": [', ", ", ']}, "more": null}'),
        ("[", ",\n", "]"),
        ("", "\n", ""),
        ('{"categories": [{"id": 1, "name": "x"}, {"id": 2, "name": "y"}], "items": [', ",", "]}"),
    ],
)
def test_a_json_larger_than_is_held_in_memory_reads_like_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str, between: str, end: str
) -> None:
    monkeypatch.setattr(jsonstream, "WINDOW", 1_000)
    monkeypatch.setattr(jsonfeeds, "_BLOCK", 1_500)
    articles = [f'{{"sku": "Ä{number}", "qty": {number % 50}, "price": "1.5"}}' for number in range(300)]

    reading = read(written(tmp_path, start + between.join(articles) + end))

    assert rows_of(reading, "line", "key", "quantity") == [
        (number + 1, f"Ä{number}", number % 50) for number in range(300)
    ]


def test_codes_and_stocks_of_a_large_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonstream, "WINDOW", 1_000)
    monkeypatch.setattr(jsonfeeds, "_BLOCK", 1_500)
    pairs = ", ".join(f'"A{number}": {number}' for number in range(300))

    reading = read(written(tmp_path, f'{{"stock": {{{pairs}}}}}'))

    assert rows_of(reading, "key", "quantity") == [(f"A{number}", number) for number in range(300)]


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda text: text[: len(text) // 2], "cut_short"),
        (lambda text: text.replace('"A7"', '"A7" "x"'), "unreadable"),
    ],
)
def test_damage_in_a_large_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[str], str], code: str
) -> None:
    monkeypatch.setattr(jsonstream, "WINDOW", 1_000)
    monkeypatch.setattr(jsonfeeds, "_BLOCK", 1_500)
    articles = ", ".join(f'{{"sku": "A{number}", "qty": {number}}}' for number in range(300))

    assert refused(written(tmp_path, damage(f"[{articles}]"))) == code


def test_whether_it_can_be_fetched_in_a_store_is_no_stock(tmp_path: Path) -> None:
    offers = "".join(
        f'<offer id="{n}" available="true"><price>{n}00</price><name>Thing {n}</name><store>false</store></offer>'
        for n in range(1, 9)
    )

    reading = read_xml(tmp_path, f"<yml><shop><offers>{offers}</offers></shop></yml>")

    assert "quantity" not in columns_of(reading)
    assert reading.lines["quantity_kind"].unique().to_list() == ["flag"]


def test_the_tax_of_a_price_is_no_price(tmp_path: Path) -> None:
    price = (
        '<ARTICLE_PRICE price_type="{0}"><PRICE_AMOUNT>{1}.50</PRICE_AMOUNT><TAX>0.19</TAX>'
        "<PRICE_FACTOR>1</PRICE_FACTOR></ARTICLE_PRICE>"
    )
    article = "<ARTICLE><SUPPLIER_AID>{0}</SUPPLIER_AID>" + price.format("net_list", "{0}9")
    article += price.format("net_customer", "{0}5") + "</ARTICLE>"
    articles = "".join(article.format(n) for n in (1, 2))

    reading = read_xml(tmp_path, f"<BMECAT><T_NEW_CATALOG>{articles}</T_NEW_CATALOG></BMECAT>")

    assert columns_of(reading)["price"] == "ARTICLE_PRICE/PRICE_AMOUNT [net_customer]"
    assert rows_of(reading, "key", "price") == [("1", Decimal("15.5")), ("2", Decimal("25.5"))]


def test_one_article_below_a_longer_head_is_found_by_its_name(tmp_path: Path) -> None:
    head = "<HEADER><A>1</A><B>2</B><C>3</C><D>4</D></HEADER>"
    one = "<ARTICLE><SUPPLIER_AID>X1</SUPPLIER_AID><PRICE_AMOUNT>5.10</PRICE_AMOUNT></ARTICLE>"

    reading = read_xml(tmp_path, f"<BMECAT>{head}<T_UPDATE_PRICES>{one}</T_UPDATE_PRICES></BMECAT>")

    assert rows_of(reading, "key", "price") == [("X1", Decimal("5.1"))]


def test_a_list_of_categories_alone_is_no_list_of_articles(tmp_path: Path) -> None:
    categories = "".join(f'<category id="{n}" parentId="1">C{n}</category>' for n in range(9))
    content = f"<yml><shop><categories>{categories}</categories><offers></offers></shop></yml>"

    assert refused(written(tmp_path, content, "feed.xml")) == "no_items"


EDIFACT = "UNB+UNOC:3+S+R+260904:0800+1'UNH+1+INVRPT:D:96A:UN'{0}UNT+{1}+1'UNZ+1+1'"


def test_stocks_of_several_places_in_one_line_item_are_added_up(tmp_path: Path) -> None:
    items = "LIN+1++4006381333931:EN'LOC+14+A'QTY+145:7'LOC+14+B'QTY+145:5'LIN+2++8720602828605:EN'LOC+14+A'QTY+145:1'"

    reading = read(written(tmp_path, EDIFACT.format(items, 10), "feed.edi"))

    assert rows_of(reading, "key", "quantity") == [("4006381333931", 12), ("8720602828605", 1)]


def test_segments_may_end_with_their_lines_alone(tmp_path: Path) -> None:
    items = "LIN+1++STF800:MF'QTY+17:12:EA'QTY+16:3:EA'LIN+2++STF801:MF'QTY+17:0:EA'"

    reading = read(written(tmp_path, EDIFACT.format(items, 8).replace("'", "\n"), "feed.edi"))

    assert rows_of(reading, "key", "quantity") == [("STF800", 12), ("STF801", 0)]


def test_quantities_of_an_edi_line_answer_several_questions_and_are_not_added(tmp_path: Path) -> None:
    lines = [
        "ISA*00*          *00*          *ZZ*PARTNERXYZ     *ZZ*PLATFORM       *250615*1430*^*00501*000000042*0*P*>",
        "GS*IB*PARTNERXYZ*PLATFORM*20250615*1430*42*X*005010",
        *("ST*846*0001", "BIA*00*SR*INV*20250615"),
        *(
            "LIN*1*UP*012345678905",
            "QTY*1*250",
            "QTY*QA*198",
            "LIN*2*EN*5901234123457",
            "QTY*1*0",
            "QTY*QA*0",
        ),
        *("SE*9*0001", "GE*1*42", "IEA*1*000000042"),
    ]

    reading = read(written(tmp_path, "~\n".join(lines) + "~", "feed.edi"))

    assert rows_of(reading, "key", "quantity") == [("012345678905", 198), ("5901234123457", 0)]
    assert reading.mapping.added == ()


def test_lines_are_told_apart_by_barcodes_where_most_have_no_other_code(tmp_path: Path) -> None:
    first = "LIN+1++4006381333931:EN'PIA+1+A1:SA'QTY+145:7'"
    items = first + "LIN+2++8720602828605:EN'QTY+145:1'LIN+3++5056635609861:EN'QTY+145:2'"

    reading = read(written(tmp_path, EDIFACT.format(items, 9), "feed.edi"))

    assert reading.rows["key"].to_list() == ["4006381333931", "8720602828605", "5056635609861"]


def test_a_delivery_time_tells_of_the_stock_only_where_the_file_does_not_state_it(tmp_path: Path) -> None:
    item = "<SHOPITEM><ITEM_ID>{0}</ITEM_ID><PRICE_VAT>9</PRICE_VAT><DELIVERY_DATE>{0}</DELIVERY_DATE>{1}</SHOPITEM>"
    told = "".join(item.format(days, "") for days in (0, 5))
    stated = "".join(item.format(days, "<STOCK>4</STOCK>") for days in (0, 5))

    without, counted = (read_xml(tmp_path, f"<SHOP>{items}</SHOP>") for items in (told, stated))

    assert (without.mapping.ready_days, counted.mapping.ready_days) == (0, None)
    assert without.lines["availability"].to_list() == ["in_stock", "backorder"]
    assert rows_of(counted, "quantity", "availability") == [(4, "in_stock"), (4, "in_stock")]


PRICAT = (
    "UNB+UNOA:1+5010:14+5020:14+010108:1200+2030'UNH+1+PRICAT:D:96A:UN:EAN006'BGM+9+2030+9'CUX+2:GBP:8'"
    "LIN+1++4006381333931:EN'IMD+F++TU:::CUPS'QTY+52:12'QTY+77:9'PRI+AAB:6.4:CT'PRI+AAA:5.4:CT'"
    "LIN+2++8720602828605:EN'IMD+F++TU:::CLEANER'QTY+52:12'QTY+77:9'PRI+AAA:4.5:CT'UNT+14+1'UNZ+1+2030'"
)


def test_a_price_message_states_no_stock_and_its_currency_once(tmp_path: Path) -> None:
    reading = read(written(tmp_path, PRICAT, "pricat.edi"))

    assert rows_of(reading, "key", "name", "quantity_kind", "price", "currency") == [
        ("4006381333931", "CUPS", "unknown", Decimal("5.4"), "GBP"),
        ("8720602828605", "CLEANER", "unknown", Decimal("4.5"), "GBP"),
    ]


def test_of_several_descriptions_the_one_of_the_article_is_its_name(tmp_path: Path) -> None:
    lines = "".join(
        f"LIN**VP*T-{n}~PID*F*MAC***Maker & Sons~PID*F*75***blue~PID*F*08***Spray {n}~CTP**WHL*5.85~"
        for n in (1, 2)
    )
    head = "ISA*00*          *00*          *ZZ*SUPPLIER       *ZZ*BUYER          *260504*0830*U*00401*000000123*0*P*>~"
    text = f"{head}GS*SC*A*B*20260504*0830*1*X*004010~ST*832*0001~CUR*SE*USD~{lines}SE*13*0001~GE*1*1~IEA*1*000000123~"

    reading = read(written(tmp_path, text, "catalogue.edi"))

    assert rows_of(reading, "key", "name", "price", "currency") == [
        ("T-1", "Spray 1", Decimal("5.85"), "USD"),
        ("T-2", "Spray 2", Decimal("5.85"), "USD"),
    ]


@pytest.mark.parametrize("size", [3, 40_000])
def test_a_currency_around_the_articles_of_a_json_file_holds_for_those_without_one(
    tmp_path: Path, size: int
) -> None:
    goods = [f'{{"sku": "A-{n}", "price": 5.5, "note": "{"x" * 100}"}}' for n in range(size)]
    goods[0] = '{"sku": "A-0", "price": 6, "currency": "USD"}'
    text = '{"currency": "CZK", "title": "EUR", "products": [' + ",".join(goods) + "]}"

    reading = read(written(tmp_path, text, "feed.json"))

    assert rows_of(reading, "key", "price", "currency")[:2] == [
        ("A-0", Decimal(6), "USD"),
        ("A-1", Decimal("5.5"), "CZK"),
    ]


@pytest.mark.parametrize(
    "around", ['"shipping": {"currency": "USD", "cost": 9}', '"currency": "EUR", "currency_code": "USD"']
)
def test_a_currency_of_something_beside_the_articles_is_not_theirs(tmp_path: Path, around: str) -> None:
    goods = ",".join(f'{{"sku": "A-{n}", "price": {n}.5}}' for n in range(9))

    reading = read(written(tmp_path, f'{{{around}, "items": [{goods}]}}', "feed.json"))

    assert rows_of(reading, "key", "currency")[:2] == [("A-0", None), ("A-1", None)]


def x12(kind: str, body: str, *, sender: str = "ZZ*VENDOR         ") -> str:
    first = (
        f"ISA*00*          *00*          *{sender}*ZZ*SHOP           *260118*0915*U*00401*000000001*0*P*>~"
    )
    head = f"{first}\nGS*IB*VENDOR*SHOP*20260118*0915*1*X*004010~\nST*{kind}*0001~\n"
    return f"{head}{body}SE*4*0001~\nGE*1*1~\nIEA*1*000000001~\n"


def test_an_interchange_whose_first_segment_is_longer_than_usual_is_read_all_the_same(tmp_path: Path) -> None:
    longer = x12("846", "LIN*1*SK*A1~\nQTY*33*5~\n", sender="ZZ*VENDOR           ")
    without_last = x12("846", "LIN*1*SK*A1~\nQTY*33*5~\n").replace("*P*>~", "*P*").replace("~\n", "\n")

    for content in (longer, without_last):
        reading = read(written(tmp_path, content, "feed.edi"))

        assert rows_of(reading, "key", "quantity") == [("A1", 5)]


@pytest.mark.parametrize(
    "content",
    [
        x12("856", "HL*1**I~\nLIN**UP*840013101234~\nSN1**480*EA~\n"),
        x12("997", "AK1*PO*1~\n"),
        "UNB+UNOC:3+A:14+B:14+260118:0915+1'UNH+1+DESADV:D:96A:UN'LIN+1++5410013101234:EN'QTY+12:480'UNT+4+1'UNZ+1+1'",
        "UNB+UNOC:3+A:14+B:14+260118:0915+1'UNH+1+SLSRPT:D:96A:UN'LIN+1++5410013101234:EN'PRI+AAA:2.49'UNT+4+1'UNZ+1+1'",
    ],
)
def test_a_message_about_deliveries_or_sales_is_no_feed(tmp_path: Path, content: str) -> None:
    with pytest.raises(NotAFeed) as refused:
        read(written(tmp_path, content, "feed.edi"))

    assert refused.value.code == "other_message"
