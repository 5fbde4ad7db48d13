"""What is kept for a customer's choice counts without being a promise: a status of its own, and an index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made while orders come in.
    atomic = False
    dependencies = [("orders", "0049_restocks_by_offer")]

    operations = [
        migrations.AlterField(
            model_name="allocation",
            name="status",
            field=models.CharField(
                choices=[
                    ("held", "Reserved"),
                    ("accepted", "Accepted"),
                    ("contained", "Contained in the feed"),
                    ("released", "Released"),
                    ("chosen", "Kept for a choice"),
                ],
                default="held",
                max_length=10,
            ),
        ),
        AddIndexConcurrently(
            model_name="allocation",
            index=models.Index(
                condition=models.Q(("status", "chosen")), fields=["line"], name="allocation_chosen"
            ),
        ),
    ]
