"""Changes that a feed's next import has to look up are queued as rows: whoever makes one waits for nobody."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0007_matching_in_the_mapping"),
    ]

    operations = [
        migrations.CreateModel(
            name="Distrust",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("offer_id", models.BigIntegerField(null=True)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "feed",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="suppliers.feed",
                    ),
                ),
            ],
        ),
    ]
