"""Products that are not sold, or have rules of their own, are found at once among those that have none."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is made while products are changed.
    atomic = False
    dependencies = [("products", "0013_learned_buffer")]

    operations = [
        AddIndexConcurrently(
            model_name="product",
            index=models.Index(
                fields=["id"],
                name="product_own_rules",
                condition=models.Q(
                    ("active", False), ("buffer__isnull", False), ("cap__isnull", False), _connector="OR"
                ),
            ),
        ),
    ]
