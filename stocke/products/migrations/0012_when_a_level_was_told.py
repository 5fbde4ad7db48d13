"""When a level's number was last told: found while the row is written, instead of by reading it once more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("products", "0011_levels_checked_by_set")]

    operations = [migrations.AddField("level", "told_at", models.DateTimeField(null=True))]
