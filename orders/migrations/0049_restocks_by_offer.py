"""The days ahead of an offer by an index, in place of one over the days of the whole house.

Apart from the column: the indexes are made and dropped while suppliers answer, and that knows no transaction.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("orders", "0048_shown_with_stated")]

    operations = [
        AddIndexConcurrently(
            model_name="purchaseorderline",
            index=models.Index(
                condition=models.Q(("restock_offer__isnull", False)),
                fields=["restock_offer", "restock_on"],
                name="purchase_line_back",
            ),
        ),
        RemoveIndexConcurrently(model_name="purchaseorderline", name="purchase_line_back_on"),
    ]
