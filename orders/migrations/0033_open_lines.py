"""Promises by day and decidable lines are read from their indexes alone."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

OPEN = ["new", "safe", "doubtful", "asked", "short", "confirmed", "ordered", "accepted", "waiting"]


class Migration(migrations.Migration):
    # The indexes are made and dropped while orders come in.
    atomic = False
    dependencies = [("orders", "0032_costs_of_cases")]

    operations = [
        AddIndexConcurrently(
            model_name="orderline",
            index=models.Index(
                condition=models.Q(("status__in", OPEN)),
                fields=["promised_on", "status"],
                name="line_promised_by_day",
            ),
        ),
        RemoveIndexConcurrently(model_name="orderline", name="line_promised_owed"),
        AddIndexConcurrently(
            model_name="orderline",
            index=models.Index(
                condition=models.Q(("status__in", ["new", "safe", "doubtful"])),
                fields=["order"],
                name="line_decidable",
            ),
        ),
    ]
