"""How often a source was asked on a day and had nothing: no import tells it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0032_observations_without_key")]

    operations = [
        migrations.AddField(
            model_name="feed",
            name="looks",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="feed",
            name="looked_at",
            field=models.DateTimeField(null=True),
        ),
    ]
