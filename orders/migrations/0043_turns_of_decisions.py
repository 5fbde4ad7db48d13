from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0042_restocks_by_their_days")]

    operations = [
        migrations.AddField(
            model_name="causedecision", name="turn", field=models.PositiveIntegerField(default=0)
        ),
    ]
