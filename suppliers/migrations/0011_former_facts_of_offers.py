"""What an import changes of an offer beside its stock is kept, so that the import can be undone."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0010_learned_words")]

    operations = [
        migrations.CreateModel(
            name="OfferRevision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("run_id", models.BigIntegerField()),
                ("offer_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("name", models.CharField(blank=True, max_length=250)),
                ("gtin", models.CharField(blank=True, max_length=14)),
                ("cost_cents", models.PositiveIntegerField(null=True)),
                ("currency", models.CharField(max_length=3)),
                ("lead_days", models.PositiveSmallIntegerField(null=True)),
            ],
            options={"indexes": [BrinIndex(fields=["at"], name="offer_revision_at")]},
        ),
        migrations.AddField(
            model_name="offer", name="matched_run_id", field=models.BigIntegerField(null=True)
        ),
    ]
