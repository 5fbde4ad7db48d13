"""What was placed shortly before and after an order of a shop is found by an index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made while orders come in.
    atomic = False
    dependencies = [("channels", "0008_classes_of_customers")]

    operations = [
        AddIndexConcurrently(
            "shoporder", models.Index(fields=["channel", "placed_at"], name="shop_order_placed")
        )
    ]
