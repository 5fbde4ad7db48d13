"""The days on which products come back, as before, but read from the days still ahead: whatever was ordered before.

Each of those lines leads to its offer by one key. Starting from the product, its whole history would be read. The
fences (MATERIALIZED) keep the planner, which sees neither the day nor the products, from starting there.
"""

from importlib import import_module

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
WITH ahead AS MATERIALIZED (
    SELECT line.restock_on, line.purchase_order_id, (
        SELECT promised.offer_id FROM orders_allocation promised WHERE promised.id = line.allocation_id
    ) AS offer_id
    FROM orders_purchaseorderline line
    WHERE line.restock_on > today
), theirs AS MATERIALIZED (
    SELECT ahead.* FROM ahead
    WHERE ahead.offer_id = ANY(ARRAY(SELECT offer.id FROM suppliers_offer offer WHERE offer.product_id = ANY(products)))
), answered AS MATERIALIZED (
    SELECT offer.product_id, min(theirs.restock_on) AS back_on
    FROM theirs
    JOIN suppliers_offer offer ON offer.id = theirs.offer_id
    JOIN orders_purchaseorder purchase ON purchase.id = theirs.purchase_order_id
    WHERE purchase.answered_at > answered_since
    GROUP BY offer.product_id
)
SELECT asked.id, COALESCE(answered.back_on, announced.back_on)
FROM unnest(products) AS asked(id)
LEFT JOIN answered ON answered.product_id = asked.id
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
BEFORE = import_module("orders.migrations.0040_stated_restocks")


class Migration(migrations.Migration):
    dependencies = [("orders", "0041_days_of_restocks")]
    operations = [migrations.RunSQL([GONE, STATED], [GONE, BEFORE.STATED])]
