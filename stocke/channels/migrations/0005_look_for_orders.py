"""When to look whether a shop still has an order, and when it was placed there."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

# Those of the last weeks that may still be open in their shop: not all at once, or none of them would come to its turn.
BEGIN = """
DO $$
DECLARE
    last bigint := 0;
    following bigint;
BEGIN
    LOOP
        SELECT max(id) INTO following FROM (
            SELECT id FROM channels_shoporder WHERE id > last ORDER BY id LIMIT 10000
        ) AS helping;
        EXIT WHEN following IS NULL;
        UPDATE channels_shoporder SET look_at = now() + random() * interval '6 hours'
        WHERE id > last AND id <= following
            AND standing IN ('paid', 'held') AND changed_at > now() - interval '50 days';
        last := following;
        COMMIT;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("channels", "0004_availability_in_one_statement")]

    operations = [
        migrations.AddField("shoporder", "placed_at", models.DateTimeField("placed there", null=True)),
        migrations.AddField("shoporder", "look_at", models.DateTimeField(null=True)),
        AddIndexConcurrently(
            "shoporder",
            models.Index(
                fields=["channel", "look_at"],
                name="shop_order_to_look_at",
                condition=Q(look_at__isnull=False),
            ),
        ),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
