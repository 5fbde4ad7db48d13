"""How offers find their products is chosen with the columns, and saved with them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0006_observations_of_a_run")]

    operations = [
        migrations.AddField(
            model_name="feedmapping",
            name="matching",
            field=models.JSONField(default=dict),
        ),
    ]
