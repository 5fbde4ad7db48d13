"""How products stand for one channel, as before; whether they are sold, and may lead to an alert where they are out.

A function, planned once per connection, always by its indexes. Of `codes`, each is a SKU or, where `gtins` says so, a
barcode. A SKU is first the shop's own for what it lists, then ours, as it is written and else in other letters' case.
`products` counts what a code names: a barcode may name several. `window_key` opens the channel of that public key,
`channel_slug` the one of that short name, whose programs decide for themselves whether they lead to an alert.
"""

from importlib import import_module

from django.db import migrations

SHOWN = """
CREATE FUNCTION channels_shown(window_key text, channel_slug text, codes text[], gtins boolean[])
RETURNS TABLE (
    channel bigint, slug varchar, is_open boolean, origins varchar[], shows_units boolean, most_units integer,
    per_address integer, per_key integer, products integer, product bigint, sku varchar, sellable integer,
    light varchar, confidence numeric, lead_days_min smallint, lead_days_max smallint, as_of timestamptz,
    low_below integer, share smallint, buffer integer, cap integer, sold integer,
    active boolean, offers_wishes boolean
)
LANGUAGE plpgsql STABLE
SET plan_cache_mode TO force_generic_plan
SET enable_seqscan TO off
SET enable_hashjoin TO off
SET enable_mergejoin TO off
AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
SELECT shop.id, shop.slug, COALESCE(shop.active AND COALESCE(win.is_open, channel_slug <> ''), false),
       COALESCE(win.origins, '{}'), COALESCE(win.shows_units, false), COALESCE(win.most_units, 0),
       COALESCE(win.per_address, 0), COALESCE(win.per_key, 0),
       COALESCE(named.times, 0)::integer, goods.id, goods.sku, standing.sellable, standing.light, standing.confidence,
       standing.lead_days_min, standing.lead_days_max, standing.as_of,
       COALESCE((SELECT policy.low_below FROM products_levelpolicy policy WHERE policy.id = 1), 3),
       COALESCE(listed.share_percent, rules.share_percent, shop.share_percent),
       COALESCE(listed.buffer, rules.buffer, shop.buffer),
       COALESCE(listed.cap, rules.cap, shop.cap),
       COALESCE(gone.units, 0)::integer,
       COALESCE(goods.active, false), COALESCE(win.offers_wishes, shop.id IS NOT NULL)
FROM unnest(codes, gtins) WITH ORDINALITY AS asked(code, is_gtin, place)
LEFT JOIN channels_shopwindow win ON win.key = window_key
LEFT JOIN channels_channel shop
       ON shop.id = COALESCE(win.channel_id, (SELECT one.id FROM channels_channel one WHERE one.slug = channel_slug))
LEFT JOIN LATERAL (
    SELECT listing.product_id FROM channels_listing listing
    WHERE NOT asked.is_gtin AND listing.channel_id = shop.id AND listing.sku = asked.code
      AND listing.product_id IS NOT NULL AND listing.gone_at IS NULL
    ORDER BY listing.id LIMIT 1
) there ON true
LEFT JOIN LATERAL (
    SELECT min(one.id) AS id, count(*) AS times FROM (
        SELECT there.product_id AS id WHERE there.product_id IS NOT NULL
        UNION ALL (
            SELECT ours.id FROM products_product ours
            WHERE NOT asked.is_gtin AND there.product_id IS NULL AND upper(ours.sku) = upper(asked.code)
            ORDER BY ours.sku = asked.code DESC, ours.id LIMIT 1
        )
        UNION ALL
        SELECT coded.id FROM products_product coded
        WHERE asked.is_gtin AND coded.gtin <> '' AND coded.gtin IN (
            ltrim(asked.code, '0'),
            lpad(ltrim(asked.code, '0'), greatest(8, length(ltrim(asked.code, '0'))), '0'),
            lpad(ltrim(asked.code, '0'), greatest(12, length(ltrim(asked.code, '0'))), '0'),
            lpad(ltrim(asked.code, '0'), greatest(13, length(ltrim(asked.code, '0'))), '0'),
            lpad(ltrim(asked.code, '0'), greatest(14, length(ltrim(asked.code, '0'))), '0')
        )
    ) one
) named ON true
LEFT JOIN products_product goods ON named.times = 1 AND goods.id = named.id
LEFT JOIN products_level standing ON standing.product_id = goods.id
LEFT JOIN LATERAL (
    SELECT mine.share_percent, mine.buffer, mine.cap FROM channels_listing mine
    WHERE mine.product_id = goods.id AND mine.channel_id = shop.id AND mine.gone_at IS NULL
    ORDER BY mine.id LIMIT 1
) listed ON true
LEFT JOIN channels_categoryrules rules ON rules.channel_id = shop.id AND rules.category_id = goods.category_id
LEFT JOIN LATERAL (
    SELECT sum((ordered.units ->> goods.sku)::integer) AS units FROM channels_shoporder ordered
    WHERE ordered.uncounted AND ordered.units ? goods.sku
) gone ON true
ORDER BY asked.place;
END
$$;
"""
BEFORE = import_module("stocke.channels.migrations.0004_availability_in_one_statement")
GONE = "DROP FUNCTION channels_shown(text, text, text[], boolean[]);"


class Migration(migrations.Migration):
    dependencies = [("channels", "0006_offers_wishes")]
    operations = [migrations.RunSQL([GONE, SHOWN], [GONE, BEFORE.SHOWN])]
