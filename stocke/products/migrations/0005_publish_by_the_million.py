"""Steps as plain text JSON, and publications without a check per row: a feed may write a million of them."""

import django.db.models.deletion
from django.db import migrations, models

import stocke.products.models.level


class Migration(migrations.Migration):
    dependencies = [("products", "0004_search_sku_and_brand")]

    operations = [
        migrations.AlterField("level", "steps", stocke.products.models.level.StepsField(default=list)),
        migrations.AlterField("publication", "steps", stocke.products.models.level.StepsField(default=list)),
        migrations.AlterField(
            "publication",
            "product",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="publications",
                to="products.product",
            ),
        ),
        # Room on each page, so that most rewritten levels stay where they are (HOT).
        migrations.RunSQL(
            "ALTER TABLE products_level SET (fillfactor = 70);",
            "ALTER TABLE products_level RESET (fillfactor);",
        ),
    ]
