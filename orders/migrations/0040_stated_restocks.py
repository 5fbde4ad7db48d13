"""The days on which products come back, as suppliers have stated them: planned once per connection, by its indexes.

A day that an answer to a purchase order names comes before one that a file announces: none for now, and a delay longer
than the supplier's usual one. `orders.queries.restocks.stated_restock` says the same of one product.
"""

from django.db import migrations

STATED = """
CREATE FUNCTION orders_stated_restocks(products bigint[], today date, answered_since timestamptz, zone text)
RETURNS TABLE (product bigint, back_on date)
LANGUAGE plpgsql STABLE
SET plan_cache_mode TO force_generic_plan
SET enable_seqscan TO off
SET enable_hashjoin TO off
SET enable_mergejoin TO off
AS $$
BEGIN
RETURN QUERY
SELECT asked.id, COALESCE(answered.back_on, announced.back_on)
FROM unnest(products) AS asked(id)
LEFT JOIN LATERAL (
    SELECT min(line.restock_on) AS back_on
    FROM suppliers_offer offer
    JOIN orders_allocation promised ON promised.offer_id = offer.id
    JOIN orders_purchaseorderline line ON line.allocation_id = promised.id
    JOIN orders_purchaseorder purchase ON purchase.id = line.purchase_order_id
    WHERE offer.product_id = asked.id AND line.restock_on > today AND purchase.answered_at > answered_since
) answered ON true
LEFT JOIN LATERAL (
    SELECT min((stock.as_of AT TIME ZONE zone)::date + offer.lead_days) AS back_on
    FROM suppliers_offer offer
    JOIN suppliers_supplier supplier ON supplier.id = offer.supplier_id
    JOIN suppliers_offerstock stock ON stock.offer_id = offer.id
    WHERE offer.product_id = asked.id AND offer.active AND supplier.active
      AND stock.kind = 'exact' AND stock.quantity = 0 AND offer.lead_days > supplier.lead_days
      AND (stock.as_of AT TIME ZONE zone)::date + offer.lead_days > today
) announced ON true
WHERE COALESCE(answered.back_on, announced.back_on) IS NOT NULL;
END
$$;
"""
GONE = "DROP FUNCTION orders_stated_restocks(bigint[], date, timestamptz, text);"


class Migration(migrations.Migration):
    dependencies = [("orders", "0039_decisions_of_any_size"), ("suppliers", "0001_initial")]
    operations = [migrations.RunSQL(STATED, GONE)]
