"""Many products at once: by set, each on the record."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import batched

from django.db import connection, transaction

from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all
from stocke.products.domain.levels import mark_dirty

BATCH = 2_000
INSERT = """
INSERT INTO products_product (sku, name, brand, gtin, price_cents, currency, attributes, image_url, fulfilment,
                              active, created_at, updated_at)
SELECT wanted.sku, wanted.name, '', wanted.gtin, wanted.price_cents, wanted.currency, '{}', '', 'dropship', true,
       now(), now()
FROM unnest(%s::varchar[], %s::varchar[], %s::varchar[], %s::int[], %s::varchar[])
     AS wanted (sku, name, gtin, price_cents, currency)
ORDER BY wanted.sku ON CONFLICT (sku) DO NOTHING RETURNING sku, id
"""


@dataclass(frozen=True)
class NewProduct:
    """A product to be sold from suppliers' stock. `price_cents` 0: nobody has named a price yet."""

    sku: str
    name: str
    gtin: str
    price_cents: int
    currency: str


@transaction.atomic
def create_products(wanted: Sequence[NewProduct], *, by: Actor) -> Mapping[str, int]:
    """Products of those whose SKU is free, their levels still to be computed; the keys of those made, by SKU."""
    made: dict[str, int] = {}
    for some in batched(wanted, BATCH):
        made |= _insert(some)
    facts = [
        Fact(f"product:{made[one.sku]}", "product.created", after=asdict(one))
        for one in wanted
        if one.sku in made
    ]
    record_all(facts, by=by)
    mark_dirty(made.values(), cause="product")
    return made


def _insert(some: Sequence[NewProduct]) -> dict[str, int]:
    columns = [[getattr(one, name) for one in some] for name in NewProduct.__dataclass_fields__]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, columns)
        return dict(cursor.fetchall())
