from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0040_stated_restocks")]

    operations = [
        migrations.AddField(
            model_name="causedecision", name="turn", field=models.PositiveIntegerField(default=0)
        ),
    ]
