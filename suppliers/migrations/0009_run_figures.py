"""The figures of a run stay with it, so that other limits can be tried on the runs of the past."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0008_distrust")]

    operations = [
        migrations.AddField(
            model_name="run",
            name="figures",
            field=models.JSONField(default=dict, db_default={}),
        ),
    ]
