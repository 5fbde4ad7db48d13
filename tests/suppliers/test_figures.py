from dataclasses import replace

import polars as pl
import pytest
from django.core.files.base import ContentFile

from stocke.core.actors import Actor
from suppliers.domain.feeds import receive_file
from suppliers.domain.figures import Figures, FileFigures, weigh
from suppliers.jobs.feeds import run_feed
from suppliers.models import Run
from suppliers.readers.values import ROW_SCHEMA
from tests.factories.feeds import FeedFactory, csv, rows


def test_a_file_is_weighed_as_a_whole() -> None:
    stated = rows(
        [("A", 4), ("B", 7), ("C", 4), ("D", ">20"), ("E", 0), ("F", "yes"), ("G", "ask"), ("H", None)]
    )
    priced = stated.with_columns(
        price_minor=pl.Series([100, 201, None, 0, 500, 900, None, None]),
        currency=pl.Series(["EUR", "EUR", None, "EUR", "USD", None, None, None]),
    )

    weighed = weigh(priced, lines=11, rejected=2)

    assert replace(weighed, fingerprint="") == FileFigures(
        lines=13,
        repeated=3,
        unreadable=3,
        units=35,
        counted=3,
        identical=2,
        zeros=1,
        priced=2,
        price_cents=301,
        currency="EUR",
    )


def test_words_of_availability_that_nobody_understands_are_unreadable_too() -> None:
    stated = rows([("A", None), ("B", None)]).with_columns(
        quantity_raw=pl.lit(None, pl.String), availability_raw=pl.Series(["bientôt ?", None])
    )

    assert weigh(stated).unreadable == 1


def test_a_file_without_rows_weighs_nothing() -> None:
    assert weigh(pl.DataFrame(schema=ROW_SCHEMA)) == FileFigures()


def test_a_file_has_the_fingerprint_of_what_it_states_in_whatever_order() -> None:
    here = rows([("A", 4), ("B", 7)], price=900)
    packed_otherwise = rows([("B", 7), ("A", 4)], price=900).with_columns(name=pl.lit("x"))
    others = [
        rows([("A", 4), ("B", 8)], price=900),
        rows([("A", 7), ("B", 4)], price=900),
        here.head(1),
        rows([("A", 4), ("B", 7)], price=901),
    ]

    assert weigh(here).fingerprint == weigh(packed_otherwise).fingerprint != ""
    assert weigh(here).fingerprint not in {weigh(other).fingerprint for other in others}


def test_a_mean_price_needs_a_price() -> None:
    assert FileFigures(priced=2, price_cents=301).mean_price_cents == 150
    assert FileFigures().mean_price_cents is None


def test_figures_are_kept_as_json_and_survive_what_an_older_or_newer_program_wrote() -> None:
    figures = Figures(rows=3, known=2, file=FileFigures(units=9))

    assert Figures.from_json(figures.to_json()) == figures
    assert Figures.from_json({"rows": 3, "tomorrow": 1, "file": {"units": 9, "tomorrow": 1}}) == Figures(
        rows=3, file=FileFigures(units=9)
    )
    assert Figures.from_json({}) == Figures()


@pytest.mark.django_db
@pytest.mark.usefixtures("media")
def test_an_import_keeps_its_figures() -> None:
    file = csv([("A", "4"), ("B", ">20"), ("B", "7"), ("C", "bientôt")])

    run = receive_file(FeedFactory(), ContentFile(file, "stock.csv"), by=Actor.job("clock"))
    run_feed(run.pk)

    whole = FileFigures(
        lines=4,
        repeated=1,
        unreadable=1,
        units=11,
        counted=2,
        identical=1,
        priced=3,
        price_cents=2970,
        ending="whole",
    )
    figures = Figures.from_json(Run.objects.get(pk=run.pk).figures)
    assert replace(figures.file, fingerprint="") == whole
    assert (figures.rows, figures.known) == (3, 0)
