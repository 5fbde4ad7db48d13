"""A stated quantity is also judged by all ages together: what levels go by."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0034_served_rates")]

    operations = [
        migrations.AlterField(
            model_name="servedrate",
            name="age",
            field=models.CharField(
                choices=[
                    ("fresh", "up to 4 hours old"),
                    ("day", "4 to 24 hours old"),
                    ("old", "older than a day"),
                    ("any", "whatever its age"),
                ],
                max_length=5,
            ),
        ),
    ]
