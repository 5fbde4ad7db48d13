"""Offers are found by the first columns of (product, rank) and (supplier, supplier_sku): two indexes fewer to write."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0028_horizon")]

    operations = [
        migrations.AlterField(
            "offer",
            "product",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="offers",
                to="products.product",
            ),
        ),
        migrations.AlterField(
            "offer",
            "supplier",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="offers",
                to="suppliers.supplier",
            ),
        ),
    ]
