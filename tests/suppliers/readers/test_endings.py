"""Files that were cut on their way: each format says so, and a whole file is never suspected."""

import json
from pathlib import Path

import pytest

from suppliers.domain.reading import ending_of
from suppliers.readers import NotAFeed
from tests.suppliers.readers.files import read_text
from tests.suppliers.readers.mutation.bases import EDIFACT, X12

TABLE = "sku;name;qty;price\n" + "".join(f"A{n};Chair {n};{n};{n},50\n" for n in range(1, 8))
QUOTED = '"sku","name","qty"\n' + "".join(f'"A{n}","Chair, ""{n}""","{n}"\n' for n in range(1, 8))
XML = "<?xml version='1.0'?><stock>" + "".join(
    f"<item><sku>A{n}</sku><qty>{n}</qty></item>\n" for n in range(1, 8)
)


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (TABLE, "whole"),
        (TABLE.replace("\n", "\r\n"), "whole"),
        (TABLE.replace("\n", "\r"), "whole"),
        (TABLE + "\x1a", "whole"),
        (TABLE[:-1], "open"),
        (TABLE + "Total", "short"),
        (TABLE[: TABLE.index("7;7,50")], "short"),
        (TABLE[: TABLE.index("A7") + 1], "short"),
        (TABLE[: TABLE.index("7,50") + 1], "open"),
        (TABLE + "A8;two\nlines;8;1,00\n", "whole"),
        (TABLE.encode("utf-16")[:-2], "open"),
        (TABLE.encode("utf-16")[:-12], "short"),
        (QUOTED, "whole"),
        (QUOTED[:-1], "open"),
        (QUOTED[:-2], "short"),
        (QUOTED[:-5], "short"),
        (QUOTED[:-1] + '\n"A8","over\ntwo lines","5"', "open"),
    ],
)
def test_a_table_that_stops_in_mid_line_says_so(tmp_path: Path, content: str | bytes, ending: str) -> None:
    assert ending_of(read_text(tmp_path, content)) == ending


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (f"{XML}</stock>", "whole"),
        (f"{XML}</stock>\n<!-- made by a program -->\n", "whole"),
        (XML, "cut"),
        (XML[:-20], "cut"),
        (f"{XML}<item><sku>A & B</sku><qty>8</qty></item></stock>", "whole"),
        (f"{XML}<item><sku>A & B</sku><qty>8</qty></item>", "cut"),
        (f"{XML}<item><sku>A8</name><qty>8</qty></item></stock>", "whole"),
        (f"{XML}<item><sku>A8</name><qty>8</qty></item><item><sku>A9", "cut"),
        (XML.partition("<stock>")[2], "whole"),
    ],
)
def test_xml_without_its_end_says_so_however_broken_it_is(tmp_path: Path, content: str, ending: str) -> None:
    assert ending_of(read_text(tmp_path, content)) == ending


SE, UNT = "SE*1*1~", "UNT+9+1'"


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (X12.replace(SE, "SE*9*1~GE*1*1~IEA*1*1~"), "whole"),
        (X12.replace(SE, "SE*14*1~GE*1*1~IEA*1*1~"), "counted"),
        (X12.replace(SE, "SE*9*1~GE*1*1~IEA*2*1~"), "cut"),
        (X12.replace(SE, "SE*9*1~"), "cut"),
        (X12.replace(SE, ""), "cut"),
        (EDIFACT.replace(UNT, "UNT+9+1'UNZ+1+1'"), "whole"),
        (EDIFACT.replace(UNT, "UNT+99+1'UNZ+1+1'"), "counted"),
        (EDIFACT.replace(UNT, "UNT+9+1'UNZ+2+1'"), "cut"),
        (EDIFACT, "cut"),
        (EDIFACT.replace(UNT, ""), "cut"),
    ],
)
def test_an_interchange_is_whole_with_its_trailers_and_their_counts(
    tmp_path: Path, content: str, ending: str
) -> None:
    assert ending_of(read_text(tmp_path, content)) == ending


@pytest.mark.parametrize("lines", [False, True], ids=["json", "json lines"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.97])
def test_half_a_json_file_is_no_file(tmp_path: Path, *, lines: bool, share: float) -> None:
    items = [json.dumps({"sku": f"A{n}", "qty": n}) for n in range(60)]
    text = "\n".join(items) if lines else f'{{"items": [{",".join(items)}]}}'
    cut = text[: int(len(text) * share)].rstrip("}\n")

    with pytest.raises(NotAFeed) as refused:
        read_text(tmp_path, cut)

    assert refused.value.code == "cut_short"


@pytest.mark.parametrize("block", [1, 2, 3, 7, 50])
@pytest.mark.parametrize("content", [X12, EDIFACT, EDIFACT.replace("Chair", "a??+b?+c?:d?'e???'f")])
def test_an_interchange_reads_alike_in_whatever_blocks_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, block: int
) -> None:
    whole = read_text(tmp_path, content)
    monkeypatch.setattr("suppliers.readers.edi._BLOCK", block)

    assert read_text(tmp_path, content).lines.equals(whole.lines)
