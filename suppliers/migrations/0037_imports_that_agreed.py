"""Withheld lines remember which undone imports had agreed with them."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0036_offers_switched_off")]

    operations = [
        migrations.AddField(
            model_name="withheldline",
            name="agreed",
            field=ArrayField(base_field=models.BigIntegerField(), db_default=[], default=list, size=None),
        ),
    ]
