"""The cases of one cause are read in the order of their deadlines, however many they are."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made and dropped while cases are opened.
    atomic = False
    dependencies = [("orders", "0037_cause_tallies")]

    operations = [
        AddIndexConcurrently(
            model_name="stockoutcase",
            index=models.Index(
                condition=models.Q(("status", "to_propose")),
                fields=["cause_sku", "cause_supplier", "cause", "respond_by", "id"],
                name="case_of_cause",
            ),
        ),
        RemoveIndexConcurrently(model_name="stockoutcase", name="case_one_cause"),
    ]
