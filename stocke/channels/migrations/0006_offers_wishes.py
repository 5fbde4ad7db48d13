"""Whether the badge of a shop leads to an alert where a product is out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0005_look_for_orders")]

    operations = [
        migrations.AddField(
            model_name="shopwindow",
            name="offers_wishes",
            field=models.BooleanField(default=True, verbose_name="lead to an alert where a product is out"),
        ),
    ]
