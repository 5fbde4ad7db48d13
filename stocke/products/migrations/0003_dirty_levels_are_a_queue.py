"""Requests to recompute a level become an append-only queue, so that none waits for or is lost to another."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("products", "0002_publication_append_only")]

    operations = [
        migrations.DeleteModel("DirtyLevel"),
        migrations.CreateModel(
            name="DirtyLevel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("cause", models.CharField(blank=True, max_length=40)),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="products.product",
                    ),
                ),
            ],
        ),
    ]
