"""That an offer's supplier and a number's offer are there is seen to by who writes them, not asked again for each."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0030_product_batches")]

    operations = [
        migrations.AlterField(
            "offer",
            "supplier",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="offers",
                to="suppliers.supplier",
            ),
        ),
        migrations.AlterField(
            "offerstock",
            "offer",
            models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="stock",
                serialize=False,
                to="suppliers.offer",
            ),
        ),
    ]
