"""What a cell said about a lead time stays beside the statement, as that of the quantity does."""

from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from stocke.core.actors import Actor
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.models import Observation, Offer
from suppliers.readers import ColumnMap, read
from tests.factories.feeds import FeedFactory, RunFactory
from tests.factories.people import client_as
from tests.factories.products import ProductFactory
from tests.suppliers.readers.files import written

pytestmark = pytest.mark.django_db
BY = Actor.job("test")
FILE = "sku;qty;delivery time\nA;0;15.12.2026\nB;4;3-5 Tage\nC;7;2\nD;9;\nE;>20;2 Wochen\n"


def said() -> dict[str, tuple[str, int | None]]:
    names = dict(Offer.objects.values_list("pk", "supplier_sku"))
    facts = Observation.objects.values_list("offer_id", "raw", "lead_days")
    return {names[offer]: (raw, days) for offer, raw, days in facts}


def import_file(folder: Path, *, remember: bool) -> None:
    for sku in "ABCDE":
        ProductFactory(sku=sku)
    reading = read(written(folder, FILE), remember=remember, today=date(2026, 12, 1))
    judge_and_apply(RunFactory(FeedFactory()), Read(reading.rows), by=BY)


@pytest.mark.parametrize("remember", [True, False])
def test_the_words_of_a_lead_time_are_kept_where_they_say_more_than_days(
    tmp_path: Path, remember: bool
) -> None:
    import_file(tmp_path, remember=remember)

    assert said() == {
        "A": ("0 · 15.12.2026", 14),
        "B": ("4 · 3-5 Tage", 5),
        "C": ("7", 2),
        "D": ("9", None),
        "E": (">20 · 2 Wochen", 14),
    }


def test_the_explanation_of_a_number_shows_them(tmp_path: Path) -> None:
    import_file(tmp_path, remember=True)
    offer = Offer.objects.get(supplier_sku="B")

    page = client_as().get(reverse("suppliers:product", args=[offer.product_id])).content.decode()

    assert "4 · 3-5 Tage" in page


def test_of_added_lines_the_longest_lead_time_is_kept_with_its_words(tmp_path: Path) -> None:
    added = ColumnMap(
        fields={"key": 0, "quantity": 1, "lead": 2},
        header=("sku", "qty", "delivery time"),
        header_row=1,
        repeated="sum",
    )
    content = "sku;qty;delivery time\nA;1;2 Wochen\nA;2;3 Tage\nA;3;\n"

    rows = read(written(tmp_path, content), column_map=added, remember=True).rows

    assert rows.select("quantity", "lead_days", "lead_raw").rows() == [(6, 14, "2 Wochen")]
