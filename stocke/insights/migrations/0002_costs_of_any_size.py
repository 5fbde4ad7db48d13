from django.db import migrations, models


class Migration(migrations.Migration):
    """A day of ads in a currency of small coins is more than four bytes hold."""

    dependencies = [
        ("insights", "0001_ad_spend"),
    ]

    operations = [
        migrations.AlterField(
            model_name="adspend",
            name="clicks",
            field=models.PositiveBigIntegerField(verbose_name="clicks"),
        ),
        migrations.AlterField(
            model_name="adspend",
            name="cost_cents",
            field=models.PositiveBigIntegerField(verbose_name="cost"),
        ),
        migrations.AlterField(
            model_name="adspend",
            name="wasted_cents",
            field=models.PositiveBigIntegerField(default=0, verbose_name="wasted, estimated"),
        ),
    ]
