"""Cases with one deadline are many after a bulk letter: the index gives their order too."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made and dropped while customers choose.
    atomic = False
    dependencies = [("orders", "0033_open_lines")]

    operations = [
        AddIndexConcurrently(
            model_name="stockoutcase",
            index=models.Index(
                condition=models.Q(("status", "with_customer")),
                fields=["deadline", "id"],
                name="case_customer_deadline",
            ),
        ),
        RemoveIndexConcurrently(model_name="stockoutcase", name="case_with_customer"),
    ]
