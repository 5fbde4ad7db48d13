"""Search by any part of a SKU or a brand."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("products", "0003_dirty_levels_are_a_queue")]

    operations = [
        migrations.AddIndex(
            model_name="product",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["sku", "brand"],
                name="product_words_trgm",
                opclasses=["gin_trgm_ops", "gin_trgm_ops"],
            ),
        ),
    ]
