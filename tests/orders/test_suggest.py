"""`manage.py suggest`: a catalogue file ranked for one product, without a database."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from orders.domain.catalogue import Good, read_goods

CATALOGUE = """sku;nom;marque;catégorie;prix;couleur;description
G40;Suspension Galet Ø 40, verre fumé;Onde;Luminaires;89,90 €;fumé;Une suspension de verre soufflé à la bouche
G35;Suspension Galet Ø 35, verre fumé;Onde;Luminaires;79,90 €;fumé;Une suspension de verre soufflé à la bouche
D40;Suspension Dune Ø 40, verre;Brume;Luminaires;94,90 €;clair;Une suspension de verre
CAB;Câble textile pour suspension Galet;Onde;Accessoires;12,00 €;noir;Deux mètres de câble
VAS;Vase Osier;Brume;Décoration;39,00 €;blanc;Un vase en osier tressé
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "catalogue.csv"
    path.write_text(CATALOGUE)
    return path


def suggested(capsys: pytest.CaptureFixture[str], path: Path, *options: str) -> str:
    call_command("suggest", str(path), *options)
    return capsys.readouterr().out


def test_a_catalogue_is_read_with_its_columns_recognised(catalogue: Path) -> None:
    assert read_goods(catalogue)[0] == Good(
        key="G40",
        name="Suspension Galet Ø 40, verre fumé",
        brand="Onde",
        category="Luminaires",
        price_cents=8990,
        attributes={"couleur": "fumé"},
        text="Une suspension de verre soufflé à la bouche",
    )


def test_the_best_stand_in_comes_first_and_says_why(
    catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ranked = json.loads(suggested(capsys, catalogue, "--for", "G40", "--json"))

    assert [one["key"] for one in ranked] == ["G35", "D40", "CAB", "VAS"]
    assert {name: ranked[0][name] for name in ("rank", "name", "brand", "category", "price")} == {
        "rank": 1,
        "name": "Suspension Galet Ø 35, verre fumé",
        "brand": "Onde",
        "category": "Luminaires",
        "price": "79.90",
    }
    assert [reason["key"] for reason in ranked[0]["reasons"]] == ["same_category", "same_brand"]


def test_a_limit_cuts_the_list_and_a_person_reads_a_table(
    catalogue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = suggested(capsys, catalogue, "--for", "G40", "--limit", "2").splitlines()

    assert [line.split()[2] for line in lines] == ["G35", "D40"]


def test_an_unknown_code_and_a_file_that_is_none_end_with_a_sentence(
    catalogue: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prose = tmp_path / "prose.txt"
    prose.write_text("Bonjour, voici notre catalogue.\n")
    statuses = []
    for path, key in ((catalogue, "NONE"), (prose, "G40"), (tmp_path / "absent.csv", "G40")):
        with pytest.raises(SystemExit) as ended:
            call_command("suggest", str(path), "--for", key)
        statuses.append(ended.value.code)

    said = capsys.readouterr().err
    assert statuses == [2, 2, 2]
    assert "“NONE”" in said or "« NONE »" in said.replace("\u00a0", " ")
    assert "Traceback" not in said
