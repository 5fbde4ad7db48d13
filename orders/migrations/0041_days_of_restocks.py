"""Days on which products come back are few among all lines: an index of those lines only."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made while suppliers answer.
    atomic = False
    dependencies = [("orders", "0040_stated_restocks")]

    operations = [
        AddIndexConcurrently(
            model_name="purchaseorderline",
            index=models.Index(
                condition=models.Q(("restock_on__isnull", False)),
                fields=["restock_on"],
                name="purchase_line_back_on",
            ),
        ),
    ]
