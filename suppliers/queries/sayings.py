"""Since when, and by whom, the units of products are stated: for whoever asks whether a restock is to be believed."""

from suppliers.queries.freshness import CONFIRMED_AT, JOIN_FEED

# `products` is a query of product ids. Per product of which anybody has units: the latest moment at which that was
# stated, and `person_at`, when a person last stated units that are still free (his word needs no second file). It is
# infinity where all free units are a person's: then there is no file to wait for.
SAYINGS = f"""
SELECT offer.product_id, max({CONFIRMED_AT}) AS stated_at,
       CASE WHEN bool_and(stock.run_id IS NULL) FILTER (WHERE stock.promisable > stock.reserved) THEN 'infinity'
            ELSE max(stock.as_of) FILTER (WHERE stock.run_id IS NULL AND stock.promisable > stock.reserved)
       END AS person_at
FROM suppliers_offer offer
JOIN suppliers_supplier supplier ON supplier.id = offer.supplier_id
JOIN suppliers_offerstock stock ON stock.offer_id = offer.id
{JOIN_FEED}
WHERE offer.product_id IN ({{products}}) AND offer.active AND supplier.active AND stock.promisable > 0
GROUP BY offer.product_id
"""
