"""The lines of each feed's last file, so that the next one is read and compared by its differences."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0020_absent_offers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "feed",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="suppliers.feed",
                    ),
                ),
                ("run_id", models.BigIntegerField()),
                ("mapping_id", models.BigIntegerField(null=True)),
                ("flag_counts_as", models.IntegerField()),
                ("read_as", models.CharField(max_length=64)),
                ("file", models.CharField(max_length=200)),
            ],
        ),
    ]
