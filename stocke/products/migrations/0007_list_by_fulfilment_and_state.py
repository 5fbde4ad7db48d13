"""The list of products by kind of fulfilment, and what is not sold any more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("products", "0006_publications_by_time")]

    operations = [
        migrations.AddIndex("product", models.Index(fields=["fulfilment", "sku"], name="product_fulfilment")),
        migrations.AddIndex(
            "product",
            models.Index(fields=["sku"], name="product_stopped", condition=models.Q(("active", False))),
        ),
    ]
