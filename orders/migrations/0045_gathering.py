"""Cases of a decision for all are gathered by a job, which notes how far it is."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0044_causes_in_order")]

    operations = [
        migrations.CreateModel(
            name="Gathering",
            fields=[
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="gathering",
                        serialize=False,
                        to="orders.causedecision",
                    ),
                ),
                ("newest_case", models.BigIntegerField()),
                ("shown", models.JSONField(default=list)),
                ("expected", models.PositiveIntegerField()),
                ("reached", models.DateTimeField(null=True)),
                ("reached_case", models.BigIntegerField(default=0)),
            ],
        ),
    ]
