"""How many units an allocation promised before their number changed, so that any past moment can be told."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0014_cancelled_lines"),
    ]

    operations = [
        migrations.CreateModel(
            name="AllocationRevision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("quantity", models.PositiveIntegerField()),
                (
                    "allocation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="orders.allocation",
                    ),
                ),
            ],
        ),
    ]
