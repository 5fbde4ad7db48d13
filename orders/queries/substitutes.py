"""Products that could stand in for another: chosen by hand, or near it in category, price and name."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from stocke.products.models import Product
from suppliers.queries.sources import SourceView, sources_of

# Two walks along the (category, price) index from the missing product's price, up and down, each with a bound:
# the cost does not grow with the category. The names most like its own are then judged by all that is written.
NEAR = """
WITH wanted AS (
    SELECT id, name, category_id, price_cents FROM products_product WHERE id = %(product)s
), linked AS (
    SELECT link.substitute_id AS id, link.rank AS link_rank, link.note AS link_note
    FROM products_substitutelink link WHERE link.product_id = %(product)s ORDER BY link.rank, link.id LIMIT 20
), dearer AS (
    SELECT near.id FROM wanted CROSS JOIN LATERAL (
        SELECT id FROM products_product
        WHERE category_id = wanted.category_id AND price_cents >= wanted.price_cents
          AND price_cents <= wanted.price_cents * 1.6 AND active
        ORDER BY price_cents LIMIT 300
    ) near
), cheaper AS (
    SELECT near.id FROM wanted CROSS JOIN LATERAL (
        SELECT id FROM products_product
        WHERE category_id = wanted.category_id AND price_cents < wanted.price_cents
          AND price_cents >= wanted.price_cents * 0.6 AND active
        ORDER BY price_cents DESC LIMIT 300
    ) near
), candidates AS (
    SELECT id FROM linked UNION SELECT id FROM dearer UNION SELECT id FROM cheaper
)
SELECT near.id, linked.link_rank, coalesce(linked.link_note, ''),
       coalesce(near.category_id = wanted.category_id, false)
FROM candidates JOIN products_product near ON near.id = candidates.id
CROSS JOIN wanted LEFT JOIN linked ON linked.id = candidates.id
WHERE near.id <> wanted.id AND near.active
  AND EXISTS (
    SELECT 1 FROM suppliers_offer offer JOIN suppliers_offerstock stock ON stock.offer_id = offer.id
    WHERE offer.product_id = near.id AND offer.active AND stock.promisable >= stock.reserved + %(quantity)s)
ORDER BY linked.link_rank NULLS LAST, similarity(near.name, wanted.name) DESC, near.id
LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Near:
    """A product near the missing one, and the first active source in its backup list that has enough."""

    product: Product
    link_rank: int | None
    link_note: str
    same_category: bool
    source: SourceView


def first_source(
    sources: list[SourceView], quantity: int, *, kept: Mapping[int, int] | None = None
) -> SourceView | None:
    """The first in the backup list that could serve the whole quantity now, with the units `kept` at each offer."""
    own = kept or {}
    able = (s for s in sources if s.active and s.free + own.get(s.offer_id, 0) >= quantity)
    return next(able, None)


def products_near(product_id: int, *, quantity: int, limit: int = 80) -> list[Near]:
    """At most `limit` products in stock, those chosen by hand first. Three statements."""
    with connection.cursor() as cursor:
        cursor.execute(NEAR, {"product": product_id, "quantity": quantity, "limit": limit})
        rows = cursor.fetchall()
    products = Product.objects.in_bulk([row[0] for row in rows])
    sources = sources_of(products)
    found = []
    for product, link_rank, link_note, same_category in rows:
        if source := first_source(sources[product], quantity):
            found.append(Near(products[product], link_rank, link_note, same_category, source))
    return found


def product_with_source(
    product_id: int, *, quantity: int, kept: Mapping[int, int] | None = None
) -> Near | None:
    """One product that a person looked up himself; None when nobody has enough of it now. `kept` as above."""
    product = Product.objects.filter(pk=product_id, active=True).first()
    source = first_source(sources_of([product_id])[product_id], quantity, kept=kept)
    if product is None or source is None:
        return None
    return Near(product, None, "", False, source)
