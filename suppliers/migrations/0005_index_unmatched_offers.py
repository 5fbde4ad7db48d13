"""Offers of nothing we know of are listed newest first, and searched by the beginning of their SKU."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0004_run_taken_at")]

    operations = [
        migrations.AddIndex(
            "offer",
            models.Index(fields=["id"], name="offer_unmatched", condition=models.Q(("product", None))),
        ),
        migrations.AddIndex(
            "offer",
            models.Index(
                fields=["supplier_sku"],
                name="offer_unmatched_sku",
                opclasses=["varchar_pattern_ops"],
                condition=models.Q(("product", None)),
            ),
        ),
    ]
