"""Half-empty pages let PostgreSQL change levels in place (HOT), without touching an index."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("products", "0007_list_by_fulfilment_and_state")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE products_level SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);",
            "ALTER TABLE products_level RESET (fillfactor, autovacuum_vacuum_scale_factor);",
        )
    ]
