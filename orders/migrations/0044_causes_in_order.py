"""The largest causes are read in their order, and those of one case not at all."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made and dropped while cases are opened.
    atomic = False
    dependencies = [("orders", "0043_turns_of_decisions")]

    operations = [
        AddIndexConcurrently(
            model_name="causetally",
            index=models.Index(fields=["-cases", "sku", "supplier", "cause"], name="cause_tally_in_order"),
        ),
        RemoveIndexConcurrently(model_name="causetally", name="cause_tally_largest"),
    ]
