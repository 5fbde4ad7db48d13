"""Half-empty pages let PostgreSQL update the moving numbers in place (HOT), without touching an index."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE suppliers_offerstock SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);",
            "ALTER TABLE suppliers_offerstock RESET (fillfactor, autovacuum_vacuum_scale_factor);",
        )
    ]
