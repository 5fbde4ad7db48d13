"""Offers that are switched off are found at once among all those that are not."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made while offers are changed.
    atomic = False
    dependencies = [("suppliers", "0035_rates_of_any_age")]

    operations = [
        AddIndexConcurrently(
            model_name="offer",
            index=models.Index(
                condition=models.Q(("active", False)), fields=["id"], name="offer_switched_off"
            ),
        ),
    ]
