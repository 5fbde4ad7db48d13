"""What suppliers have served so far holds units back and keeps lights from green."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("products", "0012_when_a_level_was_told")]

    operations = [
        migrations.AddField(
            model_name="levelpolicy",
            name="learned_buffer",
            field=models.BooleanField(
                db_default=True, default=True, verbose_name="hold back what is probably not served"
            ),
        ),
        migrations.AddField(
            model_name="levelpolicy",
            name="doubted_below",
            field=models.PositiveSmallIntegerField(
                db_default=50,
                default=50,
                validators=[django.core.validators.MaxValueValidator(100)],
                verbose_name="no green light by a supplier who serves less often than (%)",
            ),
        ),
    ]
