"""What is stated of products, for those who ask for many or in a hurry: in one statement, planned once per connection.

Of each product, `back_on` is the first day still ahead on which somebody has said that it comes back: what suppliers
answered to purchase orders comes before delays in their files. `leads` are the offers from which it would be sent now,
a line each: lead days, time zone, open days, cut-off, country of kept holidays, closures, parted by bars (as
suppliers.domain.arrivals reads them).

The lines are fenced in (OFFSET 0), and their order is looked up by itself: else, where the planner takes orders for
few, it begins with those, and reads every line of each.
"""

from importlib import import_module

from django.db import migrations

STATED = """
CREATE FUNCTION orders_stated(products bigint[], today date, answered_since timestamptz, zone text)
RETURNS TABLE (product bigint, back_on date, leads text)
LANGUAGE plpgsql STABLE
SET plan_cache_mode TO force_generic_plan
SET enable_seqscan TO off
SET enable_hashjoin TO off
SET enable_mergejoin TO off
AS $$
BEGIN
RETURN QUERY
SELECT asked.id, COALESCE(answered.back_on, offered.back_on), offered.leads
FROM (SELECT DISTINCT one.id FROM unnest(products) AS one(id)) asked
LEFT JOIN LATERAL (
    SELECT min(ahead.restock_on) AS back_on
    FROM suppliers_offer offer
    CROSS JOIN LATERAL (
        SELECT line.restock_on, line.purchase_order_id FROM orders_purchaseorderline line
        WHERE line.restock_offer_id = offer.id AND line.restock_on > today
        OFFSET 0
    ) ahead
    WHERE offer.product_id = asked.id AND (
        SELECT purchase.answered_at FROM orders_purchaseorder purchase WHERE purchase.id = ahead.purchase_order_id
    ) > answered_since
) answered ON true
LEFT JOIN LATERAL (
    SELECT min(said.day) FILTER (WHERE said.is_empty AND said.day > today) AS back_on,
           string_agg(said.lead, E'\\n') FILTER (WHERE said.lead IS NOT NULL) AS leads
    FROM (
        SELECT (stock.as_of AT TIME ZONE zone)::date + offer.lead_days AS day,
               stock.kind = 'exact' AND stock.quantity = 0 AND offer.lead_days > supplier.lead_days AS is_empty,
               CASE WHEN stock.promisable > stock.reserved THEN concat_ws(
                   '|', COALESCE(offer.lead_days, supplier.lead_days), supplier.time_zone, supplier.open_days,
                   COALESCE(supplier.cut_off::text, ''),
                   CASE WHEN supplier.keeps_holidays THEN supplier.country ELSE '' END, supplier.closures
               ) END AS lead
        FROM suppliers_offer offer
        JOIN suppliers_supplier supplier ON supplier.id = offer.supplier_id
        JOIN suppliers_offerstock stock ON stock.offer_id = offer.id
        WHERE offer.product_id = asked.id AND offer.active AND supplier.active
    ) said
) offered ON true;
END
$$;
"""
GONE = "DROP FUNCTION orders_stated(bigint[], date, timestamptz, text);"
BEFORE = import_module("orders.migrations.0042_restocks_by_their_days")


class Migration(migrations.Migration):
    dependencies = [("orders", "0046_offers_of_restocks")]
    operations = [migrations.RunSQL([BEFORE.GONE, STATED], [GONE, BEFORE.STATED])]
