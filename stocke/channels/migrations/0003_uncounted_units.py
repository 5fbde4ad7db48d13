"""What was sold of one SKU and is not counted yet is found at once, in the middle of a rush of orders, too."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("channels", "0002_shop_windows")]

    operations = [
        AddIndexConcurrently(
            model_name="shoporder",
            index=GinIndex(fields=["units"], name="shop_order_units", condition=Q(uncounted=True)),
        )
    ]
