"""Nobody looks a statement up by its number, and a sequence gives no number twice: one index fewer to write."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0031_offers_checked_by_set")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE suppliers_observation DROP CONSTRAINT suppliers_observation_pkey;",
            "ALTER TABLE suppliers_observation ADD PRIMARY KEY (at, id);",
        )
    ]
