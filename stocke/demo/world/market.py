"""What the suppliers' own systems hold: quantities that drift from day to day, and the files they make of them."""

from dataclasses import replace
from random import Random

from stocke.demo.world.files import DIALECTS, Row
from stocke.demo.world.traders import Temper
from suppliers.models import Offer


def true_rows(offers: list[Offer], random: Random) -> list[Row]:
    """A supplier's stock as he knows it: one article in seven is out, a few are plentiful."""
    return [
        Row(
            sku=o.supplier_sku,
            name=o.name,
            gtin=o.gtin,
            quantity=_stock(random),
            cost_cents=o.cost_cents or 0,
            lead_days=o.lead_days or 0,
        )
        for o in offers
    ]


def _stock(random: Random) -> int:
    shape = random.random()
    if shape < 0.14:
        return 0
    return random.randrange(1, 6) if shape < 0.40 else random.randrange(6, 60)


def next_day(rows: list[Row], random: Random) -> list[Row]:
    """The same articles a day later: some sold, some restocked, most as they were."""
    return [replace(row, quantity=_moved(row.quantity, random)) for row in rows]


def _moved(quantity: int, random: Random) -> int:
    chance = random.random()
    if chance < 0.25:
        return max(0, quantity - random.randrange(1, 4))
    return quantity + random.randrange(5, 30) if chance > 0.97 else quantity


def cut_short(rows: list[Row], share: float) -> list[Row]:
    """A file whose export broke off: only its beginning arrived."""
    return rows[: int(len(rows) * share)]


def file_of(temper: Temper, rows: list[Row]) -> tuple[str, bytes]:
    """(file name, bytes) as this supplier writes them."""
    name, write = DIALECTS[temper.dialect]
    return name, write(rows)
