"""That a level's product is there is seen to by who writes a million of them, not asked again for each."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("products", "0010_pictures")]

    operations = [
        migrations.AlterField(
            "level",
            "product",
            models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="level",
                serialize=False,
                to="products.product",
            ),
        ),
    ]
