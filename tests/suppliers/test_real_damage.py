"""The ten kinds of damage on real feeds, where they are at hand: no zero is published that nobody meant."""

import csv
import io
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from stocke.products.models import Product, Publication
from suppliers.domain.deciding import apply_held
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, FeedMapping, RunStatus
from suppliers.readers import Reading, read
from tests.factories.feeds import FeedFactory
from tests.media import storages_below
from tests.suppliers.damage import ERROR_PAGE
from tests.suppliers.readers.mutation.bases import real
from tests.suppliers.test_damage import CLOCK, hand_in, zeros

NAMES = ("f01", "f06", "f10", "f11", "f13", "f14", "f15", "f09", "f22", "f23")
FILES = {path.name[:3]: path for path in real(".csv", ".txt") if path.name.startswith(NAMES)}
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(len(FILES) < len(NAMES), reason="the real feeds are not at hand"),
]
LINES = 60

type Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class RealFeed:
    """The first lines of a real feed that state a stock, as cells, and how they become a file again."""

    head: Rows
    rows: Rows
    delimiter: str
    encoding: str
    key: int
    stock: int
    price: int

    def write(self, rows: Rows, *, head: bool = True) -> bytes:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator="\n")
        writer.writerows([*(self.head if head else []), *rows])
        return out.getvalue().encode(self.encoding, "replace")

    def with_cells(self, place: int, change: Callable[[int, str], str]) -> Rows:
        return [
            [change(number, cell) if at == place else cell for at, cell in enumerate(row)]
            for number, row in enumerate(self.rows)
        ]

    @property
    def today(self) -> Rows:
        """A little more of some articles than yesterday."""
        return self.with_cells(
            self.stock,
            lambda n, cell: str(int(cell) + 1) if cell.isdecimal() and cell != "0" and n % 4 == 0 else cell,
        )


def loaded(path: Path) -> RealFeed:
    reading = read(path)
    facts, fields = reading.facts, reading.mapping.fields
    text = path.read_bytes().decode(facts.encoding or "utf-8")
    records = [record for record in csv.reader(io.StringIO(text), delimiter=facts.delimiter or ",") if record]
    start = facts.header_row or 0
    stock = fields.get("quantity", fields.get("availability", fields["key"]))
    stated = [record for record in records[start:] if len(record) > stock and record[stock].strip()]
    return RealFeed(
        head=records[:start],
        rows=stated[:LINES],
        delimiter=facts.delimiter or ",",
        encoding=facts.encoding or "utf-8",
        key=fields["key"],
        stock=stock,
        price=fields.get("price", fields["key"]),
    )


def of_another(feed: RealFeed) -> bytes:
    renamed = feed.with_cells(feed.key, lambda n, cell: f"OTHER-{n}")
    return feed.write(
        [[*row[: feed.stock], "0", *row[feed.stock + 1 :]] if n % 2 else row for n, row in enumerate(renamed)]
    )


DAMAGES: dict[str, Callable[[RealFeed], bytes]] = {
    "truncated at 40 %": lambda feed: feed.write(feed.today)[: len(feed.write(feed.today)) * 2 // 5],
    "all zeros": lambda feed: feed.write(feed.with_cells(feed.stock, lambda n, cell: "0")),
    "shifted column": lambda feed: feed.write([[row[0], *row[2:], ""] for row in feed.today]),
    "empty": lambda feed: b"",
    "yesterday's file": lambda feed: feed.write(feed.rows),
    "error page": lambda feed: ERROR_PAGE,
    "header only": lambda feed: feed.write([]),
    "doubled rows": lambda feed: feed.write([*feed.today, *feed.today]),
    "wrong currency": lambda feed: feed.write(
        feed.with_cells(feed.price, lambda n, cell: f"9{cell}" if cell[:1].isdecimal() else cell)
    ),
    "other supplier's file": of_another,
}


@pytest.fixture(scope="module")
def feeds(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Generator[list[tuple[str, RealFeed, Feed]]]:
    """Real feeds with two good imports each, made once for all kinds of damage."""
    folder = tmp_path_factory.mktemp("real")
    with django_db_blocker.unblock(), override_settings(**storages_below(folder)), transaction.atomic():
        yield [(name, found, connected(found, folder)) for name in NAMES for found in [loaded(FILES[name])]]
        transaction.set_rollback(True)


def connected(found: RealFeed, folder: Path) -> Feed:
    sample = folder / "sample"
    sample.write_bytes(found.write(found.rows))
    reading: Reading = read(sample)
    keys = reading.rows["key"].to_list()
    Product.objects.bulk_create(
        [Product(sku=key, name=key, price_cents=100) for key in keys if len(key) <= 80], ignore_conflicts=True
    )
    feed = FeedFactory(mapped=False)
    feed.mapping = FeedMapping.objects.create(feed=feed, version=1, column_map=reading.mapping.to_json())
    feed.save(update_fields=["mapping"])
    first = hand_in(feed, found.write(found.rows))
    if first.status == RunStatus.HELD:
        # Some state nothing but zeros in these lines, which a person has to look at before they count.
        assert [check["check"] for check in first.verdict["checks"] if not check["passed"]] == ["zeros"]
        apply_held(first, by=CLOCK)
        run_feed(first.pk)
        first.refresh_from_db()
    assert first.status == RunStatus.APPLIED
    # One stock for all is a placeholder in some of them, and another number beside it is a question.
    hand_in(feed, found.write(found.today))
    return feed


@pytest.mark.parametrize("damage", DAMAGES)
def test_no_unconfirmed_zero_is_ever_published_of_a_real_feed(
    damage: str, feeds: list[tuple[str, RealFeed, Feed]]
) -> None:
    for name, found, feed in feeds:
        sold_out, last = zeros(feed), Publication.objects.order_by("-pk").values_list("pk", flat=True).first()

        run = hand_in(feed, DAMAGES[damage](found))

        assert run.status in {"held", "failed", "unchanged", "applied"}, name
        assert zeros(feed) <= sold_out, (name, run.status)
        assert not Publication.objects.filter(pk__gt=last or 0, sellable=0).exists(), (name, run.status)
